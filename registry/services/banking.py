"""The site bank: a second site is owed, offered beside the first, and the agency keeps one of the two free for others.

One divides, the other chooses: the party says which two sites are of equal score, the agency takes whichever it wants. If it
takes the site of the entry, the entry moves to the second one; it does so only before it is used, and while no round is
between its freezing and its conclusion. Silence of the agency banks the second site, silence of the party is a finding.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.duties import Duty, DutyState
from registry.domain.entries import Entry, EntryState
from registry.domain.instants import utc_text
from registry.domain.site_bank import BankedSite, PairState, Which
from registry.domain.site_scores import shown
from registry.domain.timers import deadline
from registry.queries import bank_room, site_bank
from registry.queries.instances import entry_of
from registry.services import lives, pair_offers, pairs
from registry.services.acting import get, get_claim, require_own_party, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record
from registry.services.wording import worded

CHOOSERS = ("registrar", "council")


def offer(session: Session, claim_id: str, document: Any, actor: Actor, at: datetime) -> BankedSite:
    """Offer the pair that is owed for a claim: for one of the party's entries, a second site of equal score.

    It is accepted after the deadline, too: the finding stands, and what followed from it ends.

    Raises
    ------
    ConflictError
        If the claim owes none, or the second site is not free.
    ValidationError
        With every fault in the document (`registry.services.pair_offers`).
    """
    require_role(actor, "delegate", "registrar")
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    duty, section = _owed(session, claim), pairs.section_of(session, claim)
    assert section is not None, "only a policy with the section makes a duty"
    read = pair_offers.read(session, claim, section, document)
    pair = _pair(session, claim, duty, section, read, at)
    _require_free(session, pair, read.entry, at)
    pairs.require_movable(session, pair)
    if duty.state == DutyState.OPEN:
        duty.close(DutyState.MET, at)
    session.add(pair)
    session.flush()
    said = {
        **pairs.said_of(pair),
        "scores": f"{pair.first_score:g} and {pair.second_score:g} by {section['score']['by']}",
        "choose_by": utc_text(pair.choose_by_at),
    }
    told = pairs.tell(session, "second-site-offered", f"bank/{pair.id}", claim, said, at)
    record(session, at, actor, "second-site-offered", f"bank/{pair.id}", [pair, duty, *told])
    return pair


def _owed(session: Session, claim: Claim) -> Duty:
    """The duty that a pair would meet; ConflictError where there is none."""
    found = site_bank.owed(session, claim.id)
    if found:
        return session.get_one(Duty, found[-1].duty)
    offered = session.scalars(
        select(BankedSite).where(BankedSite.claim_id == claim.id).order_by(BankedSite.id.desc())
    ).first()
    if offered is not None:
        raise ConflictError(f"claim {claim.id} owes nothing: pair {offered.id} was offered and is {offered.state}")
    raise ConflictError(f"claim {claim.id} owes no second site; `registry bank list` says what is owed")


def _pair(
    session: Session, claim: Claim, duty: Duty, section: dict[str, Any], read: pair_offers.Pair, at: datetime
) -> BankedSite:
    number = (session.scalar(select(func.count()).select_from(BankedSite)) or 0) + 1
    return BankedSite(
        id=f"B-{number:04d}",
        claim_id=claim.id,
        duty_id=duty.id,
        party_id=claim.filed_by_id,
        entry_claim_id=read.entry.claim_id,
        entry_id=read.entry.id,
        first_place=read.entry.place,
        first_name=f"site of entry {read.entry.id}",
        first_footprint=dict(read.entry.ground),
        second_place=read.second.place,
        second_name=read.second.name,
        second_footprint=dict(read.second.footprint),
        second_placement=read.second.placement,
        first_score=shown(read.first_score),
        second_score=shown(read.second_score),
        scores=dict(read.scores),
        source=read.source,
        room=dict(section["room"]),
        state=PairState.OFFERED,
        offered_at=at,
        choose_by_at=deadline(at, section["choose"]),
        reason="",
        illustrative=claim.illustrative,
    )


def _require_free(session: Session, pair: BankedSite, entry: Entry, at: datetime) -> None:
    found = pairs.in_the_way(session, pair, entry, at)
    if found:
        raise ConflictError(f"the second site is not free: it is too near to {'; '.join(found)}")


def choose(session: Session, site_id: str, which: str, reason: str, actor: Actor, at: datetime) -> BankedSite:
    """Bank one of the two sites, in time; with `first` the entry moves to the second one.

    Raises
    ------
    ConflictError
        If the pair was chosen from, its time is over, the second site was taken since, or the entry cannot move.
    """
    pair = _open_pair(session, site_id, actor, at)
    if which not in list(Which):
        raise ValidationError([f"which: {which!r} is unknown; use first or second"])
    kept = worded("reason", reason)
    pairs.target(pair, "choose", actor, set() if pair.is_over_at(at) else {"choice-open"})
    entry = entry_of(session, pair.entry_claim_id)
    found = pairs.in_the_way(session, pair, entry, at)
    if found:
        raise ConflictError(
            f"the second site of pair {site_id} is free no more: it is too near to {'; '.join(found)}; refuse the pair, and "
            "another is owed"
        )
    rows = _exchange(session, pair, entry, actor, at) if which == Which.FIRST else []
    return pairs.banked(session, pair, Which(which), "agency", kept, rows, actor, at)


def _open_pair(session: Session, site_id: str, actor: Actor, at: datetime) -> BankedSite:
    """A pair, for somebody who may choose from it: nobody chooses for the own party."""
    require_role(actor, *CHOOSERS)
    pair = get(session, BankedSite, site_id, "pair")
    check_at(session, f"bank/{site_id}", at)
    if actor.party is not None and actor.party == pair.party_id:
        raise NotAllowedError(
            f"pair {site_id} was offered by {pair.party_id}; somebody of another party chooses from it"
        )
    return pair


def _exchange(session: Session, pair: BankedSite, entry: Entry, actor: Actor, at: datetime) -> list[Base]:
    """Move the entry to the second site; its days and zones stay, around the other place."""
    if entry.id != pair.entry_id or entry.state != EntryState.RECORDED:
        raise ConflictError(
            f"entry {entry.id} is {entry.state} and not as it was offered; its site cannot be exchanged. Choose the second "
            "site, or refuse the pair"
        )
    under_way = bank_room.rounds_under_way(session)
    if under_way:
        raise ConflictError(
            f"round {', '.join(under_way)} is frozen and not concluded, and entries stay where they are until it is; choose "
            "later, or the second site"
        )
    pairs.require_movable(session, pair)
    life = lives.life_of(session, pair.entry_claim_id, actor, at, own_party=False)
    life.rows.clear()  # the claim stays as it is
    ground = dict(pair.second_footprint)
    lives.supersede(session, life, at, "site-exchanged", footprint=ground, place_id=pair.second_place)
    return life.rows


def refuse(session: Session, site_id: str, reason: str, actor: Actor, at: datetime) -> BankedSite:
    """Refuse a pair whose statements do not hold; while the entry lasts another one is owed, with the time `again`."""
    pair = _open_pair(session, site_id, actor, at)
    kept = worded("reason", reason)
    pairs.target(pair, "refuse", actor, set() if pair.is_over_at(at) else {"choice-open"})
    return pairs.refused(session, pair, kept, actor, at)


def release(session: Session, site_id: str, reason: str, actor: Actor, at: datetime) -> BankedSite:
    """Keep a banked site free no more: from the next policy on it is room like any other."""
    require_role(actor, "registrar")
    pair = get(session, BankedSite, site_id, "pair")
    check_at(session, f"bank/{site_id}", at)
    kept = worded("reason", reason)
    return pairs.closed(session, pair, pairs.target(pair, "release", actor), kept, actor, at)
