"""The map page as a whole: finding places, weight, paper, violations, and what is there when something is not."""

import functools
import math
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Response, Route, expect

from tests.browser.conftest import Site, Watched, overflow, violations
from tests.browser.test_map import SHACKLETON, open_map
from tests.registry.web.site import keep_picture

pytestmark = pytest.mark.browser

MOST_BYTES = 1_000_000


FOUND = (
    ("shackleton", "The map shows Shackleton.", SHACKLETON),
    ("-45, 12", "-45, 12 is outside the register’s area, which is latitude −80° and farther south.", None),
    ("85.5° S, 35.7° W", "The middle of the map is at 85.5° S, 35.7° W.", (-79668, 110857)),
    ("7690 -6403", "The middle of the map is at 7690 -6403.", SHACKLETON),
    ("E-0001", "Selected: C-0001/1, Luna-27A. Entry.", (-37480, 83270)),
    ("C-0001/3", "Selected: C-0001/3, Luna-27A. Other choice.", (-178790, 73600)),
    ("Atlantis", "Nothing on the map is called “Atlantis”.", None),
    ("-89.67, 129.78", "The middle of the map is at -89.67, 129.78.", SHACKLETON),
)


def test_places_claims_and_positions_are_found_one_after_the_other(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site)
    for text, answer, view in FOUND:
        page.get_by_label("Find a place, a claim or a position").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("[data-said]")).to_contain_text(answer)
        if view is not None:
            page.wait_for_url(functools.partial(is_view, view))
            assert is_view(view, page.url)


def is_view(middle: tuple[float, float], address: str) -> bool:
    """Whether an address of the map says that it shows the surroundings of a place."""
    said = parse_qs(urlsplit(address).query).get("view", [""])[0]
    return bool(said) and math.dist([float(part) for part in said.split(",")[:2]], middle) < 80


def test_the_map_is_without_violation_and_fits_at_every_width(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site, "?region=mons-mouton&day=900&site=C-0030/1")
    for width in (360, 768, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0
        assert violations(page, contrast=width == 1600) == []
    assert watched.faults == []


def test_a_register_without_a_round_has_a_map_of_places(empty_site: Site, watched: Watched) -> None:
    watched.open(f"{empty_site.address}/map")
    expect(watched.page.locator("[data-map-target] canvas").first).to_be_visible()
    assert watched.page.locator("[data-time]").count() == 0
    assert violations(watched.page) == []
    assert watched.faults == []


def test_the_first_view_is_less_than_a_megabyte_and_comes_from_this_machine(
    chromium: Browser, played_site: Site
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    responses: list[Response] = []

    def came(response: Response) -> None:
        responses.append(response)

    page.on("response", came)
    page.goto(f"{played_site.address}/map", wait_until="networkidle")
    sizes = {response.url: len(response.body()) for response in responses}
    context.close()
    assert all(address.startswith(played_site.address) for address in sizes)
    assert any("/map/layers/zones" in address for address in sizes)
    # Bodies as unpacked: what is transferred is less.
    assert 300_000 < sum(sizes.values()) < MOST_BYTES


def test_a_picture_of_the_ground_is_fetched_when_it_is_ticked_and_lies_under_everything(
    played_site: Site, watched: Watched
) -> None:
    folder = keep_picture(played_site.app)
    page = open_map(watched, played_site, "?region=shackleton-and-connecting-ridge")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_label("Relief").check()
    pictures = page.locator(".registry-layer-pictures")
    expect(pictures.first).to_be_visible()
    assert [address for address in fetched if "/map/ground/relief.png" in address]
    page.get_by_label("Relief").uncheck()
    expect(page.locator(".registry-layer-pictures:visible")).to_have_count(0)
    assert violations(page) == []
    assert watched.faults == []
    for path in folder.iterdir():
        path.unlink()


def test_where_the_layers_cannot_be_had_the_drawing_stays(played_site: Site, watched: Watched) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    watched.page.route("**/map/layers/zones*", refuse)
    watched.open(f"{played_site.address}/map")
    watched.page.wait_for_timeout(300)
    assert watched.page.locator("svg.map:visible").count() == 1
    assert watched.page.get_by_text("The map that moves could not be loaded.").is_visible()
    assert not watched.page.locator("[data-live]").is_visible()


def test_on_paper_the_map_fits_and_what_is_operated_is_left_out(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site, "?region=mons-mouton")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    box = page.locator("[data-map-target]").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (642, 642)  # with its edge
    assert not page.get_by_role("button", name="Play").is_visible()
    assert page.locator("[data-length]").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.get_by_role("button", name="Play").is_visible()
    assert watched.faults == []
