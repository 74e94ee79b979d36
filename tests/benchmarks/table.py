"""The figures as a table, one line a contender; goals of our own are shown with the word met or missed."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.rows import Row

COLUMNS = (
    "row",
    "contender",
    "value",
    "bound",
    "gap %",
    "to best %",
    "levels",
    "all",
    "build s",
    "seconds",
    "peak MB",
    "x ours",
    "goal",
)


def show(rows: Sequence[Row], results: Sequence[dict[str, Any]]) -> None:
    """Print the table."""
    table = Table()
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in ("row", "contender", "goal") else "right")
    by_name = {row.name: row for row in rows}
    for result in results:
        table.add_row(*cells(by_name[result["row"]], result))
    Console(width=160).print(table)


def cells(row: Row, result: dict[str, Any]) -> list[str]:
    """The texts of a line."""
    start = [row.name, result["contender"]]
    if "error" in result:
        return [*start, *[""] * (len(COLUMNS) - 3), result["error"]]
    proved_of = f"{result['levels_proved']}/{result['levels']}" if "levels" in result else ""
    numbers = [_number(result, name, form) for name, form in
               (("value", ".0f"), ("bound", ".0f"), ("gap_percent", ".2f"), ("best_gap_percent", ".2f"))]  # fmt: skip
    times = [_number(result, name, form) for name, form in
             (("build_s", ".2f"), ("seconds", ".1f"), ("peak_mb", ".0f"), ("times_ours", ".1f"))]  # fmt: skip
    proved = "proved" if result["complete"] else ""
    return [*start, *numbers, proved_of, proved, *times, "; ".join([*_goals(row, result), *_note(result)])]


def _number(result: dict[str, Any], name: str, form: str) -> str:
    return format(result[name], form) if result.get(name) is not None else ""


def _goals(row: Row, result: dict[str, Any]) -> list[str]:
    own = [goal for goal in row.goals if goal.contender == result["contender"]]
    return [f"{goal.text} {'met' if goal.is_met(result.get(goal.measure)) else 'MISSED'}" for goal in own]


def _note(result: dict[str, Any]) -> list[str]:
    return [result["note"]] if "note" in result else []
