"""The parts of signing in by themselves: counts of requests, who needs a second factor, what is open, what sessions keep."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine

from registry import accounts
from registry.domain.actors import ROLES
from registry.web.access import attempts, gates, limits, second_factor
from registry.web.access.browser_sessions import CODE_SINCE, SEEN, SESSIONLESS, TOKEN, WHY
from registry.web.access.context import Access, access, add_access
from registry.web.access.limits import CountedInDatabase
from registry.web.access.log import said
from tests.registry.web.signing_in import Clock, enter
from tests.registry.web.site import settings_for

ELENA = "elena@example.org"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


# Counts of requests


@pytest.fixture
def counts(tables: Engine, tmp_path: Path) -> Iterator[CountedInDatabase]:
    found = CountedInDatabase(engine=tables, settings=settings_for(tmp_path))
    yield found
    found.reset()


def test_requests_are_counted_in_windows_by_key_and_forgotten(counts: CountedInDatabase, clock: Clock) -> None:
    assert (counts.check(), counts.base_exceptions) == (True, sa.exc.DBAPIError)
    assert [counts.incr("a", 60), counts.incr("a", 60, 3), counts.incr("b", 30)] == [1, 4, 1]
    assert [counts.get("a"), counts.get("b"), counts.get("c")] == [4, 1, 0]
    ends = clock.at.timestamp()
    assert [counts.get_expiry(key) - ends for key in ("a", "b", "c")] == [60, 30, 0]
    clock.forward(seconds=30)
    assert [counts.get("a"), counts.get("b"), counts.incr("b", 60, 2)] == [4, 0, 2]
    counts.clear("a")
    assert [counts.get("a"), counts.get("b")] == [0, 2]
    assert counts.reset() is None
    assert counts.get("b") == 0


def test_a_window_that_is_over_is_thrown_away_at_its_last_instant(counts: CountedInDatabase, clock: Clock) -> None:
    counts.incr("a", 60)
    clock.forward(seconds=59)
    assert counts.incr("a", 60) == 2
    clock.forward(seconds=1)
    assert [counts.get("a"), counts.incr("a", 60)] == [0, 1]


def test_where_requests_came_from_is_not_kept(counts: CountedInDatabase, tmp_path: Path) -> None:
    counts.incr("127.0.0.1", 60)
    with counts.engine.connect() as connection:
        [key] = connection.scalars(sa.text("SELECT key FROM counted_requests"))
    assert key == accounts.subject(settings_for(tmp_path), "limit 127.0.0.1")
    assert settings_for(tmp_path).secret_key not in key


def test_attempts_are_limited_together_and_nothing_else_is(tables: Engine, tmp_path: Path, clock: Clock) -> None:
    app = Flask(__name__)
    for name in ("security.login", "security.verify", "pages.home"):
        app.add_url_rule(f"/{name}", name, lambda: "here", methods=["GET", "POST"])
    limiter = limits.add_limits(app, settings_for(tmp_path, sign_ins_per_minute=3), tables)
    client = app.test_client()
    assert [client.get("/security.login").status_code for _ in range(4)] == [200] * 4
    answers = [client.post(f"/{name}") for name in ("security.login", "security.verify") * 2]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    headers = answers[0].headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("3", "2")
    assert [client.post("/pages.home").status_code for _ in range(4)] == [200] * 4
    clock.forward(seconds=60)
    assert client.post("/security.login").status_code == 200
    limiter.reset()


# What is open, and to whom


def test_what_is_open_and_what_is_limited_is_written_out() -> None:
    first_steps = {"logout", "verify", "change_password", "two_factor_setup", "two_factor_setup_validate"}
    first_steps |= {"two_factor_token_validation"}
    assert {"static", "health.alive", "health.ready", *(f"security.{name}" for name in first_steps)} == gates.OPEN
    guessed = {"login", "two_factor_token_validation", "mf_recovery", "verify", "change_password"}
    assert {f"security.{name}" for name in guessed} == limits.LIMITED
    assert {"health.alive", "health.ready", "static"} == SESSIONLESS
    assert (TOKEN, SEEN, WHY, CODE_SINCE) == ("token", "seen", "ended", "code_since")
    assert CountedInDatabase.STORAGE_SCHEME == ["registry"]


@pytest.mark.parametrize(
    ("asked", "is_illustrative", "needing"),
    [
        ("staff", False, {"registrar", "planner", "council", "administrator"}),
        ("everybody", False, set(ROLES)),
        ("nobody", False, set()),
        ("staff", True, set()),
        ("everybody", True, set()),
    ],
)
def test_who_has_to_have_a_second_factor(
    monkeypatch: pytest.MonkeyPatch, asked: str, is_illustrative: bool, needing: set[str]
) -> None:
    settings = SimpleNamespace(second_factor=asked)
    monkeypatch.setattr(second_factor, "access", lambda: SimpleNamespace(settings=settings))
    monkeypatch.setattr(second_factor, "is_relaxed", lambda: is_illustrative)
    people = {role: SimpleNamespace(roles=[SimpleNamespace(name=role)]) for role in ROLES}
    assert {role for role, person in people.items() if second_factor.is_required(person)} == needing


@pytest.mark.parametrize(
    ("one_time", "required", "has", "target"),
    [
        (True, True, False, "security.change_password"),
        (False, True, False, "security.two_factor_setup"),
        (False, True, True, None),
        (False, False, False, None),
    ],
)
def test_what_has_to_be_done_first(
    monkeypatch: pytest.MonkeyPatch, one_time: bool, required: bool, has: bool, target: str | None
) -> None:
    monkeypatch.setattr(gates, "current_user", SimpleNamespace(id=7))
    monkeypatch.setattr(gates, "session", lambda: "session")
    monkeypatch.setattr(gates.sign_ins, "has_one_time_password", lambda *given: given == ("session", 7) and one_time)
    monkeypatch.setattr(gates, "is_required", lambda _: required)
    monkeypatch.setattr(gates, "has_second_factor", lambda _: has)
    assert gates.first_thing() == target


def test_a_second_factor_is_a_method_and_its_secret() -> None:
    accounts_of = [
        SimpleNamespace(tf_primary_method=method, tf_totp_secret=secret)
        for method in ("authenticator", None)
        for secret in ("x", None)
    ]
    assert [second_factor.has_second_factor(person) for person in accounts_of] == [True, False, False, False]
    assert second_factor.METHOD == "authenticator"


def test_the_picture_of_a_key_is_drawn_into_the_page() -> None:
    codes = second_factor.Codes({"1": "s" * 40}, "Register")
    secret = codes.generate_totp_secret()
    assert codes.get_totp_uri(ELENA, secret).startswith("otpauth://totp/Register:elena@example.org?secret=")
    drawn = codes.generate_qrcode(ELENA, secret)
    assert drawn.startswith("<svg ") and 'xmlns="http://www.w3.org/2000/svg"' in drawn


# What the settings and the log say


def test_settings_are_given_in_hours_and_minutes(tables: Engine, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, session_idle_minutes=7, session_hours=3)
    app = Flask(__name__)
    add_access(app, Access(settings, tables))
    with app.app_context():
        kept = access()
    assert (kept.idle, kept.longest) == (timedelta(minutes=7), timedelta(hours=3))
    assert kept.subject(" Elena@example.org") == accounts.subject(settings, ELENA)
    assert app.extensions["registry.access"] is kept


def test_an_account_is_told_by_twelve_characters(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "registry.access"):
        said("signed-in", "0123456789abcdef", what="password")
    [line] = [dict(record.msg) for record in caplog.records]
    assert {name: line[name] for name in ("event", "account", "what")} == {
        "event": "signed-in", "account": "0123456789ab", "what": "password",
    }  # fmt: skip


class Attempts:
    """An attempt with everything around it replaced: what was looked at, hashed, counted and said."""

    def __init__(self, patch: pytest.MonkeyPatch, is_waiting: bool, wait: int = 0):
        self.done: list[tuple[Any, ...]] = []
        patch.setattr(attempts, "access", lambda: SimpleNamespace(subject=lambda email: f"hash of {email}"))
        patch.setattr(attempts, "session", lambda: "session")
        patch.setattr(attempts, "_keep", lambda: self.done.append(("kept",)))
        patch.setattr(attempts, "hash_password", lambda _: self.done.append(("hashed",)))
        patch.setattr(attempts, "said", lambda *given, **more: self.done.append((*given, more)))
        patch.setattr(attempts.sign_ins, "is_waiting", self.noted("waits", is_waiting))
        patch.setattr(attempts.sign_ins, "note_failure", self.noted("failed", wait))
        patch.setattr(attempts.sign_ins, "forget_failures", self.noted("forgotten", None))

    def noted(self, what: str, answer: Any) -> Any:
        def note(*given: Any) -> Any:
            self.done.append((what, *given))
            return answer

        return note


def test_an_attempt_is_counted_and_said_and_one_that_waits_costs_as_much(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    who, at = "hash of a@b.org", clock.at
    looked = [("kept",), ("waits", "session", who, at)]
    waiting = Attempts(monkeypatch, is_waiting=True)
    assert not attempts.attempt("a@b.org", "password", lambda: pytest.fail("it was tried"))
    assert waiting.done == [*looked, ("hashed",), ("refused", who, {"what": "password", "why": "waiting"})]
    waiting.done.clear()
    assert not attempts.attempt("a@b.org", "code", lambda: True, slow=False)
    assert waiting.done == [*looked, ("refused", who, {"what": "code", "why": "waiting"})]
    for wait, event, more in ((0, "refused", {}), (60, "locked", {"seconds": 60})):
        wrong = Attempts(monkeypatch, is_waiting=False, wait=wait)
        assert not attempts.attempt("a@b.org", "code", lambda: False)
        assert wrong.done == [*looked, ("failed", "session", who, at), (event, who, {"what": "code", **more})]
    right = Attempts(monkeypatch, is_waiting=False)
    assert attempts.attempt("a@b.org", "code", lambda: True)
    attempts.succeeded("a@b.org")
    assert right.done == [*looked, ("forgotten", "session", who)]


# Sessions


def test_when_a_session_was_seen_is_kept_to_half_a_minute(filled: Flask, clock: Clock) -> None:
    client, began = enter(filled, ELENA), int(clock.at.timestamp())
    for seconds, seen in ((29, began), (1, began + 30)):
        clock.forward(seconds=seconds)
        assert client.get("/staff").status_code == 200
        with client.session_transaction() as cookie:
            assert cookie[SEEN] == seen


@pytest.mark.parametrize("lost", [TOKEN, SEEN])
def test_a_session_without_its_token_or_time_is_over(filled: Flask, clock: Clock, lost: str) -> None:
    client = enter(filled, ELENA)
    with client.session_transaction() as cookie:
        del cookie[lost]
    assert client.get("/staff").status_code == 302
    with client.session_transaction() as cookie:
        assert cookie[WHY] == "unknown"
        assert "_user_id" not in cookie


@pytest.mark.parametrize(("since", "is_there"), [(600, True), (601, False), (None, False)])
def test_a_password_waits_ten_minutes_for_its_code(
    filled: Flask, clock: Clock, since: int | None, is_there: bool
) -> None:
    client = filled.test_client()
    with client.session_transaction() as cookie:
        cookie["tf_user_id"] = "somebody"
        if since is not None:
            cookie[CODE_SINCE] = int(clock.at.timestamp()) - since
    answer = client.get("/")
    assert (answer.headers.get("Cache-Control") == "no-store") == is_there
    with client.session_transaction() as cookie:
        assert ("tf_user_id" in cookie) == is_there


def test_what_is_answered_to_everybody_alike_looks_at_no_session(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    with client.session_transaction() as cookie:
        cookie[TOKEN] = "made up"
    with filled.test_request_context():
        addresses = [filled.url_for(f"health.{name}") for name in ("alive", "ready")]
    for address in addresses:
        assert "Set-Cookie" not in client.get(address).headers
    with client.session_transaction() as cookie:
        assert cookie["_user_id"]


def test_a_signed_in_person_s_pages_are_kept_by_no_cache_and_files_are(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert filled.test_client().get("/").headers.get("Cache-Control") != "no-store"
    [style, *_] = [part for part in client.get("/").text.split('"') if part.startswith("/static/") and ".css" in part]
    with client.get(style) as answer:
        assert answer.headers["Cache-Control"] != "no-store"
