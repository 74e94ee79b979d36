"""How far a computation is: bars on a terminal, at most a line in two seconds elsewhere, nothing if quiet; on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from solver.clock import Stopwatch

Follow = Callable[[str, int, int], None]
"""What is done, how much of it, of how much."""

_QUIET_S = 2.0


def nothing(what: str, done: int, of: int) -> None:
    """Says nothing."""


@contextmanager
def following(is_quiet: bool) -> Iterator[Follow]:
    """A `Follow` for the time of a block."""
    console = Console(stderr=True)
    if is_quiet:
        yield nothing
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
        with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    def __init__(self, bars: Progress):
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=of)
        self._bars.update(self._tasks[what], completed=done, total=of)


class _Lines:
    def __init__(self) -> None:
        self._watch = Stopwatch()
        self._said_s = 0.0  # the first two seconds say nothing: most commands are done by then

    def __call__(self, what: str, done: int, of: int) -> None:
        now_s = self._watch.seconds
        if now_s - self._said_s >= _QUIET_S:
            self._said_s = now_s
            click.echo(f"{now_s:7.1f} s  {what}: {100 * done // max(1, of)} %", err=True)
