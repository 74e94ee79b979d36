"""What an export says of coordination."""

import csv
import hashlib
from pathlib import Path
from typing import Any

from tests.registry.exports.small import SALTS, SECRET


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def picked(row: dict[str, str], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_a_consultation_has_its_sides_dates_and_outcome(public: Path) -> None:
    [row] = rows(public, "consultations")
    assert picked(row, "id", "claim_a", "party_a", "claim_b", "party_b", "outcome", "summary") == (
        "K-0001", "C-0001", "IND", "C-0002", "JPN", "agreed", "Both agreed on terms.",
    )  # fmt: skip
    assert picked(row, "opened_at", "deadline_at", "closed_at") == (
        "2027-04-26T09:00:00Z", "2027-08-26T09:00:00Z", "2027-08-26T09:00:00Z",
    )  # fmt: skip


def test_the_overlaps_behind_it_are_listed(public: Path) -> None:
    [row] = rows(public, "overlaps")
    assert picked(row, "consultation", "placement_a", "placement_b", "distance_m", "keep_out_m") == (
        "K-0001", "C-0001/1", "C-0002/1", "9", "200",
    )  # fmt: skip


def test_comments_stand_with_their_replies_and_a_formula_with_an_apostrophe(public: Path) -> None:
    assert [picked(row, "id", "party", "reply_to", "text") for row in rows(public, "comments")] == [
        ("M-0001", "GHA", "", "'=Please mind the relay."),
        ("M-0002", "IND", "M-0001", "We will."),
    ]


def test_an_agreement_has_its_terms_and_claims(public: Path) -> None:
    [row] = rows(public, "agreements")
    assert picked(row, "id", "keep_out_m", "in_force", "pairs") == ("A-0001", "50", "yes", '[["C-0001","C-0002"]]')
    assert [picked(row, "claim", "party") for row in rows(public, "agreement_claims")] == [
        ("C-0001", "IND"),
        ("C-0002", "JPN"),
    ]


def test_a_note_is_its_hash_until_it_is_disclosed(public: Path) -> None:
    secret, known = rows(public, "notes")
    assert picked(secret, "id", "text", "salt_hex", "disclosed_at") == ("N-0001", "", "", "")
    assert picked(known, "id", "text", "disclosed_at") == ("N-0002", "Now known to all.", "2032-01-01T00:00:00Z")
    assert secret["sha256"] == hashlib.sha256(SALTS["N-0001"] + SECRET.encode()).hexdigest()
    salted = bytes.fromhex(known["salt_hex"]) + known["text"].encode()
    assert known["sha256"] == hashlib.sha256(salted).hexdigest()


def test_every_row_says_that_the_round_is_invented(public: Path) -> None:
    for name in ("consultations", "overlaps", "comments", "agreements", "agreement_claims", "notes"):
        assert {row["illustrative"] for row in rows(public, name)} == {"yes"}, name


def test_notices_about_consultations_are_there(full: Path) -> None:
    kinds = {row["kind"] for row in rows(full, "notices") if row["subject"] == "consultations/K-0001"}
    assert kinds == {"consultation-opened", "consultation-closed", "observer-invited"}


def test_a_full_package_says_who_spoke_was_invited_and_has_read(full: Path) -> None:
    assert [row["author"] for row in rows(full, "comments")] == ["delegate@gha.example.org", "delegate@example.org"]
    assert [row["observer"] for row in rows(full, "observers")] == ["olga@example.org"]
    assert [picked(row, "note", "reader", "role") for row in rows(full, "note_reads")] == [
        ("N-0001", "olga@example.org", "observer")
    ]
