"""A change of somebody's roles that one administrator has asked for and another one has to make."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of
from registry.domain.users import User

OPEN, MADE, WITHDRAWN = "OPEN", "MADE", "WITHDRAWN"


class RoleChange(Base):
    """The roles that a person is to have, why, who asked for it and who answered."""

    __tablename__ = "role_changes"
    __table_args__ = (
        one_of("state", (OPEN, MADE, WITHDRAWN)),
        not_empty("reason"),
        CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name="answered_when_not_open"),
        CheckConstraint("state <> 'MADE' OR answered_by <> asked_by", name="made_by_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(CanonicalJson)
    reason: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(255))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
