"""Provisions from the Artemis Accords, sections 4 to 12 without safety zones: for claims credited to signatories."""

from registry.domain.provisions.finding import Case, Finding, judged, not_applicable, unreachable, unsaid


def transparency(case: Case) -> Finding:
    """AA-4: a claim MUST name where its policy and plan are published."""
    url = case.said.publication.plan_url
    return judged(
        "AA-4",
        unsaid(address_of_the_public_plan=url),
        f"The plan is public at {url}.",
        "Please give the web address of the public plan.",
        plan_url=url,
    )


def interoperability(case: Case) -> Finding:
    """AA-5: a claim MUST declare the standards that its systems follow."""
    standards = list(case.said.standards)
    return judged(
        "AA-5",
        [] if standards else ["no standard for interoperability is declared"],
        f"Declared standards: {', '.join(standards)}.",
        "Please list the standards of navigation, communication, power or docking that the systems follow.",
        standards=standards,
    )


def emergency_assistance(case: Case) -> Finding:
    """AA-6: a claim MUST name an emergency contact that answers day and night."""
    contact = case.said.contacts.emergency
    faults = unreachable("emergency contact", contact)
    if contact.always is not True:
        faults.append("the emergency contact does not answer day and night")
    return judged(
        "AA-6",
        faults,
        f"{contact.name} answers day and night.",
        "Please name an emergency contact that answers at every hour, with an e-mail address or a telephone number.",
        always=contact.always,
    )


def registration(case: Case) -> Finding:
    """AA-7: the object MUST be one that a launching State registers."""
    state, designator = case.filing.state_of_registry, case.said.registration.designator
    faults = unsaid(designator_of_the_object=designator)
    if state not in case.filing.launching_parties:
        faults.append(f"the State of registry {state} does not launch")
    return judged(
        "AA-7",
        faults,
        f"{state} registers {designator}.",
        "Please say which launching State registers the object and under which designator.",
        state_of_registry=state,
        designator=designator,
    )


def scientific_data(case: Case) -> Finding:
    """AA-8: a claim MUST say from which day its scientific data are open; private operations MAY keep theirs."""
    day = case.said.publication.data_released_on
    return judged(
        "AA-8",
        unsaid(day_of_release_of_scientific_data=day),
        f"Scientific data are released on {day}.",
        "Please give the day from which scientific data are open, or leave it out where the operation is private and "
        "not on behalf of a State.",
        data_released_on=day,
    )


def space_resources(case: Case) -> Finding:
    """AA-10: who takes resources MUST say which and how much, and MUST inform the Secretary-General and the public."""
    resources = case.said.resources
    if not resources.extracts:
        return not_applicable("AA-10", "No space resources are taken.")
    faults = unsaid(list_of_materials=resources.materials, notice_to_the_Secretary_General=resources.notice)
    faults += [f"the quantity of {row.material} is not given" for row in resources.materials if not row.quantity_kg]
    return judged(
        "AA-10",
        faults,
        "Materials, quantities and the notice to the Secretary-General are given; taking them is no appropriation.",
        "Please list each material with an estimate in kilograms, and how the Secretary-General is informed.",
        materials={row.material: row.quantity_kg for row in resources.materials},
    )


def deconfliction(case: Case) -> Finding:
    """AA-11-1: who suspects harmful interference MUST be able to ask and be answered."""
    return judged(
        "AA-11-1",
        unreachable("contact for questions about interference", case.said.contacts.supervision),
        "Whoever suspects harmful interference knows whom to ask.",
        "Please name a contact, with an e-mail address or a telephone number, who answers such questions.",
        contact=case.said.contacts.supervision.name,
    )


def orbital_debris(case: Case) -> Finding:
    """AA-12: a claim MUST plan the end of its mission: method, safe end state, and by when."""
    disposal = case.said.disposal
    return judged(
        "AA-12",
        unsaid(
            method_of_disposal=disposal.method,
            end_state=disposal.end_state,
            time_for_disposal=disposal.within_days,
        ),
        f"At the end: {disposal.method}, within {disposal.within_days} days.",
        "Please give the method, the state in which things are left, and within how many days.",
        method=disposal.method,
        within_days=disposal.within_days,
    )
