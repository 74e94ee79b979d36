"""Workers and their children are killed at random moments: no run stays `running`, and nothing is entered twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import db
from registry.domain.decisions import Draw, Proposal
from registry.domain.runs import ENDS, MOST_ATTEMPTS, Run
from registry.log import reading
from registry.log.records import Record
from registry.services import runs
from tests import factories as make
from tests.registry.conftest import fresh_url
from tests.registry.tables import new_tables
from tests.stand_in import stand_in

ROOT = Path(__file__).parents[2]
LEASE_S = 1
AT = "2027-09-10T09:00:00Z"
# Instead of Python: it takes as long as it is told, and gives the solution that is there.
STAND_IN = """\
case "$3" in
solve) sleep 0.3; while [ "$1" != -o ]; do shift; done; cp {solution} "$2.part" && mv "$2.part" "$2";;
verify) echo "valid: status OPTIMAL; checked: heading";;
esac
"""


@dataclass
class Drill:
    """A register with runs to do, and a worker that is killed and started again."""

    url: str
    engine: Engine
    folder: Path
    chance: random.Random
    python: str | None = None
    killed: dict[str, int] = field(default_factory=lambda: {"worker": 0, "child": 0})

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        start = "import sys; from registry.cli import main; sys.argv[0] = 'registry'; "
        start += f"sys.executable = {self.python!r} or sys.executable; main()"
        told = {**os.environ, "REGISTRY_DATABASE_URL": self.url, "REGISTRY_REHEARSAL": "1"}
        words = ["worker", "--lease", str(LEASE_S), "--at", AT, "--data", str(self.folder / "data"), *more]
        return subprocess.Popen(
            [sys.executable, "-c", start, *words],
            cwd=ROOT,
            env=told,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def kill(self, times: int, longest_s: float) -> None:
        """Kill a worker or its child so many times, each after a random while."""
        worker = self.start()
        while sum(self.killed.values()) < times:
            time.sleep(self.chance.uniform(0, longest_s))
            self._more_to_do()
            child = next(iter(children_of(worker.pid)), None)
            if child is not None and self.chance.random() < 0.5:
                self._kill("child", child)
            elif holds_a_run(self.engine, worker.pid):
                self._kill("worker", worker.pid)
                worker.wait()
                worker = self.start()
        worker.terminate()
        worker.wait()

    def _kill(self, what: str, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed[what] += 1

    def _more_to_do(self) -> None:
        with db.unit_of_work(self.engine) as session:
            if session.query(Run).filter(Run.state.not_in(ENDS)).count() < 2:
                runs.ask(session, make.ROUND, "trial", make.PLANNER, make.PROPOSED, time_limit_s=30, workers=1)

    def finish(self) -> None:
        """One last worker, which nobody kills, after the leases have expired."""
        time.sleep(LEASE_S + 0.1)
        assert self.start("--once").wait(timeout=120) == 0


def holds_a_run(engine: Engine, pid: int) -> bool:
    """Whether the worker of this process is at work, and not still starting or waiting."""
    with db.reading(engine) as session:
        return session.query(Run).filter(Run.state == "running", Run.worker.contains(f"/{pid}/")).first() is not None


def children_of(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])])
def drill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drill]:
    url = fresh_url(request, tmp_path)
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        make.drawn_round(session)
        (tmp_path / "solution.json").write_bytes(make.solution(session.query(Draw).one()))
    yield Drill(url, engine, tmp_path, random.Random(6))
    engine.dispose()


def check(drill: Drill) -> None:
    with db.reading(drill.engine) as session:
        found = session.query(Run).all()
        assert {run.state for run in found} <= {"done", "failed"}
        assert all(run.because and run.attempts == MOST_ATTEMPTS for run in found if run.state == "failed")
        kept = [run.kept_id for run in found if run.state == "done"]
        assert None not in kept
        assert sorted(kept) == sorted(row.id for row in session.query(Proposal))
        assert session.query(Record).filter(Record.act == "trial-kept").count() == len(kept)
        assert reading.records_about(session, f"rounds/{make.ROUND}")


@pytest.mark.slow
def test_three_killed_runs_leave_none_running_and_nothing_entered_twice(drill: Drill) -> None:
    drill.python = stand_in(drill.folder / "python", STAND_IN.format(solution=drill.folder / "solution.json"))
    drill.kill(3, longest_s=0.5)
    drill.finish()
    check(drill)
    assert sum(drill.killed.values()) == 3


@pytest.mark.slow
def test_a_hundred_killed_runs_leave_none_running_and_nothing_entered_twice(drill: Drill) -> None:
    drill.kill(100, longest_s=2.5)
    drill.finish()
    check(drill)
    assert min(drill.killed.values()) >= 20


@pytest.mark.parametrize("drill", ["sqlite"], indirect=True)
def test_a_child_ends_with_the_worker_that_is_killed(drill: Drill) -> None:
    drill.python = stand_in(drill.folder / "python", "exec sleep 60")
    drill._more_to_do()
    worker = drill.start()
    while not (found := children_of(worker.pid)):
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    for _ in range(100):
        if not Path(f"/proc/{found[0]}").exists():
            break
        time.sleep(0.05)
    assert not Path(f"/proc/{found[0]}").exists()


@pytest.mark.parametrize("drill", ["sqlite"], indirect=True)
def test_a_worker_that_is_asked_to_end_stops_its_child_and_gives_the_run_back(drill: Drill) -> None:
    drill.python = stand_in(drill.folder / "python", "exec sleep 60")
    drill._more_to_do()
    worker = drill.start()
    while not (found := children_of(worker.pid)):
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    assert not Path(f"/proc/{found[0]}").exists()
    with db.reading(drill.engine) as session:
        [run] = session.query(Run)
        assert (run.state, run.because) == ("queued", "the worker was asked to end (attempt 1 of 3)")
