"""Concentration as it is read from the register."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Credit, Revision
from registry.domain.concentration import Amount
from registry.domain.entries import Entry, Zone
from registry.domain.rounds import Round
from registry.queries.equity import concentration
from registry.services import rounds
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


def test_coalitions_are_those_of_the_date_that_the_newest_policy_names(session: Session) -> None:
    make.announced_round(session)
    for day in ("2027-07-01", "2027-01-01"):
        rounds.publish_policy(session, make.ROUND, make.policy(groups_as_of=day), make.REGISTRAR, make.POLICY_AT)
    rounds.open_round(session, make.ROUND, make.REGISTRAR, make.OPENS)
    for claim in make.filed(session, *make.two_rivals()):
        claim.published_at = make.PUBLISHED
    session.add(make.membership("ilrs", "JPN", since="2027-06-01"))
    session.flush()
    assert [row.holder for row in concentration(session).by(make.ROUND, "coalition")] == ["artemis-accords"]


def test_a_claim_counts_once_for_a_coalition_of_any_party_credited_in_it(session: Session) -> None:
    make.recorded_round(session)
    session.add(Credit(revision_id=_revision(session, "C-0002"), party_id="THA", percent=50, contributions=[]))
    session.flush()
    found = concentration(session).by(make.ROUND, "coalition")
    # Japan and Thailand are in the accords, Thailand alone in the other.
    assert [(row.holder, row.own.claims) for row in found] == [("artemis-accords", 2), ("ilrs", 1)]


def test_a_claim_with_an_entry_is_as_it_was_decided_on_and_any_other_as_it_was_amended_last(session: Session) -> None:
    make.recorded_round(session)
    for claim in ("C-0001", "C-0002"):
        first = session.get_one(Revision, _revision(session, claim))
        cells = {column.key: getattr(first, column.key) for column in Revision.__table__.columns if column.key != "id"}
        later = Revision(**{**cells, "number": 2})
        later.credits = [Credit(party_id="GHA", percent=100, contributions=[])]
        session.add(later)
    session.flush()
    found = concentration(session).by(make.ROUND, "party")
    assert [(row.holder, row.own) for row in found] == [("IND", Amount(1, 1, 13)), ("GHA", Amount(1, 0, 0))]


def test_rounds_come_in_the_order_of_their_announcement_and_what_was_invented_stays_so(session: Session) -> None:
    make.recorded_round(session)
    for name, at in (("2026-9", "2027-12-02"), ("2029-1", "2027-12-01")):
        begins = make.utc(at)
        window = (begins + timedelta(days=1), begins + timedelta(days=2))
        rounds.announce(session, name, name, window, make.REGISTRAR, begins)
    found = concentration(session)
    assert found.rounds == (make.ROUND, "2029-1", "2026-9")
    assert [found.is_invented(name) for name in found.rounds] == [True, True, True]
    session.get_one(Round, make.ROUND).illustrative = False
    session.get_one(Round, "2029-1").illustrative = True
    session.flush()
    found = concentration(session)
    assert [found.is_invented(name) for name in found.rounds] == [False, True, True]


def test_the_largest_stands_first_then_who_claimed_most(session: Session) -> None:
    make.recorded_round(session)
    revision = _revision(session, "C-0001")
    session.add(Credit(revision_id=_revision(session, "C-0002"), party_id="GHA", percent=50, contributions=[]))
    session.add(Credit(revision_id=revision, party_id="THA", percent=50, contributions=[]))
    session.flush()
    found = concentration(session).by(make.ROUND, "party")
    assert [row.holder for row in found] == ["IND", "THA", "GHA", "JPN"]
    session.add(Credit(revision_id=revision, party_id="JPN", percent=25, contributions=[]))
    session.flush()
    # Three take as much; Japan has two claims.
    found = concentration(session).by(make.ROUND, "party")
    assert [row.holder for row in found] == ["JPN", "IND", "THA", "GHA"]


def _revision(session: Session, claim: str) -> int:
    return session.scalars(select(Revision.id).where(Revision.claim_id == claim, Revision.number == 1)).one()
