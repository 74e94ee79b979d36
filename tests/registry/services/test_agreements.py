"""Agreements: two parties agree on a smaller distance, others join on equal terms, and freezing carries it along."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.agreements import Agreement
from registry.domain.instruments import Membership
from registry.domain.parties import Operator
from registry.domain.places import Feature, Region
from registry.log import reading, records
from registry.queries.agreements import in_force, is_agreed, list_agreements
from registry.services import agreements, coordination, filing, freezing, recording, refreezing
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ServiceError, ValidationError
from solver import conflicts
from solver.io import canonical, parse_instance
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, SOON, TERMS


def agreed(session: Session, **terms: Any) -> Agreement:
    """The two rivals agree."""
    agreements.propose(session, "C-0001", "C-0002", {**TERMS, **terms}, IND, SOON)
    return agreements.accept(session, "A-0001", JPN, LATER)


def pairs(session: Session) -> list[tuple[str, str, int]]:
    return [(*row["claims"], row["keep_out_m"]) for row in in_force(session, make.ROUND)]


def frozen(session: Session, *claim_ids: str) -> Any:
    for claim_id in claim_ids:
        coordination.make_ready(session, claim_id, make.REGISTRAR, DEADLINE)
    return freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)


def test_terms_bind_from_acceptance_on(session: Session) -> None:
    cases.in_coordination(session)
    agreements.propose(session, "C-0001", "C-0002", TERMS, IND, SOON)
    assert (pairs(session), is_agreed(session, "C-0001", "C-0002")) == ([], False)
    agreements.accept(session, "A-0001", JPN, LATER)
    assert pairs(session) == [("C-0001", "C-0002", 50)]
    assert is_agreed(session, "C-0002", "C-0001")


def test_each_step_has_a_record_with_terms_and_members(rivals: Session) -> None:
    agreed(rivals)
    first, second = reading.records_about(rivals, "agreements/A-0001")
    assert (first.act, second.act) == ("agreement-proposed", "agreement-accepted")
    assert first.content["rows"]["agreements"][0]["keep_out_m"] == 50
    assert len(second.content["rows"]["agreement_pairs"]) == 1


def test_proposing_and_accepting_count_as_contact(session: Session) -> None:
    case = cases.case(session)
    agreed(session)
    assert (case.spoke_a_at, case.spoke_b_at, case.last_contact_at) == (SOON, LATER, LATER)


def test_the_frozen_instance_carries_the_agreement_and_the_solver_keeps_the_smaller_distance(session: Session) -> None:
    """The rivals lie 9.9 m apart: terms of 5 m let both have their place at once."""
    cases.in_coordination(session)
    agreed(session, keep_out_m=5)
    instance = frozen(session, "C-0001", "C-0002").content
    assert instance["agreements"] == [{"claims": ["C-0001", "C-0002"], "keep_out_m": 5}]
    assert conflicts.separations(parse_instance(canonical(instance))) == []


def test_the_freezing_can_be_repeated_from_the_log_with_its_agreements(session: Session) -> None:
    cases.in_coordination(session)
    reference = [row for kind in (Operator, Region, Feature, Membership) for row in session.scalars(select(kind))]
    recording.record(session, make.ANNOUNCED, make.ADMINISTRATOR, "reference-loaded", "reference/test", reference)
    agreed(session)
    frozen(session, "C-0001", "C-0002")
    [again] = refreezing.refreeze(session, make.ROUND)
    assert again.sha256 == again.frozen_sha256


def test_an_agreement_with_a_claim_that_left_is_not_in_the_instance(rivals: Session) -> None:
    agreed(rivals)
    filing.withdraw(rivals, "C-0002", JPN, LATER, "cancelled")
    assert frozen(rivals, "C-0001").content["agreements"] == []


def test_of_several_agreements_on_two_claims_the_smallest_distance_holds(session: Session) -> None:
    cases.in_coordination(session)
    agreed(session)
    agreements.propose(session, "C-0002", "C-0001", {**TERMS, "keep_out_m": 20}, JPN, LATER)
    agreements.accept(session, "A-0002", IND, LATER)
    assert pairs(session) == [("C-0001", "C-0002", 20)]
    agreements.end(session, "A-0002", "C-0001", IND, LATER, "the pad will not be built")
    assert pairs(session) == [("C-0001", "C-0002", 50)]


# Joining


def test_any_claim_joins_on_equal_terms_and_is_bound_to_each_of_the_others(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreed(session)
    agreements.join(session, "A-0001", "C-0003", GHA, LATER)
    assert pairs(session) == [("C-0001", "C-0002", 50), ("C-0001", "C-0003", 50), ("C-0002", "C-0003", 50)]
    assert [case.spoke_b_at for case in cases.cases(session)] == [LATER, LATER, LATER]


def test_a_partys_own_claims_keep_apart_under_an_agreement_too(session: Session) -> None:
    twin = make.claim_document("gamma", "IND", placements=[make.placement(1, x=10020)])
    cases.in_coordination(session, *make.two_rivals(), twin)
    agreed(session)
    agreements.join(session, "A-0001", "C-0003", IND, LATER)
    assert pairs(session) == [("C-0001", "C-0002", 50), ("C-0002", "C-0003", 50)]


def test_a_claim_that_does_not_meet_the_terms_cannot_join_and_is_told_why(session: Session) -> None:
    landing = make.phase(name="landing", method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False})
    third = make.claim_document("gamma", "GHA", placements=[make.placement(1, x=10020, phases=[landing])])
    cases.in_coordination(session, *make.two_rivals(), third)
    agreed(session, conditions=[{"kind": "built-pad"}])
    with pytest.raises(ValidationError, match="conditions: placement C-0003/1 lands without a built pad"):
        agreements.join(session, "A-0001", "C-0003", GHA, LATER)


def test_nobody_joins_twice(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreed(session)
    agreements.join(session, "A-0001", "C-0003", GHA, LATER)
    with pytest.raises(ConflictError, match="claim C-0003 was under agreement A-0001 before"):
        agreements.join(session, "A-0001", "C-0003", GHA, LATER)
    agreements.end(session, "A-0001", "C-0003", GHA, LATER, "other plans")
    with pytest.raises(ConflictError, match="claim C-0003 was under agreement A-0001 before; propose new terms"):
        agreements.join(session, "A-0001", "C-0003", GHA, LATER)


def test_what_is_not_accepted_cannot_be_joined(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreements.propose(session, "C-0001", "C-0002", TERMS, IND, SOON)
    with pytest.raises(ConflictError, match="is not accepted yet; it can be joined from then on"):
        agreements.join(session, "A-0001", "C-0003", GHA, LATER)


# Ending


def test_either_party_ends_it_before_the_freezing(session: Session) -> None:
    cases.in_coordination(session)
    agreement = agreed(session)
    agreements.end(session, "A-0001", "C-0002", JPN, LATER, "the pad will not be built")
    assert (pairs(session), agreement.ended_at) == ([], LATER)
    assert reading.records_about(session, "agreements/A-0001")[-1].content["reason"] == "the pad will not be built"
    with pytest.raises(ConflictError, match="agreement A-0001 has ended; propose new terms"):
        agreements.end(session, "A-0001", "C-0001", IND, LATER, "again")


def test_it_goes_on_between_those_who_stay(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreement = agreed(session)
    agreements.join(session, "A-0001", "C-0003", GHA, LATER)
    agreements.end(session, "A-0001", "C-0001", IND, LATER, "other plans")
    assert (pairs(session), agreement.ended_at) == ([("C-0002", "C-0003", 50)], None)
    with pytest.raises(ConflictError, match="claim C-0001 is not under agreement A-0001; there is nothing to end"):
        agreements.end(session, "A-0001", "C-0001", IND, LATER, "again")


@pytest.mark.parametrize(("claim_id", "actor"), [("C-0001", IND), ("C-0002", JPN)])
def test_a_proposal_is_taken_back_or_declined(rivals: Session, claim_id: str, actor: Actor) -> None:
    agreements.propose(rivals, "C-0001", "C-0002", TERMS, IND, SOON)
    agreements.end(rivals, "A-0001", claim_id, actor, LATER, "not so near")
    with pytest.raises(ConflictError, match="has ended"):
        agreements.accept(rivals, "A-0001", JPN, LATER)


def test_after_the_freezing_nothing_is_agreed_joined_or_ended(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreed(session)
    frozen(session, "C-0001", "C-0002", "C-0003")
    for step in (
        lambda: agreements.propose(session, "C-0001", "C-0002", TERMS, IND, make.FROZEN),
        lambda: agreements.join(session, "A-0001", "C-0003", GHA, make.FROZEN),
        lambda: agreements.end(session, "A-0001", "C-0001", IND, make.FROZEN, "other plans"),
    ):
        with pytest.raises(ConflictError, match="is FROZEN; agreements are made and ended before its freezing only"):
            step()


def test_a_proposal_still_open_at_the_freezing_cannot_be_accepted(rivals: Session) -> None:
    agreements.propose(rivals, "C-0001", "C-0002", TERMS, IND, SOON)
    assert frozen(rivals, "C-0001", "C-0002").content["agreements"] == []
    with pytest.raises(ConflictError, match="is FROZEN"):
        agreements.accept(rivals, "A-0001", JPN, make.FROZEN)


# Bad input


@pytest.mark.parametrize(
    ("actor", "claims", "terms", "refusal", "sentence"),
    [
        (IND, ("C-0001", "C-0001"), {}, ConflictError, "both of IND; it takes two parties"),
        (JPN, ("C-0001", "C-0002"), {}, NotAllowedError, "the own party only: JPN, not IND"),
        (GHA, ("C-0001", "C-0002"), {}, NotAllowedError, "the own party only: GHA, not IND"),
        (make.AUDITOR, ("C-0001", "C-0002"), {}, NotAllowedError, "not for auditor"),
        (IND, ("C-0001", "C-0009"), {}, NotFoundError, "there is no claim C-0009"),
        (IND, ("C-0001", "C-0002"), {"keep_out_m": 200}, ValidationError, "200 m is not smaller than the 200 m"),
        (IND, ("C-0001", "C-0002"), {"keep_out_m": 5000}, ValidationError, "never enlarges a distance"),
        (IND, ("C-0001", "C-0002"), {"keep_out_m": -1}, ValidationError, "keep_out_m: -1 is out of range"),
        (IND, ("C-0001", "C-0002"), {"text": ""}, ValidationError, "text: "),
    ],
)
def test_terms_that_are_refused_leave_nothing(
    rivals: Session,
    actor: Actor,
    claims: tuple[str, str],
    terms: dict[str, Any],
    refusal: type[ServiceError],
    sentence: str,
) -> None:
    size = records.size(rivals)
    with pytest.raises(refusal, match=sentence):
        agreements.propose(rivals, *claims, {**TERMS, **terms}, actor, SOON)
    assert (records.size(rivals), list_agreements(rivals, make.ROUND)) == (size, ())


@pytest.mark.parametrize("document", [None, [], "terms", {"keep_out_m": 1}])
def test_terms_that_cannot_be_read_are_refused(rivals: Session, document: Any) -> None:
    with pytest.raises(ValidationError):
        agreements.propose(rivals, "C-0001", "C-0002", document, IND, SOON)
    assert list_agreements(rivals, make.ROUND) == ()


def test_terms_are_accepted_by_the_party_they_were_proposed_to_and_once(rivals: Session) -> None:
    agreements.propose(rivals, "C-0001", "C-0002", TERMS, IND, SOON)
    for actor in (IND, GHA):
        with pytest.raises(NotAllowedError, match="the own party only"):
            agreements.accept(rivals, "A-0001", actor, LATER)
    agreements.accept(rivals, "A-0001", JPN, LATER)
    with pytest.raises(ConflictError, match="agreement A-0001 is accepted already; another claim can join it"):
        agreements.accept(rivals, "A-0001", JPN, LATER)


def test_foreign_claims_are_neither_joined_nor_taken_out(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    agreed(session)
    with pytest.raises(NotAllowedError, match="the own party only: IND, not GHA"):
        agreements.join(session, "A-0001", "C-0003", IND, LATER)
    with pytest.raises(NotAllowedError, match="the own party only: GHA, not IND"):
        agreements.end(session, "A-0001", "C-0001", GHA, LATER, "no")


def test_a_claim_that_is_not_published_has_no_terms(session: Session) -> None:
    make.open_round(session)
    make.filed(session, *make.two_rivals())
    with pytest.raises(ConflictError, match="claim C-0001 is SUBMITTED and claim C-0002 is SUBMITTED; terms are for"):
        agreements.propose(session, "C-0001", "C-0002", TERMS, make.REGISTRAR, make.FILED + timedelta(days=1))
    with pytest.raises(NotFoundError, match=r"^there is no claim C-0002; check the id$"):
        agreements.propose(session, "C-0001", "C-0002", TERMS, IND, make.FILED + timedelta(days=1))


def test_ending_needs_a_reason_and_an_aware_instant(rivals: Session) -> None:
    agreed(rivals)
    with pytest.raises(ValidationError, match="reason: it is empty"):
        agreements.end(rivals, "A-0001", "C-0001", IND, LATER, " ")
    with pytest.raises(ValidationError, match="has no offset"):
        agreements.end(rivals, "A-0001", "C-0001", IND, LATER.replace(tzinfo=None), "no")
    assert pairs(rivals) == [("C-0001", "C-0002", 50)]


def test_agreements_are_listed_with_members_and_pairs(session: Session) -> None:
    cases.in_coordination(session)
    agreed(session)
    [view] = list_agreements(session, make.ROUND, claim="C-0002")
    assert (view.id, view.in_force, view.pairs) == ("A-0001", True, (("C-0001", "C-0002"),))
    assert [(row.claim, row.party, row.accepted_at) for row in view.members] == [
        ("C-0001", "IND", SOON),
        ("C-0002", "JPN", LATER),
    ]
    assert list_agreements(session, make.ROUND, claim="C-0009") == ()
