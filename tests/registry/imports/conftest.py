"""A round open for claims, in memory, and files as parties hand them in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry import db
from registry.imports.assembling import assemble
from registry.imports.files import read_file
from registry.imports.importing import import_claims
from registry.imports.sheets import Sheet
from registry.services.errors import ValidationError
from solver.fields import InputError
from tests import factories as make

Faults = Callable[[str, bytes], list[str]]


@pytest.fixture(scope="session")
def open_connection() -> Iterator[Connection]:
    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            make.open_round(session)
            db.commit(session)
        yield connection
        transaction.rollback()
    engine.dispose()


@pytest.fixture
def open_session(open_connection: Connection) -> Iterator[Session]:
    """A session on the open round; its writes vanish after the test."""
    savepoint = open_connection.begin_nested()
    with Session(open_connection, join_transaction_mode="create_savepoint") as session:
        yield session
    savepoint.rollback()


@pytest.fixture
def faults(open_session: Session) -> Faults:
    """Every fault for which a file is refused; none if it would be stored."""

    def found(name: str, data: bytes, **options: Any) -> list[str]:
        try:
            sheet = read_file(name, data, **options)
            import_claims(open_session, make.ROUND, sheet, make.REGISTRAR, make.FILED)
        except InputError as error:
            return [str(fault) for fault in error.faults]
        except ValidationError as error:
            return list(error.faults)
        return []

    return found


def documents(sheet: Sheet) -> list[dict[str, Any]]:
    """The filings of a sheet without a fault."""
    found = assemble(sheet)
    assert [str(fault) for fault in sheet.faults] == []
    return [claim.document for claim in found]
