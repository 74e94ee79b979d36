"""Keys, log, workers, disk and clock of a register, each with a fault planted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import ambient, signing
from registry.checks import history, keys, machine, workers
from registry.checks.report import Line
from registry.config import SECRETS_FILE, Settings
from registry.domain.actors import SYSTEM
from registry.domain.runs import Run
from registry.kept_keys import KeptKeys
from registry.log.records import Record
from registry.services import beats, runs, users, witnesses
from registry.services import keys as key_services
from tests import factories as make

NOW = make.utc("2027-09-10T09:00")
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def brief(lines: "Iterator[Line] | list[Line]") -> list[str]:
    return [f"{line.level} {line.about}" for line in lines]


@pytest.fixture
def signed(register: Session, settings: Settings) -> Session:
    """A register with a key, and a checkpoint of its log."""
    with signing.new_key(settings, "illustrative.example/log") as verifier:
        key_services.establish(register, verifier.vkey, SYSTEM, NOW, illustrative=True)
    witnesses.keep_checkpoint(register, signing.checkpoint(register, settings), SYSTEM, NOW)
    return register


def the_key(settings: Settings) -> Path:
    [path] = (settings.data / "keys").glob("*.key")
    return path


def test_a_register_that_can_sign_is_fine(signed: Session, settings: Settings) -> None:
    [line] = keys.lines(settings, signed)
    assert (line.level, line.said) == ("ok", "KEY-1 signs the log as illustrative.example/log (illustrative)")


def test_a_register_without_a_key_is_told_to_make_one(register: Session, settings: Settings) -> None:
    [line] = keys.lines(settings, register)
    assert (line.level, line.mend) == ("fault", "make one: registry keys new NAME")


def test_a_private_key_that_is_gone_foreign_or_open_is_a_fault(signed: Session, settings: Settings) -> None:
    path = the_key(settings)
    path.chmod(0o640)
    assert "fault keys" in brief(keys.lines(settings, signed))
    path.chmod(0o600)
    text = path.read_text()
    path.write_text("no key")
    assert brief(keys.lines(settings, signed)) == ["fault keys"]
    path.unlink()
    [line] = keys.lines(settings, signed)
    assert line.said.endswith("the private key is not there")
    assert "registry keys rotate" in line.mend
    path.with_name("00000000.key").write_text(text)
    path.with_name("00000000.key").chmod(0o600)
    assert brief(keys.lines(settings, signed)) == ["fault keys", "warning keys"]


def test_a_folder_of_keys_that_others_may_look_into_is_told(signed: Session, settings: Settings) -> None:
    (settings.data / "keys").chmod(0o755)
    assert brief(keys.lines(settings, signed)) == ["ok keys", "warning keys"]


def test_secrets_are_made_at_the_first_start_and_missed_when_people_need_them(
    register: Session, settings: Settings
) -> None:
    assert keys.secrets(settings, register).level == "ok"
    who = users.Credentials(None, "a")
    users.add_user(register, "a@example.org", "A", ("planner",), SYSTEM, NOW, credentials=who)
    assert keys.secrets(settings, register).said.endswith("is not there, and 1 people have accounts that need it")
    assert keys.secrets(settings.with_secrets(), register).said == "from the settings"
    assert keys.secrets(settings, register).level == "ok"
    path = settings.data / SECRETS_FILE
    path.chmod(0o644)
    assert keys.secrets(settings, register).mend == f"chmod 600 {path}"
    path.chmod(0o600)
    path.write_text('{"secret_key": "x"}')
    assert keys.secrets(settings, register).said.endswith("is damaged or cannot be read")


def test_a_former_secret_is_told_until_it_is_forgotten(register: Session, settings: Settings) -> None:
    assert list(keys.former_secret(settings, register)) == []
    assert not (settings.data / SECRETS_FILE).exists(), "looking makes no secrets"
    former = settings.model_copy(
        update={"secret_key": "k", "password_salt": "s", "totp_secret": "new", "former_totp_secret": "old"}
    )
    user = users.add_user(
        register, "a@example.org", "A", ("planner",), SYSTEM, NOW, credentials=users.Credentials(None, "a")
    )
    user.tf_totp_secret = KeptKeys(["old"]).closed("{}")
    [line] = keys.former_secret(former, register)
    assert (line.level, line.said, line.mend) == (
        "warning",
        "1 second factors are encrypted with it",
        "encrypt them anew: registry user reseal",
    )
    user.tf_totp_secret = KeptKeys(["new"]).closed("{}")
    [line] = keys.former_secret(former, register)
    assert (line.about, line.mend) == ("REGISTRY_FORMER_TOTP_SECRET", "unset it, and forget it")


def test_a_log_that_begins_as_it_was_signed_is_fine_and_an_old_checkpoint_is_told(signed: Session) -> None:
    assert brief(history.lines(signed, NOW)) == ["ok log"]
    who = users.Credentials(None, "a")
    users.add_user(signed, "a@example.org", "A", ("planner",), SYSTEM, NOW, credentials=who)
    assert brief(history.lines(signed, NOW + DAY)) == ["ok log"]
    [old] = history.lines(signed, NOW + 3 * DAY)
    assert (old.level, old.mend) == ("warning", "sign one every day: registry log checkpoint")


def test_a_log_without_a_checkpoint_is_told(register: Session) -> None:
    assert brief(history.lines(register, NOW)) == ["warning log"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tree_nodes SET hash = x'" + "00" * 32 + "'",
        "DELETE FROM records",
        "UPDATE checkpoints SET root_hex = '" + "0" * 64 + "'",
        "UPDATE checkpoints SET note = replace(note, 'illustrative', 'illustrativE')",
    ],
)
def test_a_log_that_is_not_the_one_that_was_signed_is_a_fault(signed: Session, change: str) -> None:
    signed.execute(sa.text(change))
    signed.expire_all()
    [line] = history.lines(signed, NOW)
    assert (line.level, line.mend.endswith("registry audit verify")) == ("fault", True)


def test_workers_are_heard_of_and_missed_when_runs_wait(register: Session) -> None:
    assert brief(workers.lines(register, NOW)) == ["warning workers"]
    make.drawn_round(register)
    runs.ask(register, make.ROUND, "trial", make.PLANNER, NOW, time_limit_s=60, workers=1)
    [waits] = workers.lines(register, NOW + timedelta(minutes=1))
    assert (waits.level, waits.said) == ("warning", "1 runs wait, and no worker was heard of in the last minute")
    assert brief(workers.lines(register, NOW + timedelta(minutes=11))) == ["fault workers"]
    beats.beat(register, "host/1/a", NOW)
    beats.beat(register, "host/2/b", NOW)
    [there] = workers.lines(register, NOW + timedelta(seconds=59))
    assert (there.level, there.said) == ("ok", "2 at work or waiting; 1 runs wait")
    beats.end(register, "host/2/b")
    assert [line.said for line in workers.lines(register, NOW)] == ["1 at work or waiting; 1 runs wait"]


def test_a_worker_that_holds_a_run_is_there_and_one_that_fell_silent_is_told(register: Session) -> None:
    make.drawn_round(register)
    run = runs.ask(register, make.ROUND, "trial", make.PLANNER, NOW, time_limit_s=60, workers=1)
    held = {
        "state": "running",
        "worker": "host/1/a",
        "attempts": 1,
        "heartbeat_at": NOW,
        "lease_until": NOW,
        "started_at": NOW,
    }
    register.execute(sa.update(Run).where(Run.id == run.id).values(**held))
    assert brief(workers.lines(register, NOW)) == ["ok workers"]
    assert brief(workers.lines(register, NOW + timedelta(minutes=2))) == ["warning workers", "warning workers"]


def test_a_worker_that_is_silent_for_a_day_is_forgotten(register: Session) -> None:
    beats.beat(register, "old", NOW - 2 * DAY)
    beats.beat(register, "new", NOW)
    assert register.execute(sa.text("SELECT name FROM worker_beats")).scalars().all() == ["new"]


def test_room_on_the_disk_is_measured_against_the_least_and_the_database(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data / "registry.sqlite").write_bytes(b"x" * 3_000_000)
    for free, level in ((499_000_000, "fault"), (501_000_000, "ok")):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert machine.room(settings, None).level == level
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    small = settings.model_copy(update={"least_free_mb": 1})
    assert machine.room(small, None).level == "warning"


@pytest.mark.parametrize(("state", "level"), [(True, "ok"), (None, "ok"), (False, "warning")])
def test_a_clock_that_nothing_keeps_right_is_told(
    state: bool | None, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient, "is_clock_kept", lambda: state)
    assert machine.synchronised().level == level


def test_the_kernel_can_be_asked_and_says_yes_no_or_nothing() -> None:
    assert ambient.is_clock_kept() in (True, False, None)


def test_a_record_that_is_yet_to_come_is_a_fault_where_rounds_are_real(signed: Session, settings: Settings) -> None:
    assert signed.scalar(sa.select(sa.func.max(Record.at))) is not None
    before = NOW - timedelta(minutes=2)
    assert brief(machine.clock(settings, signed, NOW, illustrative=False)) == []
    assert brief(machine.clock(settings, signed, before, illustrative=False)) == ["fault clock"]
    assert brief(machine.clock(settings, signed, before, illustrative=True)) == ["ok clock"]


@pytest.mark.parametrize(("apart", "level"), [(0, "ok"), (5, "warning"), (120, "fault")])
def test_a_clock_apart_from_that_of_the_server_is_told(apart: float, level: str) -> None:
    server = SimpleNamespace(execute=lambda _: SimpleNamespace(scalar_one=lambda: NOW + timedelta(seconds=apart)))
    assert machine._beside(server, NOW).level == level  # type: ignore[arg-type]  # a server that says the time
