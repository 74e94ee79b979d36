"""The layers of the map: features of all rounds with their geometry in metres of IAU_2015:30135, in a fixed order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain.places import ProtectedPlace
from registry.exports.contents import Contents
from registry.exports.register import Register
from solver import geometry, zones

Row = tuple[Mapping[str, Any], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """Features of one kind: the type of each field (str, int, float or bool), and (geometry, values) rows."""

    name: str
    fields: Mapping[str, type]
    rows: Sequence[Row]


def layers(register: Register) -> list[Layer]:
    """All layers, the ground first and what was allotted last."""
    rounds = register.rounds
    return [
        _layer("regions", _REGIONS, _regions(register)),
        _layer("protected_places", _PROTECTED, _protected(register)),
        _layer("placements", _PLACEMENTS, (row for contents in rounds for row in _placements(contents))),
        _layer("entries", _ENTRIES, (row for contents in rounds for row in _entries(contents))),
        _layer("zones", _ZONES, (row for contents in rounds for row in _zones(contents))),
    ]


_KINDS: Mapping[str, type] = {"s": str, "i": int, "f": float, "b": bool}


def _layer(name: str, fields: str, rows: Iterator[Row]) -> Layer:
    """Fields are written as name:kind."""
    pairs = (field.split(":") for field in fields.split())
    return Layer(name, {field: _KINDS[kind] for field, kind in pairs}, list(rows))


_REGIONS = "id:s name:s kind:s accuracy:s source:s"


def _regions(register: Register) -> Iterator[Row]:
    for row in register.plain["regions"]:
        yield row.footprint, (row.id, row.name, row.kind, row.accuracy, row.source)


_PROTECTED = "id:s name:s kind:s party:s year:i coordinate_sigma_m:f enforced:b buffer_m:i remark:s source:s"


def _protected(register: Register) -> Iterator[Row]:
    for row in register.plain["protected_places"]:
        point = {"type": "Point", "coordinates": list(geometry.to_map(row.lat_deg, row.lon_deg))}
        known = (row.id, row.name, row.kind, row.party_id, row.year, row.coordinate_sigma_m, row.enforced)
        yield point, (*known, _buffer_m(row), row.remark, row.source)


def _buffer_m(place: ProtectedPlace) -> int | None:
    """The buffer in force around a place; None where its coordinates are too uncertain to enforce one."""
    if not place.enforced:
        return None
    return zones.size(f"heritage-{place.kind}", {"coordinate_sigma_m": place.coordinate_sigma_m}).keep_out_m


_PLACEMENTS = """id:s claim:s round:s name:s filed_by:s state:s rank:i place:s first_start:s last_start:s allotted:b
    illustrative:b"""


def _placements(contents: Contents) -> Iterator[Row]:
    allotted = contents.allotted
    for claim, row in contents.placements():
        window = (_text(contents.day(row.first_day)), _text(contents.day(row.last_day)))
        asked = (row.name, claim.filed_by_id, claim.state, row.rank, row.place_id, *window)
        of = (row.public_id, claim.id, claim.round_id)
        yield row.footprint, (*of, *asked, row.public_id in allotted, claim.illustrative)


_ENTRIES = "id:s claim:s round:s placement:s name:s filed_by:s state:s valid_from:s valid_until:s illustrative:b"


def _entries(contents: Contents) -> Iterator[Row]:
    for row in contents.standing:
        of = (row.id, row.claim_id, contents.round.id, row.placement.public_id)
        who = (row.claim.current.name, row.claim.filed_by_id)
        term = (_text(row.valid_from), _text(row.valid_until))
        yield row.ground, (*of, *who, row.state, *term, row.illustrative)


_ZONES = "entry:s claim:s round:s phase:s position:i valid_from:s valid_until:s keep_out_m:i method:s illustrative:b"


def _zones(contents: Contents) -> Iterator[Row]:
    for entry in contents.standing:
        for row in entry.zones:
            term = (_text(row.valid_from), _text(row.valid_until))
            method = f"{row.method_id} {row.method_version}"
            what = (entry.id, entry.claim_id, contents.round.id, row.phase, row.position)
            yield row.outline, (*what, *term, row.keep_out_m, method, entry.illustrative)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
