"""Changed instance files: claims dropped, shortened, copied aside, cut in two; credit moved; an agreement left out.

Documents in, documents out: nothing given is altered, rows that stay the same are shared. A copy of a claim stands wherever
the claim stands: in caps, reserves, agreements and given conflicts, and where conflicts are given it excludes its model.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from solver.canonical import canonical

Document = Mapping[str, Any]
Row = dict[str, Any]

ASIDE_M = 10.0
"""How far a twin lies from its model, map metres towards the pole: near enough to be the same wish, and never outside."""


class Forms:
    """RFC 8785 forms of documents that share most of their rows; each row is written once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, bytes]] = {}

    def of(self, document: Document) -> bytes:
        """The form of a document whose fields have ASCII names, as those of every instance have."""
        fields = (canonical(name) + b":" + self._value(document[name]) for name in sorted(document))
        return b"{" + b",".join(fields) + b"}"

    def _value(self, value: Any) -> bytes:
        return b"[" + b",".join(map(self._row, value)) + b"]" if isinstance(value, list) else canonical(value)

    def _row(self, row: Any) -> bytes:
        # The row is kept with its form: as long as it is, no other object has its id.
        if id(row) not in self._known:
            self._known[id(row)] = (row, canonical(row))
        return self._known[id(row)][1]


def is_entry(document: Document, claim_id: str) -> bool:
    """Whether a claim is an entry in force, one that may be moved included."""
    return claim_of(document, claim_id).get("in_force") is not None


def dropped(document: Document, claim_id: str) -> Document:
    """The instance without a claim."""
    gone = {placement["id"] for placement in claim_of(document, claim_id)["placements"]}
    claims = [row for row in document["claims"] if row["id"] != claim_id]
    agreements = [row for row in document.get("agreements") or [] if claim_id not in row["claims"]]
    return _without_placements({**document, "claims": claims, "agreements": agreements}, gone)


def truncated(document: Document, claim_id: str, kept: Sequence[str]) -> Document:
    """The instance with only these placements of a claim."""
    claim = claim_of(document, claim_id)
    gone = {placement["id"] for placement in claim["placements"]} - set(kept)
    shorter = {**claim, "placements": [p for p in claim["placements"] if p["id"] in kept]}
    return _without_placements(_with_claim(document, shorter), gone)


def with_credit(document: Document, claim_id: str, credit: Mapping[str, int]) -> Document:
    """The instance with another credit of a claim."""
    return _with_claim(document, {**claim_of(document, claim_id), "credit": dict(credit)})


def with_copy(
    document: Document,
    claim_id: str,
    copy_id: str,
    change: Callable[[Row], Row],
    credit: Mapping[str, int] | None = None,
) -> tuple[Document, dict[str, str]]:
    """The instance with a copy of a claim behind all others, and for each new placement the one that it copies.

    `change` makes a placement of the copy from one of the claim; `credit` is the copy's, if it is another.
    """
    claim = claim_of(document, claim_id)
    names = _new_names(document, [p["id"] for p in claim["placements"]], copy_id.removeprefix(claim_id))
    placements = [{**change(p), "id": names[p["id"]]} for p in claim["placements"]]
    copy = {**claim, "id": copy_id, "credit": dict(credit or claim["credit"]), "placements": placements}
    found: Row = {**document, "claims": [*document["claims"], copy]}
    for rows in ("caps", "reserves"):
        found[rows] = [_also(row, names) for row in document.get(rows) or []]
    found["agreements"] = [*(document.get("agreements") or []), *_agreements_too(document, claim_id, copy_id)]
    if document.get("conflicts") is not None:
        found["conflicts"] = _conflicts_too(document["conflicts"], names)
    return found, {new: old for old, new in names.items()}


def with_placements(document: Document, claim_id: str, change: Callable[[Row], Row]) -> Document:
    """The instance with every placement of a claim changed."""
    claim = claim_of(document, claim_id)
    return _with_claim(document, {**claim, "placements": [change(p) for p in claim["placements"]]})


def without_agreement(document: Document, number: int) -> Document:
    """The instance without one of its agreements."""
    return {**document, "agreements": [row for i, row in enumerate(document["agreements"]) if i != number]}


