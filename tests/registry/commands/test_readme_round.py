"""The round that the README types, line by line: commands that exist, with words and options that they take."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from registry.cli import main
from registry.demo.fixtures import FIXTURES
from tests.architecture.sources import ROOT
from tests.registry.played import ROUND

README = (ROOT / "registry" / "README.md").read_text("utf-8")


def typed() -> list[list[str]]:
    """The words of each line of the README's round, without the program's name."""
    block = re.search(r"## A round by commands\n.*?```sh\n(.*?)```", README, re.DOTALL)
    assert block is not None
    return [shlex.split(line)[1:] for line in block[1].splitlines()]


def read(words: list[str]) -> str:
    """The name of the command that takes these words; click's error if none does."""
    command: click.Command = main
    context = click.Context(main, info_name="registry")
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        context = click.Context(found, info_name=name, parent=context)
        command = found
    command.make_context(context.info_name, list(words), parent=context.parent)
    return context.command_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the README stands: the fixtures beside it, and the draw file that it speaks of."""
    monkeypatch.chdir(tmp_path)
    Path("fixtures").symlink_to(FIXTURES)
    Path("draw.json").write_text(json.dumps({"format": "lunar-allocation-draw/1"}))


@pytest.mark.usefixtures("folder")
def test_every_line_is_a_command_that_takes_these_words() -> None:
    names = [read(words) for words in typed()]
    assert (len(names), names[0], names[-1]) == (27, "registry migrate", "registry export")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "line", ["round opened 2027-1", "round open 2027-1 --by x", "round policy 2027-1 none.json --as x"]
)
def test_a_line_that_no_command_takes_is_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        read(line.split())


def test_every_step_of_the_schedule_is_typed_at_its_instant() -> None:
    schedule = json.loads((FIXTURES / "rounds" / ROUND / "round.json").read_bytes())["schedule"]
    said = {word for words in typed() for word in words}
    assert [name for name, at in schedule.items() if at not in said] == []
