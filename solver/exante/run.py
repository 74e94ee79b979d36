"""The lottery of a run whose stages are proved: leximin in expected points over their optimal allocations.

1. Leximin in expected u_p over the parties credited, then, with these kept, in the chances of the claims to be served.
   Both vectors are unique: they are a function of the instance, whatever carries them.
2. Averaged over all symmetries of the instance, so that claims that can be exchanged have equal chances of every placement
   and every start.
3. Thinned to a basic solution of what has to stay: means of parties and claims, and those equal chances.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ortools.sat.python import cp_model

from solver.allocation import Allocation, Allotment, hundredths_by_party, most_hundredths
from solver.answer import filled
from solver.distribution import Distribution, Gap, Level, Outcome, means_of
from solver.exante import exchange, thin
from solver.exante.leximin import Cut, Mix, Row, Settled, leximin
from solver.exante.pricing import EnginePricing
from solver.instance import Instance
from solver.lottery import TRIAL_SEED, in_ticket_order
from solver.model.objectives import EarliestStart, SumOfPoints
from solver.model.search import Search
from solver.model.variables import Variables
from solver.options import Options
from solver.rules.stages import TIE_BREAK, Task
from solver.solution import OPTIMAL, Solution, Stage

SUMMED = ("equal-footing", "max-points")
"""Rules whose stages before the tie-break settle the sum of points."""


def with_lottery(task: Task, stages: Sequence[Stage]) -> tuple[list[Stage], Distribution]:
    """The stages of a rule with the one that stands for the tie-break, and the lottery."""
    before = [stage for stage in stages if stage.name != TIE_BREAK]
    stage, distribution = lottery(task, all(stage.proved for stage in before))
    return [*before, stage], distribution


def lottery(task: Task, is_proved: bool) -> tuple[Stage, Distribution]:
    """The stage that stands for the tie-break, and the lottery; where a stage before is not proved, the best allocation
    known stands alone and nothing is settled.
    """
    instance = task.instance
    pricing = EnginePricing(task.search, instance)
    if is_proved and instance.policy.rule in SUMMED:
        _keep_points(task)
    mix = leximin(pricing, _groups(instance)) if is_proved else Mix({0: Fraction(1)}, (), _trivial_gap(task))
    allocations = pricing.allocations or [task.search.best]
    chances: dict[thin.Outcome, Fraction] = {}
    are_settled = mix.cut is None
    for i, share in mix.probabilities.items():
        outcome, is_earliest = _earliest(task, allocations[i])
        chances[_outcome(outcome)] = chances.get(_outcome(outcome), Fraction(0)) + share
        are_settled &= is_earliest
    levels = exchange.chain(exchange.structure(instance, task.options))
    kept = _thinned(instance, thin.averaged(chances, levels), levels)
    everything = len(instance.credited_parties) + len(instance.claims)
    settled = sum(len(level.rows) for level in mix.levels)
    # Means that are settled without their starts are not the whole lottery.
    stage = Stage.of(TIE_BREAK, settled if are_settled else min(settled, everything - 1), everything)
    return stage, _distribution(instance, kept, mix, levels)


def _keep_points(task: Task) -> None:
    """No allocation has more points: that is proved, and the engine need not find it out with every question."""
    points = SumOfPoints(task.instance)
    most = points.value(task.search.best)

    def add_rows(model: cp_model.CpModel, variables: Variables) -> None:
        model.add(points.expression(model, variables) <= most)

    task.search.require(add_rows, lambda allocation: points.value(allocation) <= most)


def _groups(instance: Instance) -> list[list[Row]]:
    return [
        [("party", party) for party in instance.credited_parties],
        [("claim", claim) for claim in sorted(instance.claim_by_id)],
    ]


def _trivial_gap(task: Task) -> Cut:
    totals = hundredths_by_party(task.instance, task.search.best)
    most = most_hundredths(task.instance)
    return Cut(Fraction(min((totals[p] for p in most), default=0)), Fraction(min(most.values(), default=0)))


def _outcome(allocation: Allocation) -> thin.Outcome:
    return tuple((row.claim, row.placement, row.start) for _, row in sorted(allocation.items()))


def _thinned(instance: Instance, chances: thin.Lottery, levels: Sequence[exchange.Level]) -> thin.Lottery:
    """As few outcomes as keep the means, and equal chances within the sets that symmetries carry into one another."""
    first = {name: group[0] for group in exchange.orbits(levels, instance.placement_by_id) for name in group}

    def features(outcome: thin.Outcome) -> dict[object, int]:
        allocation = {claim: Allotment(claim, name, start) for claim, name, start in outcome}
        found: dict[object, int] = {("party", p): v for p, v in hundredths_by_party(instance, allocation).items() if v}
        for claim, name, start in outcome:
            found["claim", claim] = 1
            if name in first:
                _count(found, first, name, start)
        return found

    return thin.thinned(chances, features)


def _count(found: dict[object, int], first: dict[str, str], name: str, start: int) -> None:
    """The chance of each member of a set less that of the first, which has to stay 0 for every start."""
    if name != first[name]:
        found["same", name, start] = 1
        return
    for other, of in first.items():
        if of == name and other != name:
            found["same", other, start] = found.get(("same", other, start), 0) - 1


def _distribution(
    instance: Instance, chances: thin.Lottery, mix: Mix, levels: Sequence[exchange.Level]
) -> Distribution:
    outcomes = tuple(_answered(instance, outcome, probability) for outcome, probability in sorted(chances.items()))
    expected, served = means_of(instance, outcomes)
    return Distribution(
        outcomes=outcomes,
        expected=expected,
        chances=served,
        levels=tuple(_level(level) for level in mix.levels),
        open=_gap(mix, expected, served),
        exchangeable=tuple(exchange.orbits(levels, instance.claim_by_id)),
    )


def _answered(instance: Instance, outcome: thin.Outcome, probability: Fraction) -> Outcome:
    empty = Solution(instance.sha256, TRIAL_SEED.hex(), instance.policy.rule, OPTIMAL)
    return Outcome(probability, filled(instance, empty, {row[0]: Allotment(*row) for row in outcome}))


def _gap(mix: Mix, expected: Mapping[str, Fraction], served: Mapping[str, Fraction]) -> Gap | None:
    """What is open, with the least mean as it came out: averaging can only have raised it."""
    if mix.cut is None:
        return None
    settled = {row for level in mix.levels for row in level.rows}
    free = [mean for party, mean in expected.items() if ("party", party) not in settled]
    free = free or [chance for claim, chance in served.items() if ("claim", claim) not in settled]
    return Gap(min(free), mix.cut.at_most)


def _level(level: Settled) -> Level:
    return Level(
        parties=tuple(sorted(name for kind, name in level.rows if kind == "party")),
        claims=tuple(sorted(name for kind, name in level.rows if kind == "claim")),
        mean=level.mean,
        party_weights={name: w for (kind, name), w in sorted(level.weights.items()) if kind == "party"},
        claim_weights={name: w for (kind, name), w in sorted(level.weights.items()) if kind == "claim"},
        most=level.most,
    )


def _earliest(task: Task, allocation: Allocation) -> tuple[Allocation, bool]:
    """The same placements, each claim in its turn with the earliest start that those before it leave, and whether that
    is proved.

    The turn is by the tickets of seed 00, which are the same in every run; exchangeable claims are averaged afterwards.
    """
    instance, limits = task.instance, task.search.limits
    options = task.options.without(set(task.options.starts) - {row.placement for row in allocation.values()})
    left_s = None if limits.wall_time_s is None else max(0.01, task.search.left_s)
    alone = Search(instance, options, replace(limits, wall_time_s=left_s))
    alone.best = _at_once(instance, options, allocation)
    alone.require(lambda model, variables: _all_chosen(model, variables, options))
    order = in_ticket_order(allocation, TRIAL_SEED)
    rows = [allocation[name] for name in order if allocation[name].placement in options.starts]
    proved = [_settle(alone, options, instance, row) for row in rows]
    return alone.best, all(proved)


def _at_once(instance: Instance, options: Options, allocation: Allocation) -> Allocation:
    """The first day for whoever no start of another stands in the way of."""
    timed = {name for pair in options.timed for name in (pair.a, pair.b)}
    if instance.access is not None:
        return allocation
    return {
        claim: row
        if row.placement in timed or row.placement not in options.starts
        else Allotment(claim, row.placement, options.starts[row.placement][0][0])
        for claim, row in allocation.items()
    }


def _all_chosen(model: cp_model.CpModel, variables: Variables, options: Options) -> None:
    model.add_bool_and([variables.chosen(name) for name in sorted(options.starts)])


def _settle(search: Search, options: Options, instance: Instance, row: Allotment) -> bool:
    first_day = options.starts[row.placement][0][0]
    earliest = EarliestStart(instance.claim_by_id[row.claim], row.placement, -first_day)
    reached = search.maximise(f"{TIE_BREAK} {row.claim} start", earliest)
    if reached.proved:
        search.fix_start(row.placement, -reached.value)
    return reached.proved
