"""Services between entries: who may offer, rely, leave and end, and what the register then says."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.notices import Notice
from registry.domain.shared_services import Loss, SharedService
from registry.log import records
from registry.log.records import Record
from registry.queries.shared_services import breaks_with, list_services
from registry.services import relinquishing, sharing
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.evidence import Report
from tests.registry.services.sharing_cases import AT, IND, JPN, offered_by_japan, relied_on, two_entries


def test_a_service_that_is_relied_on_says_what_breaks(session: Session) -> None:
    relied_on(session)
    (row,) = list_services(session)
    assert (row.id, row.kind, row.claim, row.party, row.is_over) == ("S-0001", "power", "C-0002", "JPN", False)
    assert [(held.claim, held.vital, held.need) for held in row.relied_on_by] == [("C-0001", True, "heat at night")]
    stop = Loss(1, "C-0001", "power", ("S-0001",), stops=True)
    assert (row.breaks, breaks_with(session, "C-0002"), breaks_with(session, "C-0001")) == ((stop,), (stop,), ())


def test_a_service_is_over_with_its_entry_and_nobody_relies_on_it_then(session: Session) -> None:
    relied_on(session)
    session.get_one(Claim, "C-0002").state = "ENDED"
    session.flush()
    (row,) = list_services(session)
    assert (row.is_over, row.breaks) == (True, ())


def test_ending_a_service_ends_what_was_relied_on_in_one_record(session: Session) -> None:
    relied_on(session)
    sharing.end(session, "S-0001", "the mast fell", JPN, AT)
    record = session.query(Record).order_by(Record.index.desc()).first()
    assert record is not None
    assert (record.act, record.subject, record.content["reason"]) == (
        "service-ended", "services/S-0001", "the mast fell",
    )  # fmt: skip
    assert {name: len(rows) for name, rows in record.content["rows"].items()} == {
        "notices": 1, "service_reliances": 1, "shared_services": 1,
    }  # fmt: skip
    (row,) = list_services(session)
    assert (row.is_over, row.relied_on_by, row.breaks) == (True, (), ())
    with pytest.raises(ConflictError, match="service S-0001 has ended"):
        sharing.end(session, "S-0001", "again", JPN, AT)
    with pytest.raises(ConflictError, match="service S-0001 has ended"):
        sharing.rely(session, "S-0001", "C-0001", "again", IND, AT, vital=False)


def test_a_service_that_has_ended_does_not_end_again_with_its_entry(session: Session) -> None:
    relied_on(session)
    sharing.offer(session, "C-0001", "relay", "To Earth.", 1, IND, AT)
    sharing.end(session, "S-0002", "the mast fell", IND, AT)
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        sharing.end(session, "S-0001", "it is ours", IND, AT)
    later = AT + timedelta(days=1)
    assert [row.service_id for row in sharing.end_with(session, "C-0001", "over", later)] == ["S-0001"]
    assert session.get_one(SharedService, "S-0002").ended_at == AT


def test_an_entry_that_is_over_loses_nothing_more(session: Session) -> None:
    relied_on(session)
    session.get_one(Claim, "C-0001").state = "LAPSED"
    session.flush()
    (row,) = list_services(session)
    assert (row.is_over, row.breaks) == (False, ())


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notice).where(Notice.kind == "service-ended").order_by(Notice.id))
    return [(row.addressee, row.text) for row in rows]


def test_who_relies_on_a_service_is_told_when_it_ends_and_nobody_else(session: Session) -> None:
    relied_on(session)
    sharing.end(session, "S-0001", "the mast fell", JPN, AT)
    [(addressee, text)] = told(session)
    assert addressee == "party/IND"
    assert (
        "Service S-0001 (power: 50 W from the mast), offered by the entry of claim C-0002, has ended: the mast fell."
        in text
    )
    assert "heat at night. It is vital: without another one of this kind it has to stop." in text


def test_who_has_left_is_not_told(session: Session) -> None:
    relied_on(session)
    sharing.leave(session, "S-0001", "C-0001", "own cells", IND, AT)
    sharing.end(session, "S-0001", "the mast fell", JPN, AT)
    assert told(session) == []


def test_with_an_entry_end_its_services_and_what_it_relies_on_in_the_same_record(session: Session) -> None:
    relied_on(session)
    sharing.offer(session, "C-0001", "relay", "To Earth.", 1, IND, AT)
    sharing.rely(session, "S-0002", "C-0002", "contact", JPN, AT, vital=False)
    size = records.size(session)
    relinquishing.end(session, "C-0001", "", Report(AT.date(), "We go."), IND, AT)
    assert records.size(session) == size + 1
    content = session.get_one(Record, size).content["rows"]
    assert [row["id"] for row in content["shared_services"]] == ["S-0002"]
    assert [(row["service_id"], row["ended_at"]) for row in content["service_reliances"]] == [
        ("S-0002", "2028-03-01T00:00:00Z"), ("S-0001", "2028-03-01T00:00:00Z"),
    ]  # fmt: skip
    [(addressee, text)] = told(session)
    assert (addressee, "its entry is over (relinquished)" in text) == ("party/JPN", True)
    mast, relay = list_services(session)
    assert (mast.is_over, mast.relied_on_by, relay.is_over) == (False, (), True)


def test_leaving_makes_room_for_another(session: Session) -> None:
    relied_on(session)
    with pytest.raises(ConflictError, match="relies on service S-0001 already"):
        sharing.rely(session, "S-0001", "C-0001", "more", IND, AT, vital=False)
    sharing.leave(session, "S-0001", "C-0001", "own cells", IND, AT)
    sharing.rely(session, "S-0001", "C-0001", "the cells failed", IND, AT, vital=False)
    with pytest.raises(ConflictError, match="claim C-0002 does not rely on service S-0001"):
        sharing.leave(session, "S-0001", "C-0002", "never", JPN, AT)


def test_a_service_serves_as_many_as_it_can_and_never_its_own_entry(session: Session) -> None:
    relied_on(session)
    with pytest.raises(ConflictError, match="is offered by claim C-0002 itself"):
        sharing.rely(session, "S-0001", "C-0002", "own", JPN, AT, vital=False)
    third = sharing.offer(session, "C-0001", "power", "cells", 1, IND, AT)
    sharing.rely(session, third.id, "C-0002", "spare", JPN, AT, vital=False)
    session.get_one(Claim, "C-0001").state = "LAPSED"
    session.flush()
    with pytest.raises(ConflictError, match="claim C-0001 is LAPSED; services are shared between recorded entries"):
        sharing.rely(session, "S-0001", "C-0001", "again", IND, AT, vital=False)


def test_a_full_service_refuses_one_more(session: Session) -> None:
    relied_on(session)
    reliance = sharing.leave(session, "S-0001", "C-0001", "own cells", IND, AT)
    reliance.ended_at, reliance.claim_id = None, "C-0002"  # as if another entry had come first
    session.flush()
    with pytest.raises(ConflictError, match="serves 1 entries, all that it can"):
        sharing.rely(session, "S-0001", "C-0001", "again", IND, AT, vital=False)


def test_faults_of_an_offer_are_told_at_once(session: Session) -> None:
    two_entries(session)
    with pytest.raises(ValidationError, match=r"kind: 'air' is unknown; use one of power, relay, rescue, pad"):
        sharing.offer(session, "C-0001", "air", "air", 0, IND, AT)
    for serves in (0, 1001):
        with pytest.raises(ValidationError, match=f"serves: {serves} is not from 1 to 1000"):
            sharing.offer(session, "C-0001", "pad", "A pad.", serves, IND, AT)
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        sharing.offer(session, "C-0001", "pad", "A pad.", 1, JPN, AT)
    with pytest.raises(ValidationError, match="what: it is empty"):
        sharing.offer(session, "C-0001", "pad", " ", 1, IND, AT)


def test_an_offer_needs_an_entry(session: Session) -> None:
    offered_by_japan(session)
    session.get_one(Claim, "C-0002").state = "READY"
    session.flush()
    with pytest.raises(ConflictError, match="claim C-0002 is READY"):
        sharing.rely(session, "S-0001", "C-0001", "heat", IND, AT, vital=False)
