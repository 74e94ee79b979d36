"""New instances from a frozen one: by the policy's fallback, and after offers were answered. Pure, like freezing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as an instance keeps it: placement id and start day."""

    placement: str
    start: int


def next_fallback(policy: Mapping[str, Any], used: str | None) -> str | None:
    """The word of the policy's fallback after the one that is in use, or None."""
    words: list[str] = list(policy["fallback"])
    left = words if used is None else words[words.index(used) + 1 :]
    return left[0] if left else None


def by_fallback(basis: Mapping[str, Any], instance_id: str, word: str, policy: Mapping[str, Any]) -> Document:
    """The same problem under the fallback's rule: `levels` keeps the rule with the policy's coarser levels, another
    word is a rule.
    """
    rules = dict(basis["policy"])
    if word == LEVELS:
        rules["levels"] = list(policy["fallback_levels"])
    else:
        rules |= {"rule": word, "levels": None}
    return {**basis, "id": instance_id, "policy": rules}


def after_answers(basis: Mapping[str, Any], instance_id: str, kept: Mapping[str, Kept | None]) -> Document:
    """The same problem with only the claims in `kept`: those with an entry in force, those with None still waiting."""
    claims = [_claim(row, kept[row["id"]]) for row in basis["claims"] if row["id"] in kept]
    placements = {placement["id"] for claim in claims for placement in claim["placements"]}
    credited = {party for claim in claims for party in claim["credit"]}
    return {
        **basis,
        "id": instance_id,
        "parties": [row for row in basis["parties"] if row["id"] in credited],
        "claims": claims,
        "agreements": [row for row in basis["agreements"] if kept.keys() >= set(row["claims"])],
        "caps": [_only(row, placements) for row in basis["caps"]],
        "reserves": [_only(row, placements) for row in basis["reserves"]],
    }


def _claim(row: Mapping[str, Any], entry: Kept | None) -> Document:
    if entry is None:
        return dict(row)
    return {**row, "in_force": {"placement": entry.placement, "start": entry.start}}


def _only(row: Mapping[str, Any], placements: set[str]) -> Document:
    return {**row, "placements": [name for name in row["placements"] if name in placements]}
