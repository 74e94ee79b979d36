"""Free access (C5): which cells are closed, what blocks a way, and what is allotted, said and drawn because of it."""

import itertools
import json
from collections import Counter
from functools import cache

import pytest

import solver
from solver.access import Blockade, Member, passage_of
from solver.blind import blind
from solver.bounds.optimality import prove_again
from solver.checks.passage import ground_of
from solver.checks.separation import Stay
from solver.explain.account import explain
from solver.explain.text import lines
from solver.instance import Instance
from solver.io import parse_instance
from solver.show.picture import picture
from solver.show.rows import rows
from solver.verify import verify
from tests.solver.instances import claim, phase, placement
from tests.solver.passages import KINDS, finer_says, passage
from tests.solver.said import said
from tests.solver.walled import LOWER, UPPER, access, problem, walled, zone

RULES = ("equal-footing", "max-points", "nash", "first-come", "serial")
NUMBERS = range(100)


def starts(found: Instance, **limits: int) -> dict[str, int]:
    """Return what is allotted on which day, once verified."""
    solution = solver.solve(found, limits=solver.SolveLimits(workers=1, **limits))
    report = verify(found, solution)
    assert report, report.problems
    return {row.placement: row.start for row in solution.allotments}


# ---- cells ----------------------------------------------------------------------------------------------------------


def test_a_zone_closes_the_cells_whose_centres_it_reaches_and_no_others() -> None:
    found = passage_of(problem())
    assert found is not None
    grid = found.grid
    assert [zone.closed for zone in found.zones("A/1")] == [grid.bit((2, 3))]
    assert [cell for cell in itertools.product(range(5), range(5)) if not grid.bit(cell) & grid.open] == [
        (2, 0),
        (2, 1),
        (2, 2),
    ]


@pytest.mark.parametrize(("keep_out_m", "closed"), [(1000, 1), (1001, 5), (1002, 5)])
def test_a_centre_at_the_keep_out_itself_is_free(keep_out_m: int, closed: int) -> None:
    """Around the pole the map is true to a millimetre: the next centres lie 1000 m away."""
    here = {"type": "Point", "coordinates": [500, 500]}
    wide = placement("A/1", phases=[phase(days=9, keep_out_m=keep_out_m)]) | {"footprint": here}
    at = {"extent": [-4000, -4000, 5000, 5000], "blocked": None, "gates": [[-3500, -3500]], "points": []}
    found = passage_of(problem(claim("A1", wide), access=access(**at)))
    assert found is not None
    assert [zone.closed.bit_count() for zone in found.zones("A/1")] == [closed]


def test_the_cells_of_points_and_gates_are_never_closed() -> None:
    on_both = [claim("A1", zone("A/1", (4500, 500))), claim("B1", zone("B/1", (500, 500)), credit={"B": 100})]
    assert starts(problem(*on_both)) == {"A/1": 0, "B/1": 0}


def test_a_phase_of_transient_days_closes_nothing_and_a_day_more_does() -> None:
    assert starts(problem(access=access(transient_days=10))) == {"A/1": 0, "B/1": 0}
    assert starts(problem(access=access(transient_days=9))) == {"A/1": 0}


def test_an_extent_that_is_no_multiple_of_the_cells_has_a_cell_for_its_last_metre() -> None:
    found = passage_of(problem(access=access(extent=[0, 0, 5000, 5400], points=[{"id": "p", "at": [4999, 5399]}])))
    assert found is not None
    assert (found.grid.columns, found.grid.rows, found.grid.cell_of((4999, 5399))) == (5, 6, (4, 5))


@cache
def compared(kind: str) -> Counter[tuple[str, bool]]:
    """Return how often the finer grid said what of a kind, and whether ours said that there is a way."""
    counts: Counter[tuple[str, bool]] = Counter()
    for number in NUMBERS:
        document = passage(kind, number)
        found = parse_instance(json.dumps(document).encode())
        ours, ground = passage_of(found), ground_of(found)
        assert ours is not None
        assert ground is not None
        is_open = ours.keeps(dict.fromkeys(found.placement_by_id, 0))
        stays = [Stay(p.id, p.claim, 0, p) for p in found.placement_by_id.values()]
        assert ground.keeps(stays) == is_open, (kind, number)
        counts[finer_says(document), is_open] += 1
    return counts


