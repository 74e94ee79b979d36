"""Commands for planners beside solve and verify: explain, blind, generate, show."""

import json
from dataclasses import fields
from pathlib import Path

import click

from solver.asked import refuse, tickets_of
from solver.fields import InputError
from solver.generate import Recipe
from solver.io import parse_instance, parse_solution, read_bytes

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


ALL: tuple[click.Command, ...] = (explain,)
