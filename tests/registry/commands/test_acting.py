"""Who acts, when, and how the answer is printed: the parts that all commands of the procedure share."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.commands.acting import person
from registry.commands.answers import plain
from registry.services.errors import NotAllowedError
from tests import factories as make
from tests.registry.commands.conftest import Office

FILE = ("claim", "file", "--round", make.ROUND)
RITA, DEV, BOTH = ("--as", "rita@example.org"), ("--as", "dev@example.org"), ("--as", "both@example.org")


@pytest.fixture
def filing(office: Office) -> Path:
    return office.file("alpha.json", make.claim_document())


def last_record(office: Office) -> dict[str, object]:
    page = office.json("log", "list", "--count", "1000", "--as", "audit@example.org", at=None)
    record = page["records"][-1]
    assert isinstance(record, dict)
    return record


def test_a_step_is_printed_with_its_record_and_recorded_with_who_and_when(office: Office, filing: Path) -> None:
    ended = office.run(*FILE, filing, *DEV)
    line = "C-0001  alpha  revision 1  received 2027-02-01T10:00:00Z  SUBMITTED\n"
    line += "record 13 in the log; receipt: registry receipt show 13\n"
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, line, "")
    record = last_record(office)
    assert record["actor"] == {"name": "dev@example.org", "role": "delegate", "party": "IND"}
    assert (record["act"], record["at"]) == ("claim-filed", "2027-02-01T10:00:00Z")


def test_json_answers_ok_and_result(office: Office, filing: Path) -> None:
    ended = office.run(*FILE, filing, *DEV, "--json")
    answer = json.loads(ended.stdout)
    assert (ended.stdout.count("\n"), answer["ok"]) == (1, True)
    assert answer["result"][0]["id"] == "C-0001"


def test_a_refusal_in_json_names_kind_message_and_faults(office: Office) -> None:
    broken = office.file("broken.json", make.claim_document(activity="war", term_days=0))
    ended = office.run(*FILE, broken, *DEV, "--json")
    answer = json.loads(ended.stderr)
    assert (ended.exit_code, ended.stdout, answer["ok"], answer["error"]["kind"]) == (1, "", False, "validation")
    assert [fault.split(": ")[:2] for fault in answer["error"]["faults"]] == [
        ["alpha", "activity"],
        ["alpha", "term_days"],
    ]


def test_a_wrong_use_in_json_is_json_too(office: Office) -> None:
    ended = office.run("claim", "file", "--json")
    answer = json.loads(ended.stderr)
    assert (ended.exit_code, answer["error"]["kind"]) == (2, "use")
    assert "Missing option" in answer["error"]["message"]


def test_a_user_nobody_knows_is_refused(office: Office, filing: Path) -> None:
    line = office.refusal(*FILE, filing, "--as", "nobody@example.org")
    assert line == "--as: there is no user nobody@example.org; an administrator adds one with: registry user add"


def test_a_user_is_found_in_any_spelling_of_the_address(office: Office, filing: Path) -> None:
    assert office.json(*FILE, filing, "--as", " Dev@Example.ORG")[0]["id"] == "C-0001"


def test_of_several_roles_the_first_that_the_operation_names_acts(office: Office, filing: Path) -> None:
    office.json(*FILE, filing, *BOTH)
    assert last_record(office)["actor"] == {"name": "both@example.org", "role": "delegate", "party": "IND"}


def test_another_role_of_the_user_can_be_named(office: Office, filing: Path) -> None:
    office.json(*FILE, filing, *BOTH, "--role", "registrar")
    assert last_record(office)["actor"] == {"name": "both@example.org", "role": "registrar", "party": "IND"}


def test_a_role_that_the_user_has_not_is_refused(office: Office, filing: Path) -> None:
    line = office.refusal(*FILE, filing, *DEV, "--role", "registrar")
    assert line == "--role: dev@example.org is delegate, not registrar; name one of these"


def test_a_user_without_a_role_that_may_is_refused_by_the_service(office: Office, filing: Path) -> None:
    line = office.refusal(*FILE, filing, "--as", "audit@example.org")
    assert line == "alpha: this is for the role delegate or registrar, not for auditor; ask one of them"


def test_a_closed_account_cannot_act(session: Session) -> None:
    make.world(session)
    from registry.domain.users import User

    session.add(User(email="gone@example.org", name="Gone", active=False, fs_uniquifier="t"))
    with pytest.raises(NotAllowedError, match="the account of gone@example\\.org is closed or has no role"):
        person(session, "gone@example.org", "filing.file_claim")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2027-02-01T10:00:00", "'2027-02-01T10:00:00' has no offset from UTC; end it with Z; write for example"),
        ("tomorrow", "--at: Invalid isoformat string: 'tomorrow'; write for example 2027-02-01T10:00:00Z"),
    ],
)
def test_an_instant_that_is_none_is_refused(office: Office, filing: Path, at: str, words: str) -> None:
    assert words in office.refusal(*FILE, filing, *DEV, at=at, code=2)


def test_an_instant_is_refused_outside_a_rehearsal(
    office: Office, filing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGISTRY_REHEARSAL")
    assert office.refusal(*FILE, filing, *DEV, code=2) == (
        "--at: this register takes steps now; only one in rehearsal (REGISTRY_REHEARSAL=1) is told when"
    )


def test_without_an_instant_a_step_is_taken_now(office: Office) -> None:
    # The round of the fixtures is in 2027: what is asked for now, in whatever year, comes too early or too late.
    filing = office.file("now.json", make.claim_document())
    line = office.refusal(*FILE, filing, *DEV, at=None)
    assert "it takes claims from its opening to its closing only" in line


def test_the_same_key_and_request_get_the_same_answer_and_one_effect(office: Office, filing: Path) -> None:
    first = office.run(*FILE, filing, *DEV, "--key", "k-1")
    again = office.run(*FILE, filing, *DEV, "--key", "k-1", at="2027-02-02T10:00:00Z")
    assert (first.exit_code, again.exit_code, again.stdout) == (0, 0, first.stdout)
    assert (
        office.json("claim", "list", "--round", make.ROUND, *DEV, at=None)[0]["received_at"] == "2027-02-01T10:00:00Z"
    )


def test_the_same_key_with_another_file_is_a_conflict(office: Office, filing: Path) -> None:
    office.json(*FILE, filing, *DEV, "--key", "k-1")
    other = office.file("beta.json", make.claim_document("beta"))
    line = office.refusal(*FILE, other, *DEV, "--key", "k-1")
    assert line == "the key 'k-1' stands for another request, of filing.file_claim; take a new key"


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "alpha.json: "), ("[1, 2", "alpha.json: "), ('{"a": 1, "a": 2}', "alpha.json: ")],
)
def test_a_file_that_is_no_json_is_refused_by_name(office: Office, filing: Path, content: str, words: str) -> None:
    filing.write_text(content)
    line = office.refusal(*FILE, filing, *DEV, code=2)
    assert words in line and line.endswith("; see registry claim file --help")


def test_a_document_may_come_from_standard_input(office: Office) -> None:
    ended = office.run(*FILE, "-", *DEV, answer=json.dumps(make.claim_document()))
    assert (ended.exit_code, ended.stdout[:6]) == (0, "C-0001")


def test_a_refused_step_leaves_no_trace(office: Office, filing: Path) -> None:
    before = office.json("log", "list", at=None)["size"]
    office.refusal(*FILE, filing, filing, *DEV)
    assert office.json("log", "list", at=None)["size"] == before
    assert office.json("claim", "list", "--round", make.ROUND, at=None) == []


def test_values_of_every_kind_become_json() -> None:
    at = datetime(2027, 2, 1, 10, tzinfo=UTC)
    value = {"at": at, "day": at.date(), "set": {"b", "a"}, "rows": (1, None, True, 1.5), "path": Path("a")}
    assert plain(value) == {
        "at": "2027-02-01T10:00:00Z", "day": "2027-02-01", "set": ["a", "b"], "rows": [1, None, True, 1.5], "path": "a",
    }  # fmt: skip


def test_an_entity_becomes_its_recorded_cells_without_secrets(session: Session) -> None:
    from registry.domain.users import User

    make.world(session)
    user = User(email="a@example.org", name="A", active=True, fs_uniquifier="secret")
    session.add(user)
    session.flush()
    cells = plain(user)
    assert (cells["email"], "fs_uniquifier" in cells, "password" in cells) == ("a@example.org", False, False)


def test_help_of_a_group_comes_at_once(office: Office) -> None:
    started = time.monotonic()
    ended = office.run("claim", "file", "--help", at=None)
    assert ended.exit_code == 0
    assert time.monotonic() - started < 1
    assert "--as EMAIL" in ended.stdout


def test_tables_of_another_revision_are_refused(office: Office, filing: Path) -> None:
    db.migrate(f"sqlite:///{office.data / 'registry.sqlite'}", "74e460ac94bc")
    assert "the database is at revision 74e460ac94bc" in office.refusal(*FILE, filing, *DEV, code=2)
