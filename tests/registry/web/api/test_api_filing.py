"""Filing, amending and withdrawing by programs: the receipt, the same request again, and the revision that was seen."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registry import db
from registry.domain.actors import Actor
from registry.domain.requests import RequestInFlight
from registry.log import checkpoints, receipts
from registry.services import idempotency
from registry.web.app import create_app
from tests import factories as make
from tests.registry.web.api.calling import FILE, IND, JPN, TOKENS, bearer, is_problem, sent


def filing(key: str, **changes: Any) -> dict[str, Any]:
    return make.claim_document(key, **changes)


def filed(api: FlaskClient, key: str) -> tuple[str, str]:
    """The number of a new claim, and the ETag of its filing."""
    told = sent(api, FILE, filing(key), f"file {key}".replace(" ", "-")).get_json()
    return told["claim"], told["etag"]


def test_a_filing_is_answered_with_a_receipt_that_holds(site: Flask, api: FlaskClient) -> None:
    answer = sent(api, FILE, filing("received"), "k-received")
    told = answer.get_json()
    assert (answer.status_code, told["revision"], told["received_at"]) == (201, 1, "2027-02-01T10:00:00Z")
    assert answer.headers["Location"] == f"/api/v1/claims/{told['claim']}"
    assert answer.headers["Cache-Control"] == "no-store"
    with db.reading(site.extensions["test.engine"]) as session:
        assert receipts.faults(told["receipt"], checkpoints.log_keys(session)) == ()
    assert receipts.clear_leaf(told["receipt"])["content"]["rows"]["claims"][0]["key"] == "received"
    assert told["receipt"]["subject"] == f"claims/{told['claim']}"


def test_the_same_request_again_gets_the_same_bytes_also_from_another_process(site: Flask, api: FlaskClient) -> None:
    first = sent(api, FILE, filing("again"), "k-again")
    sent(api, FILE, filing("another"), "k-another")  # the log goes on meanwhile
    settings = site.extensions["registry.access"].settings
    other = create_app(settings, site.extensions["test.engine"]).test_client()
    reordered = json.dumps(dict(reversed(filing("again").items())), indent=2).encode()
    for again in (sent(api, FILE, filing("again"), "k-again"), sent(other, FILE, reordered, '"k-again"')):
        assert (again.status_code, again.data) == (201, first.data)
    count = api.get("/api/v1/claims?filed_by=IND", headers=bearer(TOKENS[IND])).get_json()
    assert [row["name"] for row in count["items"]].count("Operation again") <= 1
    assert sum(row["id"] == first.get_json()["claim"] for row in count["items"]) == 1


def test_a_key_that_stands_for_another_request_is_refused_by_name(api: FlaskClient) -> None:
    assert sent(api, FILE, filing("mine"), "k-mine").status_code == 201
    assert is_problem(sent(api, FILE, filing("other"), "k-mine"), "key-reused")
    assert sent(api, FILE, filing("other", party="JPN"), "k-mine", secret=TOKENS[JPN]).status_code == 201


def test_a_refused_request_leaves_its_key_free(api: FlaskClient) -> None:
    assert is_problem(sent(api, FILE, filing("later", purpose=""), "k-later"), "invalid")
    assert sent(api, FILE, filing("later"), "k-later").status_code == 201


def test_the_same_request_while_another_process_is_at_work_on_it_is_refused(site: Flask, api: FlaskClient) -> None:
    engine = site.extensions["test.engine"]
    dev = Actor(IND, "delegate", "IND")
    with db.unit_of_work(engine) as elsewhere:
        assert idempotency.reserve(elsewhere, "k-flight", dev, make.FILED)
    with db.unit_of_work(engine) as elsewhere:
        assert not idempotency.reserve(elsewhere, "k-flight", dev, make.FILED)
    answer = sent(api, FILE, filing("flight"), "k-flight")
    assert is_problem(answer, "in-flight")
    assert answer.headers["Retry-After"] == "1"
    assert sent(api, FILE, filing("flight of another", party="JPN"), "k-flight", secret=TOKENS[JPN]).status_code == 201
    with db.unit_of_work(engine) as elsewhere:
        idempotency.release(elsewhere, "k-flight", dev, make.FILED)
    assert sent(api, FILE, filing("flight"), "k-flight").status_code == 201


@pytest.mark.parametrize("seconds", [-5, 6])
def test_what_a_killed_process_was_at_work_on_is_free_after_five_seconds(
    site: Flask, api: FlaskClient, seconds: int
) -> None:
    at, name = make.FILED + timedelta(seconds=seconds), f"killed-{seconds}"
    with db.unit_of_work(site.extensions["test.engine"]) as elsewhere:
        assert idempotency.reserve(elsewhere, name, Actor(IND, "delegate", "IND"), at)
    assert sent(api, FILE, filing(name), name).status_code == 201


def test_nothing_stays_reserved_whether_a_request_is_answered_or_refused(site: Flask, api: FlaskClient) -> None:
    assert sent(api, FILE, filing("free"), "k-free").status_code == 201
    assert is_problem(sent(api, FILE, filing("unfree", purpose=""), "k-unfree"), "invalid")
    with db.reading(site.extensions["test.engine"]) as session:
        assert session.scalars(sa.select(RequestInFlight)).all() == []


def test_an_amendment_names_the_revision_that_was_seen(api: FlaskClient) -> None:
    claim, tag = filed(api, "amended")
    where = f"/api/v1/claims/{claim}/filing"
    seen = api.get(where, headers=bearer(TOKENS[IND]))
    assert seen.headers["ETag"] == tag
    assert seen.get_json()["key"] == "amended"
    new = filing("amended", purpose="Another purpose.")
    first = sent(api, where, new, "k-amend", method="PUT", headers={"If-Match": tag})
    told = first.get_json()
    assert (first.status_code, told["revision"], first.headers["ETag"]) == (200, 2, told["etag"])
    newer = filing("amended", purpose="Unseen.")
    assert is_problem(sent(api, where, newer, "k-amend-2", method="PUT", headers={"If-Match": tag}), "changed")
    again = sent(api, where, new, "k-amend", method="PUT", headers={"If-Match": tag})
    assert (again.status_code, again.data) == (200, first.data)
    held = api.get(where, headers=bearer(TOKENS[IND]))
    assert (held.get_json()["purpose"], held.headers["ETag"]) == ("Another purpose.", told["etag"])


def test_nothing_is_changed_without_the_headers_that_guard_against_accidents(api: FlaskClient) -> None:
    claim, _ = filed(api, "guarded")
    where = f"/api/v1/claims/{claim}/filing"
    assert is_problem(sent(api, where, filing("guarded"), "k", method="PUT"), "precondition-required")
    answer = api.post(FILE, json=filing("without a key"), headers=bearer(TOKENS[IND]))
    assert is_problem(answer, "precondition-required")
    assert answer.get_json()["faults"][0] == {
        "parameter": "Idempotency-Key", "detail": "Field required", "mend": "add it",
    }  # fmt: skip


def test_a_claim_is_withdrawn_with_a_reason_once(api: FlaskClient) -> None:
    claim, _ = filed(api, "withdrawn")
    where = f"/api/v1/claims/{claim}/withdrawal"
    wrong: tuple[Any, ...] = ({}, {"reason": " "}, {"reason": 5}, {"reason": "x", "more": 1}, [], "x", None)
    for body in wrong:
        assert is_problem(sent(api, where, body, "k-w"), "invalid"), body
    assert sent(api, where, {"reason": "no money"}, "k-w").status_code == 200
    assert is_problem(sent(api, where, {"reason": "no money"}, "k-w-2"), "conflict")
    row = api.get(f"/api/v1/claims/{claim}", headers=bearer(TOKENS[IND])).get_json()
    assert row["state"] == "WITHDRAWN"


def test_all_faults_of_a_filing_are_told_at_their_places(api: FlaskClient) -> None:
    wrong = filing("wrong", purpose="", unknown=1)
    wrong["placements"][0]["phases"][0]["days"] = -1
    answer = sent(api, FILE, wrong, "k-wrong")
    assert is_problem(answer, "invalid")
    faults = {row["pointer"]: row for row in answer.get_json()["faults"]}
    assert {"/purpose", "/unknown", "/placements/0/phases/0/days"} <= set(faults)
    assert all(row["detail"] and row["mend"] for row in faults.values())


def test_what_would_come_of_a_filing_is_told_and_nothing_is_stored(api: FlaskClient) -> None:
    where = f"/api/v1/rounds/{make.ROUND}/precheck"
    before = api.get("/api/v1/log/records?limit=1").get_json()["total"]
    found = api.post(where, json=filing("tried"), headers=bearer(TOKENS[IND])).get_json()
    assert found["faults"] == [] and found["met"] > 0
    refused = api.post(where, json=filing("tried", purpose=""), headers=bearer(TOKENS[IND])).get_json()
    assert [row["pointer"] for row in refused["faults"]] == ["/purpose"]
    assert is_problem(api.post(where, json=filing("tried")), "no-token")
    assert api.get("/api/v1/log/records?limit=1").get_json()["total"] == before


BAD = {
    "nothing": b"",
    "no JSON": b"{",
    "two documents": b"{}{}",
    "a key twice": b'{"key": 1, "key": 2}',
    "NaN": b'{"x": NaN}',
    "infinity": b'{"x": -Infinity}',
    "1e999": b'{"x": 1e999}',
    "a number of 5000 digits": b'{"x": ' + b"9" * 5000 + b"}",
    "beyond 2^53": b'{"x": 9007199254740993}',
    "too deep": b"[" * 100 + b"]" * 100,
    "far too deep": b"[" * 100_000 + b"]" * 100_000,
    "another encoding": '{"x": "é"}'.encode("latin-1"),
    "UTF-16": '{"x": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "half a character": b'{"x": "\\ud800"}',
    "a NUL": b'{"x": ["\\u0000"]}',
    "a NUL in a key": b'{"\\u0000": 1}',
}


@pytest.mark.parametrize("name", BAD)
def test_a_body_that_is_no_usable_json_is_refused(api: FlaskClient, name: str) -> None:
    answer = sent(api, FILE, BAD[name], "k-bad")
    assert is_problem(answer, "not-json"), answer.text
    assert answer.get_json()["faults"][0]["mend"]


def test_a_body_that_is_too_large_or_in_another_form_is_refused(api: FlaskClient) -> None:
    assert is_problem(sent(api, FILE, b" " * 1_000_001, "k"), "too-large")
    headers = bearer(TOKENS[IND]) | {"Idempotency-Key": "k"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        answer = api.post(FILE, data=b"{}", content_type=kind, headers=headers)
        assert is_problem(answer, "unsupported-media-type"), kind
    packed = headers | {"Content-Encoding": "gzip"}
    assert is_problem(api.post(FILE, json={}, headers=packed), "unsupported-media-type")


@pytest.mark.parametrize("key", ["", " ", "x" * 203, "é", "a b"])
def test_a_key_that_cannot_be_kept_is_refused(api: FlaskClient, key: str) -> None:
    answer = sent(api, FILE, filing("unkeyed"), key)
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"
