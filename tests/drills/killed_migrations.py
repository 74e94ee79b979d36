"""Migrations killed half way: the tables are the old ones or the new ones, with all their rows, and never a mixture."""

import hashlib
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from registry import db
from tests import factories
from tests.drills.catalogue import Drill, Outcome
from tests.drills.cluster import Cluster

SEED, TRIES = 15, 4
OLD = "e4f1a0c7d504"  # before the tables that came last


def fill(url: str) -> None:
    """A register that has been used, in tables of the present form, taken down to an older one."""
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        factories.recorded_round(session)
    engine.dispose()
    db.migrate(url, OLD)


def digest(url: str) -> str:
    """The hash of every table's form and rows, whatever database it is."""
    engine = db.make_engine(url)
    found: dict[str, Any] = {}
    with db.read_only(engine).connect() as connection:
        look = sa.inspect(connection)
        for table in sorted(look.get_table_names()):
            columns = [(row["name"], str(row["type"]), row["nullable"]) for row in look.get_columns(table)]
            indexes = sorted(str(row["name"]) for row in look.get_indexes(table))
            checks = sorted(str(row["name"]) for row in look.get_check_constraints(table))
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')))
            found[table] = [columns, indexes, checks, rows]
    engine.dispose()
    return hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()


def kill_half_way(url: str, after_s: float, migrate: Callable[[str], object] = db.migrate) -> bool:
    """Migrate in a process of its own and kill that after a while; whether it was still at work."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            migrate(url)
            code = 0
        finally:
            os._exit(code)
    time.sleep(after_s)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def drill(
    kills: int, fresh: Callable[[int], str], old: str, new: str, migrate: Callable[[str], object] = db.migrate
) -> Outcome:
    """So many kills of migrations at work, each on a fresh copy of the old tables; the next program then migrates.

    Those that were ended before they could be killed are tried again, up to four times as many.
    """
    chance, faults = random.Random(SEED), list[str]()
    told = {"kills": 0, "left_old": 0, "left_new": 0, "too_late": 0, "longest_migration_ms": 0}
    began = time.perf_counter()
    db.migrate(fresh(0))
    usual_s = time.perf_counter() - began
    for number in range(1, TRIES * kills + 1):
        if told["kills"] == kills:
            break
        url = fresh(number)
        at_work = kill_half_way(url, chance.uniform(0, 0.8 * usual_s), migrate)
        told["kills" if at_work else "too_late"] += 1
        left = digest(url)
        told["left_old"] += left == old
        told["left_new"] += left == new
        if left not in (old, new):
            faults.append(f"kill {number}: the tables are neither the old nor the new ones")
            continue
        db.migrate(url)
        if digest(url) != new:
            faults.append(f"kill {number}: the next migration does not lead to the new tables")
    told["longest_migration_ms"] = round(1000 * usual_s)
    if told["kills"] < kills:
        faults.append(f"only {told['kills']} of {kills} migrations were still at work when they were killed")
    return Outcome(told, tuple(faults))


def on_sqlite(counts: Mapping[str, int], folder: Path, migrate: Callable[[str], object] = db.migrate) -> Outcome:
    kept = folder / "old.sqlite"
    fill(f"sqlite:///{kept}")

    def fresh(number: int) -> str:
        path = folder / f"{number}.sqlite"
        shutil.copyfile(kept, path)
        return f"sqlite:///{path}"

    new = fresh(10**6)
    db.migrate(new)
    return drill(counts["kills"], fresh, digest(f"sqlite:///{kept}"), digest(new), migrate)


def on_postgresql(counts: Mapping[str, int], folder: Path) -> Outcome:
    with Cluster(folder) as cluster:
        kept = cluster.make("old")
        fill(kept)
        new = cluster.make("new", "old")
        db.migrate(new)
        return drill(counts["kills"], lambda number: cluster.make(f"kill_{number}", "old"), digest(kept), digest(new))


PROMISE = "A migration that is killed half way leaves the old tables or the new ones with every row, and the next one ends it."
DRILLS = (
    Drill("killed-migrations-sqlite", ("R15",), PROMISE, {"kills": 40}, {"kills": 4}, on_sqlite, minutes=1.5),
    Drill("killed-migrations-postgresql", ("R15",), PROMISE, {"kills": 40}, {"kills": 4}, on_postgresql, minutes=2),
)
