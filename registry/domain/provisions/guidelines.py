"""Provisions from guidelines, programmes, recommended practices and drafts: none of them binds by itself."""

from registry.domain.provisions.finding import Case, Finding, judged, not_applicable, unsaid

# Guide for Partnership of 16 June 2021: reconnaissance to 2025, construction 2026 to 2035, utilisation from 2036.
ILRS_PHASES = ("reconnaissance", "construction", "utilisation")


def lunar_research_station(case: Case) -> Finding:
    """ILRS-1: a part of the research station MUST name its phase and level of participation, and stay open to partners."""
    part = next((row for row in case.said.programmes if row.name == "ilrs"), None)
    if part is None:
        return not_applicable("ILRS-1", "The filing names no part in the International Lunar Research Station.")
    faults = unsaid(level_of_participation=part.level, statement_on_joint_use=case.said.access.joint_use)
    if part.phase not in ILRS_PHASES:
        faults.append(f"the phase {part.phase or '(empty)'} is none of the three")
    return judged(
        "ILRS-1",
        faults,
        f"Part of the phase {part.phase}, level {part.level}; open to partners at every stage.",
        f"Please name one of the phases {', '.join(ILRS_PHASES)}, the level of participation, and what partners may use.",
        phase=part.phase,
        level=part.level,
    )


def registration_practice(case: Case) -> Finding:
    """LTS-A-5: a claim MUST answer for its practice of registering objects (guideline A.5), with evidence."""
    return _guideline(case, "LTS-A-5", "A.5", "the practice of registering space objects")


def contact_and_information(case: Case) -> Finding:
    """LTS-B-1: a claim MUST answer for contact details and information on objects (guideline B.1), with evidence."""
    return _guideline(case, "LTS-B-1", "B.1", "contact details and information on objects and events")


def _guideline(case: Case, provision: str, code: str, subject: str) -> Finding:
    given = case.said.sustainability.get(code)
    if given is None:
        faults = [f"guideline {code} on {subject} is not answered"]
    elif given.answer == "no":
        faults = [f"guideline {code} on {subject} is answered with no"]
    else:
        faults = unsaid(evidence=given.evidence)
    return judged(
        provision,
        faults,
        f"Guideline {code} on {subject}: {given.answer if given else ''}, with evidence.",
        f"Please answer guideline {code} with yes, no or na, and name the evidence.",
        answer=given.answer if given else None,
        evidence=given.evidence if given else "",
    )


def limited_priority(case: Case) -> Finding:
    """HAGUE-1: priority is for a limited time in a limited area, recorded, and MUST NOT impede free access."""
    faults = unsaid(reason_for_the_size_of_the_zones=case.said.zones.reason)
    if case.said.access.open_to_passage is not True:
        faults.append("the filing does not say that the ground stays open to passage")
    return judged(
        "HAGUE-1",
        faults,
        f"Priority is asked for {case.filing.term_days} days in a limited area that stays open to passage.",
        "Please say why the area is as large as it is, and that passage stays open.",
        term_days=case.filing.term_days,
    )


def end_of_life(case: Case) -> Finding:
    """ZD-1: a plan for the end of life MUST be filed: method, what stays, by when."""
    disposal = case.said.disposal
    return judged(
        "ZD-1",
        unsaid(
            method_of_disposal=disposal.method,
            end_state=disposal.end_state,
            time_for_disposal=disposal.within_days,
        ),
        f"The plan for the end of life is filed: {disposal.method}, within {disposal.within_days} days.",
        "Please give the method, the state in which things are left, and within how many days.",
        method=disposal.method,
        within_days=disposal.within_days,
    )


def passivation(case: Case) -> Finding:
    """IADC-1: stored energy MUST be taken out of what stays: tanks, batteries, wheels, heat sources."""
    disposal = case.said.disposal
    return judged(
        "IADC-1",
        unsaid(account_of_passivation=disposal.passivation),
        "The filing says how stored energy is taken out of what stays.",
        "Please say how tanks, batteries, wheels and heat sources are made safe.",
        passivation=disposal.passivation,
    )


def proximity_operations(case: Case) -> Finding:
    """CONFERS-1: work close to the hardware of others MUST be planned: whose it is, and by what procedure."""
    proximity = case.said.proximity
    if not proximity.planned:
        return not_applicable("CONFERS-1", "No work close to the hardware of others is planned.")
    return judged(
        "CONFERS-1",
        unsaid(hardware_that_is_approached=proximity.near, procedure_of_approach=proximity.procedure),
        f"Work close to {proximity.near} follows a stated procedure.",
        "Please name the hardware, who answers for it, and the procedure: consent, approach, hold points, way out.",
        near=proximity.near,
    )


def european_draft(case: Case) -> Finding:
    """EUSA-1 (a draft): authorisation, end of life and sustainability would have to be shown with evidence."""
    faults = unsaid(
        reference_of_the_licence=case.filing.authorisation_reference,
        method_of_disposal=case.said.disposal.method,
        profile_of_sustainability=tuple(case.said.sustainability),
    )
    return judged(
        "EUSA-1",
        faults,
        "Authorisation, end of life and a profile of sustainability are given.",
        "Nothing has to be done while this is a draft; what is missing would be asked for.",
        answered=sorted(case.said.sustainability),
    )
