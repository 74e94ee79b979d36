"""Errors planted in a lottery and its draw: each is refused by `solver.verify`, by name."""

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import solver
from solver.drawing import draw_seed, drawn
from solver.io import InputError, dump, parse_solution
from solver.solution import to_document
from solver.verify import verify
from tests.solver import walled
from tests.solver.instances import claim, document, phase, placement
from tests.solver.said import said

Document = dict[str, Any]


@cache
def problem() -> solver.Instance:
    """Return three parties at one place and two of them at another; A has one more claim that nobody contests."""
    stay = [phase(days=10)]
    there = (20000, 0)
    rows = [
        claim("A1", placement("A1/1", phases=stay), credit={"A": 100}),
        claim("B1", placement("B1/1", phases=stay), credit={"B": 100}),
        claim("C1", placement("C1/1", phases=stay), credit={"C": 100}),
        claim("D1", placement("D1/1", there, phases=stay), credit={"D": 100}),
        claim("D2", placement("D2/1", there, phases=stay), credit={"D": 100}),
        claim("A2", placement("A2/1", (50000, 0), points=10, phases=stay), credit={"A": 100}),
    ]
    policy = {"rule": "max-points", "tie_break": "ex-ante"}
    return solver.parse_instance(json.dumps(document(*rows, policy=policy)).encode())


@cache
def before() -> Document:
    return to_document(solver.solve(problem()))


@cache
def after() -> Document:
    return to_document(drawn(parse_solution(dump(before())), b"\x05"))


def refused(changed: Document) -> tuple[str, ...]:
    return verify(problem(), parse_solution(dump(changed))).problems


def lottery(s: Document) -> Document:
    found: Document = s["distribution"]
    return found


def first(s: Document) -> Document:
    found: Document = lottery(s)["outcomes"][0]
    return found


def moved(s: Document) -> None:
    """Move a stay of an outcome with its zones."""
    row = first(s)["allotments"][0]
    row["start"] += 200
    for zone in row["zones"]:
        zone.update(start=zone["start"] + 200, end=zone["end"] + 200)


def traded(s: Document) -> None:
    """Give some of the first outcome's probability to the second: the sum stays 1."""
    one, other = lottery(s)["outcomes"][:2]
    step = Fraction(one["probability"]) / 4
    one["probability"] = str(Fraction(one["probability"]) - step)
    other["probability"] = str(Fraction(other["probability"]) + step)


def both_at_once(s: Document) -> None:
    """Allot a second claim at the same place."""
    rows = first(s)["allotments"]
    missing = next(name for name in ("A1", "B1", "C1") if name not in {row["claim"] for row in rows})
    other = next(row for row in rows if row["claim"] in ("A1", "B1", "C1"))
    rows.append(copy.deepcopy(other) | {"claim": missing, "placement": f"{missing}/1"})
    rows.sort(key=lambda row: str(row["claim"]))


def left_out(s: Document) -> None:
    """Drop a claim from an outcome."""
    first(s)["allotments"].pop()


