"""Consultations: opened for each pair of claims that could conflict, kept awake, and ended with an outcome.

No step here moves a claim: readiness follows the deadline, never consent. What a consultation came to is told to both
parties and to the UN Secretary-General (Moon Agreement, Art. 15(3)).
"""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.claims import Claim
from registry.domain.consultations import AGREED, CLAIM_OUT, NOT_AGREED, Consultation, Observer, outcome_at_deadline
from registry.domain.instants import utc_text
from registry.domain.overlaps import Overlap, overlaps
from registry.domain.users import User
from registry.queries import agreements, consultations, sites
from registry.services import case_notices
from registry.services.acting import get_round, require_role
from registry.services.casework import get_case, get_open_case, speaker_of
from registry.services.errors import ConflictError, NotFoundError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record
from registry.services.wording import LONGEST_LINE, worded

PARTY_OR_OFFICE = ("delegate", "registrar")


def open_for(session: Session, claim: Claim, deadline_at: datetime, actor: Actor, at: datetime) -> list[Consultation]:
    """Open a consultation with each claim of another party that a claim entering coordination could conflict with."""
    require_role(actor, "registrar")
    others = sites.concerned(session, claim)
    where = sites.sites(session, [claim, *others])
    number = session.scalar(select(func.count()).select_from(Consultation)) or 0
    opened: list[Consultation] = []
    for other in others:
        first, second = sorted((claim.id, other.id))
        if found := overlaps(where[first], where[second]):
            case = _case(f"K-{number + len(opened) + 1:04d}", claim, other, found, (at, deadline_at))
            session.add(case)
            told = case_notices.opened(session, case, at)
            record(session, at, actor, "consultation-opened", f"consultations/{case.id}", [case, *told])
            opened.append(case)
    return opened


def _case(
    case_id: str, claim: Claim, other: Claim, found: list[Overlap], times: tuple[datetime, datetime]
) -> Consultation:
    a, b = sorted((claim, other), key=lambda row: row.id)
    return Consultation(
        id=case_id,
        round_id=claim.round_id,
        claim_a_id=a.id,
        claim_b_id=b.id,
        party_a_id=a.filed_by_id,
        party_b_id=b.filed_by_id,
        point_a=a.current.supervision_contact,
        point_b=b.current.supervision_contact,
        overlaps=[row.content() for row in found],
        opened_at=times[0],
        deadline_at=times[1],
        last_contact_at=times[0],
        summary="",
        illustrative=a.illustrative or b.illustrative,
    )


def contact(
    session: Session,
    consultation_id: str,
    actor: Actor,
    at: datetime,
    *,
    party: str | None = None,
    point: str | None = None,
) -> Consultation:
    """Note that a party was in touch with the other about the case, and who can be reached there from now on.

    Parameters
    ----------
    party
        The party that the registrar heard from; a delegate speaks for the own party.
    point
        The party's new point of contact, if it names one.
    """
    require_role(actor, *PARTY_OR_OFFICE)
    case = get_open_case(session, consultation_id, at)
    speaker = speaker_of(case, actor, party)
    if point is not None:
        if speaker is None:
            raise ValidationError(["party: missing; name the party whose point of contact this is"])
        _name_point(case, speaker, worded("point", point, LONGEST_LINE))
    case.heard(speaker, at)
    record(session, at, actor, "consultation-contact", f"consultations/{case.id}", [case])
    return case


def _name_point(case: Consultation, party_id: str, point: str) -> None:
    if party_id == case.party_a_id:
        case.point_a = point
    else:
        case.point_b = point


def invite(session: Session, consultation_id: str, observer: str, actor: Actor, at: datetime) -> Observer:
    """Invite a person with the role of observer to one case; the invitation ends with the case."""
    require_role(actor, "registrar")
    case = get_open_case(session, consultation_id, at)
    email = observer.strip().lower()
    user = session.scalars(select(User).where(User.email == email)).one_or_none()
    if user is None or not user.active or "observer" not in {role.name for role in user.roles}:
        raise NotFoundError(f"observer: {email!r} has no such role here; an administrator gives it with: registry user")
    if any(row.observer == email for row in case.observers):
        raise ConflictError(f"{email} is invited to consultation {case.id} already")
    invited = Observer(consultation=case, observer=email, invited_by=actor.name, invited_at=at)
    session.add(invited)
    told = case_notices.invited(session, case, email, at)
    record(session, at, actor, "observer-invited", f"consultations/{case.id}", [invited, *told])
    return invited


