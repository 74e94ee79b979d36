"""What granting would cost: the instance solved again with the claim forced to be served, stage by stage beside the old.

The force is part of the instance, so anybody can repeat it with `solver solve`: a reserve of its own asks for the
placements wanted, repeated so often that missing it costs more than all other reserves together. Since the
shortfall is minimised before everything else under every rule, the claim is served if anything can serve it.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from solver.allocation import attainable_hundredths
from solver.instance import Instance, Party, Reserve
from solver.lottery import Draw
from solver.moves import MOVE_STAGES
from solver.rules.stages import SHORTFALL, TIE_BREAK
from solver.solution import Solution, Stage, in_points

WORSE, AT_LEAST, BETTER, EQUAL = "worse", "worse by at least", "better", "equal"
IMPOSSIBLE, UNDECIDED = "impossible", "undecided"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One value of a solution in the order in which they count; larger is better. `bound` None: nothing is proved."""

    name: str
    value: int
    bound: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the best allocation that grants the claim compares: at which stage first, and by how much.

    `moves`: claims that would get something else, with what they have and would have.
    """

    outcome: str
    stage: str | None = None
    value: int | float | None = None
    value_if_granted: int | float | None = None
    by: int | float | None = None
    moves: tuple[Mapping[str, Any], ...] = ()


def forced(instance: Instance, claim_id: str, placements: Iterable[str]) -> Instance:
    """The instance in which one of these placements of a claim is allotted if that is possible at all."""
    claim, names = instance.claim_by_id[claim_id], frozenset(placements)
    group = _unused("granted", {group for party in instance.parties for group in party.groups})
    parties = [Party(p.id, p.groups | {group}) if p.id in claim.credit else p for p in instance.parties]
    copies = 1 + sum(reserve.least for reserve in instance.reserves)
    taken = {reserve.id for reserve in instance.reserves}
    wanted = [Reserve(_unused(f"granted {i}", taken), group, names, 1) for i in range(copies)]
    return dataclasses.replace(instance, parties=tuple(parties), reserves=(*instance.reserves, *wanted))


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "'"
    return name


def compare(instance: Instance, old: Solution, new: Solution, draw: Draw, wanted: frozenset[str]) -> Verdict:
    """The first stage at which a solution of the forced instance differs from the solution explained."""
    if not any(row.placement in wanted for row in new.allotments):
        decided = bool(new.stages) and new.stages[0].proved
        return Verdict(IMPOSSIBLE if decided else UNDECIDED)
    moves, differing = tuple(_moves(old, new)), first_difference(instance, old, new, draw)
    return Verdict(EQUAL, moves=moves) if differing is None else dataclasses.replace(verdict(*differing), moves=moves)


def first_difference(
    instance: Instance, old: Solution, new: Solution, draw: Draw
) -> tuple[Criterion, Criterion] | None:
    """The first value, in the order in which they count, that two solutions do not share; None if they are alike."""
    levels = attainable_hundredths(instance)
    pairs = zip(_criteria(instance, old, draw, levels), _criteria(instance, new, draw, levels), strict=False)
    return next(((a, b) for a, b in pairs if a.value != b.value or a.name != b.name), None)


def verdict(before: Criterion, after: Criterion) -> Verdict:
    """What two different values of one criterion say."""
    value, granted = shown(before.name, before.value), shown(after.name, after.value)
    if after.value > before.value:
        return Verdict(BETTER, before.name, value, granted, abs(granted - value))
    if after.bound == after.value:
        return Verdict(WORSE, before.name, value, granted, abs(value - granted))
    if after.bound is not None and after.bound < before.value:
        bound = shown(after.name, after.bound)
        return Verdict(AT_LEAST, before.name, value, bound, abs(value - bound))
    return Verdict(UNDECIDED, before.name, value)


def shown(name: str, value: int) -> int | float:
    """A value as people read it: shortfalls, ranks and starts are counted negatively, points of a party in hundredths."""
    if name in (SHORTFALL, *MOVE_STAGES) or ", rank of what " in name or ", start of " in name:
        return -value
    return in_points(value) if name.startswith(f"{TIE_BREAK}, points") else value


def _criteria(instance: Instance, solution: Solution, draw: Draw, levels: list[int]) -> Iterator[Criterion]:
    exact = instance.policy.rule == "equal-footing" and instance.policy.levels is None
    for stage in solution.stages:
        if stage.name in (SHORTFALL, *MOVE_STAGES):
            yield Criterion(stage.name, -stage.value, -stage.bound)
        elif stage.name != TIE_BREAK and not (exact and stage.name.startswith("level ")):
            yield Criterion(stage.name, stage.value, stage.bound)
            yield from _turn(instance, solution, stage)
        if exact and stage.name == SHORTFALL:
            # Only levels at which the count falls are stages; the ascending points tell the counts of all.
            yield from _levels(solution, levels)
    proved = all(stage.proved for stage in solution.stages)
    yield from _in_turn(instance, solution, draw, proved)


def _turn(instance: Instance, solution: Solution, stage: Stage) -> Iterator[Criterion]:
    """Under rules that go by turns, what the claim of a turn gets beyond its points: the placement, then the start."""
    ended = [claim.id for claim in instance.claims if stage.name.endswith(f" {claim.id}")]
    if stage.name.startswith("turn ") and ended:
        yield from _claim(instance, solution, max(ended, key=len), f"{stage.name},", stage.proved)


def _levels(solution: Solution, levels: list[int]) -> Iterator[Criterion]:
    open_levels = {stage.name: stage.bound for stage in solution.stages if not stage.proved}
    proved = all(stage.proved for stage in solution.stages if stage.name == SHORTFALL)
    for level in levels:
        name = f"level {in_points(level)}"
        count = sum(value >= level for value in solution.leximin)
        yield Criterion(name, count, open_levels.get(name, count) if proved else None)
        proved = proved and name not in open_levels


def _in_turn(instance: Instance, solution: Solution, draw: Draw, proved: bool) -> Iterator[Criterion]:
    """What the tie-break settles: points of parties in ticket order, then what claims get in ticket order."""
    for party in draw.order(instance.credited_parties):
        value = solution.parties.get(party, 0)
        yield Criterion(f"{TIE_BREAK}, points of {party}", value, value if proved else None)
    for name in draw.order(claim.id for claim in instance.claims):
        yield from _claim(instance, solution, name, f"{TIE_BREAK},", proved)


def _claim(instance: Instance, solution: Solution, name: str, when: str, proved: bool) -> Iterator[Criterion]:
    """The rank of what a claim gets (0 for its best placement, last if unserved), and its start, negatively."""
    ranked = sorted(instance.claim_by_id[name].placements, key=lambda p: (-p.points, p.id.encode()))
    row = next((row for row in solution.allotments if row.claim == name), None)
    rank = [p.id for p in ranked].index(row.placement) if row else len(ranked)
    yield Criterion(f"{when} rank of what {name} gets", -rank, -rank if proved else None)
    start = row.start if row else 0
    yield Criterion(f"{when} start of {name}", -start, -start if proved else None)


def _moves(old: Solution, new: Solution) -> Iterator[Mapping[str, Any]]:
    before, after = ({row.claim: row for row in solution.allotments} for solution in (old, new))
    for claim in sorted({*before, *after}):
        had, has = before.get(claim), after.get(claim)
        if had is None or has is None or (had.placement, had.start) != (has.placement, has.start):
            yield {
                "claim": claim,
                "has": None if had is None else {"placement": had.placement, "start": had.start},
                "would_have": None if has is None else {"placement": has.placement, "start": has.start},
            }
