"""Revision e4f1a0c7d201 with rows of a filing of form 1: nothing that was filed is lost on the way up or down."""

import json
from typing import Any

import pytest
import rfc8785

from registry import db
from registry.domain.filing import Known, read_stored
from tests import factories as make
from tests.migrations.statements import execute

BEFORE, AFTER = "74e460ac94bc", "e4f1a0c7d201"
KNOWN = Known(
    parties={"IND"},
    operators={"ISRO"},
    places={"ridge"},
    methods=("static-science",),
    ranks=3,
    horizon_days=1000,
)
AT = "2027-02-01 10:00:00"
PROSE = "supervision_contact, disposal_plan, emergency_contact, uses_resources"


def insert(url: str, table: str, /, **values: Any) -> None:
    names = ", ".join(values)
    execute(url, f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})", **values)


@pytest.fixture
def filed_before(url: str) -> str:
    """A database at the revision before, with one claim that was filed and examined then."""
    db.migrate(url, BEFORE)
    insert(url, "parties", id="IND", name="India", kind="state", source="test")
    insert(url, "controllers", id="A", name="A", kind="agency", source="test")
    insert(url, "operators", id="ISRO", name="ISRO", party_id="IND", controller_id="A", source="test")
    times = dict.fromkeys(("opens_at", "announced_at"), AT)
    insert(url, "rounds", id="R", name="R", state="OPEN", illustrative=True, note="", closes_at="2027-03-01", **times)
    receipt = {"received_at": AT, "state": "SUBMITTED", "state_since_at": AT}
    insert(url, "claims", id="C-0001", round_id="R", key="a", filed_by_id="IND", illustrative=True, **receipt)
    insert(url, "revisions", **revision(make.first_form()))
    insert(url, "credits", id=1, revision_id=1, party_id="IND", percent=100, contribution="lander and operations")
    for name, severity in (("COSPAR-1", "data"), ("OST-I-3", "soft"), ("OST-II-1", "hard")):
        texts = dict.fromkeys(("name", "instrument", "source", "statement", "check_text"), "test")
        insert(url, "provisions", id=name, severity=severity, standing="binding", **texts)
    insert(url, "examinations", id=1, revision_id=1, examined_at=AT, examiner="r", favourable=False)
    for number, (name, outcome) in enumerate(FOUND, start=1):
        row = {"provision_id": name, "outcome": outcome, "reason": "words", "evidence": "{}"}
        insert(url, "findings", id=number, examination_id=1, position=number, **row)
    return url


FOUND = (("OST-II-1", "favourable"), ("COSPAR-1", "unfavourable"), ("OST-I-3", "unfavourable"))


def revision(document: dict[str, Any]) -> dict[str, Any]:
    same = {name: document[name] for name in ("name", "activity", "purpose", "peaceful_statement", "term_days")}
    prose = {name: document[name] for name in ("disposal_plan", "emergency_contact", "uses_resources")}
    return {
        "id": 1, "claim_id": "C-0001", "number": 1, "filed_at": AT, "content": rfc8785.dumps(document).decode(),
        "sha256": "0" * 64, "operator_id": "ISRO", "authorising_party_id": "IND", "authorisation_reference": "L-1",
        "supervision_contact": "office@example.org", "state_of_registry_id": "IND", "launching_parties": '["IND"]',
        "cospar_inventory": "Propellants only.", **same, **prose,
    }  # fmt: skip


def test_prose_becomes_fields_and_what_it_did_not_say_stays_unsaid(filed_before: str) -> None:
    content = execute(filed_before, "SELECT content FROM revisions")
    db.migrate(filed_before, AFTER)
    [(form, text)] = execute(filed_before, "SELECT form, particulars FROM revisions")
    stored = json.loads(text)
    assert form == 1
    assert stored["contacts"]["emergency"]["name"] == "duty officer, duty@example.org"
    assert stored["disposal"] == {
        "method": None, "end_state": "Passivated in place.", "within_days": None, "passivation": "",
    }  # fmt: skip
    assert execute(filed_before, "SELECT content FROM revisions") == content


def test_the_fields_are_those_that_a_filing_of_form_1_is_read_into(filed_before: str) -> None:
    db.migrate(filed_before, AFTER)
    [(content, text)] = execute(filed_before, "SELECT content, particulars FROM revisions")
    [(contributions,)] = execute(filed_before, "SELECT contributions FROM credits")
    filing = read_stored(json.loads(content), 1, KNOWN)
    assert json.loads(text) == filing.particulars.content()
    assert json.loads(contributions) == [
        {"kind": "other", "what": "lander and operations", "percent": None, "amount": "", "evidence": ""}
    ]


def test_findings_get_the_effect_that_they_had(filed_before: str) -> None:
    db.migrate(filed_before, AFTER)
    rows = execute(filed_before, "SELECT provision_id, effect, mend, due_at FROM findings ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("OST-II-1", "none", "", None), ("COSPAR-1", "returns", "", None), ("OST-I-3", "noted", "", None),
    ]  # fmt: skip


def test_down_again_everything_is_as_it_was_filed(filed_before: str) -> None:
    asked = f"SELECT content, {PROSE} FROM revisions"
    before = [execute(filed_before, asked), execute(filed_before, "SELECT contribution FROM credits")]
    db.migrate(filed_before, AFTER)
    db.migrate(filed_before, BEFORE)
    assert [execute(filed_before, asked), execute(filed_before, "SELECT contribution FROM credits")] == before


def test_a_filing_of_form_2_survives_going_down_and_up_again(filed_before: str) -> None:
    db.migrate(filed_before, AFTER)
    document = {**make.claim_document(), "placements": [make.placement(1)]}
    filing = read_stored(document, 2, KNOWN)
    given = [{"kind": "hardware", "what": "lander", "percent": 25, "amount": "", "evidence": "contract 1"}]
    execute(
        filed_before,
        "UPDATE revisions SET form = 2, content = :content, particulars = :text",
        content=rfc8785.dumps(document).decode(),
        text=rfc8785.dumps(filing.particulars.content()).decode(),
    )
    execute(filed_before, "UPDATE credits SET contributions = :text", text=rfc8785.dumps(given).decode())
    db.migrate(filed_before, BEFORE)
    [row] = execute(filed_before, f"SELECT {PROSE} FROM revisions")
    assert tuple(row) == (
        "Office, office@example.org", "passivated-in-place, The lander stays.",
        "Duty officer, duty@example.org, +00 1234 5678", True,
    )  # fmt: skip
    db.migrate(filed_before, AFTER)
    [(form, text, contributions)] = execute(
        filed_before,
        "SELECT form, particulars, contributions FROM revisions JOIN credits ON revision_id = revisions.id",
    )
    assert (form, json.loads(text), json.loads(contributions)) == (2, filing.particulars.content(), given)
