"""The table: one row a claim, what it asks and, with a solution, what it got."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from rich.console import Console
from rich.table import Table
from rich.text import Text

from solver.distribution import Distribution
from solver.fields import Fault, InputError
from solver.instance import Claim, Instance
from solver.solution import Allotted, Solution, in_points

PLAIN_WIDTH = 150  # where output is no terminal


@dataclass(frozen=True, slots=True)
class Row:
    """One claim as text; `gets`, `from_to` and `points` are empty without a solution."""

    claim: str
    credit: str
    placements: str
    windows: str
    gets: str = ""
    from_to: str = ""
    points: str = ""


def check_answers(instance: Instance, solution: Solution | None) -> None:
    """Refuse a solution of another instance."""
    if solution is not None and solution.instance_sha256 != instance.sha256:
        raise InputError([Fault("solution", "it answers another instance", "give the file that it was solved from")])


def check_drawn(solution: Solution | None) -> None:
    """Refuse a picture of a lottery that is not drawn yet: it has no allocation to show."""
    if solution is not None and solution.distribution is not None and solution.distribution.draw is None:
        raise InputError(
            [Fault("--svg", "the lottery was not drawn, so there is nothing to draw on a map", "solver draw first")]
        )


def rows(instance: Instance, solution: Solution | None) -> list[Row]:
    """One row a claim, by claim id."""
    got = {row.claim: row for row in solution.allotments} if solution else {}
    by_id = sorted(instance.claims, key=lambda claim: claim.id)
    return [_row(instance, claim, got.get(claim.id), solution) for claim in by_id]


def _row(instance: Instance, claim: Claim, got: Allotted | None, solution: Solution | None) -> Row:
    credit = ", ".join(f"{party} {share}" if share < 100 else party for party, share in sorted(claim.credit.items()))
    points = sorted({placement.points for placement in claim.placements}, reverse=True)
    span = f"{points[0]}..{points[-1]}" if len(points) > 1 else f"{points[0]}"
    first = min(placement.first_start for placement in claim.placements)
    last = max(placement.last_start for placement in claim.placements)
    asked = Row(claim.id, credit, f"{len(claim.placements)} for {span} points", f"day {first}..{last}")
    if solution is None:
        return asked
    if solution.distribution is not None and solution.distribution.draw is None:
        return replace(asked, gets=chance_in_words(solution.distribution.chances.get(claim.id, Fraction(0))))
    if got is None:
        return Row(asked.claim, asked.credit, asked.placements, asked.windows, "not served", _why_not(claim, solution))
    placement = instance.placement_by_id[got.placement]
    days = f"{day(instance, got.start)} to {day(instance, got.start + placement.end)}"
    gets = f"{got.placement} (in force)" if claim.in_force else got.placement
    return Row(asked.claim, asked.credit, asked.placements, asked.windows, gets, days, str(placement.points))


def chance_in_words(chance: Fraction) -> str:
    """The chance of a claim to be served."""
    if chance in (0, 1):
        return "for certain" if chance else "not in any outcome"
    return f"chance {chance} ({float(100 * chance):.1f} %)"


def _why_not(claim: Claim, solution: Solution) -> str:
    reasons: list[dict[str, list[str]]] = next((r["reasons"] for r in solution.unserved if r["claim"] == claim.id), [])
    by = sorted({str(name) for reason in reasons for name in reason["by"]})
    return f"blocked by {', '.join(by[:3])}{f' and {len(by) - 3} more' if len(by) > 3 else ''}" if by else ""


def day(instance: Instance, number: int) -> str:
    """The date of a day, or the day itself where no calendar reaches."""
    try:
        return (date.fromisoformat(instance.epoch) + timedelta(days=number)).isoformat()
    except OverflowError:
        return f"day {number}"


def print_table(instance: Instance, solution: Solution | None) -> None:
    """Print the rows, and the sums under them."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    names = ["claim", "credit", "placements", "windows"] + (["gets", "from .. to", "points"] if solution else [])
    table = Table(title=Text(_heading(instance, solution)))
    for name in names:
        table.add_column(name, justify="right" if name == "points" else "left")
    for row in rows(instance, solution):
        cells = [row.claim, row.credit, row.placements, row.windows, row.gets, row.from_to, row.points]
        # Names come from strangers' files: no markup of theirs is obeyed.
        table.add_row(*(Text(cell) for cell in cells[: len(names)]))
    console.print(table)
    for line in _sums(instance, solution):
        console.print(Text(line))


def _heading(instance: Instance, solution: Solution | None) -> str:
    answer = f": {solution.status}, {solution.rule}, seed {solution.seed}" if solution else ""
    return f"{instance.id}{answer}"


def _sums(instance: Instance, solution: Solution | None) -> Iterator[str]:
    counts = [f"{len(instance.claims)} claims of {len(instance.credited_parties)} parties"]
    counts += [f"{len(instance.placement_by_id)} placements", f"{instance.horizon_days} days from {instance.epoch}"]
    for name in ("holds", "agreements", "caps", "reserves"):
        count = len(getattr(instance, name))
        counts += [f"{count} {name}"] if count else []
    yield "; ".join(counts)
    if solution and solution.distribution is not None:
        yield from _of_lottery(solution.distribution)
    if solution and solution.leximin:
        served = f"{len(solution.allotments)} served, {len(solution.unserved)} not"
        yield f"{served}; points of parties, worst-off first: {_points(solution.leximin)}"
        yield from _ways(instance, solution)
        yield from _moves(solution)


def _of_lottery(lottery: Distribution) -> Iterator[str]:
    """Each outcome with its probability, what parties can expect where it depends on the draw, and the draw."""
    for number, outcome in enumerate(lottery.outcomes, start=1):
        by_chance = [row.placement for row in outcome.allotments if lottery.chances.get(row.claim) != 1]
        rest = f": with {', '.join(by_chance)}" if by_chance else ""
        yield f"outcome {number}, probability {outcome.probability}{rest}"
    for party, mean in lottery.expected.items():
        points = sorted({outcome.answer.parties.get(party, 0) for outcome in lottery.outcomes})
        if len(points) > 1:
            texts = " or ".join(str(in_points(value)) for value in points)
            yield f"{party}: {texts} points, expected {mean / 100} ({float(mean / 100):.2f})"
    if lottery.draw is None:
        yield "not drawn yet: solver draw picks one outcome by a public value"
    else:
        yield f"drawn with the value {lottery.draw.value.hex()}: outcome {lottery.draw.outcome}"


def _ways(instance: Instance, solution: Solution) -> Iterator[str]:
    """The paths of the access points, a line each."""
    for way in solution.access or ():
        steps, cell_m = len(way.path) - 1, instance.access.cell_m if instance.access else 0
        yield f"way of {way.point}: tightest on {day(instance, way.day)}, {steps} steps of {cell_m} m"


def _moves(solution: Solution) -> Iterator[str]:
    """The entries in force that were moved, a line each."""
    for row in solution.moves or ():
        places = [f"{row[end]['placement']} on day {row[end]['start']}" for end in ("from", "to")]
        reason = row.get("reason")
        why = f"; {reason['stage']}: {reason['value']}, without {reason['without']}" if reason else ""
        who = f"; {', '.join(reason['gain'])} gains" if reason and reason["gain"] else ""
        yield f"entry of {row['claim']} moved from {places[0]} to {places[1]}: {row['metres']} m, {row['days']} days{why}{who}"


def _points(leximin: tuple[int, ...]) -> str:
    texts = [str(in_points(value)) for value in leximin]
    return " ".join(texts if len(texts) <= 24 else [*texts[:12], "...", *texts[-4:]])
