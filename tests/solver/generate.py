"""Tiny random instances, each a function of its number, small enough to try every allocation.

All of them are invented. `instance(n)` draws one document from `random.Random` seeded with its number.
`tests.solver.features` reads off a document which of the specification's corners it has.
"""

import math
import random
from typing import Any

from tests.solver import oracle
from tests.solver.oracle_distance import Point, edges, footprint_distance_m

MOST_ALLOCATIONS = 20000
EDGE_RHO_M = 304005.608
KEEP_OUTS_M = (300, 500, 1000, 2000)
BESIDE_THE_LIMIT_M = (0.0, -0.00099, -0.00101, -0.0005, 0.001, -0.002, -0.01)
GROUPS = ("blue", "red", "ldc")
CREDITS = ((100,), (100,), (100,), (50, 50), (50, 50), (25, 75), (34, 33, 33))

Document = dict[str, Any]
Footprint = dict[str, Any]


def instance(number: int) -> Document:
    """Return the instance of a number: valid, with at most `MOST_ALLOCATIONS` combinations of options."""
    rng = random.Random(f"tiny instance {number}")
    while True:
        document = Draft(rng, number).document()
        if combinations(document) <= MOST_ALLOCATIONS and (document["conflicts"] is not None or inside(document)):
            return document


def combinations(document: Document) -> int:
    """Return how many ways there are to choose nothing or an option for each claim."""
    total = 1
    for claim in document["claims"]:
        days = sum(p["start"][1] - p["start"][0] + 1 for p in claim["placements"])
        total *= 1 if claim["in_force"] else 1 + days
    return total


def inside(document: Document) -> bool:
    """Tell whether all corners lie within the register's area, without its slack."""
    corners = [p for claim in document["claims"] for place in claim["placements"] for p in corners_of(place)]
    corners += [p for hold in document["holds"] for p in corners_of(hold)]
    return all(math.hypot(*p) < EDGE_RHO_M for p in corners)


def corners_of(placement: Document) -> list[Point]:
    """Return the corners of a placement's or hold's footprint."""
    return [end for edge in edges(placement["footprint"]) for end in edge]


# ---- footprints -----------------------------------------------------------------------------------------------------


def moved(footprint: Footprint, dx: float, dy: float) -> Footprint:
    """Return a footprint shifted on the map."""

    def shift(part: Any) -> Any:
        return [part[0] + dx, part[1] + dy] if isinstance(part[0], float) else [shift(inner) for inner in part]

    return {"type": footprint["type"], "coordinates": shift(footprint["coordinates"])}


def square(size: float, tilt: float = 0.0) -> list[list[float]]:
    """Return a closed square ring around the origin."""
    turns = [tilt + math.pi * (0.25 + 0.5 * i) for i in range(4)]
    ring = [[size * math.cos(turn), size * math.sin(turn)] for turn in turns]
    return [*ring, ring[0]]


def shape_at_origin(rng: random.Random) -> Footprint:
    """Return a point, line, polygon (also with a hole) or a multi-geometry near the origin."""
    kind = rng.choice(
        ["Point"] * 7 + ["LineString"] * 3 + ["Polygon"] * 3 + ["MultiPoint", "MultiLineString", "MultiPolygon"]
    )
    size, tilt = rng.choice([30.0, 120.0, 4000.0]), rng.choice([0.0, 0.0, 0.3, 1.1])
    far = [-size * math.cos(tilt), -size * math.sin(tilt)]
    line = [far, [0.0, 0.0], [size * math.cos(tilt), size * math.sin(tilt)]]
    hole = [square(size, tilt), square(size / 2, tilt)[::-1]]
    second = [[x + 3 * size, y + size] for x, y in square(size / 3)]
    parts: dict[str, Any] = {
        "Point": [0.0, 0.0],
        "LineString": line,
        "Polygon": rng.choice([hole, hole[:1]]),
        "MultiPoint": [[0.0, 0.0], far],
        "MultiLineString": [line, [[size, 50.0], [2 * size, 90.0]]],
        "MultiPolygon": [hole[:1], [second]],
    }
    return {"type": kind, "coordinates": parts[kind]}


def put_at_distance(footprint: Footprint, neighbour: Footprint, distance_m: float, turn: float) -> Footprint:
    """Return the footprint moved in direction `turn` until its distance from the neighbour is the given one."""
    x, y = edges(neighbour)[0][0]
    near, far = 0.0, 30000.0

    def there(step: float) -> Footprint:
        return moved(footprint, x + step * math.cos(turn), y + step * math.sin(turn))

    def missing(step: float) -> float:
        return distance_m - footprint_distance_m(neighbour, there(step))

    while far - near > 1.0:
        near, far = ((near + far) / 2, far) if missing((near + far) / 2) > 0 else (near, (near + far) / 2)
    for _ in range(40):
        gap = missing(far)
        if abs(gap) < 1e-7:
            break
        far += gap
    return there(far)


