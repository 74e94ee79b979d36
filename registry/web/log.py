"""What happened when: the records of the log."""

from flask import Blueprint, render_template
from flask_babel import gettext

from registry.log import reading, records
from registry.queries.keys import newest_checkpoint, vkey_in_force
from registry.web import asked
from registry.web.errors import QueryError
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer

pages = Blueprint("log", __name__)
SIZE = 50


@pages.get("/log")
def happenings() -> str:
    """Records in order of their index, a page at a time; the newest page if none is named."""
    size = records.size(session())
    last = max(0, (size - 1) // SIZE * SIZE)
    first = asked.whole_number("first", last)
    if first > last:
        raise QueryError(
            "first",
            gettext("the log has no record %(number)s yet", number=first),
            gettext("Use a number up to %(most)s.", most=max(0, size - 1)),
        )
    page = reading.records_page(session(), first, SIZE, viewer())
    newest = newest_checkpoint(session())
    return render_template(
        "log.html",
        round=chosen_round(),
        page=page,
        first=first,
        step=SIZE,
        checkpoint=newest,
        vkey=vkey_in_force(session()),
    )
