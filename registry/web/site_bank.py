"""The site bank: what is owed by whom, the pairs that were offered, and what is kept for others."""

from flask import Blueprint, render_template

from registry.domain.site_bank import BankedSite
from registry.log import reading
from registry.queries import site_bank
from registry.queries.names import party_names, places_by_id
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("bank", __name__)


@pages.get("/bank")
def all_pairs() -> str:
    """All of it."""
    return render_template(
        "bank.html", round=chosen_round(), bank=site_bank.bank(session()), names=party_names(session())
    )


@pages.get("/bank/<site_id>")
def one_pair(site_id: str) -> str:
    """One pair with both sites, their scores and how these came about."""
    row = session().get(BankedSite, site_id) or no_such("pair", site_id)
    return render_template(
        "banked_site.html",
        round=chosen_round(),
        row=row,
        names=party_names(session()),
        places=places_by_id(session()),
        records=reading.records_about(session(), f"bank/{site_id}", viewer()),
    )
