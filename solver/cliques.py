"""Clique cover: pairs that exclude each other at every start, gathered into sets of which at most one can be allotted.

One row a clique instead of one a pair is a smaller model with a tighter relaxation: of k placements that all exclude one
another the relaxation of the pairs still lets k / 2 through, that of the clique one. First fit on the conflict graph:
each edge not yet covered starts a clique, which takes in, in the order of ids, every placement that excludes all of
its members. Placements of one claim exclude one another (C1) and may stand in a clique together.

Source: first-fit edge clique cover, as measured for station repacking and set packing; any cover is valid, a smaller
one is only faster.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence

from solver.instance import Instance
from solver.options import Options

Clique = tuple[str, ...]


def clique_cover(pairs: Iterable[tuple[str, str]], groups: Iterable[Sequence[str]]) -> list[Clique]:
    """Cliques that cover every pair and every group, each in order of ids, the same for any order of the input.

    `groups` are sets already known to exclude one another: the placements of a claim.
    """
    names = sorted({name for pair in pairs for name in pair} | {name for group in groups for name in group})
    return _Cover(names, pairs, groups).run()


def exclusive_cliques(instance: Instance, options: Options) -> list[Clique]:
    """A cover of all pairs of open placements that exclude each other at every start."""
    groups = [[p.id for p in claim.placements if p.id in options.starts] for claim in instance.claims]
    return clique_cover(options.exclusive, groups)


class _Cover:
    """Adjacency as one bit set a placement, so that a common neighbourhood is one `and`."""

    def __init__(self, names: Sequence[str], pairs: Iterable[tuple[str, str]], groups: Iterable[Sequence[str]]):
        self._names = names
        self._index: Mapping[str, int] = {name: i for i, name in enumerate(names)}
        self._beside = [0] * len(names)
        self._open = [0] * len(names)
        for a, b in pairs:
            self._link(self._index[a], self._index[b])
        for group in groups:
            for one, other in itertools.combinations([self._index[name] for name in group], 2):
                self._link(one, other)

    def _link(self, a: int, b: int) -> None:
        for one, other in ((a, b), (b, a)):
            self._beside[one] |= 1 << other
            self._open[one] |= 1 << other

    def run(self) -> list[Clique]:
        """Grow a clique from the first uncovered edge of each placement until none is left."""
        cliques = []
        for a in range(len(self._names)):
            while self._open[a]:
                cliques.append(self._grow(a))
        return cliques

    def _grow(self, a: int) -> Clique:
        members, common = [a], self._beside[a]
        # First the neighbours whose edge is still open: they are what the clique is for.
        for wanted in (self._open[a], common):
            rest = wanted & common
            while rest:
                b = (rest & -rest).bit_length() - 1
                members.append(b)
                common &= self._beside[b]
                rest &= common
        bits = sum(1 << member for member in members)
        for member in members:
            self._open[member] &= ~bits
        return tuple(self._names[member] for member in sorted(members))
