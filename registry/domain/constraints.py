"""Helpers for named database constraints."""

from collections.abc import Iterable

import sqlalchemy as sa


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """A constraint named `<column>_known`: the column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def not_empty(column: str) -> sa.CheckConstraint:
    """A constraint named `<column>_not_empty`: the text has something to read."""
    return sa.CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_empty")
