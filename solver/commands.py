"""Commands for planners beside solve and verify: explain, compare, blind, generate, show."""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from solver.asked import REFUSED, check_output, refuse, seed_bytes, tickets_of
from solver.compare_command import command as compare
from solver.draw_command import command as draw
from solver.fields import InputError
from solver.generate import POINTS, WINDOWS, Recipe
from solver.generate import generate as generated
from solver.importance.command import command as importance
from solver.incentives.command import command as incentives
from solver.instance_file import RULES
from solver.io import dump, parse_instance, parse_solution, read_bytes, write_atomically

FILE = click.Path(path_type=Path)
USUAL = {field.name: field.default for field in fields(Recipe)}


@click.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE)
@click.option("--claim", required=True, help="Id of the claim to explain.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds for all.")
@click.option("--tickets", type=FILE, help="JSON {id: ticket in hex}, if the solution was made with it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(instance: Path, solution: Path, claim: str, time_limit: float, tickets: Path | None, as_json: bool) -> None:
    """Why CLAIM did not get (more of) what it asked, and what would have done.

    For each placement: who blocks it, a minimal set each, solved again. Then the first stage that would be worse if the
    claim were granted, and the least change of days, metres or keep-out that would have been granted.
    """
    try:
        problem, answer = parse_instance(read_bytes(instance)), parse_solution(read_bytes(solution))
        given = tickets_of(tickets, problem) if tickets else None
        from solver.explain import account, text

        explanation = account.explain(problem, answer, claim, time_limit, tickets=given)
    except InputError as error:
        refuse(error)
    if as_json:
        click.echo(json.dumps(explanation.to_document(), ensure_ascii=False))
    else:
        click.echo("\n".join(text.lines(explanation)))


@click.command()
@click.argument("instance", type=FILE)
@click.option("--seed", default="00", show_default=True, help="Seed of the tie-break, whole bytes in hex.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), help="Seconds for each of the ten runs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def blind(instance: Path, seed: str, time_limit: float | None, as_json: bool) -> None:
    """Show that names, order, labels and hours do not matter: solve INSTANCE with each changed, and compare."""
    from solver.allocate import solve
    from solver.blind import blind as tested
    from solver.blind import lines
    from solver.model.search import SolveLimits

    limits = SolveLimits(wall_time_s=time_limit)
    try:
        problem, ties = parse_instance(read_bytes(instance)), seed_bytes(seed)
        outcome = tested(problem, ties, lambda changed, drawn, tickets: solve(changed, drawn, limits, tickets))
    except InputError as error:
        refuse(error)
    click.echo(json.dumps(outcome.to_document(), ensure_ascii=False) if as_json else "\n".join(lines(outcome)))
    if not outcome:
        sys.exit(REFUSED)


@click.command()
@click.option("-o", "--output", type=FILE, required=True, help="Where to write the instance.")
@click.option("--claims", type=click.IntRange(1, 100_000), required=True, help="Number of claims.")
@click.option("--parties", type=click.IntRange(1, 10_000), required=True, help="Number of parties.")
@click.option(
    "--cluster", type=click.IntRange(1), default=USUAL["cluster"], show_default=True, help="Claims a cluster."
)
@click.option("--windows", type=click.Choice(WINDOWS), default=USUAL["windows"], show_default=True)
@click.option("--seed", type=int, default=USUAL["seed"], show_default=True, help="The same seed gives the same bytes.")
@click.option("--horizon", "horizon_days", type=int, help="Days; usually 365, for flexible windows 3650.")
@click.option(
    "--keep-out", "keep_out_m", type=(int, int), default=USUAL["keep_out_m"], show_default=True, help="Metres."
)
@click.option("--points", type=click.Choice(POINTS), default=USUAL["points"], show_default=True)
@click.option("--joint", type=click.IntRange(0, 100), default=0, show_default=True, help="Percent of joint claims.")
@click.option(
    "--levels", type=click.IntRange(0, 100), default=0, help="Give the policy so many levels up to 100 points."
)
@click.option("--rule", type=click.Choice(RULES), default=USUAL["rule"], show_default=True)
def generate(output: Path, **options: Any) -> None:
    """Write a random valid instance: clusters of claims on the map, for trials and measurements."""
    recipe = Recipe(**options)
    try:
        check_output(output)
        write_atomically(output, dump(generated(recipe)))
    except InputError as error:
        refuse(error)
    click.echo(f"written: {output}")


@click.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE, required=False)
@click.option("--svg", type=FILE, help="Write a picture of map and days to this file.")
def show(instance: Path, solution: Path | None, svg: Path | None) -> None:
    """Show INSTANCE, with a SOLUTION what each claim got: a table, and a picture."""
    from solver.show import picture, rows

    try:
        problem = parse_instance(read_bytes(instance))
        answer = parse_solution(read_bytes(solution)) if solution else None
        rows.check_answers(problem, answer)
        if svg:
            rows.check_drawn(answer)
            check_output(svg, instance)
            write_atomically(svg, picture.picture(problem, answer))
    except InputError as error:
        refuse(error)
    rows.print_table(problem, answer)
    if svg:
        click.echo(f"written: {svg}")


ALL: tuple[click.Command, ...] = (draw, explain, compare, blind, incentives, importance, generate, show)
