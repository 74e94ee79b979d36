"""Entries: the recorded priorities of use."""

from flask import Blueprint, render_template

from registry.log import reading
from registry.queries import entries, rounds
from registry.queries.names import party_names, person_names, places_by_id
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer
from solver.geometry import footprint

pages = Blueprint("entries", __name__)


@pages.get("/entries")
def all_entries() -> str:
    """Every entry."""
    rows = entries.list_entries(session())
    return render_template(
        "entries.html", round=chosen_round(), rows=rows, places=places_by_id(session()), names=party_names(session())
    )


@pages.get("/entries/<entry_id>")
def one_entry(entry_id: str) -> str:
    """One entry: where, when, its zones and its duties."""
    entry = entries.entry_page(session(), entry_id, viewer()) or no_such("entry", entry_id)
    policy = rounds.policy(session(), entry.row.round)
    middle = footprint(entry.footprint).representative_point()
    return render_template(
        "entry.html",
        entry=entry,
        middle=(middle.x, middle.y),
        round=chosen_round(entry.row.round),
        rules=policy.content if policy else {},
        places=places_by_id(session()),
        names=party_names(session()),
        people=person_names(session(), viewer()),
        records=reading.records_about(session(), f"claims/{entry.row.claim}", viewer()),
    )
