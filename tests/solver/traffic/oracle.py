"""Slots by trying everything: another reading of the rules, second by second and with another geometry, on documents alone.

Distances between corridors are sampled along great circles of the sphere by vectors; orbiters are followed by their position.
Nothing of `solver.traffic` is used.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

R = 1_737_400.0
Document = dict[str, Any]
RULES = {
    row["id"]: row["parameters"]
    for row in json.loads(files("solver.traffic").joinpath("methods.json").read_text("utf-8"))
}
EARLY, LATE = 1, 10  # minutes of ejecta, from 60 and 600 seconds


@cache
def vector(x: float, y: float) -> tuple[float, float, float]:
    """The unit vector of a map point, the pole being (0, 0, 1) here."""
    rho = math.hypot(x, y)
    colatitude = 2 * math.atan(rho / (2 * R))
    turn = math.atan2(x, y)
    return math.sin(colatitude) * math.sin(turn), math.sin(colatitude) * math.cos(turn), math.cos(colatitude)


def apart_m(p: tuple[float, float], q: tuple[float, float]) -> float:
    """Ground metres of two map points, from the angle of their vectors."""
    a, b = vector(*p), vector(*q)
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return R * math.atan2(math.hypot(*cross), sum(u * v for u, v in zip(a, b, strict=True)))


def site(row: Document) -> tuple[float, float]:
    """The map point of a row."""
    return tuple(row["site"]["coordinates"])


def way(row: Document) -> list[tuple[float, float]]:
    """Points along the middle of a corridor, every 250 m of the map."""
    if row.get("azimuth_range_deg") is not None:
        first, last = row["azimuth_range_deg"]
        turns = [first + i for i in range(round((last - first) % 360) + 1)]
    elif row["azimuth_deg"] is None:
        return [site(row)]
    else:
        turns = [row["azimuth_deg"]]
    x, y = site(row)
    lines = ((math.sin(math.radians(turn)), math.cos(math.radians(turn))) for turn in turns)
    return [(x + s * right, y + s * up) for right, up in lines for s in range(0, 100_001, 250)]


def nearest_m(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> float:
    """Ground metres between the nearest of some points and others."""
    found, away = np.array([vector(*p) for p in some]), np.array([vector(*q) for q in others])
    chord = min(float(np.linalg.norm(away - one, axis=1).min()) for one in found)
    return 2 * R * math.asin(min(1.0, chord / 2))


def width_m(row: Document) -> int:
    """Half the width of a corridor."""
    return 5000 if row.get("azimuth_range_deg") or row["azimuth_deg"] is not None else 100_000


def plume_m(row: Document) -> int:
    """The keep-out of a movement's plume."""
    radius = min(max(2000 * (row["landed_mass_kg"] / 7300) ** 0.69, 300), 12_000)
    return math.ceil(radius * (0.3 if row.get("built_pad") else 1) - 1e-9)


def range_m(speed: float) -> int:
    """Ballistic range at 3 degrees, by steps of the flight: perigee form, no formula of the product."""
    a, mu = math.radians(3), 1.622 * R * R
    momentum, energy = R * speed * math.cos(a), speed * speed / 2 - mu / R
    eccentricity = math.sqrt(1 + 2 * energy * momentum**2 / mu**2)
    anomaly = math.acos((momentum**2 / (mu * R) - 1) / eccentricity)
    return math.ceil(2 * R * (math.pi - anomaly))


FLIGHT_REACH, CREW_REACH = range_m(1000), range_m(500)
REACH = {"seismic-quiet": 1000, "radio-quiet": 5000, "crew-outside": CREW_REACH, "open-optics": FLIGHT_REACH,
         "delicate-work": 2000}  # fmt: skip
OVERFLIGHT = {"radio-quiet", "crew-outside", "delicate-work"}


def flight(row: Document, at: int) -> range:
    """The minutes in which a craft is on its way."""
    return range(at - 30, at + 5) if row["kind"] == "landing" else range(at - 5, at + 30)


def ejecta(at: int) -> range:
    """The minutes in which ejecta fly."""
    return range(at - EARLY, at + LATE)


def meet(one: range, other: range) -> bool:
    """True if two ranges of minutes have one in common."""
    return max(one.start, other.start) < min(one.stop, other.stop)


