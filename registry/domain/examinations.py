"""Provisions, the norm profiles that group them, and examinations: one finding per provision, all kept, none overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.claims import Revision
from registry.domain.constraints import not_empty, one_of
from registry.domain.provisions.rules import BINDS, EFFECTS, SEVERITIES, STANDINGS, Rule

OUTCOMES = ("favourable", "unfavourable", "not-applicable")


class Provision(Base):
    """A numbered rule with its source; the check of the same id is in `registry.domain.provisions`."""

    __tablename__ = "provisions"
    __table_args__ = (
        one_of("severity", SEVERITIES),
        one_of("standing", STANDINGS),
        one_of("binds", BINDS),
        not_empty("statement"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    severity: Mapped[str] = mapped_column(String(16))
    instrument: Mapped[str] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String)
    statement: Mapped[str] = mapped_column(String)
    check_text: Mapped[str] = mapped_column(String)
    binds: Mapped[str] = mapped_column(String(16))
    timer: Mapped[str] = mapped_column(String(40))
    timer_default: Mapped[str] = mapped_column(String(40))

    @property
    def rule(self) -> Rule:
        """What decides on the effect of a finding."""
        return Rule(self.id, self.severity, self.standing, self.instrument, self.binds, self.timer, self.timer_default)


class NormProfile(Base):
    """A named group of provisions. A policy names provisions one by one; profiles are what it can be compared with."""

    __tablename__ = "norm_profiles"
    __table_args__ = (one_of("standing", STANDINGS), not_empty("name"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    standing: Mapped[str] = mapped_column(String(16))
    provisions: Mapped[list[str]] = mapped_column(CanonicalJson)
    strict: Mapped[bool]
    statement: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)


class Examination(Base):
    """A check of one revision against every provision of the round's norm profile. It is favourable if no finding
    returns the claim.
    """

    __tablename__ = "examinations"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    examined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    examiner: Mapped[str] = mapped_column(String(200))
    favourable: Mapped[bool]

    revision: Mapped[Revision] = relationship()
    findings: Mapped[list["FindingRow"]] = relationship(order_by="FindingRow.position")


class FindingRow(Base):
    """A stored finding: outcome, what was found and what would mend it in words fit to send, the evidence, and what
    follows: the claim returns, the finding is noted, or there is a duty until `due_at`.
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("examination_id", "position"),
        one_of("outcome", OUTCOMES),
        one_of("effect", EFFECTS),
        not_empty("reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    examination_id: Mapped[int] = mapped_column(ForeignKey("examinations.id"))
    position: Mapped[int]
    provision_id: Mapped[str] = mapped_column(ForeignKey("provisions.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String)
    evidence: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    mend: Mapped[str] = mapped_column(String)
    effect: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    provision: Mapped[Provision] = relationship()
