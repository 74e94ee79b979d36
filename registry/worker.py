"""Solver runs as child processes: the very commands that an auditor would type, on the very files.

The solver is never imported here. A run that ends badly is a value that says so, not an exception.
"""

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from registry import ambient

ROOT = Path(__file__).resolve().parent.parent
# The solver ends itself at its limit; it may then still write reasons and measures.
GRACE_S = 120
VERIFY_LIMIT_S = 300
CONFIRM_LIMIT_S = 3600
_REFUSED = "refused: "


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


def run_solver(
    instance_file: Path, solution_file: Path, seed_hex: str, time_limit_s: float, *, workers: int | None = None
) -> Run:
    """Solve an instance file in a child process and write the solution file; a run cut short writes one too."""
    arguments = ["solve", "--quiet", str(instance_file.absolute()), "-o", str(solution_file.absolute())]
    arguments += ["--seed", seed_hex, "--time-limit", f"{time_limit_s:g}"]
    arguments += [] if workers is None else ["--workers", str(workers)]
    return _run("the solver", arguments, time_limit_s + GRACE_S)


def run_verifier(instance_file: Path, solution_file: Path, time_limit_s: float = VERIFY_LIMIT_S) -> Run:
    """Check a solution file against its instance file in a child process that loads no constraint solver."""
    arguments = ["verify", str(instance_file.absolute()), str(solution_file.absolute())]
    return _run("the verifier", arguments, time_limit_s)


def run_confirmer(
    instance_file: Path, solution_file: Path, official_file: Path, time_limit_s: float = CONFIRM_LIMIT_S
) -> Run:
    """Have every proven stage proved again by a second engine in a child process; it writes the marked solution."""
    arguments = ["confirm", str(instance_file.absolute()), str(solution_file.absolute())]
    return _run("the second opinion", [*arguments, "-o", str(official_file.absolute())], time_limit_s)


def _run(who: str, arguments: list[str], limit_s: float) -> Run:
    begun = ambient.now()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "solver", *arguments],
            cwd=ROOT,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        message = f"{who} was stopped after {limit_s:g} s without an answer; give it more time"
        return Run(RunStatus.TIMED_OUT, None, limit_s, message)
    except OSError as error:
        message = f"{who} could not be started ({error.strerror}); check {sys.executable}"
        return Run(RunStatus.FAILED, None, 0.0, message)
    seconds = (ambient.now() - begun).total_seconds()
    status, message = _outcome(who, ended)
    return Run(status, ended.returncode, seconds, message, ended.stdout, ended.stderr)


def _outcome(who: str, ended: subprocess.CompletedProcess[str]) -> tuple[RunStatus, str]:
    code, errors = ended.returncode, ended.stderr.strip().splitlines()
    refusals = [line.removeprefix(_REFUSED) for line in ended.stdout.splitlines() if line.startswith(_REFUSED)]
    if code == 0:
        return RunStatus.DONE, (ended.stdout.strip().splitlines() or [""])[-1]
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
