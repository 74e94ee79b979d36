"""Sign-in: Flask-Security on the registry's own session, users and look; the parts of our own are in `access/`."""

from collections.abc import Callable
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import Flask, abort, current_app, redirect, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_security import (
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    current_user,
    tf_code_confirmed,
    tf_disabled,
    tf_profile_changed,
)
from sqlalchemy.orm import Session, scoped_session

from registry import accounts, ambient, db
from registry.config import Settings
from registry.domain import access as rules
from registry.domain.users import Role, User
from registry.services.users import note_second_factor
from registry.web.access import forms
from registry.web.access.browser_sessions import add_browser_sessions
from registry.web.access.context import Access, access, add_access
from registry.web.access.gates import add_gates
from registry.web.access.limits import add_limits
from registry.web.access.log import said
from registry.web.access.recovery_codes import RecoveryCodes
from registry.web.access.second_factor import METHOD, Codes, is_required
from registry.web.sessions import session

# Pages of Flask-Security that only make sense with mail or with several kinds of second factor.
CLOSED = ("security.two_factor_rescue", "security.tf_select", "security.two_factor_setup_validate")


class Account(UserMixin, User):  # type: ignore[misc]  # its own columns are declared with narrower types
    """A user as Flask-Security wants one; the same table and rows."""

    def check_tf_required_setup(self) -> bool:
        """Whether the second factor may not be given up."""
        return is_required(self)


class Accounts(SQLAlchemySessionUserDatastore):
    """Flask-Security's own writes go through the request's session and the program's one commit."""

    def commit(self) -> None:
        db.commit(self.db.session)

    def tf_set(self, user: Any, primary_method: str, totp_secret: str | None = None, phone: str | None = None) -> None:
        """Keep a second factor, its key as it is kept now."""
        codes: Codes = current_app.extensions["security"].totp_factory
        super().tf_set(user, primary_method, codes.kept(totp_secret), phone)


def add_accounts(app: Flask, settings: Settings, sessions: scoped_session[Session], engine: sa.Engine) -> Limiter:
    """Add the pages for signing in and out, and all that guards them; the limiter counts for others too."""
    app.config.update(_configuration(settings))
    add_access(app, Access(settings, engine))
    limiter = add_limits(app, settings, engine)
    add_browser_sessions(app)  # before Security, which asks at every request who it is
    security = Security(
        app,
        Accounts(sessions, Account, Role),  # type: ignore[arg-type]  # our Role has what it asks for
        login_form=forms.SignInForm,
        verify_form=forms.AgainForm,
        change_password_form=forms.NewPasswordForm,
        two_factor_setup_form=forms.SetUpForm,
        two_factor_verify_code_form=forms.CodeForm,
        two_factor_rescue_form=forms.RescueForm,
        mf_recovery_form=forms.RecoveryForm,
        password_util_cls=forms.Passwords,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    security.want_json(lambda _request: False)  # these are pages for people: no tokens, no answers for programs
    code: Any = app.view_functions["security.two_factor_token_validation"]
    app.view_functions["security.two_factor_token_validation"] = _code_page(code)
    for endpoint in CLOSED:
        app.view_functions[endpoint] = _closed
    add_gates(app)
    for signal in (tf_profile_changed, tf_code_confirmed, tf_disabled):
        signal.connect(_second_factor_changed, app)
    return limiter


def _code_page(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """The page for codes, which would sign out whoever opens it without having asked for a new key."""

    def page() -> ResponseReturnValue:
        if current_user.is_authenticated and cookie.get("tf_state") != "validating_profile":
            return redirect(url_for("account.home"), code=303)
        return view()

    return page


def _closed(**_: object) -> NoReturn:
    abort(404)


def _second_factor_changed(_app: Flask, user: Any, **_: object) -> None:
    session().flush()
    note_second_factor(session(), user.id, ambient.now())
    said("second-factor-changed", access().subject(user.email))


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_LENGTH_MIN": rules.LEAST_PASSWORD,
        "SECURITY_PASSWORD_NORMALIZE_FORM": accounts.NORMAL_FORM,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CACHE_CONTROL": {
            "private": None,
            "no-store": None,
        },  # True would be written out, and is no word of HTTP
        "SECURITY_FRESHNESS": rules.FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": rules.FRESH * 0,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_STATIC_FOLDER": None,
        **_SIGN_IN,
        **_PASSWORD,
        **_SECOND_FACTOR,
        "SECURITY_TOTP_SECRETS": {str(n): secret for n, secret in enumerate(reversed(settings.totp_secrets), start=1)},
        "SECURITY_TOTP_ISSUER": settings.totp_issuer,
    }


_SIGN_IN = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGIN_USER_TEMPLATE": "sign_in.html",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_POST_LOGIN_VIEW": "/staff",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_VERIFY_URL": "/sign-in/again",
    "SECURITY_VERIFY_TEMPLATE": "sign_in_again.html",
    "SECURITY_POST_VERIFY_VIEW": "/account",
}
_PASSWORD = {
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/account/password",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "change_password.html",
    "SECURITY_POST_CHANGE_VIEW": "/account?done=password",
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
}
_SECOND_FACTOR = {
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_REQUIRED": False,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": [METHOD],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/account/second-factor",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "second_factor.html",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account/recovery-codes",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "sign_in_code.html",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/select",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": rules.RECOVERY_CODES,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "recovery_codes.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "sign_in_recovery.html",
}
