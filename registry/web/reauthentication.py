"""Steps that need the password again: decisions, and changes of people and keys.

    @pages.post("/rounds/<round_id>/decision")
    @auth_required("session")
    @needs_reauthentication
    def decide(round_id: str) -> ResponseReturnValue: ...

A form that comes within five minutes of the last password goes through. Otherwise the person is asked for the password, and
for a code where the account has a second factor, on a page that carries the form along: nothing typed is lost, and the step
is taken by the same POST. Files are not carried; a step that needs this must not take any.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import current_user, verify_password
from werkzeug.datastructures import MultiDict

from registry import accounts, ambient, db
from registry.domain.access import FRESH
from registry.web.access.attempts import attempt
from registry.web.access.browser_sessions import renew
from registry.web.access.forms import code_passes
from registry.web.sessions import SAFE_METHODS, session

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
PASSWORD, CODE = "again_password", "again_code"
_OWN = frozenset({PASSWORD, CODE, "csrf_token"})


def needs_reauthentication(view: Callable[P, R]) -> Callable[P, R]:
    """Let a form through to `view` only from somebody who gave the password in the last five minutes, or gives it now."""

    @wraps(view)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.method in SAFE_METHODS or is_fresh():
            return view(*args, **kwargs)
        if not current_user.is_authenticated:
            return cast(R, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
        if PASSWORD in request.form and _passes(request.form):
            return view(*args, **kwargs)
        return cast(R, _ask())

    return asked


def is_fresh() -> bool:
    """Whether the person who is signed in gave the password in the last five minutes."""
    last = float(cookie.get("fs_paa", 0))
    return current_user.is_authenticated and 0 <= ambient.now().timestamp() - last < FRESH.total_seconds()


def _passes(form: MultiDict[str, Any]) -> bool:
    """Whether password and code are right; the person counts as fresh from now on."""
    person = current_user._get_current_object()

    def right() -> bool:
        return _has_password(person, form.get(PASSWORD, "")) and code_passes(person, form.get(CODE, ""))

    if not attempt(person.email, "again", right):
        return False
    renew()
    db.commit(session())  # a code that was used is used, whatever becomes of the step
    return True


def _has_password(person: Any, password: str) -> bool:
    return bool(person.password and password) and verify_password(accounts.normal(password), person.password)


def _ask() -> str:
    """The page that asks, with the form in it."""
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]
    return render_template(
        "sign_in_again.html",
        action=request.full_path.rstrip("?"),
        carried=carried,
        names=(PASSWORD, CODE),
        refused=PASSWORD in request.form,
    )
