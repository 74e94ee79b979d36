"""The lottery read from the specification alone: all optimal allocations written down, the best mix of them by exact programs.

Leximin by the definition: the largest least mean of the parties still free; then each of them alone, how much more it could
have: who cannot have more is settled. Programs are solved by a plain simplex in fractions with Bland's rule. Nothing here
comes from `solver`.

Equal claims are found by trying every renaming of claims and parties and comparing the whole document.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.solver.oracle import Option, Separation, Worth, allocations
from tests.solver.oracle_access import Access

Document = Mapping[str, Any]
Outcome = dict[str, Option]


def optimal(document: Document) -> tuple[Worth, list[Outcome]]:
    """Return all allocations of the best rank before any tie-break."""
    separation, worth = Separation(document), Worth(document)
    access = Access(document) if document.get("access") else None
    best: list[Outcome] = []
    best_rank: tuple[Any, ...] | None = None
    for chosen in allocations(document, separation):
        served = {claim: option.placement for claim, option in chosen.items()}
        if worth.breaks_a_cap(served):
            continue
        if access and not access.keeps({option.placement: option.start for option in chosen.values()}):
            continue
        rank = worth.stages(served)
        if best_rank is None or rank > best_rank:
            best_rank, best = rank, []
        if rank == best_rank:
            best.append(dict(chosen))
    return worth, best


def best_means(document: Document) -> dict[str, Fraction] | None:
    """Return the expected points of every credited party in the leximin lottery, None if nothing is feasible."""
    worth, best = optimal(document)
    vectors = {tuple(worth.points({c: o.placement for c, o in a.items()}).items()) for a in best}
    return leximin([dict(vector) for vector in sorted(vectors)]) if best else None


def leximin(columns: Sequence[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Return the leximin means over all mixes of some vectors."""
    settled: dict[str, Fraction] = {}
    free = sorted(columns[0])
    while free:
        least = largest(columns, settled, dict.fromkeys(free, Fraction(0)), free)
        floor = dict.fromkeys(free, least)
        stuck = [p for p in free if largest(columns, settled, floor, [p]) == least]
        assert stuck
        settled |= dict.fromkeys(stuck, least)
        free = [party for party in free if party not in settled]
    return settled


def largest(
    columns: Sequence[Mapping[str, Fraction]],
    settled: Mapping[str, Fraction],
    floor: Mapping[str, Fraction],
    wanted: Sequence[str],
) -> Fraction:
    """Return the largest t that all of `wanted` reach in some mix, with others at least at their floor or value."""
    rows, right = [], []
    for party, value in {**floor, **settled}.items():
        rows.append([column[party] for column in columns] + [Fraction(0)])
        right.append(value)
    for party in wanted:
        rows.append([column[party] for column in columns] + [Fraction(-1)])
        right.append(Fraction(0))
    rows.append([Fraction(1)] * len(columns) + [Fraction(0)])
    right.append(Fraction(1))
    surplus = len(rows) - 1
    table = [row + [Fraction(-1 if i == j else 0) for j in range(surplus)] for i, row in enumerate(rows)]
    cost = [Fraction(0)] * len(columns) + [Fraction(1)] + [Fraction(0)] * surplus
    return maximum(table, right, cost)


def maximum(rows: list[list[Fraction]], right: list[Fraction], cost: list[Fraction]) -> Fraction:
    """Return the largest cost x with rows x = right >= 0, x >= 0: first without, then with the cost."""
    count, width = len(rows), len(cost)
    table = [
        row + [Fraction(int(i == j)) for j in range(count)] + [b]
        for i, (row, b) in enumerate(zip(rows, right, strict=True))
    ]
    basis = list(range(width, width + count))
    first = [Fraction(0)] * width + [Fraction(-1)] * count
    descend(table, basis, first, width + count)
    assert all(row[-1] == 0 for row, variable in zip(table, basis, strict=True) if variable >= width)
    for i, variable in enumerate(basis):  # artificials at 0 make room, or their row says nothing
        column = next((j for j in range(width) if table[i][j] != 0), None) if variable >= width else None
        if column is not None:
            pivot(table, basis, i, column)
    descend(table, basis, cost + [Fraction(0)] * count, width)
    return sum((cost[v] * row[-1] for v, row in zip(basis, table, strict=True) if v < width), Fraction(0))


