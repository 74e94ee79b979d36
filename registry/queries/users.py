"""The people who have an account, without anything secret."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.users import User


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person with roles, and the party that the person speaks for."""

    email: str
    name: str
    roles: tuple[str, ...]
    party: str | None
    active: bool


def list_users(session: Session) -> tuple[UserRow, ...]:
    """Every account by address."""
    rows = session.scalars(select(User).order_by(User.email).options(selectinload(User.roles)))
    return tuple(
        UserRow(row.email, row.name, tuple(role.name for role in row.roles), row.party_id, row.active) for row in rows
    )
