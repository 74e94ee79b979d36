"""The tables as one workbook for office programs: an information sheet, then a sheet for each table, with no formula.

Texts stay texts whatever they begin with, numbers numbers, days and instants (UTC) dates. A cell that is longer than a
sheet can hold says so and names the file that has it whole, and so does a sheet with more rows than one can have.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from registry.exports.schemas import Kind
from registry.exports.tables import Table
from solver.io import canonical

LONGEST_TEXT = 32_767  # characters in a cell (Excel specifications and limits)
MOST_ROWS = 1_048_576
_LARGEST_WHOLE = 2**53  # beyond it the numbers of workbooks lose their last digits
_FIRST_DATE = date(1900, 3, 1)  # before it the calendar of workbooks is wrong by a day
_WIDTHS = {Kind.INSTANT: 20, Kind.DAY: 12, Kind.TEXT: 24}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(path: Path, tables: Sequence[Table], info: Iterable[tuple[str, str]], at: datetime) -> None:
    """Write the workbook, dated `at`; `info` are the lines of its first sheet, each a name and what it says."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties(
            {"title": "Lunar Site Registry: export", "created": at.astimezone(UTC).replace(tzinfo=None)}
        )
        formats = {
            "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
            Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.INSTANT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        _write_info(book.add_worksheet("info"), tables, info, formats)
        for table in tables:
            _write_table(book.add_worksheet(table.name), table, formats)


def _write_info(sheet: Any, tables: Sequence[Table], info: Iterable[tuple[str, str]], formats: Any) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    lines = [*info, ("", ""), *((table.name, f"{len(table.rows)} rows. {table.schema.says}") for table in tables)]
    for number, (name, says) in enumerate(lines):
        sheet.write_string(number, 0, name, formats["heading"])
        sheet.write_string(number, 1, says, formats["wrapped"])


def _write_table(sheet: Any, table: Table, formats: Any) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, max(_WIDTHS.get(column.kind, 10), len(column.name) + 2))
        sheet.write_string(0, place, column.name, formats["heading"])
    for number, row in enumerate(table.rows[: MOST_ROWS - 2], start=1):
        for place, value in enumerate(row):
            _write_cell(sheet, (number, place), value, formats, table.name)
    if len(table.rows) > MOST_ROWS - 2:
        sheet.write_string(MOST_ROWS - 1, 0, f"more rows than a sheet can have: see tables/{table.name}.csv")


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, formats: Any, table: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float) and abs(value) <= _LARGEST_WHOLE:
        sheet.write_number(*place, value)
    elif isinstance(value, date) and _day(value) >= _FIRST_DATE:
        kind = Kind.INSTANT if isinstance(value, datetime) else Kind.DAY
        sheet.write_datetime(*place, _naive(value), formats[kind])
    else:
        sheet.write_string(*place, _text(value, table))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _naive(value: date) -> date:
    """An instant as the workbook has it: UTC, without saying so in the cell."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _text(value: Any, table: str) -> str:
    text = canonical(value).decode() if isinstance(value, dict | list) else str(value)
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        return f"{len(text)} characters, more than a cell can hold: see tables/{table}.csv"
    return text
