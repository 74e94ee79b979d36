"""Why a claim was not served, in words: from the reasons of the solution and the findings of the examination."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.domain.claims import Claim
from registry.domain.examinations import Examination


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One reason: from which step, about which placement (empty: the claim), by which rule, because of whom."""

    claim: str
    step: str
    placement: str
    rule: str
    by: tuple[str, ...]
    words: str


def of_solution(solution: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[WhyNot]:
    """The reasons of the unserved claims of a solution; `names` gives the words for ids of placements and holds."""
    for row in solution.get("unserved", ()):
        for reason in row["reasons"]:
            by = tuple(reason["by"])
            words = in_words(reason["rule"], [_named(item, names) for item in by])
            yield WhyNot(row["claim"], "allocation", reason["placement"], reason["rule"], by, words)


def of_examination(claim: Claim, examination: Examination | None) -> Iterator[WhyNot]:
    """The findings that returned a claim, with what would mend them."""
    for finding in examination.findings if examination else ():
        if finding.effect == "returns":
            provision = finding.provision_id
            words = f"{finding.reason} {finding.mend}".strip()
            yield WhyNot(claim.id, "examination", "", provision, (provision,), words)


def in_words(rule: str, by: Iterable[str]) -> str:
    """One clause for a rule of the allocation and those who stand in the way."""
    others = ", ".join(by)
    if rule == "C1":
        return "no start in its window lets it end by the horizon"
    if rule == "C2":
        return f"too near at every start to {others}"
    if rule == "C5":
        return f"at every start it would be too near, or close the way of an access point, beside {others}"
    if rule.startswith("C3"):
        return f"cap {others} is full"
    return f"rule {rule}: {others}"


def _named(item: str, names: Mapping[str, str]) -> str:
    return f"{item} ({names[item]})" if item in names else item
