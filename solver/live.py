"""A run as people and programs follow it: progress while it goes on, the table at its end, its summary as one line.

Ctrl-C once asks the run to stop: the best allocation so far is written with status FEASIBLE. A second time ends it.
"""

import json
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from solver.clock import Stopwatch
from solver.distribution import Distribution
from solver.fields import Fault, InputError
from solver.instance import Instance
from solver.moves import MOVE_STAGES
from solver.solution import Solution, in_points

TIE_BREAK, SHORTFALL = "tie-break", "shortfall"
QUIET_S = 1.0  # plain lines: at most one a second while ties are broken
ROWS_SHOWN = 12
Look = tuple[str, int, int]
"""Stage, value, bound."""


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; a second one interrupts as usual."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def allocate(
    problem: Instance,
    ties: tuple[bytes, Mapping[str, str] | None],
    time_limit: float | None,
    workers: int,
    quiet: bool,
    looks: Path | None = None,
) -> Solution:
    """Solve an instance and show how far the run is: live on a terminal, as plain lines elsewhere, on stderr.

    `ties`: the seed, and tickets in its place or None. `time_limit` in seconds. `looks`: a file for programs that follow.
    """
    # The engine is loaded only now, so that a wrong file is refused at once.
    from solver.allocate import solve
    from solver.model.search import SolveLimits

    with interruptible() as asked, _following(quiet) as shown, _kept(looks) as kept:
        limits = SolveLimits(time_limit, workers, is_interrupted=asked.is_set, certify=True)

        def progress(stage: str, value: int, bound: int, seconds: float) -> None:
            shown(stage, value, bound, seconds)
            kept(stage, value, bound, seconds)

        return solve(problem, ties[0], limits, ties[1], progress)


@contextmanager
def _following(is_quiet: bool) -> Iterator["Following"]:
    console = Console(stderr=True)
    if is_quiet:
        yield Following()
    elif console.is_terminal:
        board = Board()
        with Live(board, console=console, refresh_per_second=8, transient=True):
            yield board
    else:
        yield Lines()


@contextmanager
def _kept(looks: Path | None) -> Iterator["Following"]:
    if looks is None:
        yield Following()
        return
    try:
        file = looks.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise InputError(
            [Fault("--progress", f"{looks} cannot be written ({error.strerror})", "name another")]
        ) from error
    with file:
        yield JsonLines(file)


class Following:
    """Follows a run and says nothing."""

    def __call__(self, stage: str, value: int, bound: int, seconds: float) -> None:
        """Take note of one look."""


class Lines(Following):
    """One plain line a look; of the many looks of the tie-break at most one a second."""

    def __init__(self) -> None:
        self._said_s = -QUIET_S

    def __call__(self, stage: str, value: int, bound: int, seconds: float) -> None:
        if not stage.startswith(TIE_BREAK) or seconds - self._said_s >= QUIET_S:
            self._said_s = seconds
            self._say(stage, value, bound, seconds)

    def _say(self, stage: str, value: int, bound: int, seconds: float) -> None:
        click.echo(f"{seconds:7.1f} s  {describe(stage, value, bound)}", err=True)


class JsonLines(Lines):
    """The same looks as objects with stage, value, bound and seconds, a line each, whole as soon as it is there."""

    def __init__(self, file: TextIO) -> None:
        super().__init__()
        self._file = file

    def _say(self, stage: str, value: int, bound: int, seconds: float) -> None:
        look = {
            "stage": stage,
            "value": _shown(stage, value),
            "bound": _shown(stage, bound),
            "seconds": round(seconds, 3),
        }
        self._file.write(json.dumps(look, ensure_ascii=False) + "\n")


class Board(Following):
    """A table of the stages done and the one looked at; drawn anew by rich, so the time goes on between looks."""

    def __init__(self) -> None:
        self._stopwatch = Stopwatch()
        self._done: list[tuple[Look, float]] = []
        self._now: tuple[Look, float] | None = None

    def __call__(self, stage: str, value: int, bound: int, seconds: float) -> None:
        self._now = ((stage, value, bound), seconds)
        if value == bound and not stage.startswith(TIE_BREAK):
            self._done.append(self._now)
            self._now = None

    def __rich__(self) -> RenderableType:
        """The board as it stands."""
        table = Table(title=f"solving, {self._stopwatch.seconds:.0f} s; Ctrl-C writes the best so far")
        for column in ("stage", "value", "bound", "gap", "at"):
            table.add_column(column, justify="left" if column == "stage" else "right")
        rows = self._done[-ROWS_SHOWN:] + ([self._now] if self._now else [])
        for (stage, value, bound), seconds in rows:
            texts = (stage, str(_shown(stage, value)), str(_shown(stage, bound)), gap(value, bound), f"{seconds:.1f} s")
            # Names come from strangers' files: no markup of theirs is obeyed.
            table.add_row(*(Text(text) for text in texts))
        return table


