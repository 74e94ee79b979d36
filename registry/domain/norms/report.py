"""A comparison as a document: what files, pages and commands tell of it. Pure; the same comparison gives the same document."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.domain.norms.changes import Document
from registry.domain.norms.comparing import ALLOTTED, RETURNED, Cause, Cell, Column
from registry.domain.norms.problem import Problem

FORMAT = "lunar-norm-comparison/1"
EFFECTS = ("returns", "noted", "duty")


def document(round_id: str, frozen_sha256: str, seed_hex: str, problem: Problem, columns: Sequence[Column]) -> Document:
    """The comparison; the first column is the reference. Claims by id, those without a difference too."""
    return {
        "format": FORMAT,
        "round": round_id,
        "frozen_sha256": frozen_sha256,
        "seed": seed_hex,
        "illustrative": any(case.filing.illustrative for case in problem.cases.values()),
        "reference": columns[0].profile.id,
        "profiles": [_profile(column) for column in columns],
        "claims": [
            {
                "id": claim,
                "name": problem.names[claim],
                "parties": sorted(case.filing.credit),
                "cells": [_cell(column, claim) for column in columns],
            }
            for claim, case in sorted(problem.cases.items())
        ],
        "changes": [
            {
                "id": row.id,
                "provision": row.provision,
                "kind": row.kind,
                "statement": row.statement,
                "source": row.source,
            }
            for row in problem.changes
        ],
    }


def _profile(column: Column) -> Document:
    outcomes = Counter(cell.outcome for cell in column.cells.values())
    causes = Counter(cause.provision for cause in column.causes.values())
    return {
        "id": column.profile.id,
        "name": column.profile.name,
        "instance_sha256": column.instance_sha256,
        "provisions": len(column.profile.norms.provisions),
        "effective": list(column.effective),
        "served": outcomes[ALLOTTED],
        "returned": outcomes[RETURNED],
        "changed": len(column.causes),
        "causes": dict(sorted(causes.items())),
        "findings": {effect: _counted(column, effect) for effect in EFFECTS},
    }


def _counted(column: Column, effect: str) -> dict[str, int]:
    """How many claims fail each provision with an effect."""
    failed = (name for rows in column.examined.values() for name in rows.get(effect, ()))
    return dict(sorted(Counter(failed).items()))


def _cell(column: Column, claim: str) -> Document:
    cell, cause = column.cells[claim], column.causes.get(claim)
    examined = {effect: list(names) for effect, names in column.examined[claim].items()}
    return {**_place(cell), "examined": examined, "cause": None if cause is None else _cause(cause)}


def _place(cell: Cell) -> Document:
    return {"outcome": cell.outcome, "placement": cell.placement or None, "start": cell.start}


def _cause(cause: Cause) -> Document:
    return {"provision": cause.provision, "how": cause.how, "others": list(cause.others), "touches": cause.touches}


def changed_claims(comparison: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The claims of a comparison that differ from the reference under at least one profile."""
    return [row for row in comparison["claims"] if any(cell["cause"] for cell in row["cells"])]


def table(comparison: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The comparison as rows of texts for a CSV file: one for each claim and profile, under a heading."""
    yield ("claim", "name", "parties", "profile", "outcome", "placement", "start", "differs", "provision", "how", "touches",
           "returned_by", "noted", "duties")  # fmt: skip
    for claim in comparison["claims"]:
        for profile, cell in zip(comparison["profiles"], claim["cells"], strict=True):
            cause = cell["cause"] or {}
            examined = (" ".join(cell["examined"].get(effect, ())) for effect in EFFECTS)
            yield (
                claim["id"], claim["name"], " ".join(claim["parties"]), profile["id"], cell["outcome"],
                cell["placement"] or "", "" if cell["start"] is None else str(cell["start"]), "yes" if cause else "no",
                cause.get("provision", ""), cause.get("how", ""), _word(cause.get("touches")),
                *examined,
            )  # fmt: skip


def _word(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")
