"""What an export says of coordination, and that it has not one character of what is confidential."""

import csv
import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.exports.package import write_export
from registry.services import agreements, comments, consultations, notes
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, SOON

SALTS = {"N-0001": bytes(range(32)), "N-0002": bytes(range(100, 132))}
SECRET = "Quillback-7 lands a month before we said"
YEARS_LATER = make.utc("2032-01-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of a round with a comment, an agreement, a note that stays secret and one that was disclosed."""
    place = tmp_path_factory.mktemp("coordination") / "out"
    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    with Session(engine) as session:
        coordinate(session)
        write_export(session, place, make.ROUND)
    engine.dispose()
    return place


def coordinate(session: Session) -> None:
    cases.in_coordination(session)
    cases.observer(session)
    comments.add(session, "C-0001", "Please mind the relay.", GHA, SOON)
    comments.reply(session, "M-0001", "We will.", IND, SOON)
    agreements.propose(session, "C-0001", "C-0002", cases.TERMS, IND, SOON)
    agreements.accept(session, "A-0001", JPN, LATER)
    notes.add(session, "K-0001", SECRET, SALTS["N-0001"], IND, LATER)
    notes.add(session, "K-0001", "Now known to all.", SALTS["N-0002"], JPN, LATER, disclose_at=YEARS_LATER)
    notes.agree(session, "N-0002", YEARS_LATER, IND, LATER)
    consultations.invite(session, "K-0001", cases.OBSERVER.name, make.REGISTRAR, LATER)
    notes.read(session, "N-0001", cases.OBSERVER, LATER)
    consultations.close(session, "K-0001", make.REGISTRAR, DEADLINE, summary="Both agreed on terms.")
    notes.disclose(session, "N-0002", make.REGISTRAR, YEARS_LATER)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def picked(row: dict[str, str], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_a_consultation_has_its_sides_dates_and_outcome(folder: Path) -> None:
    [row] = rows(folder, "consultations")
    assert picked(row, "id", "claim_a", "party_a", "claim_b", "party_b", "outcome", "summary") == (
        "K-0001", "C-0001", "IND", "C-0002", "JPN", "agreed", "Both agreed on terms.",
    )  # fmt: skip
    assert picked(row, "opened_at", "deadline_at", "closed_at") == (
        "2027-04-26T09:00:00Z", "2027-08-26T09:00:00Z", "2027-08-26T09:00:00Z",
    )  # fmt: skip


def test_the_overlaps_behind_it_are_listed(folder: Path) -> None:
    [row] = rows(folder, "overlaps")
    assert picked(row, "consultation", "placement_a", "placement_b", "distance_m", "keep_out_m") == (
        "K-0001", "C-0001/1", "C-0002/1", "9", "200",
    )  # fmt: skip


def test_comments_stand_with_their_replies(folder: Path) -> None:
    assert [picked(row, "id", "party", "reply_to", "text") for row in rows(folder, "comments")] == [
        ("M-0001", "GHA", "", "Please mind the relay."),
        ("M-0002", "IND", "M-0001", "We will."),
    ]


def test_an_agreement_has_its_terms_and_claims(folder: Path) -> None:
    [row] = rows(folder, "agreements")
    assert picked(row, "id", "keep_out_m", "in_force", "pairs") == ("A-0001", "50", "yes", '[["C-0001","C-0002"]]')
    assert [picked(row, "claim", "party") for row in rows(folder, "agreement_claims")] == [
        ("C-0001", "IND"),
        ("C-0002", "JPN"),
    ]


def test_a_note_is_its_hash_until_it_is_disclosed(folder: Path) -> None:
    secret, known = rows(folder, "notes")
    assert picked(secret, "id", "text", "salt_hex", "disclosed_at") == ("N-0001", "", "", "")
    assert picked(known, "id", "text", "disclosed_at") == ("N-0002", "Now known to all.", "2032-01-01T00:00:00Z")
    assert secret["sha256"] == hashlib.sha256(SALTS["N-0001"] + SECRET.encode()).hexdigest()
    salted = bytes.fromhex(known["salt_hex"]) + known["text"].encode()
    assert known["sha256"] == hashlib.sha256(salted).hexdigest()


def test_no_file_has_a_word_or_the_salt_of_a_note_that_is_not_disclosed(folder: Path) -> None:
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    words = [word.encode() for word in (SECRET, "Quillback", "a month before", SALTS["N-0001"].hex())]
    assert [word for word in (*words, SALTS["N-0001"]) if word in whole] == []


def test_every_row_says_that_the_round_is_invented(folder: Path) -> None:
    for name in ("consultations", "overlaps", "comments", "agreements", "agreement_claims", "notes"):
        assert {row["illustrative"] for row in rows(folder, name)} == {"yes"}, name


def test_notices_about_consultations_are_among_those_of_the_round(folder: Path) -> None:
    kinds = {row["kind"] for row in rows(folder, "notices") if row["subject"] == "consultations/K-0001"}
    assert kinds == {"consultation-opened", "consultation-closed", "observer-invited"}
