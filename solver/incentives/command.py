"""The command `solver incentives`."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from solver.asked import check_output, refuse, seed_bytes
from solver.fields import Fault, InputError
from solver.io import parse_instance, read_bytes, write_atomically
from solver.live import interruptible

if TYPE_CHECKING:
    from solver.incentives.study import Study

FILE = click.Path(path_type=Path)
Follow = Callable[[int, int], None]


@click.command("incentives")
@click.argument("instance", type=FILE)
@click.option(
    "--party", "parties", multiple=True, help="Only this party; may be given again. Default: all with claims."
)
@click.option("--seed", default="00", show_default=True, help="Seed of the tie-break, whole bytes in hex.")
@click.option(
    "--allies", type=click.IntRange(0, 1000), default=1, show_default=True, help="Allies tried for each party."
)
@click.option("--draws", type=click.IntRange(0, 1000), default=4, show_default=True, help="Other draws for best gains.")
@click.option("--every", is_flag=True, help="Solve also what cannot gain or change anything.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds for a run."
)
@click.option("--total", type=click.FloatRange(min=0.1), help="Seconds for all; what was not begun then is said.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes side by side; default: one for each core.")
@click.option("--keep", type=FILE, help="Write every variant into this folder, named by its hash.")
@click.option("--summary", type=FILE, help="Write the summary for publication to this file (Markdown).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, one row a variant.")
@click.option("--quiet", is_flag=True, help="Say nothing while solving.")
def command(instance: Path, as_json: bool, as_csv: bool, keep: Path | None, summary: Path | None, **how: Any) -> None:
    """Who could have gained by filing INSTANCE otherwise: each claim dropped, shortened, doubled, split, lent or shared.

    Every other filing is solved under the instance's own rule and seed and measured by the true values. No rule here is
    strategy-proof; this is a what-if, and says of nobody that they did it. Ctrl-C keeps what was found.
    """
    try:
        _check(as_json and as_csv, keep, summary, instance)
        found = _studied(instance, **how)
        _write(found, keep, summary)
    except InputError as error:
        refuse(error)
    _print(found, as_json, as_csv)


def _check(is_twice: bool, keep: Path | None, summary: Path | None, instance: Path) -> None:
    if is_twice:
        raise InputError([Fault("--json --csv", "both go to the same output", "ask for one of them")])
    if summary is not None:
        check_output(summary, instance)
    if keep is not None and not keep.is_dir() and (keep.exists() or not keep.parent.is_dir()):
        raise InputError([Fault("--keep", f"{keep} is no folder and cannot be made one", "name a folder")])


def _studied(path: Path, seed: str, quiet: bool, **how: Any) -> "Study":
    problem, ties = parse_instance(read_bytes(path)), seed_bytes(seed)
    from solver.incentives.study import Asked, study
    from solver.many import Limits, Solver

    asked = Asked(tuple(dict.fromkeys(how["parties"])), how["allies"], how["draws"], how["every"])
    processes = how["workers"] or os.cpu_count() or 1
    with interruptible() as wanted, following(quiet) as follow:
        limits = Limits(how["time_limit"], how["total"], processes, wanted.is_set)
        return study(problem, ties, asked, Solver(limits, follow))


@contextmanager
def following(is_quiet: bool) -> Iterator[Follow]:
    """A bar of how many runs are done, on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("solving; Ctrl-C keeps what is found", total=None)
        yield lambda done, of: progress.update(bar, completed=done, total=of)


def _write(found: "Study", keep: Path | None, summary: Path | None) -> None:
    from solver.incentives.text import markdown

    if summary is not None:
        write_atomically(summary, markdown(found).encode())
    if keep is not None:
        keep.mkdir(exist_ok=True)
        for finding in found.findings:
            write_atomically(keep / f"{finding.sha256}.json", finding.variant.data)


def _print(found: "Study", as_json: bool, as_csv: bool) -> None:
    from solver.incentives.report import csv_bytes, to_document
    from solver.incentives.text import show

    if as_json:
        click.echo(json.dumps(to_document(found), ensure_ascii=False))
    elif as_csv:
        click.echo(csv_bytes(found).decode(), nl=False)
    else:
        show(found, Console(file=sys.stdout))
