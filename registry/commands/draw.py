"""`registry draw`: the public value of a round, recorded once and checked by anybody."""

from pathlib import Path
from typing import Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Refused, acts, json_option
from registry.commands.answers import finished, show


@click.group("draw")
def group() -> None:
    """The public value that breaks ties."""


@group.command("record")
@click.argument("round_id", metavar="ROUND")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@acts("drawing.draw")
def record(deed: Deed, round_id: str, document: Any) -> Answer:
    """Record the draw of ROUND from the draw file FILE."""
    from registry.services import drawing

    drawn = drawing.draw(deed.session, round_id, drawing.value_of(document, round_id), deed.actor, deed.at)
    return Answer(f"round {round_id} is drawn; seed {drawn.seed_hex}", drawn)


@group.command("check")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@click.option(
    "--instance", required=True, type=click.Path(path_type=Path), help="The instance that the seed is made from."
)
@json_option
def check(document: Any, instance: Path, *, as_json: bool) -> None:
    """Compute the seed anew from the draw file FILE and an instance file. No register is needed."""
    from registry.domain.draw import check_draw, read_draw_file, seed
    from solver.fields import InputError
    from solver.io import instance_sha256, read_bytes

    try:
        drawn, digest = read_draw_file(document), instance_sha256(read_bytes(instance))
    except InputError as error:
        raise click.UsageError("; ".join(str(fault) for fault in error.faults)) from error
    problems = check_draw(drawn, digest)
    if problems:
        raise Refused("conflict", "; ".join(problems))
    found = seed(digest, drawn.value.value)
    told = Answer(f"seed {found} from {drawn.value.source}", {"seed_hex": found, "instance_sha256": digest})
    show(finished(told), as_json=as_json)
