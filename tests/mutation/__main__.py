"""`python -m tests.mutation GROUP...|all [--minutes N] [--sample N] [--seed N] [--file TEXT] [--out FOLDER]`.

Groups and their tests are in groups.py. Each mutant is one fault in one module; it is killed if a test fails. With
`--sample` only so many mutants of each group are tried, drawn by `--seed`; with `--minutes` no new one is begun after that
time, and the same command goes on where it stopped. The results, the report and the survivors are in FOLDER
(build/mutation). Exit codes: 0 every score tried is as wanted, 1 one is not, 2 unusable.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.mutation import reach, running
from tests.mutation.groups import GROUPS, ROOT, Group
from tests.mutation.mutants import Module, Mutant, mutants
from tests.mutation.reach import Reach
from tests.mutation.results import KILLED, SURVIVED, TIMED_OUT, Result, Results, summary, tests_sha256, write_report

LONGEST_S, LEAST_S, TIMES = 900.0, 30.0, 4.0


class UnusableError(RuntimeError):
    """Words, or tests, with which nothing can be measured."""


def main(arguments: Sequence[str]) -> int:
    """Do what the words say."""
    given = _parsed(arguments)
    names = list(GROUPS) if given.groups == ["all"] else given.groups
    if unknown := [name for name in names if name not in GROUPS]:
        sys.stderr.write(f"mutation: {unknown[0]}: name one of {', '.join(GROUPS)}, or all\n")
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    running.preload()
    end = time.monotonic() + 60 * given.minutes
    try:
        told = [measured(GROUPS[name], given.out, end, given.sample, given.seed, given.file) for name in names]
    except UnusableError as error:
        sys.stderr.write(f"mutation: {error}\n")
        return 2
    about = {
        "sample": given.sample or "all",
        "seed": given.seed,
        "files": given.file or "all",
    }
    write_report(given.out, about, told)
    for row in told:
        score = (
            "nothing tried" if row["raw"] is None else f"{100 * row['raw']:.1f} % (wanted {100 * row['wanted']:.0f} %)"
        )
        sys.stdout.write(
            f"{row['group']}: {row['killed']} of {row['tried']} tried killed, of {row['mutants']} in all: {score}\n"
        )
    sys.stdout.write(f"survivors: {given.out / 'report.md'}\n")
    return int(any(row["raw"] is not None and row["without_equivalents"] < row["wanted"] for row in told))


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="mutation", description="How many faults put into the program the tests find."
    )
    parser.add_argument("groups", nargs="+", metavar="GROUP")
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=27)
    parser.add_argument("--file", default="", help="only modules with this in their path")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutation")
    return parser.parse_args(arguments)


def measured(group: Group, folder: Path, end: float, sample: int = 0, seed: int = 27, file: str = "") -> dict[str, Any]:
    """Try the mutants of a group that are not known yet, as long as there is time; what is known then."""
    results, tests = Results(folder), tests_sha256(group)
    modules = [Module(path) for path in group.files() if file in path.as_posix()]
    found: list[Result] = []
    known_reach: Reach | None = None
    for mutant in mutants(modules, sample, seed):
        known = results.known(group, mutant, tests)
        if known is None and time.monotonic() >= end:
            break
        if known is None:
            known_reach = known_reach or _reach(group, folder, tests)
            known = _tried(group, mutant, known_reach, tests)
            results.keep(mutant, known)
        found.append(known)
    return summary(group, sum(map(len, modules)), found)


def _reach(group: Group, folder: Path, tests: str) -> Reach:
    """What the tests reach, measured where it is not known for these tests and modules."""
    path = reach.place(folder, group, tests)
    if not path.is_file():
        ended = running.reached(group, path, LONGEST_S)
        if ended.killed:
            said = f"{group.name}: its tests do not pass without any fault (pytest ended with {ended.code})"
            raise UnusableError(said)
    return reach.read(path)


def _tried(group: Group, mutant: Mutant, known: Reach, tests: str) -> Result:
    """One mutant, by the tests that reach its line; what no test reaches survives untried."""
    files, chosen, needed_s = known.selection(mutant.file, mutant.line)
    ended, seconds = running.Ended(running.PASSED, 0.0), 0.0
    limit_s = LEAST_S + TIMES * needed_s
    # The cheap files for themselves first: to load the dear ones takes longer than most faults need to be found.
    for part in filter(None, (files[:2], files[2:])):
        ended = running.run(part, limit_s, (mutant.file, mutant.source), chosen)
        seconds += ended.seconds
        if ended.killed:
            break
    outcome = SURVIVED if not ended.killed else TIMED_OUT if ended.code is None else KILLED
    return Result(group.name, mutant.file, mutant.line, mutant.before, mutant.after, outcome, round(seconds, 1), tests)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
