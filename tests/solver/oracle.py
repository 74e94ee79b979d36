"""The allocation problem read a second time, from the specification alone, and solved by trying everything.

Nothing here comes from `solver`: the file is read as plain JSON, distances are worked out from the published formula
over the edges of the footprints, and every allocation of a tiny instance is written down, thrown out when it breaks a
rule, and ranked by one tuple. Only the ticket tie-break is covered; free access (C5) is in `tests.solver.oracle_access`.

An allocation gives each claim nothing or one (placement, start). The rank of an allocation, largest first, is

    1. minus the sum of the reserves' shortfalls,
    2. what the rule of the policy looks at (`tests.solver.oracle_rules`),
    3. u_p of the parties in ticket order,
    4. for the claims in ticket order: points, then the smaller placement id by its bytes, then the earlier start.

Under `first-come` and `serial` turns take the place of 2 to 4.

Where the specification leaves room, this reading takes it so:

- A claim in force has exactly one option; entries in force are checked against each other (C2, C3), never against
  holds, and their days before day 0 count like all others. Only entries can make an instance INFEASIBLE.
- With levels the ascending vector is still reported, but plays no part in the choice.
- A cap counts placements over the whole horizon, whatever their days; a cap per controller puts claims together by
  `controller`; `group:NAME` has one total for the group.
- A given conflict is about occupation, [start, start + end of the last phase), even if the first phase starts later.
- An agreement lifts a given conflict whatever its distance, and never raises a distance.
- An in-force claim whose placement is listed in a reserve counts towards its `min` like any other.
- Two allocations are different optima when any placement or any start differs. `arrangements` counts them by
  placements alone, which is the harder sense of "several".
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from tests.solver.oracle_access import Access
from tests.solver.oracle_distance import footprint_distance_m
from tests.solver.oracle_moves import Moves
from tests.solver.oracle_rules import RANK, TURNS

NEAR_SLACK_M = 0.001
PI = Decimal("3.14159265358979323846264338327950288419716939937510")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Option:
    """One way to serve a claim: a placement from a start day on, in force or free."""

    claim: str
    placement: str
    start: int


@dataclass(frozen=True)
class Answer:
    """The one allocation the rules name, and how many others they held equal before the tickets."""

    status: str
    allotments: dict[str, tuple[str, int]]
    parties: dict[str, Fraction]
    leximin: tuple[Fraction, ...]
    shortfalls: dict[str, int]
    optima: int
    arrangements: int


# ---- who excludes whom (C2) -----------------------------------------------------------------------------------------


def span(placement: Document) -> int:
    """Return the days from a placement's start to the end of its last phase."""
    return int(max(phase["offset"] + phase["days"] for phase in placement["phases"]))


def overlap(a_from: int, a_to: int, b_from: int, b_to: int) -> bool:
    """Tell whether two half-open stretches of days share a day."""
    return a_from < b_to and b_from < a_to


class Separation:
    """C2 for one document: which two options exclude each other."""

    def __init__(self, document: Document) -> None:
        self.placements = {p["id"]: p for claim in document["claims"] for p in claim["placements"]}
        given = document.get("conflicts")
        self.given = None if given is None else {frozenset(pair) for pair in given}
        self.agreed: dict[frozenset[str], int] = {}
        for agreement in document.get("agreements") or []:
            pair = frozenset(agreement["claims"])
            self.agreed[pair] = min(self.agreed.get(pair, agreement["keep_out_m"]), agreement["keep_out_m"])
        self.holds = document.get("holds") or []
        self.in_force = {claim["id"] for claim in document["claims"] if claim.get("in_force")}
        self.recorded = Moves(document).recorded
        self._distances: dict[tuple[str, str], float] = {}

    def excludes(self, a: Option, b: Option) -> bool:
        """Tell whether two options of different claims cannot both be allotted."""
        first, second = self.placements[a.placement], self.placements[b.placement]
        agreed = self.agreed.get(frozenset((a.claim, b.claim)))
        if self.given is not None:
            paired = frozenset((a.placement, b.placement)) in self.given
            together = overlap(a.start, a.start + span(first), b.start, b.start + span(second))
            return paired and agreed is None and together
        return self.too_near_in_some_phase(first, a.start, second, b.start, agreed)

    def excluded_by_hold(self, option: Option) -> bool:
        """Tell whether a hold keeps the option out; entries in force are not kept out by holds."""
        if option.claim in self.in_force and (
            option.claim not in self.recorded or (option.placement, option.start) == self.recorded[option.claim]
        ):
            return False
        placement = self.placements[option.placement]
        return any(
            self.too_near_in_some_phase(placement, option.start, hold, hold["start"], None) for hold in self.holds
        )

    def too_near_in_some_phase(self, a: Document, a_start: int, b: Document, b_start: int, agreed: int | None) -> bool:
        """Tell whether some two phases share a day and are nearer than the larger keep-out, or the agreed one."""
        for one in a["phases"]:
            for two in b["phases"]:
                one_from, two_from = a_start + one["offset"], b_start + two["offset"]
                if overlap(one_from, one_from + one["days"], two_from, two_from + two["days"]):
                    keep_out = max(one["keep_out_m"], two["keep_out_m"])
                    if agreed is not None:
                        keep_out = min(keep_out, agreed)
                    if self.distance_m(a, b) + NEAR_SLACK_M < keep_out:
                        return True
        return False

    def distance_m(self, a: Document, b: Document) -> float:
        """Return the footprints' distance, worked out once."""
        key = (a["id"], b["id"])
        if key not in self._distances:
            self._distances[key] = footprint_distance_m(a["footprint"], b["footprint"])
        return self._distances[key]


