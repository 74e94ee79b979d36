"""What `solver verify --optimality` says while it proves a solution again."""

from collections.abc import Mapping

import click

from solver.bounds.optimality import prove_again
from solver.instance import Instance
from solver.solution import Solution


def proved_again(problem: Instance, answer: Solution, tickets: Mapping[str, str] | None, seconds: float) -> bool:
    """Whether HiGHS agrees with every stage; prints what it contradicts, what it left open, and the count."""
    try:
        report = prove_again(problem, answer, tickets, seconds)
    except ValueError as error:
        click.echo(f"refused: {error}")
        return False
    for stage in report.named("contradicted"):
        click.echo(f"refused: HiGHS found an allocation with a better {stage}")
    for stage in report.named("open"):
        click.echo(f"refused: HiGHS left {stage} open after {seconds:g} s; give it more --seconds")
    click.echo(f"HiGHS, in a formulation of its own, agrees on {len(report.named('agreed'))} of {len(report.verdicts)}")
    return bool(report)
