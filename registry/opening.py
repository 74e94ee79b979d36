"""Opening a register for the command line, and telling in one line what is wrong with a folder, an option or a setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import sqlalchemy as sa

    from registry.config import Settings

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130


class Refusal(click.ClickException):
    """An option or folder that cannot be used: one line that names it and the mend."""

    exit_code = UNUSABLE


class Failure(click.ClickException):
    """Something that was started and could not be finished."""

    exit_code = FAILED


def opened(
    data: Path | None, port: int | None = None, *, must_exist: bool = True, any_form: bool = False
) -> "tuple[Settings, sa.Engine]":
    """Settings with secrets, and the engine; unless `must_exist` is false, on a register, and of this program's form
    unless `any_form`.

    Raises
    ------
    Refusal, Failure
        With the one line to print.
    """
    from registry import connections, db

    settings = _settings(data, port)
    _refuse_file(settings.data)
    if plain := connections.plain(settings):
        raise Refusal("\n".join(map(str, plain)))
    if must_exist and settings.database_url is None and not _database(settings).is_file():
        raise Refusal(
            f"--data: there is no register in {settings.data}; make one with demo or migrate, or name another"
        )
    with told(settings):
        _check_folder(settings.data)
        settings = _with_secrets(settings)
        engine = db.make_engine(settings.url, connections=settings.database_connections)
        if must_exist and not any_form:
            db.check_current(engine)
    return settings, engine


def configured(data: Path | None) -> "Settings":
    """Settings for whoever only looks: nothing is made, no secret is read."""
    return _settings(data, None)


def begin_log(settings: "Settings") -> None:
    """Write the log of this process where the settings say; Refusal if that cannot be done."""
    from registry import logs

    try:
        logs.begin(settings)
    except OSError as error:
        raise Refusal(
            f"REGISTRY_LOG_FILE: {settings.log_file} cannot be written ({error.strerror}); mend that"
        ) from error


def noted(settings: "Settings", event: str, **numbers: int) -> None:
    """Tell of what a command did in the file of the log, where there is one: its output is for whoever typed it."""
    if settings.log_file is None:
        return
    from registry import logs

    begin_log(settings)
    logs.get("registry.commands").info(event, **numbers)
    logs.end()


def settled(data: Path | None) -> "Settings":
    """Settings for a register that is to be made in a folder that can be written; its secrets are not made yet."""
    settings = _settings(data, None)
    _refuse_file(settings.data)
    _check_folder(settings.data)
    return settings


def _settings(data: Path | None, port: int | None) -> "Settings":
    from pydantic import ValidationError

    from registry import config

    try:
        settings = config.load(data)
    except NotADirectoryError as error:
        said = f"{config.CREDENTIALS} in the environment names {error}, which is no folder; correct or unset it"
        raise Refusal(said) from error
    except ValidationError as error:
        told_ = config.faults(error.errors(include_url=False, include_input=False))
        raise Refusal("\n".join(told_)) from error
    return settings if port is None else settings.model_copy(update={"port": port})


def _with_secrets(settings: "Settings") -> "Settings":
    from registry.config import SECRETS_FILE

    try:
        return settings.with_secrets()
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            f"--data: {settings.data / SECRETS_FILE} is damaged; restore it, or remove it and give everybody a new "
            "password"
        ) from error


def _database(settings: "Settings") -> Path:
    from registry.config import DATABASE_FILE

    return settings.data / DATABASE_FILE


def _refuse_file(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"--data: {folder} is a file; name a folder")


def _check_folder(folder: Path) -> None:
    """Make the data folder, open to its owner only, or refuse one that cannot be made or written."""
    import tempfile

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refusal(f"--data: {folder} cannot be written ({error.strerror}); choose another folder") from error


def shown(settings: "Settings") -> str:
    """Where the register is, as told to a person."""
    return str(_database(settings)) if settings.database_url is None else "the database of REGISTRY_DATABASE_URL"


@contextmanager
def told(settings: "Settings | None" = None) -> Iterator[None]:
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
    except sa.exc.ArgumentError as error:
        raise Refusal(f"REGISTRY_DATABASE_URL in the environment cannot be used ({error}); correct it") from error
    except (DemoError, ServingError) as error:
        raise Failure(str(error)) from error
    except sa.exc.DBAPIError as error:
        where = f" in {settings.data}" if settings else ""
        said = str(error.orig).strip().splitlines()[0]
        raise Failure(f"the database{where} cannot be used ({said}); check --data, its rights and its room") from error
