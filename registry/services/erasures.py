"""Erasing a person's data: one administrator asks, another one makes it so, as roles are changed (`roles`).

As long as a register has a single administrator, or the program itself acts, it is done at once. It cannot be taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.erasures import MADE, OPEN, WITHDRAWN, Erasure
from registry.domain.users import User
from registry.services import roles
from registry.services.acting import get, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.forgetting import forget, waiting_for
from registry.services.instants import check_at, refuse_naive
from registry.services.personal import Names
from registry.services.recording import record
from registry.services.users import is_erased


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the caller has: a fresh random token for the closed account, and how to make the keyed hash of an
    address, under which wrong attempts are counted.
    """

    uniquifier: str
    subject_of: Callable[[str], str]


def ask(session: Session, user_id: int, keyed: Secrets, reason: str, actor: Actor, at: datetime) -> Erasure:
    """Ask for everything that names a person to be erased; it is done at once where no other administrator is."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    roles.refuse_self(actor, user, "erase the own data")
    _check(session, user, reason)
    erasure = Erasure(user=user, reason=reason.strip(), state=OPEN, asked_by=actor.name, asked_at=at)
    session.add(erasure)
    session.flush()
    if roles.needs_second(session, actor):
        record(session, at, actor, "erasure-asked", f"erasures/{erasure.id}", [erasure])
        return erasure
    return _make(session, erasure, keyed, None, actor, at)


def confirm(session: Session, erasure_id: int, keyed: Secrets, actor: Actor, at: datetime) -> Erasure:
    """Erase what another administrator has asked for. It cannot be taken back."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    found = _open(session, erasure_id, at)
    if actor.name == found.asked_by:
        raise NotAllowedError("erasing a person's data needs two; somebody else has to confirm what you asked for")
    return _make(session, found, keyed, actor.name, actor, at)


def withdraw(session: Session, erasure_id: int, actor: Actor, at: datetime) -> Erasure:
    """Take the request back, or refuse it: nothing is erased."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    found = _open(session, erasure_id, at)
    found.state, found.answered_by, found.answered_at = WITHDRAWN, actor.name, at
    record(session, at, actor, "erasure-withdrawn", f"erasures/{found.id}", [found])
    return found


def _make(
    session: Session, erasure: Erasure, keyed: Secrets, answered_by: str | None, actor: Actor, at: datetime
) -> Erasure:
    """Erase, and record that it was done, by number of the account."""
    user_id, number = erasure.user_id, erasure.id
    erasure.state, erasure.answered_by, erasure.answered_at = MADE, answered_by, at
    session.flush()
    again = forget(session, erasure.user, keyed.uniquifier, keyed.subject_of(erasure.user.email), at)
    user, made = session.get_one(User, user_id), session.get_one(Erasure, number)
    record(session, at, actor, "user-erased", f"users/{user_id}", [user, made, *again], roles=[])
    return made


def _check(session: Session, user: User, reason: str) -> None:
    roles.check_reason(reason)
    if Names.of(user).are_in(reason):
        raise ValidationError(["reason: it names the person, and stays; say it without the name and the address"])
    if roles.waiting_for(session, user.id) is not None:
        raise ConflictError(f"a change of the roles of {user.email} waits; confirm or withdraw it first")
    if waiting_for(session, user.id) is not None:
        raise ConflictError(f"the erasure of the data of {user.email} waits already; confirm or withdraw it first")
    if is_erased(session, user.id):
        raise ConflictError("the data of this person are erased already")


def _open(session: Session, erasure_id: int, at: datetime) -> Erasure:
    refuse_naive("at", at)
    found = get(session, Erasure, erasure_id, "erasure")
    check_at(session, f"erasures/{found.id}", at)
    if found.state != OPEN:
        raise ConflictError(f"this erasure is {found.state.lower()} already")
    return found
