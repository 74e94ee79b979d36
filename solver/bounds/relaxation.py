"""The linear relaxation of a stage: rows that every allocation satisfies, each known by a tag that others can rebuild.

Columns, all between 0 and 1: `("x", placement)` and, for levels, `("y", level, party)`. Rows are sums of columns that are
at most a whole number:

- ("clique", ids): placements that exclude one another at every start of their windows: sum x <= 1
- ("closed", id): a placement that entries in force and holds leave no start: x <= 0
- ("cap", id, whom): (C3) sum of measure x <= max, less what entries in force use
- ("level", t, party): t y - sum of points x credit x <= what the party has in force, in hundredths
- ("kept", t): -sum y <= -count, for a level that an earlier stage settled
- ("points",): -sum of points x <= -value, for a lottery, over allocations with the largest sum of points
- ("met", n): -sum of weight x <= -most, for levels of a lottery after level n

For multipliers >= 0 the value of the relaxation is at most the sum of multiplier times right-hand side plus, for each column,
what its cost exceeds the sum of multiplier times coefficient, if anything: a bound for whatever multipliers, so nothing
about the linear program that suggested them has to be believed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import gcd

from solver.allocation import cap_rows, entries_in_force, most_hundredths
from solver.bounds.cuts import Beside, neighbours
from solver.cliques import Clique, clique_cover
from solver.conflicts import Interval
from solver.distribution import LOTTERY_LEVEL, Distribution, worth_by_placement
from solver.instance import Instance, Placement
from solver.options import Options, exclusive_pairs, window

Column = tuple[str | int, ...]
Tag = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """sum of coefficient times column <= most."""

    tag: Tag
    terms: dict[Column, int]
    most: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Maximise the sum of cost times column under the rows, in units of `unit`; `constant` is what entries in force add."""

    costs: dict[Column, int]
    rows: list[Row]
    constant: int = 0
    unit: int = 1


@dataclass(frozen=True)
class Hard:
    """Rows of the hard constraints, the same for every stage."""

    instance: Instance
    placements: tuple[Placement, ...]
    beside: Beside
    rows: list[Row] = field(default_factory=list)

    def add_cliques(self, cliques: Iterable[Clique]) -> None:
        """Rows for further cliques."""
        self.rows.extend(_clique_row(clique) for clique in sorted(cliques))


def hard_rows(instance: Instance, options: Options) -> Hard:
    """Cliques by windows alone, closed placements and caps, over the placements of claims that are not in force."""
    placements = tuple(p for claim in instance.claims if claim.in_force is None for p in claim.placements)
    windows: dict[str, tuple[Interval, ...]] = {p.id: window(instance, p) for p in placements}
    groups = [[p.id for p in claim.placements] for claim in instance.claims if claim.in_force is None]
    # Where entries and holds close no start, what excludes each other at all open starts is known already.
    pairs = options.exclusive if windows == options.starts else exclusive_pairs(instance, windows)
    rows = [_clique_row(clique) for clique in clique_cover(pairs, groups)]
    # A claim with one placement is in no pair, yet x <= 1 is what its column says already.
    rows += [Row(("closed", p.id), {("x", p.id): 1}, 0) for p in placements if p.id not in options.starts]
    return Hard(instance, placements, neighbours(pairs, groups), rows + _cap_rows(instance))


def _clique_row(clique: Clique) -> Row:
    return Row(("clique", *clique), {("x", name): 1 for name in clique}, 1)


def _cap_rows(instance: Instance) -> list[Row]:
    in_force = {entry.placement for entry in entries_in_force(instance).values()}
    rows = []
    for cap in instance.caps:
        for whom, measures in cap_rows(instance, cap).items():
            used = sum(measure for name, measure in measures.items() if name in in_force)
            terms: dict[Column, int] = {("x", name): m for name, m in measures.items() if _is_open(instance, name)}
            rows.append(Row(("cap", cap.id, whom), terms, cap.most - used))
    return rows


def _is_open(instance: Instance, placement: str) -> bool:
    return instance.claim_by_id[instance.placement_by_id[placement].claim].in_force is None


def points_relaxation(hard: Hard, kept: Sequence[tuple[int, int]]) -> Relaxation:
    """The sum of points, with the settled levels as (level, count)."""
    constant = sum(hard.instance.placement_by_id[e.placement].points for e in entries_in_force(hard.instance).values())
    costs: dict[Column, int] = {("x", p.id): p.points for p in hard.placements}
    return Relaxation(costs, hard.rows + _kept_rows(hard, kept), constant)


def level_relaxation(hard: Hard, level: int, kept: Sequence[tuple[int, int]]) -> Relaxation:
    """How many parties have at least `level` hundredths, with the settled levels as (level, count)."""
    able = _able(hard.instance, level)
    costs: dict[Column, int] = {("y", level, party): 1 for party in able}
    rows = [_level_row(hard, level, party) for party in able]
    return Relaxation(costs, hard.rows + rows + _kept_rows(hard, kept))


def lottery_relaxations(
    hard: Hard, lottery: Distribution, kept: Sequence[tuple[int, int]], points: int | None
) -> Iterator[tuple[str, Relaxation]]:
    """For each level of a lottery its weighted sum, over allocations on which stages and the levels before are met."""
    rows = hard.rows + _kept_rows(hard, kept)
    if points is not None:
        every = points_relaxation(hard, ())
        rows.append(_at_least(("points",), every.costs, points - every.constant))
    for number, level in enumerate(lottery.levels, start=1):
        worth = worth_by_placement(hard.instance, level)
        costs: dict[Column, int] = {("x", p.id): worth[p.id] for p in hard.placements if worth.get(p.id)}
        constant = sum(worth.get(entry.placement, 0) for entry in entries_in_force(hard.instance).values())
        unit = gcd(*costs.values()) or 1
        in_units = {column: cost // unit for column, cost in costs.items()}
        yield f"{LOTTERY_LEVEL} {number}", Relaxation(in_units, rows, constant, unit)
        rows = [*rows, _at_least(("met", number), costs, level.most - constant)]


def _at_least(tag: Tag, terms: dict[Column, int], least: int) -> Row:
    return Row(tag, {column: -value for column, value in terms.items()}, -least)


def most_at_level(instance: Instance, level: int) -> int:
    """How many parties would have at least `level` hundredths if each of their claims got its best placement."""
    return len(_able(instance, level))


def _able(instance: Instance, level: int) -> list[str]:
    return [party for party, most in most_hundredths(instance).items() if most >= level]


def _kept_rows(hard: Hard, kept: Sequence[tuple[int, int]]) -> list[Row]:
    rows = []
    for level, count in kept:
        parties = hard.instance.credited_parties
        rows += [_level_row(hard, level, party) for party in parties]
        rows.append(Row(("kept", level), {("y", level, party): -1 for party in parties}, -count))
    return rows


def _level_row(hard: Hard, level: int, party: str) -> Row:
    terms: dict[Column, int] = {("y", level, party): level}
    for placement in hard.placements:
        share = hard.instance.claim_by_id[placement.claim].credit.get(party)
        if share:
            terms["x", placement.id] = -placement.points * share
    return Row(("level", level, party), terms, _in_force_hundredths(hard.instance, party))


def _in_force_hundredths(instance: Instance, party: str) -> int:
    return sum(
        instance.placement_by_id[entry.placement].points * instance.claim_by_id[entry.claim].credit.get(party, 0)
        for entry in entries_in_force(instance).values()
    )
