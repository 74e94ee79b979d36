"""What one change alone, or one turn, could have had better, on sites placed by hand."""

import json
from typing import Any

import pytest

from solver.checks.improvements import improvements
from solver.checks.passage import ground_of
from solver.checks.separation import structure
from solver.checks.turns import better_turns
from solver.instance import Instance
from solver.io import parse_instance
from solver.solution import Allotted, Solution
from tests.solver.instances import claim, document, phase, placement
from tests.solver.walled import LOWER, UPPER, access, zone

HOURS = {"A1": "2027-02-01T10:00:00Z", "B1": "2027-02-02T10:00:00Z", "C1": "2027-02-03T10:00:00Z"}


def problem(*claims: dict[str, Any], **more: Any) -> Instance:
    rows = [row | {"received_at": HOURS.get(row["id"], "2027-03-01T10:00:00Z")} for row in claims]
    made = document(*rows, **{"policy": {"rule": "max-points"}, **more})
    return parse_instance(json.dumps(made).encode())


def solution(*rows: tuple[str, int]) -> Solution:
    """Placements with their starts, by claim."""
    allotted = tuple(Allotted(f"{name[0]}1", name, start, ()) for name, start in rows)
    return Solution("", "00", "max-points", "OPTIMAL", allotted)


def better(found: Instance, *rows: tuple[str, int]) -> list[str]:
    return list(improvements(found, solution(*rows), ground_of(found)))


def at(name: str, start: int) -> str:
    return f"not optimal: {name} could start on day {start} with all else unchanged"


def spot(name: str, points: int = 100, east: float = 0, last: int = 50, **more: Any) -> dict[str, Any]:
    return placement(name, (east, 0), points, (0, last), **more)


def two(**more: Any) -> Instance:
    """A and B at one spot, where B has a poorer place and one as good as that far off as well."""
    far = [spot("B/2", 90, 20000), spot("B/10", 90, 30000)]
    return problem(claim("A1", spot("A/1")), claim("B1", spot("B/1", 95), *far, credit={"B": 100}), **more)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([("A/1", 0), ("B/1", 10)], []),
        ([("A/1", 10), ("B/1", 0)], []),
        ([("A/1", 1), ("B/1", 11)], [at("A/1", 0)]),
        ([("A/1", 0), ("B/1", 11)], [at("B/1", 10)]),
        ([("A/1", 2), ("B/1", 13)], [at("A/1", 0), at("B/1", 12)]),
        ([("A/1", 0)], [at("B/1", 10)]),
        ([("A/1", 45)], [at("A/1", 0), at("B/1", 0)]),
        ([], [at("A/1", 0), at("B/1", 0)]),
        # More points, then the id that comes first by its bytes, then the start.
        ([("A/1", 0), ("B/10", 0)], [at("B/1", 10)]),
        ([("A/1", 0), ("B/2", 3)], [at("B/1", 10)]),
    ],
)
def test_a_claim_that_could_be_served_or_earlier_or_better_is_named(rows: list[Any], problems: list[str]) -> None:
    assert better(two(), *rows) == problems


def test_of_as_many_points_the_smaller_id_is_better_but_not_in_a_lottery() -> None:
    places = [spot("A/2", 90), spot("A/10", 90, 30000), spot("A/3", 80, 40000)]
    assert better(problem(claim("A1", *places)), ("A/2", 0)) == [at("A/10", 0)]
    assert better(problem(claim("A1", *places)), ("A/10", 0)) == []
    assert better(problem(claim("A1", *places)), ("A/10", 7)) == [at("A/10", 0)]
    assert better(problem(claim("A1", *places)), ("A/3", 0)) == [at("A/2", 0)]
    drawn = problem(claim("A1", *places), policy={"rule": "max-points", "tie_break": "ex-ante"})
    assert better(drawn, ("A/2", 0)) == better(drawn, ("A/10", 0)) == []
    assert better(drawn, ("A/2", 7)) == [at("A/2", 0)]
    assert better(drawn, ("A/3", 7)) == [at("A/2", 0)]


def test_entries_stay_where_they_are() -> None:
    entry = claim("A1", spot("A/1"), in_force={"placement": "A/1", "start": 20})
    for policy in ({"rule": "max-points"}, {"rule": "max-points", "moves": {"allowed": "all"}}):
        found = problem(entry, claim("B1", spot("B/1"), credit={"B": 100}), policy=policy)
        assert better(found, ("A/1", 20), ("B/1", 1)) == [at("B/1", 0)]
        assert better(found, ("A/1", 20), ("B/1", 0)) == []


