"""Lunar geodesy against published points, pyproj and cases worked by hand."""

import math

import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from solver.geometry import (
    MAP_CRS,
    GeometryFault,
    circle_on_map,
    distance_m,
    footprint,
    is_too_near,
    point_distance_m,
    scale,
    to_geographic,
    to_map,
    zone_outline,
)

SPHERE = pyproj.Geod(a=1737400, b=1737400)
TO_MAP = pyproj.Transformer.from_crs("IAU_2015:30100", MAP_CRS, always_xy=True)
latitudes = st.floats(-90, -80)
longitudes = st.floats(-180, 180, exclude_max=True)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "x_m", "y_m"),
    [(-85, 90, 151713.044, 0.0), (-80, 0, 0.0, 304005.608), (-89.67, 129.78, 7690.244, -6402.723), (-90, 77, 0, 0)],
)
def test_published_points_fall_on_their_map_metres(lat_deg: float, lon_deg: float, x_m: float, y_m: float) -> None:
    assert to_map(lat_deg, lon_deg) == pytest.approx((x_m, y_m), abs=6e-4)


@given(latitudes, longitudes)
def test_the_projection_is_that_of_pyproj(lat_deg: float, lon_deg: float) -> None:
    assert to_map(lat_deg, lon_deg) == pytest.approx(TO_MAP.transform(lon_deg, lat_deg), abs=1e-6)


@given(latitudes, longitudes)
def test_going_to_the_map_and_back_changes_nothing(lat_deg: float, lon_deg: float) -> None:
    x_m, y_m = to_map(lat_deg, lon_deg)
    assert to_map(*to_geographic(x_m, y_m)) == pytest.approx((x_m, y_m), abs=1e-6)


def test_longitude_180_is_given_as_minus_180() -> None:
    assert to_geographic(*to_map(-85, 180)) == pytest.approx((-85, -180))


def test_scale_grows_from_the_pole_to_the_edge_of_the_area() -> None:
    assert scale(0, 0) == 1
    assert scale(*to_map(-85, 10)) == pytest.approx(1.001906, abs=1e-6)
    assert scale(*to_map(-80, 200)) == pytest.approx(1.007654, abs=1e-6)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_of_points_is_the_great_circle(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    _, _, ground_m = SPHERE.inv(lon_a, lat_a, lon_b, lat_b)
    assert point_distance_m(to_map(lat_a, lon_a), to_map(lat_b, lon_b)) == pytest.approx(ground_m, abs=1e-3)


def test_two_kilometres_at_85_south_are_1996_metres_on_the_ground() -> None:
    assert distance_m(Point(151713, 0), Point(151713, 2000)) == pytest.approx(1996.195, abs=1e-3)


@pytest.mark.parametrize(
    ("distance", "keep_out_m", "verdict"),
    [
        (1000.0, 1000, False),
        (999.9991, 1000, False),
        (999.9989, 1000, True),
        (0.0, 0, False),
        (0.0, 1, True),
        (0.0, 0.001, False),
    ],
)
def test_a_pair_is_too_near_only_beyond_a_millimetre(distance: float, keep_out_m: float, verdict: bool) -> None:
    assert is_too_near(distance, keep_out_m) is verdict


def test_touching_and_overlapping_footprints_are_at_distance_zero() -> None:
    square = shape({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]})
    assert distance_m(square, Point(10, 5)) == 0
    assert distance_m(square, Point(5, 5)) == 0


def test_a_hole_counts_as_a_hole() -> None:
    shell = [[-1000, -1000], [1000, -1000], [1000, 1000], [-1000, 1000], [-1000, -1000]]
    hole = [[-500, -500], [500, -500], [500, 500], [-500, 500], [-500, -500]]
    ring = shape({"type": "Polygon", "coordinates": [shell, hole]})
    assert distance_m(ring, Point(0, 0)) == pytest.approx(500, abs=1e-4)


def test_the_nearest_part_of_a_multi_geometry_decides() -> None:
    parts = shape({"type": "MultiPoint", "coordinates": [[0, 5000], [0, 300]]})
    assert distance_m(parts, Point(0, 0)) == pytest.approx(300, abs=1e-4)


def test_of_parallel_edges_the_smallest_ground_distance_counts() -> None:
    """Everywhere 2000 m apart on the map; the ends farthest from the pole are nearest on the ground."""
    a = shape({"type": "LineString", "coordinates": [[0, 100000], [0, 250000]]})
    b = shape({"type": "LineString", "coordinates": [[2000, 120000], [2000, 200000]]})
    expected = point_distance_m((0, 200000), (2000, 200000))
    assert distance_m(a, b) == distance_m(b, a) == pytest.approx(expected, abs=1e-5)
    assert expected < point_distance_m((0, 120000), (2000, 120000)) - 4


