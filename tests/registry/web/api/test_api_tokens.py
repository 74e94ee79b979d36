"""Tokens: what each may, when it counts no more, and that neither a cookie nor a token opens what is the other's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM
from registry.domain.api_tokens import ApiToken
from registry.domain.users import User
from registry.log.records import Record
from registry.services import roles, tokens, users
from registry.services.users import Credentials
from tests import factories as make
from tests.registry.web.api.calling import FILE, IND, JPN, REGISTRAR, TOKENS, bearer, given, is_problem, secret_of, sent
from tests.registry.web.signing_in import enter, form_token, visit

OWN = "/api/v1/own/token"


def change(app: Flask, step: Callable[[Session], object]) -> None:
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        step(session)


def person(session: Session, email: str) -> User:
    return session.query(User).filter_by(email=email).one()


def new_delegate(app: Flask, name: str) -> str:
    """A delegate of India of the test's own, with a token; the token."""
    credentials = Credentials(None, f"token-of-{name}")
    change(
        app,
        lambda s: users.add_user(
            s, f"{name}@example.org", name, ["delegate"], SYSTEM, make.ANNOUNCED, party="IND", credentials=credentials
        ),
    )
    return given(app, f"{name}@example.org", name, rules.FILE, rules.READ_OWN)


def test_a_token_says_what_it_may_and_not_whose_it_is(api: FlaskClient) -> None:
    told = api.get(OWN, headers=bearer(TOKENS[IND])).get_json()
    assert told["scopes"] == [
        "claims:file",
        "claims:amend",
        "claims:withdraw",
        "landings:ask",
        "bank:offer",
        "read:own",
    ]
    assert (told["party"], told["prefix"]) == ("IND", TOKENS[IND][:12])
    assert IND not in str(told)


