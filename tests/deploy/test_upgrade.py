"""The procedure of deploy/README.md, played: back up, check, migrate, verify; then back to the day before."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from registry import db
from registry.backups.reading import opened_backup
from registry.backups.snapshot import Digest, digest, snapshot
from registry.cli import main
from tests.registry.played import Played

NEW = "e4f1a0c7d603"
NO_SYNC = "it acknowledges before it has written to disk"  # so is the PostgreSQL server of the tests set
OLD = db.revisions()[db.revisions().index(NEW) - 1]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def done(*words: str | Path) -> str:
    ended = run(*words)
    assert ended.exit_code == 0, ended.output
    return ended.output


def faults(data: Path) -> list[dict[str, Any]]:
    """What `registry check` finds that must be mended."""
    told = json.loads(run("check", "--quick", "--json", "--data", data).output)
    assert told["result"]["lines"] != []
    return [line for line in told["result"]["lines"] if line["level"] == "fault"]


def digests(url: str) -> dict[str, Digest]:
    engine = db.make_engine(url)
    with snapshot(engine) as state:
        found = {table.name: digest(state.connection, table) for table in state.tables}
    engine.dispose()
    return found


def spoil(url: str) -> None:
    """What a migration that went wrong would do."""
    engine = db.make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE claims SET state = 'WITHDRAWN' WHERE id = 'C-0001'"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])])
def back_to(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """The address of the database that is gone back to, where it is not a file in the data folder."""
    if request.param == "sqlite":
        return None
    make: Callable[[], str] = request.getfixturevalue("postgresql_url")
    return make()


def test_an_upgrade_goes_forward_and_when_it_went_wrong_back_without_a_byte_lost(
    played: Played, tmp_path: Path, back_to: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = played.copy(tmp_path / "data")
    data, backups = copy.data, tmp_path / "backups"
    backups.mkdir()
    assert f"tables at revision {OLD}" in done(
        "migrate", "--to", OLD, "--data", data
    )  # a register as the old program has it

    refused = run("audit", "verify", "--data", data)
    assert (refused.exit_code, "run the migrations" in refused.output) == (2, True)
    [pending] = faults(data)
    assert pending["said"] == f"at revision {OLD}; {_ahead()} to be made, up to {db.head_revision()}"
    assert pending["mend"] == "back up, then: registry migrate"

    monkeypatch.setenv("REGISTRY_LOG_FILE", str(tmp_path / "log"))
    done("backup", backups, "--with-secrets", "--data", data)
    assert json.loads((tmp_path / "log").read_text())["event"] == "backup-made"
    [file] = backups.glob("registry-*.backup")
    done("migrate", "--data", data)
    assert faults(data) == []
    assert "the database is as the log has it" in done("audit", "verify", "--data", data)

    spoil(copy.url)
    assert run("audit", "verify", "--data", data).exit_code == 1
    again = tmp_path / "again"
    if back_to is not None:
        monkeypatch.setenv("REGISTRY_DATABASE_URL", back_to)
    done("restore", file, "--data", again)
    assert [line for line in faults(again) if not line["said"].startswith(NO_SYNC)] == []
    assert "the database is as the log has it" in done("audit", "verify", "--data", again)
    done("migrate", "--to", OLD, "--data", again)  # for the old program
    with opened_backup(file) as kept:
        assert digests(back_to or f"sqlite:///{again / 'registry.sqlite'}") == kept.manifest.tables
        assert kept.manifest.revision == OLD


def _ahead() -> str:
    number = len(db.revisions()) - 1 - db.revisions().index(OLD)
    return "1 migration is" if number == 1 else f"{number} migrations are"


def test_tables_of_a_newer_program_are_told_and_left_alone(played: Played, tmp_path: Path) -> None:
    copy = played.copy(tmp_path / "data")
    engine = db.make_engine(copy.url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))
    engine.dispose()
    [found] = faults(copy.data)
    assert found["said"] == "at revision ffffffffffff, which this program does not know: they are of a newer one"
    ended = run("migrate", "--data", copy.data)
    assert (ended.exit_code, "use the newer program" in ended.output) == (2, True)


def test_a_form_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    ended = run("migrate", "--to", "tomorrow", "--data", tmp_path)
    assert ended.exit_code == 2
    assert ended.output.startswith("registry: --to: this program knows no revision 'tomorrow'; its newest is ")
