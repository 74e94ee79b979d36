"""The map as SVG: true to scale, the right way up, safe, and the same every time."""

import math
import re
from xml.etree import ElementTree as ET

import pytest

from registry.exports.map_svg import UnknownRegionError, render_map, sites_shown
from registry.exports.map_svg.content import Crater, Hold, MapContent, Protected, Region, Site
from solver.geometry import to_map

SVG = "{http://www.w3.org/2000/svg}"
POINT = {"type": "Point", "coordinates": [10000, 20000]}


def box(x: float, y: float, side: float) -> dict[str, object]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def site(**changes: object) -> Site:
    known = {"id": "C-0001/1", "label": "C-0001", "name": "Claim one", "standing": "entry", "footprint": POINT}
    return Site(**{**known, "keep_outs_m": (2000,), "href": "/entries/E-0001", **changes})


def content(**changes: object) -> MapContent:
    known = {"regions": (Region("ridge", "A ridge", "nasa-2024", box(5000, 15000, 10000)),), "sites": (site(),)}
    return MapContent("A map", "What it shows", **{**known, **changes})


def drawn(svg: str, kind: str) -> list[ET.Element]:
    return [element for element in ET.fromstring(svg).iter() if element.get("class") == f"map__{kind}"]


def at(element: ET.Element) -> tuple[float, float]:
    return float(element.get("cx", "nan")), float(element.get("cy", "nan"))


def test_the_earth_side_is_up_and_east_longitudes_are_right() -> None:
    svg = render_map(content(sites=(site(footprint={"type": "Point", "coordinates": [0, 100000]}),)))
    x, y = at(drawn(svg, "entry")[0])
    assert x == 430
    assert y < 430
    svg = render_map(content(sites=(site(footprint={"type": "Point", "coordinates": [100000, 0]}),)))
    assert at(drawn(svg, "entry")[0])[0] > 430


def test_a_zone_of_a_close_map_is_true_to_scale() -> None:
    svg = render_map(content(), region="ridge")
    # The frame shows 12 km across 792 units (860 less a margin of 34 to each side): 66 units to the kilometre;
    # the map's own scale there is 1.00004.
    assert float(drawn(svg, "zone")[0].get("r", "0")) == pytest.approx(2 * 66, rel=1e-3)


def test_an_area_too_small_to_see_still_has_its_mark() -> None:
    svg = render_map(content())
    assert drawn(svg, "zone") == []
    assert len(drawn(svg, "entry")) == 1


def test_the_scale_bar_is_as_long_as_it_says_at_its_latitude() -> None:
    svg = render_map(content())
    assert ">100 km, true at 85° S<" in svg
    halves = [float(element.get("width", "0")) for element in (*drawn(svg, "bar"), *drawn(svg, "bar-light"))]
    units_per_metre = 792 / (2 * to_map(-80, 0)[1] * 1.015)
    assert sum(halves) == pytest.approx(100_000 * 1.0019 * units_per_metre, rel=1e-3)


@pytest.mark.parametrize(("latitude", "radius_m"), [(-89, 30324), (-85, 151713), (-81, 273473)])
def test_circles_of_latitude_have_their_radius(latitude: int, radius_m: float) -> None:
    svg = render_map(content())
    units = radius_m * 792 / (2 * 304005.608 * 1.015)
    radii = [
        float(e.get("r", "0")) for kind in ("grid", "grid-strong") for e in drawn(svg, kind) if e.tag == f"{SVG}circle"
    ]
    assert min(abs(radius - units) for radius in radii) < 0.01, latitude


def test_chosen_texts_stay_texts() -> None:
    bad = "</text><script>alert(1)</script>\"'&"
    svg = render_map(
        content(
            regions=(Region("ridge", bad, "nasa-2024", box(5000, 15000, 10000)),),
            sites=(site(name=bad, label=bad),),
            craters=(Crater(bad, 10000, 20000, 90000),),
            protected=(Protected("p", bad, 12000, 20000, 2000, 0, enforced=True),),
            holds=(Hold("h", bad, POINT, 1000),),
            note=bad,
        ),
        region="ridge",
        with_legend=True,
    )
    ET.fromstring(svg)
    assert "<script" not in svg


def test_an_uncertain_place_is_drawn_as_such_and_an_enforced_one_with_its_buffer() -> None:
    svg = render_map(
        content(
            protected=(
                Protected("a", "Certain", 9000, 19000, 2300, 300, enforced=True),
                Protected("b", "Uncertain", 11000, 21000, 17000, 15000, enforced=False),
            )
        ),
        region="ridge",
    )
    assert float(drawn(svg, "protected")[0].get("r", "0")) == pytest.approx(2.3 * 66, rel=1e-3)
    assert float(drawn(svg, "uncertain")[0].get("r", "0")) == pytest.approx(15 * 66, rel=1e-3)
    assert "Uncertain: protected place, uncertain, not enforced until reviewed" in svg


def test_lesser_choices_are_on_close_maps_only() -> None:
    several = content(sites=(site(), site(id="C-0001/2", standing="other")))
    assert drawn(render_map(several), "other") == []
    assert len(drawn(render_map(several, region="ridge"), "other")) == 1
    assert [row.id for row in sites_shown(several)] == ["C-0001/1"]
    assert [row.id for row in sites_shown(several, "ridge")] == ["C-0001/1", "C-0001/2"]


def test_a_claim_that_got_nothing_lies_on_top() -> None:
    svg = render_map(content(sites=(site(standing="unserved"), site(id="C-2/1"))), region="ridge")
    assert svg.index("map__entry") < svg.index("map__unserved")


def test_labels_do_not_cover_one_another() -> None:
    sites = tuple(
        site(id=f"C-{n:04}/1", label=f"C-{n:04}", footprint={"type": "Point", "coordinates": [9000 + 150 * n, 20000]})
        for n in range(20)
    )
    svg = render_map(content(sites=sites), region="ridge")
    boxes = [
        (float(e.get("x", "0")), float(e.get("y", "0")), len(e.text or "") * 12 * 0.6) for e in drawn(svg, "label-site")
    ]
    assert 5 <= len(boxes) <= 20
    for index, (x, y, width) in enumerate(boxes):
        for other_x, other_y, other_width in boxes[index + 1 :]:
            apart = x + width <= other_x or other_x + other_width <= x or abs(y - other_y) >= 11
            assert apart, (x, y, other_x, other_y)


def test_an_unknown_region_is_refused_with_those_known() -> None:
    with pytest.raises(UnknownRegionError, match=r"no region 'atlantis'; known are .*ridge"):
        render_map(content(), region="atlantis")


def test_a_view_of_regions_that_are_not_there_is_refused() -> None:
    with pytest.raises(UnknownRegionError):
        render_map(content(), region="shackleton-and-connecting-ridge")


def test_the_same_content_gives_the_same_text() -> None:
    assert render_map(content(), region="ridge") == render_map(content(), region="ridge")


def test_an_empty_map_is_still_a_map() -> None:
    svg = render_map(MapContent("Nothing", "Nothing yet"), with_legend=True)
    assert ET.fromstring(svg).tag == f"{SVG}svg"
    assert "Earth side" in svg


def test_the_note_is_written_on_the_drawing() -> None:
    assert ">Illustrative data<" in render_map(content(note="Illustrative data"))


def test_coordinates_stay_inside_the_drawing() -> None:
    svg = render_map(content(), region="ridge")
    for x, y in re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"', svg):
        assert 0 <= float(x) <= 860
        assert 0 <= float(y) <= 860
    assert not math.isnan(at(drawn(svg, "entry")[0])[0])
    assert "nan" not in svg
