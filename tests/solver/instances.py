"""Builders of small instances for tests: valid by default, every part named where a test needs another."""

import json
from typing import Any

from solver.instance import Instance
from solver.io import parse_instance


def phase(name: str = "operation", offset: int = 0, days: int = 10, keep_out_m: int = 1000) -> dict[str, Any]:
    return {"name": name, "offset": offset, "days": days, "keep_out_m": keep_out_m}


def placement(
    name: str,
    at: tuple[float, float] = (0, 0),
    points: int = 100,
    start: tuple[int, int] = (0, 0),
    phases: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    footprint = {"type": "Point", "coordinates": list(at)}
    return {"id": name, "points": points, "start": list(start), "footprint": footprint, "phases": phases or [phase()]}


def claim(name: str, *placements: dict[str, Any], credit: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "credit": credit or {"A": 100}, "placements": list(placements), **more}


def document(*claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    parties = sorted({party for row in claims for party in row["credit"]})
    return {
        "format": "lunar-allocation-instance/1",
        "id": "test",
        "crs": "IAU_2015:30135",
        "epoch": "2027-01-01",
        "horizon_days": 100,
        "parties": [{"id": party} for party in parties],
        "claims": list(claims),
        "policy": {"rule": "equal-footing"},
        **more,
    }


def instance(*claims: dict[str, Any], **more: Any) -> Instance:
    return parse_instance(json.dumps(document(*claims, **more)).encode())
