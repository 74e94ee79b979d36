"""Two at once, in transactions that commit: of two proposals one stands, and a slot is confirmed or given back, never both."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.domain.landing_slots import LandingSlot, SlotProposal
from registry.log.records import Record
from registry.services import landing_slots
from tests import factories as make
from tests.registry.services import slot_cases
from tests.registry.services.racing import at_once
from tests.registry.services.test_races import committed


@pytest.fixture
def asked(engine: Engine) -> Iterator[Engine]:
    yield from committed(engine, slot_cases.asked)


@pytest.fixture
def proposed(engine: Engine) -> Iterator[Engine]:
    yield from committed(engine, slot_cases.proposed)


def test_of_two_proposals_at_once_one_stands_and_the_other_is_told(asked: Engine) -> None:
    with db.reading(asked) as session:
        first = slot_cases.files(session)
        second = slot_cases.files(session, {"C-0001/landing": 10 * 1440 + 23 * 60 + 15})

    def deed(files: tuple[bytes, bytes]) -> Callable[[Session], str]:
        def step(session: Session) -> str:
            made = landing_slots.propose(session, *files, slot_cases.PASSED, make.PLANNER, slot_cases.AT)
            return f"proposal {made.id}"

        return step

    heard = at_once(asked, [deed(first), deed(second), deed(first), deed(second)])
    assert sorted(said[:10] for said in heard) == ["proposal 1", *["these slot"] * 3]
    assert all("write the instance anew" in said for said in heard if said != "proposal 1")
    with db.reading(asked) as session:
        assert session.query(SlotProposal).count() == 1
        assert [row.state for row in session.query(LandingSlot)] == ["PROPOSED"]
        assert session.query(Record).filter_by(act="slots-proposed").count() == 1


def test_a_slot_is_confirmed_once(proposed: Engine) -> None:
    def confirm(session: Session) -> str:
        return landing_slots.confirm(session, 1, slot_cases.IND, slot_cases.AT).state

    heard = at_once(proposed, [confirm] * 4)
    assert sorted(heard)[:1] == ["CONFIRMED"]
    assert sum("'confirm' is not possible in state CONFIRMED" in said for said in heard) == 3
    with db.reading(proposed) as session:
        assert session.query(Record).filter_by(act="slot-confirmed").count() == 1
