"""`python -m tests.benchmarks [--only PART] [--out FOLDER]`: a table on the screen, figures as JSON, two pictures.

Every row is run beside its rivals on the same instance, one process after the other: a naive CP-SAT model (`pairwise`),
HiGHS (`highs`), and fairpyx and spopt where they can express the problem. On an idle machine with two cores the whole takes
about half an hour. Allotments of all contenders are checked without any solver.

fairpyx and spopt need an environment of their own (fairpyx asks for an older numpy):
`uv venv .rivals && uv pip install --python .rivals --require-hashes -r locks/benchmarks.txt`.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from tests.benchmarks import picture, table
from tests.benchmarks.figures import WrongError, assess
from tests.benchmarks.instances import problem
from tests.benchmarks.rows import FAIRPYX, SPOPT, Row, selected
from tests.benchmarks.watched import FailedError, answer

RIVALS = Path(__file__).with_name("rivals.py")
Result = dict[str, Any]


def measure(row: Row, factor: float, rivals: Path) -> list[Result]:
    """The results of a row's contenders, in their order, with figures."""
    data = problem(row)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        path.write_bytes(data)
        results = [_run(row, contender, path, row.seconds * factor, rivals) for contender in row.contenders]
    assess(row, data, results)
    return results


def _run(row: Row, contender: str, path: Path, seconds: float, rivals: Path) -> Result:
    command = [sys.executable, "-m", "tests.benchmarks.runs", row.kind, contender, str(path), str(seconds)]
    if contender in (FAIRPYX, SPOPT):
        command = [str(rivals), str(RIVALS), contender, str(path), str(seconds)]
    result: Result = {"row": row.name, "contender": contender, "limit_s": seconds}
    try:
        return result | answer(command, 2 * seconds + 120)
    except FailedError as error:
        return result | {"error": str(error)}


def missing(rows: list[Row], rivals: Path) -> list[str]:
    """The rivals that these rows need and that are not installed."""
    needed = [name for name in (FAIRPYX, SPOPT) if any(name in row.contenders for row in rows)]
    return [name for name in needed if not _imports(rivals, name)]


def _imports(python: Path, name: str) -> bool:
    if not python.exists():
        return False
    return (
        subprocess.run(
            [str(python), "-W", "ignore", "-c", f"import {name}"], capture_output=True, check=False
        ).returncode
        == 0
    )


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    versions = {name: importlib.metadata.version(name) for name in ("ortools", "highspy", "numpy", "shapely")}
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "system": platform.platform(),
        **versions,
    }


def write(folder: Path, results: list[Result]) -> None:
    """The figures and the pictures; allotments are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{key: value for key, value in result.items() if key != "allotments"} for result in results]
    (folder / "figures.json").write_text(json.dumps({"machine": machine(), "results": rows}, indent=1) + "\n")
    (folder / "gaps.svg").write_text(picture.gaps(results))
    (folder / "growth.svg").write_text(picture.growth(results))


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("--only", metavar="PART", default="", help="rows whose name contains this")
    found.add_argument(
        "--without", metavar="NAME", action="append", default=[], help="leave out a contender; repeatable"
    )
    found.add_argument(
        "--out", type=Path, default=Path("benchmarks"), help="folder for figures.json, gaps.svg, growth.svg"
    )
    found.add_argument("--quick", action="store_true", help="a fifth of every time limit")
    found.add_argument(
        "--rivals", type=Path, default=Path(".rivals/bin/python"), help="Python that has fairpyx and spopt"
    )
    return found


def main() -> int:
    asked = parser().parse_args()
    rows = selected(asked.only, asked.without)
    for name in missing(rows, asked.rivals):
        click.echo(
            f"{name} is not installed at {asked.rivals}; install locks/benchmarks.txt there, or give --without {name}",
            err=True,
        )
    if not rows or missing(rows, asked.rivals):
        return 2
    results: list[Result] = []
    wrong: list[str] = []
    for row in rows:
        try:
            results += measure(row, 0.2 if asked.quick else 1, asked.rivals)
        except WrongError as error:
            wrong.append(str(error))
        click.echo(f"measured: {row.name}", err=True)
    table.show(rows, results)
    write(asked.out, results)
    for fault in wrong + [f"{r['row']}, {r['contender']}: {r['error']}" for r in results if "error" in r]:
        click.echo(fault, err=True)
    return 1 if wrong or any("error" in result for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
