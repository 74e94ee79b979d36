"""Claims: the list with filter, search and order, and one claim whole."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import LazyString, lazy_gettext

from registry.domain.claims import ClaimState
from registry.log import reading
from registry.queries import claims, rounds
from registry.queries.claims import ClaimRow
from registry.queries.drafts import files_of_claim
from registry.queries.names import party_names, places_by_id, region_ids
from registry.queries.offers import list_offers
from registry.web import asked
from registry.web.kept_claims import KeptClaims, claims_of
from registry.web.outcome_words import Narrator
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("claims", __name__)
OUTCOMES = {"allotted": lazy_gettext("Allotted"), "not-allotted": lazy_gettext("Not allotted")}


def _start(row: ClaimRow) -> tuple[bool, int]:
    """Claims without an allotment last."""
    return (True, 0) if row.allotment is None else (False, row.allotment.start_day)


ORDERS: dict[str, tuple[LazyString, Callable[[ClaimRow], Any]]] = {
    "id": (lazy_gettext("Number"), lambda row: row.id),
    "name": (lazy_gettext("Name"), lambda row: row.name.casefold()),
    "received": (lazy_gettext("Date of receipt"), lambda row: row.received_at),
    "party": (lazy_gettext("Party"), lambda row: sorted(row.credit)),
    "state": (lazy_gettext("State"), lambda row: (row.state, row.id)),
    "start": (
        lazy_gettext("Start of the allotment"),
        _start,
    ),
}


@pages.get("/claims")
def all_claims() -> str:
    """The claims of the newest round, or of the one asked for."""
    round_ = chosen_round(asked.text("round") or None)
    if round_ is None:
        return render_template("claims_empty.html")
    found = claims_of(round_.id)
    everything, names = found.rows, found.names
    credited = sorted(found.by_party, key=lambda party: names[party])
    wanted = _wanted(found, credited)
    states = {row.state for row in everything}
    return render_template(
        "claims.html",
        round=round_,
        rows=Pages.of(wanted, asked.whole_number("page", 1)),
        total=len(everything),
        names=names,
        credited_parties=credited,
        places=places_by_id(session()),
        states=[state for state in ClaimState if state in states],
        outcomes=OUTCOMES,
        orders=ORDERS,
        asked=request.args,
    )


def _wanted(claims_: KeptClaims, credited: list[str]) -> list[ClaimRow]:
    state = asked.choice("state", [str(state) for state in ClaimState])
    party = asked.choice("party", credited)
    outcome = asked.choice("outcome", OUTCOMES)
    needle = asked.text("q").casefold()
    order = asked.choice("sort", ORDERS, "id") or "id"
    found = [
        row
        for row in claims_.rows
        if (state is None or row.state == state)
        and (party is None or party in row.credit)
        and (outcome is None or row.outcome == outcome.replace("-", " "))
        and (not needle or needle in claims_.searched[row.id])
    ]
    return sorted(found, key=ORDERS[order][1])


@pages.get("/claims/<claim_id>")
def one_claim(claim_id: str) -> str:
    """One claim whole, with its examination and its outcome or why not."""
    claim = claims.claim_page(session(), claim_id, viewer()) or no_such("claim", claim_id)
    round_ = chosen_round(claim.row.round)
    policy = rounds.policy(session(), claim.row.round)
    rules = policy.content if policy else {}
    narrator = Narrator(session(), claims_of(claim.row.round).by_id, rules)
    return render_template(
        "claim.html",
        claim=claim,
        round=round_,
        rules=rules,
        offers=list_offers(session(), claim=claim_id, viewer=viewer()),
        why_not=narrator.closed(claim.placements, claim.row.reasons),
        places=places_by_id(session()),
        regions=region_ids(session()),
        names=party_names(session()),
        records=reading.records_about(session(), f"claims/{claim_id}", viewer()),
        files=files_of_claim(session(), claim_id, viewer()),
    )
