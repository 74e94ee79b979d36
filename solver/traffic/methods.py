"""How far and how long a movement disturbs others: registered methods as data, and the ballistics they rest on.

No internationally agreed figure exists; `methods.json` says of each where it comes from, and `placeholder` means a
proposal of this project. Metres are rounded up, seconds too: rounding goes against whoever wants to move.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from solver.geometry import MOON_RADIUS_M
from solver.zones import size

GRAVITY_M_S2 = 1.622  # at the surface of the reference sphere
LANDING, ASCENT = KINDS = ("landing", "ascent")


@dataclass(frozen=True, slots=True)
class Method:
    """A registered rule of traffic: its numbers and where they come from."""

    id: str
    version: str
    status: str
    parameters: Mapping[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What an operation is kept from: ground metres to a movement's site, and whether it may be flown over."""

    distance_m: int
    overflight: bool


def ballistic_range_m(speed_m_s: float, elevation_deg: float) -> float:
    """Ground metres from launch to landing of a particle on the airless sphere, below escape speed.

    R = 2 Rm atan2(k sin a cos a, 1 - k cos^2 a), k = v^2 / (g Rm).
    """
    a, k = math.radians(elevation_deg), speed_m_s**2 / (GRAVITY_M_S2 * MOON_RADIUS_M)
    return 2 * MOON_RADIUS_M * math.atan2(k * math.sin(a) * math.cos(a), 1 - k * math.cos(a) ** 2)


def period_ms(altitude_km: float) -> int:
    """Milliseconds of one revolution in a circular orbit, rounded to the nearest."""
    radius_m = MOON_RADIUS_M + 1000 * altitude_km
    return round(2000 * math.pi * math.sqrt(radius_m**3 / (GRAVITY_M_S2 * MOON_RADIUS_M**2)))


def sheet_angle_deg() -> float:
    """Ground angle beyond which nothing of a sheet has come while it is followed: fastest speed times that time."""
    rule = parameters("ejecta")
    return math.degrees(rule["fastest_m_s"] * (rule["blowing_s"] + rule["follow_s"]) / MOON_RADIUS_M)


def plume_m(landed_mass_kg: float, built_pad: bool) -> int:
    """Keep-out of a movement's plume by the method landing-plume, whole metres rounded up."""
    return size("landing-plume", {"landed_mass_kg": landed_mass_kg, "built_pad": built_pad}).keep_out_m


@cache
def in_flight_reach_m() -> int:
    """Ground metres within which ejecta of a movement still meet a craft in flight, rounded up."""
    rule = parameters("in-flight")
    return math.ceil(ballistic_range_m(rule["ejecta_m_s"], rule["elevation_deg"]))


@cache
def reach_of(activity: str) -> Reach:
    """What a sensitive operation of this kind is kept from."""
    rule = parameters(activity)
    distance_m = rule.get("distance_m")
    if distance_m is None:
        distance_m = math.ceil(ballistic_range_m(rule["ejecta_m_s"], rule["elevation_deg"]))
    return Reach(distance_m, rule["overflight"])


def emission_min() -> tuple[int, int]:
    """Minutes before and after touchdown or lift-off in which its ejecta fly, rounded up."""
    rule = parameters("ejecta")
    return -(-rule["blowing_s"] // 60), -(-rule["follow_s"] // 60)


def flight_min(kind: str) -> tuple[int, int]:
    """Minutes before and after touchdown or lift-off in which a craft is on its way."""
    rule = parameters("descent" if kind == LANDING else "ascent")
    return rule["before_min"], rule["after_min"]


def parameters(method_id: str) -> Mapping[str, Any]:
    """The numbers of a registered method."""
    return METHODS[method_id].parameters


def versions() -> dict[str, str]:
    """The version of each method, as solutions state it."""
    return {name: method.version for name, method in METHODS.items()} | {"landing-plume": "1"}


def _load() -> Mapping[str, Method]:
    rows = json.loads(files("solver.traffic").joinpath("methods.json").read_text("utf-8"))
    return MappingProxyType({row["id"]: Method(**row) for row in rows})


METHODS = _load()
ACTIVITIES = tuple(name for name, method in METHODS.items() if "overflight" in method.parameters)
"""The kinds of sensitive operations."""
