"""The command line: `solver solve`, `solver verify`. Each command calls one function and prints one table.

Exit codes: 0 an answer was written or verified; 1 verification refused; 2 unusable input or use, one line a fault.
"""

import sys
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

from solver.fields import Fault, InputError, Record, load_json
from solver.instance import Instance
from solver.io import dump, parse_instance, parse_solution, read_bytes, write_atomically
from solver.solution import Solution, in_points, to_document

REFUSED, UNUSABLE = 1, 2


@click.group()
@click.version_option(package_name="lunar-site-registry", prog_name="solver")
def main() -> None:
    """Allocate landing sites near the lunar south pole, and check allocations."""


@main.command()
@click.argument("instance", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write the solution.")
@click.option("--seed", default="00", show_default=True, help="Seed of the tie-break, whole bytes in hex.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), help="Seconds after which the best so far is written.")
@click.option("--workers", type=click.IntRange(1, 64), default=8, show_default=True, help="Workers of the engine.")
@click.option("--tickets", type=click.Path(path_type=Path), help="JSON {id: ticket in hex}, instead of the seed's.")
def solve(
    instance: Path, output: Path, seed: str, time_limit: float | None, workers: int, tickets: Path | None
) -> None:
    """Solve INSTANCE and write the solution."""
    try:
        _check_output(output, instance)
        problem = parse_instance(read_bytes(instance))
        seed_bytes = _seed(seed)
        given = _tickets(tickets, problem) if tickets else None
        solution = _allocate(problem, seed_bytes, time_limit, workers, given)
        write_atomically(output, dump(to_document(solution)))
    except InputError as error:
        _refuse(error)
    _print_solution(solution)
    click.echo(f"written: {output}")


@main.command()
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("solution", type=click.Path(path_type=Path))
def verify(instance: Path, solution: Path) -> None:
    """Check SOLUTION against INSTANCE without any constraint solver."""
    from solver.verify import verify as check

    try:
        report = check(parse_instance(read_bytes(instance)), parse_solution(read_bytes(solution)))
    except InputError as error:
        _refuse(error)
    for problem in report.problems:
        click.echo(f"refused: {problem}")
    if not report:
        sys.exit(REFUSED)
    click.echo(f"valid: status {report.status}; checked: {'; '.join(report.checks)}")


def _allocate(
    problem: Instance, seed: bytes, time_limit: float | None, workers: int, tickets: dict[str, str] | None
) -> Solution:
    # The engine is loaded only now, so that a wrong file is refused at once.
    from solver.allocate import solve as allocate
    from solver.model.search import SolveLimits

    console = Console(stderr=True)
    with console.status("solving") as status:

        def show(stage: str, value: int, bound: int, seconds: float) -> None:
            status.update(f"{seconds:.1f} s  {stage}: {value} of at most {bound}")

        return allocate(problem, seed, SolveLimits(time_limit, workers, certify=True), tickets, show)


def _check_output(output: Path, instance: Path) -> None:
    if output.is_dir() or not output.parent.is_dir():
        raise InputError([Fault(str(output), "cannot be written (no file in an existing folder)", "name a file")])
    if output.resolve() == instance.resolve():
        raise InputError([Fault("--output", "it is the instance itself", "name another file")])


def _seed(text: str) -> bytes:
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if not seed:
        raise InputError([Fault("--seed", f"{text!r} is not whole bytes in hex", "give for example 1f00ab")])
    return seed


def _tickets(path: Path, problem: Instance) -> dict[str, str]:
    """Tickets by id from a JSON file; every party and claim needs one, and no two may be equal."""
    faults: list[Fault] = []
    names = [party.id for party in problem.parties] + [claim.id for claim in problem.claims]
    record = Record(load_json(read_bytes(path)), str(path), faults, dict.fromkeys(names, True))
    tickets = {name: record.text(name) for name in names}
    for name, ticket in tickets.items():
        if ticket and set(ticket) - set("0123456789abcdef"):
            record.fault(name, "the ticket is not lower-case hex", "give for example 0a1b")
    if not faults and len(set(tickets.values())) < len(tickets):
        faults.append(Fault(str(path), "two tickets are equal", "give every party and claim its own"))
    if faults:
        raise InputError(faults)
    return tickets


def _refuse(error: InputError) -> NoReturn:
    for fault in error.faults:
        click.echo(str(fault), err=True)
    sys.exit(UNUSABLE)


def _print_solution(solution: Solution) -> None:
    table = Table(title=f"{solution.status}: {solution.rule}, seed {solution.seed}")
    for column in ("stage", "value", "bound", "proved"):
        table.add_column(column, justify="left" if column in ("stage", "proved") else "right")
    for stage in solution.stages:
        table.add_row(stage.name, str(stage.value), str(stage.bound), "yes" if stage.proved else "no")
    Console().print(table)
    if solution.why:
        click.echo(f"entries {', '.join(solution.why['entries'])} break {', '.join(solution.why['rules'])}")
        return
    served, worst = len(solution.allotments), in_points(solution.leximin[0]) if solution.leximin else 0
    click.echo(f"{served} claims served, {len(solution.unserved)} not; worst-off party: {worst} points")
