"""All checks of a register, in the order in which somebody would mend them."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.checks import configuration, database, history, keys, machine, packages, parts, scanner, workers
from registry.checks.looking import looking
from registry.checks.report import Level, Line, fault, ok
from registry.config import Settings
from registry.domain.keys import SigningKey


def check(settings: Settings, at: datetime, *, thorough: bool = True) -> list[Line]:
    """Look at everything and change nothing; `thorough` reads the database's pages and starts the solvers, too."""
    lines = [*configuration.lines(settings), *machine.folder(settings.data)]
    try:
        with looking(settings.url) as session:
            lines += _with_database(settings, session, at, thorough=thorough)
    except sa.exc.DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if error.orig else "it does not answer"
        lines.append(_unreachable(settings, said))
        lines += [keys.secrets(settings, None), machine.room(settings, None)]
    lines += [machine.synchronised(), parts.frontend()]
    return [*lines, *(parts.solvers() if thorough else ())]


def _unreachable(settings: Settings, said: str) -> Line:
    if settings.database_url is None:
        return fault(
            "database",
            f"{settings.url.removeprefix('sqlite:///')}: {said}",
            "make it: registry migrate; or restore a backup",
        )
    return fault("database", f"that of REGISTRY_DATABASE_URL: {said}", "start the server, or correct the address")


def _with_database(settings: Settings, session: Session, at: datetime, *, thorough: bool) -> Iterator[Line]:
    form = database.form(session)
    yield form
    yield from database.lines(settings, session, thorough=thorough)
    if form.level is not Level.OK:
        yield machine.room(settings, session)
        yield ok("register", "keys, log and workers are looked at when its tables are of this form")
        return
    found = session.scalars(select(SigningKey.illustrative)).all()
    illustrative = bool(found) and all(found)
    yield from configuration.of_register(settings, illustrative=illustrative)
    line = keys.secrets(settings, session)
    yield line
    if line.level is Level.OK:
        yield from keys.former_secret(settings, session)
    yield from keys.lines(settings, session)
    yield from history.lines(session, at)
    yield machine.room(settings, session)
    yield from machine.clock(settings, session, at, illustrative=illustrative)
    yield from workers.lines(session, at)
    yield from packages.lines(settings, at, illustrative=illustrative)
    yield from scanner.lines(settings, at, illustrative=illustrative)
