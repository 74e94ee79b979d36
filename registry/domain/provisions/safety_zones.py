"""Safety zones of the Artemis Accords, section 11: areas of notice and coordination, temporary and without veto."""

from registry.domain.filing import FiledPhase
from registry.domain.filing.sites import AGENCY_METHODS
from registry.domain.provisions.finding import Case, Finding, judged, unsaid
from registry.domain.provisions.passage import TRANSIENT_DAYS, passage_faults
from registry.domain.provisions.regard_for_others import unlisted_methods
from solver import zones

PLUME = "plume"


def nominal_and_anomaly(case: Case) -> Finding:
    """AA-11-SZ1: every phase MUST give its zone for normal operation and for a plausible anomaly, with a reason."""
    faults = unsaid(reason_for_the_size_of_the_zones=case.said.zones.reason)
    faults += [f"{where} has no zone for an anomaly" for where, phase in _phases(case) if phase.anomaly is None]
    faults += [
        f"{where}: the zone for an anomaly ({phase.anomaly.keep_out_m} m) is smaller than the nominal one "
        f"({phase.keep_out_m} m)"
        for where, phase in _phases(case)
        if phase.anomaly is not None and phase.anomaly.keep_out_m < phase.keep_out_m
    ]
    return judged(
        "AA-11-SZ1",
        faults,
        "Every phase has its zone for normal operation and for a plausible anomaly, with a reason.",
        "Please give method and inputs for an anomaly of every phase, and the reason for both sizes.",
        metres={
            where: [phase.keep_out_m, phase.anomaly.keep_out_m if phase.anomaly else None]
            for where, phase in _phases(case)
        },
    )


def size_by_method(case: Case) -> Finding:
    """AA-11-SZ2: size and scope MUST follow from the nature of the operation and its environment, by method and inputs."""
    allowed = [method for method in case.policy["zone_methods"] if method not in AGENCY_METHODS]
    strange = unlisted_methods(case, allowed)
    return judged(
        "AA-11-SZ2",
        [f"sizes without a registered method: {', '.join(strange)}"] if strange else [],
        "Size and scope follow from the operation by registered methods and stated inputs.",
        f"Please size these phases by one of {', '.join(allowed)}.",
        inputs={where: dict(phase.inputs) for where, phase in _phases(case)},
    )


def accepted_method(case: Case) -> Finding:
    """AA-11-SZ3: every method MUST be one with a version and a source, in its valid range."""
    used = sorted({(phase.method_id, phase.method_version) for _, phase in _phases(case)})
    faults = [
        f"method {method or 'without a name'} has no registered version {version}".rstrip()
        for method, version in used
        if method not in zones.METHODS or zones.METHODS[method].version != version
    ]
    known = [zones.METHODS[method] for method, _ in used if method in zones.METHODS]
    return judged(
        "AA-11-SZ3",
        faults,
        "Every method has a version and a source; those that are proposals say so.",
        "Please file again, so that the zones are sized by the registered versions.",
        methods=[f"{row.id} {row.version} ({row.status})" for row in known],
    )


def temporary(case: Case) -> Finding:
    """AA-11-SZ4: a zone MUST change with the status of the operation and MUST end with it."""
    term = case.filing.term_days
    faults = [
        f"{where} ends on day {phase.offset + phase.days}, after the term of {term} days"
        for where, phase in _phases(case)
        if phase.offset + phase.days > term
    ]
    faults += [
        f"{where} keeps the zone of a landing for {phase.days} days"
        for where, phase in _phases(case)
        if phase.days > TRANSIENT_DAYS and _is_plume(phase)
    ]
    return judged(
        "AA-11-SZ4",
        faults,
        "Zones change from phase to phase and end with the operation.",
        f"Please end every phase within the term, and keep the zone of a landing or an ascent for {TRANSIENT_DAYS} days "
        "at most.",
        term_days=term,
    )


def prompt_notice(case: Case) -> Finding:
    """AA-11-SZ5: establishing, altering and ending a zone MUST be notified to the signatories and the Secretary-General."""
    days = case.said.zones.change_notice_days
    return judged(
        "AA-11-SZ5",
        unsaid(number_of_days_of_notice_before_a_zone_changes=days),
        f"The agency hears {days} days before a zone is established, altered or ended, and notifies it.",
        "Please say how many days before a zone is established, altered or ended the agency will hear of it.",
        change_notice_days=days,
    )


def published_extent(case: Case) -> Finding:
    """AA-11-SZ6: extent and general nature MUST be public; what is withheld MUST be named with its reason."""
    said = case.said.zones
    return judged(
        "AA-11-SZ6",
        unsaid(public_description_of_the_zones=said.published),
        "The general nature of the operations is published with the extent of the zones"
        + (f"; withheld: {said.withheld}." if said.withheld.strip() else "."),
        "Please describe the operations in the zones for the public, and name what is withheld and why.",
        withheld=said.withheld,
    )


def entry_by_notice(case: Case) -> Finding:
    """AA-11-SZ7: others notify and coordinate before they operate inside; nobody MAY refuse them."""
    said = case.said.zones
    faults = unsaid(notice_before_others_enter=said.entry_notice_days)
    if said.refuses_entry is not False:
        faults.append("the filing does not say that entry is never refused")
    return judged(
        "AA-11-SZ7",
        faults,
        f"Others enter on {said.entry_notice_days} days' notice and coordination; there is no veto.",
        "Please give the days of notice before others enter, and say that entry is coordinated and not refused.",
        entry_notice_days=said.entry_notice_days,
        refuses_entry=said.refuses_entry,
    )


def science_and_access(case: Case) -> Finding:
    """AA-11-SZ8: zones MUST respect free access and foster science and efficient use."""
    faults = passage_faults(case) + unsaid(
        list_of_science_transits=case.said.access.science_transits, statement_on_joint_use=case.said.access.joint_use
    )
    return judged(
        "AA-11-SZ8",
        faults,
        "Passage, scientific transits and joint use are open.",
        "Please say that the ground stays open, which scientific transits are allowed, and what may be used jointly.",
        joint_use=case.said.access.joint_use,
    )


def _phases(case: Case) -> list[tuple[str, FiledPhase]]:
    return [
        (f"placement {placement.rank}, {phase.name}", phase)
        for placement in case.filing.placements
        for phase in placement.phases
    ]


def _is_plume(phase: FiledPhase) -> bool:
    return phase.method_id in zones.METHODS and zones.METHODS[phase.method_id].sizing == PLUME
