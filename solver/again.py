"""Proving a solution again, as `solver verify --optimality` and `solver confirm` say it."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version

import click

from solver.bounds.optimality import prove_again
from solver.checks.lottery import is_drawn
from solver.instance import Instance
from solver.lottery import TRIAL_SEED
from solver.solution import Solution
from solver.verify import verify


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


def confirmed(problem: Instance, answer: Solution, seconds: float) -> Solution | None:
    """The solution with the mark `run.official`, or None after saying why it may not call itself official.

    It needs a seed from a draw (not 00; a lottery is official before its draw), a verification without a problem, and the
    agreement of HiGHS with every stage.
    """
    if bytes.fromhex(answer.seed) == TRIAL_SEED and is_drawn(answer):
        click.echo("refused: seed 00 is for trials; solve again with the seed of the draw")
        return None
    problems = verify(problem, answer).problems
    for found in problems:
        click.echo(f"refused: {found}")
    if problems or not proved_again(problem, answer, None, seconds):
        return None
    return replace(answer, run={**answer.run, "official": {"second_engine": f"HiGHS {version('highspy')}"}})
