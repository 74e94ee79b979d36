"""The people who have an account, without anything secret; names and addresses for those who may see them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

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
