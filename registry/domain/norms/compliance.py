"""A claim's statement of compliance: what it meets and fails under each norm profile. Pure, and the same for everybody."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from registry.domain.norms.problem import Norms
from registry.domain.provisions import CHECKS
from registry.domain.provisions.finding import Case
from registry.domain.provisions.rules import Rule, effect, unbound

FORMAT = "lunar-compliance-statement/1"
NOTE = (
    "A statement of what the claim says of itself, checked by the rules of this register. It is no licence, no insurance and no "
    "judgement of safety."
)


class ProvisionLike(Protocol):
    """What is needed of a provision."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def rule(self) -> Rule:
        """What decides on the effect of a finding."""


def of_profile(
    case: Case, profile: str, name: str, standing: str, norms: Norms, provisions: Mapping[str, ProvisionLike]
) -> dict[str, Any]:
    """A profile with what a claim fails of it; provisions that do not bind its parties are counted and not asked."""
    asked = [row for row in norms.provisions if unbound(case, provisions[row].rule, norms.strict) is None]
    found = [CHECKS[row](case) for row in asked]
    fails = [
        {
            "provision": row.provision,
            "name": provisions[row.provision].name,
            "effect": effect(row, provisions[row.provision].rule),
            "reason": row.reason,
            "mend": row.mend,
        }
        for row in found
        if row.is_unfavourable
    ]
    meets = not any(row["effect"] == "returns" for row in fails)
    counts = {"asked": len(asked), "not_asked": len(norms.provisions) - len(asked)}
    return {"id": profile, "name": name, "standing": standing, "meets": meets, **counts, "fails": fails}


def document(
    claim: Mapping[str, Any],
    illustrative: bool,
    round_id: str,
    profiles: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The statement: of one revision, by its hash."""
    about = {"claim": dict(claim), "round": round_id, "illustrative": illustrative}
    return {"format": FORMAT, **about, "profiles": [dict(row) for row in profiles], "note": NOTE}
