"""Reading by programs: pages by keys, what is unchanged, forms of answers, and refusals as problem documents."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.registry.web.api.calling import is_problem


def test_a_long_list_comes_in_pages_that_together_are_the_whole(api: FlaskClient) -> None:
    whole = api.get("/api/v1/provisions?limit=1000").get_json()
    assert whole["next"] is None
    found, address = [], "/api/v1/provisions?limit=7"
    while address:
        answer = api.get(address)
        told = answer.get_json()
        assert told["total"] == whole["total"] == len(whole["items"]) > 14
        assert len(told["items"]) <= 7
        assert answer.headers.get("Link") == (f'<{told["next"]}>; rel="next"' if told["next"] else None)
        found += told["items"]
        address = told["next"]
    assert found == whole["items"]


def test_a_page_holds_what_follows_an_id_whether_the_id_is_there_or_not(api: FlaskClient) -> None:
    ids = [row["id"] for row in api.get("/api/v1/parties").get_json()["items"]]
    after = [row["id"] for row in api.get("/api/v1/parties?after=IMAGINARY").get_json()["items"]]
    assert after == [name for name in ids if name > "IMAGINARY"]
    assert "IND" in after and "CHE" not in after


def test_what_is_unchanged_is_not_sent_again(api: FlaskClient) -> None:
    first = api.get("/api/v1/parties")
    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = api.get("/api/v1/parties", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert api.get("/api/v1/parties?limit=1", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_head_is_get_without_the_body_and_options_names_the_methods(api: FlaskClient) -> None:
    get, head = api.get("/api/v1/parties"), api.head("/api/v1/parties")
    assert head.data == b""
    same = ("ETag", "Content-Type", "Content-Length", "Cache-Control")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]
    options = api.options("/api/v1/claims/C-0001/filing")
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert "Content-Type" not in options.headers


@pytest.mark.parametrize(
    ("method", "address", "problem"),
    [
        ("GET", "/api/v1/nothing", "not-found"),
        ("GET", "/api/v2/claims", "not-found"),
        ("POST", "/api/v1/nothing", "not-found"),
        ("GET", "/api/v1/claims/C-9999", "not-found"),
        ("GET", "/api/v1/claims/C-9999%00", "not-found"),
        ("GET", "/api/v1/claims/" + "x" * 3000, "not-found"),
        ("GET", "/api/v1/notices/x", "not-found"),
        ("GET", "/api/v1/notices/99999999999999999999", "not-found"),
        ("GET", "/api/v1/log/records/2147483648", "not-found"),
        ("GET", "/api/v1/log/consistency?old=5&size=3", "not-found"),
        ("GET", "/api/v1/log/consistency?old=99999", "not-found"),
        ("GET", "/api/v1/claims?limit=0", "invalid"),
        ("GET", "/api/v1/claims?limit=1001", "invalid"),
        ("GET", "/api/v1/claims?limit=ten", "invalid"),
        ("GET", "/api/v1/claims?limit=1e2", "invalid"),
        ("GET", "/api/v1/claims?state=OPEN", "invalid"),
        ("GET", "/api/v1/claims?colour=red", "invalid"),
        ("GET", "/api/v1/claims?after=%00", "bad-request"),
        ("GET", "/api/v1/claims?round=1999-9", "not-found"),
        ("GET", "/api/v1/parties?day=2027-02-30", "invalid"),
        ("GET", "/api/v1/collections/nothing/items", "not-found"),
        ("GET", "/api/v1/collections/regions/items/nothing", "not-found"),
        ("GET", "/api/v1/collections/regions/items?bbox=1,2,3", "invalid"),
        ("GET", "/api/v1/collections/regions/items?bbox=1,2,3,NaN", "invalid"),
        ("GET", "/api/v1/collections/regions/items?bbox=0,-80,10,-90", "invalid"),
        ("GET", "/api/v1/collections/regions/items?bbox=0,-90,540,-80", "invalid"),
        ("GET", "/api/v1/collections/regions/items?datetime=2027-02-30", "invalid"),
        ("GET", "/api/v1/collections/regions/items?datetime=2028-01-01/2027-01-01", "invalid"),
        ("GET", "/api/v1/collections/regions/items?datetime=../..", "invalid"),
        ("GET", "/api/v1/collections/regions/items?crs=http://www.opengis.net/def/crs/EPSG/0/4326", "invalid"),
        ("DELETE", "/api/v1/claims", "method-not-allowed"),
        ("PATCH", "/api/v1/claims/C-0001", "method-not-allowed"),
        ("POST", "/api", "method-not-allowed"),
    ],
)
def test_every_refusal_is_a_problem_document(api: FlaskClient, method: str, address: str, problem: str) -> None:
    answer = api.open(address, method=method)
    assert is_problem(answer, problem), (answer.status_code, answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Allow" in answer.headers) == (answer.status_code == 405)


def test_a_parameter_that_cannot_be_used_is_named_with_what_would_do(api: FlaskClient) -> None:
    told = api.get("/api/v1/claims?limit=1001&colour=red").get_json()
    assert told["faults"] == [
        {
            "parameter": "limit",
            "detail": "Input should be less than or equal to 1000",
            "mend": "give at most 1000",
        },
        {
            "parameter": "colour",
            "detail": "Extra inputs are not permitted",
            "mend": "leave it out, or check its spelling",
        },
    ]


def test_an_answer_in_a_form_that_there_is_not_is_refused(api: FlaskClient) -> None:
    assert is_problem(api.get("/api/v1/claims", headers={"Accept": "text/html"}), "not-acceptable")
    for accept in ("application/json", "*/*", "application/*;q=0.1", "text/html, application/json;q=0.5"):
        assert api.get("/api/v1/claims", headers={"Accept": accept}).status_code == 200, accept
    assert api.get("/api/v1/collections/regions/items", headers={"Accept": "application/geo+json"}).status_code == 200


def test_a_fault_of_the_program_is_a_problem_document_too(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.queries import rounds

    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(rounds, "list_rounds", broken)
    monkeypatch.setitem(site.config, "PROPAGATE_EXCEPTIONS", False)
    answer = site.test_client().get("/api/v1/rounds")
    assert is_problem(answer, "fault")
    assert "secret" not in answer.text


def test_no_address_of_the_api_leads_to_a_page(api: FlaskClient) -> None:
    answer = api.get("/api//v1/claims")
    assert answer.status_code == 308
    assert (answer.data, "Content-Type" in answer.headers) == (b"", False)


def test_the_page_for_people_lists_every_operation_and_every_problem(api: FlaskClient) -> None:
    page = api.get("/api")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    document = api.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    for path in document["paths"]:
        assert f">{path}<" in page.text, path
    assert 'id="key-reused"' in page.text