def describe(stage: str, value: int, bound: int) -> str:
    """One look in words."""
    if value == bound:
        return f"{stage}: {_shown(stage, value)}, proved"
    limit = "at least" if stage in (SHORTFALL, *MOVE_STAGES) else "at most"
    return f"{stage}: {_shown(stage, value)} of {limit} {_shown(stage, bound)}, gap {gap(value, bound)}"


def _shown(stage: str, value: int) -> int:
    """Shortfalls, moves and ranks are counted negatively while they are solved."""
    return -value if stage in (SHORTFALL, *MOVE_STAGES) else value


def gap(value: int, bound: int) -> str:
    """The difference of value and bound in percent of the bound."""
    return f"{100 * abs(bound - value) / max(1, abs(bound)):.2f} %"


def summary(solution: Solution) -> dict[str, Any]:
    """What a program wants to know of a solution without reading the file."""
    return {
        "status": solution.status,
        "rule": solution.rule,
        "seed": solution.seed,
        "instance_sha256": solution.instance_sha256,
        "outcomes": None if solution.distribution is None else len(solution.distribution.outcomes),
        "claims_served": len(solution.allotments),
        "claims_unserved": len(solution.unserved),
        "worst_off": in_points(solution.leximin[0]) if solution.leximin else None,
        "stages": [
            {"name": s.name, "value": s.value, "bound": s.bound, "proved": s.proved, "gap": _gap_of(s.value, s.bound)}
            for s in solution.stages
        ],
        "why": solution.why,
        "seconds": solution.run.get("seconds"),
    }


def _gap_of(value: int, bound: int) -> float:
    return round(abs(bound - value) / max(1, abs(bound)), 6)


def report(solution: Solution, output: str, as_json: bool) -> None:
    """Print the end of a run on stdout: a table for people, or one line of JSON."""
    if as_json:
        click.echo(json.dumps(summary(solution) | {"written": output}, ensure_ascii=False))
        return
    _print_table(solution)
    if solution.why:
        click.echo(_broken(solution.why))
    elif solution.distribution is not None and not solution.allotments:
        click.echo(lottery_line(solution.distribution))
    else:
        served, worst = len(solution.allotments), in_points(solution.leximin[0]) if solution.leximin else 0
        click.echo(f"{served} claims served, {len(solution.unserved)} not; worst-off party: {worst} points")
    click.echo(f"written: {output}")


def lottery_line(lottery: Distribution) -> str:
    """A lottery that is not drawn yet, in a line."""
    chances = lottery.chances.values()
    certain, never = sum(chance == 1 for chance in chances), sum(chance == 0 for chance in chances)
    count = f"{len(lottery.outcomes)} outcome{'s' if len(lottery.outcomes) > 1 else ''}"
    by_chance = f"{certain} claims served for certain, {never} not at all, {len(chances) - certain - never} by chance"
    return f"lottery of {count}: {by_chance}; solver draw picks one"


def _broken(why: Mapping[str, Any]) -> str:
    """Why there is no allocation, in a line."""
    who = [f"entries {', '.join(why['entries'])}"] if why["entries"] else []
    who += [f"holds {', '.join(why['holds'])}"] if why.get("holds") else []
    if "point" not in why:
        return f"{who[0]} break {', '.join(why['rules'])}"
    by = " and ".join(who) or "the ground alone"
    return f"C5: on day {why['day']} access point {why['point']} has no path to a gate, because of {by}"


def _print_table(solution: Solution) -> None:
    table = Table(title=f"{solution.status}: {solution.rule}, seed {solution.seed}")
    for column in ("stage", "value", "bound", "proved"):
        table.add_column(column, justify="left" if column in ("stage", "proved") else "right")
    for stage in solution.stages:
        table.add_row(Text(stage.name), str(stage.value), str(stage.bound), "yes" if stage.proved else "no")
    Console(file=sys.stdout).print(table)
