"""Workers that are there, and runs that wait for one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.checks.report import Line, fault, ok, warning
from registry.domain.runs import Run, RunState, WorkerBeat

SILENT = timedelta(minutes=1)
WAITING = timedelta(minutes=10)
START = "start one: registry worker"


def lines(session: Session, at: datetime) -> Iterator[Line]:
    """Who works, what waits, and whose worker fell silent."""
    there = _there(session, at)
    waiting = list(session.scalars(select(Run.asked_at).where(Run.state == RunState.QUEUED).order_by(Run.id)))
    if waiting and not there:
        level = fault if at - waiting[0] > WAITING else warning
        yield level("workers", f"{len(waiting)} runs wait, and no worker was heard of in the last minute", START)
    elif not there:
        yield warning("workers", "none was heard of in the last minute; no run waits", START)
    else:
        yield ok("workers", f"{there} at work or waiting; {len(waiting)} runs wait")
    lost = select(func.count()).select_from(Run).where(Run.state == RunState.RUNNING, Run.lease_until < at - SILENT)
    if number := session.scalar(lost):
        yield warning("workers", f"{number} runs are held by workers that fell silent", f"{START}; it takes them over")


def _there(session: Session, at: datetime) -> int:
    """How many workers were heard of lately, by their own word or by the run that they hold."""
    seen = set(session.scalars(select(WorkerBeat.name).where(WorkerBeat.seen_at > at - SILENT)))
    seen |= set(session.scalars(select(Run.worker).where(Run.heartbeat_at > at - SILENT, Run.worker.is_not(None))))
    return len(seen)
