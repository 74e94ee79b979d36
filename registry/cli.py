"""The command line. Each command calls one part of the program; exit codes: 0 done, 1 a step failed, 2 unusable use.

Heavy parts are imported by the command that needs them, so that help and refusals come at once.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import sqlalchemy as sa

    from registry.config import Settings

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130
ROLES = ("delegate", "registrar", "planner", "council", "auditor", "observer", "administrator")


class Refusal(click.ClickException):
    """An option or folder that cannot be used: one line that names it and the mend."""

    exit_code = UNUSABLE


class Failure(click.ClickException):
    """Something that was started and could not be finished."""

    exit_code = FAILED


class OneLineGroup(click.Group):
    """A group that tells of each error in one line and keeps to three exit codes."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and end the process."""
        kwargs["standalone_mode"] = False
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "registry"
            _end(f"{error.format_message().rstrip('.')}; see {command} --help", UNUSABLE)
        except click.ClickException as error:
            _end(error.format_message(), error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _end("stopped; the same command takes up where this one left off", INTERRUPTED)


def _end(sentence: str, code: int) -> None:
    click.echo(f"registry: {' '.join(sentence.split())}", err=True)
    sys.exit(code)


def _remember(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    """The folder given to a command, or before it."""
    return value or (context.find_root().params.get("data") if context.parent else None)


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    callback=_remember,
    help="Folder of the database, runs and exports (default: ./data).",
)
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the pages (default: 8000); 0 takes a free one."
)


@click.group(
    cls=OneLineGroup, invoke_without_command=True, epilog="The tests: python3 -m registry test [--all] [--without PART]"
)
@data_option
@click.version_option(package_name="lunar-site-registry", prog_name="registry")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:  # noqa: ARG001  commands find it in their context
    """Register of landing-site claims near the lunar south pole."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command()
@click.option("--no-serve", is_flag=True, help="Leave the pages out: end when the round is done.")
@port_option
@data_option
def demo(*, no_serve: bool, port: int | None, data: Path | None) -> None:
    """Play a whole illustrative round, print who got what and why not, and serve the pages."""
    from registry.demo.command import play

    settings, engine = _opened(data, port, must_exist=False)
    with _told():
        play(settings, engine, click.echo, serve_pages=not no_serve)


@main.command()
@port_option
@data_option
def serve(port: int | None, data: Path | None) -> None:
    """Serve the pages of a register on this machine."""
    from registry import serving

    settings, engine = _opened(data, port)
    with _told():
        serving.serve(settings, engine, click.echo)


@main.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the tables of a register to the present form, or make them."""
    from registry import db

    settings, _ = _opened(data, must_exist=False)
    with _told():
        revision = db.migrate(settings.url)
    click.echo(f"tables at revision {revision}: {_shown(settings)}")


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--round", "round_id", required=True, help="Id of the round, for example 2027-1.")
@data_option
def export(out: Path, round_id: str, data: Path | None) -> None:
    """Write the files of a round into the folder OUT."""
    from registry import db
    from registry.exports.package import write_export

    _, engine = _opened(data)
    with _told(), db.reading(engine) as session:
        made = write_export(session, out, round_id)
    click.echo(f"{len(made.files)} files in {made.folder}; manifest sha256 {made.files['manifest.json'][1]}")


@main.group(invoke_without_command=True)
@click.pass_context
def user(context: click.Context) -> None:
    """People who sign in."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@user.command("add")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be given again.")
@click.option("--party", help="Party that a delegate or council member speaks for, for example CHE.")
@click.option("--name", help="The person's name (default: the address before the @).")
@password_option
@data_option
def user_add(
    *, email: str, roles: Sequence[str], party: str | None, name: str | None, password_stdin: bool, data: Path | None
) -> None:
    """Add a person with a role. The password is asked for twice."""
    from registry import accounts

    settings, engine = _opened(data)
    with _told():
        accounts.check_new(engine, email)
        credentials = accounts.credentials(settings, _password(from_stdin=password_stdin))
        accounts.add(engine, email, name or email.partition("@")[0], roles, party, credentials)
    click.echo(f"added {email.strip().lower()} ({', '.join(roles)})")


@user.command("password")
@click.argument("email")
@password_option
@data_option
def user_password(*, email: str, password_stdin: bool, data: Path | None) -> None:
    """Give a person a new password and end their sessions."""
    from registry import accounts

    settings, engine = _opened(data)
    with _told():
        accounts.check_known(engine, email)
        accounts.set_password(engine, email, accounts.credentials(settings, _password(from_stdin=password_stdin)))
    click.echo(f"new password for {email.strip().lower()}")


def _password(*, from_stdin: bool) -> str:
    from registry.accounts import LEAST_LENGTH

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        raise Refusal("--password-stdin: there is no terminal to ask at; give the password on standard input with it")
    if len(password) < LEAST_LENGTH:
        raise Refusal(f"password: it has {len(password)} characters; give {LEAST_LENGTH} or more")
    return str(password)


# The folder


def _opened(data: Path | None, port: int | None = None, *, must_exist: bool = True) -> "tuple[Settings, sa.Engine]":
    """Settings with secrets, and the engine on tables of this program's form if there must be any."""
    from registry import db

    settings = _settings(data, port)
    _refuse_file(settings.data)
    if must_exist and settings.database_url is None and not _database(settings).is_file():
        raise Refusal(
            f"--data: there is no register in {settings.data}; make one with demo or migrate, or name another"
        )
    with _told(settings):
        _check_folder(settings.data)
        settings = settings.with_secrets()
        engine = db.make_engine(settings.url)
        if must_exist:
            db.check_current(engine)
    return settings, engine


def _settings(data: Path | None, port: int | None) -> "Settings":
    from pydantic import ValidationError

    from registry import config

    try:
        settings = config.load(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise Refusal(f"REGISTRY_{name} in the environment cannot be used: {first['msg']}; correct it") from error
    return settings if port is None else settings.model_copy(update={"port": port})


def _database(settings: "Settings") -> Path:
    from registry.config import DATABASE_FILE

    return settings.data / DATABASE_FILE


def _refuse_file(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"--data: {folder} is a file; name a folder")


def _check_folder(folder: Path) -> None:
    """Make the data folder, or refuse one that cannot be made or written."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refusal(f"--data: {folder} cannot be written ({error.strerror}); choose another folder") from error


def _shown(settings: "Settings") -> str:
    return str(_database(settings)) if settings.database_url is None else "the database of REGISTRY_DATABASE_URL"


@contextmanager
def _told(settings: "Settings | None" = None) -> Iterator[None]:
    """Turn what the program's parts raise for a person into one line and an exit code."""
    import sqlalchemy as sa

    from registry import db
    from registry.demo.job import DemoError
    from registry.exports.errors import ExportError
    from registry.services.errors import ServiceError
    from registry.serving import PortTakenError, ServingError

    try:
        yield
    except PortTakenError as error:
        raise Refusal(str(error)) from error
    except (db.SchemaError, ServiceError, ExportError) as error:
        raise Refusal(str(error)) from error
    except (DemoError, ServingError) as error:
        raise Failure(str(error)) from error
    except sa.exc.DBAPIError as error:
        where = f" in {settings.data}" if settings else ""
        said = str(error.orig).strip().splitlines()[0]
        raise Failure(f"the database{where} cannot be used ({said}); check --data, its rights and its room") from error


if __name__ == "__main__":
    main(prog_name="registry")
