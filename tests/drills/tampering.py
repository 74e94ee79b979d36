"""A register with a row in every table, and changes behind its back: in a copy without constraints, where anything goes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.audit.report import Difference
from registry.audit.rows import UNCOVERED
from registry.audit.verifying import verify
from registry.db import Base, CanonicalJson
from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.domain.examinations import NormProfile
from registry.domain.missions import Mission
from registry.domain.shared_services import ServiceReliance
from registry.log import checkpoints, signed_note
from registry.services import agreements, sharing, witnesses
from registry.services.recording import UNRECORDED, record
from tests import factories as make
from tests.drills.packages import key
from tests.registry import canaries, consulting

WITNESS = key(7, "delegation.example.org/ind", signed_note.COSIGNATURE)
COVERED = sorted(Base.metadata.tables.keys() - UNCOVERED)
LATER = make.utc("2028-03-02")
Place = tuple[str, str, str]


def fill(session: Session) -> None:
    """Two rounds, and a row in each table; everything recorded but what proves itself."""
    canaries.fill(session)
    session.add(
        Mission(
            id="m",
            name="M",
            operator="O",
            partner="",
            year="2030",
            lat_deg=-89.5,
            lon_deg=1.0,
            landed_mass_kg=2.5,
            remark="",
            source="test",
        )
    )
    session.add(
        NormProfile(
            id="p", name="P", standing="binding", provisions=["OST-I-2"], strict=True, statement="", source="test"
        )
    )
    for claim_id, actor in (("C-0003", canaries.IND), ("C-0004", canaries.JPN)):
        make.attached(
            session, session.get_one(Claim, claim_id), "plan.txt", f"{claim_id}".encode(), actor, canaries.SAID
        )
    agreements.propose(session, "C-0003", "C-0004", consulting.TERMS, canaries.IND, canaries.SAID)
    agreements.accept(session, "A-0001", canaries.JPN, canaries.SAID)
    session.flush()
    witnesses.add(session, "IND", WITNESS.verifier.vkey, canaries.IND, LATER)
    sharing.offer(session, "C-0001", "power", "50 W from the mast", 2, make.REGISTRAR, LATER)
    held = ServiceReliance(
        service_id="S-0001", claim_id="C-0003", party_id="IND", vital=True, need="heat at night", since_at=LATER
    )
    session.add(held)
    session.flush()
    _record_what_is_not(session)
    note = checkpoints.signed_checkpoint(session, canaries.SIGNER)
    witnesses.keep_checkpoint(session, note, SYSTEM, LATER)
    witnesses.cosign(session, signed_note.cosign(note, WITNESS, int(LATER.timestamp())), canaries.REGISTRAR, LATER)


def _record_what_is_not(session: Session) -> None:
    """Record the reference rows that the factories store by themselves."""
    from registry.domain.users import User

    missing = {(row.table, row.row) for row in verify(session).differences if row.column == ""}
    rows = [
        row
        for mapper in Base.registry.mappers
        for row in session.scalars(sa.select(mapper.class_))
        if (mapper.local_table.name, "/".join(str(cell) for cell in sa.inspect(row).identity)) in missing
    ]
    record(
        session, LATER, SYSTEM, "reference-loaded", "reference/all", [row for row in rows if not isinstance(row, User)]
    )
    for user in (row for row in rows if isinstance(row, User)):
        record(
            session, LATER, SYSTEM, "user-added", f"users/{user.id}", [user], roles=[role.name for role in user.roles]
        )


@contextmanager
def copied(session: Session, url: str) -> Iterator[Session]:
    """The same rows in a database without a single constraint."""
    plain = sa.MetaData()
    for table in Base.metadata.tables.values():
        kinds = {
            column.name: sa.String() if type(column.type) is sa.String else column.type for column in table.columns
        }
        sa.Table(table.name, plain, *(sa.Column(name, kind) for name, kind in kinds.items()))
    engine = db.make_engine(url)
    with engine.connect() as connection:
        transaction = connection.begin()
        plain.create_all(connection)
        for table in Base.metadata.tables.values():
            rows = [dict(row._mapping) for row in session.execute(sa.select(table))]
            if rows:
                connection.execute(plain.tables[table.name].insert(), rows)
        with Session(connection, join_transaction_mode="create_savepoint") as copy:
            yield copy
        transaction.rollback()
    engine.dispose()


def differences(session: Session) -> list[Difference]:
    return verify(session).differences


def places(session: Session) -> list[Place]:
    return sorted((row.table, row.row, row.column) for row in differences(session))


def names(table: str) -> list[str]:
    """The columns that the log covers."""
    left_out = UNRECORDED.get(table, frozenset())
    return [column.name for column in Base.metadata.tables[table].columns if column.name not in left_out]


def keys_of(session: Session, table: str) -> list[tuple[Any, ...]]:
    """The primary keys of a table, in order."""
    columns = list(Base.metadata.tables[table].primary_key)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns))]


def row_text(row_key: Sequence[Any]) -> str:
    return "/".join(str(part) for part in row_key)


def at(table: str, row_key: Sequence[Any]) -> Any:
    """The condition that picks one row."""
    return sa.and_(
        *(column == part for column, part in zip(Base.metadata.tables[table].primary_key, row_key, strict=True))
    )


def edit(session: Session, table: str, row_key: Sequence[Any], column: str) -> None:
    """Give a cell another value of its kind."""
    found = Base.metadata.tables[table]
    value = session.scalar(sa.select(found.c[column]).where(at(table, row_key)))
    session.execute(sa.update(found).where(at(table, row_key)).values({column: other(found.c[column], value)}))


def other(column: sa.Column[Any], value: Any) -> Any:
    """Another value of the column's kind, as near to the one that was there as can be."""
    if isinstance(column.type, CanonicalJson):
        return [value, 1] if value is not None else {}
    if value is None:
        return _something(column.type)
    if isinstance(column.type, sa.Boolean):
        return not value
    nearest = {
        bytes: lambda: bytes([value[0] ^ 1]) + value[1:],
        datetime: lambda: value + timedelta(microseconds=1),
        date: lambda: value + timedelta(days=1),
        int: lambda: value + 100_000,
        float: lambda: value + 100_000,
        str: lambda: f"{value}x",
    }
    return nearest[type(value)]()


def _something(kind: Any) -> Any:
    """A value where there was none."""
    if isinstance(kind, db.UtcDateTime):
        return make.OPENS
    if isinstance(kind, sa.Date):
        return date(2030, 1, 1)
    return b"x" if isinstance(kind, sa.LargeBinary) else 1 if isinstance(kind, sa.Integer | sa.Float) else "x"
