"""Free access as the check sees it: cells of a grid that is no square, what closes them, and the ways stated."""

import itertools
import json
import math
import random
from dataclasses import replace
from typing import Any

import pytest
import shapely

from solver.checks.passage import Ground, ground_of, passage
from solver.checks.separation import Stay
from solver.instance import Access, Hold, Instance, Phase
from solver.io import parse_instance
from solver.solution import Solution, Way
from tests.solver.instances import claim, document, phase, placement
from tests.solver.oracle_distance import footprint_distance_m

COLUMNS, LINES = 7, 4
Cell = tuple[int, int]


def access(**more: Any) -> dict[str, Any]:
    """Seven columns and four lines of 500 m from (-1000, 2000) on; the gate at the lower left, the point at the upper right."""
    return {
        "cell_m": 500, "extent": [-1000, 2000, 2500, 4000], "blocked": None, "transient_days": 2,
        "gates": [[-900, 2100]], "points": [{"id": "plain", "at": [2400, 3900]}], **more,
    }  # fmt: skip


def problem(*claims: dict[str, Any], **more: Any) -> Instance:
    rows = claims or (claim("A1", placement("A1/1", (20000, 0))),)
    return parse_instance(json.dumps(document(*rows, access=access(**more), policy={"rule": "max-points"})).encode())


PLAIN = problem()


def ground(**more: Any) -> Ground:
    """A ground of its own each time: it keeps what it worked out of a stay, by the stay's name."""
    found = ground_of(problem(**more) if more else PLAIN)
    assert found is not None
    return found


def middle(cell: Cell) -> tuple[float, float]:
    return -750 + 500 * cell[0], 2250 + 500 * cell[1]


def hold(name: str, at: Any, start: int = 0, keep_out_m: int = 100, days: int = 10, offset: int = 0) -> Stay:
    """A hold around a point or another footprint."""
    footprint = shapely.Point(at) if isinstance(at, tuple) else at
    return Stay(name, None, start, Hold(name, footprint, start, (Phase("hold", offset, days, keep_out_m),)))


def wall(*cells: Cell, start: int = 0, days: int = 10) -> list[Stay]:
    """Holds of 100 m that close these cells, each for ten days."""
    return [hold(f"{i} {j}", middle((i, j)), start, days=days) for i, j in cells]


def told(ways: list[Way] | None, *stays: Stay, found: Ground | None = None) -> list[str]:
    plain = Solution("", "00", "max-points", "OPTIMAL", access=None if ways is None else tuple(ways))
    return list(passage(found or ground(), plain, list(stays)))


STRAIGHT = ((6, 3), (5, 3), (4, 3), (3, 3), (2, 3), (1, 3), (0, 3), (0, 2), (0, 1), (0, 0))


def test_the_shortest_way_goes_by_the_smallest_cell_at_each_step() -> None:
    assert told([Way("plain", 0, STRAIGHT)]) == []
    down = ((6, 3), (6, 2), (6, 1), (6, 0), (5, 0), (4, 0), (3, 0), (2, 0), (1, 0), (0, 0))
    said = "access of plain: from (6, 3) the shortest path goes on to (5, 3), not (6, 2)"
    assert told([Way("plain", 0, down)]) == [said]


def test_a_wall_of_stays_cuts_off_from_its_first_day_to_its_last() -> None:
    across = wall(*((3, j) for j in range(LINES)), start=4)
    assert list(ground().cut_off(across)) == [(4, "plain")]
    assert not ground().keeps(across)
    assert ground().keeps(across[1:])
    assert ground().keeps([*across[1:], *wall((3, 0), start=14)])
    assert not ground().keeps([*across[1:], *wall((3, 0), start=13)])
    assert told([Way("plain", 0, STRAIGHT)], *across) == [
        "C5: on day 4 access point plain has no path of free cells to a gate"
    ]
    twice = [*across, *wall(*((2, j) for j in range(LINES)), start=20)]
    assert list(ground().cut_off(twice)) == [(4, "plain"), (20, "plain")]
    assert told([Way("plain", 0, STRAIGHT)], *twice) == [
        "C5: on day 4 access point plain has no path of free cells to a gate"
    ]


def test_a_phase_of_the_transient_days_closes_nothing() -> None:
    for days, closes in ((2, False), (3, True)):
        across = wall(*((3, j) for j in range(LINES)), days=days)
        assert ground().keeps(across) is not closes


def test_the_cells_of_gates_and_points_are_never_closed() -> None:
    assert ground().keeps(wall((0, 0), (6, 3)))
    assert not ground().keeps(wall((5, 3), (6, 2)))
    assert not ground().keeps(wall((1, 0), (0, 1)))


