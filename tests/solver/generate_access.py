"""Tiny random instances with free access (C5): those of `tests.solver.generate`, on a small grid with ground in the way.

All invented, each a function of its number. Zones of the instances are as large as the grid's corridors are wide, so that
whether a way is left is often close; `test_access_oracle` counts how often it decides.
"""

import math
import random
from typing import Any

from tests.solver.generate import EDGE_RHO_M, combinations, corners_of, inside, instance

Document = dict[str, Any]
MOST_ALLOCATIONS = 1500
KNOWN = 1800  # numbers of `tests.solver.generate` that give an instance


def access_instance(number: int) -> Document:
    """Return the instance of a number: valid, with an access section and few combinations of options."""
    rng = random.Random(f"tiny access {number}")
    while True:
        document = instance(rng.randrange(KNOWN))
        if combinations(document) <= MOST_ALLOCATIONS and document["conflicts"] is None and inside(document):
            document["id"] = f"tiny-access-{number}"
            document["access"] = access(rng, document)
            if wall_is_inside(document):
                return document


def wall_is_inside(document: Document) -> bool:
    """Tell whether the ground in the way lies within the register's area."""
    blocked = document["access"]["blocked"]
    return blocked is None or all(math.hypot(*p) < EDGE_RHO_M for (ring,) in blocked["coordinates"] for p in ring)


def access(rng: random.Random, document: Document) -> Document:
    """Return a grid around the footprints with gates at its rim, points within and walls with gaps."""
    corners = [p for claim in document["claims"] for place in claim["placements"] for p in corners_of(place)]
    west, south = (min(p[k] for p in corners) - rng.choice([200, 700, 1500]) for k in (0, 1))
    width, height = (
        max(p[k] for p in corners) - low + rng.choice([200, 700, 1500]) for k, low in ((0, west), (1, south))
    )
    cell_m = max(40, round(max(width, height) / rng.choice([6, 8, 11])))
    extent = [west, south, west + max(width, 3 * cell_m), south + max(height, 3 * cell_m)]
    return {
        "cell_m": cell_m,
        "extent": extent,
        "blocked": walls(rng, extent, cell_m),
        "transient_days": rng.choice([0, 0, 1, 2]),
        "gates": [position(rng, extent, at_rim=True) for _ in range(rng.choice([1, 1, 2]))],
        "points": [{"id": f"point-{i}", "at": position(rng, extent)} for i in range(rng.choice([1, 1, 2]))],
    }


def position(rng: random.Random, extent: list[float], at_rim: bool = False) -> list[float]:
    """Return a position of the half-open extent, on request in one of its corners."""
    x, y = rng.random(), rng.random()
    if at_rim:
        x, y = rng.choice([(0.0, y), (0.999, y), (x, 0.0), (x, 0.999)])
    return [extent[0] + x * (extent[2] - extent[0]), extent[1] + y * (extent[3] - extent[1])]


def walls(rng: random.Random, extent: list[float], cell_m: int) -> Document | None:
    """Return one or two walls across the grid, each with a gap, or none."""
    if rng.random() < 0.5:
        return None
    x = extent[0] + rng.uniform(0.3, 0.7) * (extent[2] - extent[0])
    gap = rng.uniform(extent[1], extent[3] - 2 * cell_m)
    parts = [
        box(x, extent[1] - 1, x + cell_m, gap),
        box(x, gap + rng.choice([1, 2, 3]) * cell_m, x + cell_m, extent[3]),
    ]
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in parts if ring]}


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """Return a closed ring, empty if it would have no height."""
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return corners if north > south else []
