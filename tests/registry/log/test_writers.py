"""Many writers at once, in threads and in processes, some of which fail: indexes without gap, one tree, proofs that hold."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from registry import db
from registry.domain.actors import Actor
from registry.log import records, tree

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ACTOR = Actor("anna@example.org", "registrar")
WRITER = """
import sys
from datetime import UTC, datetime
from registry import db
from registry.domain.actors import Actor
from registry.log import records

url, name, count = sys.argv[1:]
engine = db.make_engine(url)
for number in range(int(count)):
    try:
        with db.unit_of_work(engine) as session:
            records.append(session, datetime(2027, 2, 1, tzinfo=UTC), Actor(name, "registrar"), "noted", f"{name}/{number}",
                           {"number": number}, ["/actor/name"])
            if number % 5 == 4:
                raise RuntimeError("fails after it was written")
    except RuntimeError:
        pass
"""


@pytest.fixture
def emptied(engine: Engine) -> Iterator[Engine]:
    """The engine, for tests that commit; their records are removed afterwards."""
    yield engine
    with db.unit_of_work(engine) as session:
        session.execute(sa.delete(records.Record))
        session.execute(sa.delete(records.TreeNode))


def write(engine: Engine, name: str, count: int) -> None:
    """Append records one by one, every fifth in a transaction that fails after it."""
    for number in range(count):
        try:
            with db.unit_of_work(engine) as session:
                records.append(session, AT, ACTOR, "noted", f"{name}/{number}", {"n": number}, ["/actor/name"])
                if number % 5 == 4:
                    raise RuntimeError("fails after it was written")
        except RuntimeError:
            continue


def check(engine: Engine, expected: int) -> None:
    """Indexes are 0 to the end, every leaf hash is that of its leaf, and the stored tree is the tree of the leaves."""
    with db.reading(engine) as session:
        rows = session.scalars(sa.select(records.Record).order_by(records.Record.index)).all()
        assert [row.index for row in rows] == list(range(expected))
        assert all(row.leaf_hash == tree.leaf_hash(row.leaf()) for row in rows)
        nodes: dict[tuple[int, int], bytes] = {}
        for row in rows:
            made = tree.completed_nodes(row.index, row.leaf_hash, lambda level, place: nodes[level, place])
            nodes.update({(level, place): node for level, place, node in made})
        stored = {(row.level, row.position): row.hash for row in session.scalars(sa.select(records.TreeNode))}
        assert stored == nodes


def watch(engine: Engine, done: threading.Event, faults: list[str]) -> None:
    """Read snapshots while others write: the newest record is always proven by the root of the same snapshot."""
    while not done.is_set():
        with db.reading(engine) as session:
            size = records.size(session)
            if size:
                nodes = records.StoredNodes(session)
                last = session.get_one(records.Record, size - 1)
                proof = tree.inclusion_proof(size - 1, size, nodes)
                if not tree.verify_inclusion(size - 1, size, last.leaf_hash, proof, records.root(session)):
                    faults.append(f"record {size - 1} is not proven")


@pytest.mark.parametrize(("writers", "count"), [(6, 10), pytest.param(12, 100, marks=pytest.mark.slow)])
def test_threads_that_write_at_once_leave_no_gap(emptied: Engine, writers: int, count: int) -> None:
    faults: list[str] = []
    done = threading.Event()
    reader = threading.Thread(target=watch, args=(emptied, done, faults))
    threads = [threading.Thread(target=write, args=(emptied, f"writer-{name}", count)) for name in range(writers)]
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert faults == []
    check(emptied, writers * count * 4 // 5)


@pytest.mark.slow
def test_processes_that_write_at_once_leave_no_gap(emptied: Engine, database_url: str) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, database_url, f"process-{name}", "50"]) for name in range(4)
    ]
    assert [process.wait(timeout=300) for process in running] == [0, 0, 0, 0]
    check(emptied, 160)


def test_a_gap_would_be_seen(emptied: Engine) -> None:
    write(emptied, "writer", 4)
    with db.unit_of_work(emptied) as session:
        session.execute(sa.delete(records.Record).where(records.Record.index == 2))
    with pytest.raises(AssertionError):
        check(emptied, 4)