@pytest.mark.parametrize("kind", KINDS)
def test_rings_mazes_and_corridors_agree_with_a_finer_grid_wherever_it_decides(kind: str) -> None:
    counts = compared(kind)
    assert (counts["open", False], counts["shut", True]) == (0, 0)


def test_the_finer_grid_decides_most_of_them_in_both_ways() -> None:
    for kind in KINDS:
        assert min(compared(kind)["open", True], compared(kind)["shut", False]) >= 8
        assert compared(kind)["open", True] + compared(kind)["shut", False] >= 60


# ---- what is allotted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_two_that_close_the_last_way_together_never_share_a_day_under_any_rule(rule: str) -> None:
    rows = [
        claim("A1", zone("A/1", LOWER, last=30), received_at="2027-02-01T10:00:00Z"),
        claim("B1", zone("B/1", UPPER, last=30), credit={"B": 100}, received_at="2027-02-02T10:00:00Z"),
    ]
    assert sorted(starts(problem(*rows, policy={"rule": rule})).values()) == [0, 10]


@pytest.mark.parametrize("rule", RULES)
def test_the_one_of_fewer_points_or_later_turn_is_left_out_where_days_cannot_part_them(rule: str) -> None:
    rows = [
        claim("A1", zone("A/1", LOWER), received_at="2027-02-01T10:00:00Z"),
        claim("B1", zone("B/1", UPPER, last=9, points=90), received_at="2027-02-02T10:00:00Z"),
    ]
    assert len(starts(problem(*rows, policy={"rule": rule}))) == 1


def test_three_zones_of_which_any_two_leave_a_way_are_kept_from_meeting() -> None:
    """No pair of them excludes each other at any start; all three do while they share a day."""
    open_wall = {"type": "Polygon", "coordinates": [[[2000, 0], [3000, 0], [3000, 2000], [2000, 2000], [2000, 0]]]}
    rows = [
        claim("A1", zone("A/1", LOWER, last=3)),
        claim("B1", zone("B/1", UPPER, last=3), credit={"B": 100}),
        claim("C1", zone("C/1", (2500, 2500), last=12), credit={"C": 100}),
    ]
    found = problem(*rows, access=access(blocked=open_wall))
    assert starts(found) == {"A/1": 0, "B/1": 0, "C/1": 10}
    ours = passage_of(found)
    assert ours is not None
    days = dict.fromkeys(("A/1", "B/1", "C/1"), 0)
    everyone = tuple(Member(name, 0, 10) for name in days)
    assert ours.blockades(days) == [Blockade("plain", 0, everyone)]
    assert all(ours.keeps({name: 0 for name in days if name != one}) for one in days)


def test_a_hold_closes_cells_like_a_claim_in_force() -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": list(LOWER)}, "start": 0}
    phases = [phase("hold", days=10, keep_out_m=400)]
    rows = [claim("B1", zone("B/1", UPPER, last=30))]
    assert starts(problem(*rows, holds=[hold | {"phases": phases}])) == {"B/1": 10}


def test_only_days_on_which_the_wide_phase_is_there_are_kept_clear() -> None:
    phases = [phase("build-up", days=10, keep_out_m=400), phase("operation", offset=10, days=50, keep_out_m=100)]
    narrow = placement("B/1", at=(2600, 4600), start=(0, 30), phases=phases)
    rows = [claim("A1", zone("A/1", LOWER)), claim("B1", narrow, credit={"B": 100})]
    assert starts(problem(*rows)) == {"A/1": 0, "B/1": 10}


# ---- INFEASIBLE -----------------------------------------------------------------------------------------------------


