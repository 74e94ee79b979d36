"""Services between entries: who may offer, rely, leave and end, and what the register then says."""

import pytest
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.shared_services import Loss
from registry.log.records import Record
from registry.queries.shared_services import breaks_with, list_services
from registry.services import sharing
from registry.services.errors import ConflictError, ValidationError
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
        sharing.rely(session, "S-0001", "C-0001", "again", IND, AT, vital=False)


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
    with pytest.raises(ValidationError, match="what: it is empty"):
        sharing.offer(session, "C-0001", "pad", " ", 1, IND, AT)


def test_an_offer_needs_an_entry(session: Session) -> None:
    offered_by_japan(session)
    session.get_one(Claim, "C-0002").state = "READY"
    session.flush()
    with pytest.raises(ConflictError, match="claim C-0002 is READY"):
        sharing.rely(session, "S-0001", "C-0001", "heat", IND, AT, vital=False)
