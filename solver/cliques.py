"""Clique cover: pairs that exclude each other at every start, gathered into sets of which at most one can be allotted.

One row a clique instead of one a pair is a smaller model with a tighter relaxation: of k placements that all exclude one
another the relaxation of the pairs still lets k / 2 through, that of the clique one. First fit on the conflict graph:
each edge not yet covered starts a clique, which takes in, in the order of ids, every placement that excludes all of
its members. Placements of one claim exclude one another (C1) and may stand in a clique together.

Source: first-fit edge clique cover, as measured for station repacking and set packing; any cover is valid, a smaller
one is only faster.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from solver.components import numbered
from solver.instance import Instance
from solver.options import Options

Clique = tuple[str, ...]


def clique_cover(pairs: Iterable[tuple[str, str]], groups: Iterable[Sequence[str]]) -> list[Clique]:
    """Cliques that cover every pair and every group, each in order of ids, the same for any order of the input.

    `groups` are sets already known to exclude one another: the placements of a claim.
    """
    edges = [*pairs, *(pair for group in groups for pair in itertools.combinations(group, 2))]
    number = numbered(sorted({name for edge in edges for name in edge}), edges)
    covers: dict[int, _Cover] = {}
    for name, component in number.items():
        covers.setdefault(component, _Cover()).names.append(name)
    for a, b in edges:
        covers[number[a]].edges.append((a, b))
    # By the placement from which a clique grew: where one component ends and the next begins leaves no trace.
    found = sorted((grown for cover in covers.values() for grown in cover.run()), key=lambda grown: grown[0])
    return [clique for _, clique in found]


def exclusive_cliques(instance: Instance, options: Options) -> list[Clique]:
    """A cover of all pairs of open placements that exclude each other at every start."""
    groups = [[p.id for p in claim.placements if p.id in options.starts] for claim in instance.claims]
    return clique_cover(options.exclusive, groups)


class _Cover:
    """One component: its placements in the order of ids, the pairs between them.

    Adjacency is one bit set a placement, so that a common neighbourhood is one `and`; component by component these are
    short.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.edges: list[tuple[str, str]] = []

    def run(self) -> Iterator[tuple[str, Clique]]:
        """Grow a clique from the first uncovered edge of each placement until none is left: (where from, clique)."""
        index = {name: i for i, name in enumerate(self.names)}
        beside = [0] * len(self.names)
        for a, b in self.edges:
            beside[index[a]] |= 1 << index[b]
            beside[index[b]] |= 1 << index[a]
        uncovered = list(beside)
        for position, name in enumerate(self.names):
            while uncovered[position]:
                members = _grown(position, beside, uncovered)
                bits = sum(1 << member for member in members)
                for member in members:
                    uncovered[member] &= ~bits
                yield name, tuple(self.names[member] for member in members)


def _grown(a: int, beside: Sequence[int], uncovered: Sequence[int]) -> list[int]:
    members, common = [a], beside[a]
    # First the neighbours whose edge is still uncovered: they are what the clique is for.
    for wanted in (uncovered[a], common):
        rest = wanted & common
        while rest:
            b = (rest & -rest).bit_length() - 1
            members.append(b)
            common &= beside[b]
            rest &= common
    return sorted(members)