def in_force(start: int = 0) -> list[dict[str, object]]:
    """Return A, B and another claim that stands in no way, all in force."""
    return [
        claim("A1", zone("A/1", LOWER), in_force={"placement": "A/1", "start": 0}),
        claim("B1", zone("B/1", UPPER), credit={"B": 100}, in_force={"placement": "B/1", "start": start}),
        claim("C1", zone("C/1", (4500, 4500)), credit={"C": 100}, in_force={"placement": "C/1", "start": 0}),
    ]


def test_entries_in_force_that_block_a_way_together_are_named_with_the_point_and_the_day() -> None:
    found = problem(*in_force(start=-4))
    solution = solver.solve(found)
    assert solution.status == "INFEASIBLE"
    assert solution.why == {"entries": ["A1", "B1"], "rules": ["C5"], "holds": [], "point": "plain", "day": 0}
    assert verify(found, solution)


def test_entries_in_force_on_different_days_block_nothing() -> None:
    assert starts(problem(*in_force(start=10))) == {"A/1": 0, "B/1": 10, "C/1": 0}


def test_ground_without_a_way_is_infeasible_by_itself() -> None:
    across = {"type": "Polygon", "coordinates": [[[2000, 0], [3000, 0], [3000, 5000], [2000, 5000], [2000, 0]]]}
    found = problem(access=access(blocked=across))
    solution = solver.solve(found)
    assert solution.why == {"entries": [], "rules": ["C5"], "holds": [], "point": "plain", "day": 0}
    assert verify(found, solution)


# ---- what is said ---------------------------------------------------------------------------------------------------

DETOUR = ((4, 0), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4), (2, 4), (1, 4), (0, 4), (0, 3), (0, 2), (0, 1), (0, 0))


def test_the_witness_is_the_shortest_path_on_the_first_day_on_which_it_is_longest() -> None:
    solution = solver.solve(problem(claim("A1", zone("A/1", LOWER, last=7) | {"start": [7, 7]})))
    assert [(way.point, way.day, way.path) for way in solution.access or ()] == [("plain", 7, DETOUR)]


def test_the_reason_of_a_claim_left_out_names_whose_zones_leave_it_no_start() -> None:
    solution = solver.solve(problem())
    assert list(solution.unserved) == [{"claim": "B1", "reasons": [{"placement": "B/1", "rule": "C5", "by": ["A/1"]}]}]


def test_explain_tells_the_conflict_set_solved_again_and_the_least_change() -> None:
    found = problem()
    told = explain(found, solver.solve(found), "B1")
    (conflict,) = told.placements[0].blocked_by
    assert (conflict.rule, [member.id for member in conflict.members], conflict.confirmed) == ("C5", ["A/1"], True)
    text = "\n".join(lines(told))
    assert "would block the way of an access point on some day" in text
    assert "wider window: 10 days at B/1" in text


def test_a_second_engine_agrees_and_would_not_without_free_access() -> None:
    found = problem()
    solution = solver.solve(found)
    assert prove_again(found, solution)
    assert not prove_again(problem(access=None), solution)


def test_rows_names_and_hours_change_nothing() -> None:
    rows = walled()
    rows["access"]["points"].append({"id": "hill", "at": [3500, 4500]})
    rows["access"]["gates"].append([500, 4500])
    report = blind(
        parse_instance(json.dumps(rows).encode()),
        b"\x05",
        lambda i, seed, tickets: solver.solve(i, seed, tickets=tickets),
    )
    assert report, [outcome.differences for outcome in report.outcomes]


def test_the_table_and_the_picture_show_the_way() -> None:
    found = problem()
    solution = solver.solve(found)
    drawing = picture(found, solution).decode()
    for told in ("closed ground", "closed by zones", "way of plain", "A/1: 400 m", "gate"):
        assert f"<title>{told}</title>" in drawing
    assert "Way of plain on its tightest day, 0: 12 steps of 1000 m" in drawing
    assert [row.from_to for row in rows(found, solution) if row.gets == "not served"] == ["blocked by A/1"]
    assert "Free access: cells of 1000 m" in picture(found, None).decode()


