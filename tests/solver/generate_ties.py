"""Tiny random instances full of ties: a few sites, several claims alike at each, so that only a draw can tell them apart.

All of them are invented. `tied(n)` draws one document from `random.Random` seeded with its number.
"""

import random
from typing import Any

Document = dict[str, Any]

RULES = ("equal-footing", "equal-footing", "equal-footing", "max-points", "nash")


def tied(number: int) -> Document:
    """Return the instance of a number: valid, with a lottery as its tie-break."""
    rng = random.Random(f"ties {number}")
    parties = [f"P{i}" for i in range(rng.randint(1, 4))]
    sites = [[8000.0 * i, 0.0] for i in range(rng.randint(1, 3))]
    window, days = rng.choice([(0, 10), (0, 10), (1, 10), (10, 10)])
    claims = [claim(rng, index, parties, sites, (window, days)) for index in range(rng.randint(2, 5))]
    placements = [place["id"] for row in claims for place in row["placements"]]
    caps = [{"id": "cap", "placements": placements, "measure": "placements", "max": rng.randint(1, 2), "per": "all"}]
    return {
        "format": "lunar-allocation-instance/1",
        "id": f"ties-{number}",
        "note": "invented, illustrative",
        "crs": "IAU_2015:30135",
        "epoch": "2027-01-01",
        "horizon_days": 20,
        "parties": [{"id": party, "groups": []} for party in parties],
        "claims": claims,
        "holds": [],
        "agreements": [],
        "conflicts": None,
        "caps": caps if rng.random() < 0.3 else [],
        "reserves": [],
        "policy": {"rule": rng.choice(RULES), "tie_break": "ex-ante", "levels": rng.choice([None, None, [50]])},
    }


def claim(
    rng: random.Random, index: int, parties: list[str], sites: list[list[float]], days: tuple[int, int]
) -> Document:
    """Return a claim at one or two of the sites, of one party or two."""
    named = rng.sample(parties, min(len(parties), rng.choice([1, 1, 1, 2])))
    wanted = rng.sample(range(len(sites)), min(len(sites), rng.choice([1, 1, 2])))
    points = rng.choice([(100, 100), (100, 100), (100, 40)])
    return {
        "id": f"K{index}",
        "credit": dict.fromkeys(named, 100 // len(named)),
        "controller": f"controller {index}",
        "received_at": f"2027-02-0{1 + index}T10:00:00Z",
        "placements": [
            placement(f"K{index}/{rank}", points[rank], sites[site], days) for rank, site in enumerate(wanted)
        ],
        "in_force": None,
    }


def placement(name: str, points: int, at: list[float], days: tuple[int, int]) -> Document:
    """Return a placement of ten days that excludes everybody else at its site."""
    phases = [{"name": "stay", "offset": 0, "days": days[1], "keep_out_m": 1000}]
    footprint = {"type": "Point", "coordinates": at}
    return {"id": name, "points": points, "start": [0, days[0]], "footprint": footprint, "phases": phases}
