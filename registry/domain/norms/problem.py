"""One round under any set of norms: who would be returned, and the instance that would be solved. Pure.

Norms decide in two ways. An examination returns claims; a stated change (`changes`) alters what is solved. Everything else,
the agency's own policy and the seed included, stays as it was frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from registry.domain.norms.changes import APPLY, Change, Document, Scope, only
from registry.domain.provisions import CHECKS
from registry.domain.provisions.finding import Case, Finding, Protected
from registry.domain.provisions.rules import Judged, Rule, judge, unbound


@dataclass(frozen=True, slots=True)
class Norms:
    """Provisions in a fixed order; those in `strict` are asked of every claim, whoever is credited."""

    provisions: tuple[str, ...]
    strict: frozenset[str] = frozenset()

    def as_in(self, other: "Norms", provision: str, order: Sequence[str]) -> "Norms":
        """The same with one provision there, absent or strict as in `other`; `order` says where a new one stands."""
        kept = [name for name in self.provisions if name != provision]
        if provision in other.provisions:
            place = {name: number for number, name in enumerate(order)}
            kept = sorted((*kept, provision), key=lambda name: place[name])
        return Norms(tuple(kept), self.strict - {provision} | other.strict & {provision})

    def differs(self, other: "Norms", provision: str) -> bool:
        """Whether a provision is there, absent or strict in one of the two only."""
        names, strict = self.provisions, self.strict
        there = (provision in names) != (provision in other.provisions)
        return there or (provision in strict) != (provision in other.strict)


@dataclass(frozen=True)
class Problem:
    """A round as it can be examined and solved under any norms.

    `document` is the instance of all claims that take part, as if none were returned; `cases` are these claims by id, each
    compared with all others, and `names` their names; `regions` lists the placements of the document in each place.
    Claims of the document without a case are entries of other rounds: norms do not change them.
    """

    document: Document
    cases: Mapping[str, Case]
    names: Mapping[str, str]
    rules: Mapping[str, Rule]
    changes: Sequence[Change]
    protected: Mapping[str, Protected]
    regions: Mapping[str, Sequence[str]]
    at: datetime

    @cached_property
    def findings(self) -> Mapping[str, Mapping[str, Finding]]:
        """What each provision finds in each claim, if it is asked; by claim and provision."""
        return {
            claim: {name: CHECKS[name](case) for name in self.rules if name in CHECKS}
            for claim, case in self.cases.items()
        }

    def binds(self, norms: Norms, provision: str, claim: str) -> bool:
        """Whether a provision is asked of a claim."""
        return unbound(self.cases[claim], self.rules[provision], norms.strict) is None

    def judged(self, norms: Norms, claim: str) -> tuple[Judged, ...]:
        """What an examination under these norms finds in a claim, provisions that do not bind it left out."""
        case = self.cases[claim]
        return tuple(
            judge(self.findings[claim][name], self.rules[name], case.policy, self.at)
            for name in norms.provisions
            if self.binds(norms, name, claim)
        )

    def returned(self, norms: Norms) -> dict[str, tuple[str, ...]]:
        """The claims that these norms return, each with the provisions that do."""
        found = {
            claim: tuple(row.finding.provision for row in self.judged(norms, claim) if row.effect == "returns")
            for claim in self.cases
        }
        return {claim: provisions for claim, provisions in found.items() if provisions}

    def instance(self, norms: Norms) -> Document:
        """The instance that is solved under these norms."""
        out = self.returned(norms)
        document = only(self.document, [row for row in self.document["claims"] if row["id"] not in out])
        for change in self.changes:
            if change.provision in norms.provisions:
                document = APPLY[change.kind](document, change, self._scope(norms, change.provision, document))
        return document

    def _scope(self, norms: Norms, provision: str, document: Mapping[str, Any]) -> Scope:
        there = {row["id"]: {one["id"] for one in row["placements"]} for row in document["claims"]}
        bound = {
            name: case for name, case in self.cases.items() if name in there and self.binds(norms, provision, name)
        }
        placements = set().union(*there.values())

        def inside(places: Any) -> list[str]:
            return sorted({name for place in places for name in self.regions.get(place, ())} & placements)

        return Scope(bound, self.protected, inside)
