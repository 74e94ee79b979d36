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
    [(1000.0, 1000, False), (999.9991, 1000, False), (999.9989, 1000, True), (0.0, 0, False), (0.0, 1, True)],
)
def test_a_pair_is_too_near_only_beyond_a_millimetre(distance: float, keep_out_m: int, verdict: bool) -> None:
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


@pytest.mark.parametrize(
    ("document", "fragment"),
    [
        ({"type": "Circle", "coordinates": [0, 0]}, "'Circle' is not a footprint"),
        ({"type": "Point"}, "coordinates are missing"),
        ({"type": "Point", "coordinates": [0, 0, 0]}, "3 numbers"),
        ({"type": "Point", "coordinates": [True, 0]}, "True is not a number"),
        ({"type": "Point", "coordinates": ["0", 0]}, "'0' is not a number"),
        ({"type": "Point", "coordinates": [math.nan, 0]}, "not finite"),
        ({"type": "LineString", "coordinates": []}, "empty"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "cannot be built"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [9, 9], [9, 0], [0, 9], [0, 0]]]}, "Self-intersection"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [9, 9], [9, 0], [0, 9]]]}, "not closed"),
        ({"type": "Point", "coordinates": [0, 304005.610]}, "north of -80"),
        ({"type": "Point", "coordinates": [1e300, 0]}, "north of -80"),
    ],
)
def test_unusable_footprints_are_refused_with_what_is_wrong(document: dict, fragment: str) -> None:
    with pytest.raises(GeometryFault) as refused:
        footprint(document)
    assert fragment in str(refused.value)
    assert "; " in str(refused.value)


def test_the_edge_of_the_area_itself_is_inside() -> None:
    assert footprint({"type": "Point", "coordinates": list(to_map(-80, 45))}).geom_type == "Point"


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


def test_an_earth_crs_is_refused_by_the_projection_library() -> None:
    with pytest.raises(pyproj.exceptions.ProjError):
        pyproj.Transformer.from_crs("EPSG:4326", MAP_CRS)
