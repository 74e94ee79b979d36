"""Writing the record of a change: the rows it made or changed, whole, so that the log alone can rebuild the register.

What is confidential is sealed in the leaf; the list of it is in `registry.domain.confidential`.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.confidential import claims_concerned, sealed_paths
from registry.domain.instants import utc_text
from registry.log import records

# Never written to the log: secrets, and what signing in changes by itself.
UNRECORDED = {
    "users": frozenset({
        "password", "fs_uniquifier", "tf_primary_method", "tf_totp_secret", "tf_phone_number", "us_totp_secrets",
        "us_phone_number", "mf_recovery_codes", "confirmed_at", "last_login_at", "current_login_at", "last_login_ip",
        "current_login_ip", "login_count",
    }),
    "note_texts": frozenset({"text", "salt_hex"}),
    "api_tokens": frozenset({"token_sha256", "last_used_on"}),
}  # fmt: skip


def record(
    session: Session, at: datetime, actor: Actor, act: str, subject: str, rows: Iterable[Base], **more: Any
) -> records.Record:
    """Flush, then append one record with the full content of `rows` by table, and `more` beside them."""
    session.flush()
    content = {**more, "rows": by_table(rows)}
    unpublished = _unpublished(session, claims_concerned(subject, content))
    sealed = sealed_paths(subject, actor.content(), content, unpublished)
    return records.append(session, at, actor, act, subject, content, sealed)


def _unpublished(session: Session, claims: Collection[str]) -> frozenset[str]:
    if not claims:
        return frozenset()
    return frozenset(session.scalars(select(Claim.id).where(Claim.id.in_(claims), Claim.published_at.is_(None))))


def by_table(rows: Iterable[Base]) -> dict[str, list[dict[str, Any]]]:
    """The cells of entities, as JSON values, in lists by table name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.__tablename__, []).append(cells(row))
    return found


def cells(row: Base) -> dict[str, Any]:
    """The cells of one entity that the log covers, as JSON values."""
    left_out = UNRECORDED.get(row.__tablename__, frozenset())
    columns = inspect(type(row)).column_attrs
    return {column.key: _json(getattr(row, column.key)) for column in columns if column.key not in left_out}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value
