"""Claims: the list of a round, and one claim whole."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, Credit, Placement, Revision, is_newest
from registry.domain.entries import Entry, superseded
from registry.domain.parties import Operator, Party
from registry.domain.visibility import PUBLIC, Viewer, sees_claim
from registry.queries.examinations import ExaminationView, examinations_of
from registry.queries.outcomes import Allotment, Outcomes, Reason, outcomes


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One line of the list. `outcome` is "allotted", "not allotted" or "" while nothing is proposed for the claim."""

    id: str
    name: str
    round: str
    state: str
    filed_by: str
    received_at: datetime
    operator: str
    activity: str
    credit: Mapping[str, int]
    places: tuple[str, ...]
    outcome: str
    allotment: Allotment | None
    reasons: tuple[Reason, ...]
    entry: str | None
    illustrative: bool


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase with the method behind its keep-out."""

    name: str
    offset_days: int
    days: int
    method: str
    method_version: str
    inputs: Mapping[str, Any]
    keep_out_m: int
    anomaly: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlacementView:
    """A placement; days from the epoch of the round's policy."""

    id: str
    rank: int
    name: str
    place: str
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    phases: tuple[PhaseView, ...]


@dataclass(frozen=True, slots=True)
class CreditView:
    """A party's share and what it contributes: rows of kind, what, percent, amount and evidence."""

    party: str
    party_name: str
    percent: int
    contributions: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One version of a claim: what was filed, as received, and its hash."""

    number: int
    filed_at: datetime
    sha256: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim whole; fields of the newest revision, `particulars` as in `registry.domain.filing.particulars`."""

    row: ClaimRow
    state_since_at: datetime
    operator_name: str
    purpose: str
    peaceful_statement: str
    authorising_party: str
    authorisation_reference: str
    state_of_registry: str
    launching_parties: tuple[str, ...]
    term_days: int
    cospar_inventory: str | None
    particulars: Mapping[str, Any]
    credits: tuple[CreditView, ...]
    placements: tuple[PlacementView, ...]
    revisions: tuple[RevisionView, ...]
    examinations: tuple[ExaminationView, ...]


def list_claims(
    session: Session, round_id: str, *, state: str | None = None, party: str | None = None, viewer: Viewer = PUBLIC
) -> tuple[ClaimRow, ...]:
    """The claims of a round that are there for a viewer, by id; those in one state, or credited to one party, if named.

    Only the cells of the rows are read, in three statements: ten thousand claims are a matter of parts of a second.
    """
    chosen = _newest(round_id, viewer, state)
    credit, places = _credit_of(session, chosen), _places_of(session, chosen)
    result, entries = outcomes(session, round_id), _entries(session, round_id)
    rows = session.execute(chosen.order_by(Claim.id))
    return tuple(
        _cells(row, credit[row.revision], places[row.revision], result, entries)
        for row in rows
        if party is None or party in credit[row.revision]
    )


def _newest(round_id: str, viewer: Viewer, state: str | None) -> Any:
    """The cells of each claim of a round that is there for a viewer, with those of its newest revision."""
    columns = (
        Claim.id,
        Claim.state,
        Claim.filed_by_id,
        Claim.received_at,
        Claim.illustrative,
        Claim.round_id,
        Revision.id.label("revision"),
        Revision.name,
        Revision.operator_id,
        Revision.activity,
    )
    chosen = select(*columns).join(Revision, Revision.claim_id == Claim.id).where(is_newest())
    chosen = chosen.where(Claim.round_id == round_id, sees_claim(viewer))
    return chosen if state is None else chosen.where(Claim.state == state)


def _credit_of(session: Session, chosen: Any) -> Mapping[int, Mapping[str, int]]:
    revisions = chosen.with_only_columns(Revision.id)
    wanted = select(Credit.revision_id, Credit.party_id, Credit.percent).where(Credit.revision_id.in_(revisions))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for revision, party, percent in session.execute(wanted.order_by(Credit.party_id)):
        found[revision][party] = percent
    return found


def _places_of(session: Session, chosen: Any) -> Mapping[int, tuple[str, ...]]:
    revisions = chosen.with_only_columns(Revision.id)
    wanted = select(Placement.revision_id, Placement.place_id).where(Placement.revision_id.in_(revisions))
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for revision, place in session.execute(wanted.order_by(Placement.rank)):
        found[revision][place] = None
    return defaultdict(tuple, {revision: tuple(places) for revision, places in found.items()})


