"""Two proposals or trials of a round side by side."""

from flask import Blueprint, render_template, request
from flask_babel import gettext

from registry.queries import comparisons
from registry.queries.names import party_names
from registry.web import asked, run_words
from registry.web.errors import QueryError
from registry.web.sessions import named_round, session

pages = Blueprint("comparisons", __name__)
# What is told of each side: keys of the solution's measures.
MEASURES = ("points", "worst_off", "parties_at_zero", "gini", "claims_served")


@pages.get("/rounds/<round_id>/comparison")
def comparison(round_id: str) -> str:
    """Who changes, points of each party, and measures of fairness; the two newest where none are named."""
    round_ = named_round(round_id)
    there = comparisons.sides(session(), round_id)
    first, second = _asked([side.id for side in there])
    found = comparisons.compare(session(), round_id, first, second) if first and second else None
    return render_template(
        "comparison.html",
        round=round_,
        sides=there,
        found=found,
        measures=MEASURES,
        names=party_names(session()),
        run_words=run_words,
        asked=request.args,
        chosen=(first, second),
    )


def _asked(there: list[int]) -> tuple[int, int]:
    """The two asked for; the older of the newest two first."""
    newest = [*there[1::-1], 0, 0] if len(there) > 1 else [*there, *there, 0, 0]
    chosen = []
    for field, default in zip(("first", "second"), newest, strict=False):
        number = asked.whole_number(field, default)
        if number not in (0, *there):
            raise QueryError(
                field,
                gettext("there is no proposal or trial %(number)s in this round", number=number),
                gettext("Choose one of the list."),
            )
        chosen.append(number)
    return chosen[0], chosen[1]
