"""A package as of an instant: the register rebuilt from the log's records up to then, and nothing else."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.instants import parse_utc
from registry.exports import as_of
from registry.exports.errors import ExportError
from registry.exports.features import layers
from registry.exports.package import write_export
from registry.exports.register import read
from registry.exports.scope import Scope
from registry.exports.tables import Table, tables
from registry.log import records
from registry.log.records import Record
from tests.registry.exports.small import SIGNER, contents
from tests.registry.exports.test_package import rows

# The world of the small register was made without records: these tables cannot be rebuilt from its log.
UNRECORDED = {
    "parties", "controllers", "operators", "instruments", "memberships", "provisions", "notice_templates",
    "extension_grounds",
    "protected_places", "regions", "features", "users",
}  # fmt: skip


def by_name(session: Session, scope: Scope) -> dict[str, Table]:
    return {table.name: table for table in tables(read(session, scope))}


@pytest.mark.parametrize("scope", Scope)
def test_as_of_the_last_record_every_table_and_layer_is_that_of_the_present(
    played_session: Session, scope: Scope
) -> None:
    last_at = played_session.scalar(sa.select(sa.func.max(Record.at)))
    assert last_at is not None
    size = as_of.size_at(played_session, last_at)
    assert size == 842
    with as_of.register_of(played_session, size) as past:
        rebuilt, present = by_name(past, scope), by_name(played_session, scope)
        assert rebuilt.keys() == present.keys()
        for name, table in present.items():
            assert list(map(list, rebuilt[name].rows)) == list(map(list, table.rows)), name
        assert layers(read(past, scope)) == layers(read(played_session, scope))
        assert records.root(past) == records.root(played_session)


def test_the_package_as_of_the_last_record_differs_in_saying_so_alone(
    small_session: Session, full: Path, tmp_path: Path
) -> None:
    at = parse_utc("2033-01-01T00:00:00Z")
    write_export(small_session, tmp_path / "then", SIGNER, Scope.FULL, at)
    then, now = contents(tmp_path / "then"), contents(full)
    of_world = {f"tables/{name}.csv" for name in UNRECORDED}
    told = {path for path in now if path.startswith(("log/", "tables/", "rounds/")) and path not in of_world}
    assert {path for path in told if then[path] != now[path]} == {
        *("rounds/2027-1/map.svg", "tables/concentration.csv")  # they show the world, of which no record tells here
    }
    assert json.loads(then["manifest.json"])["as_of"] == "2033-01-01T00:00:00Z"
    assert json.loads(now["manifest.json"])["as_of"] is None


def test_an_earlier_instant_has_what_was_recorded_by_then_and_what_was_public_then(
    small_session: Session, tmp_path: Path
) -> None:
    examined = parse_utc("2027-04-21T15:00:00Z")
    made = write_export(small_session, tmp_path / "public", SIGNER, Scope.PUBLIC, examined)
    assert rows(tmp_path / "public", "claims") == []
    assert (tmp_path / "public" / "log" / "openings.jsonl").read_text() == ""
    assert (tmp_path / "public" / "log" / "leaves.jsonl").read_text().count("\n") == made.log_size == 16
    write_export(small_session, tmp_path / "full", SIGNER, Scope.FULL, examined)
    found = rows(tmp_path / "full", "claims")
    assert [(row["id"], row["state"], row["published_at"]) for row in found] == [
        ("C-0001", "SUBMITTED", ""), ("C-0002", "SUBMITTED", ""), ("C-0003", "SUBMITTED", ""),
    ]  # fmt: skip
    assert rows(tmp_path / "full", "consultations") == []


def test_a_disclosed_note_is_rebuilt_with_its_text_and_one_that_is_not_without(small_session: Session) -> None:
    with as_of.register_of(small_session, records.size(small_session)) as past:
        notes = by_name(past, Scope.FULL)["notes"]
        place = [column.name for column in notes.columns].index("text")
        assert [row[place] for row in notes.rows] == [None, "Now known to all."]


def test_the_log_of_an_earlier_size_has_the_root_that_it_had(small_session: Session) -> None:
    for size in (1, 7, 12, 20):
        with as_of.register_of(small_session, size) as past:
            assert records.size(past) == size
            assert records.root(past) == records.root(small_session, size)


def test_records_after_a_later_one_are_not_taken(session: Session) -> None:
    for index, day in enumerate((1, 3, 2)):
        at = parse_utc(f"2027-01-0{day}T00:00:00Z")
        session.add(Record(index=index, at=at, actor={}, act="a", subject="s", content={}, leaf_hash=bytes(32)))
    session.flush()
    sizes = [as_of.size_at(session, parse_utc(f"2027-01-0{day}T00:00:00Z")) for day in (1, 2, 3)]
    assert sizes == [1, 1, 3]


def test_an_instant_before_the_first_record_is_refused(small_session: Session, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no record up to 1999-01-01T00:00:00Z; the first record is of 2026-12-01"):
        write_export(small_session, tmp_path / "out", SIGNER, as_of=parse_utc("1999-01-01T00:00:00Z"))
    assert list(tmp_path.iterdir()) == []
