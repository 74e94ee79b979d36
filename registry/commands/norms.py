"""`registry norms`: sets of norms compared on a round."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from registry.commands.acting import Answer, Reading, Refused, reads

NAME_WIDTH = 34


@click.group("norms")
def group() -> None:
    """Norms: what different sets of them change."""


@group.command("compare")
@click.argument("round_id", metavar="ROUND")
@click.option(
    "--profile", "profiles", metavar="ID", multiple=True, help="A norm profile; the first is the reference. Repeat it."
)
@click.option("--all", "everything", is_flag=True, help="Show claims without a difference too.")
@click.option("--time-limit", "time_limit_s", type=click.FloatRange(min=1), help="Seconds for each instance.")
@reads()
def compare(
    reading: Reading, round_id: str, profiles: Sequence[str], time_limit_s: float | None, *, everything: bool
) -> Answer:
    """Examine and solve ROUND under several norm profiles; each difference with the provision behind it.

    Without --profile: Outer Space Treaty only, Artemis Accords, ILRS, Moon Agreement, and all together. Only claims that
    --as may see take part. What was solved before is not solved again.
    """
    from registry import comparing
    from registry.domain.visibility import PUBLIC
    from registry.services import norms

    asked = norms.question(reading.session, round_id, profiles, reading.viewer)
    reading.session.close()  # solving takes minutes, and reads nothing
    folder = comparing.folder(reading.settings.data, asked)
    limit = time_limit_s or reading.settings.solver_time_limit_s
    try:
        found = comparing.compared(asked, folder, limit, lambda line: click.echo(line, err=True))
    except comparing.UnsolvedError as error:
        raise Refused("failure", str(error)) from error
    if reading.viewer == PUBLIC and not profiles:
        comparing.keep(folder, found)
    return Answer([*_matrix(found, everything=everything)], found)


def _matrix(found: Mapping[str, Any], *, everything: bool) -> Iterator[str]:
    from registry.domain.norms.report import changed_claims

    rows = found["claims"] if everything else changed_claims(found)
    heads = [row["id"] for row in found["profiles"]]
    widths = [max(18, len(head)) for head in heads]
    yield f"Round {found['round']}: {len(found['claims'])} claims under {len(heads)} sets of norms"
    yield ""
    yield "  ".join(["claim".ljust(NAME_WIDTH), *map(str.ljust, heads, widths)]).rstrip()
    for claim in rows:
        name = f"{claim['id']} {claim['name']}"[:NAME_WIDTH].ljust(NAME_WIDTH)
        cells = [_cell(cell, is_first=number == 0) for number, cell in enumerate(claim["cells"])]
        yield "  ".join([name, *map(str.ljust, cells, widths)]).rstrip()
    yield ""
    yield from _totals(found)


def _cell(cell: Mapping[str, Any], *, is_first: bool) -> str:
    if cell["cause"] is None and not is_first:
        return "="
    got = cell["outcome"] if cell["placement"] is None else f"{cell['placement'].partition('/')[2]} day {cell['start']}"
    return (
        got if cell["cause"] is None else f"{got} {cell['cause']['provision']}{'' if cell['cause']['touches'] else '*'}"
    )


def _totals(found: Mapping[str, Any]) -> Iterator[str]:
    for row in found["profiles"]:
        causes = ", ".join(f"{name} {count}" for name, count in row["causes"].items()) or "none"
        yield (
            f"{row['id']:<22} {row['served']:>3} served, {row['returned']} returned, {row['changed']:>2} cells differ: {causes}"
        )
    yield "Each difference names the provision without which it would not be there; * where it comes through other claims."
    for row in found["changes"]:
        yield f"{row['provision']}: {row['statement']} ({row['source']})"
