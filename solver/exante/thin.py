"""Fewer allocations for the same chances: exact averages over symmetries, and lotteries thinned to a basic solution."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from solver.exante.exchange import Level, Symmetry

Outcome = tuple[tuple[str, str, int], ...]
"""An allocation as (claim, placement, start) by claim id: equal allocations are equal values."""
Lottery = Mapping[Outcome, Fraction]


def moved(outcome: Outcome, by: Symmetry) -> Outcome:
    """The allocation in which everybody got what the one who is renamed to them had."""
    return tuple(sorted((by.get(claim, claim), by.get(name, name), start) for claim, name, start in outcome))


def averaged(lottery: Lottery, levels: Sequence[Level]) -> Lottery:
    """The lottery with the same chances for whoever a symmetry carries into one another, and the same mean of
    everything that symmetries leave alone.

    Averaged over one level after the other, the last one first: together that is the average over all symmetries. In
    between it is thinned with the chance of every placement and start unchanged.
    """
    for level in reversed(levels):
        spread: dict[Outcome, Fraction] = {}
        for outcome, probability in lottery.items():
            for image in (outcome, *(moved(outcome, by) for by in level)):
                spread[image] = spread.get(image, Fraction(0)) + probability / (len(level) + 1)
        lottery = thinned(spread, lambda outcome: {("option", *option[1:]): 1 for option in outcome})
    return lottery


def thinned(lottery: Lottery, features: Callable[[Outcome], Mapping[object, int]]) -> Lottery:
    """A lottery over some of the same allocations with the same mean of every feature: no more of them than features
    that are independent, and one.

    Allocations come in one by one, in their order. One whose features are a mix of those already in is traded
    against them until one of them has no weight left (Caratheodory 1911).
    """
    outcomes = sorted(lottery)
    rows = {outcome: {**features(outcome), None: 1} for outcome in outcomes}
    keys = sorted({key for row in rows.values() for key in row}, key=repr)
    kept: list[Outcome] = []
    weight: dict[Outcome, Fraction] = {}
    reduced = _Reduced()
    for outcome in outcomes:
        weight[outcome] = lottery[outcome]
        vector = [Fraction(rows[outcome].get(key, 0)) for key in keys]
        mix = reduced.mix_of(vector)
        kept.append(outcome)
        if mix is None:
            reduced.take_in(vector)
            continue
        gone = _trade(kept, weight, [*mix, Fraction(-1)])
        if gone != outcome:
            reduced.replace(kept.index(gone), mix)
            kept[kept.index(gone)] = outcome
        kept.pop()
    return {outcome: weight[outcome] for outcome in sorted(kept) if weight[outcome]}


def _trade(kept: Sequence[Outcome], weight: dict[Outcome, Fraction], mix: Sequence[Fraction]) -> Outcome:
    """Move weight along a mix of sum zero until the first outcome has none left; which one that is."""
    falling = [
        (weight[outcome] / -share, i) for i, (outcome, share) in enumerate(zip(kept, mix, strict=True)) if share < 0
    ]
    step, gone = min(falling)
    for outcome, share in zip(kept, mix, strict=True):
        weight[outcome] += step * share
    return kept[gone]


class _Reduced:
    """Independent vectors in their order, and any further vector as a mix of them, by elimination in fractions."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, list[Fraction], list[Fraction]]] = []
        """Where a row has its leading 1, the row, and which mix of the vectors it is."""

    def _reduce(self, vector: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
        rest, mix = list(vector), [Fraction(0)] * len(self._rows)
        for lead, row, own in self._rows:
            share = rest[lead]
            if share:
                rest = [a - share * b for a, b in zip(rest, row, strict=True)]
                mix = [a + share * b for a, b in zip(mix, [*own, *[Fraction(0)] * len(mix)][: len(mix)], strict=True)]
        return rest, mix

    def mix_of(self, vector: Sequence[Fraction]) -> list[Fraction] | None:
        """The mix of the vectors that gives this one, None if there is none."""
        rest, mix = self._reduce(vector)
        return None if any(rest) else mix

    def take_in(self, vector: Sequence[Fraction]) -> None:
        """One more vector, which is no mix of those so far."""
        rest, mix = self._reduce(vector)
        lead = next(i for i, value in enumerate(rest) if value)
        own = [-share / rest[lead] for share in mix] + [1 / rest[lead]]
        self._rows.append((lead, [value / rest[lead] for value in rest], own))

    def replace(self, index: int, mix: Sequence[Fraction]) -> None:
        """In place of one of the vectors the mix that stands for the new one; its share in the mix is not 0."""
        for number, (lead, row, shares) in enumerate(self._rows):
            own = [*shares, *[Fraction(0)] * (len(mix) - len(shares))]
            through = own[index] / mix[index]
            after = [through if i == index else a - through * b for i, (a, b) in enumerate(zip(own, mix, strict=True))]
            self._rows[number] = lead, row, after
