"""Long lists by keys: a page holds what follows the id named in `after`, so that what is filed meanwhile moves nothing."""

import bisect
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from registry.web.api.answers import answer

M = TypeVar("M", bound=BaseModel)
MOST, USUAL = 1000, 100


class Asked(BaseModel):
    """Parameters of an address; one that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class Paging(Asked):
    """Which part of a list is asked for."""

    limit: int = Field(default=USUAL, ge=1, le=MOST, description="How many items at most")
    after: str | None = Field(default=None, max_length=200, description="Only items after the one with this id")


class Page(BaseModel, Generic[M]):
    """A part of a list in the order of ids."""

    items: list[M] = Field(description="The items")
    total: int = Field(ge=0, description="How many items fit the filters, on all pages")
    next: str | None = Field(description="Address of the page that follows; null on the last one")


def page(model: type[M], rows: Sequence[Any], asked: Paging, key: Callable[[Any], str]) -> Response:
    """The page asked for of rows in any order."""
    ordered = sorted(rows, key=key)
    shown, more = part(ordered, asked, key)
    following = next_address(key(shown[-1])) if more else None
    items = [model.model_validate(row, from_attributes=True) for row in shown]
    made = Page[model](items=items, total=len(ordered), next=following)  # type: ignore[valid-type]  # pydantic makes the class
    return answer(made, links=[("next", following)] if following else [])


def part(ordered: Sequence[Any], asked: Paging, key: Callable[[Any], str]) -> tuple[Sequence[Any], bool]:
    """The rows asked for, of rows in the order of their keys, and whether others follow."""
    first = 0 if asked.after is None else bisect.bisect_right(ordered, asked.after, key=key)
    return ordered[first : first + asked.limit], len(ordered) > first + asked.limit


def next_address(after: str) -> str:
    """The address of this request for what follows an id."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return f"{request.base_url}?{urlencode([*kept, ('after', after)])}"
