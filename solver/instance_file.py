"""Reading instance files: the whole format `lunar-allocation-instance/1`, every fault reported at once.

What the format allows but this program does not solve is refused by name, never ignored. The fine print of the
format is in solver/README.md.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeVar

from shapely.geometry.base import BaseGeometry

from solver import geometry
from solver.canonical import canonical
from solver.fields import WHOLE_LIMIT, Fault, InputError, Record, check_format, load_json
from solver.instance import (
    Access,
    AccessPoint,
    Agreement,
    Cap,
    Claim,
    Hold,
    InForce,
    Instance,
    Party,
    Phase,
    Placement,
    Policy,
    Reserve,
)
from solver.references import check_references, check_supported

INSTANCE_FORMAT = "lunar-allocation-instance/1"
RULES = ("equal-footing", "max-points", "nash", "first-come", "serial")
TIE_BREAKS = ("ticket", "ex-ante")
MEASURES = ("placements", "km2_days")
MOST_CELLS = 1_000_000  # of a grid of free access: each look at one of a million cells takes about a tenth of a second

_INSTANCE = {
    "format": True, "id": True, "crs": True, "epoch": True, "horizon_days": True, "parties": True, "claims": True,
    "holds": False, "agreements": False, "conflicts": False, "caps": False, "reserves": False, "access": False,
    "policy": True,
}  # fmt: skip
_CLAIM = {
    "id": True, "credit": True, "placements": True, "operator": False, "controller": False, "received_at": False,
    "in_force": False,
}  # fmt: skip
_PLACEMENT = {"id": True, "points": True, "start": True, "phases": True, "footprint": False}
_PHASE = {"name": True, "offset": True, "days": True, "keep_out_m": True}
_HOLD = {"id": True, "footprint": False, "start": True, "phases": True}
_CAP = {"id": True, "placements": True, "measure": True, "max": True, "per": True}
_RESERVE = {"id": True, "group": True, "placements": True, "min": True}
_ACCESS = {"cell_m": True, "extent": True, "blocked": True, "transient_days": False, "gates": True, "points": True}

T = TypeVar("T")


def parse_instance(data: bytes) -> Instance:
    """The instance in a file's bytes, checked whole.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong or not supported.
    """
    document = load_json(data)
    check_format(document, INSTANCE_FORMAT)
    faults: list[Fault] = []
    instance = _instance(document, faults)
    if faults:
        raise InputError(faults)
    return instance


def _instance(document: Any, faults: list[Fault]) -> Instance:
    record = Record(document, "", faults, _INSTANCE)
    _check_heading(record)
    horizon_days = record.whole("horizon_days", least=1)
    # Without a usable horizon the windows are not held against it: one mistake, one line.
    bound = horizon_days if record.is_sound_at("horizon_days") else WHOLE_LIMIT
    by_pairs = record.has("conflicts")
    claims = _each(record, "claims", faults, lambda row, path, f: _claim(row, path, f, bound, by_pairs))
    policy = _policy(record.raw("policy"), faults, claims) if "policy" in record else Policy(RULES[0])
    instance = Instance(
        id=record.text("id"),
        epoch=record.text("epoch"),
        horizon_days=horizon_days,
        parties=_each(record, "parties", faults, _party),
        claims=tuple(_movable(claim) if claim.id in (policy.moves or ()) else claim for claim in claims),
        holds=_each(record, "holds", faults, _hold),
        agreements=_each(record, "agreements", faults, _agreement),
        conflicts=_conflicts(record) if by_pairs else None,
        caps=_each(record, "caps", faults, _cap),
        reserves=_each(record, "reserves", faults, _reserve),
        access=read_access(record.raw("access"), faults) if record.has("access") else None,
        policy=policy,
        sha256=hashlib.sha256(canonical(document)).hexdigest(),
        document=document if isinstance(document, dict) else {},
    )
    if by_pairs and instance.holds:
        record.fault("holds", "holds cannot stand beside given conflicts", "remove the holds or the conflicts")
    check_references(instance, faults)
    check_supported(instance, faults)
    return instance


def _each(record: Record, name: str, faults: list[Fault], read: Callable[[Any, str, list[Fault]], T]) -> tuple[T, ...]:
    return tuple(read(row, f"{record.at(name)}[{i}]", faults) for i, row in enumerate(record.rows(name)))


def _check_heading(record: Record) -> None:
    if "crs" in record and record.raw("crs") != geometry.MAP_CRS:
        record.fault("crs", f"{record.raw('crs')!r} is not the map of the Moon", f"transform to {geometry.MAP_CRS}")
    if isinstance(record.raw("epoch"), str) and record.raw("epoch").strip() and not _is_date(record.raw("epoch")):
        record.fault("epoch", f"{record.raw('epoch')!r} is not a date", "give YYYY-MM-DD")


def _is_date(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _party(row: Any, path: str, faults: list[Fault]) -> Party:
    record = Record(row, path, faults, {"id": True, "groups": False})
    return Party(record.text("id"), frozenset(record.texts("groups")))


def _claim(row: Any, path: str, faults: list[Fault], horizon_days: int, by_pairs: bool) -> Claim:
    record = Record(row, path, faults, _CLAIM)
    claim_id = record.text("id")
    in_force = _in_force(record.raw("in_force"), record.at("in_force"), faults) if record.has("in_force") else None
    bound = None if in_force is None else in_force.placement

    def read(row: Any, path: str, faults: list[Fault]) -> Placement:
        return _placement(row, path, faults, claim_id, horizon_days, by_pairs, bound)

    if "placements" in record and record.raw("placements") in ([], None):
        record.fault("placements", "the claim has none", "give at least one placement")
    return Claim(
        id=claim_id,
        credit=_credit(record, faults),
        placements=_each(record, "placements", faults, read),
        operator=record.optional_text("operator"),
        controller=record.optional_text("controller"),
        received_at=_instant(record, "received_at"),
        in_force=in_force,
    )


def _credit(record: Record, faults: list[Fault]) -> dict[str, int]:
    raw = record.raw("credit")
    if not isinstance(raw, dict):
        if "credit" in record:
            record.fault("credit", "it is not an object", "give {party: percent, ...}")
        return {}
    before = len(faults)
    shares = Record(raw, record.at("credit"), faults, dict.fromkeys(raw, True))
    credit = {party: shares.whole(party, least=25, most=100) for party in raw}
    if not all(credit):
        record.fault("credit", "a party without a name", "give the ids of parties")
    if len(faults) == before and sum(credit.values()) != 100:
        record.fault("credit", f"the shares sum to {sum(credit.values())}", "make them sum to 100")
    return credit


def _instant(record: Record, name: str) -> str | None:
    text = record.optional_text(name)
    if text:
        try:
            aware = datetime.fromisoformat(text).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            record.fault(name, f"{text!r} is not an instant with its offset", "give for example 2027-02-01T10:00:00Z")
    return text


def _in_force(row: Any, path: str, faults: list[Fault]) -> InForce:
    record = Record(row, path, faults, {"placement": True, "start": True})
    # A start may lie before the epoch, so the bound is only that of the number format.
    return InForce(record.text("placement"), record.whole("start", least=-(2**53 - 1)))


def _placement(
    row: Any, path: str, faults: list[Fault], claim_id: str, horizon_days: int, by_pairs: bool, bound: str | None
) -> Placement:
    record = Record(row, path, faults, _PLACEMENT)
    first, last = record.wholes("start", least=0, count=2)
    placement = Placement(
        id=record.text("id"),
        claim=claim_id,
        points=record.whole("points", least=1, most=100),
        first_start=first,
        last_start=last,
        phases=_phases(record, faults),
        footprint=_footprint(record, "footprint", faults, required=not by_pairs),
    )
    if last < first:
        record.fault("start", f"the window [{first}, {last}] is reversed", "give the first day before the last")
    elif record.is_sound and placement.id != bound and first + placement.end > horizon_days:
        record.fault(
            "start",
            f"no start fits: day {first} + {placement.end} days is past the horizon of {horizon_days} days",
            "start earlier, shorten the phases or lengthen the horizon",
        )
    return placement


def _phases(record: Record, faults: list[Fault]) -> tuple[Phase, ...]:
    phases = _each(record, "phases", faults, _phase)
    if record.raw("phases") in (None, []) and "phases" in record:
        record.fault("phases", "there is none", "give at least one phase")
    return phases or (Phase("", 0, 1, 0),)


def _phase(row: Any, path: str, faults: list[Fault]) -> Phase:
    record = Record(row, path, faults, _PHASE)
    return Phase(
        name=record.text("name"),
        offset=record.whole("offset", least=0),
        days=record.whole("days", least=1),
        keep_out_m=record.whole("keep_out_m", least=0),
    )


def _footprint(record: Record, name: str, faults: list[Fault], required: bool) -> BaseGeometry | None:
    value = record.raw(name)
    if value is None:
        if required:
            record.fault(name, "missing", "add it, or give the conflicts as pairs")
        return None
    fields = Record(value, record.at(name), faults, {"type": True, "coordinates": True})
    if not fields.is_sound:
        return None
    try:
        return geometry.footprint(value)
    except geometry.GeometryFault as error:
        what, _, mend = str(error).rpartition("; ")
        record.fault(name, what, mend)
        return None


def _hold(row: Any, path: str, faults: list[Fault]) -> Hold:
    record = Record(row, path, faults, _HOLD)
    footprint = _footprint(record, "footprint", faults, required=True)
    stand_in = geometry.footprint({"type": "Point", "coordinates": [0, 0]})
    return Hold(
        id=record.text("id"),
        footprint=stand_in if footprint is None else footprint,
        start=record.whole("start", least=0),
        phases=_phases(record, faults),
    )


def _agreement(row: Any, path: str, faults: list[Fault]) -> Agreement:
    record = Record(row, path, faults, {"claims": True, "keep_out_m": True})
    claims = record.texts("claims")
    if record.is_sound and len(claims) != 2:
        record.fault("claims", f"it names {len(claims)} claims", "name two different claims")
    return Agreement(frozenset(claims), record.whole("keep_out_m", least=0))


def _conflicts(record: Record) -> frozenset[frozenset[str]]:
    pairs = set()
    for i, pair in enumerate(record.rows("conflicts")):
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(item, str) and item for item in pair):
            pairs.add(frozenset(pair))
        else:
            record.fault(f"conflicts[{i}]", "it is not a pair of placement ids", 'give ["placement", "placement"]')
    return frozenset(pairs)


def _cap(row: Any, path: str, faults: list[Fault]) -> Cap:
    record = Record(row, path, faults, _CAP)
    per = record.text("per")
    if per and per not in ("all", "party", "controller") and (not per.startswith("group:") or per == "group:"):
        record.fault("per", f"{per!r} is unknown", "use all, party, controller or group:NAME")
    return Cap(
        id=record.text("id"),
        placements=frozenset(record.texts("placements")),
        measure=_choice(record, "measure", MEASURES),
        most=record.whole("max", least=0),
        per=per,
    )


def _choice(record: Record, name: str, choices: tuple[str, ...]) -> str:
    text = record.text(name)
    return record.choice(name, choices, default=choices[0]) if text else choices[0]


def _reserve(row: Any, path: str, faults: list[Fault]) -> Reserve:
    record = Record(row, path, faults, _RESERVE)
    return Reserve(
        id=record.text("id"),
        group=record.text("group"),
        placements=frozenset(record.texts("placements")),
        least=record.whole("min", least=0),
    )


def read_access(row: Any, faults: list[Fault]) -> Access:
    """The access section of an instance; a harmless one, with its faults noted, where it is not sound."""
    record = Record(row, "access", faults, _ACCESS)
    xmin, ymin, xmax, ymax = record.coordinates("extent", 4)
    if record.is_sound and (xmin >= xmax or ymin >= ymax):
        record.fault("extent", "it is empty or reversed", "give [xmin, ymin, xmax, ymax]")
    extent = (xmin, ymin, xmax, ymax)
    cell_m = record.whole("cell_m", least=1)
    cells = math.ceil((xmax - xmin) / cell_m) * math.ceil((ymax - ymin) / cell_m) if record.is_sound else 0
    if cells > MOST_CELLS:
        mend = f"give larger cells or a smaller extent: {MOST_CELLS} cells at most"
        record.fault("cell_m", f"{cells} cells are too many", mend)
    blocked = _footprint(record, "blocked", faults, required=False) if record.has("blocked") else None
    return Access(
        cell_m=cell_m,
        extent=extent,
        blocked=blocked,
        transient_days=record.whole("transient_days", least=0) if record.has("transient_days") else 0,
        gates=tuple(_inside(record, f"gates[{i}]", gate, extent) for i, gate in enumerate(record.rows("gates"))),
        points=_each(record, "points", faults, lambda row, path, f: _access_point(row, path, f, extent)),
    )


def _access_point(row: Any, path: str, faults: list[Fault], extent: tuple[float, ...]) -> AccessPoint:
    record = Record(row, path, faults, {"id": True, "at": True})
    return AccessPoint(record.text("id"), _inside(record, "at", record.raw("at"), extent))


def _inside(record: Record, name: str, value: Any, extent: tuple[float, ...]) -> tuple[float, float]:
    """A position in the half-open extent of the access grid."""
    numbers: list[Any] = value if isinstance(value, list) and len(value) == 2 else [None, None]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        record.fault(name, "it is not a position", "give [x, y] in metres")
        return extent[0], extent[1]
    x, y = float(numbers[0]), float(numbers[1])
    if not (extent[0] <= x < extent[2] and extent[1] <= y < extent[3]):
        record.fault(name, f"({x:g}, {y:g}) lies outside the extent", "move it inside or widen the extent")
    return x, y


def _movable(claim: Claim) -> Claim:
    """The claim with its entry in force as one that may be moved."""
    return replace(claim, in_force=None, recorded=claim.in_force)


def _policy(row: Any, faults: list[Fault], claims: Sequence[Claim]) -> Policy:
    record = Record(row, "policy", faults, {"rule": True, "tie_break": False, "levels": False, "moves": False})
    levels = record.wholes("levels", least=0)
    if any(after <= before for before, after in pairwise(levels)):
        record.fault("levels", f"{levels} do not ascend", "give each level once, the smallest first")
    return Policy(
        rule=_choice(record, "rule", RULES),
        tie_break=record.choice("tie_break", TIE_BREAKS, default="ticket"),
        levels=tuple(levels) or None,
        moves=_moves(record.raw("moves"), faults, claims) if record.has("moves") else None,
    )


def _moves(row: Any, faults: list[Fault], claims: Sequence[Claim]) -> frozenset[str]:
    """The claims whose entries may be moved: all in force, or those listed."""
    record = Record(row, "policy.moves", faults, {"allowed": True})
    in_force = {claim.id for claim in claims if claim.in_force}
    if record.raw("allowed") == "all":
        return frozenset(in_force)
    listed = record.texts("allowed") if "allowed" in record else []
    for name in listed:
        if name not in in_force:
            record.fault("allowed", f"{name!r} has no entry in force", 'name claims that have, or give "all"')
    return frozenset(listed) & in_force
