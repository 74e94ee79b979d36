"""Free access in a policy: the grid with its gates and points by place, read strictly, and expanded when a round is frozen.

    "access": {"cell_m": 500, "extent": [xmin, ymin, xmax, ymax], "blocked": null, "transient_days": 14,
               "gates": [{"at": [x, y]}, {"place": "connecting-ridge"}],
               "points": [{"id": "shackleton-floor", "place": "shackleton"}]}

Map metres; `at` or `place` for each. A named feature stands for the centre of its circle, a region for the centroid of its
outline, both rounded to whole metres. `solver/README.md` (C5) says what it means.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from solver.fields import Fault, InputError, Record
from solver.io import read_access

FIELDS = {"cell_m": True, "extent": True, "blocked": True, "transient_days": True, "gates": True, "points": True}


class Place(Protocol):
    """Anything of the register with a middle on the map."""

    def middle(self) -> tuple[int, int]:
        """Whole map metres."""


def check(row: Any, known: AbstractSet[str], taken: AbstractSet[str], faults: list[Fault]) -> None:
    """Note all that is wrong with the access section of a policy; `taken` are the ids of its other rows.

    Whether places lie in the extent is known when the round is frozen.
    """
    record = Record(row, "access", faults, FIELDS)
    points = _positions(record, "points", {"id": True, "place": False, "at": False}, known, faults)
    gates = _positions(record, "gates", {"place": False, "at": False}, known, faults)
    if not points or not gates:
        record.fault("points", "there is nobody to pass, or no gate", "give at least one point and one gate")
    names = [point.get("id") for point in points]
    for name in sorted({str(name) for name in names if names.count(name) > 1 or name in taken}):
        record.fault("points", f"id {name!r} stands twice", "give every row of the policy its own id")
    if record.is_sound:
        middle = [float(row["extent"][0]), float(row["extent"][1])] if _is_extent(row["extent"]) else [0.0, 0.0]
        read_access(_plain(row, dict.fromkeys(known, middle)), faults)


def _is_extent(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(isinstance(n, int | float) for n in value)


def _positions(
    record: Record, name: str, fields: Mapping[str, bool], known: AbstractSet[str], faults: list[Fault]
) -> list[Mapping[str, Any]]:
    rows = record.rows(name)
    for i, document in enumerate(rows):
        row = Record(document, f"access.{name}[{i}]", faults, fields)
        if row.has("place") == row.has("at"):
            row.fault("place", "it has both a place and a position, or neither", "give one of them")
        elif row.has("place") and row.text("place") not in known:
            row.fault("place", f"{row.raw('place')!r} is no place", "use the id of a registered place")
    return [row for row in rows if isinstance(row, dict)]


def expanded(policy: Mapping[str, Any], places: Mapping[str, Place]) -> dict[str, Any] | None:
    """The access section of an instance, None where the policy has none."""
    access = policy.get("access")
    return None if access is None else _plain(access, {name: list(place.middle()) for name, place in places.items()})


def reasons(policy: Mapping[str, Any], places: Mapping[str, Place]) -> Iterator[str]:
    """Why the access section cannot be expanded: places that are not there, or lie outside of the extent."""
    access = policy.get("access")
    named = [row["place"] for kind in ("gates", "points") for row in (access or {}).get(kind, ()) if "place" in row]
    missing = sorted(set(named) - places.keys())
    yield from (f"access names the place {name}, which is not in the register" for name in missing)
    if access is not None and not missing:
        faults: list[Fault] = []
        read_access(expanded(policy, places), faults)
        yield from (f"access: {fault}" for fault in InputError(faults).faults)


def _plain(access: Mapping[str, Any], middles: Mapping[str, Any]) -> dict[str, Any]:
    def at(row: Mapping[str, Any]) -> Any:
        return row["at"] if row.get("at") is not None else middles[row["place"]]

    return {
        **{name: access[name] for name in ("cell_m", "extent", "blocked", "transient_days")},
        "gates": [at(row) for row in access["gates"]],
        "points": [
            {"id": row["id"], "at": at(row)} for row in sorted(access["points"], key=lambda row: str(row["id"]))
        ],
    }
