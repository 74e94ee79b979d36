"""Which corners of the specification a tiny instance has, read off the document itself and not from how it was made."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.solver import oracle
from tests.solver.generate import EDGE_RHO_M, corners_of
from tests.solver.oracle_distance import EQUALLY_NEAR_M, edges, end_pairs, footprint_distance_m, pairs_within

Document = dict[str, Any]

Pair = tuple[Document, Document]


def rival_pairs(document: Document) -> list[Pair]:
    """Return all pairs of placements of different claims."""
    claims = document["claims"]
    return [
        (a, b)
        for i, one in enumerate(claims)
        for two in claims[:i]
        for a in one["placements"]
        for b in two["placements"]
    ]


def phases_touch(a: Document, b: Document) -> bool:
    """Tell whether a phase of one may end on the day on which a phase of the other starts."""
    for one, other in ((a, b), (b, a)):
        for p in one["phases"]:
            for q in other["phases"]:
                ends = {day + p["offset"] + p["days"] for day in range(one["start"][0], one["start"][1] + 1)}
                if ends & {day + q["offset"] for day in range(other["start"][0], other["start"][1] + 1)}:
                    return True
    return False


def at_the_limit(a: Document, b: Document) -> bool:
    """Tell whether the distance of two placements is within 1.5 mm of one of their keep-outs."""
    distance = footprint_distance_m(a["footprint"], b["footprint"])
    wanted = {p["keep_out_m"] for place in (a, b) for p in place["phases"]} - {0}
    return any(abs(distance - keep_out) < 0.0015 for keep_out in wanted)


def in_parallel(a: Document, b: Document) -> bool:
    """Tell whether two footprints are nearest along a stretch longer than a metre, not at one pair of points."""
    if footprint_distance_m(a["footprint"], b["footprint"]) == 0:
        return False
    pairs = [(e, f) for e in edges(a["footprint"]) for f in edges(b["footprint"])]
    limit = min(gap for e, f in pairs for gap, _, _ in end_pairs(e, f)) + EQUALLY_NEAR_M
    for e, f in pairs:
        near = [p for p, _ in pairs_within(e, f, limit)]
        if near and max(math.dist(near[0], p) for p in near[:2]) > 1:
            return True
    return False


def has(test: Callable[[Document], bool]) -> Callable[[Document], bool]:
    """Return a test for documents: some placement passes."""
    return lambda document: any(test(p) for claim in document["claims"] for p in claim["placements"])


def rho_between(low: float, high: float) -> Callable[[Document], bool]:
    """Return a test for documents: some corner's distance from the pole on the map is in the range."""
    return has(lambda p: "footprint" in p and any(low <= math.hypot(*c) <= high for c in corners_of(p)))


def shared(*shares: int) -> Callable[[Document], bool]:
    return lambda d: any(sorted(claim["credit"].values()) == sorted(shares) for claim in d["claims"])


def footprint_kind(*kinds: str) -> Callable[[Document], bool]:
    return has(lambda p: "footprint" in p and p["footprint"]["type"] in kinds)


def cap_with(field: str, value: str) -> Callable[[Document], bool]:
    return lambda d: any(cap[field].startswith(value) for cap in d["caps"])


def forced(test: Callable[[Document], bool]) -> Callable[[Document], bool]:
    return lambda d: any(test(c["in_force"]) for c in d["claims"] if c["in_force"])


def rivals(test: Callable[[Document, Document], bool]) -> Callable[[Document], bool]:
    return lambda d: d["conflicts"] is None and any(test(a, b) for a, b in rival_pairs(d))


FEATURES: dict[str, Callable[[Document], bool]] = {
    "credit 50/50": shared(50, 50),
    "credit 25/75": shared(25, 75),
    "credit 34/33/33": shared(34, 33, 33),
    "agreement": lambda d: bool(d["agreements"]),
    "hold": lambda d: bool(d["holds"]),
    "cap on placements": cap_with("measure", "placements"),
    "cap on km2_days": cap_with("measure", "km2_days"),
    "cap per all": cap_with("per", "all"),
    "cap per party": cap_with("per", "party"),
    "cap per controller": cap_with("per", "controller"),
    "cap per group": cap_with("per", "group:"),
    "reserve": lambda d: bool(d["reserves"]),
    "levels": lambda d: bool(d["policy"]["levels"]),
    "entry in force": forced(lambda entry: True),
    "entry from before day 0": forced(lambda entry: entry["start"] < 0),
    "given conflicts": lambda d: d["conflicts"] is not None,
    "phases that touch at a day": lambda d: any(phases_touch(a, b) for a, b in rival_pairs(d)),
    "several phases": has(lambda p: len(p["phases"]) > 1),
    "first phase after the start": has(lambda p: p["phases"][0]["offset"] > 0),
    "gap between phases": has(lambda p: any(a["offset"] + a["days"] < b["offset"] for a, b in pairwise(p["phases"]))),
    "keep-out of 0": has(lambda p: any(phase["keep_out_m"] == 0 for phase in p["phases"])),
    "distance at the limit": rivals(at_the_limit),
    "parallel edges": rivals(in_parallel),
    "point": footprint_kind("Point"),
    "line": footprint_kind("LineString"),
    "polygon": footprint_kind("Polygon"),
    "multi-geometry": footprint_kind("MultiPoint", "MultiLineString", "MultiPolygon"),
    "around the pole": rho_between(0, 10000),
    "near the 80th parallel": rho_between(EDGE_RHO_M - 5000, EDGE_RHO_M),
    "narrow window": has(lambda p: p["start"][0] == p["start"][1]),
    "flexible window": has(lambda p: p["start"][1] - p["start"][0] >= 3),
    "window cut by the horizon": lambda d: has(lambda p: p["start"][1] + oracle.span(p) > d["horizon_days"])(d),
    "party credited in no claim": lambda d: (
        {p["id"] for p in d["parties"]} != {x for c in d["claims"] for x in c["credit"]}
    ),
}


def features(document: Document) -> set[str]:
    """Return the names of the features a document has."""
    return {name for name, test in FEATURES.items() if test(document)}
