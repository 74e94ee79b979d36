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
from registry.domain.actors import SYSTEM, Actor
from registry.domain.claims import Claim
from registry.domain.duties import DutyKind
from registry.domain.evidence import EvidenceKind
from registry.domain.examinations import NormProfile
from registry.domain.extensions import Extension
from registry.domain.missions import Mission
from registry.domain.norms.stated import CrosswalkRow, NormChange
from registry.domain.shared_services import ServiceReliance
from registry.domain.zone_events import ZoneEventKind
from registry.log import checkpoints, signed_note
from registry.services import agreements, erasures, lives, roles, sharing, tokens, users, witnesses
from registry.services.evidence import Report, keep_evidence
from registry.services.recording import UNRECORDED, record
from tests import factories as make
from tests.drills.packages import key
from tests.registry import canaries, consulting

WITNESS = key(7, "delegation.example.org/ind", signed_note.COSIGNATURE)
COVERED = sorted(Base.metadata.tables.keys() - UNCOVERED)
LATER = make.utc("2028-03-02")
SHOWN = date(2028, 3, 1)
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


def fill_every_table(session: Session) -> None:
    """The same, and a row through its service in each table that the two rounds leave empty."""
    fill(session)
    _live_on(session)
    _state_norms(session)
    _move_people(session)


def _live_on(session: Session) -> None:
    """The entry of C-0001 shows evidence, its term gets more time, and its zone begins: nothing of it is due so soon, so
    that the parts of the operations are taken in place of them.
    """
    life = lives.life_of(session, "C-0001", make.REGISTRAR, LATER)
    shown = keep_evidence(session, life, EvidenceKind.EXTENSION, Report(SHOWN, "Late.", "ab" * 32), LATER)
    [term] = lives.open_duties(session, "C-0001", [DutyKind.TERM])
    times = {"due_before_at": term.due_at, "due_at": term.due_at + timedelta(days=31), "granted_at": LATER}
    words = {"ground": "force-majeure", "months": 1, "reason": shown.text}
    extension = Extension(claim_id="C-0001", duty_id=term.id, evidence_id=shown.id, **words, **times)
    session.add(extension)
    session.flush()
    life.rows.append(extension)
    zone = life.entry.zones[0]
    lives.zone_event(session, life, zone, ZoneEventKind.ESTABLISHED, zone.valid_from, LATER, "illustrative")
    lives.keep(session, life, "deadline-extended", make.REGISTRAR, LATER)


def _state_norms(session: Session) -> None:
    """A stated change and a row of the crosswalk, as reference tables give them."""
    stated = {"provision_id": "OST-I-2", "statement": "illustrative", "source": "test"}
    change = NormChange(id="n", kind="anomaly-zones", parameters={}, **stated)
    row = CrosswalkRow(id="x", topic="t", forum_id="ilrs", asks="a", against=[], because="", **stated)
    session.add_all([change, row])
    record(session, LATER, SYSTEM, "reference-loaded", "reference/norms", [change, row])


def _move_people(session: Session) -> None:
    """A token; and, among administrators, a change of roles and an erasure that wait for a second one."""
    tokens.make(
        session, canaries.IND.name, tokens.Wanted("station", ["claims:file"], 30), "illustrative", canaries.IND, LATER
    )
    people = []
    for number in range(3):
        given = users.Credentials(None, f"administrator-{number}")
        name = f"administrator-{number}@example.org"
        people.append(users.add_user(session, name, f"A {number}", ["administrator"], SYSTEM, LATER, credentials=given))
    first = Actor(people[0].email, "administrator")
    roles.change(session, people[1].id, ["auditor"], "illustrative", first, LATER)
    keyed = erasures.Secrets("fresh", lambda address: f"subject of {address}")
    erasures.ask(session, people[2].id, keyed, "illustrative", first, LATER)


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
