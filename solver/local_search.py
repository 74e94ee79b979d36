"""Incumbents by local search: good allocations in a second, with no promise at all; what they are worth is computed exactly.

The open placements are the vertices of a graph, weighted by their points, with an edge for each pair that excludes each other
at every start or belongs to one claim; a heavy independent set is an allocation. Objectives that are not sums of points
pull on parties: whoever is to rise counts for more in the next try.

Used only where no pair depends on time: there the engine finds allocations by itself. Caps are restored by leaving out
what exceeds them; kept stages are checked by whoever asked.

Source: CHILS; Grossmann, Langedal and Schulz, Concurrent iterated local search for the maximum weight independent set problem
(SEA 2025).
"""

import importlib.util
import itertools
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol, runtime_checkable

from solver.allocation import Allocation, Allotment, cap_rows, entries_in_force, hundredths_by_party
from solver.instance import Instance
from solver.options import Options

ROUNDS = 12  # tries after which pulls have had their effect, or never will
VERTICES_A_SECOND = 6_000
LEAST_SECONDS = 0.1
WEIGHT_SCALE = 1_000  # pulls are fractions, weights whole numbers
Pulls = Mapping[str, float]


@runtime_checkable
class Pulling(Protocol):
    """An objective that says how much a further point of each party is worth to it."""

    def pulls(self, hundredths: Mapping[str, int], before: Pulls) -> Pulls:
        """The weight of each party's points in the next try, after one that gave it these hundredths."""


def is_available() -> bool:
    """Whether the library is installed; it is not built for every platform."""
    return importlib.util.find_spec("chils") is not None


class LocalSearch:
    """Allocations by local search for one instance."""

    def __init__(self, instance: Instance, options: Options):
        self._instance = instance
        self._entries = entries_in_force(instance)
        self._starts = {name: days[0][0] for name, days in sorted(options.starts.items())}
        self._index = {name: i for i, name in enumerate(self._starts)}
        self._options = options
        may_move = any(claim.recorded for claim in instance.claims)  # nothing here knows that these must be served
        self._is_usable = bool(self._starts) and not options.timed and not may_move and is_available()
        self._caps = [(row, cap.most) for cap in instance.caps for row in cap_rows(instance, cap).values()]

    @cached_property
    def _edges(self) -> list[tuple[int, int]]:
        pairs = {(self._index[a], self._index[b]) for a, b in self._options.exclusive}
        for claim in self._instance.claims:
            own = [self._index[p.id] for p in claim.placements if p.id in self._index]
            pairs |= set(itertools.combinations(sorted(own), 2))
        return sorted(pairs)

    def candidates(self, objective: object, effort: int = 1, most_s: float = math.inf) -> Iterator[Allocation]:
        """One allocation a try, as long as the pulls of the objective change; none where they are of no use.

        Each try takes `effort` times the usual seconds, but no more than `most_s`; another effort begins from other
        random numbers.
        """
        if not self._is_usable or not isinstance(objective, Pulling):
            return
        pulls: Pulls = dict.fromkeys(self._instance.credited_parties, 1.0)
        for seed in range(ROUNDS):
            found = self._independent(pulls, min(most_s, effort * self._usual_s), seed + effort * ROUNDS)
            yield found
            before, pulls = pulls, objective.pulls(hundredths_by_party(self._instance, found), pulls)
            if pulls == before:
                return

    @property
    def _usual_s(self) -> float:
        return max(LEAST_SECONDS, len(self._starts) / VERTICES_A_SECOND)

    def _independent(self, pulls: Pulls, seconds: float, seed: int) -> Allocation:
        from chils import CHILS

        engine = CHILS()
        for name in self._starts:
            engine.add_vertex(self._weight(name, pulls))
        for a, b in self._edges:
            engine.add_edge(a, b)
        engine.run_local_search_only(seconds, seed)
        return self._allocation(
            [name for name, i in self._index.items() if engine.get_solution_vertex_configuration(i)]
        )

    def _weight(self, name: str, pulls: Pulls) -> int:
        placement = self._instance.placement_by_id[name]
        credit = self._instance.claim_by_id[placement.claim].credit
        return max(
            1, round(WEIGHT_SCALE * placement.points * sum(pulls[p] * share for p, share in credit.items()) / 100)
        )

    def _allocation(self, names: list[str]) -> Allocation:
        """Entries in force and what was found, the most points first, as far as caps have room."""
        found = dict(self._entries)
        used = [sum(row.get(entry.placement, 0) for entry in found.values()) for row, _ in self._caps]
        by_points = sorted(names, key=lambda name: (-self._instance.placement_by_id[name].points, name))
        for name in by_points:
            after = [total + row.get(name, 0) for total, (row, _) in zip(used, self._caps, strict=True)]
            if all(total <= most for total, (_, most) in zip(after, self._caps, strict=True)):
                claim = self._instance.placement_by_id[name].claim
                found[claim], used = Allotment(claim, name, self._starts[name]), after
        return found
