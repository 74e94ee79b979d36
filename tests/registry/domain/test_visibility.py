"""Who sees a claim that is not published, the name of a person, and the words of a notice that can name one."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.domain import visibility
from registry.domain.actors import ROLES, Actor
from registry.domain.claims import Claim
from registry.domain.visibility import (
    PUBLIC,
    REGISTER,
    Viewer,
    hidden_claims,
    names_hidden,
    person,
    sees_claim,
    words_of_notice,
)
from registry.services import coordination, examination, filing, rounds
from tests import factories as make
from tests.registry.conftest import rolled_back

ANNA = "anna@example.org"


def delegate(party: str) -> Viewer:
    return Viewer(frozenset({"delegate"}), party, f"{party}@example.org")


def of_role(role: str) -> Viewer:
    return Viewer(frozenset({role}), None, f"{role}@example.org")


def shared(*parties: str) -> dict[str, Any]:
    """Credit and contributions of two parties."""
    return {"credit": dict.fromkeys(parties, 50), "contributions": {party: [make.contribution()] for party in parties}}


@pytest.fixture(scope="module")
def claims(tables: Engine) -> Iterator[Session]:
    """C-0001 is published; C-0002 of Japan credits Ghana no more; C-0003 of Thailand credits Ghana."""
    beta = make.claim_document("beta", "JPN", **shared("JPN", "GHA"))
    gamma = make.claim_document("gamma", "THA", **shared("THA", "GHA"))
    for session in rolled_back(tables):
        make.open_round(session)
        make.filed(session, make.claim_document("alpha"), beta, gamma)
        filing.amend(session, "C-0002", make.claim_document("beta", "JPN"), make.REGISTRAR, make.FILED)
        rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
        examination.examine(session, "C-0001", make.REGISTRAR, make.EXAMINED)
        coordination.publish(session, "C-0001", make.REGISTRAR, make.PUBLISHED)
        yield session


SEEN = {
    "public": (PUBLIC, ["C-0001"]),
    "register": (REGISTER, ["C-0001", "C-0002", "C-0003"]),
    "India": (delegate("IND"), ["C-0001"]),
    "Japan": (delegate("JPN"), ["C-0001", "C-0002"]),
    "Ghana, credited once": (delegate("GHA"), ["C-0001", "C-0003"]),
    "Thailand": (delegate("THA"), ["C-0001", "C-0003"]),
    "a party without the role": (Viewer(frozenset({"council"}), "JPN"), ["C-0001"]),
    **{role: (of_role(role), ["C-0001", "C-0002", "C-0003"]) for role in ("registrar", "planner", "auditor")},
    **{role: (of_role(role), ["C-0001"]) for role in ("council", "administrator", "observer")},
}


@pytest.mark.parametrize("who", SEEN)
def test_a_claim_is_there_for_whom_it_is_and_hidden_from_all_others(claims: Session, who: str) -> None:
    viewer, wanted = SEEN[who]
    seen = list(claims.scalars(select(Claim.id).where(sees_claim(viewer)).order_by(Claim.id)))
    hidden = list(claims.scalars(hidden_claims(viewer).order_by(Claim.id)))
    assert (seen, sorted(seen + hidden)) == (wanted, ["C-0001", "C-0002", "C-0003"])


def test_the_readers_are_those_that_are_written_out() -> None:
    assert {"registrar", "planner", "auditor", "system"} == visibility.READERS_OF_CLAIMS
    assert {"registrar", "administrator", "auditor", "system"} == visibility.READERS_OF_PERSONS
    assert {role for role in ROLES if of_role(role).sees_persons} == {"registrar", "administrator", "auditor"}
    assert Viewer() == PUBLIC == Viewer(frozenset(), None, None)
    assert Viewer.of(Actor(ANNA, "delegate", "IND")) == Viewer(frozenset({"delegate"}), "IND", ANNA)


def test_a_person_is_named_to_those_who_keep_the_register_and_to_the_person() -> None:
    council = of_role("council")
    assert [person(of_role(role), ANNA) for role in ("registrar", "administrator", "auditor", "planner")] == [
        ANNA, ANNA, ANNA, "",
    ]  # fmt: skip
    assert person(Viewer(name=ANNA), ANNA) == ANNA
    assert [person(council, ANNA), person(PUBLIC, ANNA), person(REGISTER, ""), person(PUBLIC, None)] == [""] * 4


def test_the_words_of_a_notice_that_can_name_people_are_its_addressees_and_the_keepers() -> None:
    [kind, *_] = sorted(visibility.PERSON_NOTICES)
    for viewer, words in (
        (delegate("IND"), "text"), (delegate("JPN"), ""), (PUBLIC, ""), (of_role("planner"), ""),
        (of_role("auditor"), "text"), (Viewer(frozenset({"council"}), "IND"), ""),
    ):  # fmt: skip
        assert words_of_notice(viewer, kind, "party/IND", "text") == words
        assert words_of_notice(viewer, "round-announced", "party/IND", "text") == "text"
    assert words_of_notice(PUBLIC, kind, "party/None", "text") == ""


def test_a_value_that_names_a_hidden_claim_is_found() -> None:
    value = {"rows": ["claim C-0002 and placement C-0003/1"]}
    found = [names_hidden(value, frozenset(hidden)) for hidden in ((), ("C-0001",), ("C-0003",), ("C-0001", "C-0002"))]
    assert found == [False, False, True, True]
