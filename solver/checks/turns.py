"""The turns of `first-come` and `serial` replayed: who was next, what it got, and that it could not have had better.

What the turns before leave is looked at directly. With no reserve short this is a whole proof, since leaving out all who
come later is always a completion; with reserves a better allotment is held against a turn only where it can be seen that
the shortfall would not grow.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from solver.checks.improvements import open_start
from solver.checks.limits import Chosen, caps, missing
from solver.checks.passage import Ground
from solver.checks.separation import Stay, clash, stays_of
from solver.instance import Instance, Placement
from solver.solution import Solution

Drawn = Callable[[Sequence[str]], list[str]]
"""Puts names in the order of their tickets."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its name, the claims that could have got something, and the one that did, if any."""

    name: str
    claims: tuple[str, ...]
    served: str | None


def turns(instance: Instance, chosen: Chosen, drawn: Drawn) -> list[Turn]:
    """The turns in their order under the instance's rule; the allotments say which claim each one served."""
    return ORDER[instance.policy.rule](instance, chosen, drawn)


def turn_values(instance: Instance, chosen: Chosen, drawn: Drawn) -> dict[str, int]:
    """Name and value of the stages of a completed run."""
    points = {turn.name: chosen[turn.served].points if turn.served else 0 for turn in turns(instance, chosen, drawn)}
    return points | {"settled": len(instance.claims)}


def _first_come(instance: Instance, chosen: Chosen, drawn: Drawn) -> list[Turn]:
    received = {claim.id: datetime.fromisoformat(claim.received_at or "") for claim in instance.claims}
    order = sorted(drawn(_waiting(instance)), key=lambda name: received[name])
    return [
        Turn(f"turn {number} {name}", (name,), name if name in chosen else None)
        for number, name in enumerate(order, start=1)
    ]


def _serial(instance: Instance, chosen: Chosen, drawn: Drawn) -> list[Turn]:
    found: list[Turn] = []
    left = drawn(_waiting(instance))
    parties = drawn(sorted({party for claim in instance.claims for party in claim.credit}))
    while left:
        for party in parties:
            own = tuple(name for name in left if party in instance.claim_by_id[name].credit)
            if own:
                # Of claims with equal points `max` takes the first, and `own` is in ticket order.
                served = max((name for name in own if name in chosen), key=lambda n: chosen[n].points, default=None)
                name = f"turn {len(found) + 1} {party}" + (f" {served}" if served else "")
                found.append(Turn(name, own, served))
                gone = {served} if served else set(own)
                left = [name for name in left if name not in gone]
    return found


ORDER = {"first-come": _first_come, "serial": _serial}


def _waiting(instance: Instance) -> list[str]:
    return [claim.id for claim in instance.claims if claim.in_force is None]


def better_turns(instance: Instance, solution: Solution, drawn: Drawn, ground: Ground | None = None) -> Iterator[str]:
    """Turns that could have got more, a smaller placement id or an earlier start than they did."""
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    stays = {stay.id: stay for stay in stays_of(instance, solution)}
    after = [turn.served for turn in turns(instance, chosen, drawn)]
    for number, turn in enumerate(turns(instance, chosen, drawn)):
        later = {claim for claim in after[number:] if claim}
        before = [stay for stay in stays.values() if stay.claim not in later]
        rest = [stay for stay in stays.values() if stay.claim in later]
        yield from _better(instance, chosen, turn, (before, rest), ground)


def _better(
    instance: Instance,
    chosen: Chosen,
    turn: Turn,
    stays: tuple[Sequence[Stay], Sequence[Stay]],
    ground: Ground | None,
) -> Iterator[str]:
    """`stays`: those that stood when it was this turn, and those that came with it and after."""
    before, later = stays
    present = chosen[turn.served] if turn.served else None
    for placement in _preferred(instance, turn, present):
        own_start = next((stay.start for stay in later if stay.item is placement), None)
        latest = placement.last_start if own_start is None else own_start - 1
        start = open_start(instance, placement, before, latest, ground)
        if start is None:
            continue
        here = Stay(placement.id, placement.claim, start, placement)
        kept = [stay for stay in later if stay.claim != placement.claim and not clash(instance, here, stay)]
        if any(_keeps(instance, chosen, [*before, here, *rest], ground) for rest in (kept, [])):
            yield f"not optimal: at {turn.name}, {placement.id} could have started on day {start}"
            return


def _preferred(instance: Instance, turn: Turn, present: Placement | None) -> list[Placement]:
    """The placements that would have been better for a turn than what it got, and that itself (it might start earlier)."""
    rows = [(number, p) for number, name in enumerate(turn.claims) for p in instance.claim_by_id[name].placements]
    ranked = [p for _, p in sorted(rows, key=lambda row: (-row[1].points, row[0], row[1].id.encode()))]
    return ranked if present is None else ranked[: ranked.index(present) + 1]


def _keeps(instance: Instance, chosen: Chosen, stays: Sequence[Stay], ground: Ground | None) -> bool:
    """True if these stays respect all caps, cut nobody off, and miss no more in the reserves than the solution does."""
    if ground is not None and not ground.keeps(stays):
        return False
    then: Mapping[str, Placement] = {
        stay.claim: stay.item for stay in stays if stay.claim is not None and isinstance(stay.item, Placement)
    }
    short = [sum(missing(instance, reserve, given) for reserve in instance.reserves) for given in (chosen, then)]
    return short[1] <= short[0] and not any(caps(instance, then))
