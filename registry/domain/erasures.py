"""Erasing a person's data: asked for by one administrator, made by another one, and the pseudonym that is left."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty, one_of
from registry.domain.users import User

OPEN, MADE, WITHDRAWN = "OPEN", "MADE", "WITHDRAWN"
GONE = "erased"  # what stands in place of a text about the person


class Erasure(Base):
    """Whose data are to be erased, why, who asked for it and who answered."""

    __tablename__ = "erasures"
    __table_args__ = (
        one_of("state", (OPEN, MADE, WITHDRAWN)),
        not_empty("reason"),
        CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name="answered_when_not_open"),
        CheckConstraint(
            "answered_by IS NULL OR state = 'WITHDRAWN' OR answered_by <> asked_by", name="made_by_another"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(255))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    def made_by_another(self) -> bool:
        """Whether nobody confirms what they asked for; a sole administrator's has nobody who answered."""
        return self.answered_by is None or self.state == WITHDRAWN or self.answered_by != self.asked_by


def pseudonym(user_id: int) -> str:
    """What stands in place of an address: the number by which the log names the account, at a host that is none."""
    return f"person-{user_id}@erased.invalid"


def pseudonym_name(user_id: int) -> str:
    """What stands in place of a name."""
    return f"Erased person {user_id}"
