"""Extensions of deadlines: only on a ground of the closed list, each with its own limit, with evidence, and recorded.

What is not on the list extends nothing: money that is short, a market that changed, a partner who left, a plan that was
altered. Suspension once in an entry's life is the way for those.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty
from registry.domain.duties import DutyKind

# More than this is no extension any more: the longest term is ten years.
MOST_MONTHS, MOST_TIMES = 120, 100


class ExtensionGround(Base):
    """One ground of the closed list, which is reference data (fixtures/extension_grounds.json).

    It says which `duties` it extends, how many months at most in all and how often for one entry, and where it was learnt.
    """

    __tablename__ = "extension_grounds"
    __table_args__ = (
        not_empty("says"),
        not_empty("source"),
        CheckConstraint("most_months >= 1", name="most_months_positive"),
        CheckConstraint("times >= 1", name="times_positive"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    says: Mapped[str] = mapped_column(String)
    duties: Mapped[list[str]] = mapped_column(CanonicalJson)
    most_months: Mapped[int]
    times: Mapped[int]
    source: Mapped[str] = mapped_column(String)


def ground_faults(duties: Sequence[str], most_months: int | None, times: int | None) -> Iterator[str]:
    """What is wrong with a ground, one sentence each with field, fault and mend."""
    known = [kind for kind in DutyKind if kind != DutyKind.TERM]
    for kind in duties:
        if kind not in known:
            yield f"duties: {kind!r} is no duty whose deadline moves; use one or more of {', '.join(known)}"
    if not duties:
        yield f"duties: none; use one or more of {', '.join(known)}"
    for name, value, most in (("most_months", most_months, MOST_MONTHS), ("times", times, MOST_TIMES)):
        if value is None or not 1 <= value <= most:
            yield f"{name}: it is not from 1 to {most}; give a whole number"


class Extension(Base):
    """One extension of the deadline of a duty, from `due_before_at` to `due_at`, on a ground of the list of that day."""

    __tablename__ = "extensions"
    __table_args__ = (
        not_empty("ground"),
        not_empty("reason"),
        CheckConstraint("months >= 1", name="months_positive"),
        CheckConstraint("due_before_at < due_at", name="later_than_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    ground: Mapped[str] = mapped_column(String(32))
    months: Mapped[int]
    reason: Mapped[str] = mapped_column(String)
    due_before_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def later_than_before(self) -> bool:
        """Whether it gives time."""
        return self.due_before_at < self.due_at
