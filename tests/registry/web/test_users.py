"""Administrators add people, change roles together, close accounts; nobody else does, and nobody their own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import accounts, db
from registry.domain.actors import SYSTEM
from registry.domain.erasures import Erasure
from registry.domain.role_changes import RoleChange
from registry.domain.sign_ins import AccountState
from registry.domain.users import Role, User
from registry.services import users
from tests import factories
from tests.registry.web.signing_in import row, send, sign_in, signed_in
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

ADA, ABE, RITA, OTTO = (f"{name}@example.org" for name in ("ada", "abe", "rita", "otto"))


def fill(session: Session) -> None:
    factories.world(session)
    made = accounts.credentials(settings_for(Path()), PASSWORD)
    people = ((ADA, "administrator"), (ABE, "administrator"), (RITA, "registrar"), (OTTO, "auditor"))
    for number, (email, role) in enumerate(people):
        own = users.Credentials(made.password_hash, f"token-{number}")
        users.add_user(session, email, email[:4].title(), [role], SYSTEM, factories.ANNOUNCED, credentials=own)


@pytest.fixture(scope="module")
def register(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill)


@pytest.fixture
def office(register: Flask) -> Iterator[Flask]:
    """Two administrators, a registrar and an auditor; as before again after the test."""
    forget_attempts(register)
    engine = register.extensions["test.engine"]
    with db.reading(engine) as session:
        before = {person.id: (person.password, [role.id for role in person.roles]) for person in session.query(User)}
    yield register
    with db.unit_of_work(engine) as session:
        session.query(RoleChange).delete()
        session.query(Erasure).delete()
        session.query(AccountState).delete()
        for person in session.query(User):
            if person.id in before:
                person.active, (person.password, held) = True, before[person.id]
                person.roles = [session.get_one(Role, role) for role in held]


def number(app: Flask, email: str) -> int:
    return row(app, User, email=email).id


def post(app: Flask, client: FlaskClient, email: str, step: str, **fields: str) -> str:
    address = f"/users/{number(app, email)}"
    answer = send(client, f"{address}/{step}", form_on=address, **fields)
    return answer.headers.get("Location", answer.text)


def test_a_person_is_added_with_a_password_that_counts_once(office: Flask) -> None:
    ada = signed_in(office, ADA)
    page = send(ada, "/users/new", name="Nia", email="Nia@example.org", roles="delegate", party="IND").text
    found = re.search(r'registry-code">([\w-]{16})<', page)
    assert found
    assert "wait until another administrator confirms" in page
    nia = office.test_client()
    assert sign_in(nia, "nia@example.org", found[1]).headers["Location"] == "/staff"
    assert nia.get("/claims").headers["Location"] == "/account/password"
    fields = {"password": found[1], "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert send(nia, "/account/password", **fields).headers["Location"] == "/account?done=password"
    assert nia.get("/claims").status_code in (200, 404)
    assert sign_in(office.test_client(), "nia@example.org", found[1]).status_code == 200, "it counted once"


def test_what_is_wrong_with_a_new_person_stands_at_its_field_and_nothing_typed_is_lost(office: Flask) -> None:
    ada = signed_in(office, ADA)
    page = send(ada, "/users/new", name="Nia & Co", email="no address", roles="council").text
    assert "no address&#39; is no address" in page
    assert "delegate and council speak for a party" in page
    assert 'value="Nia &amp; Co"' in page
    assert re.search(r'value="council"\s+checked', page)
    assert row(office, User, name="Nia & Co") is None


def test_roles_change_when_another_administrator_confirms(office: Flask) -> None:
    ada, abe = signed_in(office, ADA), signed_in(office, ABE)
    rita = number(office, RITA)
    assert post(office, ada, RITA, "roles", roles="planner", reason="a new post") == f"/users/{rita}?done=roles"
    assert "Registrar" in abe.get(f"/users/{rita}").text
    assert "rita@example.org" in abe.get("/users").text.partition("wait for a second administrator")[2]
    change = row(office, RoleChange, user_id=rita)
    refused = post(office, ada, RITA, f"role-changes/{change.id}/confirm")
    assert "somebody else has to confirm what you asked for" in refused
    assert post(office, abe, RITA, f"role-changes/{change.id}/confirm") == f"/users/{rita}?done=confirm"
    assert [role.name for role in row_roles(office, RITA)] == ["planner"]


def row_roles(app: Flask, email: str) -> list[object]:
    with db.reading(app.extensions["test.engine"]) as session:
        return list(session.query(User).filter_by(email=email).one().roles)


def test_a_person_s_data_are_erased_when_another_administrator_confirms(office: Flask) -> None:
    ada, abe = signed_in(office, ADA), signed_in(office, ABE)
    send(ada, "/users/new", name="Zoe Canary", email="zoe@example.org", roles="auditor")
    zoe = number(office, "zoe@example.org")
    page = ada.get(f"/users/{zoe}").text
    assert "backups, full packages and receipts that were made before keep what they have" in page
    assert "it names the person" in post(office, ada, "zoe@example.org", "erasure", reason="Zoe Canary asks")
    assert "a change of the roles" in post(office, ada, "zoe@example.org", "erasure", reason="asked for by letter")
    change = row(office, RoleChange, user_id=zoe)
    send(abe, f"/users/{zoe}/role-changes/{change.id}/confirm", form_on=f"/users/{zoe}")
    done = post(office, ada, "zoe@example.org", "erasure", reason="asked for by letter")
    assert done == f"/users/{zoe}?done=erasure"
    waits = row(office, Erasure, user_id=zoe)
    assert "Asked for by ada@example.org: asked for by letter" in abe.get(f"/users/{zoe}").text
    assert "somebody else has to confirm" in post(office, ada, "zoe@example.org", f"erasures/{waits.id}/confirm")
    answer = send(abe, f"/users/{zoe}/erasures/{waits.id}/confirm", form_on=f"/users/{zoe}")
    assert answer.headers["Location"] == f"/users/{zoe}?done=erasure-confirm"
    page = abe.get(f"/users/{zoe}").text
    assert "The data of this person are erased." in page
    texts = [page, *(abe.get(address).text for address in ("/users", "/log", "/staff"))]
    assert [text for text in texts if "zoe@example.org" in text or "Zoe Canary" in text] == []
    again = send(abe, f"/users/{zoe}/reopen", form_on=f"/users/{zoe}").text
    assert "add a new account instead" in again


def test_everybody_gets_the_own_data_as_a_file(office: Flask) -> None:
    rita = signed_in(office, RITA)
    answer = send(rita, "/account/data", form_on="/account")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="person-{number(office, RITA)}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["account"]["email"] == RITA
    assert [who for who in (ADA, ABE, OTTO) if who in answer.text] == []


def test_nobody_changes_the_own_roles_or_closes_the_own_account(office: Flask) -> None:
    ada = signed_in(office, ADA)
    assert "nobody may change the own roles" in post(office, ada, ADA, "roles", roles="council", reason="mine")
    assert "nobody may close the own account" in post(office, ada, ADA, "close", reason="mine")
    assert "nobody may give themselves a password here" in post(office, ada, ADA, "password")
    assert "This is you" in ada.get(f"/users/{number(office, ADA)}").text


def test_one_of_two_administrators_cannot_send_the_other_away(office: Flask) -> None:
    ada = signed_in(office, ADA)
    assert "take the role away first, which needs two" in post(office, ada, ABE, "close", reason="away")
    post(office, ada, ABE, "roles", roles="auditor", reason="away")
    assert [role.name for role in row_roles(office, ABE)] == ["administrator"]


def test_a_closed_account_is_signed_out_at_once_and_can_be_opened(office: Flask) -> None:
    ada, rita = signed_in(office, ADA), signed_in(office, RITA)
    assert rita.get("/staff").status_code == 200
    assert "give 1 to 1000" in post(office, ada, RITA, "close", reason=" ")
    assert post(office, ada, RITA, "close", reason="left the agency").endswith("done=closed")
    assert rita.get("/staff").status_code == 302
    assert sign_in(office.test_client(), RITA).status_code == 200
    forget_attempts(office)
    assert post(office, ada, RITA, "reopen").endswith("done=reopened")
    assert signed_in(office, RITA).get("/staff").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one(office: Flask) -> None:
    ada, rita = signed_in(office, ADA), signed_in(office, RITA)
    page = post(office, ada, RITA, "password")
    found = re.search(r'registry-code">([\w-]{16})<', page)
    assert found
    assert rita.get("/staff").status_code == 302
    assert sign_in(office.test_client(), RITA, found[1]).status_code == 302


def test_auditors_look_on_and_others_do_not(office: Flask) -> None:
    otto, rita = signed_in(office, OTTO), signed_in(office, RITA)
    page = otto.get("/users").text
    assert re.search(r"[4-9] people", page)
    assert "Add a person" not in page
    assert "Close the account" not in otto.get("/users/3").text
    assert rita.get("/users").status_code == rita.get("/users/3").status_code == 403
    assert send(otto, "/users/3/close", form_on="/account", reason="x").status_code == 403


def test_people_are_searched_and_filtered_by_a_link_that_can_be_shared(office: Flask) -> None:
    otto = signed_in(office, OTTO)
    page = otto.get("/users?q=RITA&role=registrar&state=open").text
    assert "1 person" in page
    assert "rita@example.org" in page
    assert "Nobody fits" in otto.get("/users?q=zzz").text
    assert otto.get("/users?role=king").status_code == 400
    assert otto.get("/users/999").status_code == 404


def test_the_keys_of_the_log_and_their_history_are_open_to_all(office: Flask) -> None:
    page = office.test_client().get("/keys").text
    assert "illustrative.example/log+" in page
    assert "In force" in page
    assert "No delegation has entered a key as witness yet" in page
