"""Moves of entries in force read from the definition alone, for an oracle that has every feasible allocation in hand.

Of allocations equally good by the rule's stages the one that moves fewest entries wins, then the fewest metres (between the
old and the new footprint, whole and rounded up with 1 mm of slack), then the fewest days. An entry that may be moved is
served in every allocation; where it stands, neither its window nor the horizon nor holds bind it.
"""

import math
from collections.abc import Mapping
from typing import Any

from tests.solver.oracle_distance import footprint_distance_m

Document = Mapping[str, Any]
Place = tuple[str, int]


class Moves:
    """What the policy of one document allows, and what moving costs."""

    def __init__(self, document: Document) -> None:
        allowed = (document["policy"].get("moves") or {"allowed": []})["allowed"]
        self.placements = {p["id"]: p for claim in document["claims"] for p in claim["placements"]}
        self.recorded: dict[str, Place] = {
            claim["id"]: (claim["in_force"]["placement"], claim["in_force"]["start"])
            for claim in document["claims"]
            if claim.get("in_force") and (allowed == "all" or claim["id"] in allowed)
        }

    def rank(self, chosen: Mapping[str, Place]) -> tuple[int, ...]:
        """Return minus the entries moved, minus their metres, minus their days; nothing if none may be moved."""
        if not self.recorded:
            return ()
        moved = [(old, chosen[claim]) for claim, old in self.recorded.items() if chosen[claim] != old]
        metres = sum(self.metres(old[0], new[0]) for old, new in moved)
        return (-len(moved), -metres, -sum(abs(new[1] - old[1]) for old, new in moved))

    def metres(self, old: str, new: str) -> int:
        """Return whole metres between two placements."""
        one, other = self.placements[old].get("footprint"), self.placements[new].get("footprint")
        if old == new or one is None or other is None:
            return 0
        return max(0, math.ceil(footprint_distance_m(one, other) - 0.001))
