"""Runs with a Dask scheduler: the same commands on other processes, their files back, progress on the way, and an end to both."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import children, db
from registry.domain.runs import RunLook
from registry.services.leases import CancelledError
from registry.worker.scheduler import MissingError, scheduler
from registry.worker.working import Worker
from tests.registry.worker.conftest import asked, run_of

ROOT = Path(__file__).parents[3]
INSTANCE = ROOT / "fixtures" / "instances" / "two_rivals.json"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler with two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as made:
        yield made.scheduler_address


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the library closes its sockets when it likes
def test_a_trial_is_solved_by_a_worker_of_the_scheduler_and_its_files_and_progress_come_back(
    cluster: str, drawn: Engine, new_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    asked(drawn)
    with scheduler(cluster) as place:
        new_worker(place=place).work(once=True)
    run = run_of(drawn)
    assert (run.state, run.because) == ("done", "")
    assert (tmp_path / "runs" / "2027-1" / "run-1-1" / "solution.json").is_file()
    with db.reading(drawn) as session:
        assert session.query(RunLook).count() > 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_task_gives_the_bytes_that_the_same_command_gives_here(cluster: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    assert children.run_solver(INSTANCE, here, "5eed", 60, workers=1)
    with scheduler(cluster) as place:
        assert place is not None
        assert place(children.solving(INSTANCE, there, "5eed", 60, workers=1), None)
        refused = place(children.verifying(INSTANCE, INSTANCE), None)
    assert refused.status == children.RunStatus.UNUSABLE
    one, other = (json.loads(path.read_bytes()) for path in (here, there))
    assert {**one, "run": None} == {**other, "run": None}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_whoever_watches_ends_the_task_and_its_child(cluster: str, tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    made = subprocess.run(
        [sys.executable, "-m", "solver", "generate", "-o", str(big), "--claims", "200", "--parties", "20"],
        cwd=ROOT,
        check=False,
    )
    assert made.returncode == 0
    seen: list[int] = []

    def watch() -> None:
        seen.extend(solvers_at(big.name))
        if seen:
            raise CancelledError("enough")

    with scheduler(cluster) as place:
        assert place is not None
        with pytest.raises(CancelledError):
            place(children.solving(big, tmp_path / "s.json", "5eed", 100), watch)
        for _ in range(100):
            if not solvers_at(big.name):
                break
            time.sleep(0.1)
        assert solvers_at(big.name) == []
    assert not (tmp_path / "s.json").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_is_named_with_the_mend() -> None:
    words = r"^REGISTRY_DASK_SCHEDULER: tcp://127.0.0.1:9 does not answer"
    with pytest.raises(MissingError, match=words), scheduler("tcp://127.0.0.1:9"):
        pass


def test_where_no_scheduler_is_named_runs_are_done_here() -> None:
    with scheduler(None) as place:
        assert place is None


def solvers_at(name: str) -> list[int]:
    """The processes that solve the file of this name."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"solve" in words and any(word.endswith(name.encode()) for word in words):
                found.append(int(path.parent.name))
    return found
