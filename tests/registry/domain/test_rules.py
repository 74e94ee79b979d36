"""What follows from a finding: severity, standing, whom a provision binds, and deadlines."""

import dataclasses

import pytest

from registry.domain.provisions import examine
from registry.domain.provisions.finding import Case, Finding, listed
from registry.domain.provisions.rules import Rule, effect, judge, parse_timer, unbound
from tests import factories as make
from tests.registry.domain.test_provisions import case

FAILED = Finding("X-1", "unfavourable", "Something is missing.", {}, "Please add it.")
MA = Rule("MA-4", "soft", "binding", "moon-agreement", "members")


def rule(severity: str, standing: str = "binding", **more: str) -> Rule:
    return Rule("X-1", severity, standing, "outer-space-treaty", **more)


@pytest.mark.parametrize(
    ("severity", "standing", "leads_to"),
    [
        ("hard", "binding", "returns"),
        ("data", "non-binding", "returns"),
        ("data", "agency", "returns"),
        ("soft", "binding", "noted"),
        ("procedural", "binding", "duty"),
        ("hard", "proposed", "noted"),
        ("data", "proposed", "noted"),
        ("procedural", "proposed", "noted"),
    ],
)
def test_severity_decides_and_a_proposal_has_no_effect(severity: str, standing: str, leads_to: str) -> None:
    assert effect(FAILED, rule(severity, standing)) == leads_to


@pytest.mark.parametrize("outcome", ["favourable", "not-applicable"])
def test_what_is_not_unfavourable_has_no_effect(outcome: str) -> None:
    assert effect(dataclasses.replace(FAILED, outcome=outcome), rule("hard")) == "none"


def test_a_duty_is_due_by_the_timer_of_the_policy() -> None:
    found = judge(
        FAILED, rule("procedural", timer="coordination", timer_default="1 days"), make.policy(), make.EXAMINED
    )
    assert found.due_at == make.utc("2027-08-21T15:00")  # four months after 21 April


def test_a_duty_whose_timer_the_policy_leaves_out_is_due_by_the_provision_s_own() -> None:
    found = judge(FAILED, rule("procedural", timer="notice", timer_default="30 days"), make.policy(), make.EXAMINED)
    assert found.due_at == make.utc("2027-05-21T15:00")


def test_only_duties_have_a_deadline() -> None:
    assert judge(FAILED, rule("hard", timer="coordination"), make.policy(), make.EXAMINED).due_at is None


@pytest.mark.parametrize("text", ["", "30", "days", "-1 days", "30 weeks", "1.5 days"])
def test_a_time_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; give a whole number and one of days, working days, months"):
        parse_timer(text)


def joined(*instruments: str) -> Case:
    return case(around={"groups": {"IND": instruments}})


def test_a_provision_of_an_instrument_binds_claims_credited_to_its_members_only() -> None:
    found = unbound(joined("artemis-accords"), MA, ())
    assert found is not None and found.outcome == "not-applicable"
    assert found.reason == "It binds members of moon-agreement; of IND none is one on 2027-01-01."
    assert unbound(joined("artemis-accords", "moon-agreement"), MA, ()) is None


def test_one_member_among_the_credited_parties_is_enough() -> None:
    both = {"IND": [make.contribution()], "JPN": [make.contribution()]}
    given = case(around={"groups": {"JPN": ["moon-agreement"]}}, credit={"IND": 50, "JPN": 50}, contributions=both)
    assert unbound(given, MA, ()) is None


def test_a_strict_profile_asks_it_of_all() -> None:
    assert unbound(joined(), MA, ["MA-4"]) is None


def test_a_provision_for_all_asks_nobody_s_membership() -> None:
    assert unbound(joined(), dataclasses.replace(MA, binds="all"), ()) is None


def test_an_examination_does_not_stop_at_the_first_failure() -> None:
    rules = [Rule(name, "hard", "binding", "agency-procedure") for name in ("OST-II-1", "COSPAR-1", "PART-1")]
    found = examine(case(term_days=1, cospar_inventory=None), rules, (), make.EXAMINED)
    assert [row.finding.outcome for row in found] == ["unfavourable", "unfavourable", "favourable"]
    assert [row.effect for row in found] == ["returns", "returns", "none"]


def test_a_long_row_of_names_is_cut_and_the_rest_counted() -> None:
    names = [f"C-{number}" for number in range(1, 9)]
    assert listed(names) == "C-1, C-2, C-3, C-4, C-5, C-6 and 2 more"
    assert listed(names[:7]) == "C-1, C-2, C-3, C-4, C-5, C-6, C-7"
    assert listed(names[:2]) == "C-1, C-2"
