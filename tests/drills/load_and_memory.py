"""Many people at the pages of a large register for a long while: how long they wait, and what the server holds in memory."""

import os
import statistics
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from registry import config, db
from registry.log import records
from tests.benchmarks import pages
from tests.drills.catalogue import Drill, Outcome
from tests.drills.preloaded import Server, descendants
from tests.registry.long_log import lengthen

LIMIT_MS = pages.LIMIT_MS
GROWTH_SHARE, GROWTH_MB = 0.10, 30.0  # of the last quarter of the time over the second one
SAMPLES = 120
LEAST_SAMPLES = 8  # with fewer there is nothing to compare


class Watch(threading.Thread):
    """Looks at the memory of a server so often."""

    def __init__(self, server: Server, every_s: float):
        super().__init__(daemon=True)
        self.server, self.every_s = server, every_s
        self.over, self.seen = threading.Event(), list[float]()

    def run(self) -> None:
        while not self.over.wait(self.every_s):
            self.seen.append(self.server.memory_mb())


def serving_pid() -> int:
    """The process that serves the pages: the youngest below this one that is our `registry serve`."""
    for pid in descendants(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\x00")
        if b"serve" in words:
            return pid
    raise RuntimeError("the server is gone")


def growth_fault(seen: list[float]) -> list[str]:
    """A fault if the memory of the last quarter is above that of the second, by more than a breath."""
    if len(seen) < LEAST_SAMPLES:
        return []
    quarter = len(seen) // 4
    early, late = (statistics.median(part) for part in (seen[quarter : 2 * quarter], seen[-quarter:]))
    if late - early > max(GROWTH_MB, GROWTH_SHARE * early):
        return [f"the server grew from {early:.0f} MB in the second quarter of the time to {late:.0f} MB in the last"]
    return []


def wait_faults(rows: list[dict[str, Any]], users: int) -> list[str]:
    """A fault for each route that was too slow or failed, and one if nobody asked."""
    faults = [f"{row['route']}: {row['errors']} errors" for row in rows if row["errors"]]
    slow = [row for row in rows if (row["p95_ms"] or 0) > LIMIT_MS]
    faults += [f"{row['route']}: the 95th percentile is {row['p95_ms']} ms, the limit is {LIMIT_MS}" for row in slow]
    return faults or ([] if sum(row["requests"] for row in rows) >= users else ["nobody asked for anything"])


def run(
    counts: Mapping[str, int], folder: Path, judge: Callable[[list[dict[str, Any]], int], list[str]] = wait_faults
) -> Outcome:
    data = folder / "data"
    data.mkdir()
    pages.filled(data, counts["claims"])
    engine = db.make_engine(config.load(data).url)
    with db.unit_of_work(engine) as session:
        lengthen(session, counts["records"])
        size = records.size(session)
    engine.dispose()
    with pages.served(data) as port:
        watch = Watch(Server(serving_pid(), port), max(0.2, counts["seconds"] / SAMPLES))
        watch.start()
        rows = pages.measured(port, counts["users"], counts["claims"], counts["seconds"])
        watch.over.set()
        watch.join()
    asked = [row for row in rows if row["p95_ms"] is not None]
    slowest = max(asked, key=lambda row: row["p95_ms"])
    figures: dict[str, int | float | str] = {
        "claims": counts["claims"],
        "records": size,
        "requests": sum(row["requests"] for row in rows),
        "errors": sum(row["errors"] for row in rows),
        "worst_p95_ms": slowest["p95_ms"],
        "of": slowest["route"],
        "memory_first_mb": round(watch.seen[0]),
        "memory_last_mb": round(watch.seen[-1]),
    }
    figures |= {f"p95_ms {row['route']}": row["p95_ms"] for row in asked}
    return Outcome(figures, tuple(judge(rows, counts["users"]) + growth_fault(watch.seen)))


DRILL = Drill(
    "load-and-memory",
    ("R32",),
    "Twenty people at a register of 10,000 claims and 100,000 records wait less than 300 ms at the 95th percentile, without "
    "errors, and the server's memory is stable.",
    {"claims": 10_000, "records": 100_000, "users": 20, "seconds": 1800},
    {"claims": 60, "records": 400, "users": 2, "seconds": 4},
    run,
    minutes=34,
)
