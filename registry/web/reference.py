"""What examination and zones rest on: provisions and protected places."""

from flask import Blueprint, render_template

from registry.queries import places, provisions
from registry.web.sessions import chosen_round, session

pages = Blueprint("reference", __name__)


@pages.get("/provisions")
def all_provisions() -> str:
    """Every provision with its source and standing, and the profiles that group them."""
    return render_template(
        "provisions.html",
        round=chosen_round(),
        rows=provisions.list_provisions(session()),
        profiles=provisions.list_profiles(session()),
    )


@pages.get("/protected-places")
def protected_places() -> str:
    """Every protected place, with what is uncertain about it."""
    return render_template("protected_places.html", round=chosen_round(), rows=places.protected_places(session()))
