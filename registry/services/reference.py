"""Loading reference data from a fixtures folder: checked whole before anything is stored; loading again changes nothing.

Files: parties.csv instruments.csv memberships.csv controllers.csv operators.csv protected_places.csv regions.geojson
features.csv missions.csv provisions.json norm_profiles.json norm_changes.json crosswalk.json notice_templates.json
extension_grounds.json. One record is written for each file that brings something new.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.examinations import NormProfile, Provision
from registry.domain.extensions import ExtensionGround, ground_faults
from registry.domain.instruments import Instrument, Membership
from registry.domain.missions import Mission
from registry.domain.norms.changes import parameter_faults
from registry.domain.norms.stated import CrosswalkRow, NormChange
from registry.domain.notices import NoticeTemplate, template_faults
from registry.domain.parties import Controller, Operator, Party
from registry.domain.places import Feature, ProtectedPlace, Region, is_certain
from registry.domain.provisions import CHECKS
from registry.domain.provisions.rules import parse_timer
from registry.log import records
from registry.services.acting import require_role
from registry.services.errors import ValidationError
from registry.services.instants import refuse_naive
from registry.services.recording import cells, record
from registry.services.tables import Line, TableFaults, read_csv, read_list, read_regions

Make = Callable[[Line], Base]


def load(session: Session, folder: Path, actor: Actor, at: datetime) -> dict[str, int]:
    """Bring the reference tables up to date with the files in `folder`; how many rows of each were new or changed.

    Raises
    ------
    ValidationError
        With every fault of every file as "file, line: field: fault; mend"; nothing is stored then.
    """
    require_role(actor, "administrator", "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    faults = TableFaults()
    made = {name: _make_all(folder / name, make, faults) for name, make in FILES.items()}
    _check_references(made, faults)
    if faults:
        raise ValidationError(faults)
    return {name: _store(session, name, rows, actor, at) for name, rows in made.items()}


def _make_all(path: Path, make: Make, faults: TableFaults) -> list[tuple[Line, Base]]:
    read = {".csv": read_csv, ".geojson": read_regions, ".json": read_list}[path.suffix]
    rows = []
    for line in read(path, faults):
        try:
            rows.append((line, make(line)))
        except (KeyError, ValueError, TypeError) as error:
            faults.add(line.place, _sentence(error))
    return rows


def _sentence(error: Exception) -> str:
    return f"{error.args[0]}: missing; add the field" if isinstance(error, KeyError) else str(error)


def _check_references(made: Mapping[str, Sequence[tuple[Line, Base]]], faults: TableFaults) -> None:
    ids = {name: {getattr(row, "id", None) for _, row in rows} for name, rows in made.items()}
    targets = {"party_id": "parties.csv", "instrument_id": "instruments.csv", "controller_id": "controllers.csv"}
    targets |= {"provision_id": "provisions.json", "forum_id": "instruments.csv"}
    for name, rows in made.items():
        for line, row in rows:
            for other in getattr(row, "against", ()):
                if other not in ids[name]:
                    faults.add(line.place, f"against: {other!r} is no row of {name}; correct it")
            for column, file in targets.items():
                value = getattr(row, column, None)
                if value is not None and value not in ids[file]:
                    faults.add(line.place, f"{column}: {value!r} is not in {file}; add it there or correct it here")


def _store(session: Session, name: str, rows: Sequence[tuple[Line, Base]], actor: Actor, at: datetime) -> int:
    changed = [stored for _, row in rows if (stored := _merge(session, row)) is not None]
    if changed:
        record(session, at, actor, "reference-loaded", f"reference/{name}", changed)
    return len(changed)


def _merge(session: Session, row: Base) -> Base | None:
    """The stored entity if `row` is new or differs from what is stored, else None."""
    stored = _stored(session, row)
    if stored is None:
        session.add(row)
        return row
    new = {key: value for key, value in cells(row).items() if key != "id"}
    if new == {key: value for key, value in cells(stored).items() if key != "id"}:
        return None
    for key in new:
        setattr(stored, key, getattr(row, key))
    return stored


def _stored(session: Session, row: Base) -> Base | None:
    if isinstance(row, Membership):
        same = (Membership.instrument_id == row.instrument_id, Membership.party_id == row.party_id)
        begun = (Membership.status == row.status, Membership.since == row.since)
        return session.scalars(select(Membership).where(*same, *begun)).one_or_none()
    return session.get(type(row), row.id)  # type: ignore[attr-defined]  # each of these entities has an id


def _party(line: Line) -> Party:
    return Party(id=line["id"], name=line["name"], kind=line["kind"], source=line["source"])


def _instrument(line: Line) -> Instrument:
    return Instrument(
        id=line["id"], name=line["name"], kind=line["kind"], binding=line.flag("binding"), source=line["source"]
    )


def _membership(line: Line) -> Membership:
    row = Membership(
        instrument_id=line["instrument"],
        party_id=line["party"],
        status=line["status"],
        date_confirmed=line.flag("date_confirmed"),
        source=line["source"],
    )
    row.set_dates(line["from"], line["until"])
    return row


def _controller(line: Line) -> Controller:
    return Controller(id=line["id"], name=line["name"], kind=line["kind"], source=line["source"])


def _operator(line: Line) -> Operator:
    return Operator(
        id=line["id"],
        name=line["name"],
        party_id=line["party"],
        controller_id=line["controller"],
        source=line["source"],
    )


def _protected_place(line: Line) -> ProtectedPlace:
    sigma = line.number("coordinate_sigma_m")
    return ProtectedPlace(
        id=line["id"],
        name=line["name"],
        kind=line["kind"],
        party_id=line["party"] or None,
        year=line.whole("year"),
        lat_deg=line.number("lat_deg"),
        lon_deg=line.number("lon_deg"),
        coordinate_sigma_m=sigma,
        radius_m=line.number("radius_m"),
        enforced=is_certain(sigma),
        remark=line["remark"],
        source=line["source"],
    )


def _region(line: Line) -> Region:
    return Region(
        id=line["id"],
        name=line["name"],
        kind=line["kind"],
        footprint=line.geometry,
        accuracy=line["accuracy"],
        source=line["source"],
    )


def _feature(line: Line) -> Feature:
    return Feature(
        id=line["id"],
        name=line["name"],
        kind=line["kind"],
        lat_deg=line.number("lat_deg"),
        lon_deg=line.number("lon_deg"),
        diameter_km=line.optional_number("diameter_km"),
        psr_area_km2=line.optional_number("psr_area_km2"),
        source=line["source"],
    )


def _mission(line: Line) -> Mission:
    return Mission(
        id=line["id"],
        name=line["name"],
        operator=line["operator"],
        party_id=line["party"] or None,
        partner=line["partner"],
        lat_deg=line.optional_number("lat_deg"),
        lon_deg=line.optional_number("lon_deg"),
        year=line["year"],
        landed_mass_kg=line.optional_number("landed_mass_kg"),
        remark=line["remark"],
        source=line["source"],
    )


def _provision(line: Line) -> Provision:
    names = ("id", "name", "severity", "instrument", "standing", "source", "statement", "binds", "timer")
    texts: dict[str, Any] = {name: line[name] for name in names}
    if line["timer_default"]:
        parse_timer(line["timer_default"])
    return Provision(**texts, timer_default=line["timer_default"], check_text=line["check"])


def _norm_profile(line: Line) -> NormProfile:
    provisions = line["provisions"].split()
    unknown = sorted(set(provisions) - set(CHECKS))
    if unknown:
        raise ValueError(f"provisions: {unknown[0]!r} has no check; use the id of a provision")
    return NormProfile(
        id=line["id"],
        name=line["name"],
        standing=line["standing"],
        provisions=provisions,
        strict=line.flag("strict"),
        statement=line["statement"],
        source=line["source"],
    )


def _norm_change(line: Line) -> NormChange:
    try:
        parameters = json.loads(line["parameters"])
    except ValueError as error:
        raise ValueError(f"parameters: they are no JSON ({error}); give an object") from error
    if faults := parameter_faults(line["kind"], parameters):
        raise ValueError("; ".join(faults))
    return NormChange(
        id=line["id"],
        provision_id=line["provision"],
        kind=line["kind"],
        parameters=parameters,
        statement=line["statement"],
        source=line["source"],
    )


def _crosswalk_row(line: Line) -> CrosswalkRow:
    if bool(line["against"]) != bool(line["because"]):
        raise ValueError("because: a row that stands against others says why, and no other row does; correct the two")
    texts = {name: line[name] for name in ("id", "topic", "asks", "statement", "because", "source")}
    return CrosswalkRow(
        **texts, forum_id=line["forum"], provision_id=line["provision"] or None, against=line["against"].split()
    )


def _notice_template(line: Line) -> NoticeTemplate:
    row = NoticeTemplate(**{name: line[name] for name in ("id", "addressees", "heading", "text", "source")})
    faults = list(template_faults(row.id, row.addressees, (row.heading, row.text)))
    if faults:
        raise ValueError("; ".join(faults))
    return row


def _extension_ground(line: Line) -> ExtensionGround:
    duties, months, times = line["duties"].split(), line.whole("most_months"), line.whole("times")
    if faults := list(ground_faults(duties, months, times)):
        raise ValueError("; ".join(faults))
    return ExtensionGround(
        id=line["id"], says=line["says"], duties=duties, most_months=months, times=times, source=line["source"]
    )


# In the order in which rows may refer to earlier ones.
FILES: Mapping[str, Make] = {
    "parties.csv": _party,
    "instruments.csv": _instrument,
    "memberships.csv": _membership,
    "controllers.csv": _controller,
    "operators.csv": _operator,
    "protected_places.csv": _protected_place,
    "regions.geojson": _region,
    "features.csv": _feature,
    "missions.csv": _mission,
    "provisions.json": _provision,
    "norm_profiles.json": _norm_profile,
    "norm_changes.json": _norm_change,
    "crosswalk.json": _crosswalk_row,
    "notice_templates.json": _notice_template,
    "extension_grounds.json": _extension_ground,
}
