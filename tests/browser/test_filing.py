"""A delegate files in a real browser: by drawing, by keyboard alone, and every form empty, filled and in error."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Site, Watched, overflow, sign_in, violations
from tests.registry.web.filing_site import IND, begun, fill_in, post
from tests.registry.web.signing_in import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def delegate(filing_site: Site, watched: Watched) -> Watched:
    """A delegate who has signed in."""
    sign_in(watched.page, filing_site, IND)
    return watched


def open_placement(site: Site, watched: Watched, draft: str) -> Page:
    """The page of the first placement, with its map ready."""
    watched.open(f"{site.address}{draft}/placements/1")
    watched.page.wait_for_selector("[data-map][data-ready]")
    return watched.page


def test_a_delegate_files_by_drawing(filing_site: Site, delegate: Watched) -> None:
    client = signed_in(filing_site.app, IND)
    draft = begun(client, "Drawn station")
    fill_in(client, draft)
    page = open_placement(filing_site, delegate, draft)
    page.get_by_label("Positions", exact=True).fill("")
    page.get_by_role("button", name="Draw an area").click()
    box = page.locator("[data-map-target]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in ((-60, 60), (60, 60), (0, -60)):
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(350)  # two clicks at once would be a double click
    page.mouse.dblclick(x - 80, y - 20)
    page.wait_for_timeout(300)
    assert page.get_by_label("Positions", exact=True).input_value().count("\n") >= 3
    page.wait_for_selector("[data-zone-list] >> text=200 m")
    assert page.get_by_label("An area", exact=True).is_checked()
    drawn = page.get_by_label("Positions", exact=True).input_value()
    page.get_by_role("button", name="Clear").click()
    assert page.get_by_label("Positions", exact=True).input_value() == ""
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Positions", exact=True).input_value() == drawn
    page.get_by_role("button", name="Save and continue").click()
    page.goto(f"{filing_site.address}{draft}/check")
    page.get_by_role("button", name="File the claim").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Received"
    assert violations(page) == []
    assert delegate.faults == []


def test_a_claim_is_filed_with_the_keyboard_alone(filing_site: Site, delegate: Watched) -> None:
    client = signed_in(filing_site.app, IND)
    draft = begun(client, "Keyboard station")
    fill_in(client, draft)
    page = open_placement(filing_site, delegate, draft)
    before = page.get_by_label("Positions", exact=True).input_value()
    page.locator("[data-map-target]").focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    after = page.get_by_label("Positions", exact=True).input_value()
    assert (after != before, after.count("\n")) == (True, 0)
    press_button(page, "Save and continue")
    page.wait_for_url("**/placements")
    page.goto(f"{filing_site.address}{draft}")
    press_link(page, "Check before filing")
    page.wait_for_url("**/check")
    press_button(page, "File the claim")
    page.wait_for_url("**/filed")
    assert delegate.faults == []


def press_button(page: Page, name: str) -> None:
    """Tab to a button and press it."""
    _tab_to(page, name)
    page.keyboard.press("Enter")


def press_link(page: Page, name: str) -> None:
    """Tab to a link and follow it."""
    _tab_to(page, name)
    page.keyboard.press("Enter")


def _tab_to(page: Page, name: str) -> None:
    page.evaluate("document.activeElement.blur()")
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


@pytest.mark.slow
def test_every_form_is_without_fault_empty_filled_and_in_error(filing_site: Site, delegate: Watched) -> None:
    client = signed_in(filing_site.app, IND)
    filled, bare = begun(client, "Filled station"), begun(client, "Empty station")
    fill_in(client, filled)
    post(client, f"{bare}/placements", act="add")
    sections = ("who", "purpose", "authorisation", "credit", "zones", "undertakings", "contacts")
    addresses = [
        "/filing",
        "/filing/upload",
        *(f"{draft}{part}" for draft in (filled, bare) for part in ("", "/placements", "/check", "/files", "/discard")),
        *(f"{filled}/sections/{section}" for section in sections),
        *(f"{bare}/sections/{section}?checked=1" for section in sections),
        *(f"{draft}/placements/1{query}" for draft, query in ((filled, ""), (bare, "?checked=1"))),
    ]
    found = [fault for address in addresses for fault in _faults(delegate, filing_site.address + address)]
    assert found == []


def _faults(watched: Watched, address: str) -> Iterator[str]:
    watched.faults.clear()
    if (status := watched.open(address)) != 200:
        yield f"{address}: code {status}"
    yield from (f"{address}: {fault}" for fault in watched.faults)
    for width in WIDTHS:
        watched.page.set_viewport_size({"width": width, "height": 900})
        if too_wide := overflow(watched.page):
            yield f"{address}: {too_wide} px too wide at {width}"
    # The colours of its parts are those of every other page.
    yield from (f"{address}: {line}" for line in violations(watched.page, contrast=False))