def base_point(rng: random.Random) -> Point:
    """Return where the instance lies: around the pole, in between, or close to the 80th parallel."""
    rho = rng.choice([0.0, 300.0, 9000.0, 150000.0, EDGE_RHO_M - 1500.0, EDGE_RHO_M - 0.5])
    turn = rng.choice([0.0, math.pi / 2, rng.uniform(0, 2 * math.pi)])
    return (rho * math.sin(turn), rho * math.cos(turn))


def footprints(rng: random.Random, count: int) -> list[Footprint]:
    """Return footprints of which each next one keeps, within a hair, some keep-out distance from an earlier one."""
    x, y = base_point(rng)
    found = [moved(shape_at_origin(rng) if rng.random() < 0.6 else {"type": "Point", "coordinates": [0.0, 0.0]}, x, y)]
    while len(found) < count:
        neighbour = rng.choice(found)
        if rng.random() < 0.15:
            found.append(moved(neighbour, rng.choice([0.0, 60.0]), 0.0))
            continue
        beside = rng.choice(BESIDE_THE_LIMIT_M) if rng.random() < 0.7 else rng.choice([-40.0, 25.0, 9000.0])
        twin = neighbour["type"] != "Point" and rng.random() < 0.4
        new = moved(neighbour, *(-c for c in edges(neighbour)[0][0])) if twin else shape_at_origin(rng)
        turn = rng.choice([math.pi, -math.pi / 2, rng.uniform(0, 2 * math.pi)])
        found.append(put_at_distance(new, neighbour, rng.choice(KEEP_OUTS_M) + beside, turn))
    return found


# ---- documents ------------------------------------------------------------------------------------------------------


