"""The people who have an account, without anything secret; names and addresses for those who may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.role_changes import OPEN, RoleChange
from registry.domain.sign_ins import AccountState
from registry.domain.users import User
from registry.domain.visibility import PUBLIC, Viewer, person


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person with roles, and the party that the person speaks for; address and name are empty where they are hidden."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    party: str | None
    active: bool


def list_users(session: Session, viewer: Viewer = PUBLIC) -> tuple[UserRow, ...]:
    """Every account, in the order in which they were added."""
    rows = session.scalars(select(User).order_by(User.id).options(selectinload(User.roles)))
    return tuple(_row(row, viewer) for row in rows)


def _row(row: User, viewer: Viewer) -> UserRow:
    email = person(viewer, row.email)
    roles = tuple(role.name for role in row.roles)
    return UserRow(row.id, email, row.name if email else "", roles, row.party_id, row.active)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of roles that one administrator asked for; open, made or withdrawn."""

    id: int
    user_id: int
    email: str
    roles: tuple[str, ...]
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """A person with what an administrator has to know: second factor, one-time password, changes of roles."""

    user: UserRow
    created_at: datetime | None
    has_password: bool
    has_one_time_password: bool
    has_second_factor: bool
    changes: tuple[ChangeRow, ...]


def find_users(
    session: Session, viewer: Viewer, *, text: str = "", role: str | None = None, is_open: bool | None = None
) -> tuple[UserRow, ...]:
    """The accounts whose address, name or party has the text, by address."""
    wanted = text.casefold()
    rows = sorted(list_users(session, viewer), key=lambda row: (row.email, row.id))
    return tuple(
        row
        for row in rows
        if wanted in f"{row.email} {row.name} {row.party or ''}".casefold()
        and (role is None or role in row.roles)
        and (is_open is None or row.active is is_open)
    )


def user_page(session: Session, user_id: int, viewer: Viewer) -> UserPage | None:
    """One account; None if there is none."""
    user = session.get(User, user_id)
    if user is None:
        return None
    state = session.get(AccountState, user_id)
    return UserPage(
        _row(user, viewer),
        user.created_at,
        has_password=user.password is not None,
        has_one_time_password=bool(state and state.has_one_time_password),
        has_second_factor=bool(user.tf_primary_method and user.tf_totp_secret),
        changes=_changes(session, viewer, RoleChange.user_id == user_id),
    )


def waiting_changes(session: Session, viewer: Viewer) -> tuple[ChangeRow, ...]:
    """The changes of roles that wait for a second administrator, the oldest first."""
    return _changes(session, viewer, RoleChange.state == OPEN)


def _changes(session: Session, viewer: Viewer, which: ColumnElement[bool]) -> tuple[ChangeRow, ...]:
    rows = session.execute(select(RoleChange, User.email).join(User).where(which).order_by(RoleChange.id))
    return tuple(
        ChangeRow(
            change.id,
            change.user_id,
            person(viewer, email),
            tuple(change.roles),
            change.reason,
            change.state,
            person(viewer, change.asked_by),
            change.asked_at,
            person(viewer, change.answered_by) or None,
            change.answered_at,
        )
        for change, email in rows
    )
