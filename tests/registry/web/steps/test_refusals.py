"""What a step refuses stands at its field with everything typed kept; what a role may not do is neither shown nor possible."""

import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import ambient
from registry.services import rounds
from tests import factories as make
from tests.registry.web.signing_in import enter, form_token
from tests.registry.web.steps.test_path import JPN, OTTO, Office, fill

HERE = f"/rounds/{make.ROUND}"


def fill_announced(session: Session) -> None:
    fill(session)
    rounds.announce(
        session, make.ROUND, "Round one", (make.OPENS, make.CLOSES), make.REGISTRAR, make.ANNOUNCED, illustrative=True
    )


@pytest.fixture(scope="module")
def announced(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill_announced, second_factor="optional")


@pytest.fixture
def office(announced: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(announced, monkeypatch)


def errors(page: str) -> list[tuple[str, str]]:
    """Where the summary of errors leads, and what it says."""
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', page, re.DOTALL)
    rows = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    links = [re.search(r'href="#([^"]*)"', row) for row in rows]
    return [
        (link[1] if link else "", re.sub(r"<[^>]+>", "", row).strip()) for link, row in zip(links, rows, strict=True)
    ]


def test_each_fault_stands_at_its_field_and_what_was_typed_is_kept(office: Office) -> None:
    typed = {"round_id": "2028-1", "name": "Round <two>", "opens_at": "soon", "closes_at": "2028-03-31"}
    code, page = office.take(make.REGISTRAR, "/rounds/announce", **typed)
    assert code == 422
    assert errors(page) == [
        ("opens_at", "This is no instant. Write for example 2027-02-01 or 2027-02-01 10:00, in UTC.")
    ]
    assert "<title>Error: Announce a round" in page
    for value in ("2028-1", "Round &lt;two&gt;", "soon", "2028-03-31"):
        assert f'value="{value}"' in page


def test_a_missing_instant_is_asked_for(office: Office) -> None:
    _, page = office.take(make.REGISTRAR, "/rounds/announce", round_id="2028-1", name="Two", closes_at="2028-03-31")
    assert errors(page) == [("opens_at", "Missing; give the instant")]


def test_every_fault_of_an_uploaded_policy_is_shown_and_its_text_is_in_the_form(office: Office) -> None:
    policy = make.policy(rule="luck", horizon_days=0)
    file = (io.BytesIO(json.dumps(policy).encode()), "policy.json")
    client = enter(office.app, make.REGISTRAR.name)
    answer = client.post(f"{HERE}/publish-policy", data={"csrf_token": form_token(office.app), "file": file})
    assert answer.status_code == 422
    told = errors(answer.text)
    assert {field for field, _ in told} == {"document"}
    assert {text.partition(":")[0] for _, text in told} >= {"rule", "horizon_days"}
    assert "invented for tests" in answer.text.partition("<textarea")[2]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (b"", "Choose a file, or type the document."),
        (b"{", "This is no JSON: line 1, column 2: not JSON"),
        (b"\xff", "The file is not UTF-8. Save it as UTF-8."),
    ],
)
def test_a_file_that_is_no_document_is_refused(office: Office, document: bytes, fault: str) -> None:
    client = enter(office.app, make.REGISTRAR.name)
    fields = {"csrf_token": form_token(office.app), "file": (io.BytesIO(document), "policy.json")}
    page = client.post(f"{HERE}/publish-policy", data=fields).text
    assert errors(page)[0][1].startswith(fault)


def test_a_step_that_does_not_fit_says_so_before_and_after(office: Office) -> None:
    assert "would be refused" in office.see(make.PLANNER, f"{HERE}/freeze")
    code, page = office.take(make.PLANNER, f"{HERE}/freeze")
    assert code == 409
    assert "ANNOUNCED" in errors(page)[0][1]


def test_what_a_role_may_not_do_is_not_shown(office: Office) -> None:
    assert office.links(make.REGISTRAR, HERE) == [f"{HERE}/publish-policy", f"{HERE}/open"]
    for person in (make.PLANNER, make.AUDITOR, JPN, OTTO, make.CHE_DECIDER):
        assert office.links(person, HERE) == []


def test_what_a_role_may_not_do_is_not_possible(office: Office) -> None:
    for person in (make.PLANNER, make.AUDITOR, JPN, OTTO, make.CHE_DECIDER):
        assert enter(office.app, person.name).get(f"{HERE}/open").status_code == 403
        assert office.take(person, f"{HERE}/open", make.OPENS)[0] == 403
    assert office.app.test_client().get(f"{HERE}/open").status_code == 302


def test_a_form_without_its_token_is_refused(office: Office) -> None:
    assert enter(office.app, make.REGISTRAR.name).post(f"{HERE}/open").status_code == 400


def test_an_unknown_thing_has_no_step(office: Office) -> None:
    for address in ("/rounds/none/open", "/claims/C-0001/examine", "/notes/N-0001/disclose", "/outbox/x/sent"):
        assert enter(office.app, make.REGISTRAR.name).get(address).status_code == 404, address


def test_a_confirmation_is_shown_once(office: Office) -> None:
    office.at = make.POLICY_AT
    client = enter(office.app, make.REGISTRAR.name)
    number = re.search(r"/outbox/(\d+)/sent", client.get("/outbox").text)
    assert number
    sent = client.post(f"/outbox/{number[1]}/sent", data={"csrf_token": form_token(office.app)})
    assert sent.headers["Location"] == f"/outbox#notice-{number[1]}"
    assert "The notice is marked as sent." in client.get("/outbox").text
    assert "The notice is marked as sent." not in client.get("/outbox").text
    assert "Nothing fits" in client.get("/outbox?q=zzz").text


def test_a_decision_asks_for_the_password_again(office: Office) -> None:
    client = enter(office.app, make.CHE_DECIDER.name)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = ambient.now().timestamp() - 301
    page = client.post(f"{HERE}/decision", data={"csrf_token": form_token(office.app), "choice": "adopt"}).text
    assert 'name="again_password"' in page
    assert re.search(r'name="choice" value="adopt"', page)


def test_the_work_list_is_filtered_and_sorted_by_its_address(office: Office) -> None:
    page = office.see(make.REGISTRAR, "/staff", make.ANNOUNCED)
    assert "Publish the policy" in page
    assert "15 January 2027" in page
    assert "Nothing fits" in office.see(make.REGISTRAR, "/staff?q=zzz")
    assert "Send the notices" not in office.see(make.REGISTRAR, "/staff?kind=policy").partition("<table")[2]
    assert enter(office.app, make.REGISTRAR.name).get("/staff?kind=luck").status_code == 400
    assert "Nothing waits for you." in office.see(OTTO, "/staff")
    assert "Over" in office.see(make.REGISTRAR, "/staff", make.FILED)
