"""What needs two persons and why the rest does not: every step that somebody takes for the agency is in one of two lists."""

from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.operations import OPERATIONS
from registry.services import deciding, erasures, roles, users
from registry.services.errors import ConflictError, NotAllowedError
from tests import factories as make
from tests.registry.services.people_cases import SECRETS, number, user

TWO = {
    "deciding.decide": "a proposal is adopted or rejected by two of different parties",
    "roles.change": "one administrator asks",
    "roles.confirm": "another one makes it so",
    "users.add_user": "the roles of a new account wait for another administrator",
    "erasures.ask": "one administrator asks",
    "erasures.confirm": "another one erases",
}
# Why one person is enough: by room, or by step.
ONE: Mapping[str, str] = {
    "banking": "between sites of equal score; the party that files both and the log see it, and nothing is lost by either",
    "consultations": "the office keeps a case; it decides nothing",
    "coordination": "publishing as received and readiness follow from the examination and the deadline",
    "drawing": "the value is public, named beforehand in source and moment, and anybody repeats the seed",
    "examination": "a function of claim, policy and provisions; a failed claim is amended, and the finding is public",
    "extending": "a closed list of grounds with limits, told to all",
    "freezing": "a function of rows that is repeated from the log alone",
    "keys": "a new key is covered by the last checkpoint of the one before; whoever holds older checkpoints sees it",
    "landing_slots": "hours are proposals, and bind nobody who has not agreed",
    "offers": "by the clock",
    "outbox": "what came of a delivery",
    "proposing": "solved, verified and confirmed by programs; two persons decide on it afterwards",
    "reference": "files with sources; every changed row is in the log before a round uses it",
    "resolving": "follows the policy, from the value that was drawn",
    "returning": "needs an unfavourable examination, and the party amends",
    "rounds": "the policy is public before the round opens and can never change; a second pair of eyes is the public's",
    "runs": "a trial decides nothing",
    "timers": "by the clock",
    "tokens": "of the own account, and never more than it",
    "witnesses": "keeps what is signed",
    "roles.withdraw": "nothing changes",
    "erasures.withdraw": "nothing changes",
    "users.close": "takes rights away; not an administrator's",
    "users.remove_second_factor": "the person still needs the password, and the log tells",
    "users.reopen": "gives back roles that two gave",
    "users.set_credentials": "a one-time password; a second factor stays, and the log tells",
    "users.tell_data": "to the person, and the log tells",
}


def unlisted(names: list[str]) -> list[str]:
    """The steps that are in neither list."""
    return [name for name in names if not {name, name.partition(".")[0]} & {*TWO, *ONE}]


def test_every_step_for_the_agency_is_in_one_list() -> None:
    names = [row.name for row in OPERATIONS if row.changes and not row.own_party]
    assert unlisted(names) == []
    assert set(TWO) <= set(names)
    assert not set(TWO) & set(ONE)
    assert unlisted(["rounds.open_round", "crowning.crown"]) == ["crowning.crown"]


ADA, ABE = Actor("ada@example.org", "administrator"), Actor("abe@example.org", "administrator")


@pytest.fixture
def office(register: Session) -> Session:
    """An auditor and two administrators."""
    make.world(register)
    user(register)
    for actor in (ADA, ABE):
        user(register, actor.name, "administrator")
    return register


def test_the_same_person_in_another_role_or_spelling_is_no_second_person(office: Session) -> None:
    change = roles.change(office, number(office), ["planner"], "a new post", ADA, make.ANNOUNCED)
    assert change is not None
    asked = erasures.ask(office, user(office, "third@b.org").id, SECRETS, "asked for", ADA, make.ANNOUNCED)
    with pytest.raises(NotAllowedError, match="needs two"):
        roles.confirm(office, change.id, Actor(ADA.name, "administrator", "IND"), make.ANNOUNCED)
    with pytest.raises(NotAllowedError, match="needs two"):
        erasures.confirm(office, asked.id, SECRETS, Actor(ADA.name, "administrator", "IND"), make.ANNOUNCED)
    for role in ("registrar", "council", "planner", "auditor", "delegate"):
        with pytest.raises(NotAllowedError):
            roles.confirm(office, change.id, Actor(ABE.name, role, "IND"), make.ANNOUNCED)


def test_of_two_who_answer_one_answers(office: Session) -> None:
    change = roles.change(office, number(office), ["planner"], "a new post", ADA, make.ANNOUNCED)
    assert change is not None
    roles.confirm(office, change.id, ABE, make.ANNOUNCED)
    with pytest.raises(ConflictError, match="is made already"):
        roles.withdraw(office, change.id, ADA, make.ANNOUNCED)
    with pytest.raises(ConflictError, match="has these roles already"):
        roles.change(office, number(office), ["planner"], "again", ADA, make.ANNOUNCED)


def test_a_new_account_has_no_role_before_another_says_so(office: Session) -> None:
    secrets = users.Credentials(None, "token-of-a-friend")
    friend = users.add_user(office, "f@b.org", "F", ["administrator"], ADA, make.ANNOUNCED, credentials=secrets)
    assert friend.roles == []
    with pytest.raises(NotAllowedError, match="nobody may change the own roles"):
        roles.change(office, number(office, ADA.name), ["council"], "me too", ADA, make.ANNOUNCED)


def test_a_decider_who_changes_party_or_role_has_spoken_already(register: Session) -> None:
    make.proposed_round(register)
    deciding.decide(register, make.ROUND, "adopt", make.CHE_DECIDER, make.DECIDED)
    for again in (Actor(make.CHE_DECIDER.name, "council", "GHA"), make.CHE_DECIDER):
        with pytest.raises(ConflictError, match="has spoken on this proposal already"):
            deciding.decide(register, make.ROUND, "adopt", again, make.DECIDED)
    with pytest.raises(NotAllowedError):
        deciding.decide(register, make.ROUND, "adopt", SYSTEM, make.DECIDED)
