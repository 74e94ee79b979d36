"""Provisions from the Outer Space Treaty, Articles IX to XII: due regard, consultation, information, visits."""

from collections.abc import Sequence

from registry.domain.filing.sites import AGENCY_METHODS
from registry.domain.overlaps import Overlap, overlaps
from registry.domain.provisions.finding import Case, Finding, judged, listed, unreachable, unsaid


def due_regard(case: Case) -> Finding:
    """OST-IX-1: every phase MUST take its keep-out from a sizing method that the policy registers for claims."""
    allowed = [method for method in case.policy["zone_methods"] if method not in AGENCY_METHODS]
    strange = unlisted_methods(case, allowed)
    return judged(
        "OST-IX-1",
        [f"these phases use methods that the round's policy does not list: {', '.join(strange)}"] if strange else [],
        "Every keep-out distance comes from a registered sizing method.",
        f"Please use one of {', '.join(allowed)}.",
        methods=sorted({phase.method_id for placement in case.filing.placements for phase in placement.phases}),
        strange=strange,
    )


def unlisted_methods(case: Case, allowed: Sequence[str]) -> list[str]:
    """Placement, phase and method wherever the method is not one of those allowed."""
    return sorted(
        f"placement {placement.rank}, {phase.name}: {phase.method_id}"
        for placement in case.filing.placements
        for phase in placement.phases
        if phase.method_id not in allowed
    )


def harmful_interference(case: Case) -> Finding:
    """OST-IX-2: where operations could interfere harmfully, consultation MUST come first."""
    found = overlaps_of(case)
    return judged(
        "OST-IX-2",
        [f"operations could be too near on the same day to those of {named(found)}"] if found else [],
        "No placement of another party comes too near while this operation lasts.",
        "Please consult with the parties of these claims; what stays open when the deadline passes goes to the "
        "allocation.",
        overlaps=[overlap.content() for overlap in found.values()],
    )


def overlaps_of(case: Case) -> dict[str, Overlap]:
    """With each claim of which at least one party has no part in this one, the overlap that lacks most, by claim."""
    mine = case.sites
    found = {
        other.claim: overlaps(mine, other.sites)
        for other in sorted(case.others, key=lambda row: row.claim)
        if other.parties - set(case.filing.credit)
    }
    return {claim: max(rows, key=lambda row: row.keep_out_m - row.distance_m) for claim, rows in found.items() if rows}


def named(found: dict[str, Overlap]) -> str:
    """The claims of overlaps, each with how near and what would be kept, as far as fits a letter."""
    return listed(
        [
            f"{claim} ({row.placements[1]} is {row.distance_m} m from {row.placements[0]}, keep-out {row.keep_out_m} m)"
            for claim, row in found.items()
        ]
    )


def information(case: Case) -> Finding:
    """OST-XI-1: nature, conduct, locations and results MUST be told to the Secretary-General, the public and science."""
    said = case.said.publication
    return judged(
        "OST-XI-1",
        unsaid(
            nature_of_the_activity=case.filing.purpose,
            account_of_how_it_is_conducted=said.conduct,
            account_of_the_results_to_be_published=said.results,
        ),
        "Nature, conduct, locations and expected results are given, as far as they can be told now.",
        "Please give what is missing, to the greatest extent feasible; a notice to the Secretary-General is made of it.",
        locations=[placement.name for placement in case.filing.placements],
    )


def visits(case: Case) -> Finding:
    """OST-XII-1: stations MUST be open to visits on notice and reciprocity, and no zone MAY deny them."""
    contact = case.said.contacts.visits
    faults = unreachable("contact for visits", contact)
    if contact.notice_days is None:
        faults.append("the days of notice before a visit are not given")
    if case.said.zones.refuses_entry:
        faults.append("the safety zones are described as refusing entry")
    return judged(
        "OST-XII-1",
        faults,
        f"Representatives of other parties may visit on {contact.notice_days} days' notice, on a basis of reciprocity.",
        "Please name whom to ask for a visit and how many days before, and let no zone refuse entry.",
        notice_days=contact.notice_days,
        refuses_entry=case.said.zones.refuses_entry,
    )
