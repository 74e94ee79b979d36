"""What follows from a finding: the severity and standing of its provision decide, and whom the provision binds.

A favourable finding has no effect. An unfavourable one returns the claim if the provision is hard or asks for data, is
noted if it is soft or only proposed, and gives a duty with a deadline if it is procedural.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain.provisions.finding import Case, Finding, not_applicable
from registry.domain.timers import UNITS, deadline

SEVERITIES = ("hard", "soft", "data", "procedural")
STANDINGS = ("binding", "non-binding", "proposed", "agency")
BINDS = ("all", "members")
EFFECTS = ("none", "returns", "noted", "duty")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of a provision beside its check. `binds` says whether it is asked of all or of claims credited to
    members of its instrument; `timer` names a timer of the policy, `timer_default` the time where the policy has none.
    """

    id: str
    severity: str
    standing: str
    instrument: str
    binds: str = "all"
    timer: str = ""
    timer_default: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with its effect, and the deadline of the duty that it gives."""

    finding: Finding
    effect: str
    due_at: datetime | None = None


def effect(finding: Finding, rule: Rule) -> str:
    """What an outcome leads to under a rule."""
    if not finding.is_unfavourable:
        return "none"
    if rule.standing == "proposed" or rule.severity == "soft":
        return "noted"
    return "duty" if rule.severity == "procedural" else "returns"


def judge(finding: Finding, rule: Rule, policy: Mapping[str, Any], at: datetime) -> Judged:
    """A finding made at `at`, with what follows from it under a policy."""
    leads_to = effect(finding, rule)
    return Judged(finding, leads_to, _due(rule, policy, at) if leads_to == "duty" else None)


def _due(rule: Rule, policy: Mapping[str, Any], at: datetime) -> datetime | None:
    timer = policy["timers"].get(rule.timer) or (parse_timer(rule.timer_default) if rule.timer_default else None)
    return deadline(at, timer) if timer else None


def parse_timer(text: str) -> dict[str, Any]:
    """The timer in a text such as "30 days"; ValueError for any other text."""
    value, _, unit = text.partition(" ")
    if not value.isdigit() or unit not in UNITS:
        raise ValueError(f"{text!r} is no time; give a whole number and one of {', '.join(UNITS)}")
    return {"value": int(value), "unit": unit}


def unbound(case: Case, rule: Rule, strict: Collection[str]) -> Finding | None:
    """A finding that the provision does not bind the parties of this claim, or None if it does."""
    if rule.binds == "all" or rule.id in strict:
        return None
    if any(rule.instrument in case.groups.get(party, ()) for party in case.filing.credit):
        return None
    credited = ", ".join(case.filing.credit)
    day = case.policy["groups_as_of"]
    return not_applicable(rule.id, f"It binds members of {rule.instrument}; of {credited} none is one on {day}.")
