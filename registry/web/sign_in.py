"""Sign-in for staff: Flask-Security on the registry's own session, users and look."""

from typing import Any

from flask import Flask, Response
from flask import session as browser_session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import Security, SQLAlchemySessionUserDatastore, UserMixin
from sqlalchemy.orm import Session, scoped_session

from registry import accounts, db
from registry.config import Settings
from registry.domain.users import Role, User

SIGN_IN_LIMIT = "10 per minute"


class Account(UserMixin, User):  # type: ignore[misc]  # its own columns are declared with narrower types
    """A user as Flask-Security wants one; the same table and rows."""


class Accounts(SQLAlchemySessionUserDatastore):
    """Flask-Security's own writes go through the request's session and the program's one commit."""

    def commit(self) -> None:
        db.commit(self.db.session)


def add_accounts(app: Flask, settings: Settings, sessions: scoped_session[Session]) -> None:
    """Add the pages for signing in and out."""
    app.config.update(_configuration(settings))
    Security(app, Accounts(sessions, Account, Role))  # type: ignore[arg-type]  # our Role has what it asks for
    app.after_request(_keep_to_yourself)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    sign_in: Any = app.view_functions["security.login"]
    app.view_functions["security.login"] = limiter.limit(SIGN_IN_LIMIT, methods=["POST"])(sign_in)


def _keep_to_yourself(response: Response) -> Response:
    """What a signed-in person sees stays out of every cache, and out of the next person's Back button."""
    if "_user_id" in browser_session:
        response.headers["Cache-Control"] = "no-store"
    return response


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_LENGTH_MIN": accounts.LEAST_LENGTH,
        "SECURITY_TOTP_SECRETS": {"1": settings.totp_secret},
        "SECURITY_TOTP_ISSUER": settings.totp_issuer,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_POST_LOGIN_VIEW": "/staff",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGIN_USER_TEMPLATE": "sign_in.html",
        "SECURITY_VERIFY_URL": "/sign-in/again",
        "SECURITY_VERIFY_TEMPLATE": "sign_in_again.html",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_STATIC_FOLDER": None,
        "RATELIMIT_HEADERS_ENABLED": True,
    }
