"""Backups restored and registers copied, between both kinds of databases: equal rows, an unbroken log, the same guards."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry import db
from registry.backups.errors import BackupError, TargetError
from registry.backups.restoring import copy, restore
from registry.backups.snapshot import Digest, digest, snapshot
from registry.backups.writing import write_backup
from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.domain.decisions import FrozenInstance
from registry.domain.examinations import Examination
from registry.log import records, tree
from registry.services import users
from tests.registry.backups.conftest import MADE_AT, Restored, fill, opened


def digests(url: str) -> dict[str, Digest]:
    with opened(url) as engine, snapshot(engine) as state:
        return {table.name: digest(state.connection, table) for table in state.tables}


def root(url: str) -> tuple[int, str]:
    with opened(url) as engine, snapshot(engine) as state:
        return state.log.size, state.log.root_sha256


def test_a_restored_register_has_the_same_rows_and_the_same_log(restored: Restored, full_url: str) -> None:
    manifest = restored.manifest
    assert digests(restored.url) == digests(full_url) == manifest.tables
    assert root(restored.url) == root(full_url) == (manifest.log.size, manifest.log.root_sha256)
    assert manifest.tables["claims"].rows == 2
    assert manifest.log.size > 20


def test_a_backup_of_the_restored_register_is_the_same_file(backup: Path, restored: Restored, tmp_path: Path) -> None:
    again = tmp_path / "again.backup"
    with opened(restored.url) as engine:
        write_backup(engine, again, MADE_AT)
    assert sha256(again.read_bytes()).hexdigest() == sha256(backup.read_bytes()).hexdigest()


def test_a_restored_register_goes_on_where_it_was(restored: Restored, restored_session: Session) -> None:
    """The next rows get free numbers, and the log's old tree is the beginning of the new one."""
    session, log = restored_session, restored.manifest.log
    for name in ("first", "second"):
        who = users.Credentials(None, name)
        users.add_user(session, f"{name}@example.org", name, ("planner",), SYSTEM, MADE_AT, credentials=who)
    size = records.size(session)
    proof = tree.consistency_proof(log.size, size, records.StoredNodes(session))
    assert size == log.size + 2
    assert tree.verify_consistency(log.size, size, bytes.fromhex(log.root_sha256), records.root(session), proof)


def test_numbers_go_on_after_the_largest_that_was_restored(restored_session: Session) -> None:
    session = restored_session
    largest = session.scalar(sa.select(sa.func.max(Examination.id)))
    old = session.scalars(sa.select(Examination)).first()
    assert old is not None
    assert largest == 2
    more = Examination(revision_id=old.revision_id, examined_at=old.examined_at, examiner="x", favourable=True)
    session.add(more)
    session.flush()
    assert more.id == 3


def test_what_is_frozen_stays_frozen_after_a_restore(restored_session: Session) -> None:
    with pytest.raises(DBAPIError, match="fixed once they are written"):
        restored_session.execute(sa.update(FrozenInstance).values(sha256="0" * 64))


def test_references_are_held_after_a_restore(restored_session: Session) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        restored_session.execute(sa.update(Claim).values(round_id="no such round"))


def test_a_restored_database_has_the_constraints_of_a_new_one(restored: Restored, full_url: str) -> None:
    def made(url: str) -> list[str]:
        with opened(url) as engine, engine.connect() as connection:
            inspector = sa.inspect(connection)
            return sorted(
                f"{name} {key['name']} {key['constrained_columns']} {key['referred_table']}"
                for name in inspector.get_table_names()
                for key in inspector.get_foreign_keys(name)
            )

    assert made(restored.url) == made(full_url)
    assert len(made(full_url)) > 30


@pytest.mark.postgresql
def test_a_register_is_copied_to_postgresql_and_back_unchanged(full_url: str, postgresql_url, tmp_path: Path) -> None:
    there, back = postgresql_url(), f"sqlite:///{tmp_path / 'back.sqlite'}"
    log, copied = copy(full_url, there)
    assert copy(there, back) == (log, copied)
    assert digests(back) == digests(there) == digests(full_url) == copied
    assert root(back) == root(full_url) == (log.size, log.root_sha256)


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_register_filled_on_postgresql_restores_on_sqlite(postgresql_url, tmp_path: Path) -> None:
    """Both databases order texts alike in a backup, whatever the server's own order is."""
    url, back = postgresql_url(), f"sqlite:///{tmp_path / 'back.sqlite'}"
    fill(url)
    with opened(url) as engine:
        write_backup(engine, tmp_path / "pg.backup", MADE_AT)
    restore(tmp_path / "pg.backup", back, tmp_path)
    assert digests(back) == digests(url)


