"""Coordination by commands: from two overlapping claims to an agreement, a disclosed note and readiness."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry import db
from registry.services import examination
from tests import factories as make
from tests.registry.commands.conftest import Office

ROUND = ("--round", make.ROUND)
RITA, DEV, JUN = ("--as", "rita@example.org"), ("--as", "dev@example.org"), ("--as", "jun@example.org")
OBS, AUDIT = ("--as", "obs@example.org"), ("--as", "audit@example.org")
STARTED, SOON, LATER = "2027-02-10T09:00:00Z", "2027-03-01T09:00:00Z", "2027-04-01T09:00:00Z"
DEADLINE, YEARS_LATER = "2027-06-10T09:00:00Z", "2032-01-01T00:00:00Z"
SECRET = "Quillback-7 lands a month before we said"


@pytest.fixture(scope="module")
def coordinated(opened_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two claims that want the same ground, in coordination; copied for each test."""
    office = Office(tmp_path_factory.mktemp("coordinated") / "data")
    shutil.copytree(opened_register, office.data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_REHEARSAL", "1")
        office.json("claim", "file", office.file("filed.json", list(make.two_rivals())), *ROUND, *RITA)
        engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
        with db.unit_of_work(engine) as session:
            for claim_id in ("C-0001", "C-0002"):
                examination.examine(session, claim_id, make.REGISTRAR, make.FILED)
        engine.dispose()
        office.json("claim", "publish", *ROUND, *RITA, at=STARTED)
        office.json("coordination", "start", *ROUND, *RITA, at=STARTED)
    return office.data


@pytest.fixture
def rivals(coordinated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The two claims in a register of the test's own."""
    shutil.copytree(coordinated, tmp_path / "data")
    monkeypatch.setenv("REGISTRY_REHEARSAL", "1")
    return Office(tmp_path / "data")


def text(office: Office, words: str, name: str = "words.txt") -> Path:
    path = office.data.parent / name
    path.write_text(words)
    return path


def test_starting_coordination_tells_of_the_consultations_that_it_opened(rivals: Office) -> None:
    [row] = rivals.json("consultation", "list", *ROUND, at=None)
    assert (row["id"], [side["claim"] for side in row["sides"]], row["outcome"]) == ("K-0001", ["C-0001", "C-0002"], "")
    assert rivals.run("consultation", "list", "--party", "JPN", at=None).stdout.splitlines() == [
        "K-0001  C-0001 (IND) and C-0002 (JPN)     until 2027-06-10  open",
        "1 consultations",
    ]
    assert rivals.json("consultation", "list", "--claim", "C-0009", at=None) == []


def test_a_consultation_is_shown_with_both_sides_and_what_lies_too_near(rivals: Office) -> None:
    assert rivals.run("consultation", "show", "K-0001", *DEV, at=None).stdout.splitlines() == [
        "K-0001  C-0001 (IND) and C-0002 (JPN)     until 2027-06-10  open",
        "IND for C-0001: Office, office@example.org, silent so far",
        "JPN for C-0002: Office, office@example.org, silent so far",
        "C-0001/1 and C-0002/1: 9 m apart, keep-out 200 m",
    ]
    assert rivals.run("consultation", "show", "K-0001", at=None).stdout.splitlines()[1] == (
        "IND for C-0001: no point of contact shown, silent so far"
    )
    assert rivals.refusal("consultation", "show", "K-0009", at=None) == "there is no consultation K-0009; check the id"


def test_those_who_sleep_longest_come_first_with_whom_to_call(rivals: Office) -> None:
    rivals.json("consultation", "contact", "K-0001", "--point", "Ms Sato", *JUN, at=SOON)
    assert rivals.run("consultation", "waiting", *ROUND, *RITA, at="2027-03-31T09:00:00Z").stdout.splitlines() == [
        "K-0001    30 days  IND for C-0001: Office, office@example.org; JPN for C-0002: Ms Sato",
        "1 open consultations",
    ]
    assert rivals.json("consultation", "remind", make.ROUND, *RITA, at=LATER) == []  # this policy has no such timer


def test_comments_and_replies_are_public(rivals: Office) -> None:
    rivals.json("comment", "add", "C-0001", text(rivals, "Please mind the relay."), *JUN, at=SOON)
    rivals.json("comment", "reply", "M-0001", text(rivals, "We will."), *DEV, at=SOON)
    assert rivals.run("comment", "list", *ROUND, at=None).stdout.splitlines() == [
        "M-0001  2027-03-01  JPN  on C-0001: Please mind the relay.",
        "M-0002  2027-03-01  IND  reply to M-0001: We will.",
        "2 comments and replies",
    ]
    refusal = rivals.refusal("comment", "add", "C-0001", text(rivals, "Late"), *JUN, at="2027-06-10T09:00:01Z")
    assert refusal.startswith("the time for comments on claim C-0001 is over on 2027-06-10T09:00:00Z")


def test_terms_are_proposed_accepted_listed_and_ended(rivals: Office) -> None:
    terms = rivals.file("terms.json", {"keep_out_m": 50, "text": "Side by side."})
    made = rivals.json("agreement", "propose", "C-0001", "C-0002", terms, *DEV, at=SOON)
    assert (made["id"], made["in_force"]) == ("A-0001", False)
    assert rivals.json("agreement", "accept", "A-0001", *JUN, at=LATER)["pairs"] == [["C-0001", "C-0002"]]
    assert rivals.run("agreement", "list", make.ROUND, at=None).stdout.splitlines() == [
        "A-0001      50 m  in force  C-0001 C-0002  Side by side.",
        "1 agreements",
    ]
    assert rivals.refusal("agreement", "join", "A-0001", "C-0002", *JUN, at=LATER).startswith(
        "claim C-0002 was under agreement A-0001 before"
    )
    ended = rivals.json("agreement", "end", "A-0001", "C-0002", "--reason", "no pad", *JUN, at=LATER)
    assert (ended["in_force"], ended["pairs"]) == (False, [])


def test_a_larger_distance_is_refused_with_its_field(rivals: Office) -> None:
    terms = rivals.file("terms.json", {"keep_out_m": 900, "text": "Far apart."})
    assert "keep_out_m: 900 m is not smaller than the 200 m" in rivals.refusal(
        "agreement", "propose", "C-0001", "C-0002", terms, *DEV, at=SOON
    )


def test_readiness_comes_by_the_deadline_and_ends_the_case(rivals: Office) -> None:
    before = rivals.json("coordination", "ready", *ROUND, *RITA, at="2027-06-10T08:59:59Z")
    assert before == []
    assert len(rivals.json("coordination", "ready", *ROUND, *RITA, at=DEADLINE)) == 2
    [row] = rivals.json("consultation", "list", *ROUND, at=None)
    assert row["outcome"] == "no-answer"


def test_the_registrar_ends_a_case_that_both_spoke_in(rivals: Office) -> None:
    for party in (DEV, JUN):
        rivals.json("consultation", "contact", "K-0001", *party, at=SOON)
    ended = rivals.run(
        "consultation", "close", "K-0001", "--outcome", "not-agreed", "--summary", "No.", *RITA, at=LATER
    )
    assert ended.stdout.splitlines()[0] == "consultation K-0001 has ended: not-agreed"
    assert re.fullmatch(r"record \d+ in the log; receipt: registry receipt show \d+", ended.stdout.splitlines()[1])


# Notes


def noted(office: Office, *options: str) -> dict[str, Any]:
    note: dict[str, Any] = office.json("note", "add", "K-0001", text(office, SECRET), *options, *DEV, at=SOON)
    return note


def test_a_note_is_read_by_the_parties_and_by_an_invited_observer_and_every_reading_is_listed(rivals: Office) -> None:
    assert "text" not in noted(rivals)
    assert rivals.run("note", "read", "N-0001", *JUN, at=LATER).stdout == f"{SECRET}\n"
    rivals.json("consultation", "invite", "K-0001", "obs@example.org", *RITA, at=LATER)
    assert rivals.json("note", "read", "N-0001", *OBS, at=LATER)["text"] == SECRET
    assert [row["reader"] for row in rivals.json("note", "readers", "N-0001", *DEV, at=None)] == [
        "jun@example.org",
        "obs@example.org",
    ]


@pytest.mark.parametrize("who", [AUDIT, OBS, ("--as", "adam@example.org")], ids=lambda who: who[1])
def test_to_others_the_answer_is_that_of_a_note_that_does_not_exist(rivals: Office, who: tuple[str, str]) -> None:
    noted(rivals)
    for verb, at in (("read", LATER), ("readers", None), ("disclose", LATER), ("agree", LATER)):
        there = rivals.refusal("note", verb, "N-0001", *who, at=at)
        assert there.replace("N-0001", "") == rivals.refusal("note", verb, "N-0002", *who, at=at).replace("N-0002", "")
        assert there == "there is no note N-0001; check the id"


def test_a_reading_takes_no_key_under_which_the_text_would_be_kept(rivals: Office) -> None:
    noted(rivals)
    assert "No such option" in rivals.refusal("note", "read", "N-0001", "--key", "mine", *JUN, at=LATER, code=2)


def test_a_note_is_disclosed_on_the_date_that_both_stated(rivals: Office) -> None:
    noted(rivals, "--disclose-at", YEARS_LATER)
    agreed = rivals.run("note", "agree", "N-0001", "--disclose-at", YEARS_LATER, *JUN, at=LATER)
    assert agreed.stdout.splitlines()[0] == "note N-0001 may be disclosed from 2032-01-01"
    assert "is confidential until" in rivals.refusal("note", "disclose", "N-0001", *RITA, at=LATER)
    rivals.json("note", "disclose", "N-0001", *RITA, at=YEARS_LATER)
    page = rivals.json("consultation", "show", "K-0001", at=None)
    assert page["notes"][0]["text"] == SECRET


def test_the_database_keeps_a_note_in_one_table_and_nowhere_else(rivals: Office) -> None:
    """Neither records nor notices nor the answers kept under keys have a word of it."""
    noted(rivals, "--key", "note-1")
    rivals.run("note", "read", "N-0001", *JUN, at=LATER)
    engine = db.make_engine(f"sqlite:///{rivals.data / 'registry.sqlite'}")
    with db.reading(engine) as session:
        found = {
            table.name
            for table in db.Base.metadata.sorted_tables
            for row in session.execute(table.select())
            if any("Quillback" in str(cell) for cell in row)
        }
    engine.dispose()
    assert found == {"note_texts"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("note", "add", "K-0001", "missing.txt", *DEV), "missing.txt: No such file or directory"),
        (("comment", "add", "C-0001", "latin.txt", *DEV), "latin.txt: byte 0 is not UTF-8"),
        (("note", "agree", "N-0001", "--disclose-at", "soon", *DEV), "write for example 2032-01-01T00:00:00Z"),
        (("note", "agree", "N-0001", "--disclose-at", "2032-01-01T00:00:00", *DEV), "has no offset from UTC"),
        (("coordination", "start", *RITA), "give the claims, or --round for all of a round"),
    ],
)
def test_input_that_cannot_be_used_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    (office.data.parent / "latin.txt").write_bytes(b"\xe9")
    monkeypatch.chdir(office.data.parent)
    assert sentence in office.refusal(*words, code=2)


