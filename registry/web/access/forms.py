"""The forms of the sign-in: Flask-Security's own, each attempt counted for the address."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask import session as cookie
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    MfRecoveryForm,
    PasswordUtil,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    current_user,
)
from wtforms import RadioField, StringField

from registry import ambient, known_passwords
from registry.domain.passwords import password_fault
from registry.web.access.attempts import attempt
from registry.web.access.browser_sessions import CODE_SINCE, renew
from registry.web.access.context import access
from registry.web.access.second_factor import has_second_factor

REFUSED = "refused"  # the page has the words, which are the same whatever was wrong


class SignInForm(LoginForm):
    """Address and password. What was wrong with them is never said."""

    remember = None  # a browser is not remembered past the session

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.next.data = self.next.data or current_app.config["SECURITY_POST_LOGIN_VIEW"]

    def validate(self, **kwargs: Any) -> bool:
        """Whether the two belong together and the address does not wait."""
        if not (self.email.data and self.password.data):
            super().validate(**kwargs)
            return False
        cookie[CODE_SINCE] = int(ambient.now().timestamp())
        return _tried(self, self.email.data, "password", lambda: LoginForm.validate(self, **kwargs))


class CodeForm(TwoFactorVerifyCodeForm):
    """A code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is right and was not used before."""
        _trim(self)
        if self.is_setup or self.user is None:
            return bool(super().validate(**kwargs))
        check = TwoFactorVerifyCodeForm.validate
        return _tried(self, self.user.email, "code", lambda: check(self, **kwargs), slow=False)


class SetUpForm(TwoFactorSetupForm):
    """Which second factor; there is one kind, so that nobody is asked."""

    setup = StringField()


class RescueForm(TwoFactorRescueForm):
    """What Flask-Security wants beside the page for codes; ours has a link instead."""

    help_setup = RadioField(choices=[])


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes, instead of a code of the app."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is one of those not used yet."""
        _trim(self)
        if self.user is None:
            return False
        check = MfRecoveryForm.validate
        return _tried(self, self.user.email, "recovery-code", lambda: check(self, **kwargs), slow=False)


class AgainForm(VerifyForm):
    """The password once more, and a code where the account has a second factor."""

    code = StringField()

    def validate(self, **kwargs: Any) -> bool:
        """Whether the person is still the one who signed in."""
        passes = _tried(self, self.user.email, "again", lambda: self._passes(**kwargs))
        if passes:
            renew()
        return passes

    def _passes(self, **kwargs: Any) -> bool:
        # The library cannot compare with a password that is not there.
        return bool(self.user.password and VerifyForm.validate(self, **kwargs)) and code_passes(
            self.user, self.code.data
        )


class NewPasswordForm(ChangePasswordForm):
    """A new password, with the present one."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the present password is right and the new one will do; only a wrong present one counts."""
        check = ChangePasswordForm.validate
        passed: list[bool] = []

        def present_is_right() -> bool:
            passed.append(bool(check(self, **kwargs)))
            return not self.password.errors

        known = attempt(current_user.email, "password", present_is_right)
        if not known and not self.password.errors:
            self.password.errors = [REFUSED]
        return known and passed == [True]


class Passwords(PasswordUtil):
    """The register's own rule for passwords, in one place for pages and commands."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """The fault, if there is one, and the password in the form in which it is hashed."""
        user = kwargs.get("user")
        about = (user.email, user.name) if user is not None else ()
        fault = password_fault(password, about)
        if fault is None and known_passwords.is_known(access().settings, password):
            fault = known_passwords.KNOWN_TO_OTHERS
        return ([fault] if fault else None), self.normalize(password)


def code_passes(user: Any, code: str | None) -> bool:
    """Whether a code is right for an account; an account without a second factor needs none."""
    if not has_second_factor(user):
        return True
    security = current_app.extensions["security"]
    window = current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
    written = "".join((code or "").split())
    return bool(security.totp_factory.verify_totp(written, user.tf_totp_secret, user, window))


def _tried(form: Any, email: str, kind: str, passes: Callable[[], object], *, slow: bool = True) -> bool:
    """Whether the attempt passes; a refused form has an error that says nothing."""
    if attempt(email, kind, lambda: bool(passes()), slow=slow):
        return True
    if not form.errors:
        form.form_errors.append(REFUSED)
    return False


def _trim(form: Any) -> None:
    """Codes are typed with blanks, and recovery codes in capitals."""
    if form.code.data:
        form.code.data = "".join(form.code.data.split()).lower()
