"""The one list of what is confidential: complete for every column that names a person, and applied path by path."""

from typing import Any

import pytest
import sqlalchemy as sa

from registry import domain
from registry.db import Base
from registry.domain import confidential
from registry.domain.actors import SYSTEM, Actor
from registry.services.recording import UNRECORDED

RITA, DEV = Actor("rita@example.org", "registrar"), Actor("dev@example.org", "delegate", "IND")
# Texts of 200 characters and more that name no person: what was looked at, so that a new column is looked at too.
NO_PERSON = {
    "claims": set(),
    "controllers": {"name"},
    "docking_records": {"title", "origin_forum", "target_body", "agenda_item"},
    "features": {"name"},
    "instruments": {"name"},
    "missions": {"name", "operator"},
    "norm_profiles": {"name"},
    "notice_templates": {"addressees", "heading"},
    "banked_sites": {"first_name", "second_name", "chosen_by"},
    "operators": {"name"},
    "parties": {"name"},
    "placements": {"name"},
    "protected_places": {"name"},
    "provisions": {"name"},
    "regions": {"name"},
    "requests": {"key"},
    "revisions": {"name"},
    "roles": {"description"},
    "rounds": {"name"},
    "run_looks": {"stage"},
    "signing_keys": {"name", "origin", "vkey"},
    "witnesses": {"name", "vkey"},
}
WORDS = ("email", "author", "reader", "observer", "decider", "examiner", "voter", "person", "actor")


def suspects() -> set[tuple[str, str]]:
    """Columns that could name a person: texts as long as an address, and whatever is called like one."""
    assert domain is not None, "every entity is loaded"
    return {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.String)
        and ((column.type.length or 0) >= 200 or column.name in WORDS or column.name.endswith("_by"))
    }


def test_every_column_that_could_name_a_person_was_looked_at() -> None:
    known = {(table, name) for table, names in confidential.PERSON_COLUMNS.items() for name in names}
    known |= {(table, name) for table, names in NO_PERSON.items() for name in names}
    known |= {(table, name) for table, names in UNRECORDED.items() for name in names}
    assert suspects() - known == set()


def test_the_list_names_columns_that_exist() -> None:
    for table, names in confidential.PERSON_COLUMNS.items():
        assert names <= set(Base.metadata.tables[table].columns.keys()), table
    assert set(Base.metadata.tables) >= confidential.CLAIM_TABLES
    assert set(Base.metadata.tables["claims"].columns.keys()) >= confidential.CLEAR_OF_CLAIMS


def paths(subject: str, actor: Actor, rows: dict[str, Any], *hidden: str, **more: Any) -> list[str]:
    return confidential.sealed_paths(subject, actor.content(), {**more, "rows": rows}, hidden)


def test_a_person_is_sealed_and_the_program_is_not() -> None:
    assert paths("rounds/R", RITA, {}) == ["/actor/name"]
    assert paths("rounds/R", SYSTEM, {}) == []


def test_of_a_user_name_and_address_are_sealed() -> None:
    row = {"id": 7, "email": "a@example.org", "name": "Ada", "party_id": "CHE", "active": True}
    assert paths("users/7", SYSTEM, {"users": [row]}) == ["/content/rows/users/0/email", "/content/rows/users/0/name"]


def test_why_something_was_done_about_an_account_is_sealed_for_ever() -> None:
    content = {"reason": "Ada left the agency", "rows": {"users": [{"id": 7, "email": None, "name": None}]}}
    assert confidential.sealed_paths("users/7", SYSTEM.content(), content, ()) == ["/content/reason"]
    assert confidential.is_person("/content/reason", content)
    assert not confidential.is_person("/content/reason", {"reason": "late", "rows": {"claims": []}})


def test_an_empty_cell_is_not_sealed() -> None:
    assert paths("offers/1", SYSTEM, {"offers": [{"id": 1, "answered_by": None}]}) == []


def test_of_an_unpublished_claim_only_number_round_state_and_instants_are_clear() -> None:
    claim = {
        "id": "C-0001", "round_id": "R", "key": "alpha", "filed_by_id": "IND", "received_at": "t", "state": "SUBMITTED",
        "state_since_at": "t", "published_at": None, "illustrative": True,
    }  # fmt: skip
    rows = {"claims": [claim], "revisions": [{"id": 3, "name": "x"}], "placements": [{"id": 1}, {"id": 2}]}
    assert paths("claims/C-0001", DEV, rows, "C-0001", reason="why") == [
        "/actor/name",
        "/actor/party",
        "/content/reason",
        "/content/rows/claims/0/filed_by_id",
        "/content/rows/claims/0/key",
        "/content/rows/placements/0",
        "/content/rows/placements/1",
        "/content/rows/revisions/0",
    ]
    assert paths("claims/C-0001", DEV, rows, reason="why") == ["/actor/name"]


def test_an_examination_is_sealed_cell_by_cell_so_that_all_but_the_person_can_be_opened() -> None:
    rows = {"examinations": [{"id": 1, "revision_id": 2, "examiner": "rita@example.org", "favourable": True}]}
    place = "/content/rows/examinations/0"
    assert paths("claims/C-0001", SYSTEM, rows, "C-0001") == [
        f"{place}/examiner", f"{place}/favourable", f"{place}/revision_id",
    ]  # fmt: skip
    assert paths("claims/C-0001", SYSTEM, rows) == [f"{place}/examiner"]
    content = {"rows": rows}
    assert confidential.is_person(f"{place}/examiner", content)
    assert not confidential.is_person(f"{place}/favourable", content)


def test_a_notice_about_an_unpublished_claim_is_sealed_whatever_the_record_is_about() -> None:
    rows = {"notices": [{"id": 9, "kind": "offer-made", "subject": "claims/C-0002", "heading": "h", "text": "t"}]}
    assert confidential.claims_concerned("notices/9", {"rows": rows}) == {"C-0002"}
    assert paths("notices/9", SYSTEM, rows, "C-0002") == ["/content/rows/notices/0"]


@pytest.mark.parametrize("kind", ["consultation-opened", "consultation-reminder", "observer-invited"])
def test_the_words_of_notices_that_can_name_people_are_sealed(kind: str) -> None:
    row = {"id": 9, "kind": kind, "subject": "consultations/K-0001", "heading": "h", "text": "t"}
    place = "/content/rows/notices/0"
    assert paths("consultations/K-0001", SYSTEM, {"notices": [row]}) == [f"{place}/heading", f"{place}/text"]


def test_claims_are_found_in_ids_of_placements_and_in_sentences() -> None:
    assert confidential.claims_in({"a": ["C-0002/1 is 9 m from C-0001/3"], "b": "XC-0009", "c": 7}) == {
        "C-0001", "C-0002",
    }  # fmt: skip
