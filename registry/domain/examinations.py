"""Examination of a claim's revision: one finding per provision, all kept, none overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.claims import Revision
from registry.domain.constraints import not_empty, one_of

OUTCOMES = ("favourable", "unfavourable", "not-applicable")
SEVERITIES = ("hard", "soft", "data", "procedural")
STANDINGS = ("binding", "non-binding", "proposed", "agency")


class Provision(Base):
    """A numbered rule with its source; the check of the same id is in `registry.domain.provisions`."""

    __tablename__ = "provisions"
    __table_args__ = (one_of("severity", SEVERITIES), one_of("standing", STANDINGS), not_empty("statement"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    severity: Mapped[str] = mapped_column(String(16))
    instrument: Mapped[str] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String)
    statement: Mapped[str] = mapped_column(String)
    check_text: Mapped[str] = mapped_column(String)


class Examination(Base):
    """A check of one revision against every provision of the round's norm profile."""

    __tablename__ = "examinations"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    examined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    examiner: Mapped[str] = mapped_column(String(200))
    favourable: Mapped[bool]

    revision: Mapped[Revision] = relationship()
    findings: Mapped[list["FindingRow"]] = relationship(order_by="FindingRow.position")


class FindingRow(Base):
    """A stored finding: outcome, reason in words fit to send, and the evidence."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("examination_id", "position"),
        one_of("outcome", OUTCOMES),
        not_empty("reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    examination_id: Mapped[int] = mapped_column(ForeignKey("examinations.id"))
    position: Mapped[int]
    provision_id: Mapped[str] = mapped_column(ForeignKey("provisions.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String)
    evidence: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
