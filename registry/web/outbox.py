"""The outbox: every notice with what came of its delivery, for those who send and who audit."""

from flask import Blueprint, render_template, request
from flask_security import auth_required, roles_accepted

from registry.domain.notices import NoticeState
from registry.queries.offers import NoticeView, list_notices
from registry.web import asked
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer
from registry.web.words import WORDS

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
@auth_required("session")
@roles_accepted("registrar", "administrator", "auditor")
def all_of_them() -> str:
    """The notices, the newest first, to be searched and filtered."""
    rows = list_notices(session(), viewer=viewer())
    addressees = sorted({row.addressee for row in rows})
    state, to = asked.choice("state", [str(name) for name in NoticeState]), asked.choice("to", addressees)
    needle = asked.text("q").casefold()
    found = [
        row
        for row in reversed(rows)
        if state in (None, row.state) and to in (None, row.addressee) and needle in _searched(row)
    ]
    return render_template(
        "outbox.html",
        round=chosen_round(),
        found=Pages.of(found, asked.whole_number("page", 1)),
        addressees=[(name, WORDS["addressee"](name)) for name in addressees],
        asked=request.args,
    )


def _searched(row: NoticeView) -> str:
    return f"{row.id} {row.kind} {row.subject} {row.heading} {row.text}".casefold()
