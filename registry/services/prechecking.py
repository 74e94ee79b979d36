"""What an examination would find in a filing before it is filed, with nothing stored.

The filing is compared with what its viewer may see: a party must not learn of another's unpublished claim by moving its
own about. The examination itself compares it with all, so that it may find more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.filing import read_filing
from registry.domain.overlaps import Overlap, overlaps
from registry.domain.provisions.rules import Judged
from registry.domain.rounds import Round
from registry.domain.visibility import Viewer, hidden_claims
from registry.services.cases import case_of
from registry.services.examination import judge
from registry.services.filing import known
from solver.fields import Fault, InputError

NEW_CLAIM = "this claim"


@dataclass(frozen=True, slots=True)
class Prechecked:
    """Why a filing would be refused; or else the findings of each effect, and what it comes too near to."""

    faults: tuple[Fault, ...] = ()
    returns: tuple[Judged, ...] = ()
    others: tuple[Judged, ...] = ()
    met: int = 0
    overlaps: tuple[Overlap, ...] = ()


def faults_of(session: Session, round_: Round, document: Any) -> tuple[Fault, ...]:
    """Everything for which a document would be refused, each at its place; nothing while the round has no policy."""
    if round_.policy is None:
        return ()
    try:
        read_filing(document, known(session, round_))
    except InputError as error:
        return error.faults
    return ()


def precheck(
    session: Session, round_: Round, document: Any, claim_id: str | None, viewer: Viewer, at: datetime
) -> Prechecked:
    """What would come of filing a document at `at`, as far as the viewer may know; `claim_id` is the claim it amends."""
    if round_.policy is None:
        return Prechecked()
    try:
        filing = read_filing(document, known(session, round_))
    except InputError as error:
        return Prechecked(error.faults)
    hidden = frozenset(session.scalars(hidden_claims(viewer)))
    case = case_of(session, round_, filing, claim_id or NEW_CLAIM, hidden)
    judged, mine = judge(session, case, at), case.sites
    return Prechecked(
        returns=tuple(row for row in judged if row.effect == "returns"),
        others=tuple(row for row in judged if row.effect not in ("returns", "none")),
        met=sum(row.effect == "none" for row in judged),
        overlaps=tuple(found for other in case.others for found in overlaps(mine, other.sites)),
    )


def names_of(session: Session, found: Sequence[Overlap]) -> dict[str, str]:
    """The name of each claim that an overlap is with, by the id of the placement."""
    placements = {placement: placement.partition("/")[0] for row in found for placement in row.placements}
    claims = session.scalars(select(Claim).where(Claim.id.in_(placements.values())))
    names = {row.id: row.current.name for row in claims}
    return {placement: names[claim] for placement, claim in placements.items() if claim in names}
