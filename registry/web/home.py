"""Home, and how the procedure works."""

from flask import Blueprint, render_template

from registry.queries import rounds
from registry.web import staff
from registry.web.kept_claims import claims_of
from registry.web.round_steps import steps_of
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer
from solver import zones

pages = Blueprint("home", __name__)
MOST_LINES = 5  # of what waits for the person who is signed in


@pages.get("/")
def home() -> str:
    """Where the newest round stands, in steps and numbers."""
    round_ = chosen_round()
    lines, waiting = staff.nearest(MOST_LINES)
    if round_ is None:
        return render_template("home_empty.html", lines=lines, waiting=waiting)
    listed = claims_of(round_.id).rows
    return render_template(
        "home.html",
        round=round_,
        lines=lines,
        waiting=waiting,
        taken=steps_of(round_),
        served=sum(row.outcome == "allotted" for row in listed),
        unserved=sum(row.outcome == "not allotted" for row in listed),
        others=[other for other in rounds.list_rounds(session(), viewer()) if other.id != round_.id],
    )


@pages.get("/how-it-works")
def how_it_works() -> str:
    """The procedure, what an entry means, and the sizing methods with their standing."""
    return render_template("how_it_works.html", round=chosen_round(), methods=zones.METHODS.values())