# ---- what an arrangement is worth (C3, C4, the stages) --------------------------------------------------------------


def km2_days(placement: Document) -> int:
    """Return the sum over phases of pi keep_out^2 / 10^6 times days, rounded up once."""
    total = sum(phase["keep_out_m"] ** 2 * phase["days"] for phase in placement["phases"])
    return int((PI * total / 10**6).to_integral_value(rounding=ROUND_CEILING))


class Worth:
    """C3, C4 and the values of the stages for one document, by the placement each claim gets."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.claims = {claim["id"]: claim for claim in document["claims"]}
        self.placements = {p["id"]: p for claim in document["claims"] for p in claim["placements"]}
        self.groups = {party["id"]: set(party.get("groups") or []) for party in document["parties"]}
        self.credited = sorted({party for claim in document["claims"] for party in claim["credit"]})
        self.levels = document["policy"].get("levels")
        self.rule = document["policy"]["rule"]

    def breaks_a_cap(self, served: Mapping[str, str]) -> bool:
        """Tell whether the placements given to claims exceed some cap for some of those it is counted for."""
        return any(total > cap["max"] for cap in self.document.get("caps") or [] for total in self.totals(cap, served))

    def totals(self, cap: Document, served: Mapping[str, str]) -> list[int]:
        """Return what a cap counts, one total for each of those it is `per`."""
        counted: dict[str, int] = {}
        for claim, placement in served.items():
            if placement in cap["placements"]:
                amount = 1 if cap["measure"] == "placements" else km2_days(self.placements[placement])
                for name in self.counted_for(self.claims[claim], cap["per"]):
                    counted[name] = counted.get(name, 0) + amount
        return list(counted.values())

    def counted_for(self, claim: Document, per: str) -> list[str]:
        """Return those a claim counts for, in full each time."""
        if per == "all":
            return ["all"]
        if per == "party":
            return list(claim["credit"])
        if per == "controller":
            return [claim["controller"]]
        group = per.removeprefix("group:")
        return [group] if any(group in self.groups[party] for party in claim["credit"]) else []

    def shortfalls(self, served: Mapping[str, str]) -> dict[str, int]:
        """Return, for each reserve, how many placements are missing."""
        missing = {}
        for reserve in self.document.get("reserves") or []:
            kept = [
                claim
                for claim, placement in served.items()
                if placement in reserve["placements"] and self.share_in(claim, reserve["group"]) >= 50
            ]
            missing[reserve["id"]] = max(0, reserve["min"] - len(kept))
        return missing

    def share_in(self, claim: str, group: str) -> int:
        """Return the percent of a claim's credit that lies with members of a group."""
        return sum(share for party, share in self.claims[claim]["credit"].items() if group in self.groups[party])

    def points(self, served: Mapping[str, str]) -> dict[str, Fraction]:
        """Return u_p, exact, for every credited party."""
        earned = {party: Fraction(0) for party in self.credited}
        for claim, placement in served.items():
            for party, share in self.claims[claim]["credit"].items():
                earned[party] += Fraction(self.placements[placement]["points"] * share, 100)
        return earned

    def stages(self, served: Mapping[str, str]) -> tuple[Any, ...]:
        """Return the ranks 1 and 2 of the module's list, larger is better."""
        total = sum(self.placements[placement]["points"] for placement in served.values())
        return (-sum(self.shortfalls(served).values()), *RANK[self.rule](self, self.points(served), total))


# ---- trying everything ----------------------------------------------------------------------------------------------


def ticket(seed: bytes, name: str) -> bytes:
    """Return SHA-256(seed, 0x00, name), the number an id draws."""
    return hashlib.sha256(seed + b"\x00" + name.encode()).digest()


def options(document: Document, claim: Document, separation: Separation) -> list[Option]:
    """Return what a claim may get by C1 and the holds, without what others get."""
    held = claim.get("in_force")
    if held and claim["id"] not in separation.recorded:
        return [Option(claim["id"], held["placement"], held["start"])]
    free = [Option(claim["id"], held["placement"], held["start"])] if held else []
    for placement in claim["placements"]:
        first, last = placement["start"]
        latest = min(last, document["horizon_days"] - span(placement))
        free += [Option(claim["id"], placement["id"], day) for day in range(first, latest + 1)]
    return [option for option in dict.fromkeys(free) if not separation.excluded_by_hold(option)]