def test_blocked_ground_is_closed_where_it_contains_a_cells_middle() -> None:
    strip = {"type": "Polygon", "coordinates": [[[700, 2000], [800, 2000], [800, 4000], [700, 4000], [700, 2000]]]}
    assert not ground(blocked=strip).keeps([])
    beside = {"type": "Polygon", "coordinates": [[[760, 2000], [800, 2000], [800, 4000], [760, 4000], [760, 2000]]]}
    assert ground(blocked=beside).keeps([])


@pytest.mark.parametrize(
    ("extent", "at", "cell"),
    [
        # The last bit below the edge is lost when the corner is taken away.
        ([-1000, -2000, 2500, 4000], (math.nextafter(2500, 0), math.nextafter(4000, 0)), (6, 11)),
        ([-1000, 2000, 2500, 4000], (-1000, 2000), (0, 0)),
        ([-1000, 2000, 2500, 4000], (2000, 3500), (6, 3)),
        ([-1000, 2000, 2500, 4000], (1999.9, 3499.9), (5, 2)),
        ([-1000, 2000, 2501, 4001], (2500.5, 4000.5), (7, 4)),
        ([-1000, 2000, 2499, 3999], (2498, 3998), (6, 3)),
    ],
)
def test_cells_begin_in_the_corner_and_the_last_line_belongs_to_the_last_cell(
    extent: list[int], at: Any, cell: Cell
) -> None:
    found = ground(extent=extent, points=[{"id": "plain", "at": list(at)}])
    if cell == (0, 0):
        assert told([Way("plain", 0, ((0, 0),))], found=found) == []
        return
    (said,) = told([Way("plain", 0, ())], found=found)
    assert said == f"access of plain: the path does not begin in the point's cell {cell}"


@pytest.mark.parametrize("number", range(12))
def test_points_are_cut_off_if_and_only_if_no_way_over_free_cells_is_found_one_by_one(number: int) -> None:
    draws = random.Random(f"ground {number}")
    cells = list(itertools.product(range(COLUMNS), range(LINES)))
    shut = set(draws.sample(cells, draws.randint(5, 14)))
    gates, points = draws.sample(cells, 2), draws.sample(cells, 3)
    found = ground(
        gates=[list(middle(cell)) for cell in gates],
        points=[{"id": f"p{n}", "at": list(middle(cell))} for n, cell in enumerate(points)],
    )
    free = set(cells) - shut | set(gates) | set(points)
    reached, edge = set(gates), list(gates)
    while edge:
        i, j = edge.pop()
        beside = {(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)} & free - reached
        reached |= beside
        edge += beside
    due = [(3, f"p{n}") for n, cell in enumerate(points) if cell not in reached]
    assert list(found.cut_off(wall(*shut, start=3))) == due


LINE = shapely.LineString([(-600, 2700), (900, 3100)])
SQUARE = shapely.box(300, 2600, 900, 2900)


@pytest.mark.parametrize("keep_out_m", [1, 240, 500, 700, 1500])
@pytest.mark.parametrize("footprint", [shapely.Point(100, 3000), LINE, SQUARE])
def test_a_zone_closes_the_cells_whose_middles_are_too_near(footprint: Any, keep_out_m: int) -> None:
    """Each cell is asked by itself, as a point that nobody reaches once all around it but one way is closed."""
    place = shapely.geometry.mapping(footprint)
    stay = hold("H", footprint, keep_out_m=keep_out_m)
    for cell in itertools.product(range(COLUMNS), range(1, LINES - 1)):
        due = footprint_distance_m(place, {"type": "Point", "coordinates": middle(cell)}) + 0.001 < keep_out_m
        column = [(cell[0], j) for j in range(LINES) if j != cell[1]]
        if cell[0] in (0, COLUMNS - 1):
            continue
        assert ground().keeps([*wall(*column), stay]) is not (due or closed_elsewhere(place, keep_out_m, cell))


def closed_elsewhere(place: Any, keep_out_m: int, cell: Cell) -> bool:
    """Whether the zone closes another way: the gap in a column can be reached by the cells beside it alone."""

    def shut(i: int, j: int) -> bool:
        there = {"type": "Point", "coordinates": middle((i, j))}
        return (i, j) not in ((0, 0), (6, 3)) and footprint_distance_m(place, there) + 0.001 < keep_out_m

    free = {(i, j) for i in range(COLUMNS) for j in range(LINES) if (i != cell[0] or j == cell[1]) and not shut(i, j)}
    free |= {(0, 0), (6, 3)}
    reached, edge = {(0, 0)}, [(0, 0)]
    while edge:
        i, j = edge.pop()
        beside = {(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)} & free - reached
        reached |= beside
        edge += beside
    return (6, 3) not in reached


