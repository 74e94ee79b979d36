"""What a command answers: lines for a person, or one line of JSON for a program."""

import json
import sys
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: lines for a person, and the data for --json; `failed` where it found what must not be."""

    lines: str | Sequence[str]
    data: Any = None
    failed: bool = False


def finished(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values, without anything that needs the session."""
    lines = [answer.lines] if isinstance(answer.lines, str) else list(answer.lines)
    return {"lines": lines, "result": plain(answer.data)} | ({"failed": True} if answer.failed else {})


def show(told: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a finished answer; one that tells of a failure ends the command with that code."""
    failed = told.get("failed", False)
    if as_json:
        proof = {"records": told["records"]} if told.get("records") else {}
        click.echo(json.dumps({"ok": not failed, "result": told["result"], **proof}, ensure_ascii=False))
    else:
        for line in (*told["lines"], *_receipts(told.get("records", ()))):
            click.echo(line)
    if failed:
        sys.exit(1)


def _receipts(made: Sequence[int]) -> list[str]:
    """Where the receipts of a step are."""
    if not made:
        return []
    which = f"record {made[0]}" if len(made) == 1 else f"records {made[0]} to {made[-1]}"
    return [f"{which} in the log; receipt: registry receipt show {made[0]}"]


def plain(value: Any) -> Any:
    """A value as JSON knows it: entities by their recorded cells, dataclasses by their fields, instants as text."""
    if isinstance(value, datetime | date):
        return _instant(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {row.name: plain(getattr(value, row.name)) for row in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence | Set) and not isinstance(value, str | bytes):
        rows = [plain(item) for item in value]
        return sorted(rows) if isinstance(value, Set) else rows
    if isinstance(value, Path):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else _cells(value)


def _instant(value: datetime | date) -> str:
    from registry.domain.instants import utc_text

    return utc_text(value) if isinstance(value, datetime) else value.isoformat()


def _cells(entity: Any) -> Any:
    from registry.services.recording import cells

    return plain(cells(entity))
