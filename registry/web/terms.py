"""Agreements: the list of a round, and one with its terms and claims."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from registry.log import reading
from registry.queries import agreements, rounds
from registry.queries.names import party_names
from registry.web import asked
from registry.web.sessions import chosen_round, no_such, session
from registry.web.steps.of_terms import WORDS
from registry.web.steps.things import agreement_thing
from registry.web.viewing import viewer

pages = Blueprint("terms", __name__)
STATES = {
    "proposed": lazy_gettext("Proposed"),
    "in force": lazy_gettext("In force"),
    "ended": lazy_gettext("Ended"),
}


@pages.get("/agreements")
def all_agreements() -> str:
    """The agreements of the newest round, or of the one asked for."""
    listed = rounds.list_rounds(session(), viewer())
    round_id = asked.choice("round", [row.id for row in listed]) or (listed[0].id if listed else "")
    state = asked.choice("state", STATES)
    found = agreements.list_agreements(session(), round_id, claim=asked.text("claim") or None)
    rows = [(row, agreement_thing(row).state) for row in found]
    return render_template(
        "agreements.html",
        round=chosen_round(round_id or None),
        rows=[pair for pair in rows if state in (None, pair[1])],
        rounds=[(row.id, row.name) for row in listed],
        states=STATES,
        asked=request.args,
    )


@pages.get("/agreements/<agreement_id>")
def one_agreement(agreement_id: str) -> str:
    """One agreement whole."""
    found = agreements.find_agreement(session(), agreement_id) or no_such("agreement", agreement_id)
    thing = agreement_thing(found)
    return render_template(
        "agreement.html",
        round=chosen_round(found.round),
        agreement=found,
        thing=thing,
        state_now=thing.state,
        states=STATES,
        kinds=WORDS,
        names=party_names(session()),
        records=reading.records_about(session(), f"agreements/{agreement_id}", viewer()),
    )
