"""The session of a browser: a fresh token at every sign-in, over at sign-out, after a rest, or after a day's work.

The cookie is signed by Flask; its token counts only while its hash is in the database, so that a copied cookie ends with the
session. Nothing is written by a request that only asks: when the session was last used stands in the cookie.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, after_this_request, g, request
from flask import session as cookie
from flask_login import AnonymousUserMixin, user_logged_out
from flask_security import password_changed, user_authenticated

from registry import ambient, db
from registry.domain import access as rules
from registry.services import sign_ins
from registry.services.users import note_password
from registry.web.access import attempts
from registry.web.access.context import access
from registry.web.access.log import said
from registry.web.sessions import SAFE_METHODS, session

TOKEN, SEEN, WHY = "token", "seen", "ended"
CODE_SINCE = "code_since"
_GRAIN_S = 30
# What is answered to everybody alike, without asking the database who it is.
SESSIONLESS = frozenset({"health.alive", "health.ready", "static"})


def add_browser_sessions(app: Flask) -> None:
    """Check the session of every request before anything asks who it is."""
    app.before_request(_check)
    app.after_request(_keep_to_yourself)
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_changed.connect(_end_others, app)


def _check() -> None:
    if request.endpoint in SESSIONLESS:
        g._login_user = AnonymousUserMixin()  # as flask_login keeps whom it found
        return
    now = ambient.now()
    if "_user_id" in cookie:
        why = _why_over(now)
        if why is not None:
            cookie.clear()
            g.pop("_login_user", None)  # whoever asked before this check who it is
            cookie[WHY] = why
        elif now.timestamp() - cookie[SEEN] >= _GRAIN_S:
            cookie[SEEN] = int(now.timestamp())
    elif "tf_user_id" in cookie and now - _instant(cookie.get(CODE_SINCE, 0)) > rules.CODE_WITHIN:
        cookie.clear()


def _why_over(now: datetime) -> str | None:
    """Why the session of this cookie is over; read apart, as a request that writes has not begun to."""
    token, seen = cookie.get(TOKEN), cookie.get(SEEN)
    if token is None or seen is None:
        return "unknown"
    with db.reading(access().engine) as reading:
        found = sign_ins.find_session(reading, token, cookie["_user_id"])
        if found is None:
            return "unknown"
        return rules.ended(found.started_at, _instant(seen), now, access().idle, access().longest)


def _begin(_app: Flask, user: Any, **_: object) -> None:
    """A new token, and a new one against forged forms; what was known of the visitor before is forgotten."""
    if TOKEN in cookie:
        sign_ins.end_session(session(), cookie[TOKEN])
    for name in ("csrf_token", CODE_SINCE, WHY):
        cookie.pop(name, None)
    g.pop("csrf_token", None)
    now = ambient.now()
    cookie[TOKEN], cookie[SEEN] = ambient.token(), int(now.timestamp())
    cookie["fs_paa"] = now.timestamp()
    sign_ins.begin_session(session(), user, cookie[TOKEN], now)
    sign_ins.tidy(session(), now, access().longest)
    attempts.succeeded(user.email)
    said("signed-in", access().subject(user.email))


def renew() -> None:
    """A new token for the session of a person who gave the password again; how long it may last stays as it was."""
    cookie[TOKEN], former = ambient.token(), cookie[TOKEN]
    sign_ins.renew_session(session(), former, cookie[TOKEN])
    cookie["fs_paa"] = ambient.now().timestamp()


def _end(_app: Flask, user: Any = None, **_: object) -> None:
    if user is not None and user.is_authenticated:
        said("signed-out", access().subject(user.email))
    if TOKEN in cookie and request.method not in SAFE_METHODS:
        sign_ins.end_session(session(), cookie[TOKEN])
        db.commit(session())
        after_this_request(_forget_here)
    cookie.clear()


def _forget_here(response: Response) -> Response:
    """Let the browser throw away what it kept of the session's pages."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _end_others(_app: Flask, user: Any, **_: object) -> None:
    """A new password ends every other session; the change of the account is recorded."""
    sign_ins.end_sessions_of(session(), user.id, but=cookie.get(TOKEN))
    note_password(session(), user.id, ambient.now())
    said("password-changed", access().subject(user.email))


def _keep_to_yourself(response: Response) -> Response:
    """What a signed-in person sees stays out of every cache, and out of the next person's Back button."""
    if ("_user_id" in cookie or "tf_user_id" in cookie) and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
