"""Free access on a large grid: the work is bounded, and nothing goes on long after the time limit."""

import json
import random
from functools import cache

import pytest

import solver
from solver import allocate
from solver.access import Passage, passage_of
from solver.allocation import Allotment, keeping_access, start_days
from solver.cells import Grid
from solver.explain import Reasons
from solver.instance import Instance
from solver.io import parse_instance
from solver.minimal import minimal
from solver.model.search import Search
from solver.options import open_options
from solver.verify import verify
from tests.solver.instances import claim
from tests.solver.walled import access, walled, zone

POINTS = 10
BESIDE = ((-1, 0), (0, -1), (0, 1), (1, 0))


@cache
def ringed() -> Instance:
    """Ten points on 14,400 cells, each with a claim in all four cells beside it: one of the four has to be left out."""
    at = [(10_500 * n + 5_000, 60_500) for n in range(POINTS)]
    points = [{"id": f"point-{n}", "at": list(place)} for n, place in enumerate(at)]
    claims = [
        claim(f"C{n}{k}", zone(f"C{n}{k}/1", (x // 1000 * 1000 + 500 + 1000 * i, y + 1000 * j), points=100 - k))
        for n, (x, y) in enumerate(at)
        for k, (i, j) in enumerate(BESIDE)
    ]
    section = access(extent=[0, 0, 120_000, 120_000], blocked=None, points=points)
    return parse_instance(json.dumps(walled(*claims, access=section)).encode())


def passage() -> Passage:
    """Return its free access, nothing remembered."""
    found = passage_of(ringed())
    assert found is not None
    return found


def everyone() -> dict[str, Allotment]:
    """Return the allocation of all claims."""
    return {c.id: Allotment(c.id, c.placements[0].id, 0) for c in ringed().claims}


# ---- less work ------------------------------------------------------------------------------------------------------


def one_by_one(names: list[str], suffices: object) -> list[str]:
    """Return what is left when each in turn is left out that can be."""
    for name in list(names):
        rest = [other for other in names if other != name]
        names = rest if callable(suffices) and suffices(rest) else names
    return names


@pytest.mark.parametrize("number", range(40))
def test_by_halves_the_same_minimal_set_is_found_as_one_by_one(number: int) -> None:
    rng = random.Random(f"minimal {number}")
    names = [f"n{i}" for i in range(rng.randint(1, 20))]
    sets = [set(rng.sample(names, rng.randint(1, min(5, len(names))))) for _ in range(rng.randint(1, 6))]

    def suffices(some: object) -> bool:
        return any(each <= set(some) for each in sets)  # type: ignore[call-overload]  # any iterable of names

    assert minimal(names, suffices) == one_by_one(names, suffices)


def test_of_a_thousand_names_of_which_two_are_needed_few_questions_are_asked() -> None:
    names, asked = [f"n{i:03}" for i in range(1000)], []

    def suffices(some: object) -> bool:
        asked.append(some)
        return {"n400", "n700"} <= set(some)  # type: ignore[call-overload]  # any iterable of names

    assert minimal(names, suffices) == ["n400", "n700"]
    assert len(asked) < 50


def stepped(grid: Grid, free: int, begin: int) -> int:
    """Return what is reached step by step."""
    seen, edge, stride = begin, begin, grid.stride
    while edge:
        edge = (edge << 1 | edge >> 1 | edge << stride | edge >> stride) & free & ~seen
        seen |= edge
    return seen


@pytest.mark.parametrize("share", [0.35, 0.6, 0.7, 0.97])
def test_sweeps_reach_what_steps_reach(share: float) -> None:
    grid, rng = passage().grid, random.Random(f"sweeps {share}")
    bits = [grid.bit((i, j)) for i in range(grid.columns) for j in range(grid.rows)]
    for begin in rng.sample(bits, 5):
        free = sum(bit for bit in bits if rng.random() < share)
        nowhere = 1 << (grid.stride * (grid.rows + 2))
        assert grid.reached(free, nowhere, begin) == stepped(grid, free, begin)


def test_open_ground_is_crossed_in_few_looks() -> None:
    grid = passage().grid
    looks = sum(1 for _ in grid._growing(grid.open, grid.bit((0, 0))))
    assert grid.rows == grid.columns == 120
    assert looks == 17, "one sweep, where steps alone take 239"


# ---- the time limit -------------------------------------------------------------------------------------------------


def test_without_a_limit_one_of_four_is_left_out_with_the_other_three_as_its_reason() -> None:
    solution = solver.solve(ringed(), limits=solver.SolveLimits(workers=1))
    assert verify(ringed(), solution)
    assert (solution.status, len(solution.allotments)) == ("OPTIMAL", 30)
    assert [row["claim"] for row in solution.unserved] == [f"C{n}3" for n in range(POINTS)]
    (reason,) = solution.unserved[4]["reasons"]
    assert reason == {"placement": "C43/1", "rule": "C5", "by": ["C40/1", "C41/1", "C42/1"]}


def test_once_time_is_over_one_blockade_is_enough() -> None:
    stays = start_days(ringed(), everyone())
    assert len(passage().blockades(stays)) == POINTS
    assert len(passage().blockades(stays, lambda: False)) == 1


def test_once_time_is_over_a_suggestion_is_not_mended() -> None:
    assert len(keeping_access(ringed(), passage(), everyone())) == 30
    assert len(keeping_access(ringed(), passage(), everyone(), lambda: False)) == 40


def test_once_time_is_over_reasons_of_a_run_cut_short_leave_free_access_out() -> None:
    kept = keeping_access(ringed(), passage(), everyone())
    cut_short = Reasons(ringed(), kept, is_complete=False, may_go_on=lambda: False)
    assert [row["reasons"] for row in cut_short.unserved()] == [[]] * POINTS
    complete = Reasons(ringed(), kept, is_complete=True, may_go_on=lambda: False)
    assert [len(row["reasons"][0]["by"]) for row in complete.unserved()] == [30] * POINTS


def test_a_run_stopped_before_it_begins_gives_the_empty_allocation_with_its_paths() -> None:
    limits = solver.SolveLimits(workers=1, is_interrupted=lambda: True, certify=True)
    solution = solver.solve(ringed(), limits=limits)
    report = verify(ringed(), solution)
    assert report, report.problems
    assert (solution.status, solution.allotments) == ("FEASIBLE", ())
    assert [way.point for way in solution.access or ()] == [f"point-{n}" for n in range(POINTS)]


class Ticking:
    """A stopwatch that goes on by a second whenever it is asked."""

    asked = 0

    @property
    def seconds(self) -> float:
        Ticking.asked += 1
        return float(Ticking.asked)


@pytest.mark.parametrize("limit_s", [1, 4, 10, 20])
def test_after_the_limit_the_grid_is_looked_at_a_few_times_only(monkeypatch: pytest.MonkeyPatch, limit_s: int) -> None:
    late: list[int] = []
    reached = Grid.reached

    def counted(grid: Grid, free: int, wanted: int, begin: int) -> int:
        late.extend([1] if Ticking.asked > limit_s else [])
        return reached(grid, free, wanted, begin)

    monkeypatch.setattr(Ticking, "asked", 0)
    monkeypatch.setattr(allocate, "Stopwatch", Ticking)
    monkeypatch.setattr(Grid, "reached", counted)
    solution = solver.solve(ringed(), limits=solver.SolveLimits(limit_s, workers=1))
    assert len(late) < 15
    assert solution.status == "FEASIBLE"
    monkeypatch.undo()
    assert verify(ringed(), solution)


@pytest.mark.parametrize(("is_over", "learned"), [(True, 1), (False, POINTS)])
def test_an_answer_of_the_engine_that_comes_late_teaches_one_blockade(is_over: bool, learned: int) -> None:
    limits = solver.SolveLimits(workers=1, is_interrupted=lambda: is_over)
    search = Search(ringed(), open_options(ringed()), limits)
    assert search._blocks(everyone())
    assert search._access is not None
    assert len(search._access.known) == learned
