"""Runs as workers hold them: taken, renewed, ended, given back. Every change asks whether the run is still the worker's.

A run is held by one worker at a time, until an instant. The number of the attempt fences off a worker that comes back late:
whatever it still wants to write, the run is no longer its own, and nothing of it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, CursorResult, Update, and_, func, select, update
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.decisions import Proposal
from registry.domain.runs import Run, RunKind, RunLook, RunState
from registry.log import records
from registry.services import proposing
from registry.services.errors import ConflictError
from registry.services.proposing import Verification
from solver.fields import load_json

FREE = {"worker": None, "lease_until": None, "doing": ""}


class LostError(ConflictError):
    """The run is no longer this worker's: its lease had expired and another one took it over, or it was ended."""


class CancelledError(ConflictError):
    """Somebody asked for the end of the run."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker shows when it writes about a run."""

    run_id: int
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class Look:
    """One line of progress."""

    stage: str
    value: int
    bound: int
    seconds: float


def is_waited_for(session: Session, at: datetime) -> bool:
    """Whether a run waits to be taken, or a lease has expired; a worker that asks this needs no write in vain."""
    due = (Run.state == RunState.QUEUED) | ((Run.state == RunState.RUNNING) & (Run.lease_until < at))
    return session.scalar(select(Run.id).where(due).limit(1)) is not None


def take(session: Session, worker: str, at: datetime, lease_s: float) -> Lease | None:
    """Take the run that waits longest, or None; of several workers one gets it."""
    while (
        waiting := session.scalar(select(Run.id).where(Run.state == RunState.QUEUED).order_by(Run.id).limit(1))
    ) is not None:
        taken = update(Run).where(Run.id == waiting, Run.state == RunState.QUEUED)
        values = {
            "state": RunState.RUNNING,
            "worker": worker,
            "attempts": Run.attempts + 1,
            "lease_until": at + timedelta(seconds=lease_s),
            "heartbeat_at": at,
            "started_at": func.coalesce(Run.started_at, at),
        }
        if _met(session, taken.values(values)):
            attempt = session.scalars(select(Run.attempts).where(Run.id == waiting)).one()
            return Lease(waiting, attempt, worker)
    return None


def renew(
    session: Session, lease: Lease, at: datetime, lease_s: float, *, looks: Sequence[Look] = (), doing: str = ""
) -> None:
    """Keep the run for another while, and add to its progress.

    Raises
    ------
    LostError, CancelledError
        If the worker is to stop; nothing is written then.
    """
    values = {"lease_until": at + timedelta(seconds=lease_s), "heartbeat_at": at, "doing": doing}
    if not _met(session, _of(lease).where(Run.cancel_asked_at.is_(None)).values(values)):
        _refuse(session, lease)
    session.add_all(
        RunLook(
            run_id=lease.run_id,
            attempt=lease.attempt,
            seconds=look.seconds,
            stage=look.stage[:200],
            value=look.value,
            bound=look.bound,
        )
        for look in looks
    )
    session.flush()


def keep_solution(
    session: Session, lease: Lease, solution: bytes, report: Verification, at: datetime, entered_at: datetime
) -> Proposal:
    """End a run with its solution: the official proposal if that was asked for and it is proven thrice, else a trial.

    `at` is the worker's clock, `entered_at` the instant of the step in the register. All of it is kept, or nothing.

    Raises
    ------
    LostError, CancelledError
        If the run is no longer the worker's.
    """
    run = _held(session, lease)
    actor = Actor(run.asked_by, run.asked_role, run.asked_party_id)
    is_proven = load_json(solution)["status"] == "OPTIMAL"
    is_doubted = bool(report.problems or (report.second and report.second.problems))
    wants_proposal = run.kind == RunKind.PROPOSAL
    make = proposing.propose if wants_proposal and is_proven and not is_doubted else proposing.keep_trial
    kept = make(session, run.instance.round_id, solution, report, actor, entered_at)
    run.kept, run.solution_sha256 = kept, kept.solution_sha256
    run.because = "" if kept.official or not wants_proposal else _why_no_proposal(report, kept.status)
    _finish(run, RunState.FAILED if wants_proposal and is_doubted else RunState.DONE, at)
    session.flush()
    return kept


