"""Solver runs as child processes: the very commands that an auditor would type, on the very files.

The solver is never imported here. A run that ends badly is a value that says so, not an exception. Whoever watches a child
is asked every moment, and stops it by raising; a child ends with the process that started it, even if that is killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from registry import ambient

ROOT = Path(__file__).resolve().parent.parent
# The solver ends itself at its limit; it may then still write reasons and measures.
GRACE_S = 120
VERIFY_LIMIT_S = 300
CONFIRM_LIMIT_S = 3600
WATCHED_EVERY_S = 0.2
_REFUSED = "refused: "
_BINDER = Path(__file__).with_name("bound.py")
Watch = Callable[[], None]


class RunStatus(StrEnum):
    """How a child process ended."""

    DONE = "done"
    REFUSED = "refused"
    UNUSABLE = "unusable input"
    TIMED_OUT = "timed out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one child process; true if it did what it was asked for.

    `exit_code` is None for a process that was stopped or never started; `message` is one sentence for a person.
    """

    status: RunStatus
    exit_code: int | None
    seconds: float
    message: str
    output: str = ""
    errors: str = ""

    def __bool__(self) -> bool:
        return self.status is RunStatus.DONE

    @property
    def was_killed(self) -> bool:
        """Whether somebody or something ended the process from outside, so that another try may do."""
        return self.exit_code is not None and self.exit_code < 0


@dataclass(frozen=True, slots=True)
class Task:
    """One command of the solver: who it is to a person, its arguments (files by their whole paths), the files that it
    reads and writes, how long it may take, and the file that it tells its progress in, if any.
    """

    who: str
    arguments: tuple[str, ...]
    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    limit_s: float
    progress: Path | None = None


Place = Callable[[Task, Watch | None], Run]
"""Where tasks are run: `here`, or with the workers of a Dask scheduler."""


def solving(
    instance_file: Path,
    solution_file: Path,
    seed_hex: str,
    time_limit_s: float,
    *,
    workers: int | None = None,
    progress: Path | None = None,
) -> Task:
    """Solve an instance file and write the solution file; a run cut short writes one too."""
    instance, solution = instance_file.absolute(), solution_file.absolute()
    arguments = ["solve", "--quiet", str(instance), "-o", str(solution)]
    arguments += ["--seed", seed_hex, "--time-limit", f"{time_limit_s:g}"]
    arguments += [] if workers is None else ["--workers", str(workers)]
    arguments += [] if progress is None else ["--progress", str(progress)]
    return Task("the solver", tuple(arguments), (instance,), (solution,), time_limit_s + GRACE_S, progress)


def verifying(instance_file: Path, solution_file: Path, time_limit_s: float = VERIFY_LIMIT_S) -> Task:
    """Check a solution file against its instance file; the process loads no constraint solver."""
    files = (instance_file.absolute(), solution_file.absolute())
    return Task("the verifier", ("verify", *map(str, files)), files, (), time_limit_s)


def verifying_slots(instance_file: Path, solution_file: Path, time_limit_s: float = VERIFY_LIMIT_S) -> Task:
    """Check slots of landings against their instance; the process loads no constraint solver."""
    files = (instance_file.absolute(), solution_file.absolute())
    return Task("the verifier", ("slots", "verify", *map(str, files)), files, (), time_limit_s)


def confirming(
    instance_file: Path, solution_file: Path, official_file: Path, time_limit_s: float = CONFIRM_LIMIT_S
) -> Task:
    """Have every proven stage proved again by a second engine; the marked solution is written."""
    files, official = (instance_file.absolute(), solution_file.absolute()), official_file.absolute()
    return Task(
        "the second opinion", ("confirm", *map(str, files), "-o", str(official)), files, (official,), time_limit_s
    )


def explaining(instance_file: Path, solution_file: Path, claim_id: str, time_limit_s: float) -> Task:
    """Say why a claim did not get what it asked for, as one JSON object in the output."""
    files = (instance_file.absolute(), solution_file.absolute())
    arguments = ("explain", *map(str, files), "--claim", claim_id, "--time-limit", f"{time_limit_s:g}", "--json")
    return Task("the explanation", arguments, files, (), time_limit_s + GRACE_S)


