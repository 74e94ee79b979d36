"""What a map shows, as plain data: footprints in IAU_2015:30135 metres, distances in metres on the ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GeoJson = Mapping[str, Any]

# How a site stands; the order is the order of drawing, the last on top.
OTHER, OPEN, ALLOTTED, ENTRY, UNSERVED = STANDINGS = ("other", "open", "allotted", "entry", "unserved")


@dataclass(frozen=True, slots=True)
class Region:
    """A named region with its footprint."""

    id: str
    name: str
    kind: str
    footprint: GeoJson


@dataclass(frozen=True, slots=True)
class Crater:
    """A named crater: a circle, its centre and radius in map metres."""

    name: str
    x_m: float
    y_m: float
    map_radius_m: float


@dataclass(frozen=True, slots=True)
class Protected:
    """A protected place: its buffer, and the circle in which it lies with near certainty (three sigma)."""

    id: str
    name: str
    x_m: float
    y_m: float
    buffer_m: float
    uncertainty_m: float
    enforced: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Room that the agency keeps free, with the distance kept around it."""

    id: str
    name: str
    footprint: GeoJson
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class Site:
    """A placement of a claim, or an entry, with the keep-outs of its phases.

    `label` is drawn where there is room; `name` is what a pointer or a screen reader is told.
    """

    id: str
    label: str
    name: str
    standing: str
    footprint: GeoJson
    keep_outs_m: tuple[int, ...] = ()
    href: str | None = None


@dataclass(frozen=True, slots=True)
class MapContent:
    """Everything that one map shows; `note` is written on it (that the data is illustrative)."""

    name: str
    description: str
    regions: tuple[Region, ...] = ()
    craters: tuple[Crater, ...] = ()
    protected: tuple[Protected, ...] = ()
    holds: tuple[Hold, ...] = ()
    sites: tuple[Site, ...] = ()
    note: str = ""
