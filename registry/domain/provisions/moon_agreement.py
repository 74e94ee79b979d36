"""Provisions from the Moon Agreement: for claims credited to its parties, or to all where the profile is strict."""

import math

from registry.domain.provisions.finding import Case, Finding, judged, not_applicable, unsaid
from registry.domain.provisions.passage import passage_faults
from registry.domain.provisions.regard_for_others import named, overlaps_of
from solver import geometry

# Article 5(1) of the Moon Agreement: a mission longer than 60 days reports every 30 days.
LONG_MISSION_DAYS, REPORT_DAYS = 60, 30


def benefit_of_all(case: Case) -> Finding:
    """MA-4: a claim MUST say how it serves all countries and later generations."""
    return judged(
        "MA-4",
        unsaid(statement_on_sharing_benefits=case.said.benefit_sharing),
        "The filing says how all countries and later generations are served.",
        "Please say what others gain from the operation and what is left for later generations.",
        benefit_sharing=case.said.benefit_sharing,
    )


def mission_information(case: Case) -> Finding:
    """MA-5-1: time, purpose, location, orbital parameters and duration MUST be told as soon as possible after launch."""
    object_ = case.said.registration
    return judged(
        "MA-5-1",
        unsaid(
            launch_date=object_.launch_date,
            purpose=case.filing.purpose,
            inclination=object_.orbit.inclination_deg,
            nodal_period=object_.orbit.nodal_period_min,
        ),
        "Time, purpose, locations, orbital parameters and duration are given; the launch confirms them.",
        "Please add what is missing, at the latest as soon as possible after launch.",
        launch_date=object_.launch_date,
        term_days=case.filing.term_days,
    )


def progress_reports(case: Case) -> Finding:
    """MA-5-2: a mission of more than 60 days MUST report its progress every 30 days."""
    longest = max(placement.duration_days for placement in case.filing.placements)
    every = case.said.publication.progress_report_days
    if longest <= LONG_MISSION_DAYS:
        return not_applicable("MA-5-2", f"The operation lasts {longest} days, no more than {LONG_MISSION_DAYS}.")
    faults = unsaid(interval_of_progress_reports=every)
    if every is not None and every > REPORT_DAYS:
        faults.append(f"progress is reported every {every} days, {REPORT_DAYS} are the most")
    return judged(
        "MA-5-2",
        faults,
        f"Progress is reported every {every} days.",
        f"Please report every {REPORT_DAYS} days; beyond six months only significant additions.",
        longest_placement_days=longest,
        progress_report_days=every,
    )


def same_area(case: Case) -> Finding:
    """MA-5-3: a State that learns of plans for the same area MUST tell the other its timing and plans."""
    found = overlaps_of(case)
    return judged(
        "MA-5-3",
        [f"the same area is planned for by {named(found)}"] if found else [],
        "No other claim plans for the same area at the same time.",
        "Please tell the parties of these claims the timing and the plans of the operation.",
        overlaps=[overlap.content() for overlap in found.values()],
    )


def needed_area(case: Case) -> Finding:
    """MA-9-1: a station MUST use only the area that its needs require, and MUST say why; it confirms its use yearly."""
    faults = unsaid(reason_for_the_size_of_the_zones=case.said.zones.reason)
    areas = {}
    for placement in case.filing.placements:
        own_km2 = geometry.footprint(placement.footprint).area / 1e6
        most_km2 = math.pi * max(phase.keep_out_m for phase in placement.phases) ** 2 / 1e6
        areas[str(placement.rank)] = {"footprint_km2": round(own_km2, 3), "largest_zone_km2": round(most_km2, 3)}
        if own_km2 > most_km2:
            faults.append(f"placement {placement.rank} covers {own_km2:.2f} km2, its largest zone only {most_km2:.2f}")
    return judged(
        "MA-9-1",
        faults,
        "The area is no larger than what the operation affects, with a reason; its use is confirmed yearly.",
        "Please reduce the footprint to what the station needs, and give the reason for its size.",
        areas=areas,
    )


def unimpeded_access(case: Case) -> Finding:
    """MA-9-2: stations MUST NOT impede the free access of others."""
    return judged(
        "MA-9-2",
        passage_faults(case),
        "The station leaves the access of others free.",
        "Please say that the ground stays open, and shorten the phase or move the placement where a zone closes a place.",
        open_to_passage=case.said.access.open_to_passage,
    )


def common_heritage(case: Case) -> Finding:
    """MA-11: resources stay common heritage; a claim MUST say how benefits are shared, and which materials it takes."""
    resources = case.said.resources
    faults = unsaid(statement_on_sharing_benefits=case.said.benefit_sharing)
    if resources.extracts:
        faults += unsaid(list_of_materials_to_be_taken=resources.materials)
    return judged(
        "MA-11",
        faults,
        "The filing says how benefits are shared" + (", and what is taken." if resources.extracts else "."),
        "Please say how benefits are shared, with regard to developing countries and to those who contribute, and list "
        "the materials.",
        extracts=resources.extracts,
        materials=[row.material for row in resources.materials],
    )
