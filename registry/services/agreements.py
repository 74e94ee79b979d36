"""Agreements: proposed by one party, accepted by another, open to every claim that meets the terms, until the freezing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.agreement_terms import Landing, Terms, landings, read_terms, unmet
from registry.domain.agreements import Agreement, AgreementMember, AgreementPair
from registry.domain.claims import Claim, ClaimState
from registry.domain.rounds import Round
from registry.services.acting import get, get_claim, get_round, policy_of, require_own_party, require_role
from registry.services.casework import heard_between
from registry.services.errors import ConflictError, ValidationError
from registry.services.filing import FREEZING_OVER
from registry.services.instants import check_at
from registry.services.recording import record
from registry.services.wording import worded
from solver.fields import InputError

ASKED = (ClaimState.PUBLISHED, ClaimState.COORDINATION, ClaimState.READY)
ENTERED = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)
PARTY_OR_OFFICE = ("delegate", "registrar")


def propose(
    session: Session, claim_id: str, other_claim_id: str, document: Any, actor: Actor, at: datetime
) -> Agreement:
    """Propose terms for a claim of the own party to the party of another claim.

    Raises
    ------
    ValidationError
        With every fault of the terms, and every reason why one of the claims does not meet them.
    """
    require_role(actor, *PARTY_OR_OFFICE)
    claim, other = get_claim(session, claim_id, actor), get_claim(session, other_claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    if claim.filed_by_id == other.filed_by_id:
        raise ConflictError(
            f"claims {claim_id} and {other_claim_id} are both of {claim.filed_by_id}; it takes two parties"
        )
    round_ = _open_round(session, (claim, other))
    check_at(session, f"claims/{claim_id}", at)
    terms = _read(document)
    _check(session, terms.keep_out_m, terms.conditions, (claim, other))
    agreement = Agreement(
        id=f"A-{(session.scalar(select(func.count()).select_from(Agreement)) or 0) + 1:04d}",
        round_id=round_.id,
        keep_out_m=terms.keep_out_m,
        conditions=[dict(row) for row in terms.conditions],
        text=terms.text,
        proposed_by_id=claim.filed_by_id,
        proposed_at=at,
        illustrative=claim.illustrative or other.illustrative,
        members=[_member(claim, at), _member(other, None)],
    )
    session.add(agreement)
    return _recorded(session, agreement, "agreement-proposed", claim, actor, at)


def accept(session: Session, agreement_id: str, actor: Actor, at: datetime) -> Agreement:
    """Accept the terms proposed for a claim of the own party; they are in force from now on."""
    require_role(actor, *PARTY_OR_OFFICE)
    agreement = _get(session, agreement_id, at)
    member = next((row for row in agreement.members if row.accepted_at is None), None)
    if member is None:
        raise ConflictError(f"agreement {agreement_id} is accepted already; another claim can join it")
    require_own_party(actor, member.party_id)
    claim = get_claim(session, member.claim_id, actor)
    _open_round(session, [claim, *_claims(session, agreement, actor)])
    member.accepted_at = at
    _pair(agreement, member, at)
    return _recorded(session, agreement, "agreement-accepted", claim, actor, at)


def join(session: Session, agreement_id: str, claim_id: str, actor: Actor, at: datetime) -> Agreement:
    """Put one more claim under an agreement in force, on the terms that hold for the others: nobody is asked."""
    require_role(actor, *PARTY_OR_OFFICE)
    agreement = _get(session, agreement_id, at)
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    if any(row.claim_id == claim_id for row in agreement.members):
        raise ConflictError(f"claim {claim_id} was under agreement {agreement_id} before; propose new terms to return")
    if not agreement.is_in_force:
        raise ConflictError(f"agreement {agreement_id} is not accepted yet; it can be joined from then on")
    others = _claims(session, agreement, actor)
    _open_round(session, [claim, *others])
    if {row.filed_by_id for row in others} == {claim.filed_by_id}:
        raise ConflictError(f"agreement {agreement_id} has only claims of {claim.filed_by_id}; it takes two parties")
    _check(session, agreement.keep_out_m, agreement.conditions, [claim], others)
    member = _member(claim, at)
    agreement.members.append(member)
    _pair(agreement, member, at)
    return _recorded(session, agreement, "agreement-joined", claim, actor, at)


def end(session: Session, agreement_id: str, claim_id: str, actor: Actor, at: datetime, reason: str) -> Agreement:
    """Take a claim out of an agreement, or decline or take back what was proposed for it.

    It stays in force between the others, as long as they are two.
    """
    require_role(actor, *PARTY_OR_OFFICE)
    agreement = _get(session, agreement_id, at)
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    member = next((row for row in agreement.members if row.claim_id == claim_id and row.ended_at is None), None)
    if member is None:
        raise ConflictError(f"claim {claim_id} is not under agreement {agreement_id}; there is nothing to end")
    _open_round(session, _claims(session, agreement, actor))
    kept = worded("reason", reason)
    member.ended_at = at
    for pair in agreement.pairs:
        if claim_id in (pair.claim_a_id, pair.claim_b_id):
            pair.ended_at = pair.ended_at or at
    if not agreement.is_in_force:
        agreement.ended_at = at
    return _recorded(session, agreement, "agreement-ended", claim, actor, at, reason=kept)


def _get(session: Session, agreement_id: str, at: datetime) -> Agreement:
    agreement = get(session, Agreement, agreement_id, "agreement")
    check_at(session, f"agreements/{agreement_id}", at)
    if agreement.ended_at is not None:
        raise ConflictError(f"agreement {agreement_id} has ended; propose new terms")
    return agreement


def _claims(session: Session, agreement: Agreement, actor: Actor) -> list[Claim]:
    return [get_claim(session, row.claim_id, actor) for row in agreement.members if row.ended_at is None]


def _open_round(session: Session, claims: Sequence[Claim]) -> Round:
    """The one round in which these claims are, or into which they reach from an entry, before it is frozen."""
    out = [f"claim {row.id} is {row.state}" for row in claims if row.state not in (*ASKED, *ENTERED)]
    if out:
        raise ConflictError(f"{' and '.join(out)}; terms are for published claims that are still in their round")
    rounds = {row.round_id for row in claims if row.state in ASKED}
    if len(rounds) != 1:
        raise ConflictError(
            "the claims are not in one round that is still to be frozen; terms are agreed on within one"
        )
    round_ = get_round(session, rounds.pop())
    if round_.state in FREEZING_OVER:
        raise ConflictError(
            f"round {round_.id} is {round_.state}; agreements are made and ended before its freezing only"
        )
    return round_


def _read(document: Any) -> Terms:
    try:
        return read_terms(document)
    except InputError as error:
        raise ValidationError(error.faults) from error


def _check(
    session: Session,
    keep_out_m: int,
    conditions: Sequence[dict[str, Any]] | Sequence[Any],
    asking: Sequence[Claim],
    others: Sequence[Claim] = (),
) -> None:
    """Refuse a distance that is no smaller than what applies without it, and claims that do not meet the conditions."""
    widest_m = max(_widest_m(claim) for claim in (*asking, *others))
    faults = [f"conditions: {reason}" for claim in asking for reason in unmet(conditions, _landings(session, claim))]
    if keep_out_m >= widest_m:
        faults.append(
            f"keep_out_m: {keep_out_m} m is not smaller than the {widest_m} m that apply without it; an agreement never "
            "enlarges a distance"
        )
    if faults:
        raise ValidationError(faults)


def _widest_m(claim: Claim) -> int:
    return max(phase.keep_out_m for placement in claim.current.placements for phase in placement.phases)


def _landings(session: Session, claim: Claim) -> list[Landing]:
    epoch = date.fromisoformat(policy_of(get_round(session, claim.round_id)).content["epoch"])
    return [
        landing
        for row in claim.current.placements
        for landing in landings(
            epoch,
            row.public_id,
            (row.first_day, row.last_day),
            [(phase.offset_days, phase.days, phase.method_id, phase.inputs) for phase in row.phases],
        )
    ]


def _member(claim: Claim, accepted_at: datetime | None) -> AgreementMember:
    return AgreementMember(claim_id=claim.id, party_id=claim.filed_by_id, accepted_at=accepted_at)


def _pair(agreement: Agreement, member: AgreementMember, at: datetime) -> None:
    """Bind a member to every other one of another party."""
    for other in agreement.present:
        if other.party_id != member.party_id:
            a, b = sorted((member.claim_id, other.claim_id))
            agreement.pairs.append(AgreementPair(claim_a_id=a, claim_b_id=b, since_at=at))


def _recorded(
    session: Session, agreement: Agreement, act: str, claim: Claim, actor: Actor, at: datetime, **more: Any
) -> Agreement:
    """Write the record of a step of a claim's party, which counts as contact in its cases with the others."""
    session.flush()
    together = [row.claim_id for row in agreement.members]
    cases = heard_between(session, together, claim.filed_by_id, at)
    rows = [agreement, *agreement.members, *agreement.pairs, *cases]
    record(session, at, actor, act, f"agreements/{agreement.id}", rows, **more)
    return agreement
