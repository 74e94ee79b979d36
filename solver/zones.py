"""Keep-out distances by registered method: inputs in, whole metres out, rounded up.

A method is data (`methods.json`): id, version, inputs, parameters, validity and source. Its `sizing` names one of the
four formulas below. No internationally agreed radius exists; methods marked `placeholder` are proposals, and pages
and exports say so.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType
from typing import Any

_PI_E49 = 31415926535897932384626433832795028841971693993751  # pi in units of 1e-49: no rounding decides a cap


@dataclass(frozen=True, slots=True)
class Method:
    """A registered way to size a safety zone, with what it needs and where it comes from."""

    id: str
    version: str
    name: str
    sizing: str
    status: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, Any]
    validity: str
    source: str


@dataclass(frozen=True, slots=True)
class Sized:
    """A keep-out in whole metres (rounded up), the method that gave it, and what a reader should know of it."""

    keep_out_m: int
    method: str
    version: str
    notes: tuple[str, ...] = field(default=())


class ZoneInputError(ValueError):
    """An input of a sizing method is missing, unknown or out of range; the text names it and the mend."""


def size(method_id: str, inputs: Mapping[str, Any]) -> Sized:
    """The keep-out that a registered method gives for these inputs.

    Raises
    ------
    ZoneInputError
        For an unknown method, and for an input that is missing, not of the method, or out of range.
    """
    method = METHODS.get(method_id)
    if method is None:
        raise ZoneInputError(f"method {method_id!r} is not registered; use one of {', '.join(METHODS)}")
    unknown = sorted(set(inputs) - set(method.inputs))
    if unknown:
        known = ", ".join(method.inputs) or "none"
        raise ZoneInputError(f"input {unknown[0]!r} is not one of method {method_id} (inputs: {known}); remove it")
    radius_m, notes = _SIZINGS[method.sizing](method.parameters, inputs)
    # A hair below a whole metre is the whole metre: 2000.0000000001 comes of floating point, not of the method.
    return Sized(math.ceil(radius_m - 1e-9), method.id, method.version, notes)


def km2_days(phases: Iterable[tuple[int, int]]) -> int:
    """Zone area times time of phases given as (keep_out_m, days): sum of pi r^2 days in km2 days, rounded up once.

    The footprint's own extent is not counted.
    """
    square_m_days = sum(keep_out_m * keep_out_m * days for keep_out_m, days in phases)
    return -(-(square_m_days * _PI_E49) // 10**55)


def _plume(parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    """R = reference (mass / reference mass)^exponent, clamped, then reduced on a built pad."""
    mass_kg = _number(inputs, "landed_mass_kg", least=0.001, most=1e9)
    raw_m = parameters["reference_radius_m"] * (mass_kg / parameters["reference_mass_kg"]) ** parameters["exponent"]
    radius_m = min(max(raw_m, parameters["least_m"]), parameters["most_m"])
    beyond = mass_kg > parameters["reference_mass_kg"]
    notes: tuple[str, ...] = (f"extrapolated above {parameters['reference_mass_kg']} kg",) if beyond else ()
    if radius_m != raw_m:
        notes += (f"clamped to {parameters['least_m']}..{parameters['most_m']} m",)
    return radius_m * (parameters["pad_factor"] if _flag(inputs, "built_pad") else 1), notes


def _table(parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    return parameters["anomaly_m"] if _flag(inputs, "anomaly") else parameters["nominal_m"], ()


def _stated(parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    radius_m = _number(inputs, parameters["input"], parameters["least_m"], parameters["most_m"])
    return radius_m, (f"{parameters['input']} as stated by the claimant",)


def _uncertain(parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    sigma_m = _number(inputs, "coordinate_sigma_m", least=0, most=1e6)
    return parameters["radius_m"] + parameters["sigmas"] * sigma_m, ()


def _number(inputs: Mapping[str, Any], name: str, least: float, most: float) -> float:
    value = inputs.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ZoneInputError(f"input {name!r} is {value!r}; give a number from {least:g} to {most:g}")
    if not least <= value <= most:
        raise ZoneInputError(f"input {name!r} is {value:g}; give a number from {least:g} to {most:g}")
    return float(value)


def _flag(inputs: Mapping[str, Any], name: str) -> bool:
    value = inputs.get(name, False)
    if not isinstance(value, bool):
        raise ZoneInputError(f"input {name!r} is {value!r}; give true or false")
    return value


def _load() -> Mapping[str, Method]:
    rows = json.loads(files("solver").joinpath("methods.json").read_text("utf-8"))
    return MappingProxyType({row["id"]: Method(**row) for row in rows})


_SIZINGS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[float, tuple[str, ...]]]] = {
    "plume": _plume,
    "table": _table,
    "stated": _stated,
    "uncertain": _uncertain,
}
METHODS = _load()
