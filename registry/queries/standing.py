"""What stands in a register: how many records, rounds, claims, entries and arrangements, by state."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.docking import DockingRecord
from registry.domain.entries import Entry
from registry.domain.rounds import Round
from registry.domain.visibility import Viewer, sees_claim


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """A round with its state."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts by state; `claims` are those that the viewer may see, `entries` the newest of each claim."""

    records: int
    root_hex: str
    rounds: tuple[RoundStanding, ...]
    claims: Mapping[str, int]
    entries: Mapping[str, int]
    arrangements: int


def standing(session: Session, viewer: Viewer, size: int, root_hex: str) -> Standing:
    """What stands now in the register of this session, whose log has this size and root."""
    claims = Counter(session.scalars(select(Claim.state).where(sees_claim(viewer))))
    old = {name for name in session.scalars(select(Entry.supersedes_id)) if name is not None}
    entries = Counter(state for name, state in session.execute(select(Entry.id, Entry.state)) if name not in old)
    rounds = session.scalars(select(Round).order_by(Round.id))
    return Standing(
        records=size,
        root_hex=root_hex,
        rounds=tuple(RoundStanding(row.id, row.name, row.state) for row in rounds),
        claims=dict(sorted(claims.items())),
        entries=dict(sorted(entries.items())),
        arrangements=len(session.scalars(select(DockingRecord.id)).all()),
    )
