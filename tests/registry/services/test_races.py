"""Many at once, in transactions that commit: one decision stands, one answer to an offer, one claim under a key, on both
databases; whoever comes later is told; and the log has no gap.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.decisions import Decision, Vote
from registry.domain.entries import Entry
from registry.log import records, tree
from registry.services import deciding, entering, filing, offers
from tests import factories as make
from tests.registry.services.racing import Snapshot, at_once

DECIDERS = [Actor(f"{party}-{number}@example.org", "council", party) for party in ("CHE", "GHA") for number in range(4)]
IN_A_ROW = pytest.mark.parametrize("races", [20, pytest.param(1000, marks=pytest.mark.slow)])


def committed(engine: Engine, prepare: Callable[[Session], Any]) -> Iterator[Engine]:
    """The engine with a world, committed; every row is removed afterwards."""
    with db.unit_of_work(engine) as session:
        prepare(session)
    yield engine
    with db.unit_of_work(engine) as session:
        session.execute(sa.text("UPDATE proposals SET outcome = NULL"))
        for table in reversed(db.Base.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture
def opened(engine: Engine) -> Iterator[Engine]:
    yield from committed(engine, make.open_round)


@pytest.fixture
def proposed(engine: Engine) -> Iterator[Engine]:
    yield from committed(engine, make.proposed_round)


@pytest.fixture
def offered(engine: Engine) -> Iterator[Engine]:
    yield from committed(engine, make.adopted_round)


def count(session: Session, kind: type[db.Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def check_log(session: Session) -> None:
    """No index is missing, and the stored tree is that of the records."""
    size = records.size(session)
    assert count(session, records.Record) == size
    leaves = list(session.scalars(sa.select(records.Record.leaf_hash).order_by(records.Record.index)))
    assert records.root(session) == tree.root(size, lambda level, position: plain_node(leaves, level, position))


def plain_node(leaves: Sequence[bytes], level: int, position: int) -> bytes:
    if level == 0:
        return leaves[position]
    left, right = (plain_node(leaves, level - 1, 2 * position + side) for side in (0, 1))
    return tree.node_hash(left, right)


# Deciders


def voice(actor: Actor, choice: str) -> Callable[[Session], str]:
    ground = "procedural-fault" if choice == "reject" else None

    def decide(session: Session) -> str:
        decided = deciding.decide(
            session, make.ROUND, choice, actor, make.DECIDED, ground=ground, reason="as said in the meeting"
        )
        return "decided" if decided.decision else "counted"

    return decide


def of_one_mind(_race: int) -> list[str]:
    return ["adopt"] * len(DECIDERS)


def of_two_minds(race: int) -> list[str]:
    """In each party two would adopt and two reject; who is first decides which it is."""
    return [("adopt", "reject")[(number + race) % 2] for number in range(len(DECIDERS))]


@IN_A_ROW
@pytest.mark.parametrize("minds", [of_one_mind, of_two_minds])
def test_of_eight_deciders_at_once_two_decide_and_the_others_are_told(
    proposed: Engine, minds: Callable[[int], list[str]], races: int
) -> None:
    before = Snapshot(proposed)
    for race in range(races // 2):
        heard = at_once(proposed, [voice(*pair) for pair in zip(DECIDERS, minds(race), strict=True)])
        with db.reading(proposed) as session:
            votes, decision = count(session, Vote), session.scalars(sa.select(Decision)).one()
            assert heard.count("decided") == 1
            assert heard.count("counted") == votes - 1
            told = f"the proposal was {decision.outcome} already, by "
            assert sum(line.startswith(told) for line in heard) == len(DECIDERS) - votes
            check_log(session)
        before.restore(proposed)


# Filings


def test_eight_filings_at_once_get_eight_numbers(opened: Engine) -> None:
    def file(key: str) -> Callable[[Session], str]:
        document = make.claim_document(key)
        return lambda session: filing.file_claim(session, make.ROUND, document, make.DELEGATE, make.FILED).id

    heard = at_once(opened, [file(f"claim-{number}") for number in range(8)])
    assert sorted(heard) == [f"C-000{number}" for number in range(1, 9)]
    with db.reading(opened) as session:
        check_log(session)


def test_of_eight_filings_of_one_claim_one_is_received(opened: Engine) -> None:
    def file(session: Session) -> str:
        return filing.file_claim(session, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED).id

    heard = at_once(opened, [file] * 8)
    assert heard.count("C-0001") == 1
    assert sum("a claim with the key 'alpha' is in round 2027-1 already" in line for line in heard) == 7
    with db.reading(opened) as session:
        assert count(session, Claim) == 1


# Answers to an offer


def accept(session: Session) -> str:
    return entering.accept(session, "C-0001", make.DELEGATE, make.RECORDED).id


def decline(session: Session) -> str:
    return offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "no launcher").state


@IN_A_ROW
def test_of_eight_answers_to_one_offer_one_counts(offered: Engine, races: int) -> None:
    before = Snapshot(offered)
    for race in range(races // 10):
        deeds = [accept, decline] if race % 2 else [decline, accept]
        heard = at_once(offered, deeds * 4)
        with db.reading(offered) as session:
            claim = session.get_one(Claim, "C-0001")
            winner = {"RECORDED": "E-0001", "WITHDRAWN": "DECLINED"}[claim.state]
            assert count(session, Entry) == (claim.state == "RECORDED")
            assert heard.count(winner) == 1
            assert heard.count(f"claim C-0001 is {claim.state}; there is no offer to answer") == 7
            check_log(session)
        before.restore(offered)
