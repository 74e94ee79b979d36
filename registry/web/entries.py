"""Entries: the recorded priorities of use, as a list with filter, search and order, and one whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import LazyString, lazy_gettext

from registry.domain.entries import EntryState
from registry.log import reading
from registry.queries import entries, lives, rounds, shared_services
from registry.queries.entries import EntryRow
from registry.queries.names import party_names, person_names, places_by_id
from registry.web import asked
from registry.web.keeping import kept, state_of
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer
from solver.geometry import footprint

pages = Blueprint("entries", __name__)
ORDERS: dict[str, tuple[LazyString, Callable[[EntryRow], Any]]] = {
    "id": (lazy_gettext("Number"), lambda row: row.id),
    "name": (lazy_gettext("Name"), lambda row: (row.name.casefold(), row.id)),
    "party": (lazy_gettext("Party"), lambda row: (sorted(row.credit), row.id)),
    "from": (lazy_gettext("First day"), lambda row: (row.valid_from, row.id)),
    "until": (lazy_gettext("Last day"), lambda row: (row.valid_until, row.id)),
    "state": (lazy_gettext("State"), lambda row: (row.state, row.id)),
}


@dataclass(frozen=True)
class KeptEntries:
    """All entries by id, with the names that lists say; nobody changes a row."""

    rows: tuple[EntryRow, ...]
    names: Mapping[str, str]
    places: Mapping[str, str]

    @cached_property
    def searched(self) -> Mapping[str, str]:
        """What a search looks at, by id, in one case."""
        return {row.id: self._text(row) for row in self.rows}

    @cached_property
    def credited(self) -> list[str]:
        """The parties that are credited in an entry, by name."""
        found = {party for row in self.rows for party in row.credit}
        return sorted(found, key=lambda party: self.names.get(party, party))

    def _text(self, row: EntryRow) -> str:
        credited = (self.names.get(party, "") for party in row.credit)
        place = self.places.get(row.place, "")
        return " ".join(
            [row.id, row.claim, row.name, row.operator, row.place, place, *row.credit, *credited]
        ).casefold()


def _kept() -> KeptEntries:
    """The entries, read once for each state of the log."""

    def read() -> KeptEntries:
        return KeptEntries(entries.list_entries(session()), party_names(session()), places_by_id(session()))

    found: KeptEntries = kept(state_of(session(), viewer(), "entries"), read)
    return found


@pages.get("/entries")
def all_entries() -> str:
    """The entries, or those that fit what the address asks for."""
    everything = _kept()
    rounds_, states = sorted({row.round for row in everything.rows}), {row.state for row in everything.rows}
    return render_template(
        "entries.html",
        round=chosen_round(),
        found=Pages.of(_wanted(everything, rounds_), asked.whole_number("page", 1)),
        total=len(everything.rows),
        places=everything.places,
        names=everything.names,
        credited_parties=everything.credited,
        states=[state for state in EntryState if state in states],
        rounds=rounds_,
        orders=ORDERS,
        asked=request.args,
    )


def _wanted(everything: KeptEntries, rounds_: list[str]) -> list[EntryRow]:
    state = asked.choice("state", [str(state) for state in EntryState])
    party, round_id = asked.choice("party", everything.credited), asked.choice("round", rounds_)
    needle = asked.text("q").casefold()
    order = asked.choice("sort", ORDERS, "id") or "id"
    found = [
        row
        for row in everything.rows
        if state in (None, row.state)
        and (party is None or party in row.credit)
        and round_id in (None, row.round)
        and needle in everything.searched[row.id]
    ]
    return sorted(found, key=ORDERS[order][1])


@pages.get("/entries/<entry_id>")
def one_entry(entry_id: str) -> str:
    """One entry: where, when, its zones and its duties."""
    entry = entries.entry_page(session(), entry_id, viewer()) or no_such("entry", entry_id)
    policy = rounds.policy(session(), entry.row.round)
    history = sorted(entries.list_entries(session(), claim=entry.row.claim), key=lambda row: (len(row.id), row.id))
    middle = footprint(entry.footprint).representative_point()
    return render_template(
        "entry.html",
        entry=entry,
        middle=(middle.x, middle.y),
        round=chosen_round(entry.row.round),
        rules=policy.content if policy else {},
        life=lives.life_page(session(), entry.row.claim),
        sharing=shared_services.sharing_of(session(), entry.row.claim),
        history=history,
        newest=None if history[-1].id == entry_id else history[-1].id,
        filed_by=entry.filed_by,
        places=places_by_id(session()),
        names=party_names(session()),
        people=person_names(session(), viewer()),
        records=reading.records_about(session(), f"claims/{entry.row.claim}", viewer()),
    )
