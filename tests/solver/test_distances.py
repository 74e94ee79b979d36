"""Distances of footprints against the published formula over all pairs of edges, and of many points against one by one."""

import itertools
import math
import random
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point, shape

from solver.geometry import are_too_near, distance_m, is_too_near, point_distance_m, point_distances_m, scale
from tests.solver.oracle_distance import edges, footprint_distance_m, sphere_distance_m

Corner = tuple[int, int]
SHAPES: dict[str, list[Corner]] = {
    "bar": [(0, 0), (4, 0)],
    "corner": [(0, 0), (3, 0), (3, 2)],
    "comb": [(0, 0), (0, 1), (1, 1), (1, 0), (2, 0), (2, 1), (4, 1)],
    "stair": [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (4, 2)],
    "slant": [(0, 0), (2, 1), (4, 1)],
    "ring": [(0, 0), (3, 0), (3, 2), (0, 2), (0, 0)],
}
TURNS = ((1.0, 0.0), (0.6, 0.8), (-0.8, 0.6), (0.0, -1.0))
"""Cosine and sine: of the 3-4-5 triangle, which keeps lengths on the map equal to the last bits."""
STEP_M, FROM_POLE_M = 12_500, (150_000, -120_000)


def placed(name: str, shift: Corner, turn: tuple[float, float], backwards: bool = False) -> dict[str, Any]:
    """One of the shapes with its corners on a lattice of 12.5 km, turned, far from the pole."""
    cos, sin = turn
    corners = [(STEP_M * (x + shift[0]), STEP_M * (y + shift[1])) for x, y in SHAPES[name]]
    found = [[FROM_POLE_M[0] + x * cos - y * sin, FROM_POLE_M[1] + x * sin + y * cos] for x, y in corners]
    found = found[::-1] if backwards else found
    return (
        {"type": "Polygon", "coordinates": [found]} if name == "ring" else {"type": "LineString", "coordinates": found}
    )


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each two shapes in eight places beside or on each other: whole stretches and many pairs are equally near on the map."""
    draws = random.Random("lattice")
    found = []
    for one, other in itertools.combinations_with_replacement(SHAPES, 2):
        for turn in TURNS:
            shifts = [(draws.randint(-5, 5), draws.randint(-3, 3)) for _ in range(2)]
            directions = [(draws.random() < 0.5, draws.random() < 0.5) for _ in shifts]
            for shift, (back, forth) in zip(shifts, directions, strict=True):
                found.append((placed(one, (0, 0), turn, back), placed(other, shift, turn, forth)))
    return found


def test_of_all_that_is_equally_near_on_the_map_the_smallest_distance_counts_in_any_direction() -> None:
    """Metres lie between the right pair and others as near on the map, in many of these."""
    wrong, touching, told_apart = [], 0, 0
    for one, other in pairs():
        a, b, due = shape(one), shape(other), footprint_distance_m(one, other)
        if max(abs(metres - due) for metres in (distance_m(a, b), distance_m(b, a))) > 1e-4:
            wrong.append((one, other, due))
        touching += due == 0
        told_apart += due > 0 and sphere_distance_m(*shapely.shortest_line(a, b).coords) - due > 1
    assert wrong == []
    assert (touching > 20, told_apart > 15) == (True, True), (touching, told_apart)


@pytest.mark.parametrize(
    ("a", "b", "nearest"),
    [
        # A level edge and one that falls toward it: near at the eastern end alone.
        ([(0, 0), (9000, 0)], [(0, 3000), (9000, 2000)], ((9000, 0), (9000, 2000))),
        # End to end on one line, and past each other.
        ([(0, 0), (9000, 0)], [(11000, 0), (20000, 0)], ((9000, 0), (11000, 0))),
        ([(0, 0), (9000, 0)], [(12000, 4000), (20000, 4000)], ((9000, 0), (12000, 4000))),
        # An end beside the middle of an edge, from above and from the left.
        ([(0, 0), (9000, 0)], [(4000, 2000), (4000, 8000)], ((4000, 0), (4000, 2000))),
        ([(0, 0), (0, 9000)], [(-2000, 5000), (-8000, 6000)], ((0, 5000), (-2000, 5000))),
        # A piece without length is a point.
        ([(0, 0), (9000, 0)], [(3000, 1500), (3000, 1500)], ((3000, 0), (3000, 1500))),
        ([(3000, 0), (3000, 0)], [(3000, 1500), (3000, 1500)], ((3000, 0), (3000, 1500))),
        # One metre long, and one metre apart.
        ([(0, 0), (1, 0)], [(0, 1), (1, 1)], ((1, 0), (1, 1))),
    ],
)
def test_the_nearest_points_of_two_edges_are_found_by_hand(a: list[Corner], b: list[Corner], nearest: Any) -> None:
    at = 100_000  # away from the pole eastward: of equal pairs the eastern is smaller
    due = point_distance_m(*((x + at, y) for x, y in nearest))
    one, other = (LineString([(x + at, y) for x, y in corners]) for corners in (a, b))
    assert distance_m(one, other) == pytest.approx(due, abs=2e-6)
    assert distance_m(other, one) == pytest.approx(due, abs=2e-6)


@pytest.mark.parametrize("turn", [*TURNS, (-0.6, -0.8), (0.8, 0.6)])
@pytest.mark.parametrize("aside_m", [2000.0, -2000.0])
def test_of_edges_that_part_by_two_micrometres_half_is_equally_near(turn: tuple[float, float], aside_m: float) -> None:
    """From 100 to 200 km from the pole: the middle is the last place within a micrometre, and nearest on the ground."""
    cos, sin = turn

    def at(out_m: float, across_m: float) -> tuple[float, float]:
        return 7000 + out_m * cos - across_m * sin, -5000 + out_m * sin + across_m * cos

    wider_m = aside_m + math.copysign(2e-6, aside_m)
    straight, parting = LineString([at(1e5, 0), at(2e5, 0)]), LineString([at(1e5, aside_m), at(2e5, wider_m)])
    due = point_distance_m(at(1.5e5, 0), at(1.5e5, aside_m))
    for one, other in ((straight, parting), (parting, straight), (straight.reverse(), parting)):
        assert distance_m(one, other) == pytest.approx(due, abs=1e-3)
    assert point_distance_m(at(1e5, 0), at(1e5, aside_m)) - due > 1
    assert due - point_distance_m(at(2e5, 0), at(2e5, aside_m)) > 1


@pytest.mark.parametrize("turn", TURNS)
def test_what_is_farther_on_the_map_does_not_count_though_it_is_nearer_on_the_ground(turn: tuple[float, float]) -> None:
    """Two pairs of tracks 2000 m apart, 110 and 130 km from the pole; one that is 2005 m off goes out to 300 km."""
    cos, sin = turn

    def track(*corners: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * cos - y * sin, x * sin + y * cos) for x, y in corners]

    a = MultiLineString([track((1e5, 0), (3e5, 0)), track((1e5, 4005), (1.3e5, 4005))])
    b = MultiLineString([track((1e5, 2000), (1.1e5, 2000)), track((1.2e5, 2005), (3e5, 2005))])
    near = point_distance_m(*track((1.3e5, 2005), (1.3e5, 4005)))
    assert distance_m(a, b) == pytest.approx(near, abs=1e-3)
    assert distance_m(b, a) == pytest.approx(near, abs=1e-3)
    assert point_distance_m(*track((3e5, 0), (3e5, 2005))) < near - 5


def test_of_points_that_are_equally_near_the_nearest_on_the_ground_counts() -> None:
    a, b = [(1e5, 0), (2e5, 0)], [(1e5, 2000), (2e5, 2000)]
    due = point_distance_m((2e5, 0), (2e5, 2000))
    for one, other in itertools.product((a, a[::-1]), (b, b[::-1])):
        assert distance_m(MultiPoint(one), MultiPoint(other)) == pytest.approx(due, abs=1e-6)
        assert distance_m(MultiPoint(one), LineString(other)) == pytest.approx(due, abs=1e-4)
        assert distance_m(LineString(one), MultiPoint(other)) == pytest.approx(due, abs=1e-4)


def test_the_edges_of_all_parts_and_of_all_holes_count() -> None:
    shell = [[-9000, -9000], [9000, -9000], [9000, 9000], [-9000, 9000], [-9000, -9000]]
    holes = [[[x, -500], [x + 1000, -500], [x + 1000, 500], [x, 500], [x, -500]] for x in (-5000, 3000)]
    far = [[[20000, 0], [21000, 0], [21000, 1000], [20000, 0]]]
    place = {"type": "MultiPolygon", "coordinates": [[shell, *holes], far]}
    for at, due in (((3200, 0), 200), ((-4100, 0), 100), ((20000, -700), 700), ((0, 0), 0), ((21000, 1300), 300)):
        assert distance_m(shape(place), Point(at)) == pytest.approx(due, abs=0.05)
    lines = {"type": "MultiLineString", "coordinates": [[[0, 0], [0, 9000]], [[5000, 0], [5000, 9000], [7000, 9000]]]}
    assert distance_m(shape(lines), Point(6000, 9400)) == pytest.approx(400, abs=0.05)
    assert len(edges(lines)) == 3


def points() -> np.ndarray[Any, np.dtype[np.float64]]:
    draws = random.Random("points")
    return np.array([[draws.uniform(150_000, 180_000), draws.uniform(-200_000, -170_000)] for _ in range(60)])


def test_distances_of_many_points_are_those_of_each_pair() -> None:
    p, q = points(), points()[::-1].copy()
    p[0] = q[0] = 0.0, 0.0
    due = [sphere_distance_m(tuple(a), tuple(b)) for a, b in zip(p, q, strict=True)]
    assert point_distances_m(p, q) == pytest.approx(due, abs=1e-6)
    assert due[0] == 0
    assert max(due) > 20_000
    beside = [sphere_distance_m(tuple(a), (3000.0, 700.0)) for a in p]
    assert point_distances_m(p, np.array([[3000.0, 700.0]])) == pytest.approx(beside, abs=1e-6)


def test_points_on_opposite_sides_of_the_moon_are_half_its_girth_apart() -> None:
    """The ratio of the chord comes out as 1.0000000000000002, of which there is no arc."""
    east, west = (2942000.0, 2572000.0), (-2326203.322086411, -2033648.8594174879)
    assert point_distance_m(east, west) == pytest.approx(math.pi * 1737400, rel=1e-7)
    assert point_distances_m(np.array([east]), np.array([west]))[0] == pytest.approx(math.pi * 1737400, rel=1e-7)


OTHERS = {
    "point": Point(165_000, -185_000),
    "line": LineString([(160_000, -190_000), (163_000, -184_000), (170_000, -184_000)]),
    "square": shapely.box(163_000, -188_000, 168_000, -183_000),
}


@pytest.mark.parametrize("name", OTHERS)
def test_many_points_are_too_near_as_each_of_them_is(name: str) -> None:
    """Also on the ring in which the map's metres do not decide: some 50 m wide for 10 km, 250 km from the pole."""
    other, keep_out_m = OTHERS[name], 10_000
    ring = shapely.get_coordinates(other.buffer(keep_out_m * scale(165_000, -185_000) - 5, quad_segs=16).exterior)
    wider = shapely.get_coordinates(other.buffer(keep_out_m * scale(165_000, -185_000) + 5, quad_segs=16).exterior)
    here = np.concatenate([points(), ring, wider])
    due = [is_too_near(distance_m(Point(at), other), keep_out_m) for at in here]
    found = are_too_near(here, other, keep_out_m)
    assert (found.tolist(), found.dtype) == (due, np.bool_)
    # All three kinds are there: near on the map, far on the map, and those the distance alone tells apart.
    on_map_m = shapely.distance(shapely.points(here), other)
    assert sum(due) >= 70
    assert 0 < sum(bool(near) for near, metres in zip(due, on_map_m, strict=True) if metres > keep_out_m) < len(due)
    assert due.count(False) >= 20


@pytest.mark.parametrize("other", [Point(0, 0), LineString([(0, 0), (0, -900)])])
def test_many_points_are_parted_at_the_millimetre_around_the_pole(other: Any) -> None:
    """Ten metres from the pole a metre of the map is a metre of the ground to the last digits."""
    here = np.array([[9.9985, 0.0], [9.9992, 0.0], [10.0, 0.0], [10.0012, 0.0]])
    assert are_too_near(here, other, 10).tolist() == [True, False, False, False]
    assert are_too_near(here, other, 0).tolist() == [False] * 4
    assert are_too_near(np.zeros((0, 2)), other, 10).tolist() == []
