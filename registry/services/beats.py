"""Workers say from time to time that they are there, so that whoever watches over the register knows."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from registry.domain.runs import WorkerBeat

FORGOTTEN = timedelta(days=1)


def beat(session: Session, name: str, at: datetime) -> None:
    """The worker `name` is there at `at`; whoever has been silent for a day is forgotten."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < at - FORGOTTEN, WorkerBeat.name != name))
    found = session.get(WorkerBeat, name)
    if found is None:
        session.add(WorkerBeat(name=name, started_at=at, seen_at=at))
    else:
        found.seen_at = at
    session.flush()


def end(session: Session, name: str) -> None:
    """The worker has ended as it was asked to."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))
