"""A round whose claims are in coordination, and the people who speak in its consultations."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.consultations import Consultation
from registry.domain.users import Role, User
from registry.services import coordination, examination, rounds
from tests import factories as make

IND = make.DELEGATE
JPN = Actor("delegate@jpn.example.org", "delegate", "JPN")
GHA = Actor("delegate@gha.example.org", "delegate", "GHA")
OBSERVER = Actor("olga@example.org", "observer")
STARTED, DEADLINE = make.PUBLISHED, make.READY
SOON, LATER = make.utc("2027-05-10T12:00"), make.utc("2027-06-20T12:00")
TIMERS = {**make.policy()["timers"], "consultation_reminder": {"value": 30, "unit": "days"}}
TERMS: dict[str, Any] = {"keep_out_m": 50, "conditions": [], "text": "Both keep to their side of the ridge."}


def in_coordination(session: Session, *documents: dict[str, Any], at: datetime = STARTED, **policy: Any) -> list[Claim]:
    """The claims of a closed round, all in coordination since `at`: by default two that want the same ground."""
    make.open_round(session, **{"timers": TIMERS, **policy})
    claims = make.filed(session, *(documents or make.two_rivals()))
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    for claim in claims:
        examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
        coordination.publish(session, claim.id, make.REGISTRAR, at)
        coordination.start_coordination(session, claim.id, make.REGISTRAR, at)
    return claims


def case(session: Session) -> Consultation:
    """The consultation of the two rivals."""
    in_coordination(session)
    return cases(session)[0]


def cases(session: Session) -> list[Consultation]:
    return list(session.scalars(select(Consultation).order_by(Consultation.id)))


def three_rivals() -> list[dict[str, Any]]:
    """Three claims of three parties that want the same ground."""
    third = make.claim_document("gamma", "GHA", placements=[make.placement(1, x=10020)])
    return [*make.two_rivals(), third]


def observer(session: Session, email: str = OBSERVER.name, role: str = "observer", active: bool = True) -> None:
    """An account with one role."""
    found = session.scalars(select(Role).where(Role.name == role)).one_or_none() or Role(name=role)
    session.add(User(email=email, name="Olga", active=active, fs_uniquifier=email, roles=[found]))
    session.flush()
