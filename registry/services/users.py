"""Users: added with roles; the record names the person, roles and party, never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import ROLES, SYSTEM_ROLE, Actor
from registry.domain.parties import Party
from registry.domain.users import PARTY_ROLES, Role, User
from registry.log import records
from registry.services.acting import require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import refuse_naive
from registry.services.recording import record

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the two angle brackets
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """The digest of a password as the sign-in of the web package makes it (None until the person sets one), and the
    random token that ties sessions to the account.
    """

    password_hash: str | None
    uniquifier: str


def add_user(
    session: Session,
    email: str,
    name: str,
    roles: Sequence[str],
    actor: Actor,
    at: datetime,
    *,
    party: str | None = None,
    credentials: Credentials,
) -> User:
    """Add a person who can sign in.

    Parameters
    ----------
    credentials
        Made by the caller; never recorded.
    """
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    email = email.strip().lower()
    faults = list(_faults(session, email, name, roles, party))
    if faults:
        raise ValidationError(faults)
    if session.scalar(select(User.id).where(User.email == email)):
        raise ConflictError(f"there is a user {email} already; change that account instead")
    user = User(
        email=email,
        name=name.strip(),
        party_id=party,
        password=credentials.password_hash,
        active=True,
        fs_uniquifier=credentials.uniquifier,
        created_at=at,
        confirmed_at=at,
        roles=[ensure_role(session, role) for role in sorted(set(roles))],
    )
    session.add(user)
    session.flush()  # the subject of the record names the account by its number, never by the address
    record(session, at, actor, "user-added", f"users/{user.id}", [user], roles=sorted(set(roles)))
    return user


def set_credentials(session: Session, email: str, credentials: Credentials, actor: Actor, at: datetime) -> User:
    """Set a new password and end all sessions of the account."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    # Access is no step of the procedure: a clock behind the last record must not lock anybody out.
    refuse_naive("at", at)
    records.lock(session)
    user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    if user is None:
        raise ConflictError(f"there is no user {email}; add the user first")
    user.password, user.fs_uniquifier = credentials.password_hash, credentials.uniquifier
    record(session, at, actor, "user-credentials-set", f"users/{user.id}", [user])
    return user


def ensure_role(session: Session, name: str) -> Role:
    """The role of this name, made on first use."""
    found = session.scalars(select(Role).where(Role.name == name)).one_or_none()
    if found is None:
        found = Role(name=name)
        session.add(found)
    return found


def _faults(session: Session, email: str, name: str, roles: Sequence[str], party: str | None) -> list[str]:
    faults = []
    local, at_sign, domain = email.partition("@")
    if not (local and at_sign and domain and email.isprintable()) or any(mark.isspace() for mark in email):
        faults.append(f"email: {email[:60]!r} is no address; give name@host")
    if not name.strip() or not name.isprintable():
        faults.append("name: it is empty or has control characters; give the person's name")
    for field, value, most in (("email", email, LONGEST_EMAIL), ("name", name.strip(), LONGEST_NAME)):
        if len(value) > most:
            faults.append(f"{field}: it has {len(value)} characters; use at most {most}")
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        faults.append(f"roles: {', '.join(unknown) or 'none given'}; use one or more of {', '.join(ROLES)}")
    if party is not None and session.get(Party, party) is None:
        faults.append(f"party: {party!r} is unknown; use the id of a registered party")
    if party is None and set(roles) & set(PARTY_ROLES):
        faults.append(f"party: missing; {' and '.join(PARTY_ROLES)} speak for a party")
    return faults
