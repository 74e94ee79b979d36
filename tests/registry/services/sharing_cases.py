"""Shared services in the matrix of role and operation, and registers with two entries."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.services import sharing
from tests import factories as make

IND = Actor("delegate@example.org", "delegate", "IND")
JPN = Actor("other@example.org", "delegate", "JPN")
AT = make.utc("2028-03-01")


def two_entries(session: Session) -> None:
    """C-0001 of India is recorded, and C-0002 of Japan taken to be."""
    make.recorded_round(session)
    session.get_one(Claim, "C-0002").state = "RECORDED"
    session.flush()


def offered_by_japan(session: Session) -> None:
    two_entries(session)
    sharing.offer(session, "C-0002", "power", "50 W from the mast", 1, JPN, AT)


def relied_on(session: Session) -> None:
    offered_by_japan(session)
    sharing.rely(session, "S-0001", "C-0001", "heat at night", IND, AT, vital=True)


def offered_by_india(session: Session) -> None:
    two_entries(session)
    sharing.offer(session, "C-0001", "relay", "direct to Earth", 2, IND, AT)


SHARING: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "sharing.end": (offered_by_india, AT, lambda s, who, at: sharing.end(s, "S-0001", "the mast fell", who, at)),
    "sharing.leave": (relied_on, AT, lambda s, who, at: sharing.leave(s, "S-0001", "C-0001", "own cells", who, at)),
    "sharing.offer": (two_entries, AT, lambda s, who, at: sharing.offer(s, "C-0001", "pad", "a pad", 1, who, at)),
    "sharing.rely": (
        offered_by_japan,
        AT,
        lambda s, who, at: sharing.rely(s, "S-0001", "C-0001", "heat at night", who, at, vital=True),
    ),
}
