"""What a person has to do before anything else: change a one-time password, set up the second factor."""

from flask import Flask, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import current_user

from registry.services import sign_ins
from registry.web.access.second_factor import has_second_factor, is_required
from registry.web.sessions import session

# What is open to somebody who still has to do one of them.
OPEN = frozenset(
    {
        "static",
        "health.alive",
        "health.ready",
        "security.logout",
        "security.verify",
        "security.change_password",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.two_factor_token_validation",
    }
)


def add_gates(app: Flask) -> None:
    """Lead whoever has something to do first to the page where it is done."""

    @app.before_request
    def _lead() -> ResponseReturnValue | None:
        if "_user_id" not in cookie or request.endpoint is None or request.endpoint in OPEN:
            return None
        if not current_user.is_authenticated:
            return None
        target = first_thing()
        return redirect(url_for(target), code=303) if target else None

    @app.context_processor
    def _tell() -> dict[str, object]:
        return {"has_second_factor": has_second_factor, "has_one_time_password": _has_one_time_password}


def first_thing() -> str | None:
    """The page that the person who is signed in has to see first, if there is one."""
    if _has_one_time_password():
        return "security.change_password"
    if is_required(current_user) and not has_second_factor(current_user):
        return "security.two_factor_setup"
    return None


def _has_one_time_password() -> bool:
    return sign_ins.has_one_time_password(session(), current_user.id)