def keep_answer(session: Session, lease: Lease, answer: Mapping[str, Any], at: datetime) -> None:
    """End a run with the answer to what was asked about a proposal, which is kept with it."""
    run = _held(session, lease)
    run.answer, run.because = dict(answer), ""
    run.solution_sha256 = run.explained.solution_sha256 if run.explained else None
    _finish(run, RunState.DONE, at)
    session.flush()


def fail(session: Session, lease: Lease, because: str, at: datetime) -> str:
    """End a run that another try would not mend; its new state."""
    return _free(session, lease, {"state": RunState.FAILED, "because": because, "ended_at": at, **FREE})


def stop(session: Session, lease: Lease, at: datetime) -> str:
    """End a run as somebody asked for; its new state."""
    return _free(session, lease, _cancelled(at))


def give_back(session: Session, lease: Lease, because: str, at: datetime) -> str:
    """Let another worker try again, or end the run as failed if it was tried often enough; its new state."""
    run = session.scalars(select(Run).where(Run.id == lease.run_id).execution_options(populate_existing=True)).one()
    return _free(session, lease, _after_crash(run, because, at))


def expire(session: Session, at: datetime) -> list[int]:
    """Take every run whose lease has expired from its worker: to be tried again, or ended with a reason."""
    gone = select(Run).where(Run.state == RunState.RUNNING, Run.lease_until < at).order_by(Run.id)
    freed = []
    for run in session.scalars(gone.execution_options(populate_existing=True)).all():
        values = _after_crash(run, "the worker was not heard of any more", at)
        of_same = _of(Lease(run.id, run.attempts, run.worker or ""))
        if _met(session, of_same.where(Run.lease_until < at).values(values)):
            freed.append(run.id)
    return freed


def _free(session: Session, lease: Lease, values: dict[str, Any]) -> str:
    if not _met(session, _of(lease).values(values)):
        _refuse(session, lease)
    return str(values["state"])


def _cancelled(at: datetime) -> dict[str, Any]:
    return {"state": RunState.CANCELLED, "because": "cancelled while it was running", "ended_at": at, **FREE}


def _after_crash(run: Run, because: str, at: datetime) -> dict[str, Any]:
    if run.cancel_asked_at is not None:
        return _cancelled(at)
    tried = f"{because} (attempt {run.attempts} of {run.attempts_most})"
    if run.attempts >= run.attempts_most:
        return {"state": RunState.FAILED, "because": tried, "ended_at": at, **FREE}
    return {"state": RunState.QUEUED, "because": tried, **FREE}


def _held(session: Session, lease: Lease) -> Run:
    """The run, held by this worker, read while no other writer can change it."""
    records.lock(session)
    if not _met(session, _of(lease).where(Run.cancel_asked_at.is_(None)).values(doing="")):
        _refuse(session, lease)
    return session.get_one(Run, lease.run_id, populate_existing=True)


def _finish(run: Run, state: RunState, at: datetime) -> None:
    run.state, run.ended_at = state, at
    run.worker = run.lease_until = None


def _why_no_proposal(report: Verification, status: str) -> str:
    problems = [*report.problems, *(report.second.problems if report.second else ())]
    if problems:
        return f"kept as a trial, not proposed: {problems[0]}"
    return f"kept as a trial: {status}, not every stage was proved; the policy's fallback may follow, or a longer run"


def _of(lease: Lease) -> Update:
    """An UPDATE of the run while it is this worker's."""
    return update(Run).where(_is_of(lease))


def _is_of(lease: Lease) -> ColumnElement[bool]:
    """Whether the run is this worker's."""
    return and_(
        Run.id == lease.run_id,
        Run.attempts == lease.attempt,
        Run.worker == lease.worker,
        Run.state == RunState.RUNNING,
    )


def _met(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _refuse(session: Session, lease: Lease) -> NoReturn:
    """Say why an UPDATE has met nothing."""
    if session.scalar(select(Run.id).where(_is_of(lease), Run.cancel_asked_at.is_not(None))) is not None:
        raise CancelledError(f"run {lease.run_id} was cancelled")
    raise LostError(f"run {lease.run_id} is no longer held by {lease.worker}; nothing of this attempt is kept")
