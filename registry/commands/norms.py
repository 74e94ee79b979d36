"""`registry norms`: sets of norms compared on a round."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, Reading, Refused, reads

if TYPE_CHECKING:
    from registry.queries.crosswalk import Topic

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


@group.command("crosswalk")
@click.option("--topic", metavar="TEXT", help="Only topics whose name has this text.")
@reads()
def crosswalk(reading: Reading, topic: str | None) -> Answer:
    """What each forum asks on each topic: what is asked twice, what differs, and what cannot be met in full together."""
    from registry.queries.crosswalk import topics
    from registry.services.errors import NotFoundError

    rows = [row for row in topics(reading.session) if topic is None or topic.lower() in row.name.lower()]
    if topic is not None and not rows:
        raise NotFoundError(f"no topic has {topic!r} in its name; leave --topic out to see all")
    lines = [line for row in rows for line in _topic(row)]
    counts = sum(len(row.repeated) for row in rows), sum(len(row.contradictions) for row in rows)
    return Answer([*lines, f"{len(rows)} topics, {counts[0]} demands made twice, {counts[1]} contradictions"], rows)


def _topic(row: "Topic") -> Iterator[str]:
    yield row.name
    for one in row.rows:
        provision = f" ({one.provision})" if one.provision else ""
        yield f"  {one.forum:<24} {one.asks}{' (also asked elsewhere)' if one.is_repeated else ''}{provision}"
        if one.against:
            yield f"  {'':<24} against {', '.join(one.against)}: {one.because}"


@group.command("statement")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--out", type=click.Path(path_type=Path), help="Write the statement as a JSON file.")
@reads()
def statement(reading: Reading, claim_id: str, out: Path | None) -> Answer:
    """What CLAIM meets and fails under every norm profile, for bodies that license or insure."""
    from registry.services import norms
    from registry.services.errors import NotFoundError
    from solver.io import dump, write_atomically

    found = norms.statement(reading.session, claim_id, reading.viewer)
    if found is None:
        raise NotFoundError(f"there is no claim {claim_id}; check the id")
    if out is not None:
        write_atomically(out, dump(found))
    return Answer([*_statement(found)], found)


def _statement(found: Mapping[str, Any]) -> Iterator[str]:
    claim = found["claim"]
    yield f"Claim {claim['id']} {claim['name']}, revision {claim['revision']} (sha256 {claim['revision_sha256']})"
    for row in found["profiles"]:
        yield f"{row['id']:<22} {'meets' if row['meets'] else 'FAILS'}  {row['asked']} asked, {row['not_asked']} not asked"
        yield from (f"  {one['provision']} ({one['effect']}): {one['reason']}" for one in row["fails"])
    yield found["note"]
