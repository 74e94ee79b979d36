"""Which claims can be exchanged without changing the instance: the symmetries of what an allocation is judged by.

A symmetry renames claims, their open placements and the parties so that everything the rules look at stays the same: points,
open start days, who must keep apart from whom at which differences of starts, credit, rows of caps, reserves. Names,
hours of receipt, operators and groups that no cap or reserve names play no part, nor does the place itself, unless free access
(C5) makes it matter. Entries in force are renamed only into their like.

Found by colour refinement with individualisation (McKay, Practical graph isomorphism, 1981), and every symmetry is checked
edge by edge before it is believed. Claims that can change places two by two are found directly. `chain` gives what a
lottery has to be averaged over.
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
    """Levels of symmetries over which a lottery is averaged, the last one first: together the average over all.

    A class are claims of which any two can change places while all others keep theirs; a kin are classes of which any two
    can do so as a whole, with their parties.

    1. For each kin that others can become: a symmetry for each of these, the kin before it staying where they are.
    2. For each kin its classes moved on by 1, 2, ... in a ring, for each class its claims. A ring gives each member the same
       chances, as all their orders together would.
    3. With all claims where they are, for each placement that others can become, a symmetry for each of these.
    """
    search = _Search(graph)
    found = search.by_kind()
    classes = _Classes(graph, found)
    kin = classes.kin()
    levels = _of_kin(search, [[node for members in one for node in members] for one in kin], found)
    levels += [classes.ring(one) for one in kin if len(one) > 1]
    levels += [classes.ring([[node] for node in members]) for members in classes.members if len(members) > 1]
    for node in sorted(node for node in graph.kinds if node[0] == "claim"):
        found = search.individualised(found, [node])
    return levels + _of_placements(search, found)


def _of_kin(search: "_Search", kin: Sequence[Sequence[Node]], colours: Colours) -> list[Level]:
    levels = []
    for nodes in kin:
        like = [other for other in kin if colours[other[0]] == colours[nodes[0]] and other != nodes]
        moved = [search.symmetry(colours, nodes, other) for other in like if len(other) == len(nodes)]
        level = tuple(symmetry for symmetry in moved if symmetry is not None)
        levels += [level] if level else []
        if like:
            colours = search.individualised(colours, nodes)
    return levels


def _of_placements(search: "_Search", colours: Colours) -> list[Level]:
    levels = []
    for node in sorted(node for node in colours if node[0] == "placement"):
        like = [other for other in colours if colours[other] == colours[node] and other != node]
        moved = [search.symmetry(colours, [node], [other]) for other in sorted(like)]
        level = tuple(symmetry for symmetry in moved if symmetry is not None)
        levels += [level] if level else []
        if like:
            colours = search.individualised(colours, [node])
    return levels


class _Classes:
    """Claims that can change places two by two, and classes that can."""

    def __init__(self, graph: Structure, colours: Colours):
        self._graph = graph
        self._colours = colours
        claims = sorted(node for node in graph.kinds if node[0] == "claim")
        self.members = [[node for (node,) in group] for group in self._gathered([[node] for node in claims])]

    def kin(self) -> list[list[list[Node]]]:
        """The classes gathered to kin."""
        return self._gathered(self.members)

    def _gathered(self, units: Sequence[list[Node]]) -> list[list[list[Node]]]:
        """Units that can change places with the first of their group."""
        groups: list[list[list[Node]]] = []
        for unit in units:
            home = next((group for group in groups if self._alike(group[0], unit)), None)
            if home is None:
                groups.append([unit])
            else:
                home.append(unit)
        return groups

    def _alike(self, one: Sequence[Node], two: Sequence[Node]) -> bool:
        colours = [[self._colours[node] for node in unit] for unit in (one, two)]
        return colours[0] == colours[1] and self._swapped(one, two) is not None

    def ring(self, units: Sequence[Sequence[Node]]) -> Level:
        """The symmetries that move every unit on by 1, 2, ... places."""
        own = [
            node
            for claim in units[0]
            for node in [claim, *sorted(n for n, label in self._graph.edges[claim].items() if label == "own")]
        ]
        stand_ins = [dict(zip(own, own, strict=True))]
        for unit in units[1:]:
            swap = self._swapped(units[0], unit)
            assert swap is not None
            stand_ins.append({node: swap[node] for node in own})
        count = len(units)
        return tuple(
            {stand_ins[i][node][1]: stand_ins[(i + step) % count][node][1] for i in range(count) for node in own}
            for step in range(1, count)
        )

    def _swapped(self, ones: Sequence[Node], twos: Sequence[Node]) -> dict[Node, Node] | None:
        """The symmetry that exchanges claims, their placements and their parties and nothing else, if it is one."""
        pairs = list(zip(ones, twos, strict=True))
        for one, two in list(pairs):
            for kind in ("placement", "party"):
                here, there = (self._beside(node, kind) for node in (one, two))
                if len(here) != len(there):
                    return None
                pairs += zip(here, there, strict=True)
        swap = {a: b for a, b in pairs if a != b} | {b: a for a, b in pairs if a != b}
        if any(swap[b] != a for a, b in swap.items()) or any(a != b and swap.get(a) != b for a, b in pairs):
            return None
        edges, kinds = self._graph.edges, self._graph.kinds
        touched = {*swap, *(other for node in swap for other in edges[node])}
        is_symmetry = all(
            kinds[a] == kinds[swap.get(a, a)]
            and {swap.get(n, n): label for n, label in edges[a].items()} == edges[swap.get(a, a)]
            for a in touched
        )
        return swap if is_symmetry else None

    def _beside(self, node: Node, kind: str) -> list[Node]:
        """Its placements or parties: those that look alike at the same place in the list."""
        found = [(repr(label), self._colours[other], other) for other, label in self._graph.edges[node].items()]
        return [other for *_, other in sorted(found) if other[0] == kind]


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

    def individualised(self, colours: Colours, nodes: Sequence[Node]) -> Colours:
        """The refinement once some nodes have a colour of their own."""
        return self.refined({**colours, **{node: self._number(("alone", colours[node])) for node in nodes}})

    def symmetry(self, colours: Colours, nodes: Sequence[Node], others: Sequence[Node]) -> Symmetry | None:
        """A symmetry that keeps all colours and takes some nodes to as many others, if there is one."""
        found = self._match(self.individualised(colours, nodes), self.individualised(colours, others))
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
        first = self.individualised(one, [cells_one[colour][0]])
        for other in cells_two[colour]:
            if self._looks > LOOKS:
                return None
            found_deeper = self._match(first, self.individualised(two, [other]))
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
