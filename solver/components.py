"""Connected components: sets of claims of which no placement can ever stand in the way of a placement outside.

What is to be summed over claims can be maximised for each component alone; caps, reserves, free access and parties, which
look across components, only ever make the whole worse than the sum of its parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from solver.conflicts import Interval, Separation
from solver.instance import Claim, Instance
from solver.options import Options


@dataclass(frozen=True, slots=True)
class Part:
    """One component as an instance of its own, with what is open in it; caps, reserves, holds and access are left behind."""

    instance: Instance
    options: Options


def parts(instance: Instance, options: Options) -> list[Part]:
    """The components of the open claims, the smallest first, then in the order of the instance."""
    claim_of = {placement.id: placement.claim for placement in instance.placement_by_id.values()}
    pairs = [*options.exclusive, *((pair.a, pair.b) for pair in options.timed)]
    claims = dict.fromkeys(claim_of[name] for name in options.starts)
    number = numbered(claims, ((claim_of[a], claim_of[b]) for a, b in pairs))
    found = [_Rows() for _ in set(number.values())]
    for claim in instance.claims:
        if claim.id in number:
            found[number[claim.id]].claims.append(claim)
    for name, days in options.starts.items():
        found[number[claim_of[name]]].starts[name] = days
    for pair in options.exclusive:
        found[number[claim_of[pair[0]]]].exclusive.append(pair)
    for apart in options.timed:
        found[number[claim_of[apart.a]]].timed.append(apart)
    return [rows.part(instance) for rows in sorted(found, key=lambda rows: len(rows.claims))]


def numbered(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The component of each name, numbered in their order; union of what is linked, the smaller set into the larger."""
    group_of = {name: [name] for name in names}
    for a, b in pairs:
        one, other = sorted((group_of[a], group_of[b]), key=len)
        if one is not other:
            other += one
            group_of.update(dict.fromkeys(one, other))
    numbers: dict[int, int] = {}
    return {name: numbers.setdefault(id(group), len(numbers)) for name, group in group_of.items()}


@dataclass(slots=True)
class _Rows:
    claims: list[Claim] = field(default_factory=list)
    starts: dict[str, tuple[Interval, ...]] = field(default_factory=dict)
    exclusive: list[tuple[str, str]] = field(default_factory=list)
    timed: list[Separation] = field(default_factory=list)

    def part(self, instance: Instance) -> Part:
        return Part(
            replace(instance, claims=tuple(self.claims), caps=(), reserves=(), holds=(), access=None),
            Options(self.starts, tuple(self.exclusive), tuple(self.timed), ()),
        )
