"""Roles are changed by two administrators; one alone only while there is no other."""

import json

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.users import User
from registry.domain.visibility import REGISTER
from registry.log import reading
from registry.services import roles, users
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make
from tests.registry.services.people_cases import ADA, number, user

ABE = Actor("abe@example.org", "administrator")
AT = make.ANNOUNCED
ANNA = "a@b.org"


@pytest.fixture
def two(session: Session) -> Session:
    """A register with an auditor and two administrators."""
    make.world(session)
    user(session)
    user(session, ADA.name, "administrator")
    user(session, ABE.name, "administrator")
    return session


def held(session: Session, email: str = ANNA) -> list[str]:
    return [role.name for role in session.get_one(User, number(session, email), populate_existing=True).roles]


def test_what_one_asks_for_another_makes(two: Session) -> None:
    change = roles.change(two, number(two), ["planner", "auditor"], "a new post", ADA, AT)
    assert change is not None
    assert held(two) == ["auditor"]
    roles.confirm(two, change.id, ABE, AT)
    assert held(two) == ["auditor", "planner"]
    asked, made = (
        reading.records_about(two, subject, REGISTER)[-1]
        for subject in (f"role_changes/{change.id}", f"users/{change.user_id}")
    )
    assert (asked.act, made.act, made.content["roles"]) == (
        "role-change-asked",
        "user-roles-changed",
        ["auditor", "planner"],
    )
    assert "secret" not in json.dumps(made.content)


def test_nobody_confirms_what_they_asked_for(two: Session) -> None:
    change = roles.change(two, number(two), ["planner"], "a new post", ADA, AT)
    assert change is not None
    with pytest.raises(NotAllowedError, match="a change of roles needs two"):
        roles.confirm(two, change.id, ADA, AT)
    assert held(two) == ["auditor"]


def test_nobody_confirms_roles_for_themselves_but_may_let_one_go(two: Session) -> None:
    more = roles.change(two, number(two, ABE.name), ["administrator", "planner"], "more", ADA, AT)
    assert more is not None
    with pytest.raises(NotAllowedError, match="nobody may confirm roles for themselves"):
        roles.confirm(two, more.id, ABE, AT)
    roles.withdraw(two, more.id, ABE, AT)
    less = roles.change(two, number(two, ABE.name), [], "retires", ADA, AT)
    assert less is not None
    roles.confirm(two, less.id, ABE, AT)
    assert held(two, ABE.name) == []


def test_a_change_is_answered_once_and_only_one_waits(two: Session) -> None:
    change = roles.change(two, number(two), ["planner"], "a new post", ADA, AT)
    assert change is not None
    with pytest.raises(ConflictError, match="waits already"):
        roles.change(two, number(two), ["registrar"], "another", ABE, AT)
    roles.confirm(two, change.id, ABE, AT)
    with pytest.raises(ConflictError, match="this change of roles is made already"):
        roles.withdraw(two, change.id, ABE, AT)


def test_a_single_administrator_changes_roles_at_once(session: Session) -> None:
    make.world(session)
    user(session)
    user(session, ADA.name, "administrator")
    assert roles.change(session, number(session), ["planner"], "a new post", ADA, AT) is None
    assert held(session) == ["planner"]


def test_a_closed_administrator_is_nobody_to_ask(two: Session) -> None:
    users.close(two, number(two, ABE.name), "gone", "left", SYSTEM, AT)
    assert roles.change(two, number(two), ["planner"], "a new post", ADA, AT) is None


def test_new_accounts_get_their_roles_in_the_same_way(two: Session) -> None:
    secrets = users.Credentials(None, "new-token")
    new = users.add_user(two, "new@b.org", "N", ["administrator"], ADA, AT, credentials=secrets)
    assert new.roles == []
    waiting = roles.waiting_for(two, new.id)
    assert waiting is not None
    assert waiting.roles == ["administrator"]
    assert reading.records_about(two, f"users/{new.id}", REGISTER)[-1].content["roles"] == []


@pytest.mark.parametrize(
    ("wanted", "reason", "kind", "words"),
    [
        (["king"], "why", ValidationError, "roles: king unknown"),
        (["council"], "why", ValidationError, "speak for a party, and this account has none"),
        (["auditor"], "why", ConflictError, "has these roles already"),
        (["planner"], "  ", ValidationError, "reason: it has 0 characters"),
        (["planner"], "x" * 1001, ValidationError, "reason: it has 1001 characters"),
    ],
)
def test_what_cannot_be_asked_for(
    two: Session, wanted: list[str], reason: str, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        roles.change(two, number(two), wanted, reason, ADA, AT)


def test_nobody_changes_the_own_roles(two: Session) -> None:
    with pytest.raises(NotAllowedError, match="nobody may change the own roles"):
        roles.change(two, number(two, ADA.name), ["administrator", "planner"], "mine", ADA, AT)
