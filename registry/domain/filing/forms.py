"""A filing as read: fields by name, keep-outs from the sizing methods."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from registry.domain.filing.particulars import Contribution, Particulars

# The form that filings have now. Revisions in form 1, with prose for contacts, disposal and contributions, stay
# readable (`earlier`).
PRESENT_FORM = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What a filing may refer to: ids of parties, operators and places, methods and limits of the round's policy."""

    parties: AbstractSet[str]
    operators: AbstractSet[str]
    places: AbstractSet[str]
    methods: tuple[str, ...]
    ranks: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Anomaly:
    """How far a plausible anomaly of a phase would reach, metres rounded up, by the method that says so."""

    method_id: str
    inputs: Mapping[str, Any]
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class FiledPhase:
    """A phase with the keep-out that its method gives, metres rounded up."""

    name: str
    offset: int
    days: int
    method_id: str
    method_version: str
    inputs: Mapping[str, Any]
    keep_out_m: int
    anomaly: Anomaly | None = None


@dataclass(frozen=True, slots=True)
class FiledPlacement:
    """A placement as filed; days from the epoch of the policy."""

    rank: int
    place: str
    name: str
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    phases: tuple[FiledPhase, ...]

    @property
    def duration_days(self) -> int:
        """Days from the start to the end of the last phase."""
        return max(phase.offset + phase.days for phase in self.phases)


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing that can be read; `document` is what was received."""

    document: Mapping[str, Any]
    key: str
    name: str
    filed_by: str
    operator: str
    credit: Mapping[str, int]
    contributions: Mapping[str, tuple[Contribution, ...]]
    authorising_party: str
    authorisation_reference: str
    state_of_registry: str
    launching_parties: tuple[str, ...]
    purpose: str
    activity: str
    peaceful_statement: str
    term_days: int
    cospar_inventory: str | None
    particulars: Particulars
    illustrative: bool
    placements: tuple[FiledPlacement, ...]
