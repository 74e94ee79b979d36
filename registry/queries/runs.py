"""Solver runs: the list, one with its progress, and what a claim was told about why it did not get what it asked for.

Those who run, decide on or audit rounds see every run; a delegate sees those that the own party asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select, true
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE
from registry.domain.runs import ENDS, Run, RunKind, RunLook, RunState
from registry.domain.visibility import PUBLIC, Viewer, person

READERS_OF_RUNS = frozenset({"registrar", "planner", "council", "auditor", "administrator", SYSTEM_ROLE})
TIE_BREAK = "tie-break"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run; `asked_by` is empty for those to whom people are not shown."""

    id: int
    kind: str
    round: str
    instance: int
    claim: str
    state: str
    asked_by: str
    asked_role: str
    asked_party: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    time_limit_s: int
    workers: int
    seed_hex: str
    attempts: int
    attempts_most: int
    doing: str
    because: str
    is_cancel_asked: bool

    @property
    def has_ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDS


@dataclass(frozen=True, slots=True)
class LookView:
    """One line of progress; `gap` is the difference of value and bound in percent of the bound, 100 at most."""

    seconds: float
    stage: str
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """Percent; 0 where the stage is proved."""
        return min(100.0, 100 * abs(self.bound - self.value) / max(1, abs(self.bound)))


@dataclass(frozen=True, slots=True)
class StageProgress:
    """A stage as it stands: its looks in order. The many stages of the tie-break are one."""

    name: str
    looks: tuple[LookView, ...]

    @property
    def last(self) -> LookView:
        """The newest look."""
        return self.looks[-1]

    @property
    def seconds(self) -> float:
        """Seconds from the first look to the last."""
        return self.last.seconds - self.looks[0].seconds


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run whole. `kept` is the trial or proposal that it gave, `answer` the explanation."""

    row: RunRow
    worker: str
    lease_until: datetime | None
    heartbeat_at: datetime | None
    kept: int | None
    is_official: bool
    kept_status: str
    solution_sha256: str
    answer: Mapping[str, Any] | None
    stages: tuple[StageProgress, ...]
    last_look: int

    @property
    def mark(self) -> str:
        """What changes whenever something on the run's page changes."""
        return f"{self.row.state}/{self.row.attempts}/{self.row.doing}/{self.last_look}/{self.row.is_cancel_asked}"


def sees_run(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `Run` under which a run is there for a viewer."""
    if not viewer.roles.isdisjoint(READERS_OF_RUNS):
        return true()
    if viewer.filing_party is None:
        return false()
    return and_(Run.kind == RunKind.WHY_NOT, Run.asked_party_id == viewer.filing_party)


def list_runs(session: Session, viewer: Viewer = PUBLIC, round_id: str | None = None) -> tuple[RunRow, ...]:
    """The runs that a viewer sees, the newest first."""
    found = session.scalars(select(Run).where(sees_run(viewer)).order_by(Run.id.desc()))
    return tuple(_row(run, viewer) for run in found if round_id is None or run.instance.round_id == round_id)


def run_page(session: Session, run_id: int, viewer: Viewer = PUBLIC) -> RunPage | None:
    """One run with the progress of its newest attempt, or None."""
    run = session.scalars(select(Run).where(Run.id == run_id, sees_run(viewer))).one_or_none()
    return None if run is None else _page(session, run, viewer)


def why_not(session: Session, claim_id: str) -> RunPage | None:
    """The newest answer to why a claim did not get what it asked for. It is public, as the proposal is."""
    told = select(Run).where(Run.claim_id == claim_id, Run.state == RunState.DONE, Run.kind == RunKind.WHY_NOT)
    run = session.scalars(told.order_by(Run.explained_id.desc(), Run.id.desc())).first()
    return None if run is None else _page(session, run, PUBLIC)


def incentives(session: Session, solution_sha256: str) -> Mapping[str, Any] | None:
    """The newest study of what parties could have gained by filing otherwise, of a proposal by the hash of its solution.

    It is public, as the proposal is, and names no party.
    """
    told = select(Run.answer).where(
        Run.solution_sha256 == solution_sha256, Run.state == RunState.DONE, Run.kind == RunKind.INCENTIVES
    )
    return session.scalars(told.order_by(Run.id.desc())).first()


def asking_why(session: Session, claim_id: str) -> int | None:
    """The number of a run under way that will say why, or None."""
    waits = select(func.max(Run.id)).where(
        Run.claim_id == claim_id, Run.state.in_((RunState.QUEUED, RunState.RUNNING)), Run.kind == RunKind.WHY_NOT
    )
    return session.scalar(waits)


def _page(session: Session, run: Run, viewer: Viewer) -> RunPage:
    looks = select(RunLook).where(RunLook.run_id == run.id, RunLook.attempt == run.attempts).order_by(RunLook.id)
    found = session.scalars(looks).all()
    sees_worker = not viewer.roles.isdisjoint(READERS_OF_RUNS)
    return RunPage(
        row=_row(run, viewer),
        worker=(run.worker or "") if sees_worker else "",
        lease_until=run.lease_until,
        heartbeat_at=run.heartbeat_at,
        kept=run.kept_id,
        is_official=run.kept is not None and run.kept.official,
        kept_status=run.kept.status if run.kept else "",
        solution_sha256=run.solution_sha256 or "",
        answer=run.answer,
        stages=_stages([LookView(look.seconds, look.stage, look.value, look.bound) for look in found]),
        last_look=found[-1].id if found else 0,
    )


def _stages(looks: Sequence[LookView]) -> tuple[StageProgress, ...]:
    grouped: dict[str, list[LookView]] = {}
    for look in looks:
        name = TIE_BREAK if look.stage.startswith(TIE_BREAK) else look.stage
        grouped.setdefault(name, []).append(look)
    return tuple(StageProgress(name, tuple(rows)) for name, rows in grouped.items())


def _row(run: Run, viewer: Viewer) -> RunRow:
    return RunRow(
        id=run.id,
        kind=run.kind,
        round=run.instance.round_id,
        instance=run.instance.number,
        claim=run.claim_id or "",
        state=run.state,
        asked_by=person(viewer, run.asked_by),
        asked_role=run.asked_role,
        asked_party=run.asked_party_id or "",
        asked_at=run.asked_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        time_limit_s=run.time_limit_s,
        workers=run.workers,
        seed_hex=run.seed_hex,
        attempts=run.attempts,
        attempts_most=run.attempts_most,
        doing=run.doing,
        because=run.because,
        is_cancel_asked=run.cancel_asked_at is not None,
    )
