"""The map with scripts: where the pointer is, how long the bar is, what is shown on a day, the selection, the address."""

import math
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from solver import geometry
from solver.geometry import point_distance_m, to_geographic
from tests.browser.conftest import Site, Watched

pytestmark = pytest.mark.browser

SHACKLETON = (7690.244, -6402.723)  # 89.67 S, 129.78 E
GEODESY = Path(__file__).parents[2] / "registry" / "web" / "frontend" / "map" / "geodesy.js"


def open_map(watched: Watched, site: Site, query: str = "") -> Page:
    watched.open(f"{site.address}/map{query}")
    expect(watched.page.locator("[data-count]")).not_to_be_empty()
    return watched.page


def middle(page: Page) -> tuple[int, int]:
    """A pixel in the middle of the map, brought into the window."""
    target = page.locator("[data-map-target]")
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


def pointed_at(page: Page, x: float, y: float) -> tuple[float, float]:
    """The map point that the page says is under a pixel."""
    page.mouse.move(x, y)
    found = page.locator("[data-position]").get_attribute("data-at")
    assert found is not None
    first, second = found.split()
    return float(first), float(second)


def drawn(page: Page) -> bytes:
    """What is drawn in the middle of the map, as a picture."""
    x, y = middle(page)
    page.wait_for_timeout(300)
    return page.screenshot(clip={"x": x - 30, "y": y - 30, "width": 60, "height": 60})


def pressed(page: Page) -> list[str]:
    return page.locator("[data-rows] button[aria-pressed=true]").all_inner_texts()


def said(page: Page) -> str:
    return page.locator("[data-said]").inner_text()


def asked(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query)[name][0]


def place_of(page: Page, site: Site, layer: str, name: str) -> tuple[float, float]:
    """Where the register has the point of a placement."""
    found = page.request.get(f"{site.address}/map/layers/{layer}").json()["features"]
    [x, y] = next(row["geometry"]["coordinates"] for row in found if row["properties"]["id"] == name)
    return x, y


def test_the_position_under_the_pointer_is_told_in_metres_and_in_degrees(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site, "?view=7690.244,-6402.723,1")
    x, y = middle(page)
    assert math.dist(pointed_at(page, x, y), SHACKLETON) < 2
    metres, degrees = (page.locator(f"[data-{kind}]").inner_text() for kind in ("metres", "degrees"))
    found = [float(text.replace(",", "").replace("−", "-")) for text in re.findall(r"−?[\d,.]*\d", metres + degrees)]
    assert found == pytest.approx([7690, -6403, -89.67, 129.78], abs=2)
    assert found[2:] == pytest.approx([-89.67, 129.78], abs=0.01)
    right, up = pointed_at(page, x + 100, y), pointed_at(page, x, y - 100)
    assert (right[0] - SHACKLETON[0], up[1] - SHACKLETON[1]) == (pytest.approx(100, abs=2), pytest.approx(100, abs=2))
    assert watched.faults == []


def test_the_geodesy_of_the_map_is_that_of_the_register(empty_site: Site, watched: Watched) -> None:
    page = watched.page
    page.route("**/geodesy.js", lambda route: route.fulfill(path=GEODESY, content_type="text/javascript"))
    watched.open(f"{empty_site.address}/map")
    points = [(0.0, 0.0), SHACKLETON, (-200000.0, 150000.0), (0.0, -304000.0), (151713.044, 0.0)]
    found = page.evaluate(
        """async (points) => {
            const { toMap, toGeographic, scaleAt, groundDistance, circleOnMap } = await import("/geodesy.js");
            return points.map((point) => {
                const { centre, radius } = circleOnMap(point, 10000);
                const place = toGeographic(point);
                return [...place, ...toMap(...place), scaleAt(point), groundDistance(point, points[1]), ...centre, radius];
            });
        }""",
        points,
    )
    for (x, y), numbers in zip(points, found, strict=True):
        circle = geometry.circle_on_map((x, y), 10000)
        expected = [*geometry.to_geographic(x, y), x, y, geometry.scale(x, y)]
        expected += [geometry.point_distance_m((x, y), SHACKLETON), *circle[0], circle[1]]
        assert numbers == pytest.approx(expected, abs=1e-6, rel=1e-12)


@pytest.mark.parametrize("view", ["0,0,200", "0,-290000,150", "-200000,200000,150"])
def test_the_scale_bar_is_as_long_as_the_ground_that_it_names(played_site: Site, watched: Watched, view: str) -> None:
    page = open_map(watched, played_site, f"?view={view}")
    named = page.locator("[data-length]").inner_text()
    groups = re.match(r"([\d.]+)\s(km|m) on the ground at latitude −([\d.]+)°", named)
    assert groups is not None
    x, y = middle(page)
    box = page.locator("[data-bar]").bounding_box()
    assert box is not None
    left, right = pointed_at(page, x - 200, y), pointed_at(page, x + 200, y)
    half = box["width"] / 2 / 400
    centre = [(one + other) / 2 for one, other in zip(left, right, strict=True)]
    ends = [tuple(c + sign * half * (b - a) for a, b, c in zip(left, right, centre, strict=True)) for sign in (-1, 1)]
    ground_m = point_distance_m((ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]))
    assert ground_m == pytest.approx(float(groups[1]) * (1000 if groups[2] == "km" else 1), rel=0.001)
    assert -float(groups[3]) == pytest.approx(to_geographic(centre[0], centre[1])[0], abs=0.02)


