"""Known gains with literal values, what theory excludes, and every gain of tiny instances beside trying everything."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import solver
from solver import many
from solver import solution as solver_status
from solver.fields import InputError
from solver.incentives.study import (
    NO_GAIN,
    NOT_BEGUN,
    NOT_DECIDED,
    RULE,
    SOLVED,
    TIE_BREAK,
    UNCHANGED,
    Asked,
    Finding,
    study,
)
from solver.instance import Instance
from solver.instance_file import RULES
from solver.io import canonical, instance_sha256, parse_instance
from solver.many import Limits, Solver
from tests.solver import oracle
from tests.solver.incentives.small import SEED, choice, drawn, found, studied
from tests.solver.instances import claim, instance

EARLY, LATE = "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z"


def second_choice(rule: str) -> Instance:
    """A has a second choice, B has none and stands in the way of the first."""
    return instance(
        claim("a", choice("a/1"), choice("a/2", 60), received_at=LATE),
        claim("b", choice("b/1", 90), credit={"B": 100}, received_at=EARLY),
        conflicts=[["a/1", "b/1"]],
        policy={"rule": rule},
    )


@pytest.mark.parametrize("rule", ["equal-footing", "max-points", "nash"])
def test_hiding_a_second_choice_gains_under_rules_that_weigh_all_at_once(rule: str) -> None:
    finding = found(studied(second_choice(rule)), "A", "truncated", "a")
    assert (finding.decided, finding.gain, finding.cause) == (SOLVED, 4000, RULE)
    assert finding.others == {"B": -9000}


@pytest.mark.parametrize("rule", ["first-come", "serial"])
def test_hiding_a_second_choice_loses_where_turns_were_taken(rule: str) -> None:
    seed = next(bytes([n]) for n in range(50) if oracle.ticket(bytes([n]), "B") < oracle.ticket(bytes([n]), "A"))
    assert found(studied(second_choice(rule), seed), "A", "truncated", "a").gain == -6000


@pytest.mark.parametrize("rule", ["first-come", "serial"])
def test_dropping_a_claim_that_stands_in_the_own_way_gains_where_turns_are_taken(rule: str) -> None:
    rows = [claim(n, choice(f"{n}/1", p), received_at=at) for n, p, at in (("c1", 100, EARLY), ("c2", 90, LATE))]
    rows.append(claim("c3", choice("c3/1", 80), received_at=LATE))
    told = studied(instance(*rows, conflicts=[["c1/1", "c2/1"], ["c1/1", "c3/1"]], policy={"rule": rule}))
    assert found(told, "A", "dropped", "c1").gain == 7000
    assert found(told, "A", "dropped", "c2").decided == UNCHANGED


def test_a_wish_filed_twice_outweighs_a_larger_one_under_the_sum_of_points() -> None:
    rows = (claim("a", choice("a/1", 60, (0, 10))), claim("b", choice("b/1", 100, days=20), credit={"B": 100}))
    told = studied(instance(*rows, conflicts=[["a/1", "b/1"]], policy={"rule": "max-points"}))
    finding = found(told, "A", "twin", "a")
    assert (finding.gain, finding.cause, finding.others) == (6000, RULE, {"B": -10000})


def test_a_stay_filed_in_two_parts_counts_twice_under_the_sum_of_points() -> None:
    rows = (claim("a", choice("a/1", 60)), claim("b", choice("b/1"), credit={"B": 100}))
    told = studied(instance(*rows, conflicts=[["a/1", "b/1"]], policy={"rule": "max-points"}))
    assert found(told, "A", "split by days", "a").gain == 6000


def allied(rule: str, *rows: dict[str, Any], **more: Any) -> Instance:
    """The claims, with A and D in one group."""
    names = sorted({party for row in rows for party in row["credit"]} | {"D"})
    parties = [{"id": name, "groups": ["league"] if name in "AD" else []} for name in names]
    return instance(*rows, parties=parties, policy={"rule": rule}, **more)


def test_a_claim_lent_to_an_ally_gains_a_turn_under_serial() -> None:
    rows = (claim("c1", choice("c1/1")), claim("c2", choice("c2/1", 90)), claim("b", choice("b/1"), credit={"B": 100}))
    seed = next(
        bytes([n])
        for n in range(50)
        if oracle.ticket(bytes([n]), "A") < oracle.ticket(bytes([n]), "B")
        and oracle.ticket(bytes([n]), "D") < oracle.ticket(bytes([n]), "B")
    )
    told = studied(allied("serial", *rows, conflicts=[["c2/1", "b/1"]]), seed)
    finding = found(told, "A", "lent", "c1", "100 percent to D")
    assert (finding.gain, finding.with_ally, finding.others) == (9000, 9000, {"B": -10000})


def test_a_nominal_partner_wins_a_tie_under_equal_footing_and_is_told_apart_from_luck() -> None:
    seed = next(bytes([n]) for n in range(50) if oracle.ticket(bytes([n]), "B") < oracle.ticket(bytes([n]), "A"))
    rows = (claim("a", choice("a/1")), claim("b", choice("b/1"), credit={"B": 100}))
    told = studied(allied("equal-footing", *rows, conflicts=[["a/1", "b/1"]]), seed, draws=6)
    finding = found(told, "A", "partner", "a", "50 percent to D")
    # With the first ticket A would have had its claim without a partner.
    assert (finding.gain, finding.with_ally, finding.cause) == (10000, 10000, TIE_BREAK)


def test_gains_of_other_draws_are_averaged_for_the_best_variant_of_a_party() -> None:
    finding = found(studied(second_choice("nash"), draws=3), "A", "truncated", "a")
    assert finding.average is not None
    assert (finding.average.draws, finding.average.mean, finding.average.least) == (3, 4000, 4000)


def test_refusing_an_agreement_is_tried_for_each_party_of_it() -> None:
    rows = (claim("a", choice("a/1")), claim("b", choice("b/1", 90), credit={"B": 100}))
    agreed = [{"claims": ["a", "b"], "keep_out_m": 0}]
    told = studied(
        instance(*rows, agreements=agreed, conflicts=[["a/1", "b/1"]], policy={"rule": "max-points"}), every=True
    )
    assert found(told, "A", "without agreement", "a").others == {"B": -9000}
    assert found(told, "B", "without agreement", "b").gain == -9000


def test_what_is_granted_in_full_cannot_gain_and_is_not_solved() -> None:
    told = studied(second_choice("nash"))
    assert {f.decided for f in told.findings if f.variant.party == "B"} == {NO_GAIN}
    assert told.solved == 1 + 3 + 1  # the instance; truncated, twin and cut in two; A with the first ticket


def test_equal_variants_of_two_parties_are_solved_once() -> None:
    row = claim("j", choice("j/1"), credit={"A": 50, "B": 50})
    told = studied(instance(row, conflicts=[]), every=True)
    assert len({f.sha256 for f in told.findings}) < len(told.findings)
    assert told.solved == 1 + len({f.sha256 for f in told.findings})


def test_every_variant_is_an_instance_that_anybody_can_solve() -> None:
    told = studied(parse_instance(canonical(drawn(3, "nash"))), every=True)
    assert len(told.findings) > 20
    for finding in told.findings:
        assert parse_instance(finding.variant.data).sha256 == finding.sha256 == instance_sha256(finding.variant.data)


def test_what_was_found_before_the_end_is_kept_and_what_never_began_is_said() -> None:
    progress: list[int] = []
    wanted_end = lambda: len(progress) > 1  # noqa: E731
    solver = Solver(Limits(60.0, None, 1, wanted_end), lambda done, _: progress.append(done))
    told = study(second_choice("nash"), SEED, Asked(draws=0), solver)
    assert not told.is_whole
    assert found(told, "A", "truncated", "a").gain == 4000
    assert found(told, "A", "truncated", "a").cause is None
    twin = found(told, "A", "twin", "a")
    assert (twin.decided, twin.gain, twin.least, twin.most) == (NOT_BEGUN, None, -6000, 4000)


def test_of_a_run_cut_short_only_bounds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = many._answer
    own = canonical(second_choice("nash").document)

    def cut_short(problem: many.Problem, *rest: Any) -> solver.Solution:
        status = solver_status.OPTIMAL if problem.data == own else solver_status.FEASIBLE
        return replace(whole(problem, *rest), status=status)

    monkeypatch.setattr(many, "_answer", cut_short)
    finding = found(studied(second_choice("nash")), "A", "truncated", "a")
    assert (finding.decided, finding.gain, finding.others) == (NOT_DECIDED, None, None)
    assert (finding.least, finding.most) == (-6000, 4000)


def test_unknown_parties_are_refused_all_at_once() -> None:
    with pytest.raises(InputError) as error:
        studied(second_choice("nash"), parties=("X", "A", "Y"))
    assert [fault.what for fault in error.value.faults] == [
        "'X' is no party of the instance",
        "'Y' is no party of the instance",
    ]


@pytest.mark.parametrize("number", range(6))
def test_with_one_claim_each_no_party_gains_by_hiding_or_dropping_under_serial(number: int) -> None:
    told = studied(parse_instance(canonical(drawn(number, "serial", one_claim_each=True))), allies=0, every=True)
    fewer = [f for f in told.findings if f.variant.kind in ("dropped", "truncated")]
    assert len(fewer) >= 6
    assert all(f.decided == SOLVED and f.gain is not None and f.gain <= 0 for f in fewer)


# ---- beside trying everything ---------------------------------------------------------------------------------------


def worth_of(document: dict[str, Any], answer: oracle.Answer, finding: Finding) -> dict[str, Fraction]:
    """What an answer is worth by the values of the document: copies have the id of their model before a plus sign."""
    totals = {party["id"]: Fraction(0) for party in document["parties"]}
    ends = {p["id"]: oracle.span(p) for row in json.loads(finding.variant.data)["claims"] for p in row["placements"]}
    for row in document["claims"]:
        points = {p["id"]: p["points"] for p in row["placements"]}
        got = {name: at for name, at in answer.allotments.items() if name.split("+")[0] == row["id"]}
        values = [points[placement.split("+")[0]] for placement, _ in got.values()]
        if finding.variant.kind == "split by days" and finding.variant.claim == row["id"]:
            parts = [got.get(row["id"]), got.get(row["id"] + "+rest")]
            values = []
            if parts[0] and parts[1]:
                (first, at), (second, then) = parts[0], parts[1]
                if second == first + "+rest" and then >= at + ends[first]:
                    values = [points[first]]
        for party, share in row["credit"].items():
            totals[party] += max(values, default=0) * share
    return totals


def checked(number: int, rule: str) -> None:
    """Compare every finding with what trying every allocation of its instance gives."""
    document = drawn(number, rule)
    told = studied(parse_instance(canonical(document)), number.to_bytes(2, "big"))
    seed = bytes.fromhex(told.seed)
    truth = {party: Fraction(value) for party, value in told.truth.parties.items()}
    for finding in told.findings:
        by_trying = worth_of(document, oracle.answer(json.loads(finding.variant.data), seed), finding)
        gain = by_trying[finding.variant.party] - truth[finding.variant.party]
        assert finding.least <= gain <= finding.most, finding.variant
        if finding.decided == SOLVED:
            assert finding.gain == gain, finding.variant
            others = {
                p: by_trying[p] - truth[p] for p in truth if p not in (finding.variant.party, finding.variant.ally)
            }
            assert finding.others == {p: by for p, by in others.items() if by}, finding.variant


@pytest.mark.parametrize("rule", RULES)
def test_gains_are_what_trying_everything_finds(rule: str) -> None:
    checked(1, rule)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2, 22))
@pytest.mark.parametrize("rule", RULES)
def test_gains_of_many_instances_are_what_trying_everything_finds(number: int, rule: str) -> None:
    checked(number, rule)


def test_under_a_lottery_expected_points_are_compared_and_luck_is_not_told_apart() -> None:
    rows = (claim("a", choice("a/1")), claim("b", choice("b/1"), credit={"B": 100}))
    lots = {"rule": "equal-footing", "tie_break": "ex-ante"}
    parties = [{"id": name, "groups": ["league"]} for name in "ABD"]
    told = studied(instance(*rows, parties=parties, conflicts=[["a/1", "b/1"]], policy=lots), draws=4)
    # Alone each has its claim with probability 1/2; with a partner of 50 percent A's two parties outweigh B.
    finding = found(told, "A", "partner", "a", "50 percent to D")
    assert (finding.gain, finding.with_ally, finding.others) == (5000, 5000, {"B": -5000})
    assert (finding.cause, finding.average) == (None, None)
