"""`solver slots`: when craft land and leave. The engine is loaded only where slots are solved."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from solver.asked import REFUSED, check_output, refuse, seed_bytes
from solver.fields import Fault, InputError
from solver.io import dump, read_bytes, write_atomically
from solver.solution import INFEASIBLE
from solver.traffic.generate import TrafficRecipe, generate_slots
from solver.traffic.instance_file import parse_slots_instance
from solver.traffic.solution import Solution, parse_slots_solution, to_document
from solver.traffic.telling import clash_lines, rows, times_shown

FILE = click.Path(path_type=Path)
USUAL = TrafficRecipe()


@click.group()
def slots() -> None:
    """Slots of landings and ascents: windows in, times out, kept clear of one another, of orbiters and of work nearby."""


@slots.command()
@click.argument("instance", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="Where to write the solution.")
@click.option("--seed", default="00", show_default=True, help="Seed of the tie-break, whole bytes in hex.")
@click.option("--time-limit", "wall_time_s", type=click.FloatRange(min=0.1), help="Seconds; then the best so far.")
@click.option("--workers", type=click.IntRange(1, 64), default=8, show_default=True, help="Workers of the engine.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one line of JSON.")
def solve(instance: Path, output: Path, seed: str, as_json: bool, **how: Any) -> None:
    """Propose slots for INSTANCE and write them."""
    from solver.traffic.solving import EngineError, Limits, solve_slots

    try:
        check_output(output, instance)
        problem, draw = parse_slots_instance(read_bytes(instance)), seed_bytes(seed)
        solution = solve_slots(problem, draw, Limits(**how))
        write_atomically(output, dump(to_document(solution)))
    except InputError as error:
        refuse(error)
    except EngineError as error:
        click.echo(f"solver: {error}; nothing was written", err=True)
        sys.exit(REFUSED)
    _report(solution, output, as_json, len(problem.movements))


def _report(solution: Solution, output: Path, as_json: bool, movements: int) -> None:
    told = {
        "status": solution.status,
        "movements": movements,
        "stages": {stage.name: [stage.value, stage.bound] for stage in solution.stages},
        "seconds": solution.run["seconds"],
        "written": str(output),
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{solution.status}: {len(solution.slots)} of {movements} movements have a slot")
    for stage in solution.stages:
        click.echo(f"  {stage.name}: {stage.value}" + ("" if stage.proved else f" (bound {stage.bound}, not proved)"))
    for line in solution.why:
        click.echo(f"  {line}")
    click.echo(f"written: {output}")


@slots.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE)
def verify(instance: Path, solution: Path) -> None:
    """Check SOLUTION against INSTANCE without any constraint solver."""
    from solver.traffic.verify import verify as check

    try:
        problem, answer = parse_slots_instance(read_bytes(instance)), parse_slots_solution(read_bytes(solution))
    except InputError as error:
        refuse(error)
    report = check(problem, answer)
    for found in report.problems:
        click.echo(f"refused: {found}")
    if not report:
        sys.exit(REFUSED)
    click.echo(f"valid: status {report.status}; checked: {'; '.join(report.checks)}")


@slots.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE, required=False)
def show(instance: Path, solution: Path | None) -> None:
    """Show INSTANCE: who would clash at the times preferred; with a SOLUTION when each movement is to be."""
    try:
        problem = parse_slots_instance(read_bytes(instance))
        answer = parse_slots_solution(read_bytes(solution)) if solution else None
        if answer is not None and answer.instance_sha256 != problem.sha256:
            what = f"it answers instance {answer.instance_sha256[:12]}, this one is {problem.sha256[:12]}"
            raise InputError([Fault("instance_sha256", what, "give the instance that was solved")])
    except InputError as error:
        refuse(error)
    for line in rows(problem, answer):
        click.echo(line)
    for line in clash_lines(problem, times_shown(problem, answer), preferred=answer is None):
        click.echo(line)
    if answer is not None and answer.status == INFEASIBLE:
        click.echo("the slots allotted before contradict one another")


@slots.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="A file that ends in .ics or .csv.")
def calendar(instance: Path, solution: Path, output: Path) -> None:
    """Write the slots of SOLUTION as a calendar: iCalendar or CSV, the same bytes for the same slots."""
    from solver.traffic.calendars import calendar_bytes
    from solver.traffic.verify import verify as check

    try:
        check_output(output, instance)
        problem, answer = parse_slots_instance(read_bytes(instance)), parse_slots_solution(read_bytes(solution))
        data = calendar_bytes(problem, answer, output.suffix.lower())
    except InputError as error:
        refuse(error)
    report = check(problem, answer)
    for found in report.problems:
        click.echo(f"refused: {found}")
    if not report:
        sys.exit(REFUSED)
    try:
        write_atomically(output, data)
    except InputError as error:
        refuse(error)
    click.echo(f"written: {output}")


@slots.command()
@click.option("-o", "--output", type=FILE, required=True, help="Where to write the instance.")
@click.option("--landings", type=click.IntRange(1, 10_000), default=USUAL.landings, show_default=True)
@click.option("--days", type=click.IntRange(30, 3650), default=USUAL.days, show_default=True)
@click.option("--cluster", type=click.IntRange(1), default=USUAL.cluster, show_default=True, help="Landings a cluster.")
@click.option("--ascents", type=click.IntRange(0, 100), default=USUAL.ascents, show_default=True, help="Percent.")
@click.option("--orbiters", type=click.IntRange(0, 20), default=USUAL.orbiters, show_default=True)
@click.option("--operations", type=click.IntRange(0, 1000), default=USUAL.operations, show_default=True)
@click.option("--seed", type=int, default=USUAL.seed, show_default=True, help="The same seed gives the same bytes.")
def generate(output: Path, **options: Any) -> None:
    """Write a random valid instance of slots, for trials and measurements."""
    try:
        check_output(output)
        write_atomically(output, dump(generate_slots(TrafficRecipe(**options))))
    except InputError as error:
        refuse(error)
    click.echo(f"written: {output}")
