"""The command line: each command calls one function and prints what it says.

Exit codes: 0 an answer was written or verified; 1 verification refused; 2 unusable input or use, one line a fault;
130 stopped before there was an answer.
"""

import sys
from pathlib import Path
from typing import Any

import click

from solver import commands
from solver.again import confirmed, proved_again
from solver.asked import REFUSED, check_output, refuse, seed_bytes, tickets_of
from solver.fields import InputError
from solver.instance import EX_ANTE
from solver.io import dump, parse_instance, parse_solution, read_bytes, write_atomically
from solver.live import allocate, report
from solver.lottery import TRIAL_SEED
from solver.solution import to_document
from solver.terrain.commands import terrain
from solver.traffic.commands import slots

STOPPED = 130


class Stoppable(click.Group):
    """A group that says in one line that Ctrl-C came before there was anything to write."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("solver: stopped; nothing was written", err=True)
            ctx.exit(STOPPED)


@click.group(cls=Stoppable)
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
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one line of JSON.")
@click.option("--quiet", is_flag=True, help="Say nothing while solving.")
@click.option(
    "--progress", "looks", type=click.Path(path_type=Path), help="Also write progress here, a JSON line a look."
)
def solve(
    instance: Path,
    output: Path,
    seed: str,
    tickets: Path | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Solve INSTANCE and write the solution; Ctrl-C writes the best so far."""
    try:
        check_output(output, instance)
        problem = parse_instance(read_bytes(instance))
        ties = seed_bytes(seed), tickets_of(tickets, problem) if tickets else None
        if problem.policy.tie_break == EX_ANTE and (tickets or ties[0] != TRIAL_SEED):
            click.echo("note: a lottery needs no seed and no tickets before its draw; they change nothing", err=True)
        solution = allocate(problem, ties, **how)
        write_atomically(output, dump(to_document(solution)))
    except InputError as error:
        refuse(error)
    report(solution, str(output), as_json)


@main.command()
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("solution", type=click.Path(path_type=Path))
@click.option("--tickets", type=click.Path(path_type=Path), help="The tickets that the run was given.")
@click.option("--optimality", is_flag=True, help="Prove every stage again with HiGHS in a second formulation.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True, help="At most so long a stage.")
def verify(instance: Path, solution: Path, tickets: Path | None, optimality: bool, seconds: float) -> None:
    """Check SOLUTION against INSTANCE without any constraint solver."""
    from solver.verify import verify as check

    try:
        problem, answer = parse_instance(read_bytes(instance)), parse_solution(read_bytes(solution))
        given = tickets_of(tickets, problem) if tickets else None
    except InputError as error:
        refuse(error)
    report = check(problem, answer, given)
    for found in report.problems:
        click.echo(f"refused: {found}")
    if not report or (optimality and not proved_again(problem, answer, given, seconds)):
        sys.exit(REFUSED)
    click.echo(f"valid: status {report.status}; checked: {'; '.join(report.checks)}")


@main.command()
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("solution", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write the marked file.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True, help="At most so long a stage.")
def confirm(instance: Path, solution: Path, output: Path, seconds: float) -> None:
    """Mark SOLUTION as official: verified, with the seed of a draw, and proved again by a second engine."""
    try:
        check_output(output, instance)
        problem, answer = parse_instance(read_bytes(instance)), parse_solution(read_bytes(solution))
    except InputError as error:
        refuse(error)
    official = confirmed(problem, answer, seconds)
    if official is None:
        sys.exit(REFUSED)
    write_atomically(output, dump(to_document(official)))
    click.echo(f"written: {output}")


main.add_command(terrain)
main.add_command(slots)
for command in commands.ALL:
    main.add_command(command)
