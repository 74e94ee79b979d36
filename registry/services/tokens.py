"""Tokens for programs: made by the person they act for, revoked by that person, and over at once when the account changes.

Closing an account, a new password and the removal of a second factor revoke all tokens of the person: whoever does one of
these no longer trusts what was given out before. Whether a token counts is asked anew at every request.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.api_tokens import ApiToken
from registry.domain.users import User
from registry.log import records
from registry.services.acting import require_role
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.instants import refuse_naive
from registry.services.recording import record


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a token is for, what it may do, and for how many days."""

    name: str
    scopes: Sequence[str]
    days: int


def digest(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make(
    session: Session,
    email: str,
    wanted: Wanted,
    secret: str,
    actor: Actor,
    at: datetime,
    *,
    most_days: int = 365,
) -> ApiToken:
    """Let programs act for the person who has this address, with these scopes, for so many days.

    Parameters
    ----------
    secret
        `rules.MARK` and 256 random bits, made by the caller, who shows it once; never recorded.
    """
    require_role(actor, "delegate", "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = _person(session, email, actor)
    held = [role.name for role in user.roles]
    wrong = list(rules.faults(wanted.name, wanted.scopes, wanted.days, most_days, held))
    if wrong:
        raise ValidationError(wrong)
    if sum(token.counts_at(at) for token in of_user(session, user.id)) >= rules.MOST_TOKENS:
        raise ConflictError(f"{rules.MOST_TOKENS} tokens count already; revoke one that is not needed any more")
    token = ApiToken(
        user=user,
        party_id=user.party_id,
        name=wanted.name.strip(),
        prefix=secret[: rules.SHOWN],
        token_sha256=digest(secret),
        scopes=sorted(set(wanted.scopes)),
        made_at=at,
        expires_at=at + timedelta(days=wanted.days),
    )
    session.add(token)
    record(session, at, actor, "user-token-made", f"users/{user.id}", [token])
    return token


def revoke(session: Session, email: str, token_id: int, actor: Actor, at: datetime) -> ApiToken:
    """End one token of the person who has this address, at once."""
    require_role(actor, "delegate", "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = _person(session, email, actor)
    token = session.scalars(select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user.id)).one_or_none()
    if token is None:
        raise NotFoundError(f"there is no token {token_id}; check the id")
    if token.revoked_at is not None:
        raise ConflictError(f"the token {token.prefix} is revoked already")
    token.revoked_at = at
    record(session, at, actor, "user-token-revoked", f"users/{user.id}", [token])
    return token


def revoke_all(session: Session, user_id: int, at: datetime) -> list[ApiToken]:
    """End every token of a person; the caller records them with the change of the account that called for it."""
    ended = [token for token in of_user(session, user_id) if token.revoked_at is None]
    for token in ended:
        token.revoked_at = at
    return ended


def of_user(session: Session, user_id: int) -> Sequence[ApiToken]:
    """The tokens of a person, the newest first, those that count no more included."""
    return session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())).all()


def of_person(session: Session, email: str, actor: Actor) -> Sequence[ApiToken]:
    """The tokens of the person who has this address, for that person and the program itself."""
    require_role(actor, "delegate", "registrar", SYSTEM_ROLE)
    return of_user(session, _person(session, email, actor).id)


def find(session: Session, secret: str, at: datetime) -> ApiToken | None:
    """The token, if it counts at `at`: neither revoked nor over, its account open, and still speaking for the same party."""
    wanted = select(ApiToken).join(User, User.id == ApiToken.user_id)
    found = session.scalars(wanted.where(ApiToken.token_sha256 == digest(secret), User.active.is_(True))).one_or_none()
    if found is None or not found.counts_at(at) or found.party_id != found.user.party_id:
        return None
    return found


def note_use(session: Session, token_id: int, at: datetime) -> None:
    """Keep the day on which a token was used last."""
    session.get_one(ApiToken, token_id).last_used_on = at.date()
    session.flush()


def _person(session: Session, email: str, actor: Actor) -> User:
    """The person whose tokens these are: the actor, or for the program itself anybody with an open account."""
    records.lock(session)
    user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    if actor.role != SYSTEM_ROLE and (user is None or actor.name != user.email):
        raise NotAllowedError("tokens are made and revoked by the person they act for; sign in as that person")
    if user is None:
        raise NotFoundError(f"there is no user {email}; list them with: registry user list")
    if not user.active:
        raise ConflictError(f"the account of {user.email} is closed; open it first")
    return user
