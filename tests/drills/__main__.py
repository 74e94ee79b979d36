"""`python -m tests.drills NAME...|all|list`: hold drills, each in a process of its own, and report.

Exit codes: 0 every promise held, 1 one did not (or a report is not to be believed), 2 unusable use.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from registry import ambient
from tests.drills import catalogue, report
from tests.drills.catalogue import ROOT, Drill, Outcome
from tests.drills.report import ReportError, Row

MOST_FAULTS = 20


def main(words: Sequence[str] | None = None) -> int:
    told = _parser().parse_args(words)
    try:
        if told.one:
            return _one(told.one, json.loads(told.counts), told.folder)
        if told.check:
            click.echo("\n".join(report.check(told.check, told.vkey)))
            return 0
        known = catalogue.drills()
        if told.names == ["list"]:
            click.echo("\n".join(_listed(drill) for drill in known.values()))
            return 0
        chosen, left_out = choose(known, told.names, told.without)
        sizes = {drill.name: size_of(drill, told.set, smoke=told.smoke) for drill in chosen}
        refuse_idle(told.set, chosen)
        return _hold(chosen, sizes, left_out, told)
    except UseError as error:
        click.echo(f"registry drill: {error}", err=True)
        return 2
    except ReportError as error:
        click.echo(f"registry drill: {error}", err=True)
        return 1


class UseError(Exception):
    """An argument that cannot be used; the text names it and the mend."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="registry drill", description="Hold drills and report on them.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="drills by name, `all`, or `list`")
    parser.add_argument("--out", type=Path, default=Path("drills.json"), help="the report (default: drills.json)")
    parser.add_argument("--key", type=Path, help="file of the private key that signs it (default: a fresh one)")
    parser.add_argument("--smoke", action="store_true", help="the small size that the tests use")
    parser.add_argument("--set", action="append", default=[], metavar="COUNT=N", help="another size, e.g. cycles=50")
    parser.add_argument("--without", action="append", default=[], metavar="PART", help="leave drills out: postgresql")
    parser.add_argument("--check", type=Path, metavar="REPORT", help="check a report and its note instead")
    parser.add_argument(
        "--with", dest="earlier", action="append", default=[], type=Path, metavar="REPORT",
        help="take over what an earlier report shows to have been held in the same size, and hold the rest",
    )  # fmt: skip
    parser.add_argument("--vkey", help="with --check or --with: the key that you trust")
    for hidden in ("--one", "--counts"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser


def choose(known: Mapping[str, Drill], names: Sequence[str], without: Sequence[str]) -> tuple[list[Drill], list[str]]:
    """The drills that were asked for in the order of the catalogue, and those that need a part that is left out."""
    unknown = [name for name in names if name not in known and name != "all"]
    if unknown or not names:
        raise UseError(f"{', '.join(unknown) or 'no name'}: name one of {', '.join(known)}, or all, or list")
    asked = [drill for name, drill in known.items() if "all" in names or name in names]
    left_out = [drill.name for drill in asked if any(drill.needs(part) for part in without)]
    chosen = [drill for drill in asked if drill.name not in left_out]
    if not chosen:
        raise UseError(f"--without {' '.join(without)} leaves nothing of {', '.join(names)}")
    return chosen, left_out


def size_of(drill: Drill, changes: Sequence[str], *, smoke: bool) -> dict[str, int]:
    """The counts of a drill: full, or small, with those that `COUNT=N` changes."""
    size = dict(drill.smoke if smoke else drill.counts)
    for change in changes:
        name, equals, number = change.partition("=")
        if not equals or not number.isascii() or not number.isdigit():
            raise UseError(f"--set {change}: write COUNT=N with a whole number")
        if name in size:
            size[name] = int(number)
    return size


def refuse_idle(changes: Sequence[str], chosen: Sequence[Drill]) -> None:
    """Refuse a `--set` that changes nothing in any drill."""
    counts = sorted({name for drill in chosen for name in drill.counts})
    for change in changes:
        if change.partition("=")[0] not in counts:
            raise UseError(f"--set {change}: there is no such count; these are {', '.join(counts)}")


def _listed(drill: Drill) -> str:
    size = " ".join(f"{name}={count}" for name, count in drill.counts.items())
    return f"{drill.name}  {','.join(drill.properties)}  {size}  (about {drill.minutes:g} min)\n    {drill.promise}"


def _hold(
    chosen: Sequence[Drill], sizes: Mapping[str, dict[str, int]], left_out: list[str], told: argparse.Namespace
) -> int:
    key = report.key_of(told.key)
    started_at = ambient.now().isoformat(timespec="seconds")
    if not told.out.absolute().parent.is_dir():
        raise UseError(f"--out: there is no folder {told.out.absolute().parent}")
    earlier = report.earlier(told.earlier, told.vkey, sizes)
    rows: list[Row] = []
    for name in earlier.rows:
        click.echo(f"held before: {name}")
    for name in left_out:
        click.echo(f"left out: {name} (--without {' '.join(told.without)})")
    for drill in (drill for drill in chosen if drill.name not in earlier.rows):
        rows.append(_in_child(drill, sizes[drill.name], told.without))
        click.echo("\n".join(report.table(rows[-1:])))
        # Written after each drill: what was held so far outlives a session that is cut short.
        report.write(told.out, report.document(rows, left_out, started_at, key.verifier.vkey, earlier), key)
    report.write(told.out, report.document(rows, left_out, started_at, key.verifier.vkey, earlier), key)
    held = sum(row.held for row in rows) + len(earlier.rows)
    click.echo(f"{held} of {len(chosen)} promises held; {told.out} is signed by {key.verifier.vkey}")
    return 0 if held == len(chosen) else 1


def _in_child(drill: Drill, counts: Mapping[str, int], without: Sequence[str]) -> Row:
    """Hold one drill in a process of its own and in a new folder, which stays if the promise did not hold."""
    folder = Path(tempfile.mkdtemp(prefix=f"drill-{drill.name}-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as a person of its own, who must reach it
    words = [sys.executable, "-m", "tests.drills", "--one", drill.name, "--counts", json.dumps(dict(counts))]
    began = time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            [*words, "--folder", str(folder)],
            cwd=ROOT,
            env={**os.environ, catalogue.WITHOUT: " ".join(without)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = child.wait()
        finally:
            _end_group(child.pid)
    row = Row(drill, counts, _answer(folder, code), time.perf_counter() - began)
    if row.held:
        subprocess.run(["rm", "-rf", str(folder)], check=False)
        return row
    return Row(
        drill, counts, Outcome(row.outcome.figures, (*row.outcome.faults, f"kept for a look: {folder}")), row.seconds
    )


def _end_group(pid: int) -> None:
    """Leave no process of a drill behind."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _answer(folder: Path, code: int) -> Outcome:
    try:
        said = json.loads((folder / "answer.json").read_text("utf-8"))
        faults = [" ".join(str(fault).split()) for fault in said["faults"]]
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        return Outcome(said["figures"], (*faults[:MOST_FAULTS], *more))
    except (OSError, ValueError):
        lines = (folder / "output.txt").read_text("utf-8", errors="replace").strip().splitlines()
        return Outcome({}, (f"the drill itself ended with {code}: {' | '.join(lines[-3:]) or 'it said nothing'}",))


def _one(name: str, counts: Mapping[str, int], folder: Path) -> int:
    """The child's side: hold the drill in an empty folder and leave its answer beside it."""
    inside = folder / "work"
    inside.mkdir()
    outcome = catalogue.drills()[name].run(counts, inside)
    said = {"figures": dict(outcome.figures), "faults": list(outcome.faults)}
    (folder / "answer.json").write_text(json.dumps(said), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
