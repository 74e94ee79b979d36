"""Tables as CSV: UTF-8, line feeds, RFC 4180 quoting, and no text that a spreadsheet would take for a formula."""

import csv
import io
from datetime import date, datetime
from typing import Any

from registry.domain.instants import utc_text
from registry.exports.tables import Table
from solver.io import canonical

# What makes a spreadsheet compute instead of show (OWASP, "CSV Injection"), full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(table: Table) -> bytes:
    """The table as a CSV file; numbers stay numbers, and a text that could be a formula gets an apostrophe first."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([cell(value) for value in row] for row in table.rows)
    return stream.getvalue().encode()


def cell(value: Any) -> str:
    """One cell as text: instants in UTC with Z, days as ISO dates, yes and no, objects as canonical JSON."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return canonical(value).decode()
    text = str(value)
    # One that begins with apostrophes before such a mark gets one more, so that taking the first off gives the text back.
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text
