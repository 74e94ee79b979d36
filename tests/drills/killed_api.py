"""The server killed at random moments while five programs file through the API, and send again what was not answered."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from registry import db
from registry.domain.claims import Claim
from registry.domain.requests import Request
from tests import factories
from tests.drills.accounting import Books, opened
from tests.drills.catalogue import Drill, Outcome
from tests.drills.cluster import Cluster
from tests.drills.filing_world import World
from tests.drills.preloaded import Preloaded, Server
from tests.drills.programs import Programs, build_with_tokens, clock

SEED = 20261122
CYCLES_EACH = 25  # of one register; then it is audited whole, and the next begins
FILINGS_A_CYCLE = 12  # of each party: more than it can file before the kill
LATER_S, LONGEST_S = 0.15, 8.0
NO_LIMIT = 1_000_000


@dataclass
class Desk:
    """One register with its programs, and what was seen of both."""

    servers: Preloaded
    world: World
    fault: str
    chance: random.Random
    began: float = field(default_factory=time.monotonic)
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.books, self.programs = Books(self.world), Programs(self.world)

    def start(self) -> Server:
        """A server whose clock goes on where the last one's stopped."""
        now = factories.FILED + clock(self.began)
        return self.servers.start(self.world.data, self.world.url, now, self.fault, api_writes_per_minute=NO_LIMIT)

    def kill_once(self) -> None:
        server = self.start()
        self.programs.start(server.port)
        self._wait()
        server.kill()
        self.programs.join()
        self.told["kills"] += 1
        self.told["kept_unanswered"] += len(self._unanswered())
        self.faults += self.books.after_a_kill(files=0)

    def end(self) -> None:
        """Let every program get its answer to what it has sent, and settle the accounts."""
        for own in self.world.filings.values():
            own[:] = [filing for filing in own if filing.request in self.programs.sent]
        server = self.start()
        self.programs.start(server.port)
        for thread in self.programs.threads:
            thread.join()
        server.kill()
        self.faults += [*self.programs.unexpected, *self.books.after_a_kill(files=0), *self.books.whole_audit()]
        self.faults += self._accounts()
        self.told += self.programs.told

    def _wait(self) -> None:
        """Until none to four filings of this cycle were acknowledged, and any moment longer: however slow the machine is."""
        wanted, deadline = self.chance.randrange(5), time.monotonic() + LONGEST_S
        while len(self.programs.acknowledged) < wanted and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, LATER_S))

    def _unanswered(self) -> list[str]:
        """The claims that are there though their programs got no answer yet."""
        waiting = {row.key for row in self.world.all if row.request in self.programs.sent and row.claim is None}
        with opened(self.world.url) as engine, db.reading(engine) as session:
            return [key for key in session.scalars(sa.select(Claim.key)) if key in waiting]

    def _accounts(self) -> list[str]:
        """One claim for each key, and no other."""
        with opened(self.world.url) as engine, db.reading(engine) as session:
            claims = Counter(session.scalars(sa.select(Claim.key)))
            kept = Counter(session.scalars(sa.select(Request.key)))
        faults = [
            f"{row.key}: {claims[row.key]} claims and {kept[row.request]} answers for its key"
            for row in self.world.all
            if (claims[row.key], kept[row.request]) != (1, 1)
        ]
        strangers = set(claims) - {filing.key for filing in self.world.all}
        if strangers:
            faults.append(f"claims that nobody sent: {', '.join(sorted(strangers))}")
        self.told["keys"] += len(self.world.all)
        self.told["claims"] += claims.total()
        return faults


def drill(cycles: int, folder: Path, fresh: Callable[[int], str], fault: str = "") -> Outcome:
    """So many kills on registers at the addresses that `fresh` gives."""
    told, faults, chance = Counter[str](), list[str](), random.Random(SEED)
    with Preloaded(folder) as servers:
        for number, first in enumerate(range(0, cycles, CYCLES_EACH)):
            times = min(CYCLES_EACH, cycles - first)
            world = build_with_tokens(folder / f"data-{number}", fresh(number), times * FILINGS_A_CYCLE)
            desk = Desk(servers, world, fault, chance)
            for _ in range(times):
                desk.kill_once()
            desk.end()
            told, faults = told + desk.told, faults + desk.faults
    if told["claims"] < cycles:
        faults.append(f"only {told['claims']} claims were filed in {cycles} cycles: nothing was shown")
    return Outcome(dict(told), tuple(faults))


def on_sqlite(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    return drill(
        counts["cycles"],
        folder,
        lambda number: f"sqlite:///{folder / f'data-{number}' / 'registry.sqlite'}",
        fault,
    )


def on_postgresql(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    with Cluster(folder) as cluster:
        return drill(counts["cycles"], folder, lambda number: cluster.make(f"api_{number}"), fault)


PROMISE = (
    "programs that file through the API send what was not answered again under its key: each key has one claim, each "
    "acknowledged one is there, and a repeated request gets the same bytes."
)
DRILLS = (
    Drill("killed-api-sqlite", ("R1", "R11", "R12"), f"When the server is killed, {PROMISE}",
          {"cycles": 100}, {"cycles": 2}, on_sqlite, minutes=8),
    Drill("killed-api-postgresql", ("R2", "R11", "R12"), f"When the server on PostgreSQL is killed, {PROMISE}",
          {"cycles": 60}, {"cycles": 2}, on_postgresql, minutes=6),
)  # fmt: skip
