"""What a power cut leaves: SQLite's write-ahead log cut off at any byte.

A process files claims and is killed; of the database and its log, copies are made with the log cut at random places. What
a kill alone cannot show (the program's pages are still with the system) is shown so.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from registry import db, signing
from registry.audit import verifying
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.log import records
from registry.log.checkpoints import signed_checkpoint
from registry.log.keys import read
from registry.log.records import Record
from registry.services import attachments, drafting
from tests import factories
from tests.drills.accounting import half, opened, root_of
from tests.drills.catalogue import Drill, Outcome
from tests.drills.filing_world import World, build, email_of
from tests.registry.web.site import settings_for

SEED, PARTY = 3, "IND"


@dataclass(frozen=True)
class Written:
    """A register that lost its power: the file, its log, and (size, root, claims) after each unit of work."""

    database: Path
    log: Path
    states: tuple[tuple[int, str, int], ...]
    checkpoint: str
    unrecorded: frozenset[str]


def write(folder: Path, filings: int) -> Written:
    """Let a process file claims and kill it, so that its last work is in the write-ahead log alone."""
    path = folder / "registry.sqlite"
    world = build(folder / "data", f"sqlite:///{path}", filings, (PARTY,))
    with opened(world.url) as engine, db.reading(engine) as session:
        unrecorded = frozenset(map(str, verifying.verify(session).differences))
        states = [(records.size(session), records.root(session).hex(), 0)]
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _file_all(world, writer)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(writer)
    with os.fdopen(reader) as told:
        *said, checkpoint = [json.loads(line) for line in told]
    os.waitpid(pid, 0)
    states += [(size, root, claims) for size, root, claims in said]
    log = path.with_name(f"{path.name}-wal")
    return Written(path, log, tuple(states), checkpoint, unrecorded)


def _file_all(world: World, writer: int) -> None:
    """File every draft with a file, each in a unit of work; tell size and root after each, and last a checkpoint."""
    engine, who = db.make_engine(world.url), Actor(email_of(PARTY), "delegate", PARTY)
    # Else SQLite moves the log into the database after a thousand pages and begins it anew: cuts would meet the last work alone.
    sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA wal_autocheckpoint = 0"))
    for number, filing in enumerate(world.filings[PARTY], start=1):
        with db.unit_of_work(engine) as session:
            attachments.add(
                session, filing.draft, factories.handed_in(filing.file_name, filing.file), who, factories.FILED
            )
            drafting.submit(session, filing.draft, filing.sha256, filing.request, who, factories.FILED)
        with db.reading(engine) as session:
            said = [records.size(session), records.root(session).hex(), number]
        os.write(writer, f"{json.dumps(said)}\n".encode())
    with db.reading(engine) as session:
        key = read(signing.folder(settings_for(world.data)), world.verifier)
        os.write(writer, f"{json.dumps(signed_checkpoint(session, key))}\n".encode())


def cuts_of(written: Written, count: int) -> Iterator[int]:
    """The whole log, nothing of it, and random places between."""
    size, chance = written.log.stat().st_size, random.Random(SEED)
    yield from (size, 0)
    yield from (chance.randrange(size) for _ in range(max(0, count - 2)))


def after_cut(written: Written, folder: Path, length: int, *, mixed: bool = False) -> tuple[int, list[str]]:
    """Open a copy with the log cut to `length` bytes; how many records it has, and what does not hold.

    `mixed`: a planted fault, as of a disk that writes pages before the log that they are in.
    """
    path = folder / "cut.sqlite"
    for name in (path, folder / "cut.sqlite-wal", folder / "cut.sqlite-shm"):
        name.unlink(missing_ok=True)
    shutil.copyfile(written.database, path)
    if mixed:
        _write_some_pages(written, path)
    (folder / "cut.sqlite-wal").write_bytes(written.log.read_bytes()[:length])
    try:
        return _look(written, f"sqlite:///{path}")
    except sa.exc.DatabaseError as error:
        return 0, [f"it does not open: {error.orig}"]


def _look(written: Written, url: str) -> tuple[int, list[str]]:
    faults = []
    with opened(url) as engine:
        db.check_current(engine)
        with db.reading(engine) as session:
            size, root = records.size(session), records.root(session).hex()
            claims = session.scalars(sa.select(Claim)).all()
            if (size, root, len(claims)) not in written.states:
                faults.append(f"{size} records and {len(claims)} claims are no state that was ever committed")
            leaves = session.scalars(sa.select(Record.leaf_hash).order_by(Record.index)).all()
            if root_of(leaves).hex() != root:
                faults.append("the stored tree is not that of the records")
            faults += [fault for claim in claims for fault in half(session, claim)]
            found = {str(row) for row in verifying.verify(session, {"kept": written.checkpoint}).differences}
            faults += _audit_faults(found - written.unrecorded, size, written.states[-1][0])
    return size, faults


def _audit_faults(found: set[str], size: int, full: int) -> list[str]:
    """The audit says nothing of a whole log, and of a shorter one exactly where it ends."""
    if size == full:
        return [f"audit: {line}" for line in sorted(found)]
    told = [line for line in found if f"{full} records" in line and str(size) in line]
    return ([] if told else [f"the audit does not say that the log ends at {size} of {full}: {sorted(found)}"]) + [
        f"audit: {line}" for line in sorted(found - set(told))
    ]


def _write_some_pages(written: Written, path: Path) -> None:
    """Every second page as it is at the very end, without the others."""
    final = path.with_name("final.sqlite")
    shutil.copyfile(written.database, final)
    shutil.copyfile(written.log, final.with_name("final.sqlite-wal"))
    with sqlite3.connect(final) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data, last = bytearray(path.read_bytes()), final.read_bytes()
    data += last[len(data) :]
    page = int.from_bytes(data[16:18], "big")
    for start in range(page, len(last), 2 * page):
        data[start : start + page] = last[start : start + page]
    path.write_bytes(bytes(data))


def run(counts: Mapping[str, int], folder: Path, *, mixed: bool = False) -> Outcome:
    written = write(folder, counts["filings"])
    faults, sizes = list[str](), set[int]()
    for length in cuts_of(written, counts["cuts"]):
        size, found = after_cut(written, folder, length, mixed=mixed)
        sizes.add(size)
        faults += [f"cut at byte {length}: {fault}" for fault in found]
        if length == written.log.stat().st_size and size != written.states[-1][0]:
            faults.append(f"the whole log gives {size} records of {written.states[-1][0]}")
    if len(sizes) < min(len(written.states), counts["cuts"]) / 2:
        faults.append(f"the cuts met {len(sizes)} of {len(written.states)} states: they show little")
    figures = {
        "cuts": counts["cuts"],
        "log_bytes": written.log.stat().st_size,
        "committed_states": len(written.states),
        "states_seen": len(sizes),
    }
    return Outcome(figures, tuple(faults))


DRILL = Drill(
    "torn-wal",
    ("R3",),
    "However the write-ahead log is cut, the register opens in a state that was committed, and the audit says where it ends.",
    {"cuts": 200, "filings": 30},
    {"cuts": 6, "filings": 3},
    run,
    minutes=1,
)
