"""The own account: password, second factor, recovery codes, sessions."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user

from registry import ambient, db
from registry.services import sign_ins
from registry.web.access.browser_sessions import TOKEN
from registry.web.access.context import access
from registry.web.access.second_factor import is_relaxed
from registry.web.sessions import session

pages = Blueprint("account", __name__)


@pages.get("/account")
@auth_required("session")
def home() -> str:
    """What the person has set up, and how many browsers are signed in."""
    settings = access().settings
    return render_template(
        "account.html",
        person=current_user,
        codes_left=len(current_user.mf_recovery_codes or ()),
        relaxed=is_relaxed(),
        sessions=sign_ins.count_sessions(session(), current_user.id, ambient.now() - access().longest),
        idle_minutes=settings.session_idle_minutes,
        longest_hours=settings.session_hours,
        done=request.args.get("done", ""),
    )


@pages.post("/account/sessions/end")
@auth_required("session")
def end_sessions() -> ResponseReturnValue:
    """Sign the person out of every other browser."""
    sign_ins.end_sessions_of(session(), current_user.id, but=cookie[TOKEN])
    db.commit(session())
    return redirect(url_for("account.home", done="sessions"), code=303)
