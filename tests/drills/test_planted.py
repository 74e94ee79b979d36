"""Each drill in a small size: it finds nothing where all is sound, and tells of a fault that was put in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import Engine

from registry import db
from registry.services import deciding, outbox, room
from tests.drills import broken_surroundings, faulty_disk, fuzz, killed_migrations, racing, repeated_requests
from tests.registry.conftest import fresh_url

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def racers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = fresh_url(request, tmp_path)
    db.migrate(url)
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def test_one_of_two_offers_on_the_same_ground_is_entered(racers: Engine) -> None:
    outcome = racing.race_allotments(racers, 10)
    assert outcome.faults == ()
    assert (outcome.figures["entered"], outcome.figures["without_the_lock"]) == (10, 1)


def test_entries_without_room_are_told(racers: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "require_room", lambda *_: None)
    assert "round 0: entries E-0001 and E-0002 overlap" in racing.race_allotments(racers, 1).faults


def test_one_of_eight_decisions_comes(racers: Engine, tmp_path: Path) -> None:
    outcome = racing.race_decisions(racers, tmp_path / "data", 4)
    assert outcome.faults == ()
    assert (outcome.figures["decided"], outcome.figures["server_errors"]) == (4, 0)


def test_deciders_who_are_not_told_are_told_of(racers: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "_refuse_second_decision", lambda *_: None)
    faults = racing.race_decisions(racers, tmp_path / "data", 2).faults
    assert any("who came too late were not told" in fault for fault in faults), faults


def test_a_killed_migration_leaves_old_or_new(tmp_path: Path) -> None:
    assert killed_migrations.on_sqlite({"kills": 4}, tmp_path).faults == ()


def test_a_migration_that_keeps_its_steps_apart_is_told(tmp_path: Path) -> None:
    def step_by_step(url: str) -> None:
        for revision in db.revisions()[db.revisions().index(killed_migrations.OLD) + 1 :]:
            db.migrate(url, revision)

    faults = killed_migrations.on_sqlite({"kills": 8}, tmp_path, step_by_step).faults
    assert any("neither the old nor the new" in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("run", "sound", "planted", "told"),
    [
        (faulty_disk.run, "obey-the-flag", "obey-and-swallow", "303, not 503"),
        (repeated_requests.run, "", "forget-keys", "sent again it answers"),
    ],
)
def test_a_server_is_sound_and_a_fault_in_it_is_told(
    run: Callable[..., Any], sound: str, planted: str, told: str, tmp_path: Path
) -> None:
    counts = {"faults": 3, "filings": 4}
    for name in ("sound", "planted"):
        (tmp_path / name).mkdir()
    assert run(counts, tmp_path / "sound", sound).faults == ()
    faults = run(counts, tmp_path / "planted", planted).faults
    assert any(told in fault for fault in faults), faults


@pytest.mark.postgresql
@pytest.mark.parametrize(("planted", "told"), [("", ""), ("forget-some", "was acknowledged and is not there")])
def test_a_postgresql_without_room_loses_nothing_and_a_fault_is_told(planted: str, told: str) -> None:
    with TemporaryDirectory() as name:  # pytest's own folders are closed to the person whom the server belongs to
        faults = faulty_disk.on_postgresql({"faults": 3}, Path(name), planted).faults
    assert [told in fault for fault in faults] == [True] * 3 if planted else faults == ()


def test_requests_by_chance_find_nothing(tmp_path: Path) -> None:
    outcome = fuzz.run({"requests": 150}, tmp_path)
    assert outcome.faults == ()


def test_a_page_that_breaks_on_a_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(folder: Path) -> Flask:
        app = peopled(folder)
        app.before_request_funcs[None].append(lambda: 1 // 0 if "1e999" in request.full_path else None)
        return app

    peopled = fuzz.peopled
    monkeypatch.setattr(fuzz, "peopled", breaking)
    faults = fuzz.run({"requests": 400}, tmp_path).faults
    assert any(": 500 GET" in fault or ": 500 POST" in fault for fault in faults), faults


def test_nothing_is_lost_when_the_surroundings_break(tmp_path: Path) -> None:
    assert broken_surroundings.run({"filings": 4, "deliveries": 2}, tmp_path).faults == ()


def test_mail_that_is_lost_without_a_word_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        outbox, "mark_failed", lambda session, notice, _reason, *rest: outbox.mark_sent(session, notice, *rest)
    )
    with pytest.raises(outbox.ConflictError):
        list(broken_surroundings.no_mail(broken_surroundings.Counter(), 2))