def allocations(document: Document, separation: Separation) -> Iterator[dict[str, Option]]:
    """Yield every choice of options that C1 and C2 permit; a claim in force is in each of them."""
    table = [(claim, options(document, claim, separation)) for claim in document["claims"]]
    every = [option for _, row in table for option in row]
    barred = {one: {two for two in every if two.claim != one.claim and separation.excludes(one, two)} for one in every}

    def extend(index: int, chosen: dict[str, Option], closed: set[Option]) -> Iterator[dict[str, Option]]:
        if index == len(table):
            yield chosen
            return
        claim, row = table[index]
        if not claim.get("in_force"):
            yield from extend(index + 1, chosen, closed)
        for option in row:
            if option not in closed:
                yield from extend(index + 1, {**chosen, claim["id"]: option}, closed | barred[option])

    yield from extend(0, {}, set())


def answer(document: Document, seed: bytes = b"\x00", tickets: Mapping[str, str] | None = None) -> Answer:
    """Return the unique allocation of a document under a seed, or under given tickets (id to hex)."""
    drawn = {name: bytes.fromhex(value) for name, value in (tickets or {}).items()}
    separation, worth = Separation(document), Worth(document)
    access = Access(document) if document.get("access") else None
    moves = Moves(document)
    if moves.recorded and not stands(document, separation, worth, access):
        return Answer("INFEASIBLE", {}, {}, (), {}, 0, 0)
    by_ticket = sorted(worth.claims, key=lambda name: drawn.get(name) or ticket(seed, name))
    parties = sorted(worth.credited, key=lambda name: drawn.get(name) or ticket(seed, name))
    place_rank = {name: -rank for rank, name in enumerate(sorted(worth.placements, key=str.encode))}
    values: dict[tuple[tuple[str, str], ...], tuple[Any, ...] | None] = {}
    best_stages: tuple[Any, ...] | None = None
    best: list[tuple[tuple[Any, ...], dict[str, Option]]] = []
    for chosen in allocations(document, separation):
        served = {claim: option.placement for claim, option in chosen.items()}
        key = tuple(served.items())
        if key not in values:
            values[key] = None if worth.breaks_a_cap(served) else worth.stages(served)
        stages = values[key]
        if stages is not None:
            stages = (*stages, *moves.rank({claim: (o.placement, o.start) for claim, o in chosen.items()}))
        if stages is None or (best_stages is not None and stages < best_stages):
            continue
        if access and not access.keeps({option.placement: option.start for option in chosen.values()}):
            continue
        if stages != best_stages:
            best_stages, best = stages, []
        best.append((broken_tie(worth, place_rank, parties, by_ticket, chosen), chosen))
    if not best:
        return Answer("INFEASIBLE", {}, {}, (), {}, 0, 0)
    if worth.rule in TURNS:
        chosen = TURNS[worth.rule](worth, [chosen for _, chosen in best], by_ticket, parties)
    else:
        _, chosen = max(best, key=lambda pair: pair[0])
    return finished(worth, [other for _, other in best], chosen)


def stands(document: Document, separation: Separation, worth: Worth, access: Access | None) -> bool:
    """Tell whether all entries in force as they stand keep C2, C3 and C5 among themselves."""
    held = [claim for claim in document["claims"] if claim.get("in_force")]
    entries = [Option(claim["id"], claim["in_force"]["placement"], claim["in_force"]["start"]) for claim in held]
    apart = not any(separation.excludes(a, b) for i, a in enumerate(entries) for b in entries[:i])
    kept = not worth.breaks_a_cap({option.claim: option.placement for option in entries})
    return apart and kept and (access is None or access.keeps({o.placement: o.start for o in entries}))


def broken_tie(
    worth: Worth, place_rank: dict[str, int], parties: list[str], by_ticket: list[str], chosen: dict[str, Option]
) -> tuple[Any, ...]:
    """Return the ranks 3 and 4 of the module's list, larger is better."""
    earned = worth.points({claim: option.placement for claim, option in chosen.items()})
    rows = [
        (worth.placements[chosen[c].placement]["points"], place_rank[chosen[c].placement], -chosen[c].start)
        if c in chosen
        else (0, 0, 0)
        for c in by_ticket
    ]
    return ([earned[party] for party in parties], rows)


def finished(worth: Worth, best: list[dict[str, Option]], chosen: dict[str, Option]) -> Answer:
    """Return the answer: the chosen out of all allocations equal before the tie-break or the turns."""
    served = {claim: option.placement for claim, option in chosen.items()}
    arrangements = {tuple(sorted((c, o.placement) for c, o in other.items())) for other in best}
    earned = worth.points(served)
    return Answer(
        status="OPTIMAL",
        allotments={claim: (option.placement, option.start) for claim, option in chosen.items()},
        parties=earned,
        leximin=tuple(sorted(earned.values())),
        shortfalls=worth.shortfalls(served),
        optima=len(best),
        arrangements=len(arrangements),
    )