# ---- planted errors -------------------------------------------------------------------------------------------------

STRAIGHT = [[4, 0], [3, 0], [2, 0], [1, 0], [0, 0]]
PLANTED = {
    "another day": {"day": 1},
    "a day before": {"day": -1},
    "no path": {"path": []},
    "not from the point": {"path": [list(cell) for cell in DETOUR[1:]]},
    "not to a gate": {"path": [list(cell) for cell in DETOUR[:-1]]},
    "a jump": {"path": [list(cell) for cell in (*DETOUR[:5], *DETOUR[6:])]},
    "a diagonal step": {"path": [list(cell) for cell in (*DETOUR[:5], (2, 4), *DETOUR[7:])]},
    "through the wall": {"path": STRAIGHT},
    "through a zone": {"path": [list(cell) for cell in DETOUR[:5]] + [[2, 3], [1, 3], [0, 3], [0, 2], [0, 1], [0, 0]]},
    "a detour": {"path": [[4, 0], [4, 1], [4, 0], *([list(cell) for cell in DETOUR[1:]])]},
    "another shortest path": {"path": [[4, 0], [4, 1], [3, 1], *([list(cell) for cell in DETOUR[3:]])]},
    "outside the grid": {"path": [[4, 0], [5, 0], *([list(cell) for cell in DETOUR])]},
    "another point": {"point": "hill"},
}


@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_error_in_a_path_is_refused(name: str) -> None:
    found = problem()
    document = solver.to_document(solver.solve(found))
    assert verify(found, solver.parse_solution(json.dumps(document).encode()))
    document["access"][0] |= PLANTED[name]
    report = verify(found, solver.parse_solution(json.dumps(document).encode()))
    assert [line for line in report.problems if line.startswith("access")], report.problems
    assert report.problems == said("access", name)


@pytest.mark.parametrize("access_rows", [None, [], "twice"])
def test_a_path_too_few_or_too_many_is_refused(access_rows: object) -> None:
    found = problem()
    document = solver.to_document(solver.solve(found))
    document["access"] = document["access"] * 2 if access_rows == "twice" else access_rows
    report = verify(found, solver.parse_solution(json.dumps(document).encode()))
    assert any("but the points are ['plain']" in line for line in report.problems), report.problems


def test_an_allotment_that_blocks_a_way_is_refused() -> None:
    both = problem(access=None)
    document = solver.to_document(solver.solve(both)) | {"instance_sha256": problem().sha256}
    document["access"] = [{"point": "plain", "day": 0, "path": STRAIGHT}]
    report = verify(problem(), solver.parse_solution(json.dumps(document).encode()))
    assert "C5: on day 0 access point plain has no path of free cells to a gate" in report.problems


@pytest.mark.parametrize(
    "change",
    [
        {"entries": ["A1", "B1", "C1"]},
        {"entries": ["A1"]},
        {"day": 30},
        {"point": "hill"},
        {"rules": ["C2"]},
        {"holds": ["H"]},
    ],
)
def test_a_wrong_reason_why_nothing_is_feasible_is_refused(change: dict[str, object]) -> None:
    found = problem(*in_force())
    document = solver.to_document(solver.solve(found))
    document["why"] |= change
    assert not verify(found, solver.parse_solution(json.dumps(document).encode()))


def test_paths_where_no_free_access_is_asked_are_refused() -> None:
    found = problem(access=None)
    document = solver.to_document(solver.solve(found)) | {"access": []}
    report = verify(found, solver.parse_solution(json.dumps(document).encode()))
    assert report.problems == ("access is given, but the instance asks for no free access",)


def test_a_wall_that_touches_a_centre_with_its_edge_does_not_contain_it() -> None:
    edge = {"type": "Polygon", "coordinates": [[[2000, 0], [2500, 0], [2500, 5000], [2000, 5000], [2000, 0]]]}
    assert starts(problem(access=access(blocked=edge))) == {"A/1": 0, "B/1": 0}