def test_a_change_that_passes_a_cap_or_misses_more_of_a_reserve_is_none() -> None:
    lid = {"id": "lid", "placements": ["A/1", "B/1"], "measure": "placements", "max": 1, "per": "all"}
    assert better(two(caps=[lid]), ("A/1", 0), ("B/10", 0)) == []
    assert better(two(caps=[lid]), ("A/1", 0), ("B/2", 0)) == [at("B/10", 0)]
    assert better(two(caps=[lid | {"max": 2}]), ("A/1", 0), ("B/10", 0)) == [at("B/1", 10)]
    reserve = {"id": "late", "group": "ldc", "placements": ["B/10"], "min": 1}
    parties = [{"id": "A"}, {"id": "B", "groups": ["ldc"]}]
    kept = two(reserves=[reserve], parties=parties)
    assert better(kept, ("A/1", 0), ("B/10", 0)) == []
    assert better(kept, ("A/1", 0), ("B/2", 0)) == [at("B/1", 10)]


def test_the_horizon_and_the_window_bound_a_start() -> None:
    long = [phase(days=80)]
    found = problem(claim("A1", spot("A/1", phases=long)), claim("B1", spot("B/1", phases=long), credit={"B": 100}))
    assert better(found, ("A/1", 0)) == []
    short = problem(claim("A1", spot("A/1", last=9)), claim("B1", spot("B/1", last=9), credit={"B": 100}))
    assert better(short, ("A/1", 0)) == []
    assert better(short, ("A/1", 1)) == [at("A/1", 0)]
    day_more = problem(claim("A1", spot("A/1", last=9)), claim("B1", spot("B/1", last=10), credit={"B": 100}))
    assert better(day_more, ("A/1", 0)) == [at("B/1", 10)]


def test_a_start_that_cuts_off_an_access_point_is_none() -> None:
    rows = [claim("A1", zone("A/1", LOWER, last=20)), claim("B1", zone("B/1", UPPER, last=9), credit={"B": 100})]
    found = problem(*rows, access=access())
    assert better(found, ("A/1", 0)) == []
    assert better(problem(*rows), ("A/1", 0)) == [at("B/1", 0)]
    assert better(found, ("A/1", 11), ("B/1", 0)) == [at("A/1", 10)]
    assert better(found, ("A/1", 10), ("B/1", 0)) == []


def turns(found: Instance, *rows: tuple[str, int]) -> list[str]:
    return list(better_turns(found, solution(*rows), sorted, ground_of(found)))


def turned(turn: str, name: str, start: int) -> str:
    return f"not optimal: at {turn}, {name} could have started on day {start}"


def row_of(rule: str, **more: Any) -> Instance:
    """A, B, C in this order; all at one spot in the first 20 days, B also far off for fewer points."""
    rows = [
        claim("A1", spot("A/1", last=10)),
        claim("B1", spot("B/1", last=10), spot("B/2", 40, 20000), credit={"B": 100}),
        claim("C1", spot("C/1", last=10), credit={"C": 100}),
    ]
    return problem(*rows, **{"policy": {"rule": rule}, **more})


@pytest.mark.parametrize(
    ("rows", "first_come", "serial"),
    [
        ([("A/1", 0), ("B/1", 10)], [], []),
        ([("A/1", 10), ("B/1", 0)], [("1 A1", "A/1", 0)], [("1 A A1", "A/1", 0)]),
        ([("A/1", 0), ("B/2", 0), ("C/1", 10)], [("2 B1", "B/1", 10)], [("2 B B1", "B/1", 10)]),
        ([("A/1", 0), ("C/1", 10)], [("2 B1", "B/1", 10)], [("2 B", "B/1", 10)]),
        (
            [("A/1", 0), ("B/2", 5)],
            [("2 B1", "B/1", 10), ("3 C1", "C/1", 10)],
            [("2 B B1", "B/1", 10), ("3 C", "C/1", 10)],
        ),
        ([("B/1", 0), ("C/1", 10)], [("1 A1", "A/1", 0)], [("1 A", "A/1", 0)]),
    ],
)
def test_a_turn_that_could_have_had_better_after_those_before_it_is_named(
    rows: list[Any], first_come: list[Any], serial: list[Any]
) -> None:
    for rule, due in (("first-come", first_come), ("serial", serial)):
        assert turns(row_of(rule), *rows) == [turned(f"turn {turn}", name, start) for turn, name, start in due]


def test_what_a_turn_had_later_than_it_could_is_named_and_what_was_full_is_not() -> None:
    far = row_of(
        "first-come", caps=[{"id": "lid", "placements": ["B/1"], "measure": "placements", "max": 0, "per": "all"}]
    )
    assert turns(far, ("A/1", 0), ("B/2", 0), ("C/1", 10)) == []
    assert turns(far, ("A/1", 0), ("B/2", 3), ("C/1", 10)) == [turned("turn 2 B1", "B/2", 0)]


