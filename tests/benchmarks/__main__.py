"""`python -m tests.benchmarks [--only PART] [--out FOLDER]`: a table on the screen, figures as JSON, growth as a picture.

Every row is run beside its rivals on the same instance, one process after the other. On an idle machine with two cores the
whole takes about half an hour; `--quick` cuts every time limit to a fifth.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """An instance by its recipe, who is measured on it, and the seconds that each has."""

    name: str
    recipe: tuple[str, ...]
    contenders: tuple[str, ...]
    seconds: float


FIXED = ("--cluster", "8", "--windows", "fixed", "--rule", "max-points")
SUM = ("ours", "certificate", "pairwise", "highs")
ROWS = (
    Row("points 200", ("--claims", "200", "--parties", "40", *FIXED), SUM, 60),
    Row("points 500", ("--claims", "500", "--parties", "100", *FIXED), SUM, 60),
    Row("points 1000", ("--claims", "1000", "--parties", "200", *FIXED), SUM, 60),
    Row("tight 50", ("--claims", "50", "--parties", "10", "--cluster", "40", *FIXED[2:]), SUM, 30),
    Row("levels 200", ("--claims", "200", "--parties", "40", "--levels", "10", "--windows", "fixed"), ("rounds",), 60),
    Row(
        "levels 1000", ("--claims", "1000", "--parties", "200", "--levels", "10", "--windows", "fixed"), ("rounds",), 90
    ),
    Row("flexible 60", ("--claims", "60", "--parties", "25", "--windows", "flexible"), ("rounds",), 60),
    Row("flexible 120", ("--claims", "120", "--parties", "40", "--windows", "flexible"), ("rounds",), 90),
    *(
        Row(f"growth {n}", ("--claims", str(n), "--parties", str(n // 5), *FIXED), ("ours", "certificate"), 20)
        for n in (125, 250, 500, 1000, 2000)
    ),
)


def measure(row: Row, quick: bool) -> list[dict[str, Any]]:
    """The results of a row's contenders, in their order."""
    seconds = row.seconds / 5 if quick else row.seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.json"
        subprocess.run(
            [sys.executable, "-m", "solver", "generate", "-o", path, *row.recipe], check=True, capture_output=True
        )
        return [_run(row, contender, path, seconds) for contender in row.contenders]


def _run(row: Row, contender: str, path: Path, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.runs", contender, str(path), str(seconds)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return {"row": row.name, "contender": contender, "limit_s": seconds, **json.loads(result.stdout)}


def show(results: list[dict[str, Any]]) -> None:
    """The figures as a table."""
    table = Table()
    for column in ("row", "contender", "value", "bound", "gap %", "levels", "settled", "build s", "seconds", "peak MB"):
        table.add_column(column, justify="left" if column in ("row", "contender") else "right")
    for result in results:
        table.add_row(*_cells(result))
    Console(width=110).print(table)


def _cells(result: dict[str, Any]) -> list[str]:
    value, bound = result.get("value"), result.get("bound")
    gap = f"{100 * (bound - value) / value:.2f}" if value and bound is not None else ""
    levels = f"{result['levels_proved']}/{result['levels']}" if "levels" in result else ""
    settled = f"{result['settled']}/{result['to_settle']}" if "settled" in result else ""
    numbers = ["" if number is None else f"{number:.0f}" for number in (value, bound)]
    build = f"{result['build_s']:.2f}" if "build_s" in result else ""
    return [result["row"], result["contender"], *numbers, gap, levels, settled, build,
            f"{result['seconds']:.1f}", f"{result['peak_mb']:.0f}"]  # fmt: skip


def picture(results: list[dict[str, Any]]) -> str:
    """Growth of build time and memory with the number of claims, as SVG bars."""
    rows = [r for r in results if r["row"].startswith("growth") and r["contender"] == "ours"]
    most = max((r["peak_mb"] for r in rows), default=1)
    bars = "".join(
        f'<text x="10" y="{40 * i + 45}">{r["row"]}</text>'
        f'<rect x="120" y="{40 * i + 30}" width="{400 * r["peak_mb"] / most:.0f}" height="20" fill="#14213d"/>'
        f'<text x="{130 + 400 * r["peak_mb"] / most:.0f}" y="{40 * i + 45}">{r["peak_mb"]:.0f} MB, build {r["build_s"]:.2f} s</text>'
        for i, r in enumerate(rows)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{40 * len(rows) + 40}" font-family="sans-serif" font-size="13">{bars}</svg>\n'


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="PART", default="", help="rows whose name contains this")
    parser.add_argument("--out", type=Path, default=Path("benchmarks"), help="folder for figures.json and growth.svg")
    parser.add_argument("--quick", action="store_true", help="a fifth of every time limit")
    asked = parser.parse_args()
    results: list[dict[str, Any]] = []
    for row in ROWS:
        if asked.only in row.name:
            results += measure(row, asked.quick)
            click.echo(f"measured: {row.name}", err=True)
    show(results)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "figures.json").write_text(json.dumps(results, indent=1) + "\n")
    (asked.out / "growth.svg").write_text(picture(results))


if __name__ == "__main__":
    main()