class Oracle:
    """One document: which times it allows to each movement and each pair, and its best slots."""

    def __init__(self, document: Document):
        self.document = document
        self.rows = {row["id"]: row for row in document["movements"]}
        self.until: int = document.get("orbits_until_min") or document["horizon_min"]
        self._near: dict[tuple[str, str, str], bool] = {}

    def alone(self, row: Document, at: int) -> bool:
        """True if a movement may be at this minute with nobody else about."""
        if any(self.disturbs(row, at, operation) for operation in self.document["operations"]):
            return False
        return at >= self.until or not any(self.met(row, at, orbiter) for orbiter in self.document["orbiters"])

    def disturbs(self, row: Document, at: int, operation: Document) -> bool:
        """(S6)"""
        if operation["claim"] is not None and operation["claim"] == row["claim"]:
            return False
        (begin, end), kind = operation["times"][0], operation["activity"]
        reach = max(REACH[kind], plume_m(row))
        if meet(ejecta(at), range(begin, end)) and apart_m(site(row), site(operation)) < reach:
            return True
        over = kind in OVERFLIGHT and meet(flight(row, at), range(begin, end))
        return over and nearest_m([site(operation)], way(row)) < width_m(row)

    def met(self, row: Document, at: int, orbiter: Document) -> bool:
        """(S5) The orbiter followed second by second; its node is unknown, so only its distance from the pole counts."""
        if orbiter["altitude_km"] > 200:
            return False
        orbit_m = R + 1000 * orbiter["altitude_km"]
        period = round(2000 * math.pi * math.sqrt(orbit_m**3 / (1.622 * R * R))) / 1000
        reach = 2000 * 660 / R + apart_m(site(row), (0, 0)) / R
        tilt = math.radians(abs(90 - orbiter["inclination_deg"]))
        margin = orbiter["margin_s"]
        begin, end = 60 * at - 60, 60 * at + 600
        first = math.floor((begin - orbiter["south_at_s"]) / period)
        passes = [orbiter["south_at_s"] + n * period for n in range(first, first + 3)]
        nearest = min(max(begin - south, south - end, 0.0) for south in passes)
        # The stretch is rounded up to whole seconds, so a pass that begins within its last second counts.
        ahead = max(0.0, math.ceil(nearest - margin - 1e-6) - 1)
        return math.acos(math.cos(tilt) * math.cos(2 * math.pi * ahead / period)) <= reach

    def apart(self, a: Document, at_a: int, b: Document, at_b: int) -> bool:
        """True if two movements may be at these minutes: (S2) to (S4), or (S7) for one craft."""
        for ascent, landed, wait in ((a, b, at_a - at_b), (b, a, at_b - at_a)):
            follows = ascent.get("follows")
            if follows and follows["movement"] == landed["id"]:
                return follows["least_min"] <= wait <= follows["most_min"]
        if meet(flight(a, at_a), flight(b, at_b)) and self.near("ways", a, b):
            return False
        if meet(ejecta(at_a), flight(b, at_b)) and self.near("flight", a, b):
            return False
        if meet(ejecta(at_b), flight(a, at_a)) and self.near("flight", b, a):
            return False
        return abs(at_a - at_b) >= 1440 or apart_m(site(a), site(b)) >= max(plume_m(a), plume_m(b))

    def near(self, what: str, a: Document, b: Document) -> bool:
        """True if corridors come too near each other, or the ejecta of one to the way of the other."""
        key = (what, a["id"], b["id"])
        if key not in self._near:
            if what == "ways":
                limit = width_m(a) + width_m(b)
                self._near[key] = nearest_m(way(a)[::4], way(b)[::4]) < limit
            else:
                limit = FLIGHT_REACH + width_m(b)
                self._near[key] = nearest_m([site(a)], way(b)) < limit
        return self._near[key]

    def minutes(self, row: Document) -> list[int]:
        """The minutes that a movement may have with nobody else about."""
        if row.get("slot") is not None:
            return [row["slot"]]
        wanted = (at for first, last in row["windows"] for at in range(first, last + 1))
        return [at for at in wanted if at <= self.document["horizon_min"] and self.alone(row, at)]

    def best(self) -> dict[str, int] | None:
        """The one best set of slots; None if those allotted before contradict one another."""
        fixed = {name: row["slot"] for name, row in self.rows.items() if row.get("slot") is not None}
        if not self._stand(fixed):
            return None
        order = sorted(self.rows, key=lambda name: hashlib.sha256(b"\x00\x00" + name.encode()).hexdigest())
        return min(self._all(order, fixed), key=lambda times: self._merit(times, order))

    def _stand(self, fixed: dict[str, int]) -> bool:
        if any(not self.alone(self.rows[name], at) for name, at in fixed.items()):
            return False
        if any((follows := self.rows[name].get("follows")) and follows["movement"] not in fixed for name in fixed):
            return False
        pairs = itertools.combinations(fixed, 2)
        return all(self.apart(self.rows[a], fixed[a], self.rows[b], fixed[b]) for a, b in pairs)

    def _merit(self, times: dict[str, int], order: list[str]) -> tuple[Any, ...]:
        shifts = [
            abs(at - self.rows[name].get("preferred", self.rows[name]["windows"][0][0]))
            for name, at in times.items()
            if self.rows[name].get("slot") is None
        ]
        ranks = tuple(times.get(name, math.inf) for name in order)
        return -len(times), max(shifts, default=0), sum(shifts), ranks

    def _all(self, order: list[str], fixed: dict[str, int]) -> Iterator[dict[str, int]]:
        """Every set of slots that keeps the rules, landings before their ascents."""
        names = sorted(order, key=lambda name: (name not in fixed, self.rows[name]["kind"] == "ascent"))
        minutes = {name: self.minutes(self.rows[name]) for name in names}

        def grow(k: int, times: dict[str, int]) -> Iterator[dict[str, int]]:
            if k == len(names):
                yield dict(times)
                return
            row = self.rows[names[k]]
            follows = row.get("follows")
            if row.get("slot") is None:
                yield from grow(k + 1, times)
            if follows and follows["movement"] not in times and row.get("slot") is None:
                return
            for at in minutes[names[k]]:
                if all(self.apart(row, at, self.rows[name], other) for name, other in times.items()):
                    yield from grow(k + 1, times | {names[k]: at})

        return grow(0, {})
