"""A server of the pages that is up in a fraction of a second, so that it can be killed often.

A process loads the program once and forks for each server; the child does what `registry serve` does, in a process of
its own, with threads, sockets and connections that nobody else has. Only its clock is moved, into the filing window.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from tests.drills.catalogue import ROOT

START_LIMIT_S = 60


@dataclass(frozen=True)
class Server:
    """A running server of the pages."""

    pid: int
    port: int

    def kill(self) -> None:
        """End it as a power cut would, with every process that it started; return when it is gone."""
        for pid in (*descendants(self.pid), self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while is_there(self.pid):
            time.sleep(0.001)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + START_LIMIT_S
        while is_there(self.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.kill()

    def memory_mb(self) -> float:
        """What the process holds in memory now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Preloaded:
    """The process that forks. `with Preloaded(folder) as servers: servers.start(...)`."""

    def __init__(self, folder: Path):
        self.log = folder / "server.log"
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.preloaded", str(self.log)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started: list[Server] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.started:
            server.kill()
        self.parent.kill()
        self.parent.communicate()

    def start(
        self, data: Path, url: str, clock: datetime, fault: str = "", port: int = 0, **settings: object
    ) -> Server:
        """A new server of the register at `url`, where it is `clock` now; `fault` is one of FAULTS, or none."""
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        wish: dict[str, object] = {
            "data": str(data),
            "url": url,
            "clock": clock.isoformat(),
            "fault": fault,
            "port": port,
        }
        wish["settings"] = settings
        self.parent.stdin.write(f"{json.dumps(wish)}\n")
        self.parent.stdin.flush()
        said = json.loads(self.parent.stdout.readline() or '{"fault": "the program could not be loaded"}')
        if "port" not in said:
            raise RuntimeError(f"the server did not start: {said.get('fault')}; its output is in {self.log}")
        server = Server(said["pid"], said["port"])
        self.started.append(server)
        return server


def is_there(pid: int) -> bool:
    """Whether a process still runs; one that has ended and waits to be noticed does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


def descendants(pid: int) -> list[int]:
    """The processes below this one, the youngest generation first."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [*descendants(int(child)), int(child)]
    return found


# The side of the process that forks.


def main(log: str) -> None:
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that were killed need nobody to notice it
    for line in sys.stdin:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _become_server(json.loads(line), writer, log)
        os.close(writer)
        with os.fdopen(reader) as told:
            said = told.readline()
        answer = {"pid": pid, **(json.loads(said) if said else {"fault": "it ended without a word"})}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _load() -> None:
    """Everything that a server imports, the first page included."""
    from registry import db, serving
    from registry.web.app import create_app
    from tests.registry.web.site import settings_for

    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    create_app(settings_for(Path()), engine).test_client().get("/sign-in")
    engine.dispose()
    assert serving.serve


def _become_server(told: Mapping[str, Any], writer: int, log: str) -> None:
    """Serve until killed; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 0
    try:
        _serve(told, lambda said: os.write(writer, f"{json.dumps(said)}\n".encode()))
    except BaseException as error:  # noqa: BLE001  told to whoever asked for the server
        code = 1
        with suppress(OSError):
            os.write(writer, f"{json.dumps({'fault': repr(error)})}\n".encode())
    finally:
        os._exit(code)


def _serve(told: Mapping[str, Any], answer: Callable[[Mapping[str, Any]], object]) -> None:
    from registry import ambient, db, serving
    from tests.drills.planted import FAULTS
    from tests.registry.web.site import settings_for

    shift = datetime.fromisoformat(told["clock"]) - ambient.now()
    move_clock(shift)
    if told["fault"]:
        FAULTS[told["fault"]]()
    settings = settings_for(Path(told["data"]), database_url=told["url"], port=told["port"], **told["settings"])

    def say(line: str) -> None:
        found = re.search(r"http://[^/]*:(\d+)/", line)
        if found:
            answer({"port": int(found[1])})

    serving.serve(settings, db.make_engine(told["url"]), say)


def move_clock(shift: timedelta) -> None:
    """Let the program's clock run beside the machine's."""
    from registry import ambient

    real = ambient.now
    ambient.now = lambda: real() + shift


if __name__ == "__main__":
    main(sys.argv[1])
