"""Who could act in which role, and when: from the log's records, by number, and for auditors only."""

from pathlib import Path

from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM
from registry.exports.accounts import held_roles
from registry.services import roles, users
from tests import factories as make
from tests.registry.exports.test_package import rows

FIRST, LATER, LAST = make.utc("2027-01-01"), make.utc("2027-02-01"), make.utc("2027-03-01")


def added(session: Session, email: str, *names: str, party: str | None = None) -> int:
    credentials = users.Credentials(None, f"token-{email}")
    return users.add_user(session, email, email, names, SYSTEM, FIRST, party=party, credentials=credentials).id


def told(session: Session) -> list[tuple[object, ...]]:
    return [(row.account, row.role, row.party, row.given_at, row.ended_at) for row in held_roles(session)]


def test_a_role_is_told_from_the_record_that_gave_it_to_the_one_that_took_it(session: Session) -> None:
    make.world(session)
    number = added(session, "dev@example.org", "delegate", party="IND")
    roles.change(session, number, ["council", "delegate"], "a second task", SYSTEM, LATER)
    roles.change(session, number, ["council"], "the first one is over", SYSTEM, LAST)
    assert told(session) == [
        (number, "delegate", "IND", FIRST, LAST),
        (number, "council", "IND", LATER, None),
    ]
    first = held_roles(session)[0]
    assert first.ended_by_record is not None and first.ended_by_record - first.given_by_record == 2


def test_closing_an_account_ends_its_roles_and_opening_gives_them_anew(session: Session) -> None:
    make.world(session)
    number = added(session, "paula@example.org", "planner")
    users.close(session, number, "another-token", "away", SYSTEM, LATER)
    users.reopen(session, number, SYSTEM, LAST)
    assert told(session) == [
        (number, "planner", None, FIRST, LATER),
        (number, "planner", None, LAST, None),
    ]


def test_a_new_password_changes_no_role(session: Session) -> None:
    make.world(session)
    number = added(session, "paula@example.org", "planner")
    users.set_credentials(session, "paula@example.org", users.Credentials(None, "t"), SYSTEM, LATER)
    assert told(session) == [(number, "planner", None, FIRST, None)]


def test_the_full_package_has_the_table_and_the_public_one_has_not(public: Path, full: Path) -> None:
    [row] = rows(full, "account_roles")
    assert (row["account"], row["role"], row["party"], row["given_at"], row["ended_at"]) == (
        "1", "auditor", "", "2027-01-15T00:00:00Z", "",
    )  # fmt: skip
    assert "quintus" not in (full / "tables" / "account_roles.csv").read_text().lower()
    assert not (public / "tables" / "account_roles.csv").exists()
