"""Entries that were recorded before there were duties are given theirs once, with one record each."""

from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.domain.duties import Duty
from registry.log import records
from registry.log.records import Record
from registry.queries.due import Due, due_at
from registry.services import relinquishing, timers
from tests import factories as make
from tests.registry.services.life_cases import NEXT_YEAR, in_use, recorded, report

BEGIN = "duties-begin"
SOON, LATE = make.utc("2027-11-01"), make.utc("2029-06-01")


def aged(session: Session) -> None:
    """An entry as one that was recorded before there were duties."""
    recorded(session)
    session.execute(delete(Duty))


def begun(session: Session, at: str) -> list[str]:
    """What is done about duties that have not begun."""
    due = [row for row in due_at(session, make.utc(at)) if row.what == BEGIN]
    return [timers.do(session, row, make.REGISTRAR, make.utc(at)) for row in due]


def duties(session: Session) -> list[tuple[str, date, str]]:
    rows = session.scalars(select(Duty).order_by(Duty.due_at, Duty.id))
    return [(row.kind, row.due_at.date(), row.state) for row in rows]


def test_an_entry_without_duties_gets_those_of_its_recording_in_one_record(session: Session) -> None:
    aged(session)
    size = records.size(session)
    [said] = begun(session, "2027-11-01")
    assert said.startswith(
        "entry E-0001: its duties begin: contract until 2028-09-27, launch-contract until 2029-09-27"
    )
    assert duties(session) == [
        ("contract", date(2028, 9, 27), "open"),
        ("launch-contract", date(2029, 9, 27), "open"),
        ("licence", date(2030, 9, 27), "open"),
        ("landing", date(2032, 9, 27), "open"),
        ("term", date(2035, 12, 27), "open"),
    ]
    assert records.size(session) == size + 1
    newest = session.get_one(Record, size)
    assert (newest.act, newest.subject) == ("duties-begun", "claims/C-0001")
    assert {name: len(rows) for name, rows in newest.content["rows"].items()} == {"duties": 5}


def test_no_deadline_is_over_or_nearer_than_a_reminder_when_it_is_given(session: Session) -> None:
    aged(session)
    begun(session, "2029-06-01")
    # Contract and launch contract: 2028-09-27 is over, 2029-09-27 is not; a reminder comes 60 days before.
    assert duties(session)[:2] == [
        ("contract", date(2029, 7, 31), "open"),
        ("launch-contract", date(2029, 9, 27), "open"),
    ]
    due = due_at(session, LATE)
    assert [(row.what, row.about) for row in due if row.what.startswith("duty")] == [("duty-reminder", "contract")]


def test_they_are_given_once_whoever_looked_before(session: Session) -> None:
    aged(session)
    looked = [row for row in due_at(session, SOON) if row.what == BEGIN]
    begun(session, "2027-11-01")
    size = records.size(session)
    assert begun(session, "2027-11-01") == []
    assert [timers.do(session, row, make.REGISTRAR, SOON) for row in looked] == [""]
    assert (records.size(session), len(duties(session))) == (size, 5)


def test_an_entry_with_duties_or_one_that_is_over_is_left_alone(session: Session) -> None:
    in_use(session)
    assert begun(session, "2027-11-01") == []
    relinquishing.end(session, "C-0001", "", report(NEXT_YEAR.date(), sha256=None), make.REGISTRAR, NEXT_YEAR)
    session.execute(delete(Duty))
    assert begun(session, "2028-11-01") == []
    gone = Due(BEGIN, "C-0001", NEXT_YEAR)
    assert timers.do(session, gone, make.REGISTRAR, NEXT_YEAR) == ""


@pytest.mark.parametrize(("state", "kind"), [("IN_USE", "confirmation"), ("SUSPENDED", "resumption")])
def test_what_an_entry_owes_is_what_its_state_asks_for(session: Session, state: str, kind: str) -> None:
    entry = recorded(session)
    session.execute(delete(Duty))
    entry.state = entry.claim.state = state
    session.flush()
    begun(session, "2027-11-01")
    assert duties(session) == [(kind, date(2028, 9, 27), "open"), ("term", date(2035, 12, 27), "open")]
