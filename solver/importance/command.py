"""The command `solver importance`."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from solver.asked import refuse, seed_bytes
from solver.fields import Fault, InputError
from solver.incentives.command import following
from solver.io import parse_instance, read_bytes
from solver.live import interruptible

if TYPE_CHECKING:
    from solver.importance.study import Importance

FILE = click.Path(path_type=Path)


@click.command("importance")
@click.argument("instance", type=FILE)
@click.option("--regions", type=FILE, help="GeoJSON in map metres: places are these regions, by properties.id.")
@click.option("--seed", default="00", show_default=True, help="Seed of the tie-break, whole bytes in hex.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds for a run."
)
@click.option("--total", type=click.FloatRange(min=0.1), help="Seconds for all; what was not begun then is said.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes side by side; default: one for each core.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, one row a claim and a place.")
@click.option("--quiet", is_flag=True, help="Say nothing while solving.")
def command(instance: Path, regions: Path | None, as_json: bool, as_csv: bool, **how: Any) -> None:
    """What each claim of INSTANCE costs the others, granted or refused, and how scarce room is at each place.

    Each claim is refused or granted and the instance solved again; each placement that somebody would rather have gets ground of
    its own, each that is allotted is taken away. Ctrl-C keeps what was found.
    """
    try:
        if as_json and as_csv:
            raise InputError([Fault("--json --csv", "both go to the same output", "ask for one of them")])
        found = _studied(instance, regions, **how)
    except InputError as error:
        refuse(error)
    _print(found, as_json, as_csv)


def _studied(path: Path, regions: Path | None, seed: str, quiet: bool, **how: Any) -> "Importance":
    problem, ties = parse_instance(read_bytes(path)), seed_bytes(seed)
    areas = None if regions is None else read_bytes(regions)
    from solver.importance.study import importance
    from solver.many import Limits, Solver

    processes = how["workers"] or os.cpu_count() or 1
    with interruptible() as wanted, following(quiet) as follow:
        solver = Solver(Limits(how["time_limit"], how["total"], processes, wanted.is_set), follow)
        return importance(problem, ties, solver, areas)


def _print(found: "Importance", as_json: bool, as_csv: bool) -> None:
    from solver.importance.report import csv_bytes, to_document
    from solver.importance.text import show

    if as_json:
        click.echo(json.dumps(to_document(found), ensure_ascii=False))
    elif as_csv:
        click.echo(csv_bytes(found).decode(), nl=False)
    else:
        show(found, Console(file=sys.stdout))
