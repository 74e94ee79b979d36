"""HiGHS in a child process, asked line by line."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self


class Highs:
    """A running `python -m solver.bounds.highs`; use it in a `with` block."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "solver.bounds.highs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()

    def ask(self, **request: Any) -> list[Any]:
        """The answers to one request (see `solver.bounds.highs`); RuntimeError if the child ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("HiGHS ended without an answer; its message stands on standard error")
        answers: list[Any] = json.loads(line)
        return answers