def test_the_tightest_day_is_the_first_from_day_0_on_with_the_longest_way() -> None:
    """Two walls with gaps at opposite ends, from day 5 to 14, the same again from day 30 on, and once before day 0."""
    detour = wall(*((4, j) for j in (1, 2, 3)), *((2, j) for j in (0, 1, 2)), start=5)
    again = [replace(stay, id=f"again {stay.id}", start=30) for stay in detour]
    before = [replace(stay, id=f"before {stay.id}", start=-20) for stay in detour]
    down, up = ((6, 3), (5, 3), (5, 2), (5, 1), (5, 0), (4, 0)), ((3, 0), (3, 1), (3, 2), (3, 3), (2, 3))
    path = (*down, *up, (1, 3), (0, 3), (0, 2), (0, 1), (0, 0))
    for stays in (detour, [*again, *detour], [*before, *detour]):
        assert told([Way("plain", 5, path)], *stays) == []
        said = "access of plain: the tightest day is 5, but 0 is stated"
        assert told([Way("plain", 0, path)], *stays) == [said]


def test_days_on_which_a_phase_begins_as_another_ends_are_starts_to_look_at() -> None:
    site = parse_instance(json.dumps(document(claim("A1", placement("A1/1", phases=[
        phase("one", 0, 5), phase("two", 7, 20)])))).encode()).placement_by_id["A1/1"]  # fmt: skip
    others = [hold("H", middle((3, 1)), start=4, days=10), hold("K", middle((3, 2)), start=0, days=2)]
    assert ground().begin_days(Stay("A1/1", "A1", 0, site), others) == {14, 7}


def test_ways_are_stated_for_each_point_in_order_and_end_in_a_gate() -> None:
    two = [{"id": "b", "at": [2400, 3900]}, {"id": "a", "at": [-400, 2100]}]
    found = ground(points=two)
    ways = [Way("a", 0, ((1, 0), (0, 0))), Way("b", 0, STRAIGHT)]
    assert told(ways, found=found) == []
    both = "but the points are ['a', 'b']"
    assert told(ways[::-1], found=found) == [f"access is stated for ['a', 'b'], {both}"]
    assert told(ways[:1], found=found) == [f"access is stated for ['a'], {both}"]
    assert told(None, found=found) == [f"access is stated for [], {both}"]
    assert told([ways[0], replace(ways[1], path=STRAIGHT[:-1])], found=found) == [
        "access of b: the path ends in (0, 1), which is no gate"
    ]
    assert told([replace(ways[0], day=1), replace(ways[1], day=2)], found=found) == [
        "access of a: the tightest day is 0, but 1 is stated",
        "access of b: the tightest day is 0, but 2 is stated",
    ]
    # One that is cut off is told as such, the other's way is looked at all the same.
    shut = wall((5, 3), (6, 2))
    assert told([replace(ways[0], day=1), ways[1]], *shut, found=found) == [
        "C5: on day 0 access point b has no path of free cells to a gate",
        "access of a: the tightest day is 0, but 1 is stated",
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ((), "the path does not begin in the point's cell (6, 3)"),
        (STRAIGHT[1:], "the path does not begin in the point's cell (6, 3)"),
        (((6, 3), (7, 3)), "cell (7, 3) is not free on day 0"),
        (((6, 3), (6, 4)), "cell (6, 4) is not free on day 0"),
        (((6, 3), (5, 2)), "(5, 2) is no neighbour of (6, 3)"),
        (((6, 3), (4, 3)), "(4, 3) is no neighbour of (6, 3)"),
        ((*STRAIGHT[:7], (-1, 3)), "cell (-1, 3) is not free on day 0"),
        ((*STRAIGHT[:3], (5, 3)), "from (4, 3) the shortest path goes on to (3, 3), not (5, 3)"),
    ],
)
def test_a_path_that_is_not_the_shortest_is_refused_where_it_leaves_it(path: tuple[Cell, ...], said: str) -> None:
    assert told([Way("plain", 0, path)]) == [f"access of plain: {said}"]
    low = ground(gates=[[2400, 2100]], points=[{"id": "plain", "at": [2400, 2600]}])
    beyond = [Way("plain", 0, ((6, 1), (6, 0), (6, -1)))]
    assert told(beyond, found=low) == ["access of plain: cell (6, -1) is not free on day 0"]


def test_where_no_free_access_is_asked_nothing_is_said_and_nothing_may_be() -> None:
    assert ground_of(parse_instance(json.dumps(document(claim("A1", placement("A1/1")))).encode())) is None
    plain = Solution("", "00", "max-points", "OPTIMAL")
    assert list(passage(None, plain, [])) == []
    assert list(passage(None, replace(plain, access=()), [])) == [
        "access is given, but the instance asks for no free access"
    ]
    assert isinstance(problem().access, Access)
