"""Provisions from the Outer Space Treaty, paraphrased in fixtures/provisions.json."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from registry.domain.claims import ACTIVITIES
from registry.domain.filing import AGENCY_METHODS
from registry.domain.provisions.finding import Case, Finding, favourable, unfavourable
from registry.domain.timers import deadline


def finite_term(case: Case) -> Finding:
    """OST-II-1: a claim MUST ask for a finite term of at most the policy's term cap that covers its operation."""
    term, most = case.filing.term_days, _term_cap_days(case.policy)
    longest = max(placement.duration_days for placement in case.filing.placements)
    evidence = {"term_days": term, "longest_placement_days": longest, "most_days": most}
    if term > most:
        return unfavourable(
            "OST-II-1",
            f"The term asked for is {term} days; no priority of use lasts longer than {most} days. "
            "Please ask for a shorter term; a new claim may follow when it ends.",
            **evidence,
        )
    if term < longest:
        return unfavourable(
            "OST-II-1",
            f"The term asked for is {term} days, the longest placement lasts {longest} days. "
            "Please ask for a term that covers the operation.",
            **evidence,
        )
    return favourable("OST-II-1", f"The claim asks for a finite term of {term} days.", **evidence)


def _term_cap_days(policy: Mapping[str, Any]) -> int:
    """The policy's term cap in days; calendar months count from the epoch."""
    epoch = datetime.combine(date.fromisoformat(policy["epoch"]), time(), UTC)
    return (deadline(epoch, policy["timers"]["term_cap"]) - epoch).days


def peaceful_activity(case: Case) -> Finding:
    """OST-IV-1: a claim MUST name a peaceful activity from the closed list and say what is peaceful about it."""
    activity = case.filing.activity
    if activity not in ACTIVITIES:
        listed = ", ".join(ACTIVITIES)
        return unfavourable(
            "OST-IV-1",
            f"The activity {activity} is not on the list. Please name one of {listed}.",
            activity=activity,
        )
    if not case.filing.peaceful_statement.strip():
        return unfavourable(
            "OST-IV-1",
            "The statement on peaceful purposes is empty. Please say what the activity is for.",
            activity=activity,
        )
    return favourable(
        "OST-IV-1", f"The activity is {activity}, with a statement on peaceful purposes.", activity=activity
    )


def authorisation(case: Case) -> Finding:
    """OST-VI-1: a credited party MUST authorise and supervise; an operator MUST NOT file for itself."""
    filing = case.filing
    faults = []
    if filing.authorising_party not in filing.credit:
        faults.append(f"the authorising party {filing.authorising_party} has no credit in the claim")
    if not filing.authorisation_reference.strip():
        faults.append("the reference of the licence is empty")
    if not filing.supervision_contact.strip():
        faults.append("the contact for continuing supervision is empty")
    if filing.filed_by not in filing.credit:
        faults.append(f"{filing.filed_by} files the claim and has no credit in it")
    evidence = {
        "authorising_party": filing.authorising_party,
        "filed_by": filing.filed_by,
        "reference": filing.authorisation_reference,
    }
    if faults:
        return unfavourable(
            "OST-VI-1", f"A party must answer for the activity: {'; '.join(faults)}. Please amend.", **evidence
        )
    return favourable(
        "OST-VI-1", f"{filing.authorising_party} authorises and supervises; {filing.filed_by} files.", **evidence
    )


def due_regard(case: Case) -> Finding:
    """OST-IX-1: every phase MUST take its keep-out from a sizing method that the policy registers for claims."""
    allowed = [method for method in case.policy["zone_methods"] if method not in AGENCY_METHODS]
    used = {
        (placement.rank, phase.name): phase.method_id
        for placement in case.filing.placements
        for phase in placement.phases
    }
    strange = sorted(
        f"placement {rank}, {name}: {method}" for (rank, name), method in used.items() if method not in allowed
    )
    if strange:
        return unfavourable(
            "OST-IX-1",
            f"These phases use methods that the round's policy does not list: {'; '.join(strange)}. "
            f"Please use one of {', '.join(allowed)}.",
            phases=strange,
        )
    return favourable(
        "OST-IX-1", "Every keep-out distance comes from a registered sizing method.", methods=sorted(set(used.values()))
    )
