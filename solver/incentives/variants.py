"""What is tried for a party, from its claims that are not in force, its allies and its agreements.

- `dropped`: without the claim.
- `truncated`: only the first k of its placements, best first, for every k below their number.
- `twin`: a second claim for the same, 10 m aside.
- `split by credit`: a joint claim as one claim for each of its parties, with all the credit.
- `split by days`: the stay cut in two claims at a day counted from the start: where its longest phase begins, and in the middle.
- `lent`: credit of the party moved to an ally: all that it has, and all but the 25 percent that a credited party must have.
- `partner`: an ally taken in with 25 and with 50 percent from the party's own credit, as far as 25 are left to it.
- `without agreement`: an agreement of the claim refused.

An *ally* shares a group with the party; for `partner` the members of a group that a reserve names count too. Of the
allies those with the fewest points are tried, equal points by id: under rules that look at the worst-off their names weigh most.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solver.allocation import most_hundredths
from solver.incentives import edits
from solver.incentives.edits import Document, Row
from solver.incentives.worth import ITSELF, Standing
from solver.instance import Claim, Instance

LEAST_CREDIT = 25
PARTNER_CREDITS = (25, 50)
KINDS = (
    "dropped", "truncated", "twin", "split by credit", "split by days", "lent", "partner", "without agreement",
)  # fmt: skip
ADDING = ("twin", "split by credit", "split by days")
"""The kinds that add a claim with ids of its own."""


Cut = Callable[[Row], int]
"""The day on which a placement is cut in two, counted from its start."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One change that a party could have filed.

    `data`: the instance file in the form of RFC 8785. `most`: hundredths that the party could at most have by its true
    values. `removed`: the placements that it gives up, where that is all it does; None where there is more to it.
    """

    kind: str
    party: str
    claim: str
    detail: str
    data: bytes
    most: int
    ally: str | None = None
    standing: Standing = ITSELF
    removed: frozenset[str] | None = None


class Variants:
    """The variants of the parties of an instance; `points` of the true solution order the allies."""

    def __init__(self, instance: Instance, points: Mapping[str, Any], allies: int):
        self._instance = instance
        self._document: Document = instance.document
        self._forms = edits.Forms()
        self._points = points
        self._allies = allies
        self._most = most_hundredths(instance)

    def of(self, party: str) -> Iterator[Variant]:
        """All variants of a party, claim by claim."""
        for claim in self._instance.claims:
            if party in claim.credit and not edits.is_entry(self._document, claim.id):
                yield from self._fewer(party, claim)
                yield from self._more(party, claim)
                yield from self._credit(party, claim)
                yield from self._agreements(party, claim)

    def _variant(self, kind: str, party: str, claim: Claim, detail: str, document: Document, **more: Any) -> Variant:
        return Variant(kind, party, claim.id, detail, self._forms.of(document), **{"most": self._most[party], **more})

    def _fewer(self, party: str, claim: Claim) -> Iterator[Variant]:
        ranked = [p.id for p in sorted(claim.placements, key=lambda p: (-p.points, p.id.encode()))]
        best = max(p.points for p in claim.placements)
        document = edits.dropped(self._document, claim.id)
        most = self._most[party] - best * claim.credit[party]
        yield self._variant("dropped", party, claim, "", document, most=most, removed=frozenset(ranked))
        for k in range(1, len(ranked)):
            document = edits.truncated(self._document, claim.id, ranked[:k])
            detail = f"only the first {k}" if k > 1 else "only the first"
            yield self._variant("truncated", party, claim, detail, document, removed=frozenset(ranked[k:]))

    def _more(self, party: str, claim: Claim) -> Iterator[Variant]:
        twin = edits.new_id(self._document, claim.id, "+twin")
        document, models = edits.with_copy(self._document, claim.id, twin, edits.aside)
        standing = Standing({claim.id: ((claim.id,), (twin,))}, models)
        yield self._variant("twin", party, claim, f"{edits.ASIDE_M:g} m aside", document, standing=standing)
        if len(claim.credit) > 1:
            yield self._split_by_credit(party, claim)
        for name, cut in (("where the longest phase begins", _longest_begins), ("in the middle", _middle)):
            if self._may_cut(claim, cut):
                yield self._split_by_days(party, claim, name, cut)

    def _split_by_credit(self, party: str, claim: Claim) -> Variant:
        first, *others = sorted(claim.credit)
        document = edits.with_credit(self._document, claim.id, {first: 100})
        models: dict[str, str] = {}
        copies = [(claim.id,)]
        for other in others:
            name = edits.new_id(document, claim.id, f"+{other}")
            document, more = edits.with_copy(document, claim.id, name, lambda placement: placement, {other: 100})
            models |= more
            copies.append((name,))
        detail = f"one claim each for {', '.join([first, *others])}"
        standing = Standing({claim.id: tuple(copies)}, models)
        return self._variant("split by credit", party, claim, detail, document, standing=standing)

    def _may_cut(self, claim: Claim, cut: Cut) -> bool:
        """Whether something lies before and after the cut in every placement, and the middle is no second name for the other."""
        rows = edits.claim_of(self._document, claim.id)["placements"]
        days = [cut(row) for row in rows]
        if cut is _middle and days == [_longest_begins(row) for row in rows]:
            return False
        return all(
            any(p["offset"] < day for p in row["phases"]) and any(p["offset"] + p["days"] > day for p in row["phases"])
            for row, day in zip(rows, days, strict=True)
        )

    def _split_by_days(self, party: str, claim: Claim, name: str, cut: Cut) -> Variant:
        rest = edits.new_id(self._document, claim.id, "+rest")
        document, models = edits.with_copy(self._document, claim.id, rest, edits.second_part(cut))
        document = edits.with_placements(document, claim.id, edits.first_part(cut))
        standing = Standing({claim.id: ((claim.id, rest),)}, models, self._days(claim, cut))
        return self._variant("split by days", party, claim, f"cut {name}", document, standing=standing)

    def _days(self, claim: Claim, cut: Cut) -> dict[str, int]:
        """How long the first part of each placement stays."""
        rows = [edits.first_part(cut)(row) for row in edits.claim_of(self._document, claim.id)["placements"]]
        return {row["id"]: max(p["offset"] + p["days"] for p in row["phases"]) for row in rows}

    def _credit(self, party: str, claim: Claim) -> Iterator[Variant]:
        own = claim.credit[party]
        lent = list(dict.fromkeys([own, own - LEAST_CREDIT])) if own > LEAST_CREDIT else [own]
        partner = [share for share in PARTNER_CREDITS if own - share >= LEAST_CREDIT and share not in lent]
        near = self._allies_of(party)
        for kind, amounts, allies in (("lent", lent, near), ("partner", partner, self._partners_of(party, near))):
            for ally in allies:
                for amount in amounts:
                    credit = _moved(claim.credit, party, ally, amount)
                    if credit is not None:
                        document = edits.with_credit(self._document, claim.id, credit)
                        detail = f"{amount} percent to {ally}"
                        yield self._variant(kind, party, claim, detail, document, ally=ally)

    def _allies_of(self, party: str) -> list[str]:
        mine = self._instance.groups_by_party[party]
        return self._fewest(party, [p.id for p in self._instance.parties if mine & p.groups])

    def _partners_of(self, party: str, allies: Sequence[str]) -> list[str]:
        reserved = [
            self._fewest(party, [p.id for p in self._instance.parties if group in p.groups])
            for group in sorted({reserve.group for reserve in self._instance.reserves})
        ]
        return list(dict.fromkeys([*allies, *(name for names in reserved for name in names)]))

    def _fewest(self, party: str, names: Sequence[str]) -> list[str]:
        others = [name for name in names if name != party]
        return sorted(others, key=lambda name: (self._points[name], name))[: self._allies]

    def _agreements(self, party: str, claim: Claim) -> Iterator[Variant]:
        for number, row in enumerate(self._document.get("agreements") or []):
            if claim.id in row["claims"]:
                other = next(name for name in row["claims"] if name != claim.id)
                document = edits.without_agreement(self._document, number)
                detail = f"the one with {other} on {row['keep_out_m']} m"
                yield self._variant("without agreement", party, claim, detail, document)


def _moved(credit: Mapping[str, int], party: str, ally: str, amount: int) -> dict[str, int] | None:
    """The credit with a part of the party's moved to an ally; None if that is what it was, or no credit that may stand."""
    found = {**credit, party: credit[party] - amount, ally: credit.get(ally, 0) + amount}
    found = {name: share for name, share in found.items() if share}
    return found if found != credit and all(share >= LEAST_CREDIT for share in found.values()) else None


def _longest_begins(placement: Row) -> int:
    return int(max(placement["phases"], key=lambda phase: phase["days"])["offset"])


def _middle(placement: Row) -> int:
    return int(max(phase["offset"] + phase["days"] for phase in placement["phases"])) // 2
