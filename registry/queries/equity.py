"""Concentration over rounds: what each party, coalition and controller claimed and got. The same for every viewer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from registry.domain.claims import Claim, Credit, Placement, Revision, is_newest
from registry.domain.concentration import By, Share, Weighed, equal_holders, shares
from registry.domain.entries import Entry, Zone
from registry.domain.instruments import Instrument, Membership
from registry.domain.memberships import groups_at
from registry.domain.parties import Controller, Operator, Party
from registry.domain.rounds import Policy, Round
from solver.zones import km2_days


@dataclass(frozen=True, slots=True)
class Concentration:
    """Every share, by round in the order of announcement; `equal_holders` by kind and round."""

    rounds: tuple[str, ...]
    invented: frozenset[str]
    shares: tuple[Share, ...]
    equal_holders: Mapping[By, Mapping[str, float | None]]
    names: Mapping[tuple[By, str], str]

    def by(self, round_id: str, by: str) -> tuple[Share, ...]:
        """The shares of one kind by the end of a round, the largest first."""
        found = (row for row in self.shares if (row.round, row.by) == (round_id, by))
        return tuple(sorted(found, key=lambda row: (-row.so_far.km2_days, -row.so_far.claims, row.holder)))

    def is_invented(self, round_id: str) -> bool:
        """Whether the round, or one before it, is invented."""
        return not self.invented.isdisjoint(self.rounds[: self.rounds.index(round_id) + 1])


def concentration(session: Session) -> Concentration:
    """Read published claims and the entries that stand for them now, in one statement each."""
    listed = session.execute(select(Round.id, Round.illustrative).order_by(Round.announced_at, Round.id)).all()
    rounds = tuple(row.id for row in listed)
    claims = _weighed(session)
    return Concentration(
        rounds=rounds,
        invented=frozenset(row.id for row in listed if row.illustrative),
        shares=shares(rounds, claims),
        equal_holders={by: equal_holders(rounds, claims, by) for by in (By.PARTY, By.CONTROLLER)},
        names=_names(session),
    )


def _weighed(session: Session) -> list[Weighed]:
    entries = _entries(session)
    taken = _km2_days(session)
    groups = _coalitions(session)
    credit = _credit(session)
    chosen = select(Claim.id, Claim.round_id, Revision.id.label("revision"), Operator.controller_id)
    chosen = chosen.join(Revision, Revision.claim_id == Claim.id).join(Operator, Revision.operator_id == Operator.id)
    # A claim with an entry is as it was decided on; any other as it was amended last.
    decided = select(Entry.id).where(Entry.claim_id == Claim.id).exists()
    of_entry = Revision.id.in_(select(Placement.revision_id).join(Entry, Entry.placement_id == Placement.id))
    chosen = chosen.where(Claim.published_at.is_not(None), or_(of_entry, ~decided & is_newest()))
    return [
        Weighed(
            round=row.round_id,
            credit=credit[row.revision],
            coalitions=frozenset(
                name for party in credit[row.revision] for name in groups[row.round_id].get(party, ())
            ),
            controller=row.controller_id,
            has_entry=row.id in entries,
            km2_days=taken.get(entries.get(row.id, ""), 0),
        )
        for row in session.execute(chosen.order_by(Claim.id))
    ]


def _entries(session: Session) -> Mapping[str, str]:
    """The entry that stands for each claim now: the one that no other took the place of."""
    later = aliased(Entry)
    superseded = select(later.id).where(later.supersedes_id == Entry.id).exists()
    return {row.claim_id: row.id for row in session.execute(select(Entry.claim_id, Entry.id).where(~superseded))}


def _km2_days(session: Session) -> Mapping[str, int]:
    """What each entry takes, rounded up once."""
    zones: dict[str, list[tuple[int, int]]] = defaultdict(list)
    chosen = select(Zone.entry_id, Zone.keep_out_m, Zone.start_day, Zone.end_day)
    for row in session.execute(chosen):
        zones[row.entry_id].append((row.keep_out_m, row.end_day - row.start_day))
    return {entry: km2_days(phases) for entry, phases in zones.items()}


def _credit(session: Session) -> Mapping[int, Mapping[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in session.execute(select(Credit.revision_id, Credit.party_id, Credit.percent)):
        found[row.revision_id][row.party_id] = row.percent
    return found


def _coalitions(session: Session) -> Mapping[str, Mapping[str, Any]]:
    """For each round, the groups of each party that its newest policy names, on the date that it names."""
    memberships = list(session.scalars(select(Membership)))
    found: dict[str, Mapping[str, Any]] = defaultdict(dict)
    for policy in session.scalars(select(Policy).order_by(Policy.round_id, Policy.version)):
        day = date.fromisoformat(policy.content["groups_as_of"])
        found[policy.round_id] = groups_at(memberships, policy.content["groups"], day)
    return found


def _names(session: Session) -> Mapping[tuple[By, str], str]:
    kinds = ((By.PARTY, Party), (By.COALITION, Instrument), (By.CONTROLLER, Controller))
    return {(by, row.id): row.name for by, kind in kinds for row in session.execute(select(kind.id, kind.name))}
