"""Asking advisory services through the tools that know them: pip-audit for Python, npm for the pages.

Both look at the lock files alone and install nothing. A tool that is not there, does not answer in time or gives something
else than a report is told by name: what could not be asked was not asked.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from registry.dependencies.advisories import Hit

WAIT_S = 180
NOT_ASKED = "not asked"  # in place of an advisory, about a package that the service does not know
Run = Callable[[Sequence[str], Path], str]


class NotAskedError(RuntimeError):
    """No advisory service could be asked; the text says of which packages and why."""


def run(command: Sequence[str], folder: Path) -> str:
    """What a tool writes; NotAskedError if it cannot be started or takes too long."""
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAskedError(f"{Path(command[0]).name} could not be run to its end ({type(error).__name__})") from error
    return done.stdout or done.stderr


def python_hits(root: Path, run: Run = run) -> list[Hit]:
    """What pip-audit knows of the packages of the lock files."""
    if importlib.util.find_spec("pip_audit") is None:
        raise NotAskedError("Python packages: pip-audit is not installed; it comes with python3 -m registry test")
    options = ["--format", "json", "--progress-spinner", "off", "--disable-pip", "--require-hashes"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", str(root / "locks" / "test.txt")]
    report = _report("Python packages", run(command, root))
    if not isinstance(report.get("dependencies"), list):
        raise NotAskedError("Python packages: pip-audit gave no report; is there a network?")
    return list(_of_pip_audit(report["dependencies"]))


def npm_hits(root: Path, npm: Sequence[str], run: Run = run) -> list[Hit]:
    """What npm knows of the packages of its lock file; `npm` is the command that runs it."""
    command = [*npm, "audit", "--json", "--package-lock-only"]
    report = _report("npm packages", run(command, root / "registry" / "web" / "frontend"))
    if not isinstance(report.get("vulnerabilities"), dict):
        raise NotAskedError("npm packages: npm audit gave no report; is there a network?")
    return list(_of_npm(report["vulnerabilities"].values()))


def _report(what: str, text: str) -> dict[str, Any]:
    begin = text.find("{")
    try:
        report = json.loads(text[begin:]) if begin >= 0 else None
    except ValueError:
        report = None
    if not isinstance(report, dict):
        last = (text.strip().splitlines() or ["no word"])[-1][:200]
        raise NotAskedError(f"{what}: no advisory service answered ({last})")
    return report


def _of_pip_audit(rows: Iterable[dict[str, Any]]) -> Iterator[Hit]:
    for row in rows:
        if "skip_reason" in row:
            yield Hit(row["name"], "?", NOT_ASKED, str(row["skip_reason"])[:200])
        for known in row.get("vulns", ()):
            fixes = ", ".join(known.get("fix_versions", ()))
            yield Hit(
                row["name"], row["version"], known["id"], f"mended in {fixes}" if fixes else "for which no fix is known"
            )


def _of_npm(rows: Iterable[dict[str, Any]]) -> Iterator[Hit]:
    for row in rows:
        for via in row.get("via", ()):
            if isinstance(via, dict):
                yield Hit(
                    row["name"],
                    row.get("range", "?"),
                    str(via.get("url") or via.get("source")),
                    str(via.get("severity")),
                    str(via.get("severity") or "").lower(),
                )
