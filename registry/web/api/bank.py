"""The site bank for programs: what is owed by whom, the pairs that were offered, what is kept; and offering a pair."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from flask import Response
from sqlalchemy.orm import Session

from registry.domain import api_tokens as scopes
from registry.domain.site_bank import BankedSite, PairState
from registry.queries import site_bank
from registry.services import banking
from registry.web.api import bodies, taken
from registry.web.api.blueprint import CHANGES, listing, operation, single
from registry.web.api.callers import needs
from registry.web.api.claims import ClaimPath
from registry.web.api.filing import KeyHeader
from registry.web.api.models import Json, Model, says
from registry.web.api.once import once
from registry.web.api.paging import Paging
from registry.web.sessions import session


class Pair(Model):
    """Two sites of equal score that a party offered: the agency keeps one of them free for others."""

    id: str = says("Its id, for example B-0001")
    claim_id: str = says("Claim whose entry brought the duty to offer it")
    party_id: str = says("Party that offered it")
    entry_claim_id: str = says("Claim for whose entry it was offered")
    entry_id: str = says("That entry as it was")
    first_place: str = says("Region or feature of the site of the entry")
    first_name: str = says("Its name")
    first_footprint: Json = says("GeoJSON geometry in metres of IAU_2015:30135")
    second_place: str = says("Region or feature of the second site")
    second_name: str = says("Its name")
    second_footprint: Json = says("GeoJSON geometry in metres of IAU_2015:30135")
    second_placement: str | None = says("Placement that it was filed as, if it was")
    first_score: float = says("Score of the site of the entry, 0 to 100")
    second_score: float = says("Score of the second site, 0 to 100")
    scores: Json = says("By what the scores were computed: way, scale, measures, tolerance")
    source: str = says("Where the measures come from, as the party says")
    room: Json = says("Method and inputs by which the banked site is kept free")
    state: PairState = says("State of the pair")
    offered_at: datetime = says("When it was offered")
    choose_by_at: datetime = says("Until when the agency can choose")
    chosen: Literal["first", "second"] | None = says("Site that is kept; null where none was chosen")
    chosen_at: datetime | None = says("When it was chosen")
    chosen_by: str | None = says("agency, or silence: the second site is kept where nobody chose in time")
    reason: str = says("Why")
    held_until: date | None = says("First day on which it is kept no more")
    closed_at: datetime | None = says("When it was refused, released, taken or over")
    taken_by_id: str | None = says("Claim that has the place now")
    illustrative: bool = says("Whether it is invented")


class Owed(Model):
    """A second site that a party still has to offer."""

    duty: int = says("Number of the duty")
    claim: str = says("Claim of the entry that brought it")
    round: str = says("Its round")
    party: str = says("Party that owes it")
    since_at: datetime = says("Since when")
    due_at: datetime = says("Until when it is offered in time")
    is_overdue: bool = says("Whether it was found that it was not")
    consequence: str = says("What follows from that, by the policy")


class PairsQuery(Paging):
    """Pairs, filtered."""

    party: str | None = says("Only those that this party offered", default=None, max_length=16)
    state: PairState | None = says("Only those in this state; BANKED is what is kept now", default=None)


class OwedQuery(Paging):
    """What is owed, filtered."""

    party: str | None = says("Only by this party", default=None, max_length=16)


class PairPath(Model):
    """One pair."""

    site_id: str = says("Id of the pair, for example B-0001")


@listing("/bank/pairs", Pair, "bank")
def pairs(query: PairsQuery) -> Sequence[BankedSite]:
    """The pairs of sites that were offered to the site bank."""
    found = site_bank.bank(session()).pairs
    return [row for row in found if query.party in (None, row.party_id) and query.state in (None, row.state)]


@single("/bank/pairs/<site_id>", Pair, "bank", "pair")
def pair(path: PairPath) -> BankedSite | None:
    """One pair with both sites, their scores and how these came about."""
    return session().get(BankedSite, path.site_id)


@listing("/bank/owed", Owed, "bank", key=lambda row: f"{row.duty:010}")
def owed(query: OwedQuery) -> Sequence[site_bank.Owed]:
    """The second sites that are owed; `after` takes the number of a duty with ten digits, as `next` has it."""
    return [row for row in site_bank.bank(session()).owed if query.party in (None, row.party)]


@operation("/claims/<claim_id>/second-site", {201: taken.Taken}, "bank", method="POST", **CHANGES)
def offer_second_site(path: ClaimPath, header: KeyHeader) -> Response:
    """Offer the second site that is owed for a claim. Scope bank:offer.

    The body is the pair, as `registry bank offer` takes it: `second` (a filed `placement`, or `place`, `name` and
    `footprint`), `measures` of both sites where the policy scores by terrain, `source`, and `entry` where it is for another
    entry of the party. The agency keeps one of the two sites for others.
    """
    actor, document = needs(scopes.BANK).actor("banking.offer"), bodies.document()

    def step(held: Session, at: datetime) -> Json:
        made = banking.offer(held, path.claim_id, document, actor, at)
        return taken.told(held, f"bank/{made.id}", made.id, at)

    body = {"claim": path.claim_id, "document": document}
    kept = once(header.key, "api.offer_second_site", body, actor, step)
    return taken.answered(kept, actor, "pair", {"site_id": kept["id"]}, 201)
