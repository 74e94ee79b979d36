"""Signing in and out."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry import ambient
from registry.web.app import create_app
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

EMAIL = "elena@example.org"


@pytest.fixture
def fresh(filled: Flask) -> FlaskClient:
    """A client of a register that has seen no attempts."""
    forget_attempts(filled)
    return filled.test_client()


@pytest.fixture
def two_processes(filled: Flask, tmp_path: Path) -> tuple[FlaskClient, FlaskClient]:
    """Clients of two applications on one register, with the limit of a real one."""
    forget_attempts(filled)
    engine = filled.extensions["test.engine"]
    one, other = (create_app(settings_for(tmp_path, sign_ins_per_minute=10), engine) for _ in range(2))
    return one.test_client(), other.test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, address: str = "/sign-in"
) -> TestResponse:
    return client.post(address, data={"csrf_token": token(client), "email": email, "password": password})


def test_who_signs_in_comes_to_the_staff_page_and_out_again(fresh: FlaskClient) -> None:
    response = sign_in(fresh)
    assert (response.status_code, response.headers["Location"]) == (302, "/staff")
    assert fresh.get("/claims").headers["Cache-Control"] == "no-store"
    page = fresh.get("/staff").text
    assert "Good day, Elena Duarte" in page
    assert "Registrar" in page
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert csrf
    assert fresh.post("/sign-out", data={"csrf_token": csrf[1]}).headers["Location"] == "/"
    assert fresh.get("/staff").status_code == 302


def test_the_staff_page_sends_strangers_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/staff")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/staff")


def test_a_form_without_the_token_is_refused(fresh: FlaskClient) -> None:
    response = fresh.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert response.status_code == 400
    assert "did not come from this site" in response.text
    assert fresh.get("/staff").status_code == 302


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(fresh: FlaskClient) -> None:
    wrong = sign_in(fresh, password="something else entirely")
    unknown = sign_in(fresh, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 200
    answers = [re.sub(r'value="[^"]*"', "", response.text) for response in (wrong, unknown)]
    assert answers[0] == answers[1]
    assert "The address or the password is wrong" in answers[0]


@pytest.mark.parametrize("email", ["", "x", "<script>", "a@b\x00c", "x" * 5000])
def test_a_nonsense_address_is_refused_like_any_other(fresh: FlaskClient, email: str) -> None:
    response = sign_in(fresh, email=email)
    assert response.status_code == 200
    assert "You are not signed in" in response.text
    assert "<script>" not in response.text


def test_signing_out_needs_a_form_with_its_token(fresh: FlaskClient) -> None:
    sign_in(fresh)
    assert fresh.get("/sign-out").status_code == 405
    assert fresh.post("/sign-out").status_code == 400
    assert fresh.get("/staff").status_code == 200


def test_the_eleventh_attempt_in_a_minute_is_put_off_whichever_process_it_comes_to(
    two_processes: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ambient.now()
    monkeypatch.setattr(ambient, "now", lambda: at)  # eleven slow digests may take longer than a minute elsewhere
    codes = [
        sign_in(two_processes[number % 2], f"nobody{number}@example.org", "wrong wrong wrong").status_code
        for number in range(11)
    ]
    assert codes == [200] * 10 + [429]
    put_off = sign_in(two_processes[0])
    assert put_off.status_code == 429
    assert 50 <= int(put_off.headers["Retry-After"]) <= 60
    assert "Too many attempts" in put_off.text
    monkeypatch.setattr(ambient, "now", lambda: at + timedelta(seconds=60))
    assert sign_in(two_processes[1]).status_code == 302


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(fresh: FlaskClient, target: str) -> None:
    response = sign_in(fresh, address=f"/sign-in?next={target}")
    location = urlsplit(response.headers.get("Location", "/"))
    assert (location.scheme, location.netloc) == ("", "")
    assert location.path.startswith("/")


def test_what_is_shown_before_somebody_is_in_is_kept_nowhere_in_words_of_http(fresh: FlaskClient) -> None:
    assert fresh.get("/sign-in").headers["Cache-Control"] == "private, no-store"
