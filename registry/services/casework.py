"""What every step in a consultation shares: the case, whether it is still open, and for which side somebody speaks."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.consultations import Consultation
from registry.domain.instants import utc_text
from registry.services.acting import get
from registry.services.errors import ConflictError, NotAllowedError
from registry.services.instants import check_at


def get_case(session: Session, consultation_id: str) -> Consultation:
    """The consultation with this id."""
    return get(session, Consultation, consultation_id, "consultation")


def get_open_case(session: Session, consultation_id: str, at: datetime) -> Consultation:
    """The consultation, if it has not ended at `at`."""
    case = get_case(session, consultation_id)
    check_at(session, f"consultations/{consultation_id}", at)
    if case.closed_at is not None:
        raise ConflictError(
            f"consultation {case.id} ended on {utc_text(case.closed_at)} ({case.outcome}); "
            "until the round is frozen the parties can still agree on terms"
        )
    return case


def speaker_of(case: Consultation, actor: Actor, party: str | None = None) -> str | None:
    """The party that speaks: the delegate's own, or the one that the registrar names; None for neither side."""
    speaker = actor.party if actor.role == "delegate" else party
    if speaker is None and actor.role != "delegate":
        return None
    if speaker not in case.parties or party not in (None, speaker):
        raise NotAllowedError(
            f"consultation {case.id} is between {case.party_a_id} and {case.party_b_id}; a delegate acts for the own "
            "party, in its own cases only"
        )
    return speaker


def heard_between(session: Session, claim_ids: Collection[str], party_id: str, at: datetime) -> list[Consultation]:
    """The open cases among these claims in which the party is a side, each with the note that it has spoken."""
    chosen = select(Consultation).where(
        Consultation.claim_a_id.in_(claim_ids), Consultation.claim_b_id.in_(claim_ids), Consultation.closed_at.is_(None)
    )
    cases = [case for case in session.scalars(chosen.order_by(Consultation.id)) if party_id in case.parties]
    for case in cases:
        case.heard(party_id, at)
    return cases
