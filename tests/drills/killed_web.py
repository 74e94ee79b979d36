"""The server of the pages, and the database under it, killed at random moments while five parties file over HTTP."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import factories
from tests.drills.accounting import Books
from tests.drills.catalogue import Drill, Outcome
from tests.drills.cluster import Cluster
from tests.drills.filing_world import World, build
from tests.drills.preloaded import Preloaded
from tests.drills.writers import Browser, Writers

SEED = 20261122
CYCLES_EACH = 25  # of one register; then it is audited whole, and the next begins
DRAFTS_A_CYCLE = 8  # of each party: more than it can file before the kill
LATER_S, LONGEST_S = 0.15, 5.0
REOPEN_LIMIT_S, RESTART_LIMIT_S = 1.0, 10.0


@dataclass
class Tally:
    """The figures of a drill over all its registers."""

    kills: int = 0
    requests: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    receipts: int = 0
    records: int = 0
    reopened_s: list[float] = field(default_factory=list)
    restarted_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, books: Books) -> None:
        """Close the books of one register."""
        filed = [filing for filing in books.world.all if filing.claim]
        self.acknowledged += len(filed)
        self.unanswered += books.claims - len(filed)
        self.receipts += sum(filing.receipt is not None for filing in filed)
        self.records += books.size
        self.reopened_s += books.reopened_s

    def outcome(self, least: int) -> Outcome:
        """Faults beside those that were found: too slow, or nothing that was worth killing."""
        faults, figures = list(self.faults), self.figures()
        if max(self.reopened_s) >= REOPEN_LIMIT_S:
            faults.append(f"reopening took {max(self.reopened_s):.2f} s, the limit is {REOPEN_LIMIT_S:g} s")
        if self.restarted_s and max(self.restarted_s) >= RESTART_LIMIT_S:
            faults.append(f"a restart took {max(self.restarted_s):.1f} s, the limit is {RESTART_LIMIT_S:g} s")
        if self.acknowledged < least:
            faults.append(f"only {self.acknowledged} filings were acknowledged, {least} were to be: nothing was shown")
        return Outcome(figures, tuple(faults))

    def figures(self) -> dict[str, int | float | str]:
        longest = {"longest_reopening_s": round(max(self.reopened_s), 3)}
        if self.restarted_s:
            longest["longest_restart_s"] = round(max(self.restarted_s), 2)
        return {
            "kills": self.kills,
            "requests": self.requests,
            "acknowledged": self.acknowledged,
            "lost": len({fault for fault in self.faults if "was acknowledged and is not there" in fault}),
            "kept_unanswered": self.unanswered,
            "receipts_proved": self.receipts,
            "records": self.records,
            **longest,
        }


def drill(
    cycles: int, folder: Path, fresh: Callable[[int], str], cluster: Cluster | None = None, fault: str = ""
) -> Outcome:
    """So many kills on registers at the addresses that `fresh` gives; with `cluster` its processes are killed instead."""
    tally, chance = Tally(), random.Random(SEED)
    with Preloaded(folder) as servers:
        for number, first in enumerate(range(0, cycles, CYCLES_EACH)):
            times = min(CYCLES_EACH, cycles - first)
            world = build(folder / f"data-{number}", fresh(number), times * DRAFTS_A_CYCLE)
            books = Books(world)
            _kill_often(servers, world, books, times, tally, chance, cluster, fault)
            tally.faults += books.whole_audit()
            tally.add(books)
    return tally.outcome(least=cycles // 2)


def _kill_often(
    servers: Preloaded, world: World, books: Books, times: int, tally: Tally, chance: random.Random,
    cluster: Cluster | None, fault: str,
) -> None:  # fmt: skip
    browsers: dict[str, Browser] = {}
    _settle(servers, world, browsers)
    for _ in range(times):
        server = servers.start(world.data, world.url, factories.FILED, fault)
        writers = Writers(world, server.port, browsers)
        writers.start()
        _wait(chance, world, writers)
        if cluster is not None:
            cluster.kill()
            writers.over.set()
        server.kill()
        writers.join()
        tally.kills += 1
        if cluster is None:
            tally.faults += writers.unexpected
        else:
            tally.restarted_s.append(cluster.restart())
        tally.faults += books.after_a_kill()
    tally.requests += sum(browser.answered for browser in browsers.values())


def _wait(chance: random.Random, world: World, writers: Writers) -> None:
    """Until none to four filings of this cycle were acknowledged, and any moment longer: however slow the machine is.

    Every other time on SQLite, until within 4 ms of a write to its log.
    """
    wanted, deadline = chance.randrange(5), time.monotonic() + LONGEST_S
    while len(writers.acknowledged) < wanted and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, LATER_S))
    after_write, more = chance.random() < 0.5, chance.uniform(0, 0.004)
    log = world.data / "registry.sqlite-wal"
    if not after_write or not log.exists():
        return
    before = log.stat().st_mtime_ns
    while log.stat().st_mtime_ns == before and time.monotonic() < deadline:
        time.sleep(0.0002)
    time.sleep(more)


def _settle(servers: Preloaded, world: World, browsers: dict[str, Browser]) -> None:
    """Let everybody sign in: digests of passwords take their time, and nothing is filed meanwhile."""
    server = servers.start(world.data, world.url, factories.FILED)
    writers = Writers(world, server.port, browsers)
    writers.over.set()
    writers.start()
    writers.join()
    server.kill()
    if writers.unexpected:
        raise RuntimeError(writers.unexpected[0])


def on_sqlite(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    return drill(
        counts["cycles"],
        folder,
        lambda number: f"sqlite:///{folder / f'data-{number}' / 'registry.sqlite'}",
        fault=fault,
    )


def on_postgresql(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    with Cluster(folder) as cluster:
        return drill(counts["cycles"], folder, lambda number: cluster.make(f"web_{number}"), fault=fault)


def under_postgresql(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    with Cluster(folder) as cluster:
        return drill(counts["cycles"], folder, lambda number: cluster.make(f"under_{number}"), cluster, fault)


PROMISE = "every acknowledged filing is there and whole, and the log is unbroken and proves every receipt."
DRILLS = (
    Drill("killed-web-sqlite", ("R1", "R12"), f"When the web server is killed while five parties file, {PROMISE}",
          {"cycles": 500}, {"cycles": 4}, on_sqlite, minutes=10),
    Drill("killed-web-postgresql", ("R2", "R12"), f"When the web server on PostgreSQL is killed, {PROMISE}",
          {"cycles": 60}, {"cycles": 2}, on_postgresql, minutes=2),
    Drill("killed-cluster-postgresql", ("R2", "R12"), f"When all processes of PostgreSQL are killed, {PROMISE}",
          {"cycles": 60}, {"cycles": 2}, under_postgresql, minutes=4),
)  # fmt: skip
