"""A grid of 5 x 5 cells of 1 km with a wall of ground in the third column, open in its two upper cells.

A zone of 400 m in the middle of a cell closes that cell alone. Claim A stands in the lower opening, claim B in the upper one,
each for 10 days; while both are there, nobody gets from the point at the lower right to the gate at the lower left.
"""

import json
from typing import Any

from solver.instance import Instance
from solver.io import parse_instance
from tests.solver.instances import claim, document, phase, placement

WALL = {"type": "Polygon", "coordinates": [[[2000, 0], [3000, 0], [3000, 3000], [2000, 3000], [2000, 0]]]}
LOWER, UPPER = (2500, 3500), (2500, 4500)

Document = dict[str, Any]


def zone(name: str, at: tuple[float, float], last: int = 0, points: int = 100, days: int = 10) -> Document:
    """Return a placement of 400 m in a cell that may start from day 0 to `last`."""
    return placement(name, at=at, points=points, start=(0, last), phases=[phase(days=days, keep_out_m=400)])


def access(**more: Any) -> Document:
    """Return the access section, with other fields in place of its own."""
    return {
        "cell_m": 1000,
        "extent": [0, 0, 5000, 5000],
        "blocked": WALL,
        "transient_days": 2,
        "gates": [[500, 500]],
        "points": [{"id": "plain", "at": [4500, 500]}],
        **more,
    }


def walled(*claims: Document, **more: Any) -> Document:
    """Return the document of an instance with these claims, or A and B that exclude each other."""
    rows = claims or (
        claim("A1", zone("A/1", LOWER)),
        claim("B1", zone("B/1", UPPER, points=90), credit={"B": 100}),
    )
    return document(*rows, **{"access": access(), "policy": {"rule": "max-points"}, **more})


def problem(*claims: Document, **more: Any) -> Instance:
    """Return the same as an instance."""
    return parse_instance(json.dumps(walled(*claims, **more)).encode())