def studying_incentives(instance_file: Path, seed_hex: str, time_limit_s: float, workers: int) -> Task:
    """Say who could have gained by filing otherwise, as one JSON object in the output; at the limit what was found."""
    instance = instance_file.absolute()
    arguments = ("incentives", str(instance), "--seed", seed_hex, "--total", f"{time_limit_s:g}")
    limits = ("--workers", str(workers), "--json", "--quiet")
    return Task("the study of incentives", (*arguments, *limits), (instance,), (), time_limit_s + GRACE_S)


def run_solver(
    instance_file: Path, solution_file: Path, seed_hex: str, time_limit_s: float, *, workers: int | None = None
) -> Run:
    """Solve in a child process of this machine."""
    return here(solving(instance_file, solution_file, seed_hex, time_limit_s, workers=workers))


def run_verifier(instance_file: Path, solution_file: Path, time_limit_s: float = VERIFY_LIMIT_S) -> Run:
    """Verify in a child process of this machine."""
    return here(verifying(instance_file, solution_file, time_limit_s))


def run_confirmer(
    instance_file: Path, solution_file: Path, official_file: Path, time_limit_s: float = CONFIRM_LIMIT_S
) -> Run:
    """Confirm in a child process of this machine."""
    return here(confirming(instance_file, solution_file, official_file, time_limit_s))


def here(task: Task, watch: Watch | None = None) -> Run:
    """Run a task as a child process; what `watch` raises ends it at once and is raised here."""
    begun = ambient.now()
    try:
        child = _start(task)
    except OSError as error:
        message = f"{task.who} could not be started ({error.strerror}); check {sys.executable}"
        return Run(RunStatus.FAILED, None, 0.0, message)
    try:
        output, errors = _ended(child, task.limit_s, watch)
    except subprocess.TimeoutExpired:
        message = f"{task.who} was stopped after {task.limit_s:g} s without an answer; give it more time"
        return Run(RunStatus.TIMED_OUT, None, task.limit_s, message)
    finally:
        _stop(child)
    seconds = (ambient.now() - begun).total_seconds()
    status, message = _outcome(task.who, child.returncode, output, errors)
    return Run(status, child.returncode, seconds, message, output, errors)


def _start(task: Task) -> subprocess.Popen[str]:
    bound = [sys.executable, "-I", "-S", str(_BINDER), str(os.getpid())] if sys.platform == "linux" else []
    return subprocess.Popen(
        [*bound, sys.executable, "-m", "solver", *task.arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # a group of its own, so that what it starts ends with it, and Ctrl-C is ours
    )


def _ended(child: subprocess.Popen[str], limit_s: float, watch: Watch | None) -> tuple[str, str]:
    """What the child said until its end; TimeoutExpired at the limit."""
    left_s = limit_s
    while True:
        wait_s = left_s if watch is None else min(WATCHED_EVERY_S, left_s)
        try:
            return child.communicate(timeout=wait_s)
        except subprocess.TimeoutExpired:
            left_s -= wait_s
            if left_s <= 0:
                raise
            if watch is not None:
                watch()


def _stop(child: subprocess.Popen[str]) -> None:
    """End the child's whole group, if anything of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _outcome(who: str, code: int, output: str, said: str) -> tuple[RunStatus, str]:
    errors = said.strip().splitlines()
    refusals = [line.removeprefix(_REFUSED) for line in output.splitlines() if line.startswith(_REFUSED)]
    if code == 0:
        return RunStatus.DONE, (output.strip().splitlines() or [""])[-1]
    if code == 1 and refusals:
        return RunStatus.REFUSED, f"{who} refused: {_first(refusals)}"
    if code == 2:
        return RunStatus.UNUSABLE, f"{who} could not use its files: {_first(errors)}"
    if code < 0:
        return RunStatus.FAILED, f"{who} was ended by signal {-code}; was there enough memory?"
    return RunStatus.FAILED, f"{who} failed with exit code {code}: {errors[-1] if errors else 'it said nothing'}"


def _first(lines: list[str]) -> str:
    if not lines:
        return "it said nothing"
    return lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)"