def test_without_a_token_nothing_is_filed(api: FlaskClient) -> None:
    answer = api.post(FILE, json={}, headers={"Idempotency-Key": "k"})
    assert is_problem(answer, "no-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="registry"'


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp4", f"Token {TOKENS[IND]}", "Bearer " + "x" * 5000])
def test_what_is_no_token_is_refused_also_where_none_is_needed(api: FlaskClient, header: str) -> None:
    answer = api.get("/api/v1/claims", headers={"Authorization": header})
    assert is_problem(answer, "invalid-token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "end",
    [
        lambda s, user: tokens.revoke_all(s, user.id, make.FILED),
        lambda s, user: users.close(s, user.id, "gone", "left", SYSTEM, make.FILED),
        lambda s, user: users.set_credentials(s, user.email, Credentials("x", "y"), SYSTEM, make.FILED),
        lambda s, user: users.note_password(s, user.id, make.FILED),
        lambda s, user: setattr(user, "party_id", "JPN"),
    ],
    ids=["revoked", "account closed", "password given", "password changed", "another party"],
)
def test_a_token_ends_at_once_like_one_that_never_was(
    site: Flask, api: FlaskClient, end: Callable[[Session, User], object], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id.replace(" ", "-")
    secret = new_delegate(site, name)
    assert api.get(OWN, headers=bearer(secret)).status_code == 200
    change(site, lambda s: end(s, person(s, f"{name}@example.org")))
    ended, never = api.get(OWN, headers=bearer(secret)), api.get(OWN, headers=bearer(secret_of("never")))
    assert is_problem(ended, "invalid-token")
    assert ended.data == never.data


def test_an_account_that_is_opened_again_has_no_token(site: Flask, api: FlaskClient) -> None:
    secret = new_delegate(site, "reopened")
    number = []
    change(site, lambda s: number.append(person(s, "reopened@example.org").id))
    change(site, lambda s: users.close(s, number[0], "gone too", "left", SYSTEM, make.FILED))
    change(site, lambda s: users.reopen(s, number[0], SYSTEM, make.FILED))
    assert is_problem(api.get(OWN, headers=bearer(secret)), "invalid-token")


def test_a_token_ends_by_itself(site: Flask, api: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = given(site, IND, "short", rules.READ_OWN, days=100)
    last = make.ANNOUNCED + timedelta(days=100)
    monkeypatch.setattr(ambient, "now", lambda: last - timedelta(microseconds=1))
    assert api.get(OWN, headers=bearer(secret)).status_code == 200
    monkeypatch.setattr(ambient, "now", lambda: last)
    assert is_problem(api.get(OWN, headers=bearer(secret)), "invalid-token")


def test_a_token_may_no_more_than_its_scopes_and_its_person(site: Flask, api: FlaskClient) -> None:
    reader = given(site, IND, "reader", rules.READ_OWN)
    answer = sent(api, FILE, make.claim_document("scope"), "k-scope", secret=reader)
    assert is_problem(answer, "insufficient-scope")
    assert 'scope="claims:file"' in answer.headers["WWW-Authenticate"]
    secret = new_delegate(site, "demoted")
    number = []
    change(site, lambda s: number.append(person(s, "demoted@example.org").id))
    change(site, lambda s: roles.change(s, number[0], [], "moved on", SYSTEM, make.FILED))
    assert is_problem(sent(api, FILE, make.claim_document("scope"), "k", secret=secret), "insufficient-scope")
    assert api.get(OWN, headers=bearer(secret)).get_json()["scopes"] == []


def test_only_who_may_read_as_its_party_sees_what_is_not_published(site: Flask, api: FlaskClient) -> None:
    claim = sent(api, FILE, make.claim_document("hidden"), "k-hidden").get_json()["claim"]
    blind = given(site, IND, "blind", rules.FILE)
    seen = {
        "public": None, "blind": blind, "own": TOKENS[IND], "other": TOKENS[JPN], "registrar": TOKENS[REGISTRAR],
    }  # fmt: skip
    found = {
        who: api.get(f"/api/v1/claims/{claim}", headers=bearer(secret) if secret else {})
        for who, secret in seen.items()
    }
    assert {who: answer.status_code for who, answer in found.items()} == {
        "public": 404, "blind": 404, "own": 200, "other": 404, "registrar": 200,
    }  # fmt: skip
    never = api.get("/api/v1/claims/C-9999", headers=bearer(TOKENS[JPN]))
    assert found["other"].data == never.data.replace(b"C-9999", claim.encode())
    for where in ("", "/filing", "/revisions/1", "/examinations"):
        address = f"/api/v1/claims/{{}}{where}"
        other, nothing = (api.get(address.format(name), headers=bearer(TOKENS[JPN])) for name in (claim, "C-9999"))
        assert (other.status_code, other.data) == (404, nothing.data.replace(b"C-9999", claim.encode())), where
    lists = [api.get("/api/v1/claims", headers=bearer(secret)).get_json() for secret in (TOKENS[IND], TOKENS[JPN])]
    assert [claim in {row["id"] for row in told["items"]} for told in lists] == [True, False]


def test_anothers_hidden_claim_is_amended_like_one_that_never_was(api: FlaskClient) -> None:
    claim = sent(api, FILE, make.claim_document("foreign"), "k-foreign").get_json()["claim"]
    for where, body, method in (
        ("filing", make.claim_document("foreign"), "PUT"),
        ("withdrawal", {"reason": "no"}, "POST"),
    ):
        other, never = (
            sent(
                api, f"/api/v1/claims/{name}/{where}", body, f"k-{name}", secret=TOKENS[JPN], method=method,
                headers={"If-Match": '"x"'},
            )
            for name in (claim, "C-9999")
        )  # fmt: skip
        assert is_problem(other, "not-found")
        assert other.data == never.data.replace(b"C-9999", claim.encode())


def test_a_party_files_for_itself_only(api: FlaskClient) -> None:
    assert is_problem(sent(api, FILE, make.claim_document("forged"), "k", secret=TOKENS[JPN]), "not-allowed")


def test_a_cookie_means_nothing_to_the_api_and_a_token_nothing_on_pages(site: Flask) -> None:
    client = enter(site, IND)
    assert client.get("/staff").status_code == 200
    answer = client.get(OWN)
    assert is_problem(answer, "no-token")
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    claim = sent(client, FILE, make.claim_document("cookie"), "k-cookie").get_json()["claim"]
    assert client.get(f"/claims/{claim}").status_code == 200
    assert is_problem(client.get(f"/api/v1/claims/{claim}"), "not-found")
    posted = client.post(FILE, json={}, headers={"Idempotency-Key": "k"})
    assert is_problem(posted, "no-token")
    page = visit(site).get("/staff", headers=bearer(TOKENS[IND]))
    assert (page.status_code, page.headers["Location"].startswith("/sign-in")) == (302, True)


def test_private_answers_are_kept_by_nobody(api: FlaskClient) -> None:
    answer = api.get("/api/v1/claims", headers=bearer(TOKENS[IND]))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in answer.headers["Vary"]
    assert "Authorization" in api.get("/api/v1/claims").headers["Vary"]


def test_the_day_of_use_is_kept_and_the_log_has_no_secret(site: Flask, api: FlaskClient) -> None:
    api.get(OWN, headers=bearer(TOKENS[IND]))
    with db.reading(site.extensions["test.engine"]) as session:
        row = session.query(ApiToken).filter_by(prefix=TOKENS[IND][:12]).first()
        assert row is not None and row.last_used_on == make.FILED.date()
        made = session.query(Record).filter_by(act="user-token-made").order_by(Record.index).first()
        assert made is not None
        kept = made.content["rows"]["api_tokens"][0]
        assert set(kept) == {
            "id", "user_id", "party_id", "name", "prefix", "scopes", "made_at", "expires_at", "revoked_at",
        }  # fmt: skip
        leaf = made.leaf().decode()
        assert TOKENS[IND] not in leaf and tokens.digest(TOKENS[IND]) not in leaf and "a program" not in leaf


def test_changes_of_one_token_are_counted(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.registry.web.api.calling import fill_with_tokens

    monkeypatch.setattr(ambient, "now", lambda: make.FILED)
    client = make_app(fill_with_tokens, api_writes_per_minute=2, sign_ins_per_minute=2).test_client()
    codes = [sent(client, FILE, {}, f"k-{n}").status_code for n in range(3)]
    assert codes == [422, 422, 429]
    answer = sent(client, FILE, {}, "k-4")
    assert is_problem(answer, "too-many-requests") and int(answer.headers["Retry-After"]) > 0
    assert sent(client, FILE, {}, "k-5", secret=TOKENS[JPN]).status_code == 422
    assert client.get(OWN, headers=bearer(TOKENS[IND])).status_code == 200
    wrong = [client.get(OWN, headers=bearer("lsr_wrong")).status_code for _ in range(3)]
    assert wrong == [401, 401, 429]


def test_a_person_makes_and_revokes_a_token_on_the_account_page(site: Flask, api: FlaskClient) -> None:
    client = enter(site, IND)
    fields = {"csrf_token": form_token(site), "name": "nightly job", "scopes": ["read:own"], "days": "30"}
    page = client.post("/account/tokens", data=fields)
    assert page.status_code == 200, page.text
    secret = page.text.partition("lsr_")[2].partition("<")[0]
    assert len(secret) == 43
    assert api.get(OWN, headers=bearer(f"lsr_{secret}")).get_json()["scopes"] == ["read:own"]
    listed = client.get("/account/tokens").text
    assert "nightly job" in listed and secret not in listed
    with db.reading(site.extensions["test.engine"]) as session:
        number = session.query(ApiToken).filter_by(name="nightly job").one().id
    gone = client.post(f"/account/tokens/{number}/revoke", data={"csrf_token": form_token(site)})
    assert gone.status_code == 303
    assert is_problem(api.get(OWN, headers=bearer(f"lsr_{secret}")), "invalid-token")
    with db.reading(site.extensions["test.engine"]) as session:
        foreign = session.query(ApiToken).filter_by(prefix=TOKENS[JPN][:12]).first()
        assert foreign is not None
    other, never = (
        client.post(f"/account/tokens/{n}/revoke", data={"csrf_token": form_token(site)}) for n in (foreign.id, 999999)
    )
    assert (other.status_code, never.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read:register"]}, "scopes"),
        ({"days": "366"}, "days"),
        ({"days": "x"}, "days"),
        ({"days": "٣"}, "days"),
    ],
)
def test_a_token_that_cannot_be_had_is_refused_with_the_field(
    site: Flask, changes: dict[str, object], field: str
) -> None:
    client = enter(site, IND)
    fields = {"csrf_token": form_token(site), "name": "x", "scopes": ["read:own"], "days": "30", **changes}
    page = client.post("/account/tokens", data=fields)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text


def test_a_person_has_twenty_tokens_at_most(site: Flask) -> None:
    new_delegate(site, "many")
    for n in range(19):
        given(site, "many@example.org", f"many{n}", rules.READ_OWN)
    with pytest.raises(Exception, match="20 tokens count already"):
        given(site, "many@example.org", "one-more", rules.READ_OWN)
