"""Which claims can be exchanged without changing the instance: the symmetries of what an allocation is judged by.

A symmetry renames claims, their open placements and the parties so that everything the rules look at stays the same: points,
open start days, who must keep apart from whom at which differences of starts, credit, rows of caps, reserves. Names,
hours of receipt, operators and groups that no cap or reserve names play no part, nor does the place itself, unless free access
(C5) makes it matter. Entries in force are renamed only into their like.

Found by colour refinement with individualisation (McKay, Practical graph isomorphism, 1981), and every symmetry is checked
edge by edge before it is believed. `chain` gives them as levels: each symmetry of the instance is one of the last
level, then one of the level before, and so on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.allocation import cap_rows, is_eligible
from solver.instance import Instance, Placement
from solver.options import Options

Symmetry = Mapping[str, str]
"""The new name of each claim and open placement; who keeps its name is not in it."""
Node = tuple[str, ...]
Colours = dict[Node, int]
Level = tuple[Symmetry, ...]
LOOKS = 20_000  # refinements after which the search for further symmetries ends, far beyond any real instance


@dataclass(frozen=True, slots=True)
class Structure:
    """A graph: what each node is, and its labelled edges in both directions."""

    kinds: Mapping[Node, object]
    edges: Mapping[Node, Mapping[Node, object]]


def structure(instance: Instance, options: Options) -> Structure:
    """The graph of an instance; its nodes are claims, open placements, parties, rows of caps, and reserves."""
    kinds: dict[Node, object] = {}
    edges: dict[Node, dict[Node, object]] = {}

    def link(a: Node, b: Node, there: object, back: object) -> None:
        edges.setdefault(a, {})[b] = there
        edges.setdefault(b, {})[a] = back

    for claim in instance.claims:
        node = ("claim", claim.id)
        fixed = claim.in_force
        kinds[node] = ("claim", fixed and (instance.placement_by_id[fixed.placement].points, fixed.start))
        for party, share in claim.credit.items():
            kinds[("party", party)] = "party"
            link(node, ("party", party), ("credit", share), ("credit", share))
        for placement in claim.placements:
            if placement.id in options.starts:
                kinds[("placement", placement.id)] = _kind(instance, options, placement)
                link(node, ("placement", placement.id), "own", "own")
    for a, b in options.exclusive:
        link(("placement", a), ("placement", b), "never", "never")
    for pair in options.timed:
        mirrored = tuple(sorted((-last, -first) for first, last in pair.forbidden))
        link(("placement", pair.a), ("placement", pair.b), pair.forbidden, mirrored)
    for limit, kind, measures in _limits(instance, options):
        kinds[limit] = kind
        for name, measure in measures.items():
            link(limit, ("placement", name), ("counts", measure), ("counts", measure))
    return Structure(kinds, {node: edges.get(node, {}) for node in kinds})


def _kind(instance: Instance, options: Options, placement: Placement) -> object:
    kind = ("placement", placement.points, options.starts[placement.id])
    if instance.access is None or placement.footprint is None:
        return kind
    return (*kind, placement.footprint.wkb, placement.phases)


def _limits(instance: Instance, options: Options) -> Iterator[tuple[Node, tuple[object, ...], Mapping[str, int]]]:
    """The rows of caps and the reserves: node, what it is with what entries in force count there, and what each open
    placement counts.
    """
    in_force = {claim.in_force.placement for claim in instance.claims if claim.in_force}
    rows: list[tuple[Node, tuple[object, ...], Mapping[str, int]]] = []
    for cap in instance.caps:
        rows += [(("cap", cap.id, whom), ("cap", cap.most), row) for whom, row in cap_rows(instance, cap).items()]
    for reserve in instance.reserves:
        claims = {name: instance.claim_by_id[instance.placement_by_id[name].claim] for name in reserve.placements}
        eligible = {name: 1 for name, claim in claims.items() if is_eligible(instance, reserve, claim)}
        rows.append((("reserve", reserve.id), ("reserve", reserve.least), eligible))
    for node, kind, measures in rows:
        used = sum(measure for name, measure in measures.items() if name in in_force)
        yield node, (*kind, used), {name: measure for name, measure in measures.items() if name in options.starts}


def chain(graph: Structure) -> list[Level]:
    """All symmetries as levels: those of a level keep the bases of the levels before and each move its own elsewhere.

    A level lists one symmetry for each place its base can be moved to, the base itself left out. Levels
    of a single place are left out.
    """
    search = _Search(graph)
    bases = sorted(node for node in graph.kinds if node[0] == "claim")
    bases += sorted(node for node in graph.kinds if node[0] == "placement")
    colours = search.by_kind()
    levels = []
    for base in bases:
        cell = sorted(node for node, colour in colours.items() if colour == colours[base])
        if len(cell) > 1:
            found = [search.symmetry(colours, base, other) for other in cell if other != base]
            level = tuple(moved for moved in found if moved is not None)
            if level:
                levels.append(level)
            colours = search.individualised(colours, base)
    return levels


def orbits(levels: Sequence[Level], kind: Mapping[str, object]) -> list[tuple[str, ...]]:
    """The sets of names (of those in `kind`) that symmetries carry into one another, two members at least, by name."""
    group_of = {name: [name] for name in sorted(kind)}
    for moved in (moved for level in levels for moved in level):
        for a, b in moved.items():
            if a in group_of and group_of[a] is not group_of[b]:
                one, other = group_of[a], group_of[b]
                one += other
                group_of.update(dict.fromkeys(other, one))
    return sorted({tuple(sorted(group)) for group in group_of.values() if len(group) > 1})


class _Search:
    """Colour refinement with one numbering of colours for all refinements, so that two of them can be compared."""

    def __init__(self, graph: Structure):
        self._graph = graph
        self._numbers: dict[object, int] = {}
        self._looks = 0

    def _number(self, key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def by_kind(self) -> Colours:
        """The refinement of the colours that say what each node is."""
        return self.refined({node: self._number(("kind", kind)) for node, kind in self._graph.kinds.items()})

    def refined(self, colours: Colours) -> Colours:
        """The coarsest refinement in which like nodes have like neighbours."""
        self._looks += 1
        count = len(set(colours.values()))
        while True:
            colours = {node: self._number(self._seen(node, colours)) for node in colours}
            after = len(set(colours.values()))
            if after == count:
                return colours
            count = after

    def _seen(self, node: Node, colours: Colours) -> object:
        around = Counter((label, colours[other]) for other, label in self._graph.edges[node].items())
        return colours[node], frozenset(around.items())

    def individualised(self, colours: Colours, node: Node) -> Colours:
        """The refinement once a node has a colour of its own."""
        return self.refined({**colours, node: self._number(("alone", colours[node]))})

    def symmetry(self, colours: Colours, node: Node, other: Node) -> Symmetry | None:
        """A symmetry that keeps all colours and takes one node to another, if there is one."""
        found = self._match(self.individualised(colours, node), self.individualised(colours, other))
        if found is None:
            return None
        return {a[1]: b[1] for a, b in found.items() if a[0] in ("claim", "placement") and a != b}

    def _match(self, one: Colours, two: Colours) -> dict[Node, Node] | None:
        cells_one, cells_two = _cells(one), _cells(two)
        if {c: len(n) for c, n in cells_one.items()} != {c: len(n) for c, n in cells_two.items()}:
            return None
        open_ = [colour for colour, nodes in cells_one.items() if len(nodes) > 1]
        if not open_:
            found = {nodes[0]: cells_two[colour][0] for colour, nodes in cells_one.items()}
            return found if self._is_symmetry(found) else None
        colour = min(open_, key=lambda colour: (len(cells_one[colour]), cells_one[colour][0]))
        first = self.individualised(one, cells_one[colour][0])
        for other in cells_two[colour]:
            if self._looks > LOOKS:
                return None
            found_deeper = self._match(first, self.individualised(two, other))
            if found_deeper is not None:
                return found_deeper
        return None

    def _is_symmetry(self, found: Mapping[Node, Node]) -> bool:
        kinds, edges = self._graph.kinds, self._graph.edges
        return all(
            kinds[a] == kinds[b] and {found[n]: label for n, label in edges[a].items()} == edges[b]
            for a, b in found.items()
        )


def _cells(colours: Colours) -> dict[int, list[Node]]:
    cells: dict[int, list[Node]] = {}
    for node in sorted(colours):
        cells.setdefault(colours[node], []).append(node)
    return cells
