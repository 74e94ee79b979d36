"""Provisions from the Registration Convention and the practice of registering States."""

from datetime import date

from registry.domain.filing.particulars import Orbit
from registry.domain.provisions.finding import Case, Finding, judged, unsaid

FILING_KINDS = ("state", "igo")
FIRST_LAUNCH = 1957  # the year of the first launch into space


def furnished_information(case: Case) -> Finding:
    """REG-IV-1: the five groups of information MUST be furnished: launching parties, designator, launch, orbit, function."""
    object_ = case.said.registration
    faults = [] if case.filing.launching_parties else ["no launching party is named"]
    faults += unsaid(
        designator=object_.designator,
        launch_date=object_.launch_date,
        launch_place=object_.launch_place,
        nodal_period=object_.orbit.nodal_period_min,
        inclination=object_.orbit.inclination_deg,
        apogee=object_.orbit.apogee_km,
        perigee=object_.orbit.perigee_km,
        general_function=object_.function,
    )
    return judged(
        "REG-IV-1",
        faults,
        "Launching parties, designator, date and place of launch, basic orbital parameters and function are given.",
        "Please add them; for an object that is still to be launched, as planned.",
        designator=object_.designator,
        launch_date=object_.launch_date,
        launch_place=object_.launch_place,
    )


def one_state_of_registry(case: Case) -> Finding:
    """REG-II-1: exactly one State of registry, and it MUST be one of the launching parties."""
    state, launching = case.filing.state_of_registry, list(case.filing.launching_parties)
    named = ", ".join(launching) or "none"
    return judged(
        "REG-II-1",
        [] if state in launching else [f"the State of registry {state} is not among the launching parties ({named})"],
        f"{state} is the one State of registry.",
        "Please name one of them, or complete the launching parties.",
        state_of_registry=state,
        launching_parties=launching,
    )


def practice(case: Case) -> Finding:
    """REG-PR-1: units MUST be possible ones; changes of status MUST be notified; a web link MUST be given."""
    object_ = case.said.registration
    faults = _orbit_faults(object_.orbit)
    if object_.status_updates is not True:
        faults.append("the filing does not say that changes of status will be notified")
    faults += unsaid(web_link=case.said.publication.plan_url)
    if object_.launch_date and date.fromisoformat(object_.launch_date).year < FIRST_LAUNCH:
        faults.append(f"the launch date {object_.launch_date} lies before the first launch of all")
    return judged(
        "REG-PR-1",
        faults,
        "Date, minutes, degrees and kilometres are possible ones; changes of status are notified; a web link is given.",
        "Please give the date in UTC, the period in minutes, the inclination in degrees, heights in kilometres, a web "
        "link, and say that changes of status are notified.",
        status_updates=object_.status_updates,
        web_link=case.said.publication.plan_url,
    )


def _orbit_faults(orbit: Orbit) -> list[str]:
    faults = []
    if orbit.nodal_period_min is not None and orbit.nodal_period_min <= 0:
        faults.append(f"a nodal period of {orbit.nodal_period_min:g} minutes is impossible")
    if orbit.inclination_deg is not None and orbit.inclination_deg > 180:
        faults.append(f"an inclination of {orbit.inclination_deg:g} degrees is impossible")
    if orbit.apogee_km is not None and orbit.perigee_km is not None and orbit.perigee_km > orbit.apogee_km:
        faults.append(f"the perigee of {orbit.perigee_km:g} km lies above the apogee of {orbit.apogee_km:g} km")
    return faults


def submitted_by_a_government(case: Case) -> Finding:
    """REG-PR-2: only a State or an accepting intergovernmental organisation MAY submit; an operator drafts at most."""
    named = {"filing party": case.filing.filed_by, "State of registry": case.filing.state_of_registry}
    kinds = {party: case.kinds.get(party, "unknown") for party in named.values()}
    return judged(
        "REG-PR-2",
        [
            f"the {role} {party} is neither a State nor an intergovernmental organisation"
            for role, party in named.items()
            if kinds[party] not in FILING_KINDS
        ],
        f"{case.filing.filed_by} submits as a State or an intergovernmental organisation.",
        "Please submit through the permanent mission of a State, or an intergovernmental organisation that has accepted "
        "the Convention; an operator may draft.",
        kinds=kinds,
    )
