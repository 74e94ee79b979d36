"""Problems of other programs, said in our format and solved by ours.

*Matching* (fairpyx): leximin over lotteries in which each agent has at most one room and each room one agent. A lottery
over matchings is a table of shares with row and column sums of at most 1 (Birkhoff), so with SHARES equal shares to give
it is an allocation: each agent has SHARES claims of equal points, each room a cap of SHARES. Leximin over the agents' points
is leximin over their chances wherever those are multiples of 1 / SHARES.

*Dispersion* (spopt): of so many points choose p, the two nearest as far apart as can be. For a distance d the points
nearer than d to each other are given as `conflicts`, a cap allows p, and the sum of points says whether p fit; the largest d
among the distances is found by halving.
"""

import itertools
import json
import math
from typing import Any

from solver.instance import Instance
from solver.io import parse_instance
from tests.benchmarks import ours

SHARES = 12
Document = dict[str, Any]


def matching(problem: Document, seconds: float) -> Document:
    """The chance of each agent, smallest first."""
    found = ours.levels(parse_instance(json.dumps(_lottery(problem)).encode()), seconds)
    got = dict.fromkeys(problem["agents"], 0)
    for claim in found["allotments"]:
        got[claim.rsplit("/", 1)[0]] += 1
    return {"answer": sorted(count / SHARES for count in got.values()), "complete": found["complete"]}


def _lottery(problem: Document) -> Document:
    claims = [
        _claim(f"{agent}/{share:02d}", agent, rooms)
        for agent, rooms in problem["agents"].items()
        for share in range(SHARES)
    ]
    placements = [p["id"] for claim in claims for p in claim["placements"]]
    caps = [
        {"id": room, "placements": [p for p in placements if p.endswith(f"/{room}")], "measure": "placements",
         "max": SHARES, "per": "all"}
        for room in problem["rooms"]
    ]  # fmt: skip
    return _document(claims, [cap for cap in caps if cap["placements"]], [], "equal-footing")


def dispersion(problem: Document, seconds: float) -> Document:
    """The largest least distance of p points."""
    points, places = problem["points"], problem["places"]
    distances = {
        pair: math.dist(points[pair[0]], points[pair[1]]) for pair in itertools.combinations(range(len(points)), 2)
    }
    steps = sorted(set(distances.values()))
    fits, too_far = 0, len(steps)  # the least distance always fits
    while too_far - fits > 1:
        middle = (fits + too_far) // 2
        value, bound = ours.only_points(_spread(points, places, distances, steps[middle]), seconds)
        if value == 100 * places:
            fits = middle
        elif bound < 100 * places:
            too_far = middle
        else:
            return {"answer": steps[fits], "complete": False}
    return {"answer": steps[fits], "complete": True}


def _spread(points: list[Any], places: int, distances: dict[tuple[int, int], float], least: float) -> Instance:
    claims = [_claim(f"point {i:03d}", "all", ["here"]) for i in range(len(points))]
    cap = {"id": "places", "placements": [f"point {i:03d}/here" for i in range(len(points))],
           "measure": "placements", "max": places, "per": "all"}  # fmt: skip
    near = [[f"point {i:03d}/here" for i in pair] for pair, distance in distances.items() if distance < least]
    return parse_instance(json.dumps(_document(claims, [cap], near, "max-points")).encode())


def _claim(name: str, party: str, places: list[str]) -> Document:
    phases = [{"name": "stay", "offset": 0, "days": 1, "keep_out_m": 0}]
    placements = [{"id": f"{name}/{place}", "points": 100, "start": [0, 0], "phases": phases} for place in places]
    return {"id": name, "credit": {party: 100}, "placements": placements}


def _document(claims: list[Document], caps: list[Document], conflicts: list[Any], rule: str) -> Document:
    parties = dict.fromkeys(party for claim in claims for party in claim["credit"])
    return {
        "format": "lunar-allocation-instance/1",
        "id": "illustrative",
        "crs": "IAU_2015:30135",
        "epoch": "2027-01-01",
        "horizon_days": 1,
        "parties": [{"id": party} for party in parties],
        "claims": claims,
        "conflicts": conflicts,
        "caps": caps,
        "policy": {"rule": rule},
    }
