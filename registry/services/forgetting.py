"""What of a person can be erased, what cannot, and the erasing itself: pseudonyms in tables, hashes in records.

The leaves of the log stay as they are: what they seal is known by its salted hash, and erasing drops value and salt
(`registry.log.erasing`). So every proof, receipt and checkpoint holds as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.api_tokens import ApiToken
from registry.domain.confidential import PERSON_NOTICES
from registry.domain.erasures import GONE, OPEN, Erasure, pseudonym, pseudonym_name
from registry.domain.notices import Notice
from registry.domain.requests import Request
from registry.domain.role_changes import RoleChange
from registry.domain.sign_ins import AccountState
from registry.domain.users import User
from registry.log import erasing
from registry.services import personal, sign_ins
from registry.services.personal import Names

SHOWN = 10  # of many places of a kind, so many are named
ELSEWHERE = (
    "backups, full packages and receipts that were made before keep what they have; whoever holds them destroys them",
    "attached files are not looked into",
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an erasure would do: how many cells and values of records go, and what stays and why."""

    cells: int
    values: int
    stays: tuple[str, ...]


def outlook(session: Session, user: User) -> Outlook:
    """What erasing this person's data would do; nothing is changed."""
    names = Names.of(user)
    found = list(personal.cells(session, names))
    said = list(personal.mentions(session, names, _about(session, user)))
    stays = []
    if indexes := [str(row.index) for row in said if row.is_clear]:
        stays.append(f"records of the log say it in their leaves, in clear or in words of others: {_first(indexes)}")
    if places := _in_filings(session, names):
        stays.append(f"filings name the person, as their party has filed them: {_first(places)}")
    if places := [*map(str, filter(_stays, found)), *_other_notices(session, names)]:
        stays.append(f"other texts mention the person: {_first(places)}")
    stays += ELSEWHERE
    going = sum(cell.is_of_persons for cell in found) + len(_notices(session, names))
    return Outlook(going, sum(len(row.sealed) for row in said), tuple(stays))


def forget(session: Session, user: User, uniquifier: str, subject: str, at: datetime) -> list[Base]:
    """Replace everything by which the person is known, close the account, and end its sessions.

    Returns the rows that have to be recorded anew: tokens that were revoked, and rows whose newest record names the person
    in its leaf.

    Parameters
    ----------
    uniquifier
        A fresh random token for the closed account.
    subject
        The keyed hash of the address, under which wrong attempts are counted.
    """
    names, told = Names.of(user), list(personal.mentions(session, Names.of(user), _about(session, user)))
    for mention in told:
        if mention.sealed:
            erasing.erase(session, mention.index, mention.sealed)
    gone = [cell for cell in personal.cells(session, names) if cell.is_of_persons]
    for cell in gone:
        _replace(session, cell, pseudonym(user.id))
    for notice in _notices(session, names):
        words = pseudonym(user.id), pseudonym_name(user.id)
        notice.heading, notice.text = (names.replaced(text, *words) for text in (notice.heading, notice.text))
    for request in personal.rows_with(session, Request, names):
        session.delete(request)
    session.execute(sa.update(RoleChange).where(RoleChange.user_id == user.id).values(reason=GONE))
    _close(session, user, uniquifier)
    sign_ins.forget_failures(session, subject)
    session.flush()
    session.expire_all()
    in_clear = {place for mention in told for place in mention.rows}
    places = sorted({(cell.table, cell.key) for cell in gone} & in_clear)
    return [*_revoked(session, user, at), *(_entity(session, *place) for place in places)]


def _revoked(session: Session, user: User, at: datetime) -> list[ApiToken]:
    """The tokens of the person that counted until now."""
    tokens = session.scalars(
        sa.select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    ).all()
    for token in tokens:
        token.revoked_at = at
    session.flush()
    return list(tokens)


def _notices(session: Session, names: Names) -> list[Notice]:
    """The notices in whose words people are named, and this one is."""
    return [row for row in personal.rows_with(session, Notice, names) if row.kind in PERSON_NOTICES]


def _entity(session: Session, table: str, key: tuple[Any, ...]) -> Base:
    [mapper] = (row for row in Base.registry.mappers if row.local_table is Base.metadata.tables[table])
    found: Base = session.get_one(mapper.class_, key)
    return found


def _close(session: Session, user: User, uniquifier: str) -> None:
    """An account without a name, a password, a second factor, a session or a role."""
    user.email, user.name, user.active, user.fs_uniquifier = (
        pseudonym(user.id),
        pseudonym_name(user.id),
        False,
        uniquifier,
    )
    user.password = user.tf_primary_method = user.tf_totp_secret = user.tf_phone_number = None
    user.us_totp_secrets = user.us_phone_number = user.mf_recovery_codes = None
    user.last_login_at = user.current_login_at = user.last_login_ip = user.current_login_ip = user.login_count = None
    user.roles = []
    sign_ins.end_sessions_of(session, user.id)
    session.execute(sa.delete(AccountState).where(AccountState.user_id == user.id))


def _replace(session: Session, cell: personal.Cell, value: str) -> None:
    table = Base.metadata.tables[cell.table]
    keys = zip(table.primary_key.columns, cell.key, strict=True)
    session.execute(sa.update(table).where(*(column == key for column, key in keys)).values({cell.column: value}))


def _about(session: Session, user: User) -> frozenset[str]:
    """The subjects of the records that are about the account, of which the reasons go too."""
    changes = session.scalars(sa.select(RoleChange.id).where(RoleChange.user_id == user.id))
    return frozenset({f"users/{user.id}", *(f"role_changes/{number}" for number in changes)})


def _stays(cell: personal.Cell) -> bool:
    return not cell.is_of_persons and cell.table != "revisions"


def _other_notices(session: Session, names: Names) -> list[str]:
    rows = personal.rows_with(session, Notice, names)
    return [f"notices {row.id}" for row in rows if row.kind not in PERSON_NOTICES]


def _in_filings(session: Session, names: Names) -> list[str]:
    return [f"{claim}, revision {number}, {path}" for claim, number, path in personal.contacts(session, names)]


def _first(places: Sequence[str]) -> str:
    """The first few places, and how many more there are."""
    more = f" (+{len(places) - SHOWN})" if len(places) > SHOWN else ""
    return "; ".join(places[:SHOWN]) + more


def waiting_for(session: Session, user_id: int) -> Erasure | None:
    """The erasure of this person's data that waits for a second administrator."""
    wanted = sa.select(Erasure).where(Erasure.user_id == user_id, Erasure.state == OPEN)
    return session.scalars(wanted).one_or_none()
