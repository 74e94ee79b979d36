"""A public package has not one character of what is confidential; a full one has it, but for the texts of notes."""

import csv
import json
from pathlib import Path

import pytest

from registry.exports.schemas import SCHEMAS
from registry.exports.withheld import WITHHELD
from tests.registry.exports.small import HIDDEN, PEOPLE, SALTS, SECRET, contents
from tests.registry.played import Played

WORDS = (*(f"Murmeli {word}" for word in ("claim", "purpose", "licence", "lander", "choice 2")), HIDDEN["key"])
PERSONS = (*sorted(actor.name for actor in PEOPLE), "Quintus Query", "quintus@people.example.org", "Olga")


def holding(folder: Path, word: str | bytes) -> list[str]:
    """The files of a package in which a word stands; those of a workbook one by one."""
    wanted = word.encode() if isinstance(word, str) else word
    return [path for path, data in contents(folder).items() if wanted in data]


@pytest.mark.parametrize("word", [*WORDS, *PERSONS, "Murmeli", "murmeli"])
def test_what_is_confidential_is_in_the_full_package_and_nowhere_in_the_public_one(
    public: Path, full: Path, word: str
) -> None:
    assert holding(full, word) != []
    assert holding(public, word) == []


@pytest.mark.parametrize("word", [SECRET, "Quillback", SALTS["N-0001"].hex(), SALTS["N-0001"]])
def test_the_text_and_salt_of_a_note_are_in_no_package_before_its_disclosure(
    public: Path, full: Path, word: str | bytes
) -> None:
    assert holding(public, word) + holding(full, word) == []
    assert holding(public, SALTS["N-0002"].hex()) != []


def test_of_an_unpublished_claim_the_public_log_has_number_round_state_and_instants_only(public: Path) -> None:
    assert holding(public, "C-0003") == ["log/leaves.jsonl"]
    leaves = [json.loads(line) for line in (public / "log" / "leaves.jsonl").read_text().splitlines()]
    found = [
        row for leaf in leaves for row in leaf["content"].get("rows", {}).get("claims", ()) if row["id"] == "C-0003"
    ]
    clear = {name for row in found for name, value in row.items() if not isinstance(value, dict)}
    assert len(found) == 2
    assert clear == {"id", "round_id", "state", "state_since_at", "received_at", "published_at", "illustrative"}


def test_a_finding_that_names_an_unpublished_claim_is_withheld_and_says_so(public: Path, full: Path) -> None:
    def neighbours(folder: Path) -> list[dict[str, str]]:
        with (folder / "tables" / "findings.csv").open(encoding="utf-8", newline="") as stream:
            return [row for row in csv.DictReader(stream) if row["provision"] == "OST-IX-2"]

    assert [row["claim"] for row in neighbours(public)] == ["C-0001", "C-0002"]
    for row in neighbours(public):
        assert (row["outcome"], row["reason"], row["mend"]) == ("unfavourable", WITHHELD, WITHHELD)
        assert json.loads(row["evidence"]) == {"withheld": WITHHELD}
    assert all("C-0003/1" in row["reason"] for row in neighbours(full) if row["claim"] != "C-0003")


def test_no_column_and_no_table_of_persons_is_in_a_public_package(public: Path, full: Path) -> None:
    for name, schema in SCHEMAS.items():
        of_persons = {column.name for column in schema.columns if column.of_persons}
        heading = (full / "tables" / f"{name}.csv").read_text("utf-8").partition("\n")[0].split(",")
        assert of_persons <= set(heading)
        path = public / "tables" / f"{name}.csv"
        assert path.is_file() != schema.of_persons
        if path.is_file():
            told = path.read_text("utf-8").partition("\n")[0].split(",")
            assert told == [word for word in heading if word not in of_persons]


def test_the_people_of_a_whole_round_are_nowhere_in_its_public_package(played: Played) -> None:
    people = ("elena.duarte@", "anna.keller@", "kwame.mensah@", "Elena Duarte", "Anna Keller", "Kwame Mensah")
    packed = contents(played.export)
    assert [(word, path) for word in people for path, data in packed.items() if word.encode() in data] == []
    assert [path for path, data in packed.items() if b"C-0040" in data] == ["log/leaves.jsonl"]


def test_a_name_in_a_place_where_none_belongs_is_found(public: Path, tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / "t.csv").write_bytes((public / "tables" / "votes.csv").read_bytes() + b"Olga\n")
    assert holding(planted, "Olga") == ["t.csv"]
