"""One line of a list of work."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits; `what` is its code, `id` that of the thing."""

    what: str
    id: str
    name: str
    round: str
    since_at: datetime | None
    due_at: datetime | None = None
