"""What the commands of the procedure share: who acts, when, on which register, and how the answer is printed.

A command that takes a step names the operation of registry/domain/operations.py, and is a few lines::

    @group.command("open")
    @click.argument("round_id")
    @acts("rounds.open_round")
    def open_(deed: Deed, round_id: str) -> Answer:
        \"\"\"Open the filing window of ROUND_ID.\"\"\"
        from registry.services import rounds  # heavy parts are imported here, so that help comes at once

        round_ = rounds.open_round(deed.session, round_id, deed.actor, deed.at)
        return Answer(f"round {round_.id} is {round_.state}", round_)

`acts` adds --as --role --at --key --json --data. The body runs in one unit of work, which is kept if it returns and lost
whole if it raises; `deed` has session, actor, at and settings. `reads()` gives a `Reading` (session, settings, viewer: the
public, or whom --as names; with an operation's name --as is needed, and there is an `actor`), `works(operation)` a `Desk`
for steps of several units or long runs: `with desk.unit() as deed`, `with desk.reading() as session`. The argument type
DOCUMENT reads a JSON file, or standard input for "-"; a file of type HANDED comes as a ScannedFile, after the scanner looked
into it. `Answer(line or lines, data)`: data is an entity, a dataclass, a list or dict of them, or None. With `@reads()` and
`@acts(...)` below the arguments, as above; the body's own parameters are click's.

Printed: the lines, or with --json `{"ok": true, "result": data}`; refusals go to standard error, one line each, or with
--json `{"ok": false, "error": {"kind", "message", "faults"}}`. Exit codes: 0 done, 1 refused or failed, 2 unusable use.
"""

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from registry.commands.answers import Answer, finished, plain, show
from registry.commands.inputs import looked_into
from registry.commands.people import person, viewer_of
from registry.opening import FAILED, Refusal, opened, told

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from registry.config import Settings
    from registry.domain.actors import Actor
    from registry.domain.visibility import Viewer

P = ParamSpec("P")
SHARED = ("as_email", "as_role", "at_text", "key", "as_json", "data")


class Refused(click.ClickException):
    """A step that the register refused; nothing was changed."""

    exit_code = FAILED

    def __init__(self, kind: str, message: str, faults: Sequence[str] = ()):
        super().__init__(message)
        self.kind, self.faults = kind, tuple(faults)


@dataclass(frozen=True, slots=True)
class Deed:
    """One unit of work of somebody at an instant; in rehearsal filings may say themselves when they were received."""

    session: "Session"
    actor: "Actor"
    at: "datetime"
    settings: "Settings"
    may_backdate: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One snapshot. `viewer` is the public where nobody is named; `actor` is None where a command needs none."""

    session: "Session"
    settings: "Settings"
    viewer: "Viewer"
    actor: "Actor | None" = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A register opened for one operation, by somebody or (email None) by the program itself."""

    settings: "Settings"
    engine: "sa.Engine"
    operation: str
    email: str | None
    role: str | None = None
    at_text: str | None = None

    @contextmanager
    def unit(self) -> Iterator[Deed]:
        """One unit of work; the instant is taken when no other writer is left."""
        from registry import db
        from registry.domain.actors import SYSTEM
        from registry.log import records

        with db.unit_of_work(self.engine) as session:
            records.lock(session)
            actor = SYSTEM if self.email is None else person(session, self.email, self.operation, self.role)
            may_backdate = self.settings.rehearsal and self.at_text is None
            yield Deed(session, actor, instant(self.settings, self.at_text), self.settings, may_backdate)

    @contextmanager
    def reading(self) -> "Iterator[Session]":
        """One snapshot of the register."""
        from registry import db

        with db.reading(self.engine) as session:
            yield session


class Document(click.ParamType):
    """A JSON file read whole, or standard input for "-"."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The document in the file; a usage error that names the file otherwise."""
        from solver.fields import InputError, load_json
        from solver.io import read_bytes

        if not isinstance(value, str):
            return value
        try:
            return load_json(sys.stdin.buffer.read() if value == "-" else read_bytes(Path(value)))
        except InputError as error:
            raise click.BadParameter(f"{value}: {error.faults[0]}", ctx, param) from error


DOCUMENT = Document()


def _remember(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    """The folder given to a command, or before it."""
    return value or (context.find_root().params.get("data") if context.parent else None)


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    callback=_remember,
    help="Folder of the database, runs and exports (default: ./data).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer, or the refusal, as JSON.")
_role_option = click.option("--role", "as_role", help="The role to act in, for a user with several that would do.")
_as_options = (
    click.option("--as", "as_email", required=True, metavar="EMAIL", help="The user of the register who acts."),
    _role_option,
)
_optional_as = (click.option("--as", "as_email", metavar="EMAIL", help="Who acts (default: the program itself)."),)
_reader_options = (
    click.option("--as", "as_email", metavar="EMAIL", help="Who reads (default: the public, to whom less is shown)."),
)
_at_option = click.option(
    "--at", "at_text", metavar="INSTANT", help="Instead of now: 2027-02-01T10:00:00Z. Only in rehearsal."
)
_key_option = click.option("--key", help="The same key and request again get the same answer, without a second effect.")


