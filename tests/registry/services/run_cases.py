"""Runs in the matrix of role and operation, and the registers in which they can be asked for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.services import runs
from tests import factories as make

OWN = Actor("delegate@example.org", "delegate", "IND")


def asked_why(session: Session) -> Any:
    make.proposed_round(session)
    return runs.ask_why(session, "C-0001", OWN, make.DECIDED)


def the_run(session: Session) -> int:
    from registry.domain.runs import Run

    return session.query(Run).one().id


RUNS: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "runs.ask": (
        make.drawn_round,
        make.PROPOSED,
        lambda s, who, at: runs.ask(s, make.ROUND, "trial", who, at, time_limit_s=60),
    ),
    "runs.ask_why": (make.proposed_round, make.DECIDED, lambda s, who, at: runs.ask_why(s, "C-0001", who, at)),
    "runs.cancel": (asked_why, make.DECIDED, lambda s, who, at: runs.cancel(s, the_run(s), who, at)),
}
