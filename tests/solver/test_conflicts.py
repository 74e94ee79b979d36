"""Forbidden start differences: touching days, phases, agreements, holds, given pairs."""

import pytest

from solver.conflicts import merged, mirrored, separations, shifted, without
from solver.options import open_options
from tests.solver.instances import claim, instance, phase, placement

LANDING, OPERATION = phase("landing", 0, 2, 4000), phase("operation", 2, 10, 500)


def pair(distance_m: float, **more):
    a = claim("A1", placement("A1/1", (0, 0), start=(0, 50), phases=[LANDING, OPERATION]))
    b = claim("B1", placement("B1/1", (distance_m, 0), start=(0, 50), phases=[LANDING, OPERATION]), credit={"B": 100})
    return instance(a, b, **more)


@pytest.mark.parametrize(
    ("distance_m", "forbidden"),
    [
        (400, ((-11, 11),)),  # operation beside operation as well: no common day at all
        (1000, ((-11, 11),)),  # a landing within 4 km of the other's operation
        (4001, ()),
    ],
)
def test_forbidden_differences_follow_from_the_larger_keep_out_of_each_pair_of_phases(distance_m, forbidden) -> None:
    found = separations(pair(distance_m))
    assert tuple(row.forbidden for row in found) == ((forbidden,) if forbidden else ())


def test_landings_alone_forbid_only_common_landing_days() -> None:
    quiet = phase("operation", 2, 10, 0)
    a = claim("A1", placement("A1/1", start=(0, 50), phases=[phase("landing", 0, 2, 800), quiet]))
    b = claim("B1", placement("B1/1", (700, 0), start=(0, 50), phases=[phase("landing", 0, 2, 800), quiet]))
    assert separations(instance(a, b))[0].forbidden == ((-11, 11),)


def test_a_gap_between_phases_leaves_permitted_differences_inside() -> None:
    bursts = [phase("first", 0, 2, 1000), phase("second", 20, 2, 1000)]
    a = claim("A1", placement("A1/1", start=(0, 50), phases=bursts))
    b = claim("B1", placement("B1/1", (500, 0), start=(0, 50), phases=[phase("only", 0, 2, 0)]))
    assert separations(instance(a, b))[0].forbidden == ((-1, 1), (19, 21))


def test_an_agreement_lowers_the_keep_out_and_never_raises_it() -> None:
    assert separations(pair(1000, agreements=[{"claims": ["A1", "B1"], "keep_out_m": 900}])) == []
    assert len(separations(pair(1000, agreements=[{"claims": ["B1", "A1"], "keep_out_m": 9000}]))) == 1
    assert separations(pair(5000, agreements=[{"claims": ["B1", "A1"], "keep_out_m": 9000}])) == []


def test_of_several_agreements_the_smallest_distance_holds() -> None:
    agreements = [{"claims": ["A1", "B1"], "keep_out_m": 3000}, {"claims": ["B1", "A1"], "keep_out_m": 900}]
    assert separations(pair(1000, agreements=agreements)) == []


def test_given_conflicts_replace_geometry_and_cover_the_whole_stay() -> None:
    late = [phase("operation", 5, 5, 0)]
    a = claim("A1", placement("A1/1", start=(0, 50), phases=late))
    b = claim("B1", placement("B1/1", start=(0, 50), phases=late))
    assert separations(instance(a, b, conflicts=[["B1/1", "A1/1"]]))[0].forbidden == ((-9, 9),)
    assert separations(instance(a, b, conflicts=[])) == []
    agreed = [{"claims": ["A1", "B1"], "keep_out_m": 100000}]
    assert separations(instance(a, b, conflicts=[["A1/1", "B1/1"]], agreements=agreed)) == []


def test_pairs_beside_some_sites_are_those_of_all_pairs_that_have_one_of_them() -> None:
    rows = [claim(f"A{i}", placement(f"A{i}/1", (100 * i, 0)), placement(f"A{i}/2", (0, 100 * i))) for i in range(5)]
    for problem in (instance(*rows), instance(*rows, conflicts=[["A0/1", "A1/1"], ["A1/2", "A2/1"], ["A3/1", "A4/1"]])):
        everything = separations(problem)
        some = [pair for pair in everything if {"A1/1", "A2/1"} & {pair.a, pair.b}]
        assert separations(problem, {"A1/1", "A2/1"}) == some
        assert 0 < len(some) < len(everything)


def test_placements_of_one_claim_do_not_exclude_each_other_by_distance() -> None:
    assert separations(instance(claim("A1", placement("A1/1"), placement("A1/2")))) == []


def test_a_hold_closes_the_days_on_which_it_is_active() -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [300, 0]}, "start": 20,
            "phases": [phase("hold", 0, 30, 1000)]}  # fmt: skip
    problem = instance(
        claim("A1", placement("A1/1", start=(0, 60), phases=[phase(days=10, keep_out_m=1)])), holds=[hold]
    )
    assert open_options(problem).starts == {"A1/1": ((0, 10), (50, 60))}


def test_an_entry_in_force_closes_its_days_and_a_hold_does_not_touch_it() -> None:
    entry = claim("A1", placement("A1/1", phases=[phase(days=30)]), in_force={"placement": "A1/1", "start": -10})
    other = claim("B1", placement("B1/1", (10, 0), start=(0, 60)))
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0, "phases": [phase(days=5)]}
    options = open_options(instance(entry, other, holds=[hold]))
    assert options.starts == {"B1/1": ((20, 60),)}
    assert options.broken == ()


def test_a_placement_without_an_open_start_is_closed() -> None:
    entry = claim("A1", placement("A1/1", phases=[phase(days=90)]), in_force={"placement": "A1/1", "start": 0})
    assert open_options(instance(entry, claim("B1", placement("B1/1", start=(0, 80))))).starts == {}


@pytest.mark.parametrize(
    ("intervals", "result"),
    [([(5, 7), (1, 2), (3, 3)], ((1, 3), (5, 7))), ([(1, 9), (2, 3)], ((1, 9),)), ([(3, 2)], ()), ([], ())],
)
def test_intervals_merge_where_they_touch(intervals, result) -> None:
    assert merged(intervals) == result


def test_interval_arithmetic_takes_away_moves_and_mirrors() -> None:
    assert without([(0, 10)], [(3, 4), (9, 20)]) == ((0, 2), (5, 8))
    assert without([(0, 10)], [(0, 10)]) == ()
    assert shifted([(-2, 3)], 10) == ((8, 13),)
    assert mirrored([(-2, 3), (5, 6)]) == ((-6, -5), (-3, 2))