def test_an_older_backup_is_brought_to_the_present_form(empty_url: str, tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path / 'old.sqlite'}"
    db.migrate(old, "e4f1a0c7d201")
    actor, content = '{"name":"system","role":"system"}', '{"rows":{}}'
    leaf = (
        f'{{"act":"tried","actor":{actor},"at":"2027-01-01T00:00:00Z","content":{content},"index":0,"subject":"a/b"}}'
    )
    hash_ = tree.leaf_hash(leaf.encode())
    with opened(old) as engine, engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'Party IND', 'state', 'test')"
        )
        connection.execute(
            sa.text('INSERT INTO records ("index", at, actor, act, subject, content, leaf_hash) VALUES '
                    "(0, '2027-01-01 00:00:00.000000', :actor, 'tried', 'a/b', :content, :hash)"),
            {"actor": actor, "content": content, "hash": hash_},
        )  # fmt: skip
        connection.execute(
            sa.text("INSERT INTO tree_nodes (level, position, hash) VALUES (0, 0, :hash)"), {"hash": hash_}
        )
    with opened(old) as engine:
        write_backup(engine, tmp_path / "old.backup", MADE_AT)
    assert restore(tmp_path / "old.backup", empty_url, tmp_path).revision == "e4f1a0c7d201"
    with opened(empty_url) as engine:
        db.check_current(engine)
    assert root(empty_url) == (1, hash_.hex())


def test_a_database_that_is_not_empty_is_left_as_it_was(backup: Path, restored: Restored, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="not empty: it has a register with"):
        restore(backup, restored.url, tmp_path / "data")
    assert digests(restored.url) == restored.manifest.tables


def test_the_empty_tables_of_a_new_register_are_room_for_a_backup(backup: Path, ready: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copy(ready, tmp_path / 'empty.sqlite')}"
    assert restore(backup, url, tmp_path / "data").tables == digests(url)


def test_a_database_of_something_else_is_left_alone(backup: Path, empty_url: str, tmp_path: Path) -> None:
    with opened(empty_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE birds (id INTEGER PRIMARY KEY)")
    with pytest.raises(TargetError, match="tables of something else, such as birds"):
        restore(backup, empty_url, tmp_path / "data")


def test_a_refused_restore_leaves_no_database_behind(backup: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(backup.read_bytes()[:-1])
    with pytest.raises(BackupError):
        restore(damaged, f"sqlite:///{tmp_path / 'new.sqlite'}", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.backup"]


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("no address", "sqlite:///b.sqlite", "--from: it is no address of a database"),
        ("sqlite:///a.sqlite", "no address", "--to: it is no address of a database"),
        ("sqlite:////nowhere/a.sqlite", "sqlite:///b.sqlite", "--from: there is no such file"),
        ("sqlite:///a.sqlite", "sqlite:///a.sqlite", "name the same database"),
    ],
)
def test_a_copy_between_addresses_that_cannot_be_is_refused(source: str, target: str, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        copy(source, target)


def test_secrets_are_in_a_backup_only_when_they_are_asked_for(backup: Path, full_url: str, tmp_path: Path) -> None:
    secrets = {"secrets.json": b'{"secret_key": "canary-71"}', "keys/register.key": b"canary-72"}
    kept = tmp_path / "kept.backup"
    with opened(full_url) as engine:
        write_backup(engine, kept, MADE_AT, secrets)
    data, url = tmp_path / "data", f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert sorted(restore(kept, url, data).secret_files) == ["keys/register.key", "secrets.json"]
    assert {name: (data / name).read_bytes() for name in secrets} == secrets
    assert {oct((data / name).stat().st_mode & 0o777) for name in secrets} == {"0o600"}
    assert oct(kept.stat().st_mode & 0o777) == "0o600"


def test_secrets_do_not_replace_others(full_url: str, tmp_path: Path) -> None:
    kept, data = tmp_path / "kept.backup", tmp_path / "data"
    with opened(full_url) as engine:
        write_backup(engine, kept, MADE_AT, {"secrets.json": b"{}"})
    data.mkdir()
    (data / "secrets.json").write_text(json.dumps({"secret_key": "mine"}))
    with pytest.raises(TargetError, match="is there and is another"):
        restore(kept, f"sqlite:///{tmp_path / 'new.sqlite'}", data)
    assert not (tmp_path / "new.sqlite").exists()