class Draft:
    """One attempt at a document; the parts are drawn in a fixed order from one generator."""

    def __init__(self, rng: random.Random, number: int) -> None:
        self.rng = rng
        self.number = number
        self.given = rng.random() < 0.18
        self.even = rng.random() < 0.6  # claims alike in points, so that several allocations are equally good
        self.horizon = rng.choice([12, 20, 30])
        self.sites = [] if self.given else footprints(rng, rng.randint(2, 4))
        self.parties = [self.party(i) for i in range(rng.randint(2, 4))]
        self.claims: list[Document] = []
        for index in range(1, rng.choice([2, 3, 4, 4, 5, 5]) + 1):
            self.claims.append(self.twin(index) if self.claims and rng.random() < 0.35 else self.claim(index))
        self.placements = [p for claim in self.claims for p in claim["placements"]]

    def document(self) -> Document:
        """Return the whole instance."""
        rng = self.rng
        self.put_in_force()
        return {
            "format": "lunar-allocation-instance/1",
            "id": f"tiny-{self.number}",
            "note": "invented, illustrative",
            "crs": "IAU_2015:30135",
            "epoch": "2027-01-01",
            "horizon_days": self.horizon,
            "parties": self.parties,
            "claims": self.claims,
            "holds": [self.hold(i) for i in range(rng.choice([0, 0, 1, 2]))] if not self.given else [],
            "agreements": [self.agreement() for _ in range(rng.choice([0, 0, 1, 2]))],
            "conflicts": self.conflicts() if self.given else None,
            "caps": [self.cap(i) for i in range(rng.choice([0, 0, 1, 1, 2]))],
            "reserves": [self.reserve(i) for i in range(rng.choice([0, 0, 1, 2]))],
            "access": None,
            "policy": {"rule": "equal-footing", "tie_break": "ticket", "levels": self.levels()},
        }

    def party(self, index: int) -> Document:
        return {"id": "ABCDÉ"[index] + "-land", "groups": [g for g in GROUPS if self.rng.random() < 0.4]}

    def claim(self, index: int) -> Document:
        rng = self.rng
        shares = rng.choice([c for c in CREDITS if len(c) <= len(self.parties)])
        named = rng.sample([p["id"] for p in self.parties], len(shares))
        widths = rng.choice([(0, 0, 0), (1, 0, 2), (3, 1), (2, 2, 2), (5,), (9,)])
        return {
            "id": f"K{index}",
            "credit": dict(zip(named, shares, strict=True)),
            "operator": rng.choice(["north", "south"]),
            "controller": rng.choice(["north", "south"]),
            "received_at": f"2027-02-0{rng.randint(1, 9)}T10:00:00Z",
            "placements": [
                self.placement(index, rank, width) for rank, width in enumerate(widths[: rng.randint(1, 3)], start=1)
            ],
            "in_force": None,
        }

    def twin(self, index: int) -> Document:
        """Return a claim for the same as an earlier one, by the same parties or by others."""
        first = self.rng.choice(self.claims)
        placements = [p | {"id": p["id"].replace(first["id"], f"K{index}")} for p in first["placements"]]
        named = self.rng.sample([p["id"] for p in self.parties], len(first["credit"]))
        shares = dict(zip(named, first["credit"].values(), strict=True))
        credit = self.rng.choice([first["credit"], shares, shares])
        return first | {"id": f"K{index}", "credit": credit, "placements": placements}

    def placement(self, claim: int, rank: int, width: int) -> Document:
        rng = self.rng
        phases = self.phases()
        latest = self.horizon - max(phase["offset"] + phase["days"] for phase in phases)
        first = min(rng.choice([0, 0, 1, 2, rng.randint(0, latest)]), latest)
        points = 60 if self.even else (100, 70, 40)[rank - 1]
        found = {
            "id": f"K{claim}/{rng.choice([rank, rank, 12 - rank])}",
            "points": points if rng.random() < 0.85 else rng.randint(1, 100),
            "start": [first, first + width],
            "phases": phases,
        }
        return found if self.given else found | {"footprint": rng.choice(self.sites)}

    def phases(self) -> list[Document]:
        rng, day, found = self.rng, self.rng.choice([0, 0, 0, 1]), []
        for name in ("landing", "operation", "disposal")[: rng.choice([1, 2, 2, 3])]:
            days = rng.choice([1, 2, 3]) if self.horizon < 20 else rng.choice([1, 2, 4, 6])
            keep_out = rng.choice(KEEP_OUTS_M) if rng.random() < 0.9 else 0
            found.append({"name": name, "offset": day, "days": days, "keep_out_m": keep_out})
            day += days + rng.choice([0, 0, 0, 1])
        return found

    def put_in_force(self) -> None:
        rng = self.rng
        if rng.random() < 0.22:
            for claim in rng.sample(self.claims, rng.choice([1, 1, 2])):
                chosen = rng.choice(claim["placements"])
                start = rng.choice([-4, -1, chosen["start"][0], chosen["start"][0], self.horizon - 1])
                claim["in_force"] = {"placement": chosen["id"], "start": start}

    def hold(self, index: int) -> Document:
        start = self.rng.randint(0, self.horizon - 4)
        keep_out = self.rng.choice(KEEP_OUTS_M)
        return {
            "id": f"H-{index}",
            "footprint": self.rng.choice(self.sites),
            "start": start,
            "phases": [{"name": "hold", "offset": 0, "days": self.rng.randint(1, 4), "keep_out_m": keep_out}],
        }

    def agreement(self) -> Document:
        pair = self.rng.sample([claim["id"] for claim in self.claims], 2)
        return {"claims": pair, "keep_out_m": self.rng.choice([0, 100, 299, *KEEP_OUTS_M, 5000])}

    def conflicts(self) -> list[list[str]]:
        chance = self.rng.choice([0.0, 0.3, 0.7, 1.0])
        pairs = [
            [a["id"], b["id"]]
            for i, one in enumerate(self.claims)
            for two in self.claims[:i]
            for a in one["placements"]
            for b in two["placements"]
        ]
        return [pair for pair in pairs if self.rng.random() < chance]

    def some_placements(self) -> list[Document]:
        return self.rng.sample(self.placements, self.rng.randint(1, len(self.placements)))

    def cap(self, index: int) -> Document:
        rng, listed = self.rng, self.some_placements()
        per = rng.choice(["all", "party", "controller", f"group:{rng.choice(GROUPS)}", "group:nobody"])
        if rng.random() < 0.5:
            measure, most = "placements", rng.choice([0, 1, 1, 2])
        else:
            measure = "km2_days"
            room = sum(oracle.km2_days(p) for p in rng.sample(listed, rng.randint(1, min(2, len(listed)))))
            most = max(0, room + rng.choice([-1, 0, 0, 1]))
        return {
            "id": f"cap-{index}",
            "placements": [p["id"] for p in listed],
            "measure": measure,
            "max": most,
            "per": per,
        }

    def reserve(self, index: int) -> Document:
        names = [p["id"] for p in self.some_placements()]
        group = self.rng.choice([*GROUPS, *GROUPS, "nobody"])
        return {"id": f"reserve-{index}", "group": group, "placements": names, "min": self.rng.choice([0, 1, 1, 2])}

    def levels(self) -> list[int] | None:
        if self.rng.random() < 0.75:
            return None
        return self.rng.choice([[50], [30, 60, 90], [20, 21, 100], [1, 250]])
