"""Rounds compared under sets of norms: the instances are solved as child processes, each once, and what comes out is kept.

Solutions lie in a folder for each round, under the hash of their instance: the same comparison made again solves nothing.
A solution counts if it is the verified, proven answer to that very instance with that very seed.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rfc8785

from registry.allocating import Allocation
from registry.domain.norms import report
from registry.domain.norms.comparing import Allotments, Solve, compare, fingerprint
from registry.services.norms import Question
from solver.fields import InputError, load_json
from solver.io import read_bytes, write_atomically

Told = Callable[[str], None]
KEPT = "comparison.json"


class UnsolvedError(Exception):
    """An instance of the comparison has no proven solution; the sentence says why and what would help."""


def compared(question: Question, folder_: Path, time_limit_s: float, tell: Told = lambda _: None) -> dict[str, Any]:
    """The comparison as a document (`registry.domain.norms.report`); `tell` hears of each instance that is solved.

    Raises
    ------
    UnsolvedError
        If an instance could not be solved to the end within the limit, or its solution is refused.
    """
    solve = solving(folder_, question.seed_hex, time_limit_s, tell)
    columns = compare(question.problem, question.profiles, solve)
    return report.document(question.round, question.frozen_sha256, question.seed_hex, question.problem, columns)


def folder(data: Path, question: Question) -> Path:
    """Where the solutions of a round's comparison lie, beside those of its own runs."""
    return data / "runs" / question.problem.document["id"] / "norms"


def keep(folder_: Path, comparison: dict[str, Any]) -> Path:
    """Keep a comparison that everybody may see, for the pages."""
    path = folder_ / KEPT
    folder_.mkdir(parents=True, exist_ok=True)
    write_atomically(path, rfc8785.dumps(comparison))
    return path


def solving(folder_: Path, seed_hex: str, time_limit_s: float, tell: Told = lambda _: None) -> Solve:
    """Solve an instance with a seed, or read what was kept of it."""

    def solve(document: dict[str, Any]) -> Allotments:
        sha256 = fingerprint(document)
        made = Allocation(folder_ / sha256[:16], seed_hex, document["policy"]["rule"])
        kept = _kept(made.solution, sha256, seed_hex)
        if kept is not None:
            return kept
        made.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(made.instance, rfc8785.dumps(document))
        found = _solved(made, sha256, time_limit_s)
        tell(f"solved instance {sha256[:12]}: {len(found)} claims served")
        return found

    return solve


def _solved(made: Allocation, sha256: str, time_limit_s: float) -> Allotments:
    ended = made.solve(time_limit_s)
    if not ended:
        raise UnsolvedError(f"instance {sha256[:12]}: {ended.message}")
    verified, report = made.verify()
    found = _kept(made.solution, sha256, made.seed_hex)
    if not verified:
        made.solution.unlink(missing_ok=True)
        raise UnsolvedError(f"instance {sha256[:12]}: {report.problems[0]}")
    if found is None:
        raise UnsolvedError(
            f"instance {sha256[:12]} is not solved to the end within {time_limit_s:g} s; give it more with --time-limit"
        )
    return found


def _kept(path: Path, sha256: str, seed_hex: str) -> dict[str, tuple[str, int]] | None:
    """The allotments of a proven solution of this instance with this seed; None if the file is none."""
    try:
        solution: Mapping[str, Any] = load_json(read_bytes(path))
        is_it = (solution["instance_sha256"], solution["seed"], solution["status"]) == (sha256, seed_hex, "OPTIMAL")
        rows = solution["allotments"] if is_it else None
        return None if rows is None else {row["claim"]: (row["placement"], row["start"]) for row in rows}
    except (InputError, KeyError, TypeError):
        return None


def kept(folder_: Path) -> dict[str, Any] | None:
    """The comparison that is kept in a folder; None if there is none that can be read."""
    try:
        found: dict[str, Any] = load_json(read_bytes(folder_ / KEPT))
        return found if found["format"] == report.FORMAT else None
    except (InputError, KeyError, TypeError):
        return None
