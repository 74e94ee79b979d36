"""Receiving claims: filed and amended by a party's delegate, or by the registrar for one; each filing is a revision."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain import filing as rules
from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState, Credit, Phase, Placement, Revision
from registry.domain.freeze import placement_id
from registry.domain.parties import Operator, Party
from registry.domain.places import Feature, Region
from registry.domain.rounds import Round, RoundState
from registry.services import consultations
from registry.services.acting import get_claim, get_round, move_claim, policy_of, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record
from solver.fields import InputError

FREEZING_OVER = (RoundState.FROZEN, RoundState.DRAWN, RoundState.PROPOSED, RoundState.ADOPTED, RoundState.REJECTED)


def file_claim(session: Session, round_id: str, document: Any, actor: Actor, at: datetime) -> Claim:
    """Receive a new claim at `at` and give it the next number.

    Raises
    ------
    ValidationError
        With every fault of the filing.
    ConflictError
        If the round is not open at `at`, or the key was used before.
    """
    require_role(actor, "delegate", "registrar")
    round_ = get_round(session, round_id)
    refuse_naive("at", at)
    if not _is_open(round_, at):
        raise ConflictError(f"round {round_id} is {round_.state}; it takes claims from its opening to its closing only")
    check_at(session, f"rounds/{round_id}", at)
    filing = read(session, round_, document)
    require_own_party(actor, filing.filed_by)
    if session.scalar(select(Claim.id).where(Claim.round_id == round_id, Claim.key == filing.key)):
        raise ConflictError(f"a claim with the key {filing.key!r} is in round {round_id} already; amend that one")
    claim = Claim(
        id=f"C-{(session.scalar(select(func.count()).select_from(Claim)) or 0) + 1:04d}",
        round_id=round_id,
        key=filing.key,
        filed_by_id=filing.filed_by,
        received_at=at,
        state=ClaimState.SUBMITTED,
        state_since_at=at,
        illustrative=filing.illustrative or round_.illustrative,
    )
    session.add(claim)
    revision = _revise(session, claim, filing, 1, at)
    record(session, at, actor, "claim-filed", f"claims/{claim.id}", [claim, *parts(revision)])
    return claim


def amend(session: Session, claim_id: str, document: Any, actor: Actor, at: datetime) -> Revision:
    """Receive a new revision. A returned claim gets a new date of receipt with it."""
    claim = get_claim(session, claim_id, actor)
    round_ = get_round(session, claim.round_id)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    was_returned = claim.state == ClaimState.RETURNED
    holds = {
        "round-open": _is_open(round_, at),
        "round-not-frozen": round_.state not in FREEZING_OVER,
    }
    move_claim(claim, "amend", actor, at, {name for name, held in holds.items() if held})
    filing = read(session, round_, document)
    if (filing.key, filing.filed_by) != (claim.key, claim.filed_by_id):
        raise ConflictError("an amendment keeps the key and the filing party of its claim; file another claim instead")
    if was_returned:
        claim.received_at = at
    revision = _revise(session, claim, filing, claim.current.number + 1, at)
    record(session, at, actor, "claim-amended", f"claims/{claim_id}", [claim, *parts(revision)])
    return revision


def withdraw(session: Session, claim_id: str, actor: Actor, at: datetime, reason: str) -> Claim:
    """Take a claim out of the procedure at its party's wish."""
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    move_claim(claim, "withdraw", actor, at)
    record(session, at, actor, "claim-withdrawn", f"claims/{claim_id}", [claim], reason=reason)
    consultations.end_with_claim(session, claim_id, actor, at)
    return claim


def read(session: Session, round_: Round, document: Any) -> rules.Filing:
    """The filing in `document`, sized and checked against the register and the round's policy."""
    try:
        return rules.read_filing(document, known(session, round_))
    except InputError as error:
        raise ValidationError(error.faults) from error


def read_revision(session: Session, round_: Round, revision: Revision) -> rules.Filing:
    """The filing in a stored revision, in whatever form it was filed."""
    try:
        return rules.read_stored(revision.content, revision.form, known(session, round_))
    except InputError as error:
        raise ValidationError(error.faults) from error


def known(session: Session, round_: Round) -> rules.Known:
    """What a filing of this round may refer to."""
    policy = policy_of(round_).content
    return rules.Known(
        parties=set(session.scalars(select(Party.id))),
        operators=set(session.scalars(select(Operator.id))),
        places={*session.scalars(select(Region.id)), *session.scalars(select(Feature.id))},
        methods=tuple(policy["zone_methods"]),
        ranks=len(policy["points_by_rank"]),
        horizon_days=policy["horizon_days"],
    )


def _is_open(round_: Round, at: datetime) -> bool:
    return round_.state == RoundState.OPEN and round_.opens_at <= at <= round_.closes_at


def _revise(session: Session, claim: Claim, filing: rules.Filing, number: int, at: datetime) -> Revision:
    revision = Revision(
        claim=claim,
        number=number,
        filed_at=at,
        content=dict(filing.document),
        sha256=hashlib.sha256(rfc8785.dumps(dict(filing.document))).hexdigest(),
        name=filing.name,
        operator_id=filing.operator,
        activity=filing.activity,
        purpose=filing.purpose,
        peaceful_statement=filing.peaceful_statement,
        authorising_party_id=filing.authorising_party,
        authorisation_reference=filing.authorisation_reference,
        state_of_registry_id=filing.state_of_registry,
        launching_parties=list(filing.launching_parties),
        term_days=filing.term_days,
        cospar_inventory=filing.cospar_inventory,
        form=rules.PRESENT_FORM,
        particulars=filing.particulars.content(),
        credits=[
            Credit(party_id=party, percent=share, contributions=_contributions(filing, party))
            for party, share in sorted(filing.credit.items())
        ],
        placements=[_placement(claim.id, row) for row in sorted(filing.placements, key=lambda row: row.rank)],
    )
    session.add(revision)
    return revision


def _contributions(filing: rules.Filing, party: str) -> list[dict[str, Any]]:
    return [asdict(row) for row in filing.contributions.get(party, ())]


def _placement(claim_id: str, row: rules.FiledPlacement) -> Placement:
    return Placement(
        public_id=placement_id(claim_id, row.rank),
        rank=row.rank,
        place_id=row.place,
        name=row.name,
        footprint=dict(row.footprint),
        first_day=row.first_day,
        last_day=row.last_day,
        phases=[
            Phase(
                position=position,
                name=phase.name,
                offset_days=phase.offset,
                days=phase.days,
                method_id=phase.method_id,
                method_version=phase.method_version,
                inputs=dict(phase.inputs),
                keep_out_m=phase.keep_out_m,
                anomaly=asdict(phase.anomaly) if phase.anomaly else None,
            )
            for position, phase in enumerate(row.phases, start=1)
        ],
    )


def parts(revision: Revision) -> list[Any]:
    """A revision with its credit, placements and phases, for a record."""
    phases = [phase for placement in revision.placements for phase in placement.phases]
    return [revision, *revision.credits, *revision.placements, *phases]
