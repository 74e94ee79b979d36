"""People of every role on one register, and how they sign in: what the tests of access share."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from passlib.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry import ambient, db
from registry.domain.users import User
from registry.services import sign_ins
from registry.web.access.browser_sessions import SEEN, TOKEN
from tests.registry.web.site import PASSWORD


def token(client: FlaskClient, address: str = "/sign-in") -> str:
    """The token against forged forms that a page has."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, address
    return found[1]


def send(client: FlaskClient, address: str, form_on: str | None = None, **fields: str) -> TestResponse:
    """Send a form with the token of a page (by default the one at the same address)."""
    return client.post(address, data={"csrf_token": token(client, form_on or address), **fields})


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/sign-in", email=email, password=password)


def signed_in(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    answer = sign_in(client, email)
    assert answer.status_code == 302, answer.text
    return client


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.at = ambient.now().replace(microsecond=0)
        patch.setattr(ambient, "now", lambda: self.at)

    def forward(self, **by: int) -> None:
        self.at += timedelta(**by)


def code_for(key: str, at: datetime) -> str:
    """What an authenticator app shows for a key (as the page shows it, in Base32)."""
    return str(TOTP(key=key.replace("-", "").replace(" ", "")).generate(int(at.timestamp())).token)


def set_up_second_factor(client: FlaskClient, clock: Clock) -> str:
    """Go through the pages as a person does; the key that the app now has."""
    page = send(client, "/account/second-factor", setup="authenticator").text
    found = re.search(r'<code class="registry-code">([A-Z2-7-]+)</code>', page)
    assert found, page
    answer = send(client, "/sign-in/code", code=code_for(found[1], clock.at))
    assert answer.headers["Location"] == "/account/recovery-codes", answer.text
    return found[1]


def row(app: Flask, kind: type[Any], **where: object) -> Any:
    """One row of the application's register, detached; None if there is none."""
    with db.reading(app.extensions["test.engine"]) as session:
        found = session.scalars(select(kind).filter_by(**where)).one_or_none()
        session.expunge_all()
        return found


def user(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).one()


CSRF = "a-token-of-this-session-only"


def enter(app: Flask, email: str) -> FlaskClient:
    """A client signed in as a person past the pages and the hashing of passwords, as if just now."""
    made, now = ambient.token(), ambient.now()
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        person = user(session, email)
        sign_ins.begin_session(session, person, made, now)
        uniquifier = person.fs_uniquifier
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie |= {"_user_id": uniquifier, "_fresh": True, "fs_paa": now.timestamp(), "csrf_token": CSRF}
        cookie |= {TOKEN: made, SEEN: int(now.timestamp())}
    return client


def visit(app: Flask) -> FlaskClient:
    """A client of somebody who has not signed in, with a token for forms."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = CSRF
    return client


def form_token(app: Flask) -> str:
    """The token that forms of these clients have to send."""
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    return str(signer.dumps(CSRF))