def acts(operation: str) -> Callable[[Callable[Concatenate[Deed, P], Answer]], Callable[..., None]]:
    """Make a command of a body that takes one step in one unit of work."""

    def decorate(body: Callable[Concatenate[Deed, P], Answer]) -> Callable[..., None]:
        @functools.wraps(body)
        def command(**options: Any) -> None:
            shared = _take(options)
            with _told(), _desk(operation, shared) as desk:
                passed = looked_into(options, desk.settings)  # before the unit, in which everybody else waits
                with desk.unit() as deed:
                    take = functools.partial(body, deed, **passed)
                    answered = _once(operation, deed, shared["key"], options, take)
            show(answered, as_json=shared["as_json"])

        return _with(command, *_as_options, _at_option, _key_option, json_option, data_option)

    return decorate


def works(
    operation: str, *, by_program: bool = False
) -> Callable[[Callable[Concatenate[Desk, P], Answer]], Callable[..., None]]:
    """Make a command of a body that opens its own units of work.

    With `by_program` --as may be left out: the program itself acts then, for whoever holds the data folder.
    """
    person_options = _optional_as if by_program else _as_options

    def decorate(body: Callable[Concatenate[Desk, P], Answer]) -> Callable[..., None]:
        @functools.wraps(body)
        def command(**options: Any) -> None:
            shared = _take(options)
            with _told(), _desk(operation, shared) as desk:
                # What is left of the options is what the body declares; click has seen to that.
                answered = finished(body(desk, **options))  # type: ignore[call-arg]  # not to be seen in a dict
            show(answered, as_json=shared["as_json"])

        return _with(command, *person_options, _at_option, json_option, data_option)

    return decorate


def reads(operation: str | None = None) -> Callable[[Callable[Concatenate[Reading, P], Answer]], Callable[..., None]]:
    """Make a command of a body that only reads, as the public or whom --as names; with an operation, one that needs a
    name.
    """

    def decorate(body: Callable[Concatenate[Reading, P], Answer]) -> Callable[..., None]:
        @functools.wraps(body)
        def command(**options: Any) -> None:
            shared = _take(options)
            with _told(), _desk(operation or "", shared) as desk, desk.reading() as session:
                actor = person(session, desk.email or "", desk.operation, desk.role) if operation else None
                reading = Reading(session, desk.settings, viewer_of(session, desk.email, actor), actor)
                answered = finished(body(reading, **options))  # type: ignore[call-arg]  # as above
            show(answered, as_json=shared["as_json"])

        return _with(command, *(_as_options if operation else _reader_options), json_option, data_option)

    return decorate


def instant(settings: "Settings", at_text: str | None) -> "datetime":
    """The instant of a step: now, or the one given where the register is in rehearsal."""
    from registry import ambient
    from registry.domain.instants import parse_utc

    if at_text is None:
        return ambient.now()
    if not settings.rehearsal:
        raise Refusal("--at: this register takes steps now; only one in rehearsal (REGISTRY_REHEARSAL=1) is told when")
    try:
        return parse_utc(at_text)
    except ValueError as error:
        raise Refusal(f"--at: {error}; write for example 2027-02-01T10:00:00Z") from error


def _with(command: Callable[..., None], *options: Callable[..., Any]) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command


def _take(options: dict[str, Any]) -> dict[str, Any]:
    """The shared options, taken out of what the body gets."""
    return {name: options.pop(name, None) for name in SHARED}


@contextmanager
def _desk(operation: str, shared: dict[str, Any]) -> Iterator[Desk]:
    settings, engine = opened(shared["data"])
    try:
        yield Desk(settings, engine, operation, shared["as_email"], shared["as_role"], shared["at_text"])
    finally:
        engine.dispose()


def _once(
    operation: str, deed: Deed, key: str | None, options: dict[str, Any], take: Callable[[], Answer]
) -> dict[str, Any]:
    """Take the step; under a key only once, and answer as the first time."""
    from registry.services import idempotency

    if key is None:
        return _recorded(operation, deed, take)
    answer: dict[str, Any] = idempotency.once(
        deed.session, key, operation, plain(options), lambda: _recorded(operation, deed, take), deed.actor, deed.at
    )
    return answer


def _recorded(operation: str, deed: Deed, take: Callable[[], Answer]) -> dict[str, Any]:
    """Take the step; what calls for a receipt is answered with the indexes of its records."""
    from registry.domain.operations import calls_for_receipt
    from registry.log import records

    first = records.size(deed.session)
    told = finished(take())
    made = list(range(first, records.size(deed.session)))
    return told | {"records": made} if made and calls_for_receipt(operation) else told


@contextmanager
def _told() -> Iterator[None]:
    """Turn refusals of services into exit code 1, with their kind and faults kept for --json."""
    from registry.services.errors import ServiceError

    with told():
        try:
            yield
        except ServiceError as error:
            kind = type(error).__name__.removesuffix("Error").lower()
            raise Refused(kind, str(error), getattr(error, "faults", ())) from error