def new_id(document: Document, claim_id: str, ending: str) -> str:
    """An id for a copy of a claim that nothing in the file has."""
    return _new_names(document, [claim_id], ending)[claim_id]


def aside(placement: Row) -> Row:
    """The placement moved a little towards the pole."""
    footprint = placement.get("footprint")
    if footprint is None:
        return placement
    x, y = _first_position(footprint["coordinates"])
    length = math.hypot(x, y)
    if length <= ASIDE_M:
        return placement
    move = (-ASIDE_M * x / length, -ASIDE_M * y / length)
    return {**placement, "footprint": {**footprint, "coordinates": _moved(footprint["coordinates"], move)}}


def first_part(cut: Callable[[Row], int]) -> Callable[[Row], Row]:
    """A change of placements: only what lies before the day of the cut, counted from the start."""

    def change(placement: Row) -> Row:
        day = cut(placement)
        phases = [p for p in placement["phases"] if p["offset"] < day]
        kept = [{**p, "days": min(p["offset"] + p["days"], day) - p["offset"]} for p in phases]
        return {**placement, "phases": kept}

    return change


def second_part(cut: Callable[[Row], int]) -> Callable[[Row], Row]:
    """A change of placements: only what lies from the day of the cut on, with its window as much later."""

    def change(placement: Row) -> Row:
        day = cut(placement)
        phases = [p for p in placement["phases"] if p["offset"] + p["days"] > day]
        kept = [
            {**p, "offset": max(p["offset"], day) - day, "days": p["offset"] + p["days"] - max(p["offset"], day)}
            for p in phases
        ]
        return {
            **placement,
            "start": [int(placement["start"][0]) + day, int(placement["start"][1]) + day],
            "phases": kept,
        }

    return change


def claim_of(document: Document, claim_id: str) -> Row:
    """The row of a claim."""
    found: Row = next(row for row in document["claims"] if row["id"] == claim_id)
    return found


def _with_claim(document: Document, claim: Row) -> Document:
    return {**document, "claims": [claim if row["id"] == claim["id"] else row for row in document["claims"]]}


def _without_placements(document: Document, gone: set[str]) -> Document:
    found = dict(document)
    for rows in ("caps", "reserves"):
        found[rows] = [
            row
            if gone.isdisjoint(row["placements"] or [])
            else {**row, "placements": [name for name in row["placements"] if name not in gone]}
            for row in document.get(rows) or []
        ]
    if document.get("conflicts") is not None:
        found["conflicts"] = [pair for pair in document["conflicts"] if gone.isdisjoint(pair)]
    return found


def _ids(document: Document) -> set[str]:
    rows = [row for name in ("parties", "claims", "holds", "caps", "reserves") for row in document.get(name) or []]
    points = (document.get("access") or {}).get("points") or []
    placements = [p for claim in document["claims"] for p in claim["placements"]]
    return {row["id"] for row in (*rows, *points, *placements)}


def _new_names(document: Document, names: Sequence[str], ending: str) -> dict[str, str]:
    taken, found = _ids(document), {}
    for name in names:
        new = name + ending
        while new in taken:
            new += "'"
        taken.add(new)
        found[name] = new
    return found


def _also(row: Row, new: Mapping[str, str]) -> Row:
    names = row["placements"] or []
    more = [new[name] for name in names if name in new]
    return {**row, "placements": [*names, *more]} if more else row


def _agreements_too(document: Document, claim_id: str, copy_id: str) -> list[Row]:
    rows = [row for row in document.get("agreements") or [] if claim_id in row["claims"]]
    return [{**row, "claims": [copy_id if name == claim_id else name for name in row["claims"]]} for row in rows]


def _conflicts_too(pairs: Sequence[Sequence[str]], new: Mapping[str, str]) -> list[list[str]]:
    kept = [list(pair) for pair in pairs]
    copied = [[new.get(name, name) for name in pair] for pair in pairs if not new.keys().isdisjoint(pair)]
    return [*kept, *copied, *([old, name] for old, name in new.items())]


def _first_position(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return float(coordinates[0]), float(coordinates[1])


def _moved(coordinates: Any, move: tuple[float, float]) -> Any:
    if isinstance(coordinates[0], list):
        return [_moved(inner, move) for inner in coordinates]
    return [round(float(coordinates[0]) + move[0], 3), round(float(coordinates[1]) + move[1], 3)]
