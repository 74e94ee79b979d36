"""`python -m tests.benchmarks.register [--records N] [--turns N]`: how long a proof takes in a long log.

Milliseconds, median and slowest of many: proofs and a checkpoint from a database of N records on disk, and the check of a
receipt without it. Indexes and sizes are drawn from a fixed seed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from registry import db
from registry.log import checkpoints, proofs, receipts
from registry.services.receipts import receipt
from tests.registry.long_log import KEY, fill

RECORDS, TURNS = 100_000, 1_000


def measures(session: Session, size: int, choose: random.Random) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is measured, by name."""
    note = checkpoints.signed_checkpoint(session, KEY)
    trusted = checkpoints.log_keys(session)
    made = [receipt(session, choose.randrange(size), note) for _ in range(20)]

    def inclusion() -> None:
        at = choose.randrange(1, size + 1)
        assert len(proofs.inclusion(session, choose.randrange(at), at).proof) <= 17

    yield "inclusion proof", inclusion
    yield "consistency proof", lambda: proofs.consistency(session, choose.randrange(1, size), size)
    yield "signed checkpoint", lambda: checkpoints.signed_checkpoint(session, KEY)
    yield "receipt made", lambda: receipt(session, choose.randrange(size), note)
    yield "receipt checked", lambda: receipts.faults(choose.choice(made), trusted)


def timed(act: Callable[[], Any], session: Session, turns: int) -> list[float]:
    """The milliseconds of each turn; the session forgets what it has read in between, the database does not."""
    taken = []
    for _ in range(turns):
        session.expunge_all()
        started = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - started))
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--turns", type=int, default=TURNS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'registry.sqlite'}"
        db.migrate(url)
        engine = db.make_engine(url)
        with db.unit_of_work(engine) as session:
            fill(session, asked.records)
        click.echo(f"{asked.records} records, {asked.turns} turns  median ms  slowest ms")
        with db.reading(engine) as session:
            for name, act in measures(session, asked.records, random.Random(7)):
                taken = timed(act, session, asked.turns)
                click.echo(f"{name:<34}{statistics.median(taken):9.2f}{taken[-1]:12.2f}")
        engine.dispose()


if __name__ == "__main__":
    main()
