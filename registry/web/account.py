"""The own account: password, second factor, recovery codes, sessions."""

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user

from registry import ambient, db
from registry.domain.users import User
from registry.services import own_data as own
from registry.services import sign_ins
from registry.web.access.browser_sessions import TOKEN
from registry.web.access.context import access
from registry.web.access.log import said
from registry.web.access.second_factor import is_relaxed
from registry.web.reauthentication import needs_reauthentication
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
        sessions=sign_ins.begun_at(session(), current_user.id, ambient.now() - access().longest),
        idle_minutes=settings.session_idle_minutes,
        longest_hours=settings.session_hours,
        done=request.args.get("done", ""),
    )


@pages.post("/account/data")
@auth_required("session")
@needs_reauthentication
def own_data() -> ResponseReturnValue:
    """Everything that the register holds about the person, as a file to be kept."""
    user = session().get_one(User, current_user.id)
    found = own.own_data(session(), user, ambient.now())
    said("data-told", access().subject(user.email))
    answer = Response(f"{json.dumps(found, indent=1, ensure_ascii=False)}\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{user.id}.json"'
    return answer


@pages.post("/account/sessions/end")
@auth_required("session")
@needs_reauthentication
def end_sessions() -> ResponseReturnValue:
    """Sign the person out of every other browser."""
    sign_ins.end_sessions_of(session(), current_user.id, but=cookie[TOKEN])
    db.commit(session())
    return redirect(url_for("account.home", done="sessions"), code=303)
