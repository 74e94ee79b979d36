"""The second factor: set up by staff before anything else, asked for at sign-in, each code good once."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import argon2
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import accounts, db
from registry.domain.actors import SYSTEM
from registry.domain.sign_ins import AccountState
from registry.domain.users import User
from registry.domain.visibility import REGISTER
from registry.kept_keys import KeptKeys
from registry.log.reading import records_about
from registry.services import sign_ins, users
from registry.web.access.recovery_codes import RecoveryCodes
from registry.web.app import create_app
from tests import factories
from tests.registry.web.signing_in import Clock, code_for, row, send, set_up_second_factor, sign_in, signed_in
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

PLANNER, AUDITOR = "pia@example.org", "otto@example.org"


def fill(session: Session) -> None:
    factories.world(session)
    for email, role in ((PLANNER, "planner"), (AUDITOR, "auditor")):
        made = accounts.credentials(settings_for(Path()), PASSWORD)
        users.add_user(session, email, email[:4], [role], SYSTEM, factories.ANNOUNCED, credentials=made)


@pytest.fixture(scope="session")
def real(make_app: Callable[..., Flask]) -> Flask:
    """A register that is not illustrative: its staff need a second factor."""
    return make_app(fill, has_key=False)


@pytest.fixture
def clock(real: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    forget_attempts(real)
    yield Clock(monkeypatch)
    with db.unit_of_work(real.extensions["test.engine"]) as session:
        for person in session.query(User):
            person.tf_primary_method = person.tf_totp_secret = person.mf_recovery_codes = None
        session.query(AccountState).delete()


def test_staff_are_led_to_setting_it_up_and_nowhere_else(real: Flask, clock: Clock) -> None:
    client = signed_in(real, PLANNER)
    for address in ("/staff", "/claims", "/account", "/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor"), address
    page = client.get("/account/second-factor").text
    assert "Before you can go on, your sign-in needs a second factor" in page
    assert "Give up the second factor" not in page
    assert send(client, "/account/sessions/end", form_on="/account/second-factor").headers["Location"] == (
        "/account/second-factor"
    )


def test_an_auditor_needs_none_and_may_have_one(real: Flask, clock: Clock) -> None:
    client = signed_in(real, AUDITOR)
    assert client.get("/staff").status_code == 200
    set_up_second_factor(client, clock)
    assert "Give up the second factor" in client.get("/account/second-factor").text
    send(client, "/account/second-factor", setup="disable")
    assert row(real, User, email=AUDITOR).tf_primary_method is None


def test_once_it_is_set_up_a_code_is_asked_for_and_counts_once(real: Flask, clock: Clock) -> None:
    client = signed_in(real, PLANNER)
    key = set_up_second_factor(client, clock)
    assert client.get("/staff").status_code == 200
    clock.forward(seconds=60)
    other = real.test_client()
    assert sign_in(other, PLANNER).headers["Location"] == "/sign-in/code?next=/staff"
    assert other.get("/staff").status_code == 302, "the password alone opens nothing"
    assert "The code is wrong" in send(other, "/sign-in/code", code="000000").text
    code = code_for(key, clock.at)
    assert send(other, "/sign-in/code", code=code).headers["Location"] == "/staff"
    assert other.get("/staff").status_code == 200
    third = real.test_client()
    sign_in(third, PLANNER)
    assert "The code is wrong" in send(third, "/sign-in/code", code=code).text, "a code that was used"
    clock.forward(seconds=30)
    assert send(third, "/sign-in/code", code=code_for(key, clock.at)).status_code == 302


def test_a_code_has_to_come_within_ten_minutes_of_the_password(real: Flask, clock: Clock) -> None:
    key = set_up_second_factor(signed_in(real, PLANNER), clock)
    client = real.test_client()
    sign_in(client, PLANNER)
    clock.forward(minutes=10, seconds=1)
    assert client.get("/sign-in/code").status_code == 302
    answer = send(client, "/sign-in/code", form_on="/sign-in", code=code_for(key, clock.at))
    assert client.get("/staff").status_code == 302, answer.text


def test_recovery_codes_are_shown_once_and_count_once(real: Flask, clock: Clock) -> None:
    client = signed_in(real, PLANNER)
    set_up_second_factor(client, clock)
    page = send(client, "/account/recovery-codes").text
    codes = re.findall(r'registry-code">([0-9a-f-]{14})<', page)
    assert len(set(codes)) == 10
    assert codes[0] not in client.get("/account/recovery-codes?show_codes=1").text
    kept = row(real, User, email=PLANNER).mf_recovery_codes
    assert [digest.split("$")[1:4] for digest in kept] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 10
    assert argon2.PasswordHasher().verify(kept[3], codes[3])
    assert "10 recovery codes left" in client.get("/account").text
    for expected in (302, 200):
        other = real.test_client()
        sign_in(other, PLANNER)
        answer = send(other, "/sign-in/recovery", code=f" {codes[3].upper()} ")
        assert answer.status_code == expected
    assert "9 recovery codes left" in client.get("/account").text


def test_two_people_with_the_same_codes_have_other_digests(real: Flask) -> None:
    with real.app_context():
        kept = [RecoveryCodes(real)._encrypt_codes(["0123-4567-89ab"]) for _ in range(2)]
    assert kept[0] != kept[1]


def test_a_key_that_was_changed_in_the_database_opens_nothing(real: Flask, clock: Clock) -> None:
    key = set_up_second_factor(signed_in(real, PLANNER), clock)
    with db.unit_of_work(real.extensions["test.engine"]) as session:
        person = session.query(User).filter_by(email=PLANNER).one()
        assert person.tf_totp_secret is not None
        assert "{" not in person.tf_totp_secret
        assert len(person.tf_totp_secret) <= 255
        person.tf_totp_secret = f"{person.tf_totp_secret[:-20]}{'A' * 18}=="
    client = real.test_client()
    sign_in(client, PLANNER)
    clock.forward(seconds=60)
    assert "The code is wrong" in send(client, "/sign-in/code", code=code_for(key, clock.at)).text
    assert client.get("/staff").status_code == 302


def test_a_key_that_was_kept_without_a_mac_counts_and_is_kept_anew(real: Flask, clock: Clock) -> None:
    key = set_up_second_factor(signed_in(real, PLANNER), clock)
    codes = real.extensions["security"].totp_factory
    with db.unit_of_work(real.extensions["test.engine"]) as session:
        person = session.query(User).filter_by(email=PLANNER).one()
        person.tf_totp_secret = codes._totp(key.replace(" ", "")).to_json(encrypt=True)
    client = real.test_client()
    sign_in(client, PLANNER)
    clock.forward(seconds=60)
    assert send(client, "/sign-in/code", code=code_for(key, clock.at)).status_code == 302
    assert "{" not in str(row(real, User, email=PLANNER).tf_totp_secret)


def test_a_new_secret_opens_with_the_former_one_until_all_is_encrypted_anew(
    real: Flask, clock: Clock, tmp_path: Path
) -> None:
    key, engine = set_up_second_factor(signed_in(real, PLANNER), clock), real.extensions["test.engine"]
    new: dict[str, object] = {"totp_secret": "n" * 40}
    for changes, resealed, expected in (
        ({**new, "former_totp_secret": "t" * 40}, False, 302),
        (new, False, 200),
        (new, True, 302),
    ):
        if resealed:
            with db.unit_of_work(engine) as session:
                assert sign_ins.reseal(session, KeptKeys(["n" * 40, "t" * 40]).anew) == sign_ins.Resealed(1, ())
        client = create_app(settings_for(tmp_path, **changes), engine).test_client()
        sign_in(client, PLANNER)
        clock.forward(seconds=60)
        assert send(client, "/sign-in/code", code=code_for(key, clock.at)).status_code == expected, changes


def test_setting_it_up_is_recorded_without_the_secret(real: Flask, clock: Clock) -> None:
    set_up_second_factor(signed_in(real, PLANNER), clock)
    person = row(real, User, email=PLANNER)
    with db.reading(real.extensions["test.engine"]) as session:
        record = records_about(session, f"users/{person.id}", REGISTER)[-1]
    assert record.act == "user-second-factor-set"
    assert "tf_totp_secret" not in str(record.content)


def test_the_page_for_codes_signs_nobody_out(real: Flask, clock: Clock) -> None:
    client = signed_in(real, AUDITOR)
    assert client.get("/sign-in/code").headers["Location"] == "/account"
    assert client.get("/staff").status_code == 200


@pytest.mark.parametrize("address", ["/sign-in/rescue", "/sign-in/select", "/account/second-factor/x"])
def test_pages_that_would_need_mail_are_not_there(real: Flask, clock: Clock, address: str) -> None:
    assert signed_in(real, AUDITOR).get(address).status_code in (404, 405)


def test_an_illustrative_register_says_that_nobody_needs_one(filled: Flask) -> None:
    forget_attempts(filled)
    client = signed_in(filled, "elena@example.org")
    assert client.get("/staff").status_code == 200
    assert "In a real register staff and council must" in client.get("/account").text


def test_everybody_is_led_to_it_where_the_settings_say_so(real: Flask, clock: Clock, tmp_path: Path) -> None:
    settings = settings_for(tmp_path).model_copy(update={"second_factor": "everybody"})
    strict = create_app(settings, real.extensions["test.engine"])
    answer = signed_in(strict, AUDITOR).get("/claims")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor")
    assert signed_in(real, AUDITOR).get("/account").status_code == 200