def test_almost_parallel_edges_within_a_micrometre_count_as_equally_near() -> None:
    a = shape({"type": "LineString", "coordinates": [[0, 100000], [0, 200000]]})
    b = shape({"type": "LineString", "coordinates": [[2000, 100000], [2000.0000005, 200000]]})
    assert distance_m(a, b) == pytest.approx(point_distance_m((0, 200000), (2000, 200000)), abs=1e-4)


@given(st.lists(st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)), min_size=4, max_size=4, unique=True))
def test_distance_is_symmetric_and_never_above_any_pair_of_points(corners: list[tuple[int, int]]) -> None:
    a, b = shapely.LineString(corners[:2]), shapely.LineString(corners[2:])
    ground_m = distance_m(a, b)
    assert ground_m == pytest.approx(distance_m(b, a), abs=1e-6)
    assert all(ground_m <= point_distance_m(p, q) + 1e-6 for p in corners[:2] for q in corners[2:])


TYPES = "Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon"
NESTED = "coordinates are not nested as the type asks; compare RFC 7946, section 3.1"
EMPTY = "the coordinates are empty; give at least one position"
SHORT = "a ring has fewer than four positions; give at least a triangle and close it"
OPEN = "a ring is not closed; repeat its first position at the end"
METRES = "check that the coordinates are metres of IAU_2015:30135"
TRIANGLE = [[0, 0], [9, 0], [9, 9], [0, 0]]


@pytest.mark.parametrize(
    ("kind", "coordinates", "said"),
    [
        ("Circle", [0, 0], f"type 'Circle' is not a footprint; use one of {TYPES}"),
        (7, [0, 0], f"type 7 is not a footprint; use one of {TYPES}"),
        ("Point", [0, 0, 0], "a position has 3 numbers; give two, x and y in metres"),
        ("Point", [0], "a position has 1 numbers; give two, x and y in metres"),
        ("Point", [True, 0], "coordinate True is not a number; give metres"),
        ("Point", ["0", 0], "coordinate '0' is not a number; give metres"),
        ("Point", [0, None], "coordinate None is not a number; give metres"),
        ("Point", [math.nan, 0], "coordinate nan is not finite; give metres"),
        ("Point", [0, -math.inf], "coordinate -inf is not finite; give metres"),
        ("Point", "00", NESTED),
        ("Point", b"00", NESTED),
        ("Point", {"x": 0, "y": 0}, NESTED),
        ("LineString", [0, 0], NESTED),
        ("MultiPoint", [0, 0], NESTED),
        ("Polygon", TRIANGLE, NESTED),
        ("MultiLineString", TRIANGLE, NESTED),
        ("MultiPolygon", [TRIANGLE], NESTED),
        ("LineString", [], EMPTY),
        ("MultiPolygon", [[]], EMPTY),
        ("Polygon", [TRIANGLE[1:]], SHORT),
        ("MultiPolygon", [[TRIANGLE], [[[0, 0], [1, 1], [0, 0]]]], SHORT),
        ("Polygon", [[[0, 0], [9, 9], [9, 0], [0, 9]]], OPEN),
        ("Polygon", [[[0, 0], [90, 0], [90, 90], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2]]], OPEN),
        ("Polygon", [[[0, 0], [9, 9], [9, 0], [0, 9], [0, 0]]],
         "the shape is not valid (Self-intersection[4.5 4.5]); draw it anew"),
        ("Point", [0, 304005.61],
         f"(0, 304006) lies at latitude -80.0000, north of -80, outside the register's area; {METRES}"),
        ("LineString", [[0, 0], [400000, -100]],
         f"(400000, -100) lies at latitude -76.8667, north of -80, outside the register's area; {METRES}"),
    ],
)  # fmt: skip
def test_unusable_footprints_are_refused_with_what_is_wrong_and_the_mend(
    kind: object, coordinates: object, said: str
) -> None:
    with pytest.raises(GeometryFault) as refused:
        footprint({"type": kind, "coordinates": coordinates})
    assert str(refused.value) == said


def test_a_footprint_without_type_or_coordinates_is_refused() -> None:
    with pytest.raises(GeometryFault, match=r"^type None is not a footprint; use one of Point"):
        footprint({"coordinates": [0, 0]})
    with pytest.raises(GeometryFault, match=r"^coordinates are missing; give them in metres of IAU_2015:30135$"):
        footprint({"type": "Point"})


def test_what_the_geometry_library_cannot_build_is_refused_with_its_reason() -> None:
    with pytest.raises(GeometryFault, match=r"^the shape cannot be built \(.*point.*\); draw it anew$"):
        footprint({"type": "LineString", "coordinates": [[0, 0]]})
    with pytest.raises(GeometryFault, match="north of -80"):
        footprint({"type": "Point", "coordinates": [1e300, 0]})


