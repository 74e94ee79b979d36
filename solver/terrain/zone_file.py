"""What `solver terrain zone` is asked and what it writes: the zone, the zone without terrain, and the excess of a claim."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from solver.fields import Fault, InputError, load_json
from solver.geometry import GeometryFault, footprint
from solver.io import read_bytes
from solver.terrain.areas_file import collection
from solver.terrain.grid import Grid
from solver.terrain.parts import Opened
from solver.terrain.reading import Model
from solver.terrain.sectors import Necessity, TerrainZone, ejecta, necessity, terrain_zone
from solver.zones import Sized, ZoneInputError, size


@dataclass(frozen=True, slots=True)
class Asked:
    """A footprint, its keep-out with where that comes from, uncertainties in metres, and a zone claimed (or None)."""

    footprint: Mapping[str, Any]
    sized: Sized
    sigma_m: float
    height_error_m: float
    claimed: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of the GeoJSON and the lines for people."""

    data: bytes
    lines: tuple[str, ...]


def asked(footprint_file: Path, claimed: Path | None, *, keep_out_m: float | None, method: str | None, inputs: str,
          sigma_m: float, height_error_m: float) -> Asked:  # fmt: skip
    """The command's options as data.

    Raises
    ------
    InputError
        With every fault of footprint, method, inputs and claimed zone.
    """
    faults: list[Fault] = []
    found = _geometry(footprint_file, faults)
    sized = _sized(keep_out_m, method, inputs, faults)
    beyond = _geometry(claimed, faults) if claimed else None
    if faults or found is None or sized is None:
        raise InputError(faults)
    return Asked(found, sized, sigma_m, height_error_m, shape(beyond) if beyond else None)


def made(wish: Asked, found: Opened) -> Made:
    """The zone of a footprint on the ground of an open model."""
    heights = _near(wish, found.model)
    zone = terrain_zone(wish.footprint, wish.sized.keep_out_m, heights, wish.sigma_m, wish.height_error_m)
    properties = {"method": wish.sized.method, "version": wish.sized.version, "notes": [*wish.sized.notes, *zone.notes]}
    document = zone.to_document()
    document["properties"] |= {"name": "zone"} | properties
    features = [document, _feature(zone.full, {"name": "zone without terrain"})]
    need = necessity(wish.claimed, zone.outline) if wish.claimed is not None else None
    if need is not None:
        features += [_feature(need.excess, {"name": "claimed beyond need", "excess_km2": round(need.excess_km2, 4)})]
    origin = found.model.origin.then(f"safety zone of {wish.sized.keep_out_m} m ({wish.sized.method})")
    return Made(collection(features, origin), _lines(wish, zone, need))


def _near(wish: Asked, model: Model) -> Grid:
    """The ground that matters for a zone: of a model of any size no more is read."""
    x0, y0, x1, y1 = footprint(wish.footprint).bounds
    reach_m = 1.05 * (wish.sized.keep_out_m + ejecta()["sigmas"] * wish.sigma_m) + 4 * model.cell_m
    return model.window(*model.box(x0 - reach_m, y0 - reach_m, x1 + reach_m, y1 + reach_m))


def _lines(wish: Asked, zone: TerrainZone, need: Necessity | None) -> tuple[str, ...]:
    lines = [
        f"keep-out {wish.sized.keep_out_m} m by {wish.sized.method} {wish.sized.version}".rstrip(),
        f"zone     {zone.outline_km2:.3f} km2; without terrain {zone.full_km2:.3f} km2; shielded {zone.cut_km2:.3f} km2",
        *(f"         {note}" for note in (*wish.sized.notes, *zone.notes)),
    ]
    if need is not None:
        verdict = "nothing beyond need" if need.is_necessary else f"{need.excess_km2:.3f} km2 beyond need"
        lines.append(
            f"claimed  {need.claimed_km2:.3f} km2: {verdict}; {need.short_km2:.3f} km2 of the zone not claimed"
        )
    return tuple(lines)


def _feature(geometry: BaseGeometry, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": mapping(geometry)}


def _geometry(path: Path, faults: list[Fault]) -> dict[str, Any] | None:
    """A geometry, or that of a feature, which the register would take as a footprint."""
    try:
        document = load_json(read_bytes(path))
        geometry = document.get("geometry", document) if isinstance(document, dict) else document
        if not isinstance(geometry, dict):
            raise GeometryFault("it is no GeoJSON geometry; give an object with type and coordinates")
        footprint(geometry)
        return dict(geometry)
    except InputError as error:
        faults += error.faults
    except GeometryFault as error:
        what, _, mend = str(error).rpartition("; ")
        faults.append(Fault(str(path), what or mend, mend if what else "give a geometry in map metres"))
    return None


def _sized(keep_out_m: float | None, method: str | None, inputs: str, faults: list[Fault]) -> Sized | None:
    if (keep_out_m is None) == (method is None):
        faults.append(Fault("--keep-out", "one of --keep-out and --method is needed", "give metres, or a method"))
        return None
    if method is None:
        return Sized(int(-(-float(keep_out_m or 0) // 1)), "stated", "")
    try:
        return size(method, json.loads(inputs))
    except json.JSONDecodeError:
        faults.append(Fault("--inputs", "not JSON", 'give for example {"landed_mass_kg": 7300}'))
    except (ZoneInputError, TypeError) as error:
        what, _, mend = str(error).rpartition("; ")
        faults.append(Fault("--method", what or mend, mend if what else "see solver/methods.json"))
    return None
