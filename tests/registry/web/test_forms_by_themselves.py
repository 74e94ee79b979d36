"""The forms of the sign-in by themselves: what each tries, counts and says, with the library around them replaced."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask import session as cookie

from registry import known_passwords
from registry.web.access import forms
from registry.web.access.browser_sessions import CODE_SINCE
from tests.registry.web.signing_in import Clock

ELENA = "elena@example.org"
PERSON = SimpleNamespace(email=ELENA, name="Elena", password="a digest", tf_totp_secret="sealed")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize(("typed", "kept"), [(" 123 456 ", "123456"), ("AB-12 cd", "ab-12cd"), ("", ""), (None, None)])
def test_codes_are_taken_however_they_are_typed(typed: str | None, kept: str | None) -> None:
    form = SimpleNamespace(code=SimpleNamespace(data=typed))
    forms._trim(form)
    assert form.code.data == kept


def test_a_refused_form_has_one_error_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def attempt(email: str, kind: str, passes: Any, *, slow: bool) -> bool:
        asked.append((email, kind, slow))
        return bool(passes())

    monkeypatch.setattr(forms, "attempt", attempt)
    empty, told = SimpleNamespace(errors={}, form_errors=[]), SimpleNamespace(errors={"code": ["no"]}, form_errors=[])
    assert forms._tried(empty, ELENA, "code", lambda: 1, slow=False)
    assert not forms._tried(empty, ELENA, "password", lambda: "")
    assert not forms._tried(told, ELENA, "password", lambda: None)
    assert asked == [(ELENA, "code", False), (ELENA, "password", True), (ELENA, "password", True)]
    assert (empty.form_errors, told.form_errors) == (["refused"], [])


def field(data: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(data=data, errors=[])


def test_each_form_counts_its_attempts_under_its_own_name(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    tried: list[tuple[Any, ...]] = []
    renewed: list[bool] = []

    def put(form: Any, email: str, kind: str, passes: Any, *, slow: bool = True) -> bool:
        tried.append((email, kind, slow, passes()))
        return kind != "again" or passes()

    kept: dict[str, Any] = {}
    for name, value in (("_tried", put), ("cookie", kept), ("renew", lambda: renewed.append(True))):
        monkeypatch.setattr(forms, name, value)
    for name in ("TwoFactorVerifyCodeForm", "MfRecoveryForm", "LoginForm"):
        monkeypatch.setattr(getattr(forms, name), "validate", lambda _, name=name, **more: (name, more))
    code = SimpleNamespace(code=field(" AB 1 "), is_setup=False, user=PERSON)
    assert forms.CodeForm.validate(code, extra=1)
    assert forms.RecoveryForm.validate(code, extra=2)
    assert code.code.data == "ab1"
    stranger = SimpleNamespace(code=field(), user=None)
    assert not forms.RecoveryForm.validate(stranger)
    entering = SimpleNamespace(email=field(ELENA), password=field("secret"))
    assert forms.SignInForm.validate(entering, extra=3)
    assert kept == {CODE_SINCE: int(clock.at.timestamp())}
    for right in (True, False):
        again = SimpleNamespace(user=PERSON, _passes=lambda right=right, **more: right and more == {"extra": 4})
        assert forms.AgainForm.validate(again, extra=4) is right
    assert renewed == [True]
    assert tried == [
        (ELENA, "code", False, ("TwoFactorVerifyCodeForm", {"extra": 1})),
        (ELENA, "recovery-code", False, ("MfRecoveryForm", {"extra": 2})),
        (ELENA, "password", True, ("LoginForm", {"extra": 3})),
        (ELENA, "again", True, True),
        (ELENA, "again", True, False),
    ]


@pytest.mark.parametrize(("password", "code"), [(True, True), (True, False), (False, True)])
def test_giving_it_again_takes_password_and_code(monkeypatch: pytest.MonkeyPatch, password: bool, code: bool) -> None:
    monkeypatch.setattr(forms.VerifyForm, "validate", lambda _, **more: password and more == {"extra": 1})
    monkeypatch.setattr(forms, "code_passes", lambda user, given: (user, given) == (PERSON, "123") and code)
    form = SimpleNamespace(user=PERSON, code=field("123"))
    assert forms.AgainForm._passes(form, extra=1) is (password and code)


@pytest.mark.parametrize(
    ("waits", "present", "new", "passes", "errors"),
    [
        (False, True, True, True, []),
        (False, True, False, False, []),
        (False, False, True, False, ["wrong"]),
        (True, True, True, False, ["refused"]),
    ],
)
def test_a_new_password_takes_the_present_one_and_only_that_one_counts(
    monkeypatch: pytest.MonkeyPatch, waits: bool, present: bool, new: bool, passes: bool, errors: list[str]
) -> None:
    counted: list[tuple[str, str, bool]] = []

    def attempt(email: str, kind: str, is_right: Any) -> bool:
        right = not waits and is_right()
        counted.append((email, kind, right))
        return right

    def check(form: Any, **more: Any) -> bool:
        form.password.errors = [] if present else ["wrong"]
        return present and new and more == {"extra": 1}

    monkeypatch.setattr(forms, "attempt", attempt)
    monkeypatch.setattr(forms, "current_user", PERSON)
    monkeypatch.setattr(forms.ChangePasswordForm, "validate", check)
    form = SimpleNamespace(password=field())
    assert forms.NewPasswordForm.validate(form, extra=1) is passes
    assert form.password.errors == errors
    assert counted == [(ELENA, "password", present and not waits)]


@pytest.mark.parametrize(
    ("fault", "is_known", "told"),
    [("short", True, ["short"]), (None, True, [known_passwords.KNOWN_TO_OTHERS]), (None, False, None)],
)
def test_a_password_is_tried_by_the_rules_and_by_the_lists(
    monkeypatch: pytest.MonkeyPatch, fault: str | None, is_known: bool, told: list[str] | None
) -> None:
    about: list[tuple[str, ...]] = []
    monkeypatch.setattr(forms, "password_fault", lambda given, who: about.append((given, *who)) or fault)
    monkeypatch.setattr(forms, "access", lambda: SimpleNamespace(settings="settings"))
    monkeypatch.setattr(forms.known_passwords, "is_known", lambda *given: given == ("settings", "pw") and is_known)
    rule = SimpleNamespace(normalize=str.upper)
    assert forms.Passwords.validate(rule, "pw", False, user=PERSON) == (told, "PW")
    forms.Passwords.validate(rule, "pw", True)
    assert about == [("pw", ELENA, "Elena"), ("pw",)]


@pytest.mark.parametrize(("has", "right", "passes"), [(False, False, True), (True, True, True), (True, False, False)])
def test_a_code_is_asked_of_those_who_have_a_second_factor(
    monkeypatch: pytest.MonkeyPatch, has: bool, right: bool, passes: bool
) -> None:
    asked: list[tuple[Any, ...]] = []
    factory = SimpleNamespace(verify_totp=lambda *given: asked.append(given) or right)
    app = SimpleNamespace(
        extensions={"security": SimpleNamespace(totp_factory=factory)},
        config={"SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60},
    )
    monkeypatch.setattr(forms, "has_second_factor", lambda user: user is PERSON and has)
    monkeypatch.setattr(forms, "current_app", app)
    assert forms.code_passes(PERSON, " 12 34 ") is passes
    assert forms.code_passes(PERSON, None) is passes
    assert asked == [("1234", "sealed", PERSON, 60), ("", "sealed", PERSON, 60)] * has


def test_who_signs_in_without_a_word_is_refused_uncounted_and_led_home(filled: Flask, clock: Clock) -> None:
    """With the library around it: an empty field is no attempt; without another address people come to their own page."""
    with filled.test_request_context("/sign-in", method="POST", data={"email": ELENA, "password": ""}):
        form = forms.SignInForm(meta={"csrf": False})
        assert form.next.data == filled.config["SECURITY_POST_LOGIN_VIEW"]
        assert not form.validate()
        assert CODE_SINCE not in cookie
    with filled.test_request_context("/sign-in?next=/claims", method="POST", data={"next": "/claims"}):
        assert forms.SignInForm(meta={"csrf": False}).next.data == "/claims"
