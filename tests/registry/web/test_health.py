"""The two addresses for what watches over the process: cheap, without secrets, and 503 with reasons when it cannot work."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registry import db
from registry.web.app import create_app
from tests.registry.tables import new_tables
from tests.registry.web.signing_in import enter
from tests.registry.web.site import settings_for

DATABASE = "the database does not answer"
FORM = "the tables are not those of this program"
ROOM = "there is too little room beside the data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    new_tables(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    return tmp_path / "registry.sqlite"


@pytest.fixture
def client(file: Path) -> FlaskClient:
    return create_app(settings_for(file.parent), db.make_engine(f"sqlite:///{file}")).test_client()


def test_a_process_that_can_work_says_so(client: FlaskClient) -> None:
    for where, said in (("/health", {"alive": True}), ("/ready", {"ready": True, "reasons": []})):
        answer = client.get(where)
        assert (answer.status_code, answer.json, answer.mimetype) == (200, said, "application/json")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def change(file: Path, statement: str) -> None:
    engine = db.make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_tables_of_another_form_are_a_reason(client: FlaskClient, file: Path) -> None:
    for revision in ("e4f1a0c7d402", "of the future"):
        change(file, f"UPDATE alembic_version SET version_num = '{revision}'")
        answer = client.get("/ready")
        assert (answer.status_code, answer.json) == (503, {"ready": False, "reasons": [FORM]})


def test_a_database_that_is_none_is_a_reason_and_the_process_is_alive(client: FlaskClient, file: Path) -> None:
    for path in file.parent.glob("registry.sqlite*"):
        path.unlink()
    file.write_bytes(b"no database" * 1000)
    assert client.get("/ready").json == {"ready": False, "reasons": [DATABASE]}
    assert client.get("/health").status_code == 200


def test_every_reason_is_told_at_once(client: FlaskClient, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    assert client.get("/ready").json == {"ready": False, "reasons": [ROOM]}
    change(file, "DELETE FROM alembic_version")
    assert client.get("/ready").json == {"ready": False, "reasons": [FORM, ROOM]}


def test_whoever_asks_is_not_looked_up_and_health_needs_no_database_at_all(filled: Flask) -> None:
    client = enter(filled, "elena@example.org")
    asked: list[str] = []
    engine = filled.extensions["test.engine"]
    sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get("/health")
    assert [line for line in asked if not line.startswith("PRAGMA")] == []
    client.get("/ready")
    assert not any("users" in line or "browser_sessions" in line for line in asked)
    assert len(asked) < 10


def test_an_unreachable_server_is_a_reason_and_not_a_fault(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    engine = db.make_engine("postgresql://nobody:geheim@127.0.0.1:1/none")
    answer = create_app(settings_for(tmp_path), engine).test_client().get("/ready")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "reasons": [DATABASE]})
    assert "geheim" not in answer.text
