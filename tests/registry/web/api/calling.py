"""An open round with two delegates and a registrar, each with a token, and how programs call."""

import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry import db
from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM
from registry.services import tokens
from tests import factories as make
from tests.registry.web.conftest import add_registrar
from tests.registry.web.filing_site import IND, JPN, fill_with_delegates

REGISTRAR = "elena@example.org"
EVERYTHING = (rules.FILE, rules.AMEND, rules.WITHDRAW, rules.LANDINGS, rules.BANK, rules.READ_OWN)
FILE = f"/api/v1/rounds/{make.ROUND}/claims"


def secret_of(name: str) -> str:
    """A token that a test can write down."""
    return f"lsr_{name:x<43}"


TOKENS = {IND: secret_of("ind"), JPN: secret_of("jpn"), REGISTRAR: secret_of("registrar")}


def fill_with_tokens(session: Session) -> None:
    """The round of the tests of filing, and a token with all scopes for each person."""
    fill_with_delegates(session)
    add_registrar(session)
    for email, secret in TOKENS.items():
        scopes = (rules.READ_REGISTER,) if email == REGISTRAR else EVERYTHING
        give(session, email, secret, *scopes)


def give(session: Session, email: str, secret: str, *scopes: str, days: int = 300) -> int:
    """A token for a person; its number."""
    wanted = tokens.Wanted("a program", scopes, days)
    made = tokens.make(session, email, wanted, secret, SYSTEM, make.ANNOUNCED)
    session.flush()
    return made.id


def given(app: Flask, email: str, name: str, *scopes: str, days: int = 300) -> str:
    """The same in a register that is there; the token."""
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        give(session, email, secret_of(name), *scopes, days=days)
    return secret_of(name)


def bearer(secret: str, **more: str) -> dict[str, str]:
    """The headers of a caller; If_Match stands for If-Match."""
    return {"Authorization": f"Bearer {secret}", **{name.replace("_", "-"): value for name, value in more.items()}}


def sent(
    client: FlaskClient, where: str, body: Any, key: str, *, secret: str = TOKENS[IND], **more: Any
) -> TestResponse:
    """A change asked for under a key; bytes are sent as they are."""
    method, headers = more.pop("method", "POST"), more.pop("headers", {})
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kept = {**bearer(secret), "Idempotency-Key": key, **headers}
    return client.open(where, method=method, data=data, content_type="application/json", headers=kept)


def is_problem(answer: TestResponse, name: str) -> bool:
    """Whether an answer is a problem document of a type, with its status."""
    told = answer.get_json() if answer.mimetype == "application/problem+json" else {}
    return told.get("type") == f"/api#{name}" and told["status"] == answer.status_code and bool(told["detail"])
