"""Landing windows asked for, amended and withdrawn by programs, slots answered: under a key, and as they were seen."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM
from registry.domain.requests import RequestInFlight
from registry.services import users
from tests import factories as make
from tests.registry.services import slot_cases
from tests.registry.web.api.calling import IND, JPN, give, is_problem, secret_of, sent

ASK = "/api/v1/claims/C-0001/landing-windows"
NIGHTS: dict[str, Any] = {
    "windows": ["2027-10-11 to 2027-10-12, 22:00 to 03:00"], "preferred": "2027-10-11T23:00:00Z", "azimuths": [350, 20],
}  # fmt: skip
SECRETS = {IND: secret_of("landing"), JPN: secret_of("rival")}


def fill(session: Session) -> None:
    """India's C-0001 with a slot proposed on its first night, and a token each of India and Japan."""
    slot_cases.proposed(session)
    for email, party in ((IND, "IND"), (JPN, "JPN")):
        own = users.Credentials(None, f"of-{party}")
        users.add_user(session, email, party, ["delegate"], SYSTEM, make.RECORDED, party=party, credentials=own)
        give(session, email, SECRETS[email], rules.LANDINGS, days=365)
    give(session, IND, secret_of("filing"), rules.FILE, days=365)


@pytest.fixture(scope="module")
def slotted(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: slot_cases.AT)
        yield make_app(fill, api_writes_per_minute=100_000)


@pytest.fixture
def api(slotted: Flask) -> FlaskClient:
    return slotted.test_client()


def asked(api: FlaskClient, where: str, body: Any, key: str, *, who: str = IND, **headers: str) -> Any:
    return sent(api, where, body, key, secret=SECRETS[who], headers=headers)


def seen(api: FlaskClient, where: str) -> str:
    return str(api.get(where).headers["ETag"])


def test_windows_are_amended_as_they_were_seen_then_withdrawn_and_asked_for_again(api: FlaskClient) -> None:
    first = api.get("/api/v1/landing-windows").get_json()
    assert [(row["id"], row["in_force"]) for row in first["items"]] == [(1, True)]
    assert is_problem(asked(api, ASK, NIGHTS, "w-1"), "precondition-required")
    assert is_problem(asked(api, ASK, NIGHTS, "w-1", **{"If-Match": '"another"'}), "changed")
    tag = seen(api, "/api/v1/landing-windows/1")
    made = asked(api, ASK, NIGHTS, "w-1", **{"If-Match": tag})
    told = made.get_json()
    assert (made.status_code, told["id"], told["url"]) == (201, "2", "/api/v1/landing-windows/2")
    assert told["receipt"]["subject"] == "claims/C-0001"
    assert asked(api, ASK, NIGHTS, "w-1", **{"If-Match": tag}).data == made.data
    assert is_problem(asked(api, ASK, NIGHTS, "w-2", **{"If-Match": tag}), "changed")
    both = api.get("/api/v1/landing-windows?claim=C-0001").get_json()["items"]
    assert [(row["id"], row["supersedes_id"], row["in_force"]) for row in both] == [(1, None, False), (2, 1, True)]
    assert both[1]["windows"][0] == ["2027-10-11T22:00:00Z", "2027-10-12T03:00:00Z"]

    withdrawal = "/api/v1/landing-windows/{}/withdrawal".format
    assert is_problem(asked(api, withdrawal(1), {"reason": "late"}, "w-3"), "conflict")
    assert is_problem(asked(api, withdrawal(2), {"reason": " "}, "w-3"), "invalid")
    gone = asked(api, withdrawal(2), {"reason": "late"}, "w-3")
    assert (gone.status_code, gone.get_json()["id"]) == (200, "2")
    assert api.get("/api/v1/landing-windows?in_force=true").get_json()["total"] == 0
    assert api.get("/api/v1/slots/1").get_json()["state"] in ("WITHDRAWN", "ANOTHER")
    assert is_problem(asked(api, ASK, NIGHTS, "w-4", **{"If-Match": tag}), "changed")
    assert asked(api, ASK, NIGHTS, "w-4").get_json()["id"] == "3"


