"""Provisions: each a numbered rule with one pure check. Nothing stops at the first failure.

The text, source and severity of each are data (fixtures/provisions.json); which ones an examination runs is the norm
profile of the round's policy.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from registry.domain.provisions import agency, environment, outer_space_treaty, registration
from registry.domain.provisions.finding import Case, Finding

CHECKS: Mapping[str, Callable[[Case], Finding]] = MappingProxyType({
    "OST-II-1": outer_space_treaty.finite_term,
    "OST-IV-1": outer_space_treaty.peaceful_activity,
    "OST-VI-1": outer_space_treaty.authorisation,
    "OST-IX-1": outer_space_treaty.due_regard,
    "COSPAR-1": environment.organic_inventory,
    "AA-9": environment.heritage,
    "REG-II-1": registration.one_state_of_registry,
    "PART-1": agency.effective_participation,
    "PLACE-1": agency.placements,
})  # fmt: skip


def examine(case: Case, profile: Sequence[str]) -> tuple[Finding, ...]:
    """One finding for each provision of the norm profile, in its order."""
    return tuple(CHECKS[provision](case) for provision in profile)