def claim_page(session: Session, claim_id: str, viewer: Viewer = PUBLIC) -> ClaimPage | None:
    """The claim with this id, whole, or None where there is none for the viewer."""
    chosen = select(Claim).where(Claim.id == claim_id, sees_claim(viewer))
    claim = session.scalars(chosen.options(*_LOADED)).one_or_none()
    if claim is None:
        return None
    row = _row(claim, outcomes(session, claim.round_id), _entries(session, claim.round_id))
    current = claim.current
    return ClaimPage(
        row=row,
        state_since_at=claim.state_since_at,
        operator_name=session.get_one(Operator, current.operator_id).name,
        purpose=current.purpose,
        peaceful_statement=current.peaceful_statement,
        authorising_party=current.authorising_party_id,
        authorisation_reference=current.authorisation_reference,
        state_of_registry=current.state_of_registry_id,
        launching_parties=tuple(current.launching_parties),
        term_days=current.term_days,
        cospar_inventory=current.cospar_inventory,
        particulars=current.particulars,
        credits=_credits(session, current),
        placements=tuple(placement_view(placement) for placement in current.placements),
        revisions=tuple(RevisionView(row.number, row.filed_at, row.sha256, row.content) for row in claim.revisions),
        examinations=examinations_of(session, claim_id, viewer),
    )


_LOADED = (
    selectinload(Claim.revisions).selectinload(Revision.credits),
    selectinload(Claim.revisions).selectinload(Revision.placements).selectinload(Placement.phases),
)


def _entries(session: Session, round_id: str) -> dict[str, str]:
    rows = select(Entry.claim_id, Entry.id).join(Claim).where(Claim.round_id == round_id)
    return {row.claim_id: row.id for row in session.execute(rows.where(Entry.id.not_in(superseded())))}


def _row(claim: Claim, result: Outcomes, entries: Mapping[str, str]) -> ClaimRow:
    current = claim.current
    credit = {credit.party_id: credit.percent for credit in current.credits}
    places = tuple(dict.fromkeys(placement.place_id for placement in current.placements))
    cells = SimpleNamespace(
        id=claim.id,
        state=claim.state,
        filed_by_id=claim.filed_by_id,
        received_at=claim.received_at,
        illustrative=claim.illustrative,
        round_id=claim.round_id,
        name=current.name,
        operator_id=current.operator_id,
        activity=current.activity,
    )
    return _cells(cells, credit, places, result, entries)


def _cells(
    cells: Any, credit: Mapping[str, int], places: tuple[str, ...], result: Outcomes, entries: Mapping[str, str]
) -> ClaimRow:
    allotment, reasons = result.allotments.get(cells.id), result.unserved.get(cells.id)
    served = "allotted" if allotment else ""
    return ClaimRow(
        id=cells.id,
        name=cells.name,
        round=cells.round_id,
        state=cells.state,
        filed_by=cells.filed_by_id,
        received_at=cells.received_at,
        operator=cells.operator_id,
        activity=cells.activity,
        credit=credit,
        places=places,
        outcome=served if reasons is None else "not allotted",
        allotment=allotment,
        reasons=reasons or (),
        entry=entries.get(cells.id),
        illustrative=cells.illustrative,
    )


def placement_view(row: Placement) -> PlacementView:
    """A placement with its phases."""
    phases = tuple(
        PhaseView(
            name=phase.name,
            offset_days=phase.offset_days,
            days=phase.days,
            method=phase.method_id,
            method_version=phase.method_version,
            inputs=phase.inputs,
            keep_out_m=phase.keep_out_m,
            anomaly=phase.anomaly,
        )
        for phase in row.phases
    )
    return PlacementView(
        row.public_id, row.rank, row.name, row.place_id, row.footprint, row.first_day, row.last_day, phases
    )


def _credits(session: Session, revision: Revision) -> tuple[CreditView, ...]:
    ids: Sequence[str] = [credit.party_id for credit in revision.credits]
    names = {row.id: row.name for row in session.scalars(select(Party).where(Party.id.in_(ids)))}
    return tuple(
        CreditView(credit.party_id, names[credit.party_id], credit.percent, tuple(credit.contributions))
        for credit in revision.credits
    )