def close(
    session: Session,
    consultation_id: str,
    actor: Actor,
    at: datetime,
    *,
    outcome: str | None = None,
    summary: str = "",
) -> Consultation:
    """End a case: with the outcome that both parties told of, or after its deadline with the one it has come to."""
    require_role(actor, "registrar")
    case = get_open_case(session, consultation_id, at)
    found = _due_outcome(session, case, at) if outcome is None else _stated_outcome(case, outcome)
    _end(session, case, found, worded("summary", summary) if summary.strip() else "", actor, at)
    return case


def _stated_outcome(case: Consultation, outcome: str) -> str:
    """An outcome that the registrar may state: no side is said to have agreed or refused unheard."""
    if outcome not in (AGREED, NOT_AGREED):
        raise ValidationError([f"outcome: {outcome!r} cannot be stated; use {AGREED} or {NOT_AGREED}"])
    sides = zip(case.parties, (case.spoke_a_at, case.spoke_b_at), strict=True)
    silent = [party for party, spoke_at in sides if spoke_at is None]
    if silent:
        raise ConflictError(f"outcome: {' and '.join(silent)} did not speak in the case; note the contact first")
    return outcome


def _due_outcome(session: Session, case: Consultation, at: datetime) -> str:
    if at < case.deadline_at:
        raise ConflictError(
            f"consultation {case.id} runs until {utc_text(case.deadline_at)}; wait, or state the outcome that both told"
        )
    return outcome_at_deadline(case, agreed=agreements.is_agreed(session, *case.claims))


def end_due(session: Session, claim_id: str, actor: Actor, at: datetime) -> list[Consultation]:
    """End the open cases of a claim whose deadline has passed, each with the outcome that it has come to."""
    require_role(actor, "registrar", SYSTEM_ROLE)
    due = [case for case in _open_cases(session, claim_id) if case.deadline_at <= at]
    for case in due:
        _end(session, case, _due_outcome(session, case, at), "", actor, at)
    return due


def end_with_claim(session: Session, claim_id: str, actor: Actor, at: datetime) -> list[Consultation]:
    """End the open cases of a claim that has left the procedure."""
    require_role(actor, *PARTY_OR_OFFICE)
    cases = _open_cases(session, claim_id)
    for case in cases:
        _end(session, case, CLAIM_OUT, "", actor, at)
    return cases


def _open_cases(session: Session, claim_id: str) -> list[Consultation]:
    mine = or_(Consultation.claim_a_id == claim_id, Consultation.claim_b_id == claim_id)
    chosen = select(Consultation).where(mine, Consultation.closed_at.is_(None)).order_by(Consultation.id)
    return list(session.scalars(chosen))


def _end(session: Session, case: Consultation, outcome: str, summary: str, actor: Actor, at: datetime) -> None:
    case.outcome, case.closed_at, case.summary = outcome, at, summary
    leaving = [row for row in case.observers if row.ended_at is None]
    for row in leaving:
        row.ended_at = at
    told = case_notices.closed(session, case, at)
    record(session, at, actor, "consultation-closed", f"consultations/{case.id}", [case, *leaving, *told])


def remind(session: Session, round_id: str, actor: Actor, at: datetime) -> list[Consultation]:
    """Remind both parties of every open case of a round in which nobody was in touch for the time of the policy."""
    require_role(actor, "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    get_round(session, round_id)
    due = [row for row in consultations.open_by_age(session, at, round_id) if row.is_reminder_due]
    cases = [get_case(session, row.id) for row in due]
    for case, row in zip(cases, due, strict=True):
        check_at(session, f"consultations/{case.id}", at)
        case.reminded_at = at
        told = case_notices.reminded(session, case, row.age_days, at)
        record(session, at, actor, "consultation-reminder", f"consultations/{case.id}", [case, *told])
    return cases
