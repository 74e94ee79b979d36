"""`solver draw`: the public value picks one allocation of a published lottery."""

from pathlib import Path

import click

from solver.asked import check_output, refuse, value_bytes
from solver.distribution import Distribution
from solver.drawing import drawn
from solver.fields import Fault, InputError
from solver.io import dump, parse_solution, read_bytes, write_atomically
from solver.solution import OPTIMAL, Solution, to_document

FILE = click.Path(path_type=Path)


@click.command("draw")
@click.argument("solution", type=FILE)
@click.option("--value", required=True, help="The public value, whole bytes in hex.")
@click.option("-o", "--output", type=FILE, help="Where to write the drawn solution; usually NAME-drawn.json beside it.")
def command(solution: Path, value: str, output: Path | None) -> None:
    """Draw from the lottery in SOLUTION (tie-break ex-ante) and write the solution drawn.

    The seed is SHA-256(instance hash bytes, 0x00, value bytes). `solver verify` repeats the draw.
    """
    target = output or solution.with_name(f"{solution.stem}-drawn.json")
    try:
        check_output(target, solution)
        answer, public = parse_solution(read_bytes(solution)), value_bytes(value)
        _check(answer)
        result = drawn(answer, public)
        write_atomically(target, dump(to_document(result)))
    except InputError as error:
        refuse(error)
    if result.status != OPTIMAL:
        click.echo(f"note: this lottery is {result.status}, not proved to be the best", err=True)
    assert result.distribution is not None
    click.echo(_told(result, result.distribution))
    click.echo(f"written: {target}")


def _check(answer: Solution) -> None:
    """Refuse a solution that has nothing to draw from."""
    lottery = answer.distribution
    if lottery is None or not lottery.outcomes:
        what = "this solution has no lottery"
        raise InputError([Fault("distribution", what, "solve an instance whose policy.tie_break is ex-ante")])
    if lottery.draw is not None:
        what = f"it was drawn already, with the value {lottery.draw.value.hex()}"
        raise InputError([Fault("distribution.draw", what, "draw from the solution as it was published")])
    shares = [outcome.probability for outcome in lottery.outcomes]
    if sum(shares) != 1 or min(shares) <= 0:
        what = f"the probabilities sum to {sum(shares)}, or one of them is 0"
        raise InputError([Fault("distribution.outcomes", what, "solve again; solver verify tells what is wrong")])


def _told(result: Solution, lottery: Distribution) -> str:
    assert lottery.draw is not None
    outcome = lottery.outcomes[lottery.draw.outcome - 1]
    served, count = len(result.allotments), len(lottery.outcomes)
    return (
        f"seed {result.seed}: outcome {lottery.draw.outcome} of {count}, probability {outcome.probability}; "
        f"{served} claims served, {len(result.unserved)} not"
    )
