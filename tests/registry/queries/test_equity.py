"""Concentration as it is read from the register."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.concentration import Amount
from registry.domain.entries import Entry, Zone
from registry.queries.equity import concentration
from tests import factories as make


def test_an_empty_register_has_no_shares(session: Session) -> None:
    found = concentration(session)
    assert (found.rounds, found.shares) == ((), ())


def test_published_claims_and_entries_are_counted_with_their_zones(session: Session) -> None:
    make.recorded_round(session)
    found = concentration(session)
    # 100 days of 200 m around a point: pi x 0.04 km2 x 100 = 12.57 km2 days, rounded up.
    (ind, jpn) = found.by(make.ROUND, "party")
    assert (ind.holder, ind.so_far, ind.percent_of_km2_days) == ("IND", Amount(1, 1, 13), 100.0)
    assert (jpn.holder, jpn.so_far) == ("JPN", Amount(1, 0, 0))
    assert [(row.holder, row.own.claims) for row in found.by(make.ROUND, "coalition")] == [("artemis-accords", 2)]
    assert [row.holder for row in found.by(make.ROUND, "controller")] == ["AGENCY"]
    assert found.equal_holders["party"][make.ROUND] == 1.0
    assert found.is_invented(make.ROUND)


def test_an_entry_that_took_the_place_of_another_counts_instead_of_it(session: Session) -> None:
    (entry,) = make.recorded_round(session)
    cells = {column.key: getattr(entry, column.key) for column in Entry.__table__.columns}
    smaller = Entry(**{**cells, "id": "E-0002", "supersedes_id": entry.id})
    zone = entry.zones[0]
    told = {column.key: getattr(zone, column.key) for column in Zone.__table__.columns if column.key != "id"}
    smaller.zones = [
        Zone(**{**told, "entry_id": "E-0002", "end_day": zone.start_day + 10, "valid_until": _later(zone)})
    ]
    session.add(smaller)
    session.flush()
    ind = concentration(session).by(make.ROUND, "party")[0]
    assert ind.so_far == Amount(1, 1, 2)


def _later(zone: Zone) -> date:
    return zone.valid_from + timedelta(days=10)


def test_a_claim_that_is_not_published_is_counted_for_nobody(session: Session) -> None:
    make.recorded_round(session)
    for claim in session.scalars(select(Claim)):
        claim.published_at = None
    session.flush()
    assert concentration(session).shares == ()
