"""The cases of coordination for the matrix of role and operation: how to get there, when, and the step.

India's claim is C-0001. The other side is Ghana's, since Japan's delegate is the foreign one; the observer is invited.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.services import agreements, comments, consultations, notes
from tests import factories as make
from tests.registry.consulting import DEADLINE, GHA, LATER, SOON, TERMS, in_coordination, observer

Row = tuple[Callable[[Session], Any], datetime | None, Callable[[Session, Actor, datetime], Any]]
SALT = bytes(32)
YEARS_LATER = make.utc("2032-01-01")


def rivals(session: Session) -> None:
    """India and Ghana in consultation K-0001, with an observer."""
    other = make.claim_document("beta", "GHA", placements=[make.placement(1, x=10010)])
    in_coordination(session, make.claim_document("alpha", placements=[make.placement(1)]), other)
    observer(session, "observer@example.org")
    observer(session, "second@example.org")
    consultations.invite(session, "K-0001", "observer@example.org", make.REGISTRAR, SOON)


def proposed(session: Session) -> None:
    """Ghana has proposed terms to India."""
    rivals(session)
    agreements.propose(session, "C-0002", "C-0001", TERMS, GHA, SOON)


def to_be_joined(session: Session) -> None:
    """Ghana and Thailand have agreed; India's claim lies near both."""
    others = [
        make.claim_document(key, party, placements=[make.placement(1, x=x)])
        for key, party, x in (("beta", "GHA", 10010), ("gamma", "THA", 10020))
    ]
    in_coordination(session, make.claim_document("alpha", placements=[make.placement(1)]), *others)
    agreements.propose(session, "C-0002", "C-0003", TERMS, GHA, SOON)
    agreements.accept(session, "A-0001", make.REGISTRAR, SOON)


def commented(session: Session) -> None:
    rivals(session)
    comments.add(session, "C-0001", "Please mind the relay.", GHA, SOON)


def noted(session: Session) -> None:
    """Ghana has written a note and India has read it."""
    rivals(session)
    notes.add(session, "K-0001", "In confidence.", SALT, GHA, SOON, disclose_at=YEARS_LATER)
    notes.read(session, "N-0001", make.DELEGATE, SOON)


def to_be_disclosed(session: Session) -> None:
    noted(session)
    notes.agree(session, "N-0001", YEARS_LATER, make.DELEGATE, LATER)


COORDINATION: dict[str, Row] = {
    "agreements.accept": (proposed, LATER, lambda s, who, at: agreements.accept(s, "A-0001", who, at)),
    "agreements.end": (proposed, LATER, lambda s, who, at: agreements.end(s, "A-0001", "C-0001", who, at, "too near")),
    "agreements.join": (to_be_joined, LATER, lambda s, who, at: agreements.join(s, "A-0001", "C-0001", who, at)),
    "agreements.propose": (
        rivals,
        LATER,
        lambda s, who, at: agreements.propose(s, "C-0001", "C-0002", TERMS, who, at),
    ),
    "comments.add": (rivals, LATER, lambda s, who, at: comments.add(s, "C-0002", "Noted.", who, at, party="IND")),
    "comments.reply": (commented, LATER, lambda s, who, at: comments.reply(s, "M-0001", "We will.", who, at)),
    "consultations.close": (rivals, DEADLINE, lambda s, who, at: consultations.close(s, "K-0001", who, at)),
    "consultations.contact": (rivals, LATER, lambda s, who, at: consultations.contact(s, "K-0001", who, at)),
    "consultations.invite": (
        rivals,
        LATER,
        lambda s, who, at: consultations.invite(s, "K-0001", "second@example.org", who, at),
    ),
    "consultations.remind": (rivals, LATER, lambda s, who, at: consultations.remind(s, make.ROUND, who, at)),
    "notes.add": (rivals, LATER, lambda s, who, at: notes.add(s, "K-0001", "In confidence.", SALT, who, at)),
    "notes.agree": (noted, LATER, lambda s, who, at: notes.agree(s, "N-0001", YEARS_LATER, who, at)),
    "notes.disclose": (to_be_disclosed, YEARS_LATER, lambda s, who, at: notes.disclose(s, "N-0001", who, at)),
    "notes.read": (noted, LATER, lambda s, who, at: notes.read(s, "N-0001", who, at)),
    "notes.readings": (noted, None, lambda s, who, _at: notes.readings(s, "N-0001", who)),
}
