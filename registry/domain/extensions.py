"""Extensions of deadlines: only on a ground of the closed list, each with its own limit, with evidence, and recorded.

What is not on the list extends nothing: money that is short, a market that changed, a partner who left, a plan that was
altered. Suspension once in an entry's life is the way for those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty, one_of
from registry.domain.duties import DutyKind

_BEFORE_USE = (DutyKind.CONTRACT, DutyKind.LAUNCH_CONTRACT, DutyKind.LICENCE, DutyKind.LANDING)


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: for which duties, how many months at most in all and how often for one entry, and where it was learnt."""

    says: str
    duties: tuple[DutyKind, ...]
    most_months: int
    times: int
    source: str


GROUNDS: Mapping[str, Ground] = {
    "launch-failure": Ground(
        "the launcher or the spacecraft was lost, or its launcher type is grounded after a loss",
        (DutyKind.LANDING,),
        24,
        1,
        "ITU practice: extensions after a launch failure as force majeure (Radio Regulations Board); months of this project",
    ),
    "co-passenger-delay": Ground(
        "the launch waits for another payload on the same launcher that is late",
        (DutyKind.LANDING,),
        12,
        1,
        "ITU practice: co-passenger delay (Radio Regulations Board); months of this project",
    ),
    "force-majeure": Ground(
        "an event that nobody could foresee or control: natural disaster, armed conflict, epidemic",
        (*_BEFORE_USE, DutyKind.CONFIRMATION, DutyKind.RESUMPTION, DutyKind.FOOTPRINT),
        12,
        2,
        "ITU practice and the airport slot rules: a closed list with force majeure; months of this project",
    ),
    "rescue-assistance": Ground(
        "the operation gave help to persons or crews of others in distress",
        (*_BEFORE_USE, DutyKind.CONFIRMATION, DutyKind.FOOTPRINT),
        6,
        2,
        "Outer Space Treaty V, Rescue Agreement; Artemis Accords, section 6; months of this project",
    ),
    "agency-delay": Ground(
        "a step of the agency came later than its own timer",
        (*_BEFORE_USE, DutyKind.CONFIRMATION, DutyKind.RESUMPTION, DutyKind.FOOTPRINT),
        12,
        2,
        "procedure of this project: nobody answers for a delay of the office",
    ),
}


class Extension(Base):
    """One extension of the deadline of a duty, from `due_before_at` to `due_at`."""

    __tablename__ = "extensions"
    __table_args__ = (
        one_of("ground", GROUNDS),
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
