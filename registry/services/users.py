"""Users: added, closed and opened again, with passwords and a second factor; records name the person, never a secret.

Their roles are given and taken in `registry.services.roles`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import ROLES, SYSTEM_ROLE, Actor
from registry.domain.erasures import pseudonym
from registry.domain.parties import Party
from registry.domain.users import PARTY_ROLES, User
from registry.log import records
from registry.services import sign_ins, tokens
from registry.services.acting import get, require_role
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.instants import refuse_naive
from registry.services.recording import record
from registry.services.roles import ask, check_reason, ensure_role, needs_second, refuse_self

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the two angle brackets
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """The digest of a password as the sign-in of the web package makes it (None until the person sets one), and the
    random token that ties sessions to the account. Whoever gets a `one_time` password has to change it first of all.
    """

    password_hash: str | None
    uniquifier: str
    one_time: bool = False


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
    """Add a person who can sign in; where there is another administrator, the roles wait for their confirmation.

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
    wanted = sorted(set(roles))
    given = [] if needs_second(session, actor) else wanted
    user = User(
        email=email,
        name=name.strip(),
        party_id=party,
        password=credentials.password_hash,
        active=True,
        fs_uniquifier=credentials.uniquifier,
        created_at=at,
        confirmed_at=at,
        roles=[ensure_role(session, role) for role in given],
    )
    session.add(user)
    session.flush()  # the subject of the record names the account by its number, never by the address
    sign_ins.mark_password(session, user.id, one_time=credentials.one_time)
    record(session, at, actor, "user-added", f"users/{user.id}", [user], roles=given)
    if not given:
        ask(session, user, wanted, "a new account", actor, at)
    return user


def set_credentials(session: Session, email: str, credentials: Credentials, actor: Actor, at: datetime) -> User:
    """Set a new password and end all sessions and tokens of the account."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    # Access is no step of the procedure: a clock behind the last record must not lock anybody out.
    refuse_naive("at", at)
    records.lock(session)
    user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    if user is None:
        raise ConflictError(f"there is no user {email}; add the user first")
    user.password, user.fs_uniquifier = credentials.password_hash, credentials.uniquifier
    sign_ins.mark_password(session, user.id, one_time=credentials.one_time)
    sign_ins.end_sessions_of(session, user.id)
    ended = tokens.revoke_all(session, user.id, at)
    record(session, at, actor, "user-credentials-set", f"users/{user.id}", [user, *ended])
    return user


def close(session: Session, user_id: int, uniquifier: str, reason: str, actor: Actor, at: datetime) -> User:
    """Close an account and end its sessions and tokens. An administrator's is closed by the program, or loses the role before.

    Otherwise one of two administrators could send the other away and go on alone.
    """
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    refuse_self(actor, user, "close the own account")
    check_reason(reason)
    if not user.active:
        raise ConflictError(f"the account of {user.email} is closed already")
    if actor.role != SYSTEM_ROLE and any(role.name == "administrator" for role in user.roles):
        raise NotAllowedError(
            f"{user.email} is an administrator; take the role away first, which needs two, or use: registry user close"
        )
    user.active, user.fs_uniquifier = False, uniquifier
    sign_ins.end_sessions_of(session, user.id)
    ended = tokens.revoke_all(session, user.id, at)
    record(session, at, actor, "user-closed", f"users/{user.id}", [user, *ended], reason=reason.strip())
    return user


def reopen(session: Session, user_id: int, actor: Actor, at: datetime) -> User:
    """Open a closed account again, with the roles that it has."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    refuse_self(actor, user, "open the own account")
    if user.active:
        raise ConflictError(f"the account of {user.email} is open")
    if is_erased(session, user.id):
        raise ConflictError("the data of this person are erased; add a new account instead")
    user.active = True
    record(session, at, actor, "user-reopened", f"users/{user.id}", [user])
    return user


def remove_second_factor(
    session: Session, user_id: int, uniquifier: str, reason: str, actor: Actor, at: datetime
) -> User:
    """Take away a second factor that the person has lost; it has to be set up anew, and all sessions end."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    refuse_self(actor, user, "remove the own second factor here")
    check_reason(reason)
    if not user.tf_primary_method:
        raise ConflictError(f"{user.email} has no second factor")
    user.tf_primary_method = user.tf_totp_secret = None
    user.mf_recovery_codes, user.fs_uniquifier = None, uniquifier
    sign_ins.end_sessions_of(session, user.id)
    ended = tokens.revoke_all(session, user.id, at)
    record(session, at, actor, "user-second-factor-removed", f"users/{user.id}", [user, *ended], reason=reason.strip())
    return user


def tell_data(session: Session, user_id: int, actor: Actor, at: datetime) -> User:
    """Record that somebody's data were given out; whoever asks for the own needs no administrator and no record."""
    require_role(actor, "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    user = get(session, User, user_id, "user")
    record(session, at, actor, "user-data-told", f"users/{user.id}", [user])
    return user


def note_password(session: Session, user_id: int, at: datetime) -> None:
    """Record that a person has set a password of the own choice."""
    user = get(session, User, user_id, "user")
    sign_ins.mark_password(session, user.id, one_time=False)
    ended = tokens.revoke_all(session, user.id, at)
    record(session, at, _own(user), "user-password-changed", f"users/{user.id}", [user, *ended])


def note_second_factor(session: Session, user_id: int, at: datetime) -> None:
    """Record that a person has set up a second factor, or has given it up."""
    user = get(session, User, user_id, "user")
    act = "user-second-factor-set" if user.tf_primary_method else "user-second-factor-removed"
    record(session, at, _own(user), act, f"users/{user.id}", [user])


def _own(user: User) -> Actor:
    return Actor(user.email, user.roles[0].name if user.roles else "none", user.party_id)


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


def by_address(session: Session, email: str) -> User:
    """The account with this address; NotFoundError if there is none."""
    records.lock(session)
    user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    if user is None:
        raise NotFoundError(f"there is no user {email}; list them with: registry user list")
    return user


def is_erased(session: Session, user_id: int) -> bool:
    """Whether a pseudonym stands in place of the person; False where there is none."""
    user = session.get(User, user_id)
    return user is not None and user.email == pseudonym(user.id)


def by_id(session: Session, user_id: int) -> User:
    """The account with this number; NotFoundError if there is none."""
    return get(session, User, user_id, "user")
