"""What the site bank does beside its steps: duties that entries bring, what follows from them, and what the clock does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.claims import Claim
from registry.domain.duties import Duty
from registry.domain.entries import Entry
from registry.domain.instants import utc_text
from registry.domain.site_bank import BankedSite, Counted, PairState, Which, who_is_over
from registry.domain.site_bank_policy import ACCEPTS_NO_OFFER
from registry.queries import bank_room, site_bank
from registry.queries.instances import entry_of
from registry.services import pairs
from registry.services.acting import get, require_role
from registry.services.errors import ConflictError
from registry.services.lives import Life
from registry.services.recording import record
from solver import geometry

SILENCE = "nobody chose in time: the second site is banked"


def begin(session: Session, claim: Claim, at: datetime) -> Sequence[Base]:
    """The duty that a new entry brings, with its notices, for the record of the entry; nothing where none is owed."""
    section = pairs.section_of(session, claim)
    credited = frozenset(row.party_id for row in claim.current.credits)
    new = Counted(claim.id, credited, "")
    found = who_is_over(new, site_bank.counted(session), section["entries"]) if section else None
    if section is None or found is None:
        return []
    duty = pairs.open_duty(session, claim, at, section["offer"])
    said = {"party": found[0], "entries": found[1], "due_at": utc_text(duty.due_at)}
    return [duty, *pairs.tell(session, "second-site-due", f"claims/{claim.id}", claim, said, at)]


def require_settled(session: Session, claim: Claim) -> None:
    """Refuse a further offer to a party that was found not to have offered its second site, if that policy says so."""
    parties = {claim.filed_by_id, *(row.party_id for row in claim.current.credits)}
    for row in site_bank.owed(session):
        if row.is_overdue and row.consequence == ACCEPTS_NO_OFFER and row.party in parties:
            raise ConflictError(
                f"party {row.party} owes a second site for claim {row.claim} since {utc_text(row.due_at)}, and no further "
                f"offer is accepted until it is offered: registry bank offer {row.claim}"
            )


def require_chosen(session: Session, claim_id: str) -> None:
    """Refuse to bring an entry into use while the agency can still choose its site."""
    chosen = select(BankedSite).where(BankedSite.entry_claim_id == claim_id, BankedSite.state == PairState.OFFERED)
    pair = session.scalars(chosen).first()
    if pair is not None:
        raise ConflictError(
            f"claim {claim_id} is in pair {pair.id} of the site bank, and the agency chooses one of its two sites until "
            f"{utc_text(pair.choose_by_at)}; bring it into use after that"
        )


def take(session: Session, entry: Entry, actor: Actor, at: datetime) -> list[Base]:
    """Close the banked sites that a new entry stands on, for the record of the entry."""
    rows: list[Base] = []
    ground = geometry.footprint(entry.ground)
    for pair in session.scalars(select(BankedSite).where(BankedSite.state == PairState.BANKED).order_by(BankedSite.id)):
        away_m = geometry.distance_m(ground, geometry.footprint(pair.footprint))
        if geometry.is_too_near(away_m, bank_room.keep_out_m(pair.room)):
            pair.state = pairs.target(pair, "take", actor)
            pair.taken_by_id, pair.closed_at = entry.claim_id, at
            rows += [
                pair,
                *pairs.told_closed(session, pair, f"claim {entry.claim_id} has the place as entry {entry.id}", at),
            ]
    return rows


def expire(session: Session, site_id: str, actor: Actor, at: datetime) -> str:
    """Do what the clock does to a pair: bank the second site that nobody chose from, or end the time of the bank.

    Gives back what was done, empty if nothing is due. A second site that is free no more cannot be banked: another is owed.
    """
    require_role(actor, "registrar", SYSTEM_ROLE)
    pair = get(session, BankedSite, site_id, "pair")
    if not pair.is_over_at(at):
        return ""
    if pair.state == PairState.BANKED:
        over = pairs.target(pair, "expire", actor, {"keeping-over"})
        pairs.closed(session, pair, over, "the time for which it was banked is over", actor, at)
        return f"banked site {site_id}: its time is over"
    if pairs.in_the_way(session, pair, entry_of(session, pair.entry_claim_id), at):
        pairs.target(pair, "void", actor, {"choice-over"})
        pairs.refused(session, pair, "nobody chose in time, and the second site is free no more", actor, at)
        return f"pair {site_id}: refused, because its second site is free no more"
    pairs.target(pair, "expire", actor, {"choice-over"})
    pairs.banked(session, pair, Which.SECOND, "silence", SILENCE, [], actor, at)
    return f"pair {site_id}: {SILENCE}"


def miss(session: Session, life: Life, duty: Duty, actor: Actor, at: datetime) -> str:
    """State that the second site was not offered in time; the policy says what follows."""
    section = pairs.section_of(session, life.claim)
    assert section is not None, "only a policy with the section makes a duty"
    stops = section["overdue"] == ACCEPTS_NO_OFFER
    consequence = (
        "no further offer to the party is accepted until it is offered" if stops else "nothing but this finding"
    )
    said = {"party": life.claim.filed_by_id, "due_at": utc_text(duty.due_at), "consequence": consequence}
    told = pairs.tell(session, "second-site-missed", f"claims/{life.claim.id}", life.claim, said, at)
    record(session, at, actor, "second-site-missed", f"claims/{life.claim.id}", [duty, *told])
    return f"claim {life.claim.id}: no second site was offered in time; {consequence}"
