"""Provisions: each a numbered rule with one pure check. Nothing stops at the first failure.

The text, source and severity of each are data (fixtures/provisions.json); which ones an examination runs is the norm
profile of the round's policy.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from registry.domain.provisions import (
    agency,
    artemis_accords,
    environment,
    guidelines,
    moon_agreement,
    outer_space_treaty,
    regard_for_others,
    registration,
    safety_zones,
)
from registry.domain.provisions.finding import Case, Finding
from registry.domain.provisions.rules import Judged, Rule, judge, unbound

CHECKS: Mapping[str, Callable[[Case], Finding]] = MappingProxyType({
    "OST-I-2": outer_space_treaty.free_access,
    "OST-I-3": outer_space_treaty.scientific_investigation,
    "OST-II-1": outer_space_treaty.finite_term,
    "OST-IV-1": outer_space_treaty.peaceful_activity,
    "OST-VI-1": outer_space_treaty.authorisation,
    "OST-VII-1": outer_space_treaty.liability,
    "OST-VIII-1": outer_space_treaty.jurisdiction_over_the_object,
    "OST-IX-1": regard_for_others.due_regard,
    "OST-IX-2": regard_for_others.harmful_interference,
    "OST-XI-1": regard_for_others.information,
    "OST-XII-1": regard_for_others.visits,
    "REG-II-1": registration.one_state_of_registry,
    "REG-IV-1": registration.furnished_information,
    "REG-PR-1": registration.practice,
    "REG-PR-2": registration.submitted_by_a_government,
    "MA-4": moon_agreement.benefit_of_all,
    "MA-5-1": moon_agreement.mission_information,
    "MA-5-2": moon_agreement.progress_reports,
    "MA-5-3": moon_agreement.same_area,
    "MA-9-1": moon_agreement.needed_area,
    "MA-9-2": moon_agreement.unimpeded_access,
    "MA-11": moon_agreement.common_heritage,
    "AA-4": artemis_accords.transparency,
    "AA-5": artemis_accords.interoperability,
    "AA-6": artemis_accords.emergency_assistance,
    "AA-7": artemis_accords.registration,
    "AA-8": artemis_accords.scientific_data,
    "AA-9": environment.heritage,
    "AA-10": artemis_accords.space_resources,
    "AA-11-1": artemis_accords.deconfliction,
    "AA-11-SZ1": safety_zones.nominal_and_anomaly,
    "AA-11-SZ2": safety_zones.size_by_method,
    "AA-11-SZ3": safety_zones.accepted_method,
    "AA-11-SZ4": safety_zones.temporary,
    "AA-11-SZ5": safety_zones.prompt_notice,
    "AA-11-SZ6": safety_zones.published_extent,
    "AA-11-SZ7": safety_zones.entry_by_notice,
    "AA-11-SZ8": safety_zones.science_and_access,
    "AA-12": artemis_accords.orbital_debris,
    "ILRS-1": guidelines.lunar_research_station,
    "COSPAR-1": environment.organic_inventory,
    "LTS-A-5": guidelines.registration_practice,
    "LTS-B-1": guidelines.contact_and_information,
    "HAGUE-1": guidelines.limited_priority,
    "ZD-1": guidelines.end_of_life,
    "IADC-1": guidelines.passivation,
    "CONFERS-1": guidelines.proximity_operations,
    "EUSA-1": guidelines.european_draft,
    "PART-1": agency.effective_participation,
    "PLACE-1": agency.placements,
})  # fmt: skip


def examine(case: Case, rules: Sequence[Rule], strict: Collection[str], at: datetime) -> tuple[Judged, ...]:
    """One finding for each rule, in their order, with what follows from it. Rules named in `strict` are asked of all."""
    return tuple(judge(unbound(case, rule, strict) or CHECKS[rule.id](case), rule, case.policy, at) for rule in rules)
