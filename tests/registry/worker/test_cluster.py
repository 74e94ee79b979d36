"""A Dask cluster of processes of their own, started as an operator does: one is killed, then the scheduler itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from registry import db
from registry.domain.decisions import Draw
from registry.worker.scheduler import scheduler
from registry.worker.working import Worker
from tests import factories as make
from tests.registry.worker.conftest import asked, run_of
from tests.stand_in import stand_in

ROOT = Path(__file__).parents[3]
# Instead of Python, in the workers of the cluster: it says that it began, takes a while, and gives the solution that is there.
STAND_IN = """\
case "$3" in
solve) echo "$PPID" >> {folder}/began; sleep {seconds}; while [ "$1" != -o ]; do shift; done
       cp {folder}/solution.json "$2.part" && mv "$2.part" "$2";;
verify) echo "valid: status OPTIMAL; checked: heading";;
esac
"""


@dataclass
class Cluster:
    """A scheduler with two workers on this machine, each a process."""

    folder: Path
    address: str = ""
    scheduler: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self) -> None:
        at = self.folder / "scheduler.json"
        self.scheduler = self._process(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(at)
        )
        one = ("--scheduler-file", str(at), "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        self.workers = [self._process("dask_worker", *one, "--death-timeout", "30") for _ in range(2)]
        self.address = json.loads(waited(lambda: at.read_text() if at.exists() else None))["address"]

    def _process(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        start = f"import sys; from distributed.cli.{module} import main; python = sys.executable; "
        start += f"sys.executable = {str(self.folder / 'python')!r}; main()"
        command = [sys.executable, "-c", start, *words, "--no-dashboard"]
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def takes(self, seconds: float) -> None:
        """How long each solution takes from now on."""
        stand_in(self.folder / "python", STAND_IN.format(folder=self.folder, seconds=seconds))

    def began(self) -> list[str]:
        """The worker of each solution that was begun."""
        file = self.folder / "began"
        return file.read_text().split() if file.exists() else []

    def kill(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None:
                process.kill()
                process.wait()


def waited(look: Callable[[], object], most_s: float = 30) -> Any:
    """What a look gives as soon as it gives anything."""
    for _ in range(round(most_s / 0.05)):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


@pytest.fixture
def cluster(tmp_path: Path, drawn: Engine) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    with db.reading(drawn) as session:
        (tmp_path / "solution.json").write_bytes(make.solution(session.query(Draw).one()))
    made.takes(0.7)
    made.start()
    yield made
    made.kill()


@contextmanager
def at_work(*workers: Worker) -> Iterator[None]:
    """Workers, each until nothing waits, while something is done to them."""
    threads = [threading.Thread(target=worker.work, kwargs={"once": True}) for worker in workers]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.parametrize("drawn", ["sqlite"], indirect=True)
@pytest.mark.filterwarnings("ignore")  # the library closes its sockets when it likes
def test_a_killed_process_costs_its_run_a_start_and_a_killed_scheduler_gives_the_run_back(
    cluster: Cluster, drawn: Engine, new_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.worker.scheduler.CONNECT_S", 1)
    with ExitStack() as stack:
        places = [stack.enter_context(scheduler(cluster.address)) for _ in range(2)]
        for _ in range(2):
            asked(drawn)
        with at_work(*(new_worker(f"w{number}", place) for number, place in enumerate(places))):
            waited(lambda: cluster.began()[1:])
            lost, kept = cluster.began()
            os.kill(int(lost), signal.SIGKILL)
        assert cluster.began() == [lost, kept, kept]  # the other run went on, the lost one began again beside it
        assert {run_of(drawn, number).state for number in (1, 2)} == {"done"}

        run_id = asked(drawn)
        cluster.takes(60)
        said: list[str] = []
        worker = new_worker("w3", places[0])
        worker.say = said.append
        with at_work(worker):
            waited(lambda: cluster.began()[3:])
            assert cluster.scheduler is not None
            cluster.scheduler.kill()
        run = run_of(drawn, run_id)
        assert run.state == "queued"
        assert run.because.startswith(
            f"the solver was lost: REGISTRY_DASK_SCHEDULER: {cluster.address} does not answer"
        )
        assert run.attempts == 1  # no try is lost while the scheduler is away
        assert said[-1].startswith(f"REGISTRY_DASK_SCHEDULER: {cluster.address} does not answer")
        assert said[-1].endswith("start it, or unset it; no run is taken meanwhile")
