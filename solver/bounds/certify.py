"""Certificates: for each stage the multipliers that bound it, as whole millionths.

The multipliers come from HiGHS in a process of its own (its library and that of the constraint solver cannot live in one
process, and independence wants it anyway). Rounded to whole numbers they are a bound by themselves, whatever HiGHS did.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from solver.allocation import Allocation, hundredths_by_party, reached
from solver.bounds.cuts import violated
from solver.bounds.engine import Highs
from solver.bounds.relaxation import (
    Column,
    Hard,
    Relaxation,
    hard_rows,
    level_relaxation,
    lottery_relaxations,
    most_at_level,
    points_relaxation,
)
from solver.cliques import Clique
from solver.clock import Stopwatch
from solver.distribution import LOTTERY_LEVEL, Distribution
from solver.instance import Instance
from solver.options import Options
from solver.solution import POINTS, Stage, level_of

SCALE = 10**6
CUT_SECONDS = 6.0  # no further round of cuts after so long: a looser bound is still a bound


def certify(
    instance: Instance,
    options: Options,
    stages: Sequence[Stage],
    allocation: Allocation,
    seconds: float = math.inf,
    lottery: Distribution | None = None,
) -> list[dict[str, Any]]:
    """A certificate for each level stage and for a sum of points that was a stage of its own.

    Each is {"stage", "bound", "scale", "rows": [[tag, multiplier], ...]}. Stages that were not proved are bounded too;
    levels that all parties reach who could are left out, since counting them is a proof. What HiGHS does not come to
    within `seconds` has none; cuts end well before. Of a lottery the levels that the relaxation proves have one.
    """
    stopwatch = Stopwatch()
    if any(claim.recorded for claim in instance.claims):
        return []  # rows are about windows, and an entry may stay outside of its own
    hard = hard_rows(instance, options)
    relaxations = dict(_relaxations(hard, stages, allocation))
    if not (relaxations or (lottery and lottery.levels)) or stopwatch.seconds >= seconds:
        return []
    with Highs() as highs:
        answers = _ask(highs, relaxations, seconds - stopwatch.seconds)
        while stopwatch.seconds < min(CUT_SECONDS, seconds / 2) and all(answers) and _cut(hard, relaxations, answers):
            relaxations = dict(_relaxations(hard, stages, allocation))
            answers = _ask(highs, relaxations, seconds - stopwatch.seconds)
        proofs = _of_levels(highs, hard, stages, allocation, lottery, seconds - stopwatch.seconds) if lottery else []
    return proofs + [
        _certificate(name, relaxation, answer["duals"])
        for (name, relaxation), answer in zip(relaxations.items(), answers, strict=True)
        if answer
    ]


def _of_levels(
    highs: Highs,
    hard: Hard,
    stages: Sequence[Stage],
    allocation: Allocation,
    lottery: Distribution,
    seconds: float,
) -> list[dict[str, Any]]:
    """Certificates of the levels of a lottery that the relaxation proves."""
    points = next((stage.value for stage in stages if stage.name == POINTS), None)
    kept = _kept_by_stages(hard.instance, allocation)
    relaxations = dict(lottery_relaxations(hard, lottery, kept, points))
    if not relaxations or seconds <= 0:
        return []
    answers = _ask(highs, relaxations, seconds)
    found = [
        _certificate(name, relaxation, answer["duals"])
        for (name, relaxation), answer in zip(relaxations.items(), answers, strict=True)
        if answer
    ]
    most = {f"{LOTTERY_LEVEL} {number}": level.most for number, level in enumerate(lottery.levels, start=1)}
    return [row for row in found if row["bound"] == most[row["stage"]]]


def _kept_by_stages(instance: Instance, allocation: Allocation) -> list[tuple[int, int]]:
    """The levels that the stages of equal footing settled, as (level, count): under exact levels every value that parties
    have, for every count is then settled.
    """
    totals = hundredths_by_party(instance, allocation)
    held = [totals[party] for party in instance.credited_parties]
    if instance.policy.rule != "equal-footing":
        return []
    given = instance.policy.levels
    levels = sorted({value for value in held if value}) if given is None else [100 * points for points in given]
    return [(level, reached(held, level)) for level in levels if reached(held, level)]


def _ask(highs: Highs, relaxations: Mapping[str, Relaxation], seconds: float) -> list[dict[str, list[float]]]:
    each_s = None if seconds == math.inf else max(0.0, seconds) / len(relaxations)
    return highs.ask(relaxed=[_program(relaxation) for relaxation in relaxations.values()], seconds=each_s)


def _cut(hard: Hard, relaxations: Mapping[str, Relaxation], answers: Sequence[Mapping[str, list[float]]]) -> bool:
    """Add the cliques that any of the relaxations violates; False if there is none."""
    found: set[Clique] = set()
    for relaxation, answer in zip(relaxations.values(), answers, strict=True):
        columns = dict(zip(_columns(relaxation), answer["columns"], strict=True))
        found |= violated({str(c[1]): value for c, value in columns.items() if c[0] == "x"}, hard.beside)
    hard.add_cliques(found)
    return bool(found)


def _relaxations(hard: Hard, stages: Sequence[Stage], allocation: Allocation) -> list[tuple[str, Relaxation]]:
    instance = hard.instance
    totals = hundredths_by_party(instance, allocation)
    held = [totals[party] for party in instance.credited_parties]
    found: list[tuple[str, Relaxation]] = []
    kept: list[tuple[int, int]] = []
    if instance.policy.levels is None and min(held, default=0):
        # Nobody can pass the count of all parties, so the level that all have reached needs no stage.
        kept = [(min(held), len(held))]
    for stage in stages:
        level = level_of(stage.name)
        if level is not None:
            if stage.value < most_at_level(instance, level):
                found.append((stage.name, level_relaxation(hard, level, kept)))
            if not stage.proved:
                break
            kept = _kept_after(instance, kept, level, held)
        elif stage.name == "points" and (instance.policy.rule == "max-points" or instance.policy.levels is not None):
            found.append((stage.name, points_relaxation(hard, kept)))
    return found


def _kept_after(
    instance: Instance, kept: list[tuple[int, int]], level: int, held: Sequence[int]
) -> list[tuple[int, int]]:
    """What later stages may rely on: all given levels, or under exact levels the highest with the same count."""
    count = reached(held, level)
    if instance.policy.levels is not None:
        return [*kept, (level, count)]
    above = [value for value in held if value >= level]
    return [(min(above), count)] if above else []


def _program(relaxation: Relaxation) -> dict[str, Any]:
    """The relaxation as plain arrays for the child process, in an order of its own making: by column, by row."""
    columns = _columns(relaxation)
    index = {column: i for i, column in enumerate(columns)}
    return {
        "costs": [relaxation.costs.get(column, 0) for column in columns],
        "rows": [
            {"most": row.most, "columns": [index[c] for c in row.terms], "values": list(row.terms.values())}
            for row in relaxation.rows
        ],
    }


def _columns(relaxation: Relaxation) -> list[Column]:
    return sorted({*relaxation.costs, *(column for row in relaxation.rows for column in row.terms)}, key=_order)


def _order(column: Column) -> tuple[str, ...]:
    return tuple(str(part) for part in column)


def _certificate(name: str, relaxation: Relaxation, duals: Sequence[float]) -> dict[str, Any]:
    multipliers = [max(0, math.ceil(dual * SCALE - 1e-9)) for dual in duals]
    rows = [[list(row.tag), m] for row, m in zip(relaxation.rows, multipliers, strict=True) if m]
    return {"stage": name, "bound": bound(relaxation, multipliers), "scale": SCALE, "rows": rows}


def bound(relaxation: Relaxation, multipliers: Sequence[int]) -> int:
    """The bound that whole millionths give, rounded down to a whole value."""
    total = sum(m * row.most for m, row in zip(multipliers, relaxation.rows, strict=True))
    left: Mapping[Column, int] = {column: cost * SCALE for column, cost in relaxation.costs.items()}
    left = dict(left)
    for m, row in zip(multipliers, relaxation.rows, strict=True):
        for column, coefficient in row.terms.items():
            left[column] = left.get(column, 0) - m * coefficient
    most = (total + sum(max(0, value) for value in left.values())) // SCALE
    return relaxation.constant + relaxation.unit * most
