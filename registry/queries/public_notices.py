"""What the agency has told everybody: notices to the UN Secretary-General and circulars to all parties."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.domain.confidential import PERSON_NOTICES
from registry.domain.notices import ALL_PARTIES, SECRETARY_GENERAL, Notice
from registry.domain.visibility import PUBLIC, hidden_claims, names_hidden


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice; `addressees` are all to whom the same words went at the same moment, `id` is the first one's."""

    id: int
    kind: str
    addressees: tuple[str, ...]
    subject: str
    heading: str
    text: str
    created_at: datetime


def list_public_notices(session: Session, most: int | None = None) -> tuple[PublicNotice, ...]:
    """The notices to everybody, the newest first; `most` rows of the outbox are looked at if named."""
    chosen = _chosen().order_by(Notice.created_at.desc(), Notice.id.desc())
    return _together(session, session.scalars(chosen if most is None else chosen.limit(most)))


def public_notice(session: Session, notice_id: int) -> PublicNotice | None:
    """The notice to everybody with this id, or None."""
    first = session.scalars(_chosen().where(Notice.id == notice_id)).one_or_none()
    if first is None:
        return None
    same = _chosen().where(Notice.subject == first.subject, Notice.kind == first.kind)
    rows = session.scalars(same.where(Notice.created_at == first.created_at).order_by(Notice.id.desc()))
    return next((row for row in _together(session, rows) if row.text == first.text), None)


def _chosen() -> Select[Notice]:
    """Notices to everybody, none about a claim that is not published and none that can name a person."""
    hidden = select("claims/" + hidden_claims(PUBLIC).subquery().c.id)
    return select(Notice).where(
        Notice.addressee.in_((SECRETARY_GENERAL, ALL_PARTIES)),
        Notice.kind.not_in(sorted(PERSON_NOTICES)),
        Notice.subject.not_in(hidden),
    )


def _together(session: Session, rows: Iterable[Notice]) -> tuple[PublicNotice, ...]:
    """One for the same words at the same moment; none with words that name a claim that is not published."""
    hidden = frozenset(session.scalars(hidden_claims(PUBLIC)))
    found: dict[tuple[str, str, datetime, str], PublicNotice] = {}
    for row in rows:
        if names_hidden([row.heading, row.text], hidden):
            continue
        key = (row.kind, row.subject, row.created_at, row.text)
        told = found.get(key)
        found[key] = (
            PublicNotice(row.id, row.kind, (row.addressee,), row.subject, row.heading, row.text, row.created_at)
            if told is None
            else replace(told, id=row.id, addressees=(row.addressee, *told.addressees))
        )
    return tuple(found.values())
