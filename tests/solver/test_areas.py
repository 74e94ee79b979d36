"""Ground areas on the sphere against closed forms and against the map scale."""

import math

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from solver import geometry
from solver.areas import ground_km2

R_KM = geometry.MOON_RADIUS_M / 1000


def ring(lat_deg: float, corners: int) -> list[tuple[float, float]]:
    return [geometry.to_map(lat_deg, 360 * n / corners - 180) for n in range(corners)]


@pytest.mark.parametrize("lat_deg", [-80, -85, -89.9])
def test_a_polar_cap_has_the_area_of_the_sphere_above_it(lat_deg: float) -> None:
    """2 pi R^2 (1 - cos c) for colatitude c; 10,000 straight edges leave out less than one part in 10^7."""
    exact = 2 * math.pi * R_KM**2 * (1 - math.cos(math.radians(90 + lat_deg)))
    assert ground_km2(Polygon(ring(lat_deg, 10_000))) == pytest.approx(exact, rel=1e-7)


def test_a_belt_is_the_difference_of_two_caps() -> None:
    belt = Polygon(ring(-84, 10_000), [ring(-86, 10_000)])
    exact = 2 * math.pi * R_KM**2 * (math.cos(math.radians(4)) - math.cos(math.radians(6)))
    assert ground_km2(belt) == pytest.approx(exact, rel=1e-7)


def test_a_square_kilometre_of_the_map_far_from_the_pole_is_less_on_the_ground() -> None:
    """At 80 S the scale is 1.00766 each way: 0.98486 square kilometres."""
    x, _ = geometry.to_map(-80, 90)
    square = box(x - 500, -500, x + 500, 500)
    assert ground_km2(square) == pytest.approx(1 / geometry.scale(x, 0) ** 2, abs=1e-7)
    assert round(ground_km2(square), 4) == 0.9849


def test_a_square_kilometre_around_the_pole_is_one() -> None:
    assert ground_km2(box(-500, -500, 500, 500)) == pytest.approx(1, abs=1e-6)


def test_the_direction_of_a_ring_does_not_matter_and_parts_add_up() -> None:
    square = [(100, 100), (1100, 100), (1100, 1100), (100, 1100)]
    turned = Polygon(square[::-1])
    assert ground_km2(turned) == ground_km2(Polygon(square))
    two = MultiPolygon([Polygon(square), box(5000, 0, 6000, 1000)])
    assert ground_km2(two) == pytest.approx(2, abs=1e-4)


@pytest.mark.parametrize("shape", [Point(1, 1), LineString([(0, 0), (1000, 0)]), Polygon()])
def test_points_lines_and_nothing_cover_nothing(shape: object) -> None:
    assert ground_km2(shape) == 0
