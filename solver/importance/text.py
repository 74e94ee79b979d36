"""The study of importance for people: a table of claims and a table of places."""

from fractions import Fraction

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from solver.importance.report import costs, number
from solver.importance.study import SOLVED, ClaimImportance, Importance, Unit
from solver.incentives.report import points

SHOWN = 15


def show(found: Importance, console: Console) -> None:
    """Print the claims that cost others most, granted or refused, and the places by what one more unit would give."""
    rule = found.instance.policy.rule
    console.print(Text(f"{found.instance.id} under {rule}, seed {found.seed}: importance, in points"), soft_wrap=True)
    rows = sorted(found.claims, key=lambda row: (-_most(found, row), row.claim))
    console.print(_claims(found, rows[:SHOWN]))
    if len(rows) > SHOWN:
        console.print(Text(f"and {len(rows) - SHOWN} claims more (--json and --csv have all)"))
    console.print(_places(found))
    open_ones = [row for row in found.claims if row.decided not in (SOLVED, "impossible")]
    if open_ones or any(row.open for row in found.places):
        text = (
            f"Not decided: {len(open_ones)} claims, and problems of {sum(bool(p.open) for p in found.places)} places."
        )
        console.print(Text(text), soft_wrap=True)


def _most(found: Importance, row: ClaimImportance) -> Fraction:
    return max(costs(found, row) or (Fraction(-1),))


def _claims(found: Importance, rows: list[ClaimImportance]) -> Table:
    table = _table("claims", ("claim", "state", "first stage that differs"), ("granting", "refusing", "sum"))
    for row in rows:
        known = costs(found, row)
        stage = row.verdict.stage if row.verdict and row.verdict.stage else ""
        if known is None:
            table.add_row(Text(row.claim), row.state, row.decided, "", "", "")
        else:
            values = (known[0], known[1], row.points)
            table.add_row(Text(row.claim), row.state, Text(stage), *(str(points(value)) for value in values))
    table.caption = "granting, refusing: what it costs the others; sum: of points, granted less refused"
    return table


def _places(found: Importance) -> Table:
    right = ("claims", "asked", "allotted", "one more", "one less", "km2 days more", "less")
    table = _table("places", ("place",), right)
    for row in found.places:
        values = (row.claims, row.asked_points, number(row.allotted_points), _points(row.more), _points(row.less))
        table.add_row(Text(row.place.name), *map(str, values), _km2_days(row.more), _km2_days(row.less))
    table.caption = "points; one more, one less: what one further unit of room would give, and losing one would cost"
    return table


def _table(title: str, left: tuple[str, ...], right: tuple[str, ...]) -> Table:
    table = Table(
        title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), pad_edge=False, caption_justify="left"
    )
    for name in left:
        table.add_column(name)
    for name in right:
        table.add_column(name, justify="right")
    return table


def _points(unit: Unit | None) -> str:
    return "" if unit is None else str(points(unit.points))


def _km2_days(unit: Unit | None) -> str:
    return "" if unit is None else str(number(unit.km2_days))
