"""What people use by name is named where they look for it: commands, settings, provisions, rooms."""

import json
import re
from collections.abc import Iterator

import click

from registry.bootstrap import suite
from registry.cli import main as registry_command
from registry.config import Settings
from registry.domain.provisions import CHECKS
from solver.cli import main as solver_command
from tests.architecture.sources import ROOT

TOP, REGISTRY, SOLVER = (
    " ".join((ROOT / folder / "README.md").read_text("utf-8").split()) for folder in ("", "registry", "solver")
)


def commands(group: click.Command, name: str) -> Iterator[str]:
    """`name` and the names of all commands below it, as they are typed."""
    if not isinstance(group, click.Group):
        yield name
        return
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        yield from commands(command, f"{name} {word}")


def unnamed(names: Iterator[str] | list[str], text: str) -> list[str]:
    """The names that do not stand in a text as words of their own."""
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


def test_every_command_of_the_registry_is_in_its_readme() -> None:
    names = list(commands(registry_command, "registry"))
    assert "registry user add" in names
    assert unnamed(names, REGISTRY) == []


def test_the_two_commands_of_a_newcomer_are_in_the_first_readme() -> None:
    assert unnamed(["python3 -m registry demo", "python3 -m registry test"], TOP) == []
    assert unnamed([f"--without {part}" for part in suite.PARTS], TOP + REGISTRY) == []


def test_every_setting_is_in_the_readme_of_the_registry() -> None:
    assert unnamed([f"REGISTRY_{name.upper()}" for name in Settings.model_fields], REGISTRY) == []


def test_every_provision_is_in_the_readme_of_the_registry_and_in_the_fixtures() -> None:
    assert unnamed(list(CHECKS), REGISTRY) == []
    rows = json.loads((ROOT / "fixtures" / "provisions.json").read_text("utf-8"))
    assert {row["id"] for row in rows} == set(CHECKS)


def test_every_room_of_the_registry_is_in_its_readme() -> None:
    rooms = [path.name for path in (ROOT / "registry").iterdir() if (path / "__init__.py").is_file()]
    assert len(rooms) >= 8
    assert [room for room in rooms if f"`{room}/`" not in REGISTRY] == []


def test_every_command_of_the_solver_is_in_its_readme() -> None:
    names = list(commands(solver_command, "solver"))
    assert {"solver solve", "solver verify"} <= set(names)
    assert unnamed(names, SOLVER) == []


def test_every_room_of_the_solver_is_in_its_readme() -> None:
    rooms = [path.name for path in (ROOT / "solver").iterdir() if (path / "__init__.py").is_file()]
    assert [room for room in rooms if f"`{room}/`" not in SOLVER] == []


def test_a_name_that_is_left_out_is_found() -> None:
    assert unnamed(["solver solve", "AA-9"], "solver solver AA-90, solver solved") == ["solver solve", "AA-9"]
