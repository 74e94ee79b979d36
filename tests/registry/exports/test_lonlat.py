"""From map metres to degrees: the antimeridian, the pole, and the right-hand rule."""

import itertools
from typing import Any

import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box, mapping, shape

from registry.exports.lonlat import to_lonlat
from solver.geometry import to_map

SQUARE = box(-10_000, -10_000, 10_000, 10_000)


def back_on_the_map(document: dict[str, Any]) -> Any:
    """The geometry in map metres again; the pole's line and the date line close up to nothing."""
    return shapely.transform(
        shape(document), lambda xy: [to_map(lat_deg, lon_deg) for lon_deg, lat_deg in xy], include_z=False
    )


def test_a_point_is_longitude_first() -> None:
    assert to_lonlat(mapping(Point(151_713.044, 0))) == {"type": "Point", "coordinates": [90.0, -85.0]}


def test_a_point_on_the_date_line_is_at_minus_180() -> None:
    assert to_lonlat(mapping(Point(0, -304_005.608)))["coordinates"] == [-180.0, -80.0]


def test_a_square_aside_of_the_date_line_stays_one_polygon() -> None:
    document = to_lonlat(mapping(box(50_000, 50_000, 60_000, 60_000)))
    assert document["type"] == "Polygon"
    assert back_on_the_map(document).symmetric_difference(box(50_000, 50_000, 60_000, 60_000)).area < 1000


def test_a_square_over_the_date_line_is_cut_in_two() -> None:
    square = box(-5_000, -60_000, 5_000, -50_000)
    document = to_lonlat(mapping(square))
    west, east = sorted(shape(document).geoms, key=lambda part: part.bounds[0])
    assert document["type"] == "MultiPolygon"
    assert east.bounds[2] == 180.0
    assert west.bounds[0] == -180.0
    assert east.bounds[0] > 170
    assert west.bounds[2] < -170
    assert back_on_the_map(document).area == pytest.approx(square.area, rel=1e-5)


@pytest.mark.parametrize(
    "around",
    [
        SQUARE,
        box(-10_000, -250, 10_000, 250),
        Polygon([(-500, -500), (4000, -500), (0, 9000)]),
        Point(3, 4).buffer(900),
    ],
)
def test_an_area_with_the_pole_inside_reaches_the_pole_at_every_longitude(around: Polygon) -> None:
    document = to_lonlat(mapping(around))
    together = shape(document)
    assert together.is_valid
    assert together.bounds[0] == -180.0
    assert together.bounds[1] == -90.0
    assert together.bounds[2] == 180.0
    assert together.covers(LineString([(-179.9, -89.9999), (179.9, -89.9999)]))
    assert back_on_the_map(document).area == pytest.approx(around.area, rel=1e-4)


def test_a_corner_on_the_pole_becomes_a_piece_of_the_poles_line() -> None:
    document = to_lonlat(mapping(Polygon([(0, 0), (10_000, 1), (1, 10_000)])))
    assert shape(document).is_valid
    assert [position for position in document["coordinates"][0] if position[1] == -90.0] != []


def test_outer_rings_run_counter_clockwise_and_holes_clockwise() -> None:
    ring = SQUARE.difference(box(-2000, -2000, 2000, 2000))
    moved = shapely.transform(ring, lambda xy: 80_000 + xy)
    document = to_lonlat(mapping(moved))
    outer, hole = (shapely.LinearRing(ring) for ring in document["coordinates"])
    assert outer.is_ccw
    assert not hole.is_ccw


@pytest.mark.parametrize(
    "line", [[(-10_000, 5_000), (10_000, 5_000)], [(-10_000, 50), (10_000, 50)], [(9, 9), (9e4, 1)]]
)
def test_what_lies_between_two_positions_is_within_a_metre_or_so_of_the_edge(line: list[tuple[float, float]]) -> None:
    positions = to_lonlat(mapping(LineString(line)))["coordinates"]
    halves = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in itertools.pairwise(positions)]
    off = [LineString(line).distance(Point(to_map(lat_deg, lon_deg))) for lon_deg, lat_deg in halves]
    assert max(off) < 1.5
    assert len(positions) < 1000


def test_a_multi_geometry_stays_one() -> None:
    document = to_lonlat({"type": "MultiPoint", "coordinates": [[151_713.044, 0]]})
    assert document == {"type": "MultiPoint", "coordinates": [[90.0, -85.0]]}