PLANTED: dict[str, tuple[Callable[[Document], object], str]] = {
    "a probability of 0": (lambda s: first(s).update(probability="0"), "outcome 1 has the probability 0"),
    "a sum that is not 1": (lambda s: first(s).update(probability="1/4"), "the probabilities sum to"),
    "probability moved": (traded, "are not those of the outcomes"),
    "an outcome left out": (lambda s: lottery(s)["outcomes"].pop(), "the probabilities sum to"),
    "an outcome twice": (lambda s: lottery(s)["outcomes"].append(first(s)), "not stand in the order"),
    "another order": (lambda s: lottery(s)["outcomes"].reverse(), "not stand in the order"),
    "no outcome": (lambda s: lottery(s)["outcomes"].clear(), "the lottery has no outcome"),
    "a stay past the window": (moved, "outcome 1: C1: A1/1 starts on day 200"),
    "two at one place": (both_at_once, "outcome 1: C2: "),
    "a claim dropped": (left_out, "outcome 1: "),
    "points of an outcome": (lambda s: first(s)["parties"].update(A=50), "outcome 1: parties: the points of A"),
    "reasons of an outcome": (lambda s: first(s)["unserved"].clear(), "outcome 1: unserved claims are"),
    "an expectation": (lambda s: lottery(s)["expected"].update(A="40"), "expected points of A are not"),
    "a chance": (lambda s: lottery(s)["chances"].update(A1="1/2"), "the chance of A1"),
    "a chance left out": (lambda s: lottery(s)["chances"].pop("A1"), "the chance of A1"),
    "a mean of a level": (lambda s: lottery(s)["levels"][0].update(mean="34"), "do not have the mean"),
    "a bound of a level": (lambda s: lottery(s)["levels"][0].update(most=20001), "do not add up to 20001"),
    "a weight of a level": (lambda s: lottery(s)["levels"][0]["weights"]["parties"].update(D=3), "its weights"),
    "a level left out": (lambda s: lottery(s)["levels"].pop(), "does not count"),
    "levels in another order": (lambda s: lottery(s)["levels"].reverse(), "before all parties are settled"),
    "a level twice": (lambda s: lottery(s)["levels"].append(lottery(s)["levels"][0]), "no level settled before"),
    "what is open": (
        lambda s: lottery(s).update(open={"of": "parties", "mean": "1", "at_most": "2"}),
        "said to be open",
    ),
    "exchangeable claims left out": (lambda s: lottery(s)["exchangeable"].pop(), "exchangeable claims are"),
    "a seed before the draw": (lambda s: s.update(seed="1f"), "the seed is 1f, but the lottery was not drawn"),
    "allotments before the draw": (lambda s: s.update(allotments=first(s)["allotments"]), "allotments are given"),
    "no lottery": (lambda s: s.update(distribution=None), "distribution is missing, but the tie-break is ex-ante"),
    "a value of a stage": (lambda s: s["stages"][1].update(value=209, bound=209), "stage points is 210"),
    "an unproved stage": (lambda s: s["stages"][1].update(bound=300, proved=False), "not all stages are proved"),
    "the count of a stage": (lambda s: s["stages"][-1].update(value=9, bound=9), "cannot be"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_an_error_planted_in_a_lottery_is_refused_and_named(name: str) -> None:
    changed = copy.deepcopy(before())
    plant, fault = PLANTED[name]
    plant(changed)
    problems = refused(changed)
    assert any(fault in found for found in problems), problems
    assert problems == said("lottery", name)


def another_outcome(s: Document) -> None:
    """Pretend that the value had picked the next outcome, with all that it says and with its seed left as it is."""
    count = len(lottery(s)["outcomes"])
    number = lottery(s)["draw"]["outcome"] % count + 1
    s.update({name: value for name, value in lottery(s)["outcomes"][number - 1].items() if name != "probability"})
    lottery(s)["draw"]["outcome"] = number


def another_value(s: Document) -> None:
    """Give another value and its seed, the outcome left as it is."""
    wanted = lottery(s)["draw"]["outcome"]
    for number in range(256):
        value = bytes([number])
        result = drawn(parse_solution(dump(before())), value)
        assert result.distribution is not None
        assert result.distribution.draw is not None
        if result.distribution.draw.outcome != wanted:
            lottery(s)["draw"]["value"] = value.hex()
            s["seed"] = draw_seed(problem().sha256, value).hex()
            return


DRAWN: dict[str, tuple[Callable[[Document], object], str]] = {
    "another outcome": (another_outcome, "is said to be drawn, but the value picks outcome"),
    "another value": (another_value, "is said to be drawn, but the value picks outcome"),
    "a value without its seed": (lambda s: lottery(s)["draw"].update(value="06"), "instance and value give"),
    "a seed": (lambda s: s.update(seed="1f00ab"), "instance and value give"),
    "an outcome out of range": (lambda s: lottery(s)["draw"].update(outcome=99), "outcome 99 is said to be drawn"),
    "allotments of another outcome": (
        lambda s: s.update(
            allotments=next(o["allotments"] for o in lottery(s)["outcomes"] if o["allotments"] != s["allotments"])
        ),
        "allotments are not those of outcome",
    ),
    "the draw left out": (lambda s: lottery(s).update(draw=None), "are given, but the lottery was not drawn"),
    "a probability": (lambda s: first(s).update(probability="1/4"), "the probabilities sum to"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_an_error_planted_in_a_draw_is_refused_and_named(name: str) -> None:
    changed = copy.deepcopy(after())
    plant, fault = DRAWN[name]
    plant(changed)
    problems = refused(changed)
    assert any(fault in found for found in problems), problems
    assert problems == said("draw", name)


FORM: dict[str, tuple[Callable[[Document], object], str]] = {
    "a probability that is a number": (lambda s: first(s).update(probability=0.5), "outcomes[0].probability"),
    "a fraction not in lowest terms": (lambda s: first(s).update(probability="2/6"), "outcomes[0].probability"),
    "a negative fraction": (lambda s: first(s).update(probability="-1/3"), "outcomes[0].probability"),
    "a decimal": (lambda s: first(s).update(probability="0.5"), "outcomes[0].probability"),
    "a denominator of 0": (lambda s: first(s).update(probability="1/0"), "outcomes[0].probability"),
    "an unknown field": (lambda s: lottery(s).update(extra=1), "distribution.extra: unknown field"),
    "a list": (lambda s: s.update(distribution=[1]), "distribution: [1] is not an object"),
    "a weight of 0": (lambda s: lottery(s)["levels"][0]["weights"]["parties"].update(A=0), "weights.parties.A"),
    "a value that is no hex": (lambda s: lottery(s).update(draw={"value": "xyz", "outcome": 1}), "draw.value"),
    "a field of an outcome missing": (lambda s: first(s).pop("fairness"), "outcomes[0].fairness: missing"),
}


@pytest.mark.parametrize("name", FORM)
def test_a_lottery_that_is_not_of_the_format_is_refused_where_it_stands(name: str) -> None:
    changed = copy.deepcopy(before())
    plant, fault = FORM[name]
    plant(changed)
    with pytest.raises(InputError, match="distribution") as error:
        parse_solution(dump(changed))
    assert any(fault in str(found) for found in error.value.faults), error.value.faults


def test_a_report_names_what_was_checked_of_a_lottery() -> None:
    found = verify(problem(), parse_solution(dump(before())))
    assert found.checks == (
        "heading", "C1 placements, windows, horizon, entries in force", "C2 separation", "C3 caps", "C4 reserves", "points",
        "leximin", "stages", "zones", "measures", "every outcome of the lottery", "its probabilities", "means and levels",
        "equal chances", "the draw", "no single change improves it",
    )  # fmt: skip


def test_both_are_valid_before_anything_is_planted() -> None:
    for answer in (before(), after()):
        assert refused(answer) == ()
    assert lottery(before())["exchangeable"] == [["B1", "C1"], ["D1", "D2"]]
    # A has 10 points for certain: 10 + 100 a = 100 b, and a + 2 b = 1.
    assert lottery(before())["chances"] == {
        "A1": "4/15",
        "A2": "1",
        "B1": "11/30",
        "C1": "11/30",
        "D1": "1/2",
        "D2": "1/2",
    }


@cache
def by_the_way() -> tuple[solver.Instance, Document]:
    """Return two parties of which each would leave the other's opening as the only way, and their lottery."""
    rows = [
        claim("A1", walled.zone("A/1", walled.LOWER)),
        claim("B1", walled.zone("B/1", walled.UPPER), credit={"B": 100}),
    ]
    instance = walled.problem(*rows, policy={"rule": "max-points", "tie_break": "ex-ante"})
    return instance, to_document(solver.solve(instance))


def test_each_outcome_of_a_lottery_leaves_a_way_and_shows_it() -> None:
    instance, answer = by_the_way()
    assert lottery(answer)["chances"] == {"A1": "1/2", "B1": "1/2"}
    assert verify(instance, parse_solution(dump(answer))).problems == ()


def test_an_outcome_that_shuts_the_way_or_shows_another_one_is_refused() -> None:
    instance, answer = by_the_way()
    both, through = copy.deepcopy(answer), copy.deepcopy(answer)
    first(both)["allotments"] += lottery(both)["outcomes"][1]["allotments"]
    first(through)["access"] = lottery(through)["outcomes"][1]["access"]  # through the zone of A
    found = verify(instance, parse_solution(dump(both))).problems
    assert any(problem.startswith("outcome 1: C5: ") for problem in found), found
    assert verify(instance, parse_solution(dump(through))).problems == (
        "outcome 1: access of plain: cell (2, 3) is not free on day 0",
    )


def test_equal_placements_that_no_outcome_has_are_no_fault() -> None:
    stay = [phase(days=10)]
    rows = [claim("A1", placement("A1/1", phases=stay, points=100), credit={"A": 100})]
    rows += [claim(f"{name}1", placement(f"{name}1/1", phases=stay, points=10), credit={name: 100}) for name in "BC"]
    instance = solver.parse_instance(
        json.dumps(document(*rows, policy={"rule": "max-points", "tie_break": "ex-ante"})).encode()
    )
    answer = to_document(solver.solve(instance))
    assert lottery(answer)["chances"] == {"A1": "1", "B1": "0", "C1": "0"}
    assert lottery(answer)["exchangeable"] == [["B1", "C1"]]
    assert verify(instance, parse_solution(dump(answer))).problems == ()
