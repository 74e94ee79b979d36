"""Agreements: which hold between two claims, and the list of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.agreements import Agreement, AgreementPair
from registry.domain.rounds import Round


@dataclass(frozen=True, slots=True)
class MemberView:
    """A claim under an agreement; `accepted_at` is None while its party has not answered."""

    claim: str
    party: str
    accepted_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement with its terms, its claims, and the pairs for which it holds now."""

    id: str
    round: str
    keep_out_m: int
    conditions: Sequence[Mapping[str, Any]]
    text: str
    proposed_by: str
    proposed_at: datetime
    ended_at: datetime | None
    in_force: bool
    members: tuple[MemberView, ...]
    pairs: tuple[tuple[str, str], ...]
    illustrative: bool


def in_force(session: Session, round_id: str) -> list[dict[str, Any]]:
    """The distances agreed on that an instance of a round may need: by claims, of several on one pair the smallest.

    Those of rounds frozen before still hold between claims with entries; the instance leaves out the pairs that are not
    in it. After a round is frozen its agreements change no more, so that freezing can be repeated.
    """
    rows = session.execute(
        select(AgreementPair.claim_a_id, AgreementPair.claim_b_id, Agreement.keep_out_m)
        .join(Agreement, AgreementPair.agreement_id == Agreement.id)
        .join(Round, Agreement.round_id == Round.id)
        .where(
            or_(Agreement.round_id == round_id, Round.frozen_at.is_not(None)),
            AgreementPair.ended_at.is_(None),
        )
    )
    smallest: dict[tuple[str, str], int] = {}
    for a, b, keep_out_m in rows:
        smallest[a, b] = min(keep_out_m, smallest.get((a, b), keep_out_m))
    return [{"claims": [a, b], "keep_out_m": smallest[a, b]} for a, b in sorted(smallest)]


def is_agreed(session: Session, claim: str, other: str) -> bool:
    """Whether an agreement holds between two claims now."""
    a, b = sorted((claim, other))
    chosen = select(AgreementPair.id).where(
        AgreementPair.claim_a_id == a, AgreementPair.claim_b_id == b, AgreementPair.ended_at.is_(None)
    )
    return session.scalars(chosen).first() is not None


def list_agreements(session: Session, round_id: str, *, claim: str | None = None) -> tuple[AgreementView, ...]:
    """The agreements of a round by id; those that a claim is under, if one is named."""
    return all_agreements(session, round_id=round_id, claim=claim)


def all_agreements(
    session: Session, *, round_id: str | None = None, claim: str | None = None
) -> tuple[AgreementView, ...]:
    """The agreements of all rounds by id; those of one round, or that one claim is under, if named."""
    chosen = select(Agreement) if round_id is None else select(Agreement).where(Agreement.round_id == round_id)
    rows = session.scalars(chosen.options(selectinload(Agreement.members), selectinload(Agreement.pairs)))
    views = sorted(map(agreement_view, rows), key=lambda view: view.id)
    return tuple(view for view in views if claim is None or claim in {row.claim for row in view.members})


def agreement_view(row: Agreement) -> AgreementView:
    """An agreement as it is shown."""
    return AgreementView(
        id=row.id,
        round=row.round_id,
        keep_out_m=row.keep_out_m,
        conditions=row.conditions,
        text=row.text,
        proposed_by=row.proposed_by_id,
        proposed_at=row.proposed_at,
        ended_at=row.ended_at,
        in_force=row.is_in_force,
        members=tuple(MemberView(one.claim_id, one.party_id, one.accepted_at, one.ended_at) for one in row.members),
        pairs=tuple(sorted((pair.claim_a_id, pair.claim_b_id) for pair in row.pairs if pair.ended_at is None)),
        illustrative=row.illustrative,
    )


def find_agreement(session: Session, agreement_id: str) -> AgreementView | None:
    """The agreement with this id, or None."""
    row = session.get(Agreement, agreement_id)
    return None if row is None else agreement_view(row)
