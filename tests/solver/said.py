"""What verification says of each planted error, whole and word for word: `said.json`, by table and name of the error.

Read over when it was written; a message that changes on purpose is changed there by hand.
"""

import json
from functools import cache
from pathlib import Path


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return found


def said(table: str, name: str) -> tuple[str, ...]:
    """All problems of an error planted, in order."""
    return tuple(_tables()[table][name])