def test_a_site_chosen_on_the_map_is_chosen_in_the_table_and_the_other_way_round(
    played_site: Site, watched: Watched
) -> None:
    page = open_map(watched, played_site)
    x_m, y_m = place_of(page, played_site, "entries", "C-0004/2")
    open_map(watched, played_site, f"?view={x_m},{y_m},20&layers=entries")
    page.mouse.click(*middle(page))
    expect(page.locator("[data-said]")).to_have_text("Selected: C-0004/2, Dust monitor. Entry.")
    assert pressed(page) == ["C-0004/2"]
    page.mouse.click(middle(page)[0] + 150, middle(page)[1] - 150)
    expect(page.locator("[data-said]")).to_have_text("Nothing is selected.")
    assert pressed(page) == []
    # The other way, by keyboard.
    open_map(watched, played_site, "?region=mons-mouton")
    page.locator("[data-rows]").get_by_role("button", name="C-0030/1").focus()
    page.keyboard.press("Enter")
    assert said(page) == "Selected: C-0030/1, Polar sample return. Entry."
    page.wait_for_url("**site=C-0030/1**")
    page.wait_for_url("**view=**")
    shown = [float(part) for part in asked(page, "view").split(",")[:2]]
    assert math.dist(shown, place_of(page, played_site, "entries", "C-0030/1")) < 2
    assert page.evaluate("document.activeElement.textContent") == "C-0030/1"
    # An address that names a site and no view shows that site.
    open_map(watched, played_site, "?site=C-0004/2")
    expect(page.locator("[data-said]")).to_have_text("Selected: C-0004/2, Dust monitor. Entry.")
    page.wait_for_url("**view=**")
    assert math.dist([float(part) for part in asked(page, "view").split(",")[:2]], (x_m, y_m)) < 2
    assert watched.faults == []


def test_the_address_restores_view_layers_day_and_selection(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site, "?view=73000,118000,90")
    page.get_by_role("checkbox", name="Craters").uncheck()
    page.get_by_role("checkbox", name="Other choices").check()
    page.get_by_role("checkbox", name="Only what is planned or in force on one day").check()
    page.locator("[data-day]").fill("900")
    page.locator("[data-rows]").get_by_role("button", name="C-0026/1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**site=C-0026/1**")
    expect(page.locator("[data-position]")).not_to_have_attribute("data-at", "73000.000 118000.000")
    page.wait_for_timeout(400)
    link = page.locator("[data-permalink]").get_attribute("href")
    before = page.locator("[data-count]").inner_text(), page.locator("[data-length]").inner_text(), said(page)
    assert link is not None
    assert link == page.url
    watched.open(link)
    expect(page.locator("[data-count]")).not_to_be_empty()
    assert (
        page.get_by_role("checkbox", name="Craters").is_checked(),
        page.get_by_role("checkbox", name="Other choices").is_checked(),
    ) == (False, True)
    assert page.locator("[data-day]").input_value() == "900"
    assert page.locator("[data-day-words]").inner_text() == "19 March 2030, day 900"
    assert pressed(page) == ["C-0026/1"]
    assert (page.locator("[data-count]").inner_text(), page.locator("[data-length]").inner_text()) == before[:2]
    assert page.locator("[data-permalink]").get_attribute("href") == link


def test_on_a_day_what_is_not_in_force_is_neither_in_the_table_nor_on_the_map(
    played_site: Site, watched: Watched
) -> None:
    page = open_map(watched, played_site)
    features = page.request.get(f"{played_site.address}/map/layers/entries").json()["features"]
    [entry] = [row for row in features if row["properties"]["id"] == "C-0004/2"]
    x_m, y_m = entry["geometry"]["coordinates"]
    start, until = entry["properties"]["start"], entry["properties"]["until"]
    address = f"?view={x_m},{y_m},20&layers="
    nothing = drawn(open_map(watched, played_site, address))
    for day, is_there in ((start - 1, False), (start, True), (until - 1, True), (until, False)):
        open_map(watched, played_site, f"{address}entries&day={day}")
        assert page.get_by_role("button", name="C-0004/2").count() == is_there
        assert (drawn(page) != nothing) == is_there
        page.mouse.click(*middle(page))
        words = "Selected: C-0004/2, Dust monitor. Entry." if is_there else "Nothing is selected."
        expect(page.locator("[data-said]")).to_have_text(words)


def test_time_plays_on_until_it_is_stopped(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-day-words]")).to_contain_text(re.compile(r"day (30|60|90|\d{3})"))
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator("[data-day]").input_value()
    page.wait_for_timeout(600)
    assert page.locator("[data-day]").input_value() == stopped
    assert page.locator("[data-day]").get_attribute("aria-valuetext") == page.locator("[data-day-words]").inner_text()


def test_the_map_moves_zooms_and_selects_by_keyboard_and_shows_its_focus(played_site: Site, watched: Watched) -> None:
    page = open_map(watched, played_site, "?view=73000,118000,90")
    target = page.locator("[data-map-target]")
    target.focus()
    assert target.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    bar = page.locator("[data-length]").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"view=8\d{4},118000,90"))
    for _ in range(3):
        page.keyboard.press("+")
        page.wait_for_timeout(350)
    expect(page.locator("[data-length]")).not_to_have_text(bar)
    x_m, y_m = place_of(page, played_site, "entries", "C-0004/2")
    open_map(watched, played_site, f"?view={x_m},{y_m},20&layers=entries")
    target.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_have_text("Selected: C-0004/2, Dust monitor. Entry.")
