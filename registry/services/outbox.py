"""The outbox: notices to the UN Secretary-General and the parties, written with the step they tell of.

A notice is posted in the transaction of its step and stands in the record of that step. Sending is outside: what came of
it is noted here, each attempt with a record.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.notices import CREDITED, Notice, NoticeState, NoticeTemplate, filled
from registry.services.acting import get, require_role
from registry.services.errors import ConflictError, NotFoundError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record

SENDERS = ("registrar", "administrator", SYSTEM_ROLE)


def post(
    session: Session,
    kind: str,
    subject: str,
    fields: Mapping[str, object],
    at: datetime,
    credited: Iterable[str] = (),
) -> list[Notice]:
    """Queue the notices of one kind about `subject`, to the addressees that its template names.

    Parameters
    ----------
    credited
        The parties that `credited-parties` stands for.
    """
    template = session.get(NoticeTemplate, kind)
    if template is None:
        raise ConflictError(f"there is no template for notices of the kind {kind}; load notice_templates.json")
    posted = [
        Notice(
            kind=kind,
            addressee=addressee,
            subject=subject,
            heading=filled(template.heading, fields),
            text=filled(template.text, fields),
            created_at=at,
            state=NoticeState.QUEUED,
            attempts=0,
            failure="",
        )
        for addressee in _addressees(template, credited)
    ]
    session.add_all(posted)
    return posted


def _addressees(template: NoticeTemplate, credited: Iterable[str]) -> Iterable[str]:
    for word in template.addressees.split():
        if word == CREDITED:
            yield from (f"party/{party}" for party in sorted(credited))
        else:
            yield word


def mark_sent(session: Session, notice_id: int, actor: Actor, at: datetime) -> Notice:
    """Note that a notice was delivered."""
    notice = _undelivered(session, notice_id, actor, at)
    notice.state, notice.sent_at, notice.failure = NoticeState.SENT, at, ""
    record(session, at, actor, "notice-sent", f"notices/{notice_id}", [notice])
    return notice


def mark_failed(session: Session, notice_id: int, reason: str, actor: Actor, at: datetime) -> Notice:
    """Note that an attempt to deliver a notice failed; it can be tried again."""
    if not reason.strip():
        raise ValidationError(["reason: it is empty; say why the delivery failed"])
    notice = _undelivered(session, notice_id, actor, at)
    notice.state, notice.failure = NoticeState.FAILED, reason
    record(session, at, actor, "notice-failed", f"notices/{notice_id}", [notice])
    return notice


def _undelivered(session: Session, notice_id: int, actor: Actor, at: datetime) -> Notice:
    """The notice, with one more attempt counted."""
    require_role(actor, *SENDERS)
    try:
        notice = get(session, Notice, notice_id, "notice")
    except NotFoundError as error:
        raise NotFoundError(f"{error} with: registry notice list") from error
    check_at(session, f"notices/{notice_id}", at)
    if at < notice.created_at:
        raise ConflictError(f"at: notice {notice_id} was not written yet; give a later instant")
    if notice.state == NoticeState.SENT:
        raise ConflictError(f"notice {notice_id} was delivered already; there is nothing left to do")
    notice.attempts += 1
    notice.last_attempt_at = at
    return notice
