"""`registry timers`: what is due by the clock, and doing it, each thing once."""

from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Desk, Reading, reads, works
from registry.opening import noted

if TYPE_CHECKING:
    from registry.queries.due import Due


@click.group("timers")
def group() -> None:
    """Deadlines of claims and entries: reminders, lapses, suspensions, zones that begin and end."""


@group.command("run")
@works("timers.do", by_program=True)
def run(desk: Desk) -> Answer:
    """Do what is due, each thing once and on its own, and say what was done.

    Without --as it is the program's step, for whoever holds the data folder.
    """
    done: list[str] = []
    refused: list[str] = []
    tried: set[tuple[str, str, int]] = set()
    while due := [row for row in _due(desk) if row.name not in tried]:
        for row in due:
            tried.add(row.name)
            _do(desk, row, done, refused)
    noted(desk.settings, "timers-run", done=len(done), refused=len(refused))
    lines = [*done, *(f"refused: {line}" for line in refused), f"{len(done)} things done, {len(refused)} refused"]
    return Answer(lines, {"done": done, "refused": refused}, failed=bool(refused))


def _due(desk: Desk) -> "tuple[Due, ...]":
    from registry.commands.acting import instant
    from registry.queries.due import due_at

    with desk.reading() as session:
        return due_at(session, instant(desk.settings, desk.at_text))


def _do(desk: Desk, row: "Due", done: list[str], refused: list[str]) -> None:
    from registry.services import timers
    from registry.services.errors import NotAllowedError, ServiceError

    try:
        with desk.unit() as deed:
            said = timers.do(deed.session, row, deed.actor, deed.at)
    except NotAllowedError:
        raise  # one role for all of them: the rest would be refused, too
    except ServiceError as error:
        refused.append(f"{row.what} {row.subject}: {error}")
    else:
        done.extend([said] if said else [])


@group.command("due")
@click.option("--at", "until", metavar="INSTANT", help="Until then, instead of now: 2029-01-01T00:00:00Z.")
@reads()
def due(reading: Reading, until: str | None) -> Answer:
    """List what is due now, or will be at an instant if nothing happens until then; nothing is done."""
    from registry import ambient
    from registry.domain.instants import parse_utc, utc_text
    from registry.domain.visibility import hidden_claims
    from registry.queries.due import due_at

    try:
        at = parse_utc(until) if until else ambient.now()
    except ValueError as error:
        raise click.BadParameter(f"{error}; write for example 2029-01-01T00:00:00Z", param_hint="--at") from error
    hidden = set(reading.session.scalars(hidden_claims(reading.viewer)))
    rows = [row for row in due_at(reading.session, at) if row.subject not in hidden]
    lines = [f"{utc_text(row.due_at)}  {row.what:<21} {row.subject}  {row.about}".rstrip() for row in rows]
    return Answer([*lines, f"{len(rows)} things due"], rows)
