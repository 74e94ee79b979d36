"""What a provision's check is given, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.domain.filing import Filing

FAVOURABLE, UNFAVOURABLE, NOT_APPLICABLE = "favourable", "unfavourable", "not-applicable"


@dataclass(frozen=True, slots=True)
class Protected:
    """An enforced protected place: map coordinates and buffer in metres, their uncertainty included."""

    id: str
    name: str
    x_m: float
    y_m: float
    buffer_m: int


@dataclass(frozen=True, slots=True)
class Case:
    """A filing under examination, with the policy it is filed under and what it must keep clear of."""

    filing: Filing
    policy: Mapping[str, Any]
    protected: tuple[Protected, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one provision, with a reason in words fit to send to a delegation."""

    provision: str
    outcome: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_unfavourable(self) -> bool:
        """Whether the claim fails this provision."""
        return self.outcome == UNFAVOURABLE


def favourable(provision: str, reason: str, **evidence: Any) -> Finding:
    """A finding that the provision is met."""
    return Finding(provision, FAVOURABLE, reason, evidence)


def unfavourable(provision: str, reason: str, **evidence: Any) -> Finding:
    """A finding that it is not, with the mend in the reason."""
    return Finding(provision, UNFAVOURABLE, reason, evidence)


def not_applicable(provision: str, reason: str, **evidence: Any) -> Finding:
    """A finding that the provision does not concern this claim."""
    return Finding(provision, NOT_APPLICABLE, reason, evidence)
