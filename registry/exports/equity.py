"""Equity over time as tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.queries.equity import Concentration

Row = Sequence[Any]


def concentration(found: Concentration) -> Iterator[Row]:
    """The shares of every holder by the end of every round."""
    for row in found.shares:
        own = (row.own.claims, row.own.entries, row.own.km2_days)
        so_far = (row.so_far.claims, row.so_far.entries, row.so_far.km2_days)
        parts = (row.percent_of_entries, row.percent_of_km2_days)
        equal = found.equal_holders.get(row.by, {}).get(row.round)
        yield row.round, str(row.by), row.holder, *own, *so_far, *parts, equal, found.is_invented(row.round)
