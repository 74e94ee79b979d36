"""The command `solver compare`."""

from pathlib import Path

import click
from rich.console import Console

from solver.asked import check_output, refuse, seed_bytes
from solver.compare import Comparison, compare, usable_rules
from solver.compare_plot import svg_bytes
from solver.compare_text import csv_bytes, show
from solver.fields import Fault, InputError
from solver.io import dump, parse_instance, read_bytes, write_atomically
from solver.live import allocate

FILE = click.Path(path_type=Path)
FORMS = {
    "json": lambda comparison: dump(comparison.to_document()),
    "csv": csv_bytes,
    "plot": svg_bytes,
}


@click.command("compare")
@click.argument("instance", type=FILE)
@click.option("--rules", help="Rules by name, with commas between; default: all that the instance has the data for.")
@click.option("--seed", default="00", show_default=True, help="Seed of tickets and tie-breaks, whole bytes in hex.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), help="Seconds for each rule.")
@click.option("--workers", type=click.IntRange(1, 64), default=8, show_default=True, help="Workers of the engine.")
@click.option("--json", type=FILE, help="Write the comparison to this file as JSON.")
@click.option("--csv", type=FILE, help="... as CSV, one row a measure.")
@click.option("--plot", type=FILE, help="... as a picture (SVG): points of each party by rule.")
@click.option("--quiet", is_flag=True, help="Say nothing while solving.")
def command(
    instance: Path, rules: str | None, seed: str, time_limit: float | None, workers: int, quiet: bool, **files: Path
) -> None:
    """Solve INSTANCE under several rules and show what each one gives, to whom, and at what price."""
    outputs = {form: path for form, path in files.items() if path is not None}
    try:
        _check(outputs, instance)
        problem, ties = parse_instance(read_bytes(instance)), seed_bytes(seed)
        names = usable_rules(problem) if rules is None else [name.strip() for name in rules.split(",")]
        found = compare(problem, names, lambda asked: allocate(asked, (ties, None), time_limit, workers, quiet))
        _write(found, outputs)
    except InputError as error:
        refuse(error)
    show(found, Console())
    for path in outputs.values():
        click.echo(f"written: {path}")


def _check(outputs: dict[str, Path], instance: Path) -> None:
    for path in outputs.values():
        check_output(path, instance)
    if len({path.resolve() for path in outputs.values()}) < len(outputs):
        raise InputError([Fault("outputs", "two are the same file", "name a file for each")])


def _write(found: Comparison, outputs: dict[str, Path]) -> None:
    for form, path in outputs.items():
        write_atomically(path, FORMS[form](found))
