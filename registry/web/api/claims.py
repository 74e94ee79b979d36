"""Claims with their revisions, examinations, comments and offers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from registry.domain.claims import ClaimState
from registry.domain.offers import OfferState
from registry.queries import claims as reading
from registry.queries import comments as said
from registry.queries import examinations as examined
from registry.queries import offers as offered
from registry.queries import rounds as of_rounds
from registry.web.api.blueprint import OBJECT, listing, operation, single
from registry.web.api.canonical import canonical
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.api.rounds import MOST
from registry.web.kept_claims import claims_of
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer


class Allotment(Model):
    """What the official proposal gives to a claim."""

    placement: str = says("Id of the placement")
    rank: int = says("Its rank in the claim")
    points: int = says("Its points by the policy")
    start_day: int = says("Day of the start, counted from the epoch of the policy")
    starts_on: date = says("The same as a date")
    ends_on: date = says("First day after its last phase")


class Reason(Model):
    """Why one placement could not be had."""

    placement: str = says("Id of the placement")
    rule: str = says("Constraint C1 to C5")
    by: tuple[str, ...] = says("Claims, caps or holds that stand against it")
    words: str = says("The same in words")


class Claim(Model):
    """A request for priority of use of a site."""

    id: str = says("Its number, for example C-0007")
    name: str = says("Name of the operation")
    round: str = says("Round it was filed in")
    state: str = says("State in the procedure")
    filed_by: str = says("Party that filed it")
    received_at: datetime = says("Date of receipt")
    operator: str = says("Who flies it")
    activity: str = says("Kind of operation")
    credit: dict[str, int] = says("Percent in which each party answers for it and is served by it")
    places: tuple[str, ...] = says("Regions or features of its placements")
    outcome: str = says("allotted, not allotted, or empty while nothing is proposed")
    allotment: Allotment | None = says("What the official proposal gives")
    reasons: tuple[Reason, ...] = says("Why it got nothing")
    entry: str | None = says("Its entry")
    illustrative: bool = says("Whether it is invented")


class Phase(Model):
    """Part of an operation with its own keep-out."""

    name: str = says("Its name")
    offset_days: int = says("Days after the start")
    days: int = says("How many days it takes")
    method: str = says("Sizing method of its zone")
    method_version: str = says("Version of the method")
    inputs: Json = says("What the method was given")
    keep_out_m: int = says("Distance kept around the footprint, metres")
    anomaly: Json | None = says("Larger zone for an anomaly, if one is foreseen")


class Placement(Model):
    """One way to meet a claim."""

    id: str = says("Its id, for example C-0007/1")
    rank: int = says("1 is wanted most")
    name: str = says("Its name")
    place: str = says("Region or feature")
    footprint: Json = says("GeoJSON geometry in metres of IAU_2015:30135")
    first_day: int = says("First day on which it may start, from the epoch of the policy")
    last_day: int = says("Last such day")
    phases: tuple[Phase, ...] = says("Its phases")


class CreditShare(Model):
    """A party's share in a claim."""

    party: str = says("Id of the party")
    party_name: str = says("Its name")
    percent: int = says("Its share, at least 25")
    contributions: tuple[Json, ...] = says("What it contributes, with evidence")


class Revision(Model):
    """One version of a claim as it was received."""

    number: int = says("1 is the first")
    filed_at: datetime = says("When it was received")
    sha256: str = says("SHA-256 of the RFC 8785 form of the filing")


class Finding(Model):
    """The outcome of one provision."""

    provision: str = says("Id of the provision")
    name: str = says("Its name")
    source: str = says("Its source")
    rule: str = says("Its statement")
    outcome: str = says("What was found")
    reason: str = says("Why")
    mend: str = says("What would help")
    effect: str = says("none, returns, noted or duty")
    due_at: datetime | None = says("Deadline of the duty")
    evidence: Json = says("What it rests on")


class Examination(Model):
    """The check of one revision against all provisions."""

    revision: int = says("Number of the revision")
    examined_at: datetime = says("When")
    favourable: bool = says("Whether the claim can go on")
    findings: tuple[Finding, ...] = says("What was found")


class WholeClaim(Claim):
    """A claim with all that its newest revision says."""

    state_since_at: datetime = says("Since when it is in its state")
    operator_name: str = says("Name of the operator")
    purpose: str = says("What it is for")
    peaceful_statement: str = says("Statement of peaceful purposes")
    authorising_party: str = says("Party that authorises it")
    authorisation_reference: str = says("By which act")
    state_of_registry: str = says("Party that registers the objects")
    launching_parties: tuple[str, ...] = says("Launching States")
    term_days: int = says("For how long priority is asked for")
    cospar_inventory: str | None = says("Organic inventory, where planetary protection asks for one")
    particulars: Json = says("Everything else that was filed, section by section")
    credits: tuple[CreditShare, ...] = says("Shares with contributions")
    placements: tuple[Placement, ...] = says("Placements of the newest revision")
    revisions: tuple[Revision, ...] = says("All versions")


