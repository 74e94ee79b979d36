"""Overlaps open a consultation for both parties; it is kept awake, ends by the deadline, and moves no claim."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.notices import Notice
from registry.log import reading, records
from registry.services import agreements, consultations, coordination, filing
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ServiceError, ValidationError
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, SOON, STARTED

SECOND = timedelta(seconds=1)


def acts(session: Session, subject: str) -> list[str]:
    return [record.act for record in reading.records_about(session, subject)]


def told(session: Session, kind: str) -> set[str]:
    return set(session.scalars(select(Notice.addressee).where(Notice.kind == kind)))


def ready(session: Session, claim_id: str, at: datetime = DEADLINE) -> None:
    coordination.make_ready(session, claim_id, make.REGISTRAR, at)


def test_two_claims_that_could_conflict_get_a_consultation_when_the_second_enters_coordination(
    session: Session,
) -> None:
    case = cases.case(session)
    assert (case.id, case.claims, case.parties, case.round_id) == (
        "K-0001", ("C-0001", "C-0002"), ("IND", "JPN"), make.ROUND,
    )  # fmt: skip
    assert case.overlaps == [{"placements": ["C-0001/1", "C-0002/1"], "distance_m": 9, "keep_out_m": 200}]
    assert (case.opened_at, case.deadline_at, case.last_contact_at) == (STARTED, DEADLINE, STARTED)
    assert (case.outcome, case.spoke_a_at, case.illustrative) == (None, None, True)
    assert (case.point_a, case.point_b) == ("Office, office@example.org", "Office, office@example.org")


def test_each_consultation_has_one_record_with_its_notices_to_both_parties(rivals: Session) -> None:
    [record] = reading.records_about(rivals, "consultations/K-0001")
    assert record.act == "consultation-opened"
    assert {table: len(rows) for table, rows in record.content["rows"].items()} == {"consultations": 1, "notices": 2}
    assert told(rivals, "consultation-opened") == {"party/IND", "party/JPN"}


def test_the_notice_tells_each_what_the_other_plans_and_whom_to_ask(rivals: Session) -> None:
    text = rivals.scalars(select(Notice.text).where(Notice.kind == "consultation-opened")).first() or ""
    assert "C-0001 (Claim alpha, filed by IND) and C-0002 (Claim beta, filed by JPN)" in text
    assert "as near as 9 m, where a keep-out of 200 m applies" in text
    assert "until 2027-08-26T09:00:00Z" in text
    assert "JPN, Office, office@example.org" in text


@pytest.mark.parametrize(
    "second",
    [
        make.claim_document("beta", "JPN", placements=[make.placement(1, x=10300)]),
        make.claim_document("beta", "JPN", placements=[make.placement(1, start=[300, 310])]),
        make.claim_document("beta", "IND", placements=[make.placement(1)]),
    ],
    ids=["far enough", "at other times", "of the same party"],
)
def test_claims_that_cannot_conflict_or_have_one_party_get_none(session: Session, second: dict[str, Any]) -> None:
    cases.in_coordination(session, make.claim_document("alpha", placements=[make.placement(1)]), second)
    assert cases.cases(session) == []


def test_every_pair_gets_one_consultation_of_its_own(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    assert [(case.id, case.claims) for case in cases.cases(session)] == [
        ("K-0001", ("C-0001", "C-0002")),
        ("K-0002", ("C-0001", "C-0003")),
        ("K-0003", ("C-0002", "C-0003")),
    ]


def test_an_entry_of_an_earlier_round_is_consulted_at_its_recorded_place_and_time(session: Session) -> None:
    make.recorded_round(session)
    entered = cases.cases(session)
    later = make.claim_document("gamma", "GHA", placements=[make.placement(1, x=10020, start=[0, 50])])
    case_claim = next_round(session, later)
    [case] = [row for row in cases.cases(session) if row not in entered]
    assert (case.claims, case.parties) == (("C-0001", "C-0003"), ("IND", "GHA"))
    assert case_claim.id == "C-0003"


def test_an_entry_that_will_have_ended_is_no_reason_to_consult(session: Session) -> None:
    """The entry runs from day 10 to day 110."""
    make.recorded_round(session)
    entered = cases.cases(session)
    next_round(session, make.claim_document("gamma", "GHA", placements=[make.placement(1, start=[110, 150])]))
    assert cases.cases(session) == entered


def next_round(session: Session, document: dict[str, Any]) -> Any:
    from registry.services import examination, rounds

    at = make.utc("2028-01-01T09:00")
    window = (at, at + timedelta(days=90))
    rounds.announce(session, "2028-1", "Round two", window, make.REGISTRAR, at - timedelta(days=30), illustrative=True)
    rounds.publish_policy(session, "2028-1", make.policy(), make.REGISTRAR, at - timedelta(days=20))
    rounds.open_round(session, "2028-1", make.REGISTRAR, at)
    claim = filing.file_claim(session, "2028-1", document, make.REGISTRAR, at)
    examination.examine(session, claim.id, make.REGISTRAR, at)
    coordination.publish(session, claim.id, make.REGISTRAR, at)
    return coordination.start_coordination(session, claim.id, make.REGISTRAR, at)


# Contact


def test_contact_by_a_delegate_is_noted_for_the_own_side(rivals: Session) -> None:
    case = consultations.contact(rivals, "K-0001", JPN, SOON)
    assert (case.spoke_a_at, case.spoke_b_at, case.last_contact_at) == (None, SOON, SOON)
    assert acts(rivals, "consultations/K-0001")[-1] == "consultation-contact"


def test_a_party_names_its_own_point_of_contact(session: Session) -> None:
    cases.case(session)
    case = consultations.contact(session, "K-0001", JPN, SOON, point="Ms Sato, +81 3 0000 0000")
    assert (case.point_a, case.point_b) == ("Office, office@example.org", "Ms Sato, +81 3 0000 0000")


def test_the_registrar_notes_whom_the_office_heard_from(rivals: Session) -> None:
    assert consultations.contact(rivals, "K-0001", make.REGISTRAR, SOON).spoke_a_at is None
    assert consultations.contact(rivals, "K-0001", make.REGISTRAR, LATER, party="IND").spoke_a_at == LATER


@pytest.mark.parametrize(
    ("actor", "options", "refusal", "sentence"),
    [
        (GHA, {}, NotAllowedError, "is between IND and JPN; a delegate acts for the own party, in its own cases only"),
        (IND, {"party": "JPN"}, NotAllowedError, "is between IND and JPN"),
        (make.REGISTRAR, {"party": "GHA"}, NotAllowedError, "is between IND and JPN"),
        (make.REGISTRAR, {"point": "an office"}, ValidationError, "party: missing"),
        (IND, {"point": " "}, ValidationError, "point: it is empty"),
        (IND, {"point": "a\x00b"}, ValidationError, "point: character 2"),
        (make.AUDITOR, {}, NotAllowedError, "not for auditor"),
        (cases.OBSERVER, {}, NotAllowedError, "not for observer"),
    ],
)
def test_contact_that_cannot_be_noted(
    rivals: Session, actor: Actor, options: dict[str, Any], refusal: type[ServiceError], sentence: str
) -> None:
    size = records.size(rivals)
    with pytest.raises(refusal, match=sentence):
        consultations.contact(rivals, "K-0001", actor, SOON, **options)
    assert records.size(rivals) == size


def test_a_consultation_that_does_not_exist_is_named(rivals: Session) -> None:
    with pytest.raises(NotFoundError, match="there is no consultation K-0009"):
        consultations.contact(rivals, "K-0009", IND, SOON)


def test_a_naive_instant_is_refused(rivals: Session) -> None:
    with pytest.raises(ValidationError, match="at: 2027-05-10T12:00:00 has no offset"):
        consultations.contact(rivals, "K-0001", IND, SOON.replace(tzinfo=None))


def test_an_instant_before_the_last_step_is_refused(rivals: Session) -> None:
    consultations.contact(rivals, "K-0001", IND, LATER)
    with pytest.raises(ConflictError, match="lies before the last step on consultations/K-0001"):
        consultations.contact(rivals, "K-0001", IND, SOON)


# The deadline and the outcome


def test_claims_become_ready_at_the_deadline_with_their_consultation_still_open(session: Session) -> None:
    first, second = cases.in_coordination(session)
    ready(session, first.id)
    ready(session, second.id)
    [case] = cases.cases(session)
    assert (first.state, second.state) == ("READY", "READY")
    assert (case.outcome, case.closed_at) == ("no-answer", DEADLINE)
    assert told(session, "consultation-closed") == {"un-secretary-general", "party/IND", "party/JPN"}


def test_agreeing_early_makes_no_claim_ready(session: Session) -> None:
    first, _ = cases.in_coordination(session)
    agreements.propose(session, "C-0001", "C-0002", cases.TERMS, IND, SOON)
    agreements.accept(session, "A-0001", JPN, SOON)
    consultations.close(session, "K-0001", make.REGISTRAR, LATER, outcome="agreed")
    with pytest.raises(ConflictError, match="the time for coordination is not over"):
        ready(session, first.id, DEADLINE - SECOND)


@pytest.mark.parametrize(
    ("speakers", "outcome"), [([], "no-answer"), ([IND], "no-answer"), ([JPN], "no-answer"), ([IND, JPN], "not-agreed")]
)
def test_silence_and_refusal_are_told_apart(rivals: Session, speakers: list[Actor], outcome: str) -> None:
    for speaker in speakers:
        consultations.contact(rivals, "K-0001", speaker, SOON)
    ready(rivals, "C-0001")
    assert cases.cases(rivals)[0].outcome == outcome


def test_an_agreement_in_force_is_the_outcome(session: Session) -> None:
    cases.case(session)
    agreements.propose(session, "C-0001", "C-0002", cases.TERMS, IND, SOON)
    agreements.accept(session, "A-0001", JPN, LATER)
    ready(session, "C-0001")
    assert cases.cases(session)[0].outcome == "agreed"


def test_a_consultation_whose_own_deadline_is_later_goes_on_when_its_first_claim_is_ready(session: Session) -> None:
    make.open_round(session)
    first, second = make.filed(session)[0], make.filed(session, make.claim_document("beta", "JPN"))[0]
    from registry.services import examination

    for claim, at in ((first, STARTED), (second, SOON)):
        examination.examine(session, claim.id, make.REGISTRAR, at)
        coordination.publish(session, claim.id, make.REGISTRAR, at)
        coordination.start_coordination(session, claim.id, make.REGISTRAR, at)
    ready(session, first.id)
    [case] = cases.cases(session)
    assert (first.state, case.outcome, case.deadline_at) == ("READY", None, make.utc("2027-09-10T12:00"))
    ready(session, second.id, make.utc("2027-09-10T12:00"))
    assert case.outcome == "no-answer"


def test_the_registrar_ends_a_case_with_what_both_told_and_a_summary(rivals: Session) -> None:
    for speaker in (IND, JPN):
        consultations.contact(rivals, "K-0001", speaker, SOON)
    case = consultations.close(
        rivals, "K-0001", make.REGISTRAR, LATER, outcome="not-agreed", summary="Both keep to their windows."
    )
    assert (case.outcome, case.closed_at, case.summary) == ("not-agreed", LATER, "Both keep to their windows.")


@pytest.mark.parametrize(
    ("outcome", "at", "refusal", "sentence"),
    [
        ("agreed", LATER, ConflictError, "JPN did not speak in the case; note the contact first"),
        ("no-answer", LATER, ValidationError, "'no-answer' cannot be stated; use agreed or not-agreed"),
        ("peace", LATER, ValidationError, "'peace' cannot be stated"),
        (None, DEADLINE - SECOND, ConflictError, "runs until 2027-08-26T09:00:00Z"),
    ],
)
def test_a_case_that_cannot_be_ended_so(
    rivals: Session, outcome: str | None, at: datetime, refusal: type[ServiceError], sentence: str
) -> None:
    consultations.contact(rivals, "K-0001", IND, SOON)
    with pytest.raises(refusal, match=sentence):
        consultations.close(rivals, "K-0001", make.REGISTRAR, at, outcome=outcome)


def test_from_the_deadline_on_the_registrar_ends_it_as_it_stands(rivals: Session) -> None:
    assert consultations.close(rivals, "K-0001", make.REGISTRAR, DEADLINE).outcome == "no-answer"


def test_an_ended_case_takes_no_further_step(rivals: Session) -> None:
    consultations.close(rivals, "K-0001", make.REGISTRAR, DEADLINE)
    for step in (
        lambda: consultations.contact(rivals, "K-0001", IND, DEADLINE),
        lambda: consultations.close(rivals, "K-0001", make.REGISTRAR, DEADLINE),
        lambda: consultations.invite(rivals, "K-0001", "olga@example.org", make.REGISTRAR, DEADLINE),
    ):
        with pytest.raises(ConflictError, match=r"ended on 2027-08-26T09:00:00Z \(no-answer\)"):
            step()


def test_a_withdrawn_claim_ends_its_cases(session: Session) -> None:
    cases.case(session)
    filing.withdraw(session, "C-0002", JPN, SOON, "the mission was cancelled")
    assert cases.cases(session)[0].outcome == "claim-out"


# Observers


def test_an_observer_is_invited_to_one_case_and_leaves_with_it(session: Session) -> None:
    cases.case(session)
    cases.observer(session)
    invited = consultations.invite(session, "K-0001", "Olga@example.org", make.REGISTRAR, SOON)
    assert (invited.observer, invited.invited_by, invited.ended_at) == ("olga@example.org", make.REGISTRAR.name, None)
    assert told(session, "observer-invited") == {"party/IND", "party/JPN"}
    consultations.close(session, "K-0001", make.REGISTRAR, DEADLINE)
    assert invited.ended_at == DEADLINE


@pytest.mark.parametrize(
    ("email", "role", "active"),
    [
        ("nobody@example.org", "observer", True),
        ("olga@example.org", "auditor", True),
        ("olga@example.org", "observer", False),
    ],
)
def test_only_somebody_with_the_role_and_an_open_account_is_invited(
    rivals: Session, email: str, role: str, active: bool
) -> None:
    cases.observer(rivals, "olga@example.org", role, active)
    with pytest.raises(NotFoundError, match=f"observer: '{email}' has no such role"):
        consultations.invite(rivals, "K-0001", email, make.REGISTRAR, SOON)


def test_an_observer_is_invited_once_and_by_the_registrar(rivals: Session) -> None:
    cases.observer(rivals)
    with pytest.raises(NotAllowedError, match="not for delegate"):
        consultations.invite(rivals, "K-0001", "olga@example.org", IND, SOON)
    consultations.invite(rivals, "K-0001", "olga@example.org", make.REGISTRAR, SOON)
    with pytest.raises(ConflictError, match="is invited to consultation K-0001 already"):
        consultations.invite(rivals, "K-0001", "olga@example.org", make.REGISTRAR, LATER)


# Reminders


def test_both_parties_are_reminded_once_the_timer_of_the_policy_has_run(session: Session) -> None:
    cases.case(session)
    due_at = STARTED + timedelta(days=30)
    assert consultations.remind(session, make.ROUND, make.REGISTRAR, due_at - SECOND) == []
    [case] = consultations.remind(session, make.ROUND, make.REGISTRAR, due_at)
    assert (case.reminded_at, case.last_contact_at) == (due_at, STARTED)
    assert told(session, "consultation-reminder") == {"party/IND", "party/JPN"}
    assert acts(session, "consultations/K-0001")[-1] == "consultation-reminder"


def test_a_reminder_comes_again_only_after_another_silence(rivals: Session) -> None:
    at = STARTED + timedelta(days=30)
    consultations.remind(rivals, make.ROUND, make.REGISTRAR, at)
    assert consultations.remind(rivals, make.ROUND, make.REGISTRAR, at + timedelta(days=29)) == []
    consultations.contact(rivals, "K-0001", IND, at + timedelta(days=30))
    assert consultations.remind(rivals, make.ROUND, make.REGISTRAR, at + timedelta(days=59)) == []
    assert len(consultations.remind(rivals, make.ROUND, make.REGISTRAR, at + timedelta(days=60))) == 1


def test_without_a_timer_in_the_policy_nobody_is_reminded(session: Session) -> None:
    cases.in_coordination(session, timers=make.policy()["timers"])
    assert consultations.remind(session, make.ROUND, make.REGISTRAR, DEADLINE) == []


def test_reminders_are_for_the_registrar_and_the_program_itself(rivals: Session) -> None:
    with pytest.raises(NotAllowedError, match="not for delegate"):
        consultations.remind(rivals, make.ROUND, IND, LATER)
    with pytest.raises(NotFoundError, match="there is no round 2031-9"):
        consultations.remind(rivals, "2031-9", make.REGISTRAR, LATER)
