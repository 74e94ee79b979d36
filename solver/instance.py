"""The input of an allocation as immutable plain data: who asks for which place, when, and under which rules.

Days are whole days from the epoch and half-open: a phase with start s, offset o and d days occupies [s+o, s+o+d).
Points and credit are whole numbers; u_p is counted in hundredths of a point, so that every comparison is exact.
Keep-outs are whole metres already rounded up by their method, and distances are compared with 1 mm of slack
(solver.geometry): rounding goes against the applicant and cannot create an unsafe pair.

Build an Instance from a file or its bytes with `solver.io`; that is where every rule of the format is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Party:
    """A State or intergovernmental organisation, with the groups it belongs to on the policy's date."""

    id: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Phase:
    """Part of an operation: `days` long from `offset` days after the start, with its keep-out in whole metres."""

    name: str
    offset: int
    days: int
    keep_out_m: int

    @property
    def end(self) -> int:
        """Offset of the first day after the phase."""
        return self.offset + self.days


@dataclass(frozen=True, slots=True)
class Placement:
    """One way to meet a claim; starts allowed are first_start..last_start, both included."""

    id: str
    claim: str
    points: int
    first_start: int
    last_start: int
    phases: tuple[Phase, ...]
    footprint: BaseGeometry | None

    @property
    def end(self) -> int:
        """Days from the start to the end of the last phase."""
        return max(phase.end for phase in self.phases)


@dataclass(frozen=True, slots=True)
class InForce:
    """A placement already recorded and its start day, which may be negative."""

    placement: str
    start: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A request for priority of use, with the percent of it that each credited party answers for.

    `in_force`: an entry that stays as it is. `recorded`: one that the policy allows to move; it has to be served.
    """

    id: str
    credit: Mapping[str, int]
    placements: tuple[Placement, ...]
    operator: str | None = None
    controller: str | None = None
    received_at: str | None = None
    in_force: InForce | None = None
    recorded: InForce | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Room kept free by the agency from a fixed start day."""

    id: str
    footprint: BaseGeometry
    start: int
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two claims for which a smaller keep-out will do."""

    claims: frozenset[str]
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class Cap:
    """(C3) At most `most` of a measure, over the placements listed, for all or for each party, controller or group."""

    id: str
    placements: frozenset[str]
    measure: str
    most: int
    per: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """(C4) At least `least` of the placements listed go to claims with at least 50 credit in the group."""

    id: str
    group: str
    placements: frozenset[str]
    least: int


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A place that must stay reachable, in map metres."""

    id: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Access:
    """(C5) The grid on which each access point keeps a free path to a gate."""

    cell_m: int
    extent: tuple[float, float, float, float]
    blocked: BaseGeometry | None
    transient_days: int
    gates: tuple[tuple[float, float], ...]
    points: tuple[AccessPoint, ...]


EX_ANTE = "ex-ante"
"""The tie-break by a published lottery; the other one is `ticket`."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which allocation rule and tie-break apply, the levels of equal footing in points (None: exact), and the claims whose
    entries in force may be moved (None: the policy says nothing of moves).
    """

    rule: str
    tie_break: str = "ticket"
    levels: tuple[int, ...] | None = None
    moves: frozenset[str] | None = None


@dataclass(frozen=True)
class Instance:
    """A checked allocation problem; `document` is the file's content, whose RFC 8785 form is hashed."""

    id: str
    epoch: str
    horizon_days: int
    parties: tuple[Party, ...]
    claims: tuple[Claim, ...]
    holds: tuple[Hold, ...]
    agreements: tuple[Agreement, ...]
    conflicts: frozenset[frozenset[str]] | None
    caps: tuple[Cap, ...]
    reserves: tuple[Reserve, ...]
    access: Access | None
    policy: Policy
    sha256: str
    document: Mapping[str, Any]

    @cached_property
    def claim_by_id(self) -> Mapping[str, Claim]:
        """Claims by id."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def placement_by_id(self) -> Mapping[str, Placement]:
        """Placements of all claims by id."""
        return {placement.id: placement for claim in self.claims for placement in claim.placements}

    @cached_property
    def groups_by_party(self) -> Mapping[str, frozenset[str]]:
        """Groups of each party by its id."""
        return {party.id: party.groups for party in self.parties}

    @cached_property
    def credited_parties(self) -> tuple[str, ...]:
        """Parties credited in at least one claim, by id: those whose points equal footing compares."""
        return tuple(sorted({party for claim in self.claims for party in claim.credit}))

    @cached_property
    def agreed_keep_out_m(self) -> Mapping[frozenset[str], int]:
        """Agreed keep-out by pair of claims; of several on one pair the smallest."""
        agreed: dict[frozenset[str], int] = {}
        for agreement in self.agreements:
            agreed[agreement.claims] = min(agreement.keep_out_m, agreed.get(agreement.claims, agreement.keep_out_m))
        return agreed

    def group_credit(self, claim: Claim, group: str) -> int:
        """Percent of a claim credited to parties of a group."""
        return sum(share for party, share in claim.credit.items() if group in self.groups_by_party[party])
