"""Sessions and wrong attempts: what signing in leaves behind, without a record and without a name.

Addresses and tokens come as hashes (`registry.accounts`). An address is counted whether or not an account has it, so that
nobody learns from a wait who has one.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.domain import access
from registry.domain.access import LockRule
from registry.domain.sign_ins import AccountState, BrowserSession, CountedRequests, SignInFailures
from registry.domain.users import User


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many second factors were encrypted anew, and the addresses of those whose key none of the secrets opens."""

    done: int
    unopened: tuple[str, ...]


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_waiting(session: Session, subject: str, at: datetime, rule: LockRule = access.LOCK) -> bool:
    """Whether no attempt for this address counts now; others for it wait until this transaction ends."""
    row = _held(session, subject, at)
    if at - row.last_at > rule.forget_after:
        row.failures, row.locked_until = 0, None
    return rule.is_closed(row.failures) or (row.locked_until is not None and at < row.locked_until)


def note_failure(session: Session, subject: str, at: datetime, rule: LockRule = access.LOCK) -> int:
    """Count one more wrong attempt; the number of seconds that the address has to wait now."""
    row = _held(session, subject, at)
    row.failures, row.last_at = row.failures + 1, at
    wait = rule.wait_s(row.failures)
    row.locked_until = at + timedelta(seconds=wait) if wait else None
    session.flush()
    return wait


def forget_failures(session: Session, subject: str) -> None:
    """Begin to count anew: the person signed in, or got a new password."""
    session.execute(delete(SignInFailures).where(SignInFailures.subject == subject))


def reseal(session: Session, anew: Callable[[str], str | None]) -> Resealed:
    """Keep every second factor as `anew` gives it; one that it cannot open stays as it is.

    There is no record of it: nothing changes for the person, and how secrets are kept is not in the log.
    """
    done, unopened = 0, []
    for user in session.scalars(select(User).where(User.tf_totp_secret.is_not(None)).order_by(User.id)):
        kept = anew(user.tf_totp_secret or "")
        if kept is None:
            unopened.append(user.email)
        else:
            user.tf_totp_secret, done = kept, done + 1
    session.flush()
    return Resealed(done, tuple(unopened))


def begin_session(session: Session, user: User, token: str, at: datetime) -> BrowserSession:
    """Sign a person in under a fresh token."""
    begun = BrowserSession(token_sha256=hash_of(token), user_id=user.id, started_at=at)
    session.add(begun)
    session.flush()
    return begun


def find_session(session: Session, token: str, uniquifier: str) -> BrowserSession | None:
    """The session of this token, if it belongs to the open account with this uniquifier."""
    return session.scalars(
        select(BrowserSession)
        .join(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.token_sha256 == hash_of(token), User.fs_uniquifier == uniquifier, User.active.is_(True))
    ).one_or_none()


def renew_session(session: Session, former: str, token: str) -> None:
    """Let a session go on under another token; the former counts no more."""
    chosen = update(BrowserSession).where(BrowserSession.token_sha256 == hash_of(former))
    session.execute(chosen.values(token_sha256=hash_of(token)))


def begun_at(session: Session, user_id: int, since: datetime) -> list[datetime]:
    """When the sessions of a person began, of those that began after `since`, in order."""
    begun = BrowserSession.user_id == user_id, BrowserSession.started_at > since
    return list(session.scalars(select(BrowserSession.started_at).where(*begun).order_by(BrowserSession.started_at)))


def end_session(session: Session, token: str) -> None:
    """Sign out: the token counts no more, wherever it is."""
    session.execute(delete(BrowserSession).where(BrowserSession.token_sha256 == hash_of(token)))


def end_sessions_of(session: Session, user_id: int, but: str | None = None) -> int:
    """Sign a person out everywhere (but for the session of the token `but`); how many sessions ended."""
    chosen = delete(BrowserSession).where(BrowserSession.user_id == user_id)
    if but is not None:
        chosen = chosen.where(BrowserSession.token_sha256 != hash_of(but))
    gone = session.execute(chosen.returning(BrowserSession.token_sha256))
    return len(gone.all())


def tidy(session: Session, at: datetime, longest: timedelta) -> None:
    """Throw away what counts no more: sessions past the limit, old failures, windows that have ended."""
    session.execute(delete(BrowserSession).where(BrowserSession.started_at <= at - longest))
    session.execute(delete(SignInFailures).where(SignInFailures.last_at <= at - access.LOCK.forget_after))
    session.execute(delete(CountedRequests).where(CountedRequests.ends_at <= at))


def state_of(session: Session, user_id: int) -> AccountState:
    """What an account has used and has to do; made on first use."""
    found = session.get(AccountState, user_id)
    if found is None:
        found = AccountState(user_id=user_id, has_one_time_password=False)
        session.add(found)
    return found


def mark_password(session: Session, user_id: int, *, one_time: bool) -> None:
    """Note whether the person has to change the password that the account has now."""
    if one_time or has_one_time_password(session, user_id):
        state_of(session, user_id).has_one_time_password = one_time


def has_one_time_password(session: Session, user_id: int) -> bool:
    """Whether the person still has to change the password."""
    wanted = select(AccountState.has_one_time_password).where(AccountState.user_id == user_id)
    return bool(session.scalar(wanted))


def _held(session: Session, subject: str, at: datetime) -> SignInFailures:
    """The row of an address, locked until the end of the transaction; made where it is missing."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(SignInFailures).values(subject=subject, failures=0, last_at=at)
    session.execute(new.on_conflict_do_nothing(index_elements=["subject"]))
    return session.get_one(SignInFailures, subject, with_for_update=True, populate_existing=True)
