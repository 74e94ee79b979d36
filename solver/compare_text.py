"""A comparison of rules as tables for people and as CSV: one row a measure, one column a rule."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import chain

from rich.console import Console
from rich.table import Table

from solver.allocation import Allotment
from solver.compare import Comparison, Outcome
from solver.solution import in_points

# What makes a spreadsheet compute instead of show (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Value = str | int | float
Row = tuple[str, str, list[Value]]
"""Measure, whom or what it is about ('' for all), one value a rule."""

MEASURES: dict[str, Callable[[Outcome], Value]] = {
    "status": lambda outcome: outcome.solution.status,
    "claims served": lambda outcome: outcome.solution.fairness["claims_served"],
    "parties at zero": lambda outcome: outcome.solution.fairness["parties_at_zero"],
    "worst off": lambda outcome: outcome.solution.fairness["worst_off"],
    "gini": lambda outcome: outcome.solution.fairness["gini"],
    "envious pairs beyond one placement": lambda outcome: len(outcome.envious),
    "sum of points": lambda outcome: outcome.points,
    "price of fairness percent": lambda outcome: outcome.price_percent,
    "shortfall": lambda outcome: sum(int(row["missing"]) for row in outcome.solution.shortfalls),
    "km2 days": lambda outcome: outcome.km2_days,
}


def show(comparison: Comparison, console: Console) -> None:
    """Print the measures, the points of parties, the shares and the claims that change."""
    sections = (
        ("measures", _measures(comparison)),
        ("points of parties", _parties(comparison)),
        ("percent of all points", _shares(comparison)),
        ("claims that change", _changes(comparison)),
    )
    for title, rows in sections:
        table = Table(title=title, title_justify="left")
        table.add_column("")
        for rule in comparison.outcomes:
            table.add_column(rule, justify="left" if title == "claims that change" else "right")
        for measure, subject, values in rows:
            table.add_row(subject or measure, *map(str, values))
        if table.row_count:
            console.print(table)
    reference = "proved" if comparison.is_reference_proved else "not proved"
    console.print(f"largest sum of points known: {comparison.reference} ({reference})")


def csv_bytes(comparison: Comparison) -> bytes:
    """The whole comparison as CSV (RFC 4180, UTF-8); a text that a spreadsheet could compute gets an apostrophe first."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["measure", "of", *comparison.outcomes])
    rows = chain(_measures(comparison), _parties(comparison), _shares(comparison), _changes(comparison))
    writer.writerows([cell(measure), cell(subject), *map(cell, values)] for measure, subject, values in rows)
    return stream.getvalue().encode()


def cell(value: Value) -> str:
    """A value as CSV shows it; a text that a spreadsheet could compute gets an apostrophe first."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _measures(comparison: Comparison) -> Iterator[Row]:
    for name, measure in MEASURES.items():
        yield name, "", [measure(outcome) for outcome in comparison.outcomes.values()]


def _parties(comparison: Comparison) -> Iterator[Row]:
    for party in comparison.instance.credited_parties:
        yield "points", party, [in_points(o.solution.parties[party]) for o in comparison.outcomes.values()]


def _shares(comparison: Comparison) -> Iterator[Row]:
    outcomes = list(comparison.outcomes.values())
    for kind in ("coalition", "equity_group", "controller"):
        shares = [getattr(outcome, f"by_{kind}") for outcome in outcomes]
        for name in shares[0] if shares else ():
            label = f"{kind.replace('_', ' ')} {name or '(none named)'}"
            yield "percent of points", label, [share[name] for share in shares]


def _changes(comparison: Comparison) -> Iterator[Row]:
    for claim, rows in comparison.changes.items():
        yield "allotment", claim, [_allotment(rows[rule]) for rule in comparison.outcomes]


def _allotment(row: Allotment | None) -> str:
    return "unserved" if row is None else f"{row.placement} day {row.start}"
