"""Two servers of the pages and two workers, each a process of its own, on one database: nothing is done twice or lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import accounts, db, signing
from registry.audit.verifying import verify
from registry.domain.actors import SYSTEM
from registry.domain.runs import Run, RunState, WorkerBeat
from registry.services import keys, users
from tests import factories as make
from tests.drills import filing_world
from tests.drills.preloaded import ROOT, Preloaded
from tests.drills.writers import Browser
from tests.registry.conftest import fresh_url
from tests.registry.tables import new_tables
from tests.registry.web.site import PASSWORD, settings_for
from tests.stand_in import stand_in

NOW = make.utc("2027-09-10T09:00")
PLANNER = "pia@example.org"
LEASE_S = 2
# Instead of Python: a solution takes as long as a file says, so that it can be killed in the middle.
STAND_IN = """\
case "$3" in
solve) sleep "$(cat {folder}/seconds)"; while [ "$1" != -o ]; do shift; done; cp {folder}/solution.json "$2.part" && mv "$2.part" "$2";;
verify) echo "valid: status OPTIMAL; checked: heading";;
esac
"""


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.postgresql), "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_url(request, tmp_path)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Preloaded]:
    with Preloaded(tmp_path) as started:
        yield started


@pytest.mark.slow
def test_filings_and_sessions_go_through_both_servers_as_if_they_were_one(
    url: str, servers: Preloaded, tmp_path: Path
) -> None:
    world = filing_world.build(tmp_path / "data", url, drafts=4, parties=("IND", "JPN"))
    ports = [servers.start(world.data, url, make.FILED).port for _ in range(2)]
    for number, (party, filings) in enumerate(world.filings.items()):
        browser = Browser(ports[number])
        browser.sign_in(filing_world.email_of(party))
        for turn, filing in enumerate(filings):
            browser.port = ports[(number + turn) % 2]
            answer = browser.post(
                f"/filing/{filing.draft}/submit", {"sha256": filing.sha256, "request": filing.request}
            )
            assert answer.status == 303, answer.text
            filing.claim = answer.location.split("/")[2]
            browser.port = ports[(number + turn + 1) % 2]  # the very request again, through the other
            again = browser.post(f"/filing/{filing.draft}/submit", {"sha256": filing.sha256, "request": filing.request})
            assert again.location == answer.location
        browser.post("/sign-out", {})
        browser.port = ports[number]
        assert browser.get("/filing").status == 302  # signed out there, too
    assert len({filing.claim for filing in world.all}) == 8
    engine = db.make_engine(url)
    with db.reading(engine) as session:
        assert differences(session) == []
    engine.dispose()


@pytest.fixture
def drawn(url: str, tmp_path: Path) -> "Iterator[Any]":
    """A drawn round, and a planner who can sign in; the solver is a stand-in."""
    new_tables(url)
    engine, settings = db.make_engine(url), settings_for(tmp_path)
    with db.unit_of_work(engine) as session:
        (tmp_path / "solution.json").write_bytes(make.solution(make.drawn_round(session)))
        who = accounts.credentials(settings, PASSWORD)
        users.add_user(session, PLANNER, "Pia", ["planner"], SYSTEM, make.ANNOUNCED, credentials=who)
    with signing.new_key(settings, filing_world.ORIGIN) as verifier, db.unit_of_work(engine) as session:
        keys.establish(session, verifier.vkey, SYSTEM, NOW, illustrative=True)
    stand_in(tmp_path / "python", STAND_IN.format(folder=tmp_path))
    (tmp_path / "seconds").write_text("0.3")
    yield engine
    engine.dispose()


@pytest.fixture
def start_worker(url: str, tmp_path: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts `registry worker`, as on a host of its own: with a data folder that nobody else has."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        code = "import sys; from registry.cli import main; sys.argv[0] = 'registry'; "
        code += f"sys.executable = {str(tmp_path / 'python')!r}; main()"
        data = tmp_path / f"host-{len(started)}"
        data.mkdir()
        told = {**os.environ, "REGISTRY_DATABASE_URL": url, "REGISTRY_REHEARSAL": "1"}
        words = ["worker", "--lease", str(LEASE_S), "--at", "2027-09-10T09:00:00Z", "--data", str(data)]
        with (data / "output").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", code, *words], cwd=ROOT, env=told, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait()


def waited(look: Callable[[], Any], most_s: float = 60) -> Any:
    """What a look gives as soon as it gives anything."""
    for _ in range(round(most_s / 0.1)):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def runs(engine: Any) -> list[Run]:
    with db.reading(engine) as session:
        found = session.query(Run).order_by(Run.id).all()
        session.expunge_all()
        return found


@pytest.mark.slow
def test_a_run_asked_for_through_either_server_is_taken_by_one_worker_and_a_killed_worker_costs_only_its_own(
    drawn: Any, url: str, servers: Preloaded, tmp_path: Path, start_worker: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    ports = [servers.start(tmp_path, url, NOW).port for _ in range(2)]
    browser = Browser(ports[0])
    browser.take_token("/sign-in")
    assert browser.post("/sign-in", {"email": PLANNER, "password": PASSWORD}).status == 302
    browser.take_token("/runs/new")

    def ask(port: int) -> None:
        browser.port = port
        fields = {"round": make.ROUND, "kind": "trial", "time_limit_s": "30", "workers": "1", "seed_hex": ""}
        assert browser.post("/runs/new", fields).status == 303

    workers = [start_worker() for _ in range(2)]
    waited(lambda: _there(drawn) == 2)
    for port in (*ports, *ports):
        ask(port)
    waited(lambda: all(run.state == RunState.DONE for run in runs(drawn)))
    assert [run.attempts for run in runs(drawn)] == [1, 1, 1, 1]
    taken = [(tmp_path / f"host-{number}" / "output").read_text().count(": taken") for number in range(2)]
    assert sum(taken) == 4
    assert min(taken) >= 1

    (tmp_path / "seconds").write_text("4")
    for port in ports:
        ask(port)
    waited(lambda: [run.state for run in runs(drawn)[4:]] == [RunState.RUNNING] * 2)
    lost = runs(drawn)[4]
    victim = next(process for process in workers if f"/{process.pid}/" in (lost.worker or ""))
    (tmp_path / "seconds").write_text("0.3")
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    waited(lambda: all(run.state == RunState.DONE for run in runs(drawn)))
    assert [run.attempts for run in runs(drawn)[4:]] == [2, 1]
    assert len({run.kept_id for run in runs(drawn)}) == 6
    with db.reading(drawn) as session:
        assert differences(session) == []


def differences(session: Session) -> list[str]:
    """What the database and its log do not agree on, but for the rows that the factories put in beside the log."""
    return [str(row) for row in verify(session).differences if row.what != "no record has this row"]


def _there(engine: Any) -> int:
    with db.reading(engine) as session:
        return session.query(WorkerBeat).count()
