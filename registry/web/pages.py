"""A long list, one page of it at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask_babel import gettext

from registry.web.errors import QueryError

SIZE = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """The rows of page `number` out of `count` pages; pages count from 1."""

    rows: Sequence[T]
    number: int
    count: int
    total: int

    @classmethod
    def of(cls, rows: Sequence[T], number: int) -> "Pages[T]":
        """Page `number` of the rows; QueryError where there is no such page."""
        count = max(1, -(-len(rows) // SIZE))
        if not 1 <= number <= count:
            raise QueryError(
                "page",
                gettext("there is no page %(number)s", number=number),
                gettext("Use a number from 1 to %(most)s.", most=count),
            )
        return cls(rows[(number - 1) * SIZE : number * SIZE], number, count, len(rows))
