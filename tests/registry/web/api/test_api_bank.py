"""The site bank by programs: what is owed, a pair offered under a key, and what of it stands on the ground."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import ambient
from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories as make
from tests.registry.services import bank_cases
from tests.registry.web.api.calling import IND, JPN, give, is_problem, secret_of, sent

OFFER = "/api/v1/claims/C-0003/second-site"


def fill(session: Session) -> None:
    """India owes a second site for C-0003."""
    bank_cases.owing(session)
    for email, party in ((IND, "IND"), (JPN, "JPN")):
        own = users.Credentials(None, f"of-{party}")
        users.add_user(session, email, party, ["delegate"], SYSTEM, make.RECORDED, party=party, credentials=own)
        give(session, email, secret_of(f"bank{party}"), rules.BANK, days=365)


@pytest.fixture
def bank(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(ambient, "now", lambda: bank_cases.OFFERED)
    return make_app(fill).test_client()


def test_what_is_owed_is_offered_once_and_both_sites_are_on_the_ground(bank: FlaskClient) -> None:
    [owed] = bank.get("/api/v1/bank/owed?party=IND").get_json()["items"]
    assert (owed["claim"], owed["is_overdue"]) == ("C-0003", False)
    secret = secret_of("bankIND")
    wrong = sent(bank, OFFER, {"second": {}, "source": "", "more": 1}, "b-0", secret=secret)
    assert is_problem(wrong, "invalid")
    assert {"/source", "/more", "/second/place", "/measures"} <= {row["pointer"] for row in wrong.get_json()["faults"]}
    assert is_problem(sent(bank, OFFER, bank_cases.pair(), "b-0", secret=secret_of("bankJPN")), "not-allowed")
    made = sent(bank, OFFER, bank_cases.pair(), "b-1", secret=secret)
    told = made.get_json()
    assert (made.status_code, told["id"], made.headers["Location"]) == (201, "B-0001", "/api/v1/bank/pairs/B-0001")
    assert told["receipt"]["subject"] == "bank/B-0001"
    assert sent(bank, OFFER, bank_cases.pair(), "b-1", secret=secret).data == made.data
    assert is_problem(sent(bank, OFFER, bank_cases.pair(), "b-2", secret=secret), "conflict")

    pair = bank.get("/api/v1/bank/pairs/B-0001")
    assert (pair.get_json()["state"], pair.get_json()["second_score"]) == ("OFFERED", 63.65)
    assert bank.get("/api/v1/bank/pairs/B-0001", headers={"If-None-Match": pair.headers["ETag"]}).status_code == 304
    assert bank.get("/api/v1/bank/pairs?state=BANKED").get_json()["total"] == 0
    assert bank.get("/api/v1/bank/owed").get_json()["total"] == 0
    assert is_problem(bank.get("/api/v1/bank/pairs?state=KEPT"), "invalid")
    assert is_problem(bank.get("/api/v1/bank/pairs/B-9999"), "not-found")
    sites = bank.get("/api/v1/collections/bank/items").get_json()["features"]
    assert [(row["id"], row["properties"]["is_kept"]) for row in sites] == [
        ("B-0001.first", False), ("B-0001.second", False),
    ]  # fmt: skip
    metres = {"crs": "http://www.opengis.net/def/crs/IAU/2015/30135"}
    second = bank.get("/api/v1/collections/bank/items/B-0001.second", query_string=metres).get_json()
    assert second["geometry"]["coordinates"] == [9000, 14000]