# Revisions


def test_two_revisions_are_compared_line_by_line(office: Office) -> None:
    office.json("claim", "file", office.file("filed.json", make.claim_document()), *ROUND, *DEV)
    moved = [make.placement(1, x=10300, y=10400, start=[0, 100]), make.placement(2, x=11000)]
    changed = make.claim_document(name="Better", placements=moved)
    office.json("claim", "amend", "C-0001", office.file("amended.json", changed), *DEV, at="2027-02-02T10:00:00Z")
    assert office.run("claim", "diff", "C-0001", *DEV, at=None).stdout.splitlines() == [
        "claim C-0001, revision 1 to 2:",
        '  name: "Claim alpha" -> "Better"',
        "  placement 1: changed, moved by 500.0 m",
        "    footprint.coordinates: [10000, 10000] -> [10300, 10400]",
        "    start: [0, 200] -> [0, 100]",
        "  placement 2: same",
        "  placement 3: removed",
    ]
    assert (
        office.json("claim", "diff", "C-0001", "--from", "2", "--to", "1", *DEV, at=None)["placements"][2]["kind"]
        == "added"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("C-0009",), "there is no claim C-0009; check the id"),
        (("C-0001",), "claim C-0001 has no revision 0; it has one revision only"),
        (("C-0001", "--to", "4"), "claim C-0001 has no revision 3; it has one revision only"),
        (("C-0001", "--from", "1"), "revision 1 of claim C-0001 stands twice; name two different ones"),
    ],
)
def test_revisions_that_are_not_there_are_named(office: Office, words: tuple[str, ...], sentence: str) -> None:
    office.json("claim", "file", office.file("filed.json", make.claim_document()), *ROUND, *DEV)
    assert office.refusal("claim", "diff", *words, *DEV, at=None) == sentence
