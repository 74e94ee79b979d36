"""A study for people: a table on the terminal, and a summary in Markdown fit to stand beside a proposal."""

from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from solver.incentives.report import CAVEAT, others_lose, points, summary
from solver.incentives.study import Finding, Study

SHOWN = 15
WORDS = {
    "dropped": "a claim dropped",
    "truncated": "only the first choices of a claim filed",
    "twin": "a claim filed twice, the second 10 m aside",
    "split by credit": "a joint claim filed as one claim for each partner",
    "split by days": "a long stay filed as two claims",
    "lent": "credit lent to an ally",
    "partner": "a partner taken in",
    "without agreement": "an agreement refused",
}


def show(study: Study, console: Console) -> None:
    """Print what was tried, what would have gained most, and what is not decided."""
    console.print(Text(_heading(study)), soft_wrap=True)
    if not study.findings:
        console.print(Text(_nothing(study)), soft_wrap=True)
        return
    console.print(_by_kind(study))
    gaining = sorted((f for f in study.findings if f.is_gain or f.is_joint_gain), key=_order)
    if gaining:
        console.print(_gains(gaining[:SHOWN]))
    if len(gaining) > SHOWN:
        console.print(Text(f"and {len(gaining) - SHOWN} more (--json and --csv have all)"))
    for line in _ends(study):
        console.print(Text(line), soft_wrap=True)


def _order(finding: Finding) -> tuple[Any, ...]:
    return (-(finding.gain or 0), -(finding.with_ally or 0), finding.variant.party, finding.variant.claim)


def _heading(study: Study) -> str:
    rule = study.instance.policy.rule
    who = "1 party" if len(study.parties) == 1 else f"{len(study.parties)} parties"
    return f"{study.instance.id} under {rule}, seed {study.seed}: what {who} could have filed instead"


def _nothing(study: Study) -> str:
    if study.truth.status != "OPTIMAL":
        return "The run of the instance itself was cut short, so nothing can be compared; give it more time."
    return "No party looked at has a claim that it could have filed otherwise."


def _by_kind(study: Study) -> Table:
    table = _table("what was tried")
    names = ("", "tried", "solved", "reasoned", "open", "gains", "by luck", "largest", "with ally")
    for name in names:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    told = summary(study)
    for kind, row in [*told["by_kind"].items(), ("all", told["all"])]:
        if row["variants"]:
            table.add_row(kind, *map(str, _cells(row)))
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["variants"],
        row["solved"],
        row["unchanged"] + row["no_gain_possible"],
        row["not_decided"] + row["not_begun"],
        row["gains"],
        row["gains_from_the_tie_break_alone"],
        row["largest_gain"],
        row["largest_gain_with_ally"],
    ]


def _gains(gaining: list[Finding]) -> Table:
    table = Table(
        title="largest gains, in points by the true values",
        title_justify="left",
        box=SIMPLE,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for name in ("party", "change", "gain", "with ally", "others lose", "from", "other draws"):
        table.add_column(name, justify="left" if name in ("party", "change", "from") else "right")
    for finding in gaining:
        variant, average = finding.variant, finding.average
        mean = "" if average is None else f"mean {points(average.mean)}"
        texts = (
            variant.party,
            f"{variant.claim} {variant.kind} {variant.detail}".strip(),
            str(points(finding.gain)),
            "" if finding.with_ally is None else str(points(finding.with_ally)),
            str(points(others_lose(finding))),
            finding.cause or "",
            mean,
        )
        # Names come from strangers' files: no markup of theirs is obeyed.
        table.add_row(*(Text(text) for text in texts))
    return table


def _ends(study: Study) -> Iterator[str]:
    counts = summary(study)["all"]
    if not study.is_whole:
        yield f"Ended before all was tried: {counts['not_begun']} variants were not begun."
    if counts["not_decided"]:
        yield f"{counts['not_decided']} runs were cut short: of these only bounds are told (--json)."
    yield CAVEAT


def markdown(study: Study) -> str:
    """The summary for publication: what was tried, what came of it, and what it does not say. No party is named."""
    return "\n".join(_markdown(study)) + "\n"


def _markdown(study: Study) -> Iterator[str]:
    told = summary(study)
    counts = told["all"]
    yield f"# Incentives in {study.instance.id}"
    yield ""
    yield f"{CAVEAT} No party is named."
    yield ""
    yield f"- Instance `{study.instance.sha256}`, rule {study.instance.policy.rule}, seed `{study.seed}`."
    if not study.findings:
        yield f"- {_nothing(study)}"
        return
    yield from _told(counts, told["parties_looked_at"], told["allies_of_each"])
    yield ""
    yield "| change | variants | decided | gains | from the tie-break alone | largest gain | largest with ally |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for kind, row in told["by_kind"].items():
        if row["variants"]:
            decided = row["variants"] - row["not_decided"] - row["not_begun"]
            cells = [WORDS[kind], row["variants"], decided, row["gains"], row["gains_from_the_tie_break_alone"]]
            cells += [row["largest_gain"], row["largest_gain_with_ally"]]
            yield "| " + " | ".join(map(str, cells)) + " |"
    yield ""
    yield (
        "Gains are in points by the values truly filed; a twin or a lent claim counts for the party that filed the wish, "
        "once. A gain from the tie-break alone is no larger than luck in the draw could have given to the true filing."
    )


def _told(counts: dict[str, Any], parties: int, allies: int) -> Iterator[str]:
    open_ones = counts["not_decided"] + counts["not_begun"]
    yield (
        f"- Tried: {counts['variants']} other filings of {parties} parties, with at most {allies} "
        f"{'ally' if allies == 1 else 'allies'} each; {counts['variants'] - open_ones} decided, {open_ones} not."
    )
    if not counts["gains"]:
        yield "- None of those decided would have gained the party that filed it anything."
        return
    yield (
        f"- {counts['gains']} would have gained something, for {counts['parties_that_could_have_gained']} of the parties; "
        f"{counts['gains_from_the_tie_break_alone']} of them by the tie-break alone."
    )
    yield (
        f"- The largest gain of a party is {counts['largest_gain']} points, of a party with its ally "
        f"{counts['largest_gain_with_ally']}; by a gain others lose at most {counts['most_that_others_lose_by_a_gain']}."
    )