def test_every_fault_of_what_is_asked_is_told_at_its_place(api: FlaskClient) -> None:
    wrong = {
        "windows": [5], "preferred": "soon", "azimuths": [1], "landed_mass_kg": True, "phase": 7, "more": 1,
    }  # fmt: skip
    answer = asked(api, ASK, wrong, "w-bad")
    assert is_problem(answer, "invalid")
    rows = answer.get_json()["faults"]
    assert {row["pointer"] for row in rows} == {
        "/windows/0", "/preferred", "/azimuths", "/landed_mass_kg", "/phase", "/more",
    }  # fmt: skip
    assert all(row["detail"] and row["mend"] for row in rows)
    nobody = "/api/v1/claims/C-9999/landing-windows"
    assert is_problem(asked(api, nobody, NIGHTS, "w-bad"), "not-found")


@pytest.mark.parametrize(
    "body", [{}, [], "x", None, {"windows": []}, {"windows": ["never"]}, {"windows": ["2027-02-30"]}]
)
def test_windows_that_are_none_are_refused(api: FlaskClient, body: Any) -> None:
    assert is_problem(asked(api, ASK, body, "w-none", **{"If-Match": "*"}), "invalid"), body


def test_windows_and_slots_are_the_own_partys_and_need_their_scope(api: FlaskClient) -> None:
    for where, body in (
        (ASK, NIGHTS),
        ("/api/v1/slots/1/confirmation", {}),
        ("/api/v1/slots/1/another", {"reason": "x"}),
    ):
        assert is_problem(asked(api, where, body, "w-foreign", who=JPN), "not-allowed"), where
        assert is_problem(sent(api, where, body, "w-scope", secret=secret_of("filing")), "insufficient-scope"), where
        assert is_problem(api.post(where, json=body, headers={"Idempotency-Key": "k"}), "no-token"), where


@pytest.fixture
def fresh(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(ambient, "now", lambda: slot_cases.AT)
    return make_app(fill).test_client()


def test_a_slot_is_confirmed_once_and_may_be_given_back(fresh: FlaskClient) -> None:
    assert is_problem(asked(fresh, "/api/v1/slots/1/confirmation", {"really": True}, "s-0"), "invalid")
    first = asked(fresh, "/api/v1/slots/1/confirmation", {}, "s-1")
    assert (first.status_code, first.get_json()["url"]) == (200, "/api/v1/slots/1")
    assert asked(fresh, "/api/v1/slots/1/confirmation", {}, "s-1").data == first.data
    assert is_problem(asked(fresh, "/api/v1/slots/1/confirmation", {}, "s-2"), "conflict")
    assert fresh.get("/api/v1/slots?state=CONFIRMED").get_json()["items"][0]["id"] == 1
    back = asked(fresh, "/api/v1/slots/1/another", {"reason": "the crew sleeps"}, "s-3")
    assert (back.status_code, fresh.get("/api/v1/slots/1").get_json()["reason"]) == (200, "the crew sleeps")
    assert is_problem(asked(fresh, "/api/v1/slots/999/confirmation", {}, "s-4"), "not-found")


def test_a_proposal_is_told_with_the_very_bytes_that_have_its_hashes(api: FlaskClient) -> None:
    [row] = api.get("/api/v1/slot-proposals").get_json()["items"]
    assert (row["number"], row["slots"]) == (1, 1)
    whole = api.get("/api/v1/slot-proposals/1").get_json()
    assert whole["checks"] == ["heading", "S1 to S7"]
    for name in ("instance", "solution"):
        file = api.get(f"/api/v1/slot-proposals/1/{name}")
        assert hashlib.sha256(file.data).hexdigest() == row[f"{name}_sha256"]
    rows = api.get("/api/v1/calendar/rows?what=slot").get_json()["items"]
    assert [row["id"] for row in rows] == ["C-0001/landing/slot"]
    assert api.get("/api/v1/calendar/rows?from_day=2050-01-01").get_json()["total"] == 0


def test_nothing_of_this_is_reserved_for_ever(slotted: Flask) -> None:
    with db.reading(slotted.extensions["test.engine"]) as session:
        assert session.query(RequestInFlight).count() == 0
