"""Using the pages: by keyboard, without scripts, on a narrow screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, Watched

pytestmark = pytest.mark.browser


def test_the_first_tab_skips_to_the_content(played_site: Site, watched: Watched) -> None:
    watched.open(f"{played_site.address}/claims")
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    watched.page.keyboard.press("Enter")
    assert watched.page.url.endswith("#main-content")


def test_a_filter_is_set_by_keyboard_and_stays_in_the_address(played_site: Site, watched: Watched) -> None:
    page = watched.page
    watched.open(f"{played_site.address}/claims")
    page.get_by_label("Search").focus()
    page.keyboard.type("reactor")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims?q=reactor*")
    assert page.get_by_role("status").inner_text().startswith("1 of 65 claims")
    page.reload()
    assert page.get_by_label("Search").input_value() == "reactor"


def test_everything_can_be_read_without_scripts(chromium: Browser, played_site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{played_site.address}/claims/C-0018")
    assert page.get_by_role("link", name="Entries", exact=True).first.is_visible()
    assert page.get_by_text("With the other allotments as they are").is_visible()
    context.close()


def test_a_wide_table_scrolls_inside_itself(played_site: Site, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 800})
    watched.open(f"{played_site.address}/claims")
    box = watched.page.get_by_role("region", name="Claims", exact=True)
    box.evaluate("element => element.scrollLeft = 400")
    assert box.evaluate("element => element.scrollLeft") > 100


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_a_narrow_screen_without_scripts_gets_the_map_with_large_labels(played_site: Site, plain: Page) -> None:
    plain.goto(f"{played_site.address}/map")
    shown = plain.locator("svg.map:visible")
    assert shown.get_attribute("viewBox") == "0 0 860 860"
    plain.set_viewport_size({"width": 360, "height": 800})
    assert shown.get_attribute("viewBox") == "0 0 420 420"
    assert plain.get_by_role("region", name="Sites on the map").is_visible()
    assert not plain.locator("[data-live]").is_visible()


def test_a_site_on_the_map_without_scripts_leads_to_its_page(played_site: Site, plain: Page) -> None:
    plain.goto(f"{played_site.address}/map?region=slater-plain")
    plain.locator("svg.map:visible a[href^='/entries/']").last.click()
    assert "/entries/E-" in plain.url


def test_the_map_without_scripts_shows_what_there_is_on_one_day(played_site: Site, plain: Page) -> None:
    plain.goto(f"{played_site.address}/map?region=mons-mouton")
    rows = plain.get_by_role("region", name="Sites on the map").locator("tbody tr")
    every = rows.count()
    plain.get_by_role("textbox", name="Only what is planned or in force on one day").fill("2028-10-01")
    plain.get_by_role("button", name="Show", exact=True).click()
    assert plain.get_by_role("status").inner_text() == "What is planned or in force on 1 October 2028 (day 366)."
    assert (0 < rows.count() < every, plain.locator("svg.map:visible").count()) == (True, 1)
    assert "region=mons-mouton" in plain.url
    assert "day=2028-10-01" in plain.url
    for day in ("soon", "2020-01-01", "99999"):
        answer = plain.goto(f"{played_site.address}/map?day={day}")
        assert answer is not None
        assert answer.status == 400
