"""Runs on other machines: a task goes to the Dask scheduler that REGISTRY_DASK_SCHEDULER names, and its files come back.

A worker of the scheduler needs this program and nothing else: no register, no shared folder. It runs the same command as a
child process in an empty folder. The table of runs stays the truth: whoever holds the run follows the task and stops it.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry import ambient, children
from registry.children import Place, Run, RunStatus, Task, Watch
from registry.connections import CERTIFICATES
from registry.worker.lines import Lines
from solver.io import write_atomically

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 10
LOOKED_EVERY_S = 0.2
ASKED_EVERY_S = 1.0
KILLED = -9
Files = Mapping[str, bytes]


class MissingError(Exception):
    """The scheduler cannot be used; the text says why and names the mend."""


class _WantedNoMore(Exception):
    """Whoever wanted the task has ended it."""


@contextmanager
def scheduler(address: str | None, certificates: Path | None = None) -> Iterator[Place | None]:
    """Where tasks are run: with the workers of the scheduler, or (None) on this machine where none is named; with
    `certificates`, a folder as REGISTRY_DASK_CERTIFICATES names it, both sides show who they are.

    Raises
    ------
    MissingError
        If there is no scheduler at the address, or the library is not installed.
    """
    if not address:
        yield None
        return
    try:
        import distributed  # noqa: F401  told before anything is taken
    except ImportError as error:
        raise MissingError("REGISTRY_DASK_SCHEDULER needs the library distributed; install the extra `dask`") from error
    remote = Remote(address, certificates)
    remote.connect()
    try:
        yield remote
    finally:
        remote.close()


def _security(certificates: Path | None) -> Any:
    """What Dask needs to know of the certificates; None where there are none."""
    if certificates is None:
        return None
    from distributed.security import Security

    authority, own, key = (str(certificates / name) for name in CERTIFICATES)
    return Security(require_encryption=True, tls_ca_file=authority, tls_client_cert=own, tls_client_key=key)


class Remote:
    """Runs tasks with the workers of a scheduler, and finds it again when it has been away."""

    def __init__(self, address: str, certificates: Path | None = None):
        self.address, self.certificates = address, certificates
        self._client: Client | None = None

    def connect(self) -> "Client":
        """The connection to the scheduler; made anew where it was given up.

        Raises
        ------
        MissingError
            If there is no scheduler at the address.
        """
        if self._client is not None and self._client.status == "running":
            return self._client
        self.close()
        from distributed import Client

        try:
            self._client = Client(
                self.address,
                timeout=CONNECT_S,
                set_as_default=False,
                name="registry worker",
                security=_security(self.certificates),
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise MissingError(
                f"REGISTRY_DASK_SCHEDULER: {self.address} does not answer ({error}); start it, or unset it"
            ) from error
        return self._client

    def close(self) -> None:
        """Give up the connection, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=CONNECT_S)

    def __call__(self, task: Task, watch: Watch | None) -> Run:
        """Run a task; what `watch` raises ends it, and is raised here. A scheduler that is away is like a killed child."""
        try:
            client = self.connect()
            name, future = _sent(client, task)
        except (MissingError, OSError, RuntimeError) as error:
            return Run(RunStatus.FAILED, KILLED, 0.0, str(error))
        try:
            while not future.done():
                time.sleep(LOOKED_EVERY_S)
                if watch is not None:
                    watch()
            return self._fetched(task, future)
        finally:
            if client.status == "running":
                _forget(client, task, name, future)

    def _fetched(self, task: Task, future: Any) -> Run:
        """The end of a task; a machine that was lost is like a child that was killed."""
        try:
            values, written = future.result()
        except Exception as error:  # noqa: BLE001  whatever the scheduler lost it by, another try may do
            return Run(RunStatus.FAILED, KILLED, 0.0, f"{task.who} was lost: {self._why(error)}")
        for path, data in written.items():
            with suppress(FileNotFoundError):
                write_atomically(Path(path), data)
        return Run(**values)

    def _why(self, error: Exception) -> str:
        if self._client is None or self._client.status != "running":
            return f"REGISTRY_DASK_SCHEDULER: {self.address} does not answer any more; start it, or unset it"
        return f"the scheduler tells of {type(error).__name__}"


def _sent(client: "Client", task: Task) -> tuple[str, Any]:
    """The name under which a task was handed to the scheduler, and what will become of it."""
    name = f"registry-{ambient.token(12)}"
    if task.progress is not None:
        client.subscribe_topic(name, lambda event: _append(task.progress, event))
    files = {str(path): path.read_bytes() for path in task.reads}
    return name, client.submit(perform, name, asdict(task), files, key=name, pure=False)


def _forget(client: "Client", task: Task, name: str, future: Any) -> None:
    """Let the scheduler and its workers forget a task: one that is still at work is ended."""
    from distributed import Event

    if not future.done():
        Event(name, client=client).set()
        future.cancel()
    if task.progress is not None:
        client.unsubscribe_topic(name)


def perform(name: str, plain: dict[str, Any], files: Files) -> tuple[dict[str, Any], Files]:
    """The task on the other machine: what became of its command, and the files that it wrote."""
    from distributed import Event, get_client, get_worker

    ended, worker = Event(name, client=get_client()), get_worker()
    turns = round(ASKED_EVERY_S / children.WATCHED_EVERY_S)
    with tempfile.TemporaryDirectory(prefix="registry-task-") as folder:
        task, places = _moved(Task(**plain), Path(folder))
        for path, data in files.items():
            places[path].write_bytes(data)
        lines, turn = Lines(task.progress) if task.progress else None, 0

        def tell() -> None:
            if lines and (added := lines.new()):
                worker.log_event(name, added.decode())

        def watch() -> None:
            nonlocal turn
            turn += 1
            tell()
            if turn % turns == 0 and ended.is_set():
                raise _WantedNoMore

        run = children.here(task, watch)
        tell()
        written = {path: places[path].read_bytes() for path in map(str, Task(**plain).writes) if places[path].is_file()}
        return asdict(run), written


def _moved(task: Task, folder: Path) -> tuple[Task, dict[str, Path]]:
    """The task with every one of its files in another folder."""
    named = [*task.reads, *task.writes, *([task.progress] if task.progress else [])]
    places = {str(path): folder / f"{number}-{path.name}" for number, path in enumerate(named)}
    arguments = tuple(str(places.get(word, word)) for word in task.arguments)
    progress = places[str(task.progress)] if task.progress else None
    reads, writes = (tuple(places[str(path)] for path in paths) for paths in (task.reads, task.writes))
    return replace(task, arguments=arguments, reads=reads, writes=writes, progress=progress), places


def _append(path: Path | None, event: Any) -> None:
    """Progress that came in, in the file in which a local child would have told it."""
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(event[1])
