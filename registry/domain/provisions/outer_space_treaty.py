"""Provisions from the Outer Space Treaty, Articles I to VIII, paraphrased in fixtures/provisions.json."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from registry.domain.claims import ACTIVITIES
from registry.domain.provisions.finding import Case, Finding, judged, unreachable, unsaid
from registry.domain.provisions.passage import passage_faults
from registry.domain.timers import deadline


def free_access(case: Case) -> Finding:
    """OST-I-2: the ground MUST stay open to all; no lasting zone MAY cover all of the place that it lies in."""
    return judged(
        "OST-I-2",
        passage_faults(case),
        "The ground stays open to passage, and no lasting zone covers all of its place.",
        "Please say that the ground stays open, and shorten the phase or move the placement where a zone closes a place.",
        open_to_passage=case.said.access.open_to_passage,
    )


def scientific_investigation(case: Case) -> Finding:
    """OST-I-3: a claim MUST say which scientific transits and measurements its zones allow."""
    transits = case.said.access.science_transits
    return judged(
        "OST-I-3",
        unsaid(list_of_science_transits=transits),
        "The filing says which scientific transits and measurements it allows.",
        "Please list the scientific transits and measurements that the zones allow.",
        science_transits=transits,
    )


def finite_term(case: Case) -> Finding:
    """OST-II-1: a claim MUST ask for a finite term of at most the policy's term cap that covers its operation."""
    term, most = case.filing.term_days, _term_cap_days(case.policy)
    longest = max(placement.duration_days for placement in case.filing.placements)
    faults = []
    if term > most:
        faults.append(f"the term asked for is {term} days; no priority of use lasts longer than {most} days")
    if term < longest:
        faults.append(f"the term asked for is {term} days, the longest placement lasts {longest} days")
    return judged(
        "OST-II-1",
        faults,
        f"The claim asks for a finite term of {term} days.",
        f"Please ask for a term that covers the operation and is at most {most} days; a new claim may follow its end.",
        term_days=term,
        longest_placement_days=longest,
        most_days=most,
    )


def _term_cap_days(policy: Mapping[str, Any]) -> int:
    """The policy's term cap in days; calendar months count from the epoch."""
    epoch = datetime.combine(date.fromisoformat(policy["epoch"]), time(), UTC)
    return (deadline(epoch, policy["timers"]["term_cap"]) - epoch).days


def peaceful_activity(case: Case) -> Finding:
    """OST-IV-1: a claim MUST name a peaceful activity from the closed list and what is peaceful about it, and MUST
    disclose the role of military personnel.
    """
    activity, military = case.filing.activity, case.said.military
    faults = []
    if activity not in ACTIVITIES:
        faults.append(f"the activity {activity} is not on the list")
    faults += unsaid(statement_on_peaceful_purposes=case.filing.peaceful_statement)
    if military.personnel is None:
        faults.append("the filing does not say whether military personnel take part")
    elif military.personnel and not military.role.strip():
        faults.append("military personnel take part and their role is not given")
    return judged(
        "OST-IV-1",
        faults,
        f"The activity is {activity}, with a statement on peaceful purposes; military personnel: "
        f"{military.role if military.personnel else 'none'}.",
        f"Please name one of {', '.join(ACTIVITIES)}, say what it is for, and disclose military personnel; their help "
        "with research or any other peaceful purpose is no obstacle.",
        activity=activity,
        military_personnel=military.personnel,
    )


def authorisation(case: Case) -> Finding:
    """OST-VI-1: a credited party MUST authorise and supervise; an operator MUST NOT file for itself."""
    filing = case.filing
    faults = []
    if filing.authorising_party not in filing.credit:
        faults.append(f"the authorising party {filing.authorising_party} has no credit in the claim")
    faults += unsaid(reference_of_the_licence=filing.authorisation_reference)
    faults += unreachable("contact for continuing supervision", case.said.contacts.supervision)
    if filing.filed_by not in filing.credit:
        faults.append(f"{filing.filed_by} files the claim and has no credit in it")
    return judged(
        "OST-VI-1",
        faults,
        f"{filing.authorising_party} authorises and supervises; {filing.filed_by} files.",
        "Please name a credited party that authorises, the reference of its licence and whom to reach on supervision.",
        authorising_party=filing.authorising_party,
        filed_by=filing.filed_by,
        reference=filing.authorisation_reference,
    )


def liability(case: Case) -> Finding:
    """OST-VII-1: a claim MUST name at least one launching party and whom to reach about damage."""
    launching = list(case.filing.launching_parties)
    faults = [] if launching else ["no launching party is named"]
    faults += unreachable("contact for liability", case.said.contacts.liability)
    return judged(
        "OST-VII-1",
        faults,
        f"The launching parties are {', '.join(launching)}; a contact for liability is given.",
        "Please name every party that launches or procures the launch, or from whose ground the launch is made, and "
        "whom to reach about damage, with an e-mail address or a telephone number.",
        launching_parties=launching,
    )


def jurisdiction_over_the_object(case: Case) -> Finding:
    """OST-VIII-1: the object MUST have its own record in a State's register, which the end of the claim leaves alone."""
    object_ = case.said.registration
    faults = unsaid(designator_of_the_object=object_.designator)
    if object_.kept_after_end is not True:
        faults.append("the filing does not say that the object stays on its register when the priority of use ends")
    return judged(
        "OST-VIII-1",
        faults,
        f"{object_.designator} is kept on the register of {case.filing.state_of_registry}, whatever becomes of the "
        "priority of use.",
        "Please give the designator of the object and confirm that it stays registered after the priority of use ends.",
        designator=object_.designator,
        state_of_registry=case.filing.state_of_registry,
        kept_after_end=object_.kept_after_end,
    )
