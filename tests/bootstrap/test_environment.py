"""A finished environment is left alone; anything less is seen."""

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from registry.bootstrap import environment, faults, stamp
from registry.bootstrap.faults import SetupFault
from registry.bootstrap.places import Places


def test_a_finished_environment_is_whole(ready: Places) -> None:
    assert environment.is_whole(ready, "run")


def test_no_environment_is_not_whole(clone: Places) -> None:
    assert not environment.is_whole(clone, "run")


def test_an_environment_for_commands_is_not_enough_for_tests(ready: Places) -> None:
    assert not environment.is_whole(ready, "test")


def test_an_environment_for_tests_is_enough_for_commands(ready: Places) -> None:
    file = ready.venv / "registry-setup.json"
    stamp.write(file, {**stamp.read(file), "level": "test"})
    assert environment.is_whole(ready, "run")


def drop_python(places: Places) -> None:
    places.python.unlink()


def drop_a_package(places: Places) -> None:
    shutil.rmtree(places.venv / "lib" / "python3.11" / "site-packages" / "click")


def change_the_lock(places: Places) -> None:
    (places.locks / "run.txt").write_text("run==2\n")


def change_the_project(places: Places) -> None:
    (places.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")


def leave_it_unfinished(places: Places) -> None:
    (places.venv / "registry-unfinished").touch()


def damage_the_stamp(places: Places) -> None:
    (places.venv / "registry-setup.json").write_text('{"level": ')


@pytest.mark.parametrize(
    "harm",
    [drop_python, drop_a_package, change_the_lock, change_the_project, leave_it_unfinished, damage_the_stamp],
)
def test_whatever_is_missing_changed_or_unfinished_is_seen(ready: Places, harm: Callable[[Places], None]) -> None:
    harm(ready)
    assert not environment.is_whole(ready, "run")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tools that were run, which do nothing here but to make the folder of the environment."""
    done: list[str] = []

    def note(places: Places, name: str, _command: Sequence[str], **_more: object) -> None:
        done.append(name)
        places.venv.mkdir(exist_ok=name != "environment")

    monkeypatch.setattr(environment, "run", note)
    monkeypatch.setattr(environment, "uv", lambda _places: Path("uv"))
    monkeypatch.setattr(environment, "_pip", list)
    return done


def test_a_cold_start_takes_three_steps_and_leaves_a_stamp(clone: Places, steps: list[str]) -> None:
    environment.make(clone, "run")
    assert steps == ["environment", "python-packages", "project"]
    assert stamp.read(clone.venv / "registry-setup.json")["level"] == "run"


def test_a_changed_project_alone_reinstalls_no_package(ready: Places, steps: list[str]) -> None:
    change_the_project(ready)
    environment.make(ready, "run")
    assert steps == ["project"]
    assert environment.is_whole(ready, "run")


def test_an_unfinished_environment_is_made_anew(ready: Places, steps: list[str]) -> None:
    leave_it_unfinished(ready)
    monument = ready.venv / "half-copied"
    monument.touch()
    environment.make(ready, "run")
    assert steps == ["environment", "python-packages", "project"]
    assert not monument.exists()
    assert not (ready.venv / "registry-unfinished").exists()


def test_a_file_in_the_place_of_the_environment_gives_way(clone: Places, steps: list[str]) -> None:
    clone.venv.write_text("stray")
    environment.make(clone, "run")
    assert steps == ["environment", "python-packages", "project"]


def test_what_the_tests_need_is_kept_when_a_command_asks_for_less(ready: Places, steps: list[str]) -> None:
    file = ready.venv / "registry-setup.json"
    stamp.write(file, {**stamp.read(file), "level": "test"})
    change_the_lock(ready)
    environment.make(ready, "run")
    assert stamp.read(file)["level"] == "test"
    assert steps == ["python-packages", "project"]


def test_a_nearly_full_disk_is_said_before_anything_is_made(
    clone: Places, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _path: SimpleNamespace(free=10**6))
    with pytest.raises(SetupFault, match=r"needs about 0\.8 GB, 0\.00 GB are free at .*; free some space"):
        environment.make(clone, "run")
    assert steps == []


def test_a_python_without_pip_is_told_what_to_add(clone: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SetupFault) as caught:
        environment.make(clone, "run")
    assert str(caught.value) == faults.NO_PIP


def test_a_python_without_venv_is_told_what_to_add(clone: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "venv", None)
    with pytest.raises(SetupFault) as caught:
        environment.make(clone, "run")
    assert str(caught.value) == faults.NO_PIP
