"""Roles: given and taken by two administrators, one who asks and another one who makes it so.

As long as a register has a single administrator, or the program itself acts, a change is made at once; the record says so
by being the only one. Nobody changes the own roles, and nobody gains by what they confirm.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import ROLES, SYSTEM_ROLE, Actor
from registry.domain.role_changes import MADE, OPEN, WITHDRAWN, RoleChange
from registry.domain.users import PARTY_ROLES, Role, User
from registry.services.acting import get, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record

LONGEST_REASON = 1000


def change(
    session: Session, user_id: int, roles: Sequence[str], reason: str, actor: Actor, at: datetime
) -> RoleChange | None:
    """Ask for a person's roles to be exactly these; None where it needs no second administrator and is made at once."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    refuse_self(actor, user, "change the own roles")
    check_reason(reason)
    wanted = sorted(set(roles))
    _check_roles(user, wanted)
    if waiting_for(session, user.id) is not None:
        raise ConflictError(f"a change of the roles of {user.email} waits already; confirm or withdraw it first")
    if needs_second(session, actor):
        return ask(session, user, wanted, reason, actor, at)
    _give(session, user, wanted)
    record(session, at, actor, "user-roles-changed", f"users/{user.id}", [user], roles=wanted, reason=reason.strip())
    return None


def confirm(session: Session, change_id: int, actor: Actor, at: datetime) -> RoleChange:
    """Make a change that another administrator has asked for."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    found = _open(session, change_id, at)
    if actor.name == found.asked_by:
        raise NotAllowedError("a change of roles needs two; somebody else has to confirm what you asked for")
    user, held = found.user, {role.name for role in found.user.roles}
    if actor.name == user.email and not set(found.roles) <= held:
        raise NotAllowedError("nobody may confirm roles for themselves; ask another administrator")
    _give(session, user, found.roles)
    _answer(found, MADE, actor, at)
    record(session, at, actor, "user-roles-changed", f"users/{user.id}", [user, found], roles=found.roles)
    return found


def withdraw(session: Session, change_id: int, actor: Actor, at: datetime) -> RoleChange:
    """Take a change back, or refuse it: the roles stay as they are."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    found = _open(session, change_id, at)
    _answer(found, WITHDRAWN, actor, at)
    record(session, at, actor, "role-change-withdrawn", f"role_changes/{found.id}", [found])
    return found


def ask(session: Session, user: User, roles: Sequence[str], reason: str, actor: Actor, at: datetime) -> RoleChange:
    """Write down what one administrator asks for; the roles stay as they are."""
    asked = RoleChange(
        user=user, roles=list(roles), reason=reason.strip(), state=OPEN, asked_by=actor.name, asked_at=at
    )
    session.add(asked)
    session.flush()
    record(session, at, actor, "role-change-asked", f"role_changes/{asked.id}", [asked])
    return asked


def needs_second(session: Session, actor: Actor) -> bool:
    """Whether there is another administrator who can be asked."""
    if actor.role == SYSTEM_ROLE:
        return False
    others = select(User.id).where(
        User.active.is_(True), User.email != actor.name, User.roles.any(Role.name == "administrator")
    )
    return session.scalar(others.limit(1)) is not None


def waiting_for(session: Session, user_id: int) -> RoleChange | None:
    """The change of this person's roles that waits for a second administrator."""
    wanted = select(RoleChange).where(RoleChange.user_id == user_id, RoleChange.state == OPEN)
    return session.scalars(wanted).one_or_none()


def ensure_role(session: Session, name: str) -> Role:
    """The role of this name, made on first use."""
    found = session.scalars(select(Role).where(Role.name == name)).one_or_none()
    if found is None:
        found = Role(name=name)
        session.add(found)
    return found


def refuse_self(actor: Actor, user: User, deed: str) -> None:
    """Refuse an administrator who acts on the own account."""
    if actor.role != SYSTEM_ROLE and actor.name == user.email:
        raise NotAllowedError(f"nobody may {deed}; ask another administrator")


def check_reason(reason: str) -> None:
    """Refuse a change without its reason."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ValidationError([f"reason: it has {len(reason.strip())} characters; give 1 to {LONGEST_REASON}"])


def _check_roles(user: User, roles: Collection[str]) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise ValidationError([f"roles: {', '.join(unknown)} unknown; use {', '.join(ROLES)}"])
    if user.party_id is None and set(roles) & set(PARTY_ROLES):
        raise ValidationError([f"roles: {' and '.join(PARTY_ROLES)} speak for a party, and this account has none"])
    if set(roles) == {role.name for role in user.roles}:
        raise ConflictError(f"{user.email} has these roles already")


def _open(session: Session, change_id: int, at: datetime) -> RoleChange:
    refuse_naive("at", at)
    found = get(session, RoleChange, change_id, "change of roles")
    check_at(session, f"role_changes/{found.id}", at)
    if found.state != OPEN:
        raise ConflictError(f"this change of roles is {found.state.lower()} already")
    return found


def _give(session: Session, user: User, roles: Sequence[str]) -> None:
    user.roles = [ensure_role(session, name) for name in roles]


def _answer(found: RoleChange, state: str, actor: Actor, at: datetime) -> None:
    found.state, found.answered_by, found.answered_at = state, actor.name, at
