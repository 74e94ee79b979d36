"""Places: sets of placements that compete for the same ground.

Without regions a place is a connected component of the open placements under "there are starts of both that exclude one
another" (C2): no placement of a place can ever stand in the way of one outside. Its name is `place N`, numbered by
the smallest placement id. With regions (GeoJSON in map metres) a place is a named region, with the placements whose footprints
touch it; a placement may be in several regions or in none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from solver.cliques import exclusive_cliques
from solver.components import numbered
from solver.fields import Fault, InputError, load_json
from solver.geometry import GeometryFault, footprint
from solver.instance import Instance
from solver.options import open_options


@dataclass(frozen=True, slots=True)
class Place:
    """Placements by id, and the most of them that all exclude one another at every start (of one claim or of several)."""

    name: str
    placements: tuple[str, ...]
    largest_clique: int


def places(instance: Instance, regions: bytes | None) -> list[Place]:
    """The places of an instance, those of most placements first; of a single claim none, unless regions are given."""
    options = open_options(instance)
    cliques = [frozenset(clique) for clique in exclusive_cliques(instance, options)]
    pairs = [*options.exclusive, *((pair.a, pair.b) for pair in options.timed)]
    sets = _components(sorted(options.starts), pairs) if regions is None else _regions(instance, regions)
    found = []
    for name, members in sets:
        largest = max((len(clique & members) for clique in cliques), default=1 if members else 0)
        found.append(Place(name, tuple(sorted(members)), max(largest, min(1, len(members)))))
    return sorted(found, key=lambda place: (-len(place.placements), place.name))


def _components(names: list[str], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, frozenset[str]]]:
    number = numbered(names, pairs)
    for n in range(len(set(number.values()))):
        members = frozenset(name for name in names if number[name] == n)
        if len(members) > 1:
            yield f"place {min(members)}", members


def _regions(instance: Instance, data: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    if instance.conflicts is not None and not all(p.footprint is not None for p in instance.placement_by_id.values()):
        raise InputError([Fault("--regions", "the instance has placements without footprints", "leave out --regions")])
    for name, shape in _named(load_json(data)):
        yield (
            name,
            frozenset(
                p.id
                for p in instance.placement_by_id.values()
                if p.footprint is not None and shape.intersects(p.footprint)
            ),
        )


def _named(document: Any) -> Iterator[tuple[str, Any]]:
    rows = document.get("features") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not rows:
        raise InputError([Fault("--regions", "it is no GeoJSON FeatureCollection with features", "give one")])
    faults: list[Fault] = []
    seen: set[str] = set()
    for i, row in enumerate(rows):
        fields = row if isinstance(row, dict) else {}
        given = fields.get("properties")
        properties = given if isinstance(given, dict) else {}
        name = properties.get("id") or fields.get("id") or properties.get("name")
        shape = _shape(fields.get("geometry"), f"features[{i}].geometry", faults)
        if not isinstance(name, str) or not name.strip() or name in seen:
            faults.append(Fault(f"features[{i}]", "it has no id or name of its own", "give properties.id"))
        elif shape is not None:
            seen.add(name)
            yield name, shape
    if faults:
        raise InputError(faults)


def _shape(value: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or "coordinates" not in value:
        faults.append(Fault(path, "it is no geometry", "give type and coordinates in map metres"))
        return None
    try:
        return footprint(value)
    except GeometryFault as error:
        faults.append(Fault(path, str(error), "give map metres of IAU_2015:30135 inside the area"))
        return None
