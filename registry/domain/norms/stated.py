"""What is stated about norms, as reference data: the changes that provisions would make to an instance, and the crosswalk."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson
from registry.domain.constraints import not_empty, one_of
from registry.domain.norms.changes import PARAMETERS, Change


class NormChange(Base):
    """A stated change that a provision would make to an instance (`registry.domain.norms.changes`)."""

    __tablename__ = "norm_changes"
    __table_args__ = (one_of("kind", PARAMETERS), not_empty("statement"), not_empty("source"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    provision_id: Mapped[str] = mapped_column(ForeignKey("provisions.id"))
    kind: Mapped[str] = mapped_column(String(32))
    parameters: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    statement: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)

    @property
    def change(self) -> Change:
        """The change as it is applied."""
        return Change(self.id, self.provision_id, self.kind, self.parameters, self.statement, self.source)


class CrosswalkRow(Base):
    """What one forum asks on one topic. `asks` is a word that equal demands share; `against` lists the rows that cannot be met
    in full beside this one, and `because` says why.
    """

    __tablename__ = "crosswalk"
    __table_args__ = (
        UniqueConstraint("topic", "forum_id"),
        not_empty("topic"),
        not_empty("asks"),
        not_empty("statement"),
        not_empty("source"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    forum_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"))
    provision_id: Mapped[str | None] = mapped_column(ForeignKey("provisions.id"))
    asks: Mapped[str] = mapped_column(String(64))
    statement: Mapped[str] = mapped_column(String)
    against: Mapped[list[str]] = mapped_column(CanonicalJson)
    because: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)
