"""Everything that the register holds about one person, as JSON values, for that person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.instants import utc_text
from registry.domain.requests import Request
from registry.domain.sign_ins import AccountState, BrowserSession
from registry.domain.users import User
from registry.log.records import Record
from registry.services import personal
from registry.services.personal import Names

FORMAT = "lunar-site-registry-personal-data/1"
_SECRETS = frozenset({"password", "fs_uniquifier", "tf_totp_secret", "us_totp_secrets", "mf_recovery_codes"})


def own_data(session: Session, user: User, at: datetime) -> dict[str, Any]:
    """The account, sign-ins, rows that name the person, records by and about them, and where filings name them.

    Secrets are told as being there or not. Columns that name somebody else are left out, and so are texts of notes.
    """
    names = Names.of(user)
    return {
        "format": FORMAT,
        "made_at": utc_text(at),
        "account": _account(session, user),
        "sign_ins": _sign_ins(session, user),
        "rows": list(_rows(session, names, user)),
        "records": list(_records(session, names, user)),
        "named_in_filings": [
            {"claim": claim, "revision": number, "field": path}
            for claim, number, path in personal.contacts(session, names)
        ],
        "kept_requests": [
            {"key": row.key, "operation": row.operation, "at": utc_text(row.at)}
            for row in session.scalars(sa.select(Request).where(Request.actor == user.email).order_by(Request.id))
        ],
    }


def _account(session: Session, user: User) -> dict[str, Any]:
    cells = {
        column.key: _plain(getattr(user, column.key)) for column in User.__table__.columns if column.key not in _SECRETS
    }
    state = session.get(AccountState, user.id)
    return {
        **cells,
        "roles": [role.name for role in user.roles],
        "has_password": user.password is not None,
        "has_one_time_password": bool(state and state.has_one_time_password),
        "has_second_factor": bool(user.tf_totp_secret),
        "recovery_codes_left": len(user.mf_recovery_codes or ()),
    }


def _sign_ins(session: Session, user: User) -> list[str]:
    chosen = sa.select(BrowserSession.started_at).where(BrowserSession.user_id == user.id)
    return [utc_text(at) for at in session.scalars(chosen.order_by(BrowserSession.started_at))]


def _rows(session: Session, names: Names, user: User) -> Iterator[dict[str, Any]]:
    """The rows of all tables that name the person, or are about the account."""
    found = {(cell.table, cell.key) for cell in personal.cells(session, names) if cell.table != "revisions"}
    for name in ("role_changes", "erasures"):
        about = Base.metadata.tables[name]
        found |= {(name, (key,)) for key in session.scalars(sa.select(about.c.id).where(about.c.user_id == user.id))}
    for table_name, key in sorted(found, key=lambda place: (place[0], tuple(map(str, place[1])))):
        table = Base.metadata.tables[table_name]
        where = (column == value for column, value in zip(table.primary_key.columns, key, strict=True))
        row = session.execute(sa.select(table).where(*where)).mappings().one()
        cells = {name: _plain(value) for name, value in row.items()}
        yield {"table": table_name, "row": personal.own_row(table_name, cells, names)}


def _records(session: Session, names: Names, user: User) -> Iterator[dict[str, Any]]:
    """The records by the person, about the account, or naming the person: which, when, what about."""
    indexes = [row.index for row in personal.mentions(session, names)]
    chosen = sa.or_(Record.index.in_(indexes), Record.subject == f"users/{user.id}")
    for record in session.scalars(sa.select(Record).where(chosen).order_by(Record.index)):
        by = "the person" if names.are_in(record.actor) else record.actor["role"]
        yield {
            "index": record.index,
            "at": utc_text(record.at),
            "act": record.act,
            "subject": record.subject,
            "by": by,
            "leaf_sha256": record.leaf_hash.hex(),
        }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else value
