"""The one session of a request. A request that only asks gets one that cannot write."""

from typing import NoReturn, cast

import sqlalchemy as sa
from flask import Flask, current_app, request
from sqlalchemy.orm import Session, scoped_session

from registry import db
from registry.queries import rounds
from registry.queries.rounds import RoundOverview
from registry.web import keeping
from registry.web.errors import NoSuchPageError
from registry.web.viewing import viewer

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_KEY = "registry.sessions"


def add_sessions(app: Flask, engine: sa.Engine) -> scoped_session[Session]:
    """Open a session for each request, close it after, and return the register of them."""
    sessions = db.scoped_sessions(engine)
    reader = db.read_only(engine)
    app.extensions[_KEY] = sessions

    @app.before_request
    def _open() -> None:
        sessions.remove()
        if request.method in SAFE_METHODS:
            sessions(bind=reader, autoflush=False)

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        sessions.remove()

    return sessions


def session() -> Session:
    """The session of this request."""
    sessions: scoped_session[Session] = current_app.extensions[_KEY]
    return sessions()


def chosen_round(round_id: str | None = None) -> RoundOverview | None:
    """The round named, which has to exist, or else the newest one, if there is any."""
    if round_id:
        return named_round(round_id)
    key = keeping.state_of(session(), viewer(), "newest round")
    # In a tuple: that there is none is kept too.
    return cast(RoundOverview | None, keeping.kept(key, lambda: (rounds.newest_round(session(), viewer()),))[0])


def named_round(round_id: str) -> RoundOverview:
    """The round with this id, which has to exist."""
    return rounds.round_overview(session(), round_id, viewer()) or no_such("round", round_id)


def no_such(kind: str, name: str) -> NoReturn:
    """End the request: there is no such thing."""
    raise NoSuchPageError(kind, name)
