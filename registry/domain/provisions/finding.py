"""What a provision's check is given, and what it answers. All of it is plain data, so that anyone can repeat a check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.domain.filing.forms import Filing
from registry.domain.filing.particulars import Contact, Particulars
from registry.domain.overlaps import Site, Stay
from solver import geometry

FAVOURABLE, UNFAVOURABLE, NOT_APPLICABLE = "favourable", "unfavourable", "not-applicable"
XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Protected:
    """An enforced protected place: map coordinates and buffer in metres, their uncertainty included."""

    id: str
    name: str
    x_m: float
    y_m: float
    buffer_m: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another claim with the placements that it asks for or holds, days counted from this round's epoch."""

    claim: str
    parties: frozenset[str]
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A filing under examination, with the policy it is filed under and what it is compared with.

    `groups` are the instruments of each party on the policy's date, `kinds` the kind of each party (state, igo),
    `places` the corners of the places that the filing names, in map metres, `others` the claims that may be near,
    `operator_party` the party that the operator answers to.
    """

    filing: Filing
    policy: Mapping[str, Any]
    protected: tuple[Protected, ...] = ()
    claim: str = ""
    others: tuple[Neighbour, ...] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Sequence[XY]] = field(default_factory=dict)
    operator_party: str = ""

    @property
    def said(self) -> Particulars:
        """The particulars of the filing."""
        return self.filing.particulars

    @property
    def sites(self) -> tuple[Site, ...]:
        """The placements of the filing, as overlaps take them."""
        return tuple(
            Site(
                f"{self.claim}/{row.rank}",
                geometry.footprint(row.footprint),
                row.first_day,
                row.last_day,
                tuple(Stay(phase.offset, phase.days, phase.keep_out_m) for phase in row.phases),
            )
            for row in self.filing.placements
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one provision: what was found and, where it is not met, what would mend it.

    Both are in words fit to send to a delegation; the rule itself is the provision's statement.
    """

    provision: str
    outcome: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    mend: str = ""

    @property
    def is_unfavourable(self) -> bool:
        """Whether the claim fails this provision."""
        return self.outcome == UNFAVOURABLE


def judged(provision: str, faults: Sequence[str], met: str, mend: str, **evidence: Any) -> Finding:
    """A finding that the provision is met if there are no faults, and otherwise what they are and what mends them."""
    if not faults:
        return Finding(provision, FAVOURABLE, met, evidence)
    return Finding(provision, UNFAVOURABLE, sentence(faults), evidence, mend)


def not_applicable(provision: str, reason: str, **evidence: Any) -> Finding:
    """A finding that the provision does not concern this claim."""
    return Finding(provision, NOT_APPLICABLE, reason, evidence)


def sentence(faults: Sequence[str]) -> str:
    """Faults, each a clause that begins in lower case, as one sentence."""
    text = "; ".join(faults)
    return f"{text[:1].upper()}{text[1:]}."


def unsaid(**texts: object) -> list[str]:
    """A clause for each field that says nothing; the names are those of the filing, with spaces for underscores."""
    return [
        f"the {name.replace('_', ' ')} is not given"
        for name, value in texts.items()
        if value is None or value == () or (isinstance(value, str) and not value.strip())
    ]


def unreachable(what: str, contact: Contact) -> list[str]:
    """A clause if a contact has no name, or neither e-mail address nor telephone number."""
    if contact.can_be_reached:
        return []
    return [f"the {what} has no name" if not contact.name.strip() else f"the {what} has no e-mail or telephone"]


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row; those beyond `most` are counted."""
    rest = len(names) - most
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:most])} and {rest} more"
