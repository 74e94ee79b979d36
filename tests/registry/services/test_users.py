"""Users are added by an administrator; what is secret never reaches the log."""

import json

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM
from registry.domain.users import User
from registry.domain.visibility import REGISTER
from registry.log import reading
from registry.services import users
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make

SECRETS = users.Credentials("$argon2$digest", "a-random-token")


def add(session: Session, email: str = "Anna@Example.org", roles: tuple[str, ...] = ("registrar",)) -> User:
    return users.add_user(session, email, "Anna", roles, make.ADMINISTRATOR, make.ANNOUNCED, credentials=SECRETS)


def test_a_user_is_found_under_the_address_in_lower_case(session: Session) -> None:
    user = add(session)
    assert (user.email, [role.name for role in user.roles], user.active) == ("anna@example.org", ["registrar"], True)


def test_the_record_names_person_and_roles_and_no_secret(session: Session) -> None:
    user = add(session)
    [record] = reading.records_about(session, f"users/{user.id}", REGISTER)
    text = json.dumps(record.content)
    assert record.content["roles"] == ["registrar"]
    assert record.content["rows"]["users"][0]["name"] == "Anna"
    assert "argon2" not in text
    assert "a-random-token" not in text


def test_the_first_user_is_added_by_the_program_itself(session: Session) -> None:
    user = users.add_user(session, "a@b.org", "A", ["administrator"], SYSTEM, make.ANNOUNCED, credentials=SECRETS)
    assert user.id is not None


def test_the_same_address_twice_is_refused(session: Session) -> None:
    add(session)
    with pytest.raises(ConflictError, match=r"there is a user anna@example.org already"):
        add(session, "ANNA@example.org")


def test_all_faults_of_a_user_come_at_once(session: Session) -> None:
    with pytest.raises(ValidationError) as caught:
        users.add_user(session, "no address", " ", ["king"], SYSTEM, make.ANNOUNCED, credentials=SECRETS, party="X")
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["email", "name", "roles", "party"]


@pytest.mark.parametrize(
    ("email", "name", "fault"),
    [
        ("x" * 243 + "@example.org", "A", "email: it has 255 characters; use at most 254"),
        ("a\x00@example.org", "A", "email: 'a\\x00@example.org' is no address"),
        ("a@example.org", "N" * 201, "name: it has 201 characters; use at most 200"),
        ("a@example.org", "\x1b[2J", "name: it is empty or has control characters"),
    ],
)
def test_what_no_table_or_terminal_can_take_is_refused(session: Session, email: str, name: str, fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        users.add_user(session, email, name, ["registrar"], SYSTEM, make.ANNOUNCED, credentials=SECRETS)
    assert [found[: len(fault)] for found in caught.value.faults] == [fault]


def test_a_council_member_speaks_for_a_party(session: Session) -> None:
    with pytest.raises(ValidationError, match="party: missing"):
        add(session, roles=("council",))


def test_a_registrar_adds_no_users(session: Session) -> None:
    with pytest.raises(NotAllowedError, match="for the role administrator"):
        users.add_user(session, "a@b.org", "A", ["auditor"], make.REGISTRAR, make.ANNOUNCED, credentials=SECRETS)


def test_new_credentials_end_old_sessions_and_are_not_recorded(session: Session) -> None:
    add(session)
    new = users.Credentials("$argon2$other", "another-token")
    user = users.set_credentials(session, "anna@example.org", new, make.ADMINISTRATOR, make.ANNOUNCED)
    assert (user.password, user.fs_uniquifier) == ("$argon2$other", "another-token")
    assert "other" not in json.dumps(reading.records_about(session, f"users/{user.id}", REGISTER)[-1].content)
