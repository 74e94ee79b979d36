"""Symmetries of an instance: found whole, none that is not one, and quick where many claims are alike."""

import itertools
import json
from fractions import Fraction
from typing import Any

import solver
from solver.exante.exchange import chain, orbits, structure
from solver.exante.simplex import Program
from solver.exante.thin import averaged, thinned
from solver.options import open_options
from tests.solver.generate_ties import tied
from tests.solver.instances import claim, document, phase, placement
from tests.solver.oracle_lottery import renamings

ONE = Fraction(1)


def parsed(content: dict[str, Any]) -> solver.Instance:
    return solver.parse_instance(json.dumps(content).encode())


def exchangeable(content: dict[str, Any]) -> list[tuple[str, ...]]:
    instance = parsed(content)
    return orbits(chain(structure(instance, open_options(instance))), instance.claim_by_id)


def alike(count: int, parties: int) -> dict[str, Any]:
    """Return claims alike at one place, dealt out to the parties in turn."""
    stay = [phase(days=10)]
    rows = [
        claim(f"K{n:02d}", placement(f"K{n:02d}/1", phases=stay), credit={f"P{n % parties}": 100}) for n in range(count)
    ]
    return document(*rows, policy={"rule": "equal-footing", "tie_break": "ex-ante"})


def test_every_renaming_of_the_document_is_among_the_symmetries_found() -> None:
    for number in range(60):
        content = tied(number)
        found = {name: group for group in exchangeable(content) for name in group}
        for renamed in renamings(content):
            for row in content["claims"]:
                other = renamed[row["id"]]
                assert other == row["id"] or other in found[row["id"]], (number, row["id"], other)


def test_thirty_claims_of_ten_parties_are_one_set() -> None:
    assert exchangeable(alike(30, 10)) == [tuple(f"K{n:02d}" for n in range(30))]


def test_a_lottery_over_many_alike_has_one_outcome_each() -> None:
    lottery = solver.solve(parsed(alike(24, 24))).distribution
    assert lottery is not None
    assert [str(outcome.probability) for outcome in lottery.outcomes] == ["1/24"] * 24


def test_rivals_that_stand_in_a_ring_are_exchanged_though_no_two_can_change_places_alone() -> None:
    """Five claims, each too near to two others: a ring turned round is the same ring."""
    names = [f"K{n}" for n in range(5)]
    rows = [claim(name, placement(f"{name}/1"), credit={"P": 100}) for name in names]
    pairs = [[f"K{n}/1", f"K{(n + 1) % 5}/1"] for n in range(5)]
    content = document(*rows, conflicts=pairs, policy={"rule": "max-points", "tie_break": "ex-ante"})
    assert exchangeable(content) == [tuple(names)]
    lottery = solver.solve(parsed(content)).distribution
    assert lottery is not None
    assert {str(chance) for chance in lottery.chances.values()} == {"2/5"}


def test_an_average_keeps_means_and_gives_equal_chances() -> None:
    instance = parsed(alike(4, 4))
    levels = chain(structure(instance, open_options(instance)))
    lottery = averaged({(("K00", "K00/1", 0),): ONE}, levels)
    assert sorted(outcome[0][0] for outcome in lottery) == ["K00", "K01", "K02", "K03"]
    assert {str(share) for share in lottery.values()} == {"1/4"}


def test_thinning_keeps_every_mean_and_no_more_outcomes_than_it_needs() -> None:
    names = "ABCDEF"
    pairs = [tuple((n, f"{n}/1", 0) for n in pair) for pair in itertools.combinations(names, 2)]
    lottery = {pair: ONE / len(pairs) for pair in pairs}
    found = thinned(lottery, lambda outcome: {row[0]: 1 for row in outcome})
    assert sum(found.values()) == 1
    assert len(found) <= len(names)
    for name in names:
        assert sum(share for outcome, share in found.items() if name in {row[0] for row in outcome}) == ONE / 3


def test_a_program_is_solved_exactly_and_goes_on_with_new_columns() -> None:
    program = Program([None, None], [[3, 0]])
    assert str(program.solve().t) == "0"
    program.add([0, 1])
    optimum = program.solve()
    assert (str(optimum.t), [str(share) for share in optimum.probabilities]) == ("3/4", ["1/4", "3/4"])
    assert [str(y) for y in optimum.multipliers] == ["1/4", "3/4"]