def descend(table: list[list[Fraction]], basis: list[int], cost: list[Fraction], width: int) -> None:
    """Pivot by Bland's rule until no column below `width` would add to the cost."""
    while True:
        entering = next((j for j in range(width) if gain(table, basis, cost, j) > 0), None)
        if entering is None:
            return
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
        pivot(table, basis, min(ratios)[2], entering)


def gain(table: list[list[Fraction]], basis: list[int], cost: list[Fraction], column: int) -> Fraction:
    """Return what a column would add to the cost."""
    return cost[column] - sum((cost[v] * row[column] for v, row in zip(basis, table, strict=True)), Fraction(0))


def pivot(table: list[list[Fraction]], basis: list[int], row: int, column: int) -> None:
    """Let a column take the place of a row's variable."""
    own = [value / table[row][column] for value in table[row]]
    for i, other in enumerate(table):
        if i != row and other[column]:
            table[i] = [a - other[column] * b for a, b in zip(other, own, strict=True)]
    table[row], basis[row] = own, column


# ---- equal claims ---------------------------------------------------------------------------------------------------

Renaming = dict[str, str]


def renamings(document: Document) -> Iterator[Renaming]:
    """Yield every renaming of claims, placements and parties after which the document is the same but for row order."""
    wanted = content(document, {})
    claims = {claim["id"]: claim for claim in document["claims"]}
    parties = sorted({party for claim in document["claims"] for party in claim["credit"]})
    for order in itertools.permutations(sorted(claims)):
        renamed = dict(zip(sorted(claims), order, strict=True))
        pairs = matched(claims, renamed)
        for named in itertools.permutations(parties) if pairs is not None else ():
            everything = {**renamed, **(pairs or {}), **dict(zip(parties, named, strict=True))}
            if content(document, everything) == wanted:
                yield everything


def matched(claims: Mapping[str, Document], renamed: Renaming) -> Renaming | None:
    """Return the placements of each claim with those of the claim it is renamed to, by their order; None if they differ."""
    pairs: Renaming = {}
    for name, claim in claims.items():
        there = sorted(claims[renamed[name]]["placements"], key=what)
        here = sorted(claim["placements"], key=what)
        if [what(p) for p in here] != [what(p) for p in there]:
            return None
        pairs |= {a["id"]: b["id"] for a, b in zip(here, there, strict=True)}
    return pairs


def what(placement: Document) -> str:
    """Return all of a placement but its name."""
    return repr([placement.get(name) for name in ("points", "start", "footprint", "phases")])


def content(document: Document, renamed: Renaming) -> Any:
    """Return what an allocation is judged by, with new names, without order."""

    def name(old: str) -> str:
        return renamed.get(old, old)

    groups = {row.get("group") or row["per"].removeprefix("group:") for row in document["reserves"] + document["caps"]}
    controlled = any(cap["per"] == "controller" for cap in document["caps"])
    claims = [
        (
            name(claim["id"]),
            frozenset((name(party), share) for party, share in claim["credit"].items()),
            frozenset(name(p["id"]) for p in claim["placements"]),
            claim["controller"] if controlled else None,
            claim["in_force"] and (name(claim["in_force"]["placement"]), claim["in_force"]["start"]),
        )
        for claim in document["claims"]
    ]
    return (
        frozenset(claims),
        frozenset((name(p["id"]), frozenset(groups & set(p.get("groups") or []))) for p in document["parties"]),
        frozenset((frozenset(map(name, row["claims"])), row["keep_out_m"]) for row in document["agreements"]),
        frozenset(frozenset(map(name, pair)) for pair in document["conflicts"] or []),
        frozenset(
            (row["id"], frozenset(map(name, row["placements"]))) for row in document["caps"] + document["reserves"]
        ),
    )
