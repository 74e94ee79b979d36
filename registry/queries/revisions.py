"""Two revisions of a claim compared, for a command or a page."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, Placement, Revision
from registry.domain.revisions import Comparison, PhaseVersion, PlacementVersion, Version, compare
from registry.domain.visibility import PUBLIC, Viewer, sees_claim


class NoRevisionError(LookupError):
    """There is no such claim, or no such revision of it; the text says which there are."""


def compare_revisions(
    session: Session, claim_id: str, before: int | None = None, after: int | None = None, viewer: Viewer = PUBLIC
) -> Comparison:
    """What differs between two revisions of a claim that is there for a viewer: by default the newest and the one before.

    Raises
    ------
    NoRevisionError
        If one of the two does not exist, or both are the same.
    """
    parts = selectinload(Revision.placements).selectinload(Placement.phases)
    chosen = select(Revision).join(Claim).where(Claim.id == claim_id, sees_claim(viewer)).order_by(Revision.number)
    found = {row.number: row for row in session.scalars(chosen.options(parts))}
    if not found:
        raise NoRevisionError(f"there is no claim {claim_id}; check the id")
    second = max(found) if after is None else after
    first = second - 1 if before is None else before
    for number in (first, second):
        if number not in found:
            there = "one revision only" if len(found) == 1 else f"revisions 1 to {max(found)}"
            raise NoRevisionError(f"claim {claim_id} has no revision {number}; it has {there}")
    if first == second:
        raise NoRevisionError(f"revision {first} of claim {claim_id} stands twice; name two different ones")
    return compare(_version(found[first]), _version(found[second]))


def _version(row: Revision) -> Version:
    return Version(row.number, row.content, tuple(_placement(placement) for placement in row.placements))


def _placement(row: Placement) -> PlacementVersion:
    return PlacementVersion(
        rank=row.rank,
        place=row.place_id,
        name=row.name,
        footprint=row.footprint,
        first_day=row.first_day,
        last_day=row.last_day,
        phases=tuple(
            PhaseVersion(
                name=phase.name,
                offset_days=phase.offset_days,
                days=phase.days,
                method=phase.method_id,
                method_version=phase.method_version,
                inputs=phase.inputs,
                keep_out_m=phase.keep_out_m,
            )
            for phase in row.phases
        ),
    )