def test_a_turn_does_not_take_what_a_reserve_needs() -> None:
    """C comes last, but one of its group has to stand at the spot if that can be."""
    reserve = {"id": "late", "group": "ldc", "placements": ["C/1"], "min": 1}
    parties = [{"id": "A"}, {"id": "B"}, {"id": "C", "groups": ["ldc"]}]
    found = row_of("first-come", reserves=[reserve], parties=parties)
    assert turns(found, ("A/1", 0), ("B/2", 0), ("C/1", 10)) == []
    assert turns(found, ("A/1", 0), ("B/1", 10)) == []
    assert turns(found, ("A/1", 1), ("B/2", 0), ("C/1", 11)) == [turned("turn 1 A1", "A/1", 0)]


def test_a_turn_does_not_cut_off_an_access_point() -> None:
    rows = [claim("A1", zone("A/1", LOWER, last=20)), claim("B1", zone("B/1", UPPER, last=9), credit={"B": 100})]
    found = problem(*rows, access=access(), policy={"rule": "first-come"})
    assert turns(found, ("A/1", 0)) == []
    assert turns(found, ("A/1", 10), ("B/1", 0)) == [turned("turn 1 A1", "A/1", 0)]
    assert turns(problem(*rows, policy={"rule": "first-come"}), ("A/1", 0)) == [turned("turn 2 B1", "B/1", 0)]


def test_in_serial_turns_the_better_of_ones_own_claims_is_missed_where_a_poorer_was_taken() -> None:
    rows = [
        claim("A1", spot("A/1", 30, 60000), credit={"A": 100}),
        claim("B1", spot("B/1", 50, 80000), spot("B/2", 30, 90000), credit={"A": 100}),
        claim("C1", spot("C/1", 30, 120000), credit={"A": 100}),
    ]
    found = problem(*rows, policy={"rule": "serial"})
    assert turns(found, ("A/1", 0), ("B/1", 0), ("C/1", 0)) == []
    assert turns(found, ("A/1", 0), ("B/2", 0), ("C/1", 0)) == [
        turned("turn 1 A A1", "B/1", 0), turned("turn 2 A B1", "B/1", 0),
    ]  # fmt: skip
    assert turns(found, ("A/1", 0), ("C/1", 0)) == [turned(f"turn {n}", "B/1", 0) for n in ("1 A A1", "2 A C1", "3 A")]
    # As many points: by ticket A before C, and of B's own the first id.
    assert turns(found, ("B/1", 0), ("C/1", 0)) == [turned("turn 2 A C1", "A/1", 0), turned("turn 3 A", "A/1", 0)]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([("A/1", 20), ("B/1", 50)], []),
        ([("A/1", 20), ("B/1", 51)], ["C1: B/1 starts on day 51, outside its window [0, 50]"]),
        ([("A/1", 20), ("B/1", -1)], ["C1: B/1 starts on day -1, outside its window [0, 50]"]),
        ([("A/1", 20), ("B/3", 91)], ["C1: B/3 ends on day 101, past the horizon of 100"]),
        ([("A/1", 20), ("B/3", 90)], []),
        ([("B/1", 0)], ["C1: the entry in force of claim A1 is missing"]),
        ([("A/1", 20), ("B/2", 0)], ["C1: B/2 is no placement of claim B1 in the instance"]),
        ([("B/1", 0), ("A/1", 20)], ["allotments are not one row a claim in the order of claim ids"]),
        ([("A/1", 20), ("A/1", 20)], ["allotments are not one row a claim in the order of claim ids"]),
    ],
)
@pytest.mark.parametrize("movable", [False, True])
def test_each_claim_has_one_of_its_placements_in_its_window(
    rows: list[Any], problems: list[str], movable: bool
) -> None:
    policy = {"rule": "max-points"} | ({"moves": {"allowed": "all"}} if movable else {})
    entry = claim("A1", spot("A/1", last=5), spot("A/2", east=9000), in_force={"placement": "A/1", "start": 20})
    other = claim("B1", spot("B/1", east=20000), spot("B/3", east=30000, last=95), credit={"B": 100})
    found = problem(entry, other, policy=policy)
    assert list(structure(found, solution(*rows))) == problems
    window = "C1: A/1 starts on day 21, outside its window [0, 5]"
    moved = window if movable else "C1: the entry in force of claim A1 was moved"
    assert list(structure(found, solution(("A/1", 21)))) == [moved]
    elsewhere = [] if movable else ["C1: the entry in force of claim A1 was moved"]
    assert list(structure(found, solution(("A/2", 20)))) == elsewhere
