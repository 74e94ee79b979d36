"""Free passage, as far as one claim alone can hinder it; what many claims do together is for the allocation (C5)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shapely.geometry import Point

from registry.domain.provisions.finding import XY, Case
from solver import geometry

# A phase that lasts no longer counts as passing by: `transient_days` of free access (C5, solver/README.md).
TRANSIENT_DAYS = 14


def passage_faults(case: Case) -> list[str]:
    """A clause for each thing by which the claim would close ground to others."""
    faults = []
    if case.said.access.open_to_passage is not True:
        faults.append("the filing does not say that the ground stays open to passage")
    if case.said.zones.refuses_entry:
        faults.append("the safety zones are described as refusing entry")
    return faults + [
        f"placement {rank}, {phase}: a zone of {keep_out_m} m for {days} days covers all of {place}"
        for rank, phase, keep_out_m, days, place in _closed(case)
    ]


def _closed(case: Case) -> Iterator[tuple[int, str, int, int, str]]:
    """Phases whose zone covers the whole of the place that the placement names for longer than a passing time."""
    for placement in case.filing.placements:
        corners = case.places.get(placement.place, ())
        lasting = [phase for phase in placement.phases if phase.days > TRANSIENT_DAYS]
        if corners and lasting:
            farthest_m = _farthest_m(placement.footprint, corners)
            for phase in lasting:
                if geometry.is_too_near(farthest_m, phase.keep_out_m):
                    yield placement.rank, phase.name, phase.keep_out_m, phase.days, placement.place


def _farthest_m(footprint: Mapping[str, Any], corners: Sequence[XY]) -> float:
    """Ground metres from the footprint to the corner that is farthest from it."""
    shape = geometry.footprint(footprint)
    return max(geometry.distance_m(shape, Point(corner)) for corner in corners)
