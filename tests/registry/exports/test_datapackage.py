"""datapackage.json: other programs can check and load the tables by it."""

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import validate

from registry.db import Base
from registry.exports.schemas import SCHEMAS, Kind
from registry.exports.schemas.fields import schema
from tests.registry.played import Played


def faults(folder: Path) -> list[str]:
    report = validate(str(folder / "datapackage.json"))
    return [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors] + [
        error.message for error in report.errors
    ]


def descriptor(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def test_every_row_of_a_whole_round_is_as_its_table_says(played: Played) -> None:
    assert faults(played.export) == []


def test_every_row_of_a_full_package_is_as_its_table_says(full: Path) -> None:
    assert faults(full) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("credits", ",IND,100,", ",IND,101,", 'constraint "maximum" is "100"'),
        ("credits", ",IND,100,", ",XXX,100,", 'violates the foreign key: for "party"'),
        ("claims", ",2027-02-01T10:00:00Z,", ",yesterday,", 'type is "datetime'),
        ("consultations", ",agreed,", ",settled,", 'constraint "enum"'),
    ],
)
def test_a_wrong_cell_is_found(public: Path, tmp_path: Path, name: str, before: str, after: str, words: str) -> None:
    resources = {row["name"]: row for row in descriptor(public)["resources"]}
    wanted = {name, *(key["reference"]["resource"] for key in resources[name]["schema"]["foreignKeys"])}
    for other in wanted:
        (tmp_path / f"{other}.csv").write_bytes((public / "tables" / f"{other}.csv").read_bytes())
    text = (tmp_path / f"{name}.csv").read_text("utf-8")
    assert before in text
    (tmp_path / f"{name}.csv").write_text(text.replace(before, after, 1), "utf-8")
    bare = [{"name": row, "type": "table", "path": f"{row}.csv", "schema": resources[row]["schema"]} for row in wanted]
    for other in bare:
        if other["name"] != name:
            other["schema"].pop("foreignKeys", None)
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": bare}))
    [fault] = faults(tmp_path)
    assert words in fault


def test_every_file_has_its_size_and_hash_and_every_column_its_meaning(public: Path) -> None:
    found = descriptor(public)
    paths = {row["path"] for row in found["resources"]}
    there = {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}
    assert there - paths == {"datapackage.json", "manifest.json", "manifest.note", "blocks.txt"}
    for row in found["resources"]:
        assert row["bytes"] == (public / row["path"]).stat().st_size
    fields = [field for row in found["resources"] if "schema" in row for field in row["schema"]["fields"]]
    assert len(fields) > 300
    assert [field for field in fields if not field["description"].endswith(".")] == []


def test_the_licence_is_left_to_the_agency_and_sources_are_named(public: Path) -> None:
    found = descriptor(public)
    assert "licenses" not in found
    assert "No licence is stated here" in found["description"]
    assert "Illustrative" in found["description"]
    assert found["sources"][0]["path"] == "log/leaves.jsonl"
    assert found["created"] == "2032-01-01T00:00:00Z"


def test_keys_and_references_name_columns_that_are_there() -> None:
    for table in SCHEMAS.values():
        assert set(table.key) <= set(table.names), table.name
        for column in table.columns:
            if column.refers_to is not None:
                assert column.refers_to.column in SCHEMAS[column.refers_to.table].names, (table.name, column.name)


def test_a_line_says_what_a_column_is() -> None:
    table = schema(
        "t",
        "T.",
        "a b",
        "a text! others.id | The other.\nb whole from:1 to:9 | B.\nc text person | C.",
        {"c": ("x", "y")},
    )
    a, b, c = table.columns
    assert (a.kind, a.is_required, a.refers_to and a.refers_to.table) == (Kind.TEXT, True, "others")
    assert (b.smallest, b.largest, b.is_required) == (1, 9, False)
    assert (c.of_persons, c.choices, c.says) == (True, ("x", "y"), "C.")


# Tables of the database that are in a package under another name, or in none, and why.
UNDER_ANOTHER_NAME = {
    "agreement_members": "agreement_claims", "agreement_pairs": "agreements", "decisions": "proposals", "draws": "instances",
    "frozen_instances": "instances", "note_texts": "notes", "roles": "account_roles", "users_roles": "account_roles",
}  # fmt: skip
IN_NONE = {
    "records": "log/leaves.jsonl", "tree_nodes": "made from the leaves", "checkpoints": "log/consistency.jsonl",
    "cosignatures": "log/checkpoint.txt", "drafts": "its party's own paper", "draft_attachments": "its party's own paper",
    "attached_files": "attachments/", "requests": "kept, not recorded", "role_changes": "in the log", "erasures": "in the log",
    "runs": "tries of the solver", "run_looks": "tries of the solver", "account_states": "access", "browser_sessions": "access",
    "api_tokens": "access", "counted_requests": "access", "sign_in_failures": "access",
    "worker_beats": "who works now", "requests_in_flight": "what is being answered now",
}  # fmt: skip


def test_every_table_of_the_register_is_in_a_package_or_there_is_a_reason_why_not() -> None:
    assert set(UNDER_ANOTHER_NAME.values()) <= SCHEMAS.keys()
    told = {*SCHEMAS, *UNDER_ANOTHER_NAME, *IN_NONE}
    assert sorted(set(Base.metadata.tables) - told) == []
