"""Envy up to one placement: what a bundle is worth to another party, and matchings tried out one by one."""

import itertools
import random

import pytest

from solver.allocation import Allotment
from solver.envy import best_matching, envious_beyond_one
from tests.solver.instances import claim, instance, placement

FAR = (50000, 0)


def allotted(*rows: tuple[str, str, int]) -> dict[str, Allotment]:
    return {name: Allotment(name, place, start) for name, place, start in rows}


def wants(party: str, *sites: tuple[int, int], points: int = 100, more: int = 0):
    """Claims of a party, one for each site, with `more` days of window."""
    return [
        claim(f"{party}{i}", placement(f"{party}{i}/1", site, points, (0, more)), credit={party: 100})
        for i, site in enumerate(sites, start=1)
    ]


def test_two_sites_that_the_other_one_wanted_as_well_are_envied_beyond_one() -> None:
    """B holds both sites of A, worth 100 each to A: one less is still 100, more than the nothing A has."""
    sites = ((0, 0), FAR)
    problem = instance(*wants("A", *sites), *wants("B", *sites))
    assert envious_beyond_one(problem, allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0))) == [("A", "B")]


def test_a_single_site_is_excused() -> None:
    problem = instance(*wants("A", (0, 0)), *wants("B", (0, 0)))
    assert envious_beyond_one(problem, allotted(("B1", "B1/1", 0))) == []


def test_sites_that_the_envier_never_asked_for_are_worth_nothing_to_it() -> None:
    """B has three sites far away; A asked for one that nobody could give it back by leaving these."""
    problem = instance(*wants("A", (0, 0)), *wants("B", FAR, (60000, 0), (70000, 0)))
    found = envious_beyond_one(problem, allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0), ("B3", "B3/1", 0)))
    assert found == []


def test_worth_is_capped_by_what_the_envier_asked_for() -> None:
    """A has one claim, so three sites it could use are worth one placement to it, and one less leaves as much as two."""
    rows = [claim("A1", *(placement(f"A1/{i}", (9000 * i, 0)) for i in range(3)), credit={"A": 100})]
    problem = instance(*rows, *wants("B", (0, 0), (9000, 0), (18000, 0)))
    everything = allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0), ("B3", "B3/1", 0))
    assert envious_beyond_one(problem, everything) == [("A", "B")]
    served = everything | allotted(("A1", "A1/0", 0))  # worth 100 to A, as much as it could have of B's
    assert envious_beyond_one(problem, served) == []


def test_room_that_a_third_party_closes_is_worth_nothing() -> None:
    """C stands between: without B's allotments A would still be too near to C."""
    sites = ((0, 0), FAR)
    near = (200, 0)
    problem = instance(*wants("A", *sites), *wants("B", *sites), *wants("C", near, (50200, 0)))
    crowd = allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0), ("C1", "C1/1", 0), ("C2", "C2/1", 0))
    assert envious_beyond_one(problem, crowd) == []


def test_a_window_that_lets_the_envier_wait_leaves_it_no_claim_on_the_room() -> None:
    """With ten days of window A could start after B; it is B's days that are the room, and these A could use too."""
    sites = ((0, 0), FAR)
    problem = instance(*wants("A", *sites, more=10), *wants("B", *sites))
    assert envious_beyond_one(problem, allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0))) == [("A", "B")]
    waiting = allotted(("A1", "A1/1", 10), ("A2", "A2/1", 10), ("B1", "B1/1", 0), ("B2", "B2/1", 0))
    assert envious_beyond_one(problem, waiting) == []


def test_a_joint_claim_is_in_no_bundle_that_its_own_partner_could_envy() -> None:
    rows = [
        *wants("A", (0, 0), FAR),
        claim("J1", placement("J1/1", (0, 0)), credit={"A": 25, "B": 75}),
        claim("J2", placement("J2/1", FAR), credit={"A": 25, "B": 75}),
    ]
    assert envious_beyond_one(instance(*rows), allotted(("J1", "J1/1", 0), ("J2", "J2/1", 0))) == []


def test_entries_in_force_are_in_no_bundle() -> None:
    rows = wants("B", (0, 0), FAR)
    for row in rows:
        row["in_force"] = {"placement": f"{row['id']}/1", "start": 0}
    problem = instance(*wants("A", (0, 0), FAR), *rows)
    assert envious_beyond_one(problem, allotted(("B1", "B1/1", 0), ("B2", "B2/1", 0))) == []


@pytest.mark.parametrize("seed", range(60))
def test_the_best_matching_is_the_best_of_all(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 5), rng.randint(1, 5)
    worth = [[rng.choice([0, 0, rng.randint(0, 20)]) for _ in range(columns)] for _ in range(rows)]
    padded = [row + [0] * rows for row in worth]
    best = max(
        sum(padded[i][j] for i, j in enumerate(picked))
        for picked in itertools.permutations(range(columns + rows), rows)
    )
    assert best_matching(worth) == best


def test_nothing_matches_nothing() -> None:
    assert (best_matching([]), best_matching([[]]), best_matching([[], []])) == (0, 0, 0)
