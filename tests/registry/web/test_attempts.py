"""Wrong attempts make an address wait, known or not; sessions rest, end and cannot be copied; operators read no names."""

import logging
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_security.utils import hash_password
from passlib.context import CryptContext
from passlib.hash import argon2
from sqlalchemy import select

from registry import accounts, db
from registry.domain.access import LOCK
from registry.domain.sign_ins import BrowserSession, CountedRequests, SignInFailures
from registry.domain.users import User
from registry.services import sign_ins
from registry.web.access.browser_sessions import TOKEN
from registry.web.app import create_app
from tests.registry.tables import new_tables
from tests.registry.web.signing_in import Clock, enter, row, send, sign_in, signed_in
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

ELENA, NOBODY = "elena@example.org", "nobody@example.org"


@pytest.fixture
def clock(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    forget_attempts(filled)
    return Clock(monkeypatch)


def fail(app: Flask, email: str, times: int, at: Clock) -> None:
    """So many wrong attempts, without the hashing."""
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        subject = app.extensions["registry.access"].subject(email)
        for _ in range(times):
            sign_ins.note_failure(session, subject, at.at)


@pytest.mark.parametrize(
    ("failures", "wait"), [(9, 0), (10, 60), (11, 120), (12, 240), (15, 1920), (16, 3600), (99, 3600), (5000, 3600)]
)
def test_the_wait_grows_from_the_tenth_failure_on(failures: int, wait: int) -> None:
    assert LOCK.wait_s(failures) == wait


def test_no_account_takes_more_than_a_hundred_wrong_attempts_in_a_row() -> None:
    assert [LOCK.is_closed(number) for number in (99, 100, 101)] == [False, True, True]


def test_after_ten_wrong_attempts_the_right_password_has_to_wait(filled: Flask, clock: Clock) -> None:
    client = filled.test_client()
    fail(filled, ELENA, 9, clock)
    sign_in(client, ELENA, "not this one at all")
    assert "The address or the password is wrong" in sign_in(client, ELENA).text
    clock.forward(seconds=59)
    assert sign_in(client, ELENA).status_code == 200
    clock.forward(seconds=1)
    assert sign_in(client, ELENA).status_code == 302
    assert row(filled, SignInFailures) is None, "begun anew"


def test_attempts_while_waiting_do_not_lengthen_the_wait(filled: Flask, clock: Clock) -> None:
    fail(filled, ELENA, 10, clock)
    for _ in range(3):
        sign_in(filled.test_client(), ELENA, "not this one at all")
    assert row(filled, SignInFailures).failures == 10


def test_after_a_hundred_only_a_new_password_helps(filled: Flask, clock: Clock) -> None:
    fail(filled, ELENA, 100, clock)
    clock.forward(days=29)
    assert sign_in(filled.test_client(), ELENA).status_code == 200


def test_an_address_without_an_account_waits_with_the_same_words(filled: Flask, clock: Clock) -> None:
    texts = []
    for email in (ELENA, NOBODY):
        fail(filled, email, 10, clock)
        answer = sign_in(filled.test_client(), email, "not this one at all")
        texts.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert texts[0] == texts[1]


@pytest.fixture
def digests_of_the_product(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Digests that cost what they cost in the product, Elena's too, but in one thread; other tests have quick ones."""
    security, engine = filled.extensions["security"], filled.extensions["test.engine"]
    monkeypatch.setattr(security, "pwd_context", CryptContext(schemes=[argon2.using(parallelism=1)]))
    with filled.app_context():
        dear = hash_password(PASSWORD)

    def put(digest: str) -> str:
        with db.unit_of_work(engine) as session:
            user = session.scalars(select(User).where(User.email == ELENA)).one()
            before, user.password = user.password, digest
        return before

    quick = put(dear)
    yield
    put(quick)


@pytest.mark.slow
def test_known_unknown_and_waiting_addresses_take_the_same_time(
    filled: Flask, clock: Clock, digests_of_the_product: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a tenth of the thread's time, in the fastest of 20 attempts each, taken in turns, and nobody sleeps over one.

    Time in which the processor was elsewhere does not count, and what else the machine does can only slow an attempt.
    """
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("an attempt sleeps"))
    fail(filled, "waiting@example.org", 10, clock)
    client, taken = filled.test_client(), {}
    for email in (ELENA, NOBODY, "waiting@example.org") * 20:
        forget = accounts.subject(filled.extensions["registry.access"].settings, email)
        started = time.thread_time()
        sign_in(client, email, "not this one at all")
        taken.setdefault(email, []).append(time.thread_time() - started)
        if not email.startswith("waiting"):
            with db.unit_of_work(filled.extensions["test.engine"]) as session:
                sign_ins.forget_failures(session, forget)
    fastest = [min(times) for times in taken.values()]
    assert max(fastest) / min(fastest) < 1.1, fastest


def test_nothing_kept_of_an_attempt_names_anybody(filled: Flask, clock: Clock) -> None:
    sign_in(filled.test_client(), NOBODY, "not this one at all")
    with db.reading(filled.extensions["test.engine"]) as session:
        kept = [*session.query(SignInFailures), *session.query(CountedRequests)]
        values = [str(value) for found in kept for value in vars(found).values()]
    assert len(kept) >= 2
    assert not any("nobody" in value or "127.0.0.1" in value for value in values)


def test_operators_read_what_happened_and_not_to_whom(
    filled: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "registry.access"):
        fail(filled, ELENA, 9, clock)
        sign_in(filled.test_client(), ELENA, "not this one at all")
        sign_in(filled.test_client(), ELENA)
        clock.forward(seconds=60)
        client = signed_in(filled, ELENA)
        send(client, "/sign-out", form_on="/account")
    told = [dict(record.msg) for record in caplog.records if record.name == "registry.access"]
    [account] = {line.pop("account") for line in told}
    assert re.fullmatch(r"[0-9a-f]{12}", account)
    assert [{name: line[name] for name in line if name not in ("at", "level")} for line in told] == [
        {"event": "locked", "what": "password", "seconds": 60},
        {"event": "refused", "what": "password", "why": "waiting"},
        {"event": "signed-in"},
        {"event": "signed-out"},
    ]
    assert "elena" not in caplog.text.lower()
    assert "127.0.0.1" not in caplog.text


def test_a_session_ends_after_half_an_hour_without_a_request(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    for _ in range(4):
        clock.forward(minutes=29)
        assert client.get("/staff").status_code == 200
    clock.forward(minutes=30)
    answer = client.get("/staff")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/staff")
    assert "nothing was asked for half an hour" in client.get("/sign-in").text


def test_a_session_ends_after_twelve_hours_whatever_is_done(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    for _ in range(35):
        clock.forward(minutes=20)
        assert client.get("/staff").status_code == 200
    clock.forward(minutes=20)
    assert client.get("/staff").status_code == 302
    assert "the day is over" in client.get("/sign-in").text


def test_every_sign_in_has_a_token_of_its_own_that_dies_at_sign_out(filled: Flask, clock: Clock) -> None:
    client = filled.test_client()
    tokens = []
    for _ in range(2):
        assert sign_in(client, ELENA).status_code == 302
        with client.session_transaction() as cookie:
            tokens.append((cookie[TOKEN], cookie.get("csrf_token")))
        copied = client.get_cookie("registry_session")
        assert copied is not None
        send(client, "/sign-out", form_on="/account")
        thief = filled.test_client()
        thief.set_cookie("registry_session", copied.value)
        assert thief.get("/staff").status_code == 302
    assert tokens[0][0] != tokens[1][0]


def test_a_new_password_of_ones_own_ends_all_other_sessions(filled: Flask, clock: Clock) -> None:
    here, there = enter(filled, ELENA), enter(filled, ELENA)
    fields = {"password": PASSWORD, "new_password": "quiet harbour 7 lanterns", "new_password_confirm": ""}
    assert "The two new passwords differ" in send(here, "/account/password", **fields).text
    fields["new_password_confirm"] = fields["new_password"]
    assert send(here, "/account/password", **fields).status_code == 302
    assert (here.get("/staff").status_code, there.get("/staff").status_code) == (200, 302)
    back = {"password": fields["new_password"], "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert send(here, "/account/password", **back).status_code == 302


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("short", "it has 5 characters; give 15 or more"),
        ("passwordpassword123", "what others try first"),
        ("1qaZ2wsX3edC4rfV", "it is on the list of passwords that are known to others; take words of your own"),
        ("x" * 257, "give at most 256"),
        (PASSWORD, "cannot be used"),
    ],
)
def test_a_new_password_that_will_not_do_is_refused_with_the_reason(
    filled: Flask, clock: Clock, new: str, words: str
) -> None:
    client = enter(filled, ELENA)
    page = send(client, "/account/password", password=PASSWORD, new_password=new, new_password_confirm=new).text
    assert words in page or "The present password is wrong" in page
    assert "The password is not changed" in page


def test_one_can_sign_out_everywhere_else(filled: Flask, clock: Clock) -> None:
    here, there = enter(filled, ELENA), enter(filled, ELENA)
    assert "browsers" in here.get("/account").text
    send(here, "/account/sessions/end", form_on="/account")
    assert (here.get("/staff").status_code, there.get("/staff").status_code) == (200, 302)
    assert "with this browser only" in here.get("/account").text


def test_a_token_that_was_made_up_signs_nobody_in(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    with client.session_transaction() as cookie:
        cookie[TOKEN] = "made up"
    assert client.get("/staff").status_code == 302


def test_the_session_is_checked_before_anything_asks_who_it_is(filled: Flask) -> None:
    names = [function.__qualname__ for function in filled.before_request_funcs[None]]
    assert names.index("_check") < min(names.index(name) for name in names if "Principal" in name or "gates" in name)


def test_a_session_belongs_to_one_account(filled: Flask, clock: Clock) -> None:
    client = enter(filled, ELENA)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody-else"
    assert client.get("/staff").status_code == 302


def test_old_sessions_and_counts_are_thrown_away_at_a_sign_in(filled: Flask, clock: Clock) -> None:
    enter(filled, ELENA)
    fail(filled, NOBODY, 1, clock)
    clock.forward(days=31)
    signed_in(filled, ELENA)
    with db.reading(filled.extensions["test.engine"]) as session:
        assert (
            session.query(BrowserSession).filter(BrowserSession.started_at < clock.at - timedelta(days=1)).count() == 0
        )
        assert session.query(SignInFailures).count() == 0


def test_asking_to_be_remembered_changes_nothing(filled: Flask, clock: Clock) -> None:
    client = filled.test_client()
    send(client, "/sign-in", email=ELENA, password=PASSWORD, remember="y")
    assert client.get_cookie("remember_token") is None


def test_a_program_gets_no_token(filled: Flask, clock: Clock) -> None:
    client = filled.test_client()
    answer = client.post(
        "/sign-in?include_auth_token",
        json={"email": ELENA, "password": PASSWORD},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_attempts_are_counted_for_all_processes_together(tmp_path: Path) -> None:
    """Two applications with engines of their own, as two processes have, on one database."""
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    new_tables(url)
    engines = [db.make_engine(url) for _ in range(2)]
    clients = [create_app(settings_for(tmp_path, sign_ins_per_minute=3), engine).test_client() for engine in engines]
    codes = [sign_in(clients[turn % 2], NOBODY, "not this one at all").status_code for turn in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    for engine in engines:
        engine.dispose()
