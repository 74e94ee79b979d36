"""`registry audit`: whether what is stored, signed and kept elsewhere agrees."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, Reading, reads
from registry.commands.consistency import consistency, consistency_file
from registry.commands.dependencies import dependencies
from registry.commands.trust import read_note

if TYPE_CHECKING:
    from registry.audit.drawing import Drawn
    from registry.audit.report import Report
    from registry.audit.sampling import Comparison


@click.group("audit")
def group() -> None:
    """Checks for auditors; none of them changes anything."""


group.add_command(consistency)
group.add_command(consistency_file)
group.add_command(dependencies)


@group.command("verify")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint that was kept elsewhere: it shows a history rewritten or cut. May be given again.",
)
@reads()
def verify(reading: Reading, kept: Sequence[Path]) -> Answer:
    """Compare the database with the log: every leaf, node, cell and signature; exit code 1 if anything differs.

    Confidential values are shown to an auditor or a registrar (--as); to others it is said where they differ.
    """
    from registry.audit.verifying import verify

    report = verify(reading.session, {str(path): read_note(path).decode(errors="replace") for path in kept})
    if not (reading.viewer.sees_persons and reading.viewer.sees_unpublished):
        report.differences = [row.withheld() for row in report.differences]
    lines = [*map(str, report.differences), *report.summary()]
    return Answer(lines, _compared(report), failed=not report)


@group.command("sample")
@click.option("--seed", required=True, metavar="HEX", help="A public value that nobody knew before the checkpoint.")
@click.option("--size", type=click.IntRange(1), help="The first SIZE records, those of a checkpoint (default: all).")
@click.option("--limit", default="0.01", help="Risk limit: the chance to meet no altered record (default: 0.01).")
@click.option("--altered", default="0.01", help="Share of altered records to be met (default: 0.01).")
@click.option(
    "--receipts",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the receipts at hand, to compare.",
)
@reads()
def sample(reading: Reading, seed: str, size: int | None, limit: str, altered: str, folder: Path | None) -> Answer:
    """Draw the records to compare with the receipts of filers, by a public seed; or compare the receipts at hand.

    The sample is as large as the risk limit asks: if at least the share of records was altered, it meets one of them
    but for that chance.
    """
    from registry.audit.drawing import compared, draw

    drawn = draw(reading.session, _seed(seed), size, _share("--limit", limit), _share("--altered", altered))
    if folder is None:
        return Answer(_drawn(drawn), drawn)
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    comparison, faults = compared(reading.session, drawn, files)
    lines = [*_heading(drawn), *_outcome(comparison, faults)]
    data = {"sample": drawn, "comparison": comparison, "faults": faults}
    return Answer(lines, data, failed=bool(comparison.differ or faults))


def _compared(report: "Report") -> dict[str, Any]:
    return {
        "records": report.records,
        "root": report.root,
        "rows": report.rows,
        "cells": report.cells,
        "checkpoints": report.checkpoints,
        "cosignatures": report.cosignatures,
        "notes": report.notes,
        "not_covered": report.not_covered,
        "differences": [
            {
                name: _plain(getattr(row, name))
                for name in ("table", "row", "column", "recorded", "found", "what", "record")
            }
            for row in report.differences
        ],
    }


def _plain(value: Any) -> Any:
    """A value for JSON: what a driver gives beyond that is shown as text."""
    return value if value is None or isinstance(value, str | int | float | dict | list) else str(value)


def _seed(text: str) -> bytes:
    try:
        seed = bytes.fromhex(text)
    except ValueError as error:
        raise click.BadParameter(
            "write whole bytes in hex, for example the value of a pulse", param_hint="--seed"
        ) from error
    if len(seed) < 16:
        raise click.BadParameter(f"it has {len(seed)} bytes; a public value has 16 or more", param_hint="--seed")
    return seed


def _share(option: str, text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter("write a share, for example 0.01 or 1/100", param_hint=option) from error
    if not 0 < share < 1:
        raise click.BadParameter(f"{text} is not between 0 and 1", param_hint=option)
    return share


def _heading(drawn: "Drawn") -> list[str]:
    return [
        f"sample of {len(drawn.records)} of {drawn.size} records with root {drawn.root}, seed {drawn.seed}",
        f"if {drawn.altered_records} of them were altered, it meets none with a chance of {drawn.chance_of_none:.4%}",
    ]


def _drawn(drawn: "Drawn") -> list[str]:
    return [*_heading(drawn), *(f"{row.index}  {row.at}  {row.act}  {row.subject}" for row in drawn.records)]


def _outcome(comparison: "Comparison", faults: Mapping[str, str]) -> list[str]:
    return [
        *(f"{name}: no receipt to be believed: {fault}" for name, fault in faults.items()),
        *(f"record {index}: {what}" for index, what in comparison.differ.items()),
        *(f"record {index}: no receipt at hand" for index in comparison.missing),
        f"{len(comparison.agree)} agree, {len(comparison.differ)} differ, {len(comparison.missing)} without a receipt",
    ]
