"""Deciders at once, in transactions that commit: one decision stands, on both databases, and the log has no gap."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import Actor
from registry.domain.decisions import Decision, Vote
from registry.log import records
from registry.services import deciding
from registry.services.errors import ConflictError
from tests import factories as make

DECIDERS = [Actor(f"{party}-{number}@example.org", "council", party) for party in ("CHE", "GHA") for number in range(4)]


@pytest.fixture
def proposed(engine: Engine) -> Iterator[Engine]:
    """The engine with a proposed round, committed; every row is removed afterwards."""
    with db.unit_of_work(engine) as session:
        make.proposed_round(session)
    yield engine
    with db.unit_of_work(engine) as session:
        session.execute(sa.text("UPDATE proposals SET outcome = NULL"))
        for table in reversed(db.Base.metadata.sorted_tables):
            session.execute(table.delete())


def test_of_eight_deciders_at_once_two_decide_and_the_others_are_told(proposed: Engine) -> None:
    heard: list[str] = []

    def decide(actor: Actor) -> None:
        try:
            with db.unit_of_work(proposed) as session:
                decided = deciding.decide(session, make.ROUND, "adopt", actor, make.DECIDED)
                heard.append("decided" if decided.decision else "counted")
        except ConflictError as error:
            heard.append(str(error))

    threads = [threading.Thread(target=decide, args=(actor,)) for actor in DECIDERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(proposed) as session:
        votes = count(session, Vote)
        assert (count(session, Decision), heard.count("decided")) == (1, 1)
        assert heard.count("counted") == votes - 1
        assert sum("adopted already, by" in line for line in heard) == len(DECIDERS) - votes
        assert records.size(session) == count(session, records.Record)


def count(session: Session, kind: type[db.Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0
