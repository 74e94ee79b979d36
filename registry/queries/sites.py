"""Placements of claims as sites on one calendar: what is asked for in a round, and what is recorded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, ClaimState, Placement, Revision
from registry.domain.entries import Entry, superseded
from registry.domain.overlaps import Site, Stay
from registry.domain.rounds import Round
from solver import geometry

ASKED = (ClaimState.COORDINATION, ClaimState.READY)
RECORDED = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)


def concerned(session: Session, claim: Claim) -> list[Claim]:
    """The claims of other parties that a claim entering coordination may affect, by id: those of its round that are in
    coordination or ready, and those of any round with an entry.
    """
    asked = (Claim.round_id == claim.round_id) & Claim.state.in_(ASKED)
    chosen = select(Claim).where(
        or_(asked, Claim.state.in_(RECORDED)), Claim.id != claim.id, Claim.filed_by_id != claim.filed_by_id
    )
    parts = selectinload(Claim.revisions).selectinload(Revision.placements).selectinload(Placement.phases)
    return sorted(session.scalars(chosen.options(parts)), key=lambda row: row.id)


def sites(session: Session, claims: Sequence[Claim]) -> dict[str, list[Site]]:
    """Where claims may be and when, by the ids of the claims: each placement asked for, or the one that an entry has.

    Starts count from the first day of the calendar, so that claims of rounds with different epochs can be compared.
    """
    epochs = {round_id: _epoch(session, round_id) for round_id in {row.round_id for row in claims}}
    return {row.id: list(_sites(session, row, epochs[row.round_id])) for row in claims}


def _sites(session: Session, claim: Claim, epoch: int) -> Iterator[Site]:
    if claim.state not in RECORDED:
        yield from (_site(row, epoch + row.first_day, epoch + row.last_day) for row in claim.current.placements)
        return
    newest = select(Entry).where(Entry.claim_id == claim.id, Entry.id.not_in(superseded()))
    entry = session.scalars(newest).first()
    if entry is not None:
        day = entry.valid_from.toordinal()
        yield _site(entry.placement, day, day, entry.ground)


def _epoch(session: Session, round_id: str) -> int:
    policy = session.get_one(Round, round_id).policy
    assert policy is not None, "a round opens only with a policy"
    return date.fromisoformat(policy.content["epoch"]).toordinal()


def _site(placement: Placement, first_day: int, last_day: int, ground: Mapping[str, Any] | None = None) -> Site:
    stays = tuple(Stay(phase.offset_days, phase.days, phase.keep_out_m) for phase in placement.phases)
    return Site(placement.public_id, _shape(json.dumps(ground or placement.footprint)), first_day, last_day, stays)


@lru_cache(maxsize=4096)
def _shape(document: str) -> BaseGeometry:
    """The geometry of a footprint, built once for the many claims that one claim is compared with."""
    return geometry.footprint(json.loads(document))
