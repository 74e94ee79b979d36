"""The study of importance as plain data for files."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from solver.compare_text import cell
from solver.importance.study import ClaimImportance, Importance, PlaceImportance, Unit
from solver.incentives.report import points

IMPORTANCE_FORMAT = "lunar-allocation-importance/1"
COLUMNS = (
    "kind", "id", "state", "decided", "first_stage", "refused", "granted", "points_by_granting", "cost_to_others_of_granting",
    "cost_to_others_of_refusing", "placements", "claims", "asked_points", "allotted_points", "asked_km2_days",
    "allotted_km2_days", "one_more_points", "one_more_km2_days", "one_less_points", "one_less_km2_days",
)  # fmt: skip


def to_document(found: Importance) -> dict[str, Any]:
    """The whole study as a JSON object."""
    return {
        "format": IMPORTANCE_FORMAT,
        "instance": found.instance.id,
        "instance_sha256": found.instance.sha256,
        "rule": found.instance.policy.rule,
        "tie_break": found.instance.policy.tie_break,
        "seed": found.seed,
        "status": found.truth.status,
        "whole": found.is_whole,
        "claims": [_claim(found, row) for row in found.claims],
        "places": [_place(row) for row in found.places],
        "run": {"seconds": round(found.seconds, 3), "solved": found.solved},
    }


def costs(found: Importance, row: ClaimImportance) -> tuple[Fraction, Fraction] | None:
    """What granting and what refusing a claim costs the others, in hundredths; None where it is not known."""
    if row.by_granting is None:
        return None
    others = row.others(found.instance.claim_by_id[row.claim]).values()
    lost = -sum((by for by in others if by < 0), Fraction(0))
    return lost, sum((by for by in others if by > 0), Fraction(0))


def _claim(found: Importance, row: ClaimImportance) -> dict[str, Any]:
    known = costs(found, row)
    changes = row.by_granting
    return {
        "claim": row.claim,
        "state": row.state,
        "decided": row.decided,
        "instance_sha256": row.sha256,
        "cost_to_others_of_granting": None if known is None else points(known[0]),
        "cost_to_others_of_refusing": None if known is None else points(known[1]),
        "points_by_granting": points(row.points),
        "parties_by_granting": None if changes is None else {p: points(by) for p, by in sorted(changes.items()) if by},
        "granted_against_refused": None if row.verdict is None else asdict(row.verdict),
    }


def _place(row: PlaceImportance) -> dict[str, Any]:
    return {
        "place": row.place.name,
        "placements": list(row.place.placements),
        "claims": row.claims,
        "largest_clique": row.place.largest_clique,
        "asked": {"points": row.asked_points, "km2_days": row.asked_km2_days},
        "allotted": {"points": number(row.allotted_points), "km2_days": number(row.allotted_km2_days)},
        "one_more": _unit(row.more),
        "one_less": _unit(row.less),
        "open": row.open,
    }


def _unit(unit: Unit | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    return {"placement": unit.placement, "points": points(unit.points), "km2_days": number(unit.km2_days)}


def number(value: Fraction) -> int | float:
    """A number as JSON has it, whole where it is whole, with at most four decimals."""
    return int(value) if value.denominator == 1 else float(round(value, 4))


def csv_bytes(found: Importance) -> bytes:
    """One row a claim and one a place as CSV (RFC 4180, UTF-8); what a spreadsheet could compute gets an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(found):
        writer.writerow(["" if row.get(name) is None else cell(row[name]) for name in COLUMNS])
    return stream.getvalue().encode()


def _rows(found: Importance) -> Iterator[dict[str, Any]]:
    for claim in found.claims:
        row = _claim(found, claim)
        verdict = row["granted_against_refused"] or {}
        told = {"first_stage": verdict.get("stage"), "refused": verdict.get("value")}
        yield {**row, **told, "kind": "claim", "id": claim.claim, "granted": verdict.get("value_if_granted")}
    for place in found.places:
        row = _place(place)
        more, less = row["one_more"] or {}, row["one_less"] or {}
        yield {
            "kind": "place",
            "id": place.place.name,
            "decided": "solved" if not place.open else f"{place.open} not decided",
            "placements": len(place.place.placements),
            "claims": place.claims,
            "asked_points": place.asked_points,
            "allotted_points": row["allotted"]["points"],
            "asked_km2_days": place.asked_km2_days,
            "allotted_km2_days": row["allotted"]["km2_days"],
            "one_more_points": more.get("points"),
            "one_more_km2_days": more.get("km2_days"),
            "one_less_points": less.get("points"),
            "one_less_km2_days": less.get("km2_days"),
        }
