"""Why a claim was not served, in the words of a person who reads the policy, with links to those in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from registry.queries import claims
from registry.queries.names import places_by_id
from registry.queries.outcomes import Reason
from registry.web import words
from registry.web.formats import day_words, grouped, listed

RULES = {
    "C1": lazy_gettext("No start in the window asked for lets it end within the round's horizon."),
    "C2": lazy_gettext("At every start in its window it would be too near, on the same days, to:"),
    "C3": lazy_gettext("It would exceed a cap that the policy set beforehand:"),
    "C4": lazy_gettext("A reserve of the policy needs the room:"),
    "C5": lazy_gettext("Free access past it would be lost:"),
}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Somebody or something in the way; `claim` is set where there is a page to look at."""

    name: str
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedPlacement:
    """One placement of a claim with all that closes it: (sentence, those in the way) for each rule."""

    id: str
    rank: int
    place: str
    causes: tuple[tuple[str, tuple[InTheWay, ...]], ...]


class Narrator:
    """Turns reasons into sentences for one round."""

    def __init__(self, session: Session, claims_: Mapping[str, claims.ClaimRow], policy: Mapping[str, Any]):
        self._claims = claims_
        self._places = places_by_id(session)
        self._rules = {row["id"]: row for kind in ("caps", "reserves", "holds") for row in policy.get(kind) or ()}

    def closed(self, placements: Iterable[claims.PlacementView], reasons: Iterable[Reason]) -> list[ClosedPlacement]:
        """Each placement that has reasons, in the order of rank."""
        by_placement: dict[str, list[Reason]] = {}
        for reason in reasons:
            by_placement.setdefault(reason.placement, []).append(reason)
        return [
            ClosedPlacement(
                row.id,
                row.rank,
                self._places.get(row.place, row.place),
                tuple(self._cause(reason) for reason in by_placement[row.id]),
            )
            for row in placements
            if row.id in by_placement
        ]

    def _cause(self, reason: Reason) -> tuple[str, tuple[InTheWay, ...]]:
        known = RULES.get(reason.rule.split()[0])
        sentence = str(known) if known else gettext("Rule %(rule)s:", rule=reason.rule)
        return sentence, tuple(self._in_the_way(name) for name in reason.by)

    def _in_the_way(self, name: str) -> InTheWay:
        claim = self._claims.get(name.partition("/")[0])
        if claim is not None:
            return InTheWay(self._allotted(claim), claim.id)
        rule = self._rules.get(name)
        if rule is None:
            return InTheWay(name)
        if "footprint" in rule:
            return InTheWay(gettext("%(hold)s (%(id)s), room that the policy holds free", hold=rule["name"], id=name))
        if "measure" in rule:
            return InTheWay(self.cap(rule))
        return InTheWay(gettext("the reserve %(id)s", id=name))

    def _allotted(self, claim: claims.ClaimRow) -> str:
        if claim.allotment is None:
            return f"{claim.id} {claim.name}"
        return gettext(
            "%(id)s %(name)s (%(choice)s, %(first)s to %(last)s)",
            id=claim.id,
            name=claim.name,
            choice=words.rank(claim.allotment.rank),
            first=day_words(claim.allotment.starts_on),
            last=day_words(claim.allotment.ends_on - timedelta(days=1)),
        )

    def cap(self, rule: Mapping[str, Any]) -> str:
        """A cap in words."""
        return gettext(
            "%(id)s: at most %(most)s %(measure)s %(per)s at %(places)s",
            id=rule["id"],
            most=grouped(rule["max"]),
            measure=words.WORDS["measure"](rule["measure"]),
            per=words.per(rule["per"]),
            places=listed(self._places.get(place, place) for place in rule["places"]),
        )
