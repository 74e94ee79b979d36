"""Accepted offers become entries with a finite term and one zone for each phase."""

from datetime import date, timedelta

import pytest
from shapely.geometry import shape
from sqlalchemy.orm import Session

from registry.services import entering
from registry.services.errors import ConflictError, NotAllowedError
from tests import factories as make


def test_an_accepted_offer_becomes_an_entry_with_a_finite_term(session: Session) -> None:
    [entry] = make.recorded_round(session)
    # Epoch 2027-10-01, start day 10, one phase of 100 days.
    assert (entry.id, entry.claim_id, entry.start_day) == ("E-0001", "C-0001", 10)
    assert (entry.valid_from, entry.valid_until) == (date(2027, 10, 11), date(2028, 1, 19))
    assert (entry.claim.state, entry.state, entry.illustrative) == ("RECORDED", "RECORDED", True)


def test_each_phase_gets_a_zone_that_ends_with_it(session: Session) -> None:
    [entry] = make.recorded_round(session)
    [zone] = entry.zones
    assert (zone.phase, zone.keep_out_m, zone.method_id) == ("operation", 200, "static-science")
    assert (zone.valid_from, zone.valid_until) == (date(2027, 10, 11), date(2028, 1, 19))
    assert shape(zone.outline).contains(shape(entry.placement.footprint).buffer(200))


def test_an_offer_is_accepted_until_its_deadline(session: Session) -> None:
    make.adopted_round(session)
    last_moment = make.DECIDED + timedelta(days=60)
    with pytest.raises(ConflictError, match="the time to answer the offer is over"):
        entering.accept(session, "C-0001", make.DELEGATE, last_moment + timedelta(seconds=1))
    assert entering.accept(session, "C-0001", make.DELEGATE, last_moment).id == "E-0001"


def test_an_offer_is_accepted_once(session: Session) -> None:
    make.recorded_round(session)
    with pytest.raises(ConflictError, match="C-0001 is RECORDED; there is no offer to answer"):
        entering.accept(session, "C-0001", make.DELEGATE, make.RECORDED)


def test_a_claim_without_allotment_has_no_offer(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ConflictError, match="C-0002 is READY; there is no offer to answer"):
        entering.accept(session, "C-0002", make.REGISTRAR, make.RECORDED)


def test_another_party_cannot_accept(session: Session) -> None:
    make.adopted_round(session)
    foreign = make.Actor("yuki@example.org", "delegate", "JPN")
    with pytest.raises(NotAllowedError, match="the own party only: JPN, not IND"):
        entering.accept(session, "C-0001", foreign, make.RECORDED)
