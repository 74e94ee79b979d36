"""Comments: what any party says in public on a published claim, and what the filing party answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty


class Comment(Base):
    """A comment on a claim, or the reply of its filing party to one."""

    __tablename__ = "comments"
    __table_args__ = (not_empty("text"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    author: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(String)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_to_id: Mapped[str | None] = mapped_column(ForeignKey("comments.id"))
    illustrative: Mapped[bool]
