"""Parties with their dated memberships; bridge States are computed for a date."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.instruments import Instrument, Membership
from registry.domain.memberships import bridge_states, groups_at
from registry.domain.parties import Operator, Party


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party and the instruments in which it certainly is a member on the day asked for."""

    id: str
    name: str
    kind: str
    groups: tuple[str, ...]
    bridge: bool
    source: str


@dataclass(frozen=True, slots=True)
class MembershipView:
    """A status as the source gives it: dates may be partial or empty, and unconfirmed ones say so."""

    instrument: str
    instrument_name: str
    status: str
    since: str
    until: str
    date_confirmed: bool
    counts: bool
    source: str


@dataclass(frozen=True, slots=True)
class PartyPage:
    """One party with its memberships and operators."""

    row: PartyRow
    memberships: tuple[MembershipView, ...]
    operators: tuple[tuple[str, str, str], ...]


def list_parties(session: Session, day: date) -> tuple[PartyRow, ...]:
    """Every party by id, with its memberships on `day`."""
    rows = list(session.scalars(select(Membership)))
    groups = groups_at(rows, {row.instrument_id for row in rows}, day)
    bridges = bridge_states(rows, day)
    return tuple(
        PartyRow(party.id, party.name, party.kind, groups.get(party.id, ()), party.id in bridges, party.source)
        for party in session.scalars(select(Party).order_by(Party.id))
    )


def party_page(session: Session, party_id: str, day: date) -> PartyPage | None:
    """The party with this id, or None; `counts` tells which statuses make it a member on `day`."""
    row = next((party for party in list_parties(session, day) if party.id == party_id), None)
    if row is None:
        return None
    found = session.execute(
        select(Membership, Instrument.name)
        .join(Instrument)
        .where(Membership.party_id == party_id)
        .order_by(Membership.instrument_id, Membership.id)
    )
    memberships = tuple(
        MembershipView(
            instrument=membership.instrument_id,
            instrument_name=name,
            status=membership.status,
            since=membership.since,
            until=membership.until,
            date_confirmed=membership.date_confirmed,
            counts=membership.is_member_at(day),
            source=membership.source,
        )
        for membership, name in found
    )
    operators = session.scalars(select(Operator).where(Operator.party_id == party_id).order_by(Operator.id))
    return PartyPage(row, memberships, tuple((row.id, row.name, row.controller_id) for row in operators))


def list_instruments(session: Session) -> tuple[Instrument, ...]:
    """Every instrument by id."""
    return tuple(session.scalars(select(Instrument).order_by(Instrument.id)))
