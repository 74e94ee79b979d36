"""Services shared between entries: who offers what, who relies on it, and what breaks if one ends."""

from flask import Blueprint, render_template

from registry.queries import shared_services
from registry.queries.names import party_names
from registry.web.sessions import chosen_round, session

pages = Blueprint("services", __name__)


@pages.get("/services")
def all_services() -> str:
    """Every service, with what follows if it ends."""
    return render_template(
        "services.html",
        round=chosen_round(),
        rows=shared_services.list_services(session()),
        names=party_names(session()),
    )