@pytest.mark.parametrize(
    ("kind", "coordinates", "wkt"),
    [
        ("Point", [1, 2.5], "POINT (1 2.5)"),
        ("LineString", [[0, 0], [9, 0]], "LINESTRING (0 0, 9 0)"),
        ("Polygon", [TRIANGLE], "POLYGON ((0 0, 9 0, 9 9, 0 0))"),
        ("MultiPoint", [[0, 0], [9, 0]], "MULTIPOINT (0 0, 9 0)"),
        ("MultiLineString", [[[0, 0], [9, 0]], [[0, 5], [9, 5]]], "MULTILINESTRING ((0 0, 9 0), (0 5, 9 5))"),
        ("MultiPolygon", [[TRIANGLE]], "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)))"),
    ],
)
def test_footprints_of_all_types_are_taken_exactly_as_given(kind: str, coordinates: list, wkt: str) -> None:
    assert footprint({"type": kind, "coordinates": coordinates}).equals_exact(shapely.from_wkt(wkt), 0)
    assert footprint({"type": kind, "coordinates": tuple(coordinates)}).geom_type == kind


@pytest.mark.parametrize(("past_m", "inside"), [(0.0, True), (0.0009, True), (0.0012, False), (0.5, False)])
def test_the_edge_of_the_area_itself_is_inside_and_a_millimetre_beyond(past_m: float, inside: bool) -> None:
    edge = to_map(math.degrees(past_m / 1737400) - 80, 45)
    if inside:
        assert footprint({"type": "Point", "coordinates": list(edge)}).geom_type == "Point"
    else:
        with pytest.raises(GeometryFault, match="north of -80"):
            footprint({"type": "Point", "coordinates": list(edge)})


@pytest.mark.parametrize("lat_deg", [-90, -89.5, -88, -86, -84, -80])
@pytest.mark.parametrize("radius_m", [100, 2000, 10000])
def test_circles_on_the_map_are_right_to_a_tenth_of_a_metre(lat_deg: float, radius_m: int) -> None:
    centre = to_map(lat_deg, 30)
    (x, y), map_radius_m = circle_on_map(centre, radius_m)
    for azimuth in range(0, 360, 15):
        lon, lat, _ = SPHERE.fwd(30, lat_deg, azimuth, radius_m)
        assert math.dist((x, y), TO_MAP.transform(lon, lat)) == pytest.approx(map_radius_m, abs=0.1)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Point", "coordinates": [100000, 100000]},
        {"type": "LineString", "coordinates": [[100000, 100000], [103000, 101000]]},
        {"type": "Polygon", "coordinates": [[[0, 200000], [500, 200000], [500, 200400], [0, 200000]]]},
    ],
)
def test_a_drawn_outline_circumscribes_the_zone(document: dict) -> None:
    geometry, outline = footprint(document), shape(zone_outline(document, 2000))
    distances = [distance_m(geometry, Point(corner)) for corner in shapely.get_coordinates(outline.exterior)]
    edges = shapely.get_coordinates(outline.exterior.segmentize(20))
    assert min(distance_m(geometry, Point(corner)) for corner in edges) >= 1999.999
    assert max(distances) < 2005


def test_the_outline_of_a_point_has_128_sides_and_begins_at_the_top() -> None:
    """At the pole the circle of 2 km has 2000.00022 m on the map; its corners lie a little outside."""
    outline = zone_outline({"type": "Point", "coordinates": [0, 0]}, 2000)
    (ring,) = outline["coordinates"]
    assert (outline["type"], len(ring), ring[0]) == ("Polygon", 129, ring[-1])
    assert ring[0] == pytest.approx((0, 2000.6026), abs=1e-3)
    assert ring[1] == pytest.approx((98.1649, 1998.1927), abs=1e-3)
    assert ring[32] == pytest.approx((2000.6026, 0), abs=1e-3)
    assert len({tuple(corner) for corner in ring}) == 128


def test_the_outline_of_a_line_is_round_at_its_ends() -> None:
    """Two half circles of 64 sides; the scale of its northern rim, 103 km from the pole, widens all of it."""
    outline = zone_outline({"type": "LineString", "coordinates": [[0, 100000], [0, 101000]]}, 2000)
    (ring,) = outline["coordinates"]
    west, south, east, north = shape(outline).bounds
    assert len(ring) == 131
    radius_m = 2000 * (1 + (103000 / 3474800) ** 2) / math.cos(math.pi / 128)
    assert (west, east) == pytest.approx((-radius_m, radius_m), abs=1e-3)
    assert (south, north) == pytest.approx((100000 - radius_m, 101000 + radius_m), abs=1e-3)


def test_an_earth_crs_is_refused_by_the_projection_library() -> None:
    with pytest.raises(pyproj.exceptions.ProjError):
        pyproj.Transformer.from_crs("EPSG:4326", MAP_CRS)
