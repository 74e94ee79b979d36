"""Services shared between entries: who offers what, who relies on it, and what breaks if one ends."""

from flask import Blueprint, render_template

from registry.log import reading
from registry.queries import shared_services
from registry.queries.names import party_names
from registry.web.sessions import chosen_round, no_such, session
from registry.web.steps.things import service_thing
from registry.web.viewing import viewer

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


@pages.get("/services/<service_id>")
def one_service(service_id: str) -> str:
    """One service, with who relies on it and what follows if it ends."""
    found = shared_services.find_service(session(), service_id) or no_such("service", service_id)
    return render_template(
        "service.html",
        round=chosen_round(),
        row=found,
        thing=service_thing(found),
        names=party_names(session()),
        records=reading.records_about(session(), f"services/{service_id}", viewer()),
    )
