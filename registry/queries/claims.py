"""Claims: the list of a round, and one claim whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, Placement, Revision
from registry.domain.entries import Entry
from registry.domain.examinations import Examination, FindingRow
from registry.domain.parties import Operator, Party
from registry.domain.visibility import PUBLIC, Viewer, hidden_claims, names_hidden, person, sees_claim
from registry.queries.outcomes import Allotment, Outcomes, Reason, outcomes

WITHHELD = "This finding names a claim that is not published; it is shown once that claim is."


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
class FindingView:
    """One finding of an examination. `reason` is what was found, `rule` the provision's statement, `mend` what would
    help; `effect` is none, returns, noted or duty, a duty with its deadline.
    """

    provision: str
    name: str
    source: str
    rule: str
    outcome: str
    reason: str
    mend: str
    effect: str
    due_at: datetime | None
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExaminationView:
    """One examination of one revision."""

    revision: int
    examined_at: datetime
    examiner: str
    favourable: bool
    findings: tuple[FindingView, ...]


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
    """The claims of a round that are there for a viewer, by id; those in one state, or credited to one party, if named."""
    chosen = select(Claim).where(Claim.round_id == round_id, sees_claim(viewer)).order_by(Claim.id).options(*_LOADED)
    if state is not None:
        chosen = chosen.where(Claim.state == state)
    result = outcomes(session, round_id)
    entries = _entries(session, round_id)
    rows = (_row(claim, result, entries) for claim in session.scalars(chosen))
    return tuple(row for row in rows if party is None or party in row.credit)


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
        examinations=_examinations(session, claim_id, viewer),
    )


_LOADED = (
    selectinload(Claim.revisions).selectinload(Revision.credits),
    selectinload(Claim.revisions).selectinload(Revision.placements).selectinload(Placement.phases),
)


def _entries(session: Session, round_id: str) -> dict[str, str]:
    rows = select(Entry.claim_id, Entry.id).join(Claim).where(Claim.round_id == round_id).order_by(Entry.id)
    return {row.claim_id: row.id for row in session.execute(rows)}


def _row(claim: Claim, result: Outcomes, entries: Mapping[str, str]) -> ClaimRow:
    current = claim.current
    allotment, reasons = result.allotments.get(claim.id), result.unserved.get(claim.id)
    served = "allotted" if allotment else ""
    return ClaimRow(
        id=claim.id,
        name=current.name,
        round=claim.round_id,
        state=claim.state,
        filed_by=claim.filed_by_id,
        received_at=claim.received_at,
        operator=current.operator_id,
        activity=current.activity,
        credit={credit.party_id: credit.percent for credit in current.credits},
        places=tuple(dict.fromkeys(placement.place_id for placement in current.placements)),
        outcome=served if reasons is None else "not allotted",
        allotment=allotment,
        reasons=reasons or (),
        entry=entries.get(claim.id),
        illustrative=claim.illustrative,
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


def _examinations(session: Session, claim_id: str, viewer: Viewer) -> tuple[ExaminationView, ...]:
    wanted = select(Examination).join(Revision).where(Revision.claim_id == claim_id).order_by(Examination.id)
    options = selectinload(Examination.findings).joinedload(FindingRow.provision)
    hidden = frozenset(session.scalars(hidden_claims(viewer)))
    return tuple(examination_view(row, viewer, hidden) for row in session.scalars(wanted.options(options)))


def examination_view(
    row: Examination, viewer: Viewer = PUBLIC, hidden: frozenset[str] = frozenset()
) -> ExaminationView:
    """An examination with its findings, in the order of the norm profile; what names a hidden claim is withheld."""
    return ExaminationView(
        revision=row.revision.number,
        examined_at=row.examined_at,
        examiner=person(viewer, row.examiner),
        favourable=row.favourable,
        findings=tuple(_finding(found, hidden) for found in row.findings),
    )


def _finding(found: FindingRow, hidden: frozenset[str]) -> FindingView:
    withheld = names_hidden([found.reason, found.mend, found.evidence], hidden)
    return FindingView(
        provision=found.provision_id,
        name=found.provision.name,
        source=found.provision.source,
        rule=found.provision.statement,
        outcome=found.outcome,
        reason=WITHHELD if withheld else found.reason,
        mend="" if withheld else found.mend,
        effect=found.effect,
        due_at=found.due_at,
        evidence={} if withheld else found.evidence,
    )
