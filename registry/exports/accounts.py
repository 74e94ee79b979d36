"""Who could act in which role, from when to when: made from the log's records about accounts, without a name.

An account is told by its number, as the log tells it. A role counts while the account is open: closing ends it, and opening
again gives it anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.log.records import Record

_AT_ONCE = 500
_SUBJECT = "users/"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role of one account for a time; the ends are records, and None while it lasts."""

    account: int
    role: str
    party: str | None
    given_at: datetime
    given_by_record: int
    ended_at: datetime | None = None
    ended_by_record: int | None = None


@dataclass(slots=True)
class _Account:
    """What the records up to now say of an account."""

    roles: Sequence[str] = ()
    party: str | None = None
    active: bool = True

    def take_in(self, number: int, content: Mapping[str, Any]) -> None:
        self.roles = content.get("roles", self.roles)
        for row in content.get("rows", {}).get("users", ()):
            if row.get("id") == number:
                self.party, self.active = row["party_id"], row["active"]

    @property
    def held(self) -> list[tuple[str, str | None]]:
        return [(role, self.party) for role in sorted(self.roles)] if self.active else []


def held_roles(session: Session) -> Sequence[HeldRole]:
    """All roles of all accounts, by account and by the record that gave them."""
    chosen = select(Record).where(Record.subject.startswith(_SUBJECT)).order_by(Record.index)
    accounts: dict[int, _Account] = {}
    lasting: dict[tuple[int, str, str | None], HeldRole] = {}
    ended: list[HeldRole] = []
    for record in session.scalars(chosen.execution_options(yield_per=_AT_ONCE)):
        number = int(record.subject.removeprefix(_SUBJECT))
        account = accounts.setdefault(number, _Account())
        account.take_in(number, record.content)
        held = {(number, *role) for role in account.held}
        over = [key for key in lasting if key[0] == number and key not in held]
        ended += [replace(lasting.pop(key), ended_at=record.at, ended_by_record=record.index) for key in over]
        for key in held - lasting.keys():
            lasting[key] = HeldRole(*key, record.at, record.index)
    return sorted([*ended, *lasting.values()], key=lambda row: (row.account, row.given_by_record, row.role))


def table(roles: Sequence[HeldRole]) -> Iterator[Sequence[Any]]:
    """The rows of the table."""
    for row in roles:
        given = (row.given_at, row.given_by_record)
        yield row.account, row.role, row.party, *given, row.ended_at, row.ended_by_record
