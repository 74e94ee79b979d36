"""The database as `registry check` sees it: its form, how it is set, whether it is whole."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from registry import db
from registry.checks import database
from registry.checks.looking import looking
from registry.checks.report import Line
from registry.config import Settings
from tests.registry.tables import new_tables

WHOLE = ["ok tables", "ok database", "ok database"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    new_tables(f"sqlite:///{folder / 'registry.sqlite'}")
    return folder / "registry.sqlite"


def lines(url: str, **changes: Any) -> list[Line]:
    settings = Settings(data=Path("data"), database_url=url, **changes)
    with looking(url) as session:
        return [database.form(session), *database.lines(settings, session, thorough=True)]


def brief(found: list[Line]) -> list[str]:
    return [f"{line.level} {line.about}" for line in found]


def change(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_file_as_the_program_makes_it_is_fine(file: Path) -> None:
    found = lines(f"sqlite:///{file}")
    assert brief(found) == WHOLE
    assert found[1].said.endswith("write-ahead log; this program opens it with synchronous FULL, foreign keys on")


def test_looking_leaves_no_file_behind_and_cannot_write(file: Path) -> None:
    before = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    lines(f"sqlite:///{file}")
    with looking(f"sqlite:///{file}") as session, pytest.raises(sa.exc.OperationalError, match="readonly"):
        session.execute(sa.text("DELETE FROM alembic_version"))
    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == before


def test_what_others_are_writing_is_seen(file: Path) -> None:
    engine = db.make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'e4f1a0c7d402'"))
    assert lines(f"sqlite:///{file}")[0].said.startswith("at revision e4f1a0c7d402; ")
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE alembic_version SET version_num = 'e4f1a0c7d402'", "migrations are to be made, up to"),
        (
            "UPDATE alembic_version SET version_num = 'ffff'",
            "which this program does not know: they are of a newer one",
        ),
        ("DELETE FROM alembic_version", "there are none"),
    ],
)
def test_tables_of_another_form_are_a_fault(file: Path, statement: str, said: str) -> None:
    change(file, statement)
    found = lines(f"sqlite:///{file}")[0]
    assert (found.level, found.about) == ("fault", "tables")
    assert said in found.said


def test_a_file_without_a_write_ahead_log_is_told(file: Path) -> None:
    change(file, "PRAGMA journal_mode=DELETE")
    assert brief(lines(f"sqlite:///{file}")) == ["ok tables", "warning database", "ok database"]


def test_a_row_that_refers_to_nothing_is_a_fault(file: Path) -> None:
    change(file, "INSERT INTO operators (id, name, party_id, controller_id, source) VALUES ('A', 'A', 'X', 'X', 'x')")
    assert lines(f"sqlite:///{file}")[-1].said == "the file is damaged: a row of operators refers to what is not there"


def test_a_page_that_was_overwritten_is_a_fault(file: Path) -> None:
    change(
        file, *(f"INSERT INTO parties (id, name, kind, source) VALUES ('P{n}', 'x', 'state', 'x')" for n in range(999))
    )
    data = bytearray(file.read_bytes())
    connection = sqlite3.connect(file)
    [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'parties'")
    connection.close()
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(data)
    found = lines(f"sqlite:///{file}")[-1]
    assert (found.level, found.mend) == ("fault", "stop the register, keep the file, restore a backup")


def test_a_file_that_others_may_read_or_the_program_may_not_write_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.chmod(0o755)
    file.chmod(0o644)
    [told] = [line for line in lines(f"sqlite:///{file}") if line.level == "warning"]
    assert told.mend == f"chmod 700 {file.parent}"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert len([line for line in lines(f"sqlite:///{file}") if "cannot be written" in line.said]) == 2


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/data", "nfs4"),
        ("/srv/data/x", "nfs4"),
        ("/srv/other", ""),
        ("/srv/data/disk/x", ""),
        ("/mnt/s/x", "cifs"),
    ],
)
def test_a_network_file_system_is_known_by_the_mount_that_is_nearest(path: str, kind: str, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n22 21 0:40 / /srv/data rw shared:1 - nfs4 host:/x rw\n"
        "23 22 8:2 / /srv/data/disk rw - xfs /dev/sdb1 rw\n24 21 0:41 / /mnt/s rw - cifs //host/s rw\n"
    )
    assert database.network_of(Path(path), mounts) == kind
    assert database.network_of(Path(path), tmp_path / "none") == ""


@pytest.mark.parametrize(("most", "level"), [(97, "ok"), (40, "ok"), (39, "warning"), (20, "warning"), (19, "fault")])
def test_the_server_has_room_for_two_processes_or_that_is_told(most: int, level: str) -> None:
    assert database._room(most, 20).level == level


def test_a_server_is_looked_at_as_it_is_set_for_this_database(postgresql_url: Callable[[], str]) -> None:
    url = postgresql_url()
    new_tables(url)
    name = sa.make_url(url).database
    found = lines(url)
    # The server of the tests does not wait for its disk.
    assert brief(found) == ["ok tables", "fault database", "ok database", "ok connections"]
    assert found[1].said.startswith("it acknowledges before it has written to disk")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"))
    engine.dispose()
    assert brief(lines(url)) == ["ok tables", "fault database", "warning database", "ok database", "ok connections"]
    assert lines(url, database_connections=97)[-1].level == "warning"


def test_a_database_of_another_encoding_is_a_fault(postgresql_url: Callable[[], str]) -> None:
    url = sa.make_url(postgresql_url())
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"))
    engine.dispose()
    said = [line.said for line in lines(url.set(database="plain").render_as_string(hide_password=False))]
    assert said[0] == "there are none"
    assert "its encoding is SQL_ASCII" in said
