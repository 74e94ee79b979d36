"""Agreements: which hold between two claims, and the list of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.agreements import Agreement, AgreementPair


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
    """The distances agreed on between claims of a round, as an instance lists them: by claims, the smallest of each.

    After the round is frozen nothing here changes any more, so that freezing can be repeated.
    """
    rows = session.execute(
        select(AgreementPair.claim_a_id, AgreementPair.claim_b_id, Agreement.keep_out_m)
        .join(Agreement)
        .where(Agreement.round_id == round_id, AgreementPair.ended_at.is_(None))
    )
    smallest: dict[tuple[str, str], int] = {}
    for a, b, keep_out_m in rows:
        smallest[a, b] = min(keep_out_m, smallest.get((a, b), keep_out_m))
    return [{"claims": [a, b], "keep_out_m": smallest[a, b]} for a, b in sorted(smallest)]


def list_agreements(session: Session, round_id: str, *, claim: str | None = None) -> tuple[AgreementView, ...]:
    """The agreements of a round by id; those that a claim is under, if one is named."""
    chosen = select(Agreement).where(Agreement.round_id == round_id)
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