class Comment(Model):
    """What a party said in public on a claim. People are not named to the public."""

    id: str = says("Its id")
    claim: str = says("Claim it is about")
    party: str = says("Party that speaks")
    text: str = says("What it says")
    made_at: datetime = says("When")
    reply_to: str | None = says("Comment that it answers")
    illustrative: bool = says("Whether it is invented")


class Offer(Model):
    """An allotment offered to a claim's party, and the answer."""

    claim: str = says("Claim it is made to")
    round: str = says("Round it comes from")
    instance: int = says("Number of the instance whose proposal was adopted")
    placement: str = says("Placement that is offered")
    place: str = says("Region or feature")
    start_day: int = says("Day of the start, from the epoch of the policy")
    starts_on: date = says("The same as a date")
    offered_at: datetime = says("When it was made")
    expires_at: datetime = says("Until when it can be accepted")
    state: str = says("OPEN, ACCEPTED, DECLINED or LAPSED")
    answered_at: datetime | None = says("When it was answered")
    reason: str = says("Why it was declined")


class ClaimsQuery(Paging):
    """Claims, filtered as on the page."""

    round: str | None = says("Only claims of this round", default=None, max_length=64)
    state: ClaimState | None = says("Only claims in this state", default=None)
    party: str | None = says("Only claims credited to this party", default=None, max_length=16)
    filed_by: str | None = says("Only claims that this party filed", default=None, max_length=16)


class OfClaimQuery(Paging):
    """What is about a claim or a round."""

    round: str | None = says("Only what is of this round", default=None, max_length=64)
    claim: str | None = says("Only what is about this claim", default=None, max_length=16)


class OffersQuery(OfClaimQuery):
    """Offers, filtered."""

    state: OfferState | None = says("Only offers in this state", default=None)


class ClaimPath(Model):
    """One claim."""

    claim_id: str = says("Number of the claim, for example C-0007")


class CommentPath(Model):
    """One comment."""

    comment_id: str = says("Id of the comment, for example M-0001")


class RevisionPath(ClaimPath):
    """One revision of a claim."""

    number: int = says("Number of the revision", ge=1, le=MOST)


@listing("/claims", Claim, "claims")
def claims(query: ClaimsQuery) -> Sequence[reading.ClaimRow]:
    """The claims that the caller sees: those that are published, and with read:own those of the own party."""
    ids = [row.id for row in of_rounds.list_rounds(session(), viewer())] if query.round is None else [query.round]
    if query.round is not None:
        named_round(query.round)
    return [row for round_id in ids for row in claims_of(round_id).rows if _fits(row, query)]


def _fits(row: reading.ClaimRow, query: ClaimsQuery) -> bool:
    return (
        query.state in (None, row.state)
        and (query.party is None or query.party in row.credit)
        and query.filed_by in (None, row.filed_by)
    )


@single("/claims/<claim_id>", WholeClaim, "claims", "claim")
def claim(path: ClaimPath) -> Json | None:
    """One claim whole, with its outcome or why not."""
    found = reading.claim_page(session(), path.claim_id, viewer())
    if found is None:
        return None
    row = Claim.model_validate(found.row).model_dump()
    return row | {name: getattr(found, name) for name in WholeClaim.model_fields.keys() - Claim.model_fields.keys()}


@operation("/claims/<claim_id>/revisions/<int:number>", OBJECT, "claims")
def revision(path: RevisionPath) -> Response:
    """One revision as it was received: its RFC 8785 form, whose SHA-256 is recorded."""
    found = reading.claim_page(session(), path.claim_id, viewer())
    rows = found.revisions if found else ()
    row = next((row for row in rows if row.number == path.number), None)
    if row is None:
        no_such("revision", f"{path.number} of claim {path.claim_id}")
    return canonical(row.content, row.sha256)


@listing(
    "/claims/<claim_id>/examinations", Examination, "claims", key=lambda row: f"{row.revision:010}/{row.examined_at}"
)
def examinations(path: ClaimPath, query: Paging) -> Sequence[examined.ExaminationView]:
    """The examinations of a claim with their findings; `after` takes what `next` has."""
    if reading.claim_page(session(), path.claim_id, viewer()) is None:
        no_such("claim", path.claim_id)
    return examined.examinations_of(session(), path.claim_id, viewer())


@listing("/comments", Comment, "claims")
def comments(query: OfClaimQuery) -> Sequence[said.CommentView]:
    """What parties said in public on claims, with replies."""
    return said.list_comments(session(), claim=query.claim, round_id=query.round, viewer=viewer())


@single("/comments/<comment_id>", Comment, "claims", "comment")
def comment(path: CommentPath) -> said.CommentView | None:
    """One comment or reply."""
    return said.find_comment(session(), path.comment_id, viewer())


@listing("/offers", Offer, "claims", key=lambda row: f"{row.claim}/{row.instance:010}")
def offers(query: OffersQuery) -> Sequence[Any]:
    """Offers with their answers; `after` takes claim/instance with ten digits, as `next` has it."""
    return offered.list_offers(session(), round_id=query.round, claim=query.claim, state=query.state, viewer=viewer())
