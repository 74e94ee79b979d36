"""`registry check`: whether the register can run, and what to mend."""

import sys
from pathlib import Path

import click

from registry.commands.acting import data_option, json_option
from registry.opening import configured

WORDS = {0: "everything is as it should be", 1: "it runs; look at the warnings", 2: "mend the faults before it runs"}


@click.command("check")
@click.option(
    "--quick", is_flag=True, help="Leave out what takes long: the pages of the database, a trial of the solvers."
)
@json_option
@data_option
def group(*, quick: bool, as_json: bool, data: Path | None) -> None:
    """Look at settings, database, keys, log, disk, clock, workers and programs, and say what to mend.

    Nothing is changed. Exit code 0: nothing to do; 1: warnings; 2: faults, with which the register must not run.
    """
    from registry import ambient
    from registry.checks.checking import check
    from registry.checks.report import worst

    lines = check(configured(data), ambient.now(), thorough=not quick)
    code = worst(lines)
    if as_json:
        _show_json(lines, code)
    else:
        for line in lines:
            click.echo(f"{line.level:<8} {line.about}: {line.said}{f'; {line.mend}' if line.mend else ''}")
        counts = {level: sum(line.level == level for line in lines) for level in ("ok", "warning", "fault")}
        said = f"{counts['ok']} fine, {_many(counts['warning'], 'warning')}, {_many(counts['fault'], 'fault')}"
        click.echo(f"{said}: {WORDS[code]}")
    sys.exit(code)


def _many(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else f'{word}s'}"


def _show_json(lines: object, code: int) -> None:
    import json

    from registry.commands.answers import plain

    click.echo(json.dumps({"ok": code == 0, "result": {"exit_code": code, "lines": plain(lines)}}, ensure_ascii=False))
