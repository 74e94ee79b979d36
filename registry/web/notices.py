"""Notices to everybody: a page, one address each, and an Atom feed to follow them with."""

import hashlib

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select

from registry.log.records import Record
from registry.queries.public_notices import PublicNotice, list_public_notices, public_notice
from registry.web import asked, atom
from registry.web.atom import Feed, FeedEntry
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, no_such, session

pages = Blueprint("notices", __name__)
IN_FEED = 100
ROWS_FOR_FEED = 2 * IN_FEED  # the same words can go to the Secretary-General and to all parties
_MOST = 2**31 - 1


@pages.get("/notices")
def all_notices() -> str:
    """What the agency has told everybody, the newest first."""
    rows = Pages.of(list_public_notices(session()), asked.whole_number("page", 1))
    return render_template("notices.html", round=chosen_round(), rows=rows)


@pages.get("/notices/<int:notice_id>")
def one_notice(notice_id: int) -> str:
    """One notice to everybody, in its words."""
    found = public_notice(session(), notice_id) if notice_id <= _MOST else None
    if found is None:
        no_such("notice", str(notice_id))
    return render_template("notice.html", round=chosen_round(), notice=found)


@pages.get("/notices.atom")
def feed() -> Response:
    """The newest notices to everybody as an Atom feed."""
    entries = [_entry(row) for row in list_public_notices(session(), ROWS_FOR_FEED)[:IN_FEED]]
    first = session().scalar(select(Record.leaf_hash).where(Record.index == 0))
    content = atom.written(
        Feed(
            log="" if first is None else first.hex(),
            title=gettext("Lunar Site Registry: notices"),
            author="Lunar Site Registry",
            self_href=url_for("notices.feed"),
            page_href=url_for("notices.all_notices"),
            entries=entries,
        )
    )
    response = Response(content, content_type=f"{atom.TYPE}; charset=utf-8")
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _entry(row: PublicNotice) -> FeedEntry:
    href = url_for("notices.one_notice", notice_id=row.id)
    return FeedEntry(f"notices/{row.id}", row.heading, row.text, row.created_at, href)
