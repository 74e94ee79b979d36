"""Two revisions side by side, as lines for a person."""

import json
from collections.abc import Iterator
from typing import Any

from registry.commands.answers import plain
from registry.domain.revisions import Change, Comparison, PlacementChange


def lines(claim_id: str, found: Comparison) -> Iterator[str]:
    """A line for each field that differs, and for each placement what became of it."""
    heading = f"claim {claim_id}, revision {found.before} to {found.after}"
    yield f"{heading}: the two ask for the same" if found.is_same else f"{heading}:"
    yield from (f"  {_change(row)}" for row in found.fields)
    for row in found.placements:
        yield f"  placement {row.rank}: {row.kind}{_ground(row)}"
        yield from (f"    {_change(change)}" for change in row.changes)


def _ground(row: PlacementChange) -> str:
    said = []
    if row.moved_m:
        said.append(f"moved by {row.moved_m:.1f} m")
    if row.area_km2:
        said.append(f"{row.area_km2:.4f} km2 covered by only one of the two")
    return f", {', '.join(said)}" if said else ""


def _change(row: Change) -> str:
    return f"{row.field}: {_shown(row.before)} -> {_shown(row.after)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(plain(value), ensure_ascii=False)
