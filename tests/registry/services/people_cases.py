"""Cases of the operations on accounts and roles, in the form of cases.py: (prepare, instant, call)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.api_tokens import ApiToken
from registry.domain.users import User
from registry.services import erasures, roles, tokens, users
from registry.services.users import Credentials
from tests import factories as make

ADA = Actor("ada@example.org", "administrator")


def user(session: Session, email: str = "a@b.org", role: str = "auditor") -> User:
    """A person with one role, added by the program."""
    secrets = Credentials("$argon2$digest", f"token-of-{email}")
    return users.add_user(session, email, "A", [role], SYSTEM, make.ANNOUNCED, credentials=secrets)


def number(session: Session, email: str = "a@b.org") -> int:
    return session.query(User).filter_by(email=email).one().id


def with_user(session: Session) -> None:
    make.world(session)
    user(session)


def closed(session: Session) -> None:
    with_user(session)
    users.close(session, number(session), "gone", "left the agency", SYSTEM, make.ANNOUNCED)


def with_second_factor(session: Session) -> None:
    with_user(session)
    found = session.get_one(User, number(session))
    found.tf_primary_method, found.tf_totp_secret, found.mf_recovery_codes = "authenticator", "secret", ["code"]


def asked(session: Session) -> int:
    """A change of roles that waits; its number."""
    with_user(session)
    for email in (ADA.name, "abe@example.org"):
        user(session, email, "administrator")
    change = roles.change(session, number(session), ["planner"], "a new post", ADA, make.ANNOUNCED)
    assert change is not None
    return change.id


SECRETS = erasures.Secrets("fresh", lambda email: f"subject of {email}")


def erasing(session: Session) -> int:
    """An erasure that waits; its number."""
    with_user(session)
    for email in (ADA.name, "abe@example.org"):
        user(session, email, "administrator")
    return erasures.ask(session, number(session), SECRETS, "asked for", ADA, make.ANNOUNCED).id


def with_people(session: Session) -> None:
    """Whoever the matrix lets act, as people with accounts of these addresses, each with a token."""
    make.world(session)
    for email, role, party in (
        ("delegate@example.org", "delegate", "IND"),
        ("registrar@example.org", "registrar", None),
    ):
        secrets = Credentials("$argon2$digest", f"token-of-{email}")
        users.add_user(session, email, "A", [role], SYSTEM, make.ANNOUNCED, party=party, credentials=secrets)
        tokens.make(session, email, wanted(role), f"lsr_{email:0>43}", SYSTEM, make.ANNOUNCED)


def wanted(role: str) -> tokens.Wanted:
    """A token such as this role may have."""
    return tokens.Wanted("a program", ["read:register" if role == "registrar" else "claims:file"], 30)


def own_address(actor: Actor) -> str:
    """The own address; India's delegate's for all who have no token of their own."""
    return "registrar@example.org" if actor.role == "registrar" else "delegate@example.org"


def own_token(session: Session, actor: Actor) -> int:
    [found] = session.query(ApiToken).join(ApiToken.user).filter_by(email=own_address(actor)).all()
    return found.id


PEOPLE: dict[str, tuple[Callable[[Session], Any], datetime | None, Callable[[Session, Actor, datetime], Any]]] = {
    "roles.change": (
        with_user,
        make.ANNOUNCED,
        lambda s, who, at: roles.change(s, number(s), ["planner"], "a new post", who, at),
    ),
    "roles.confirm": (asked, make.ANNOUNCED, lambda s, who, at: roles.confirm(s, 1, who, at)),
    "roles.withdraw": (asked, make.ANNOUNCED, lambda s, who, at: roles.withdraw(s, 1, who, at)),
    "erasures.ask": (
        with_user,
        make.ANNOUNCED,
        lambda s, who, at: erasures.ask(s, number(s), SECRETS, "asked for", who, at),
    ),
    "erasures.confirm": (erasing, make.ANNOUNCED, lambda s, who, at: erasures.confirm(s, 1, SECRETS, who, at)),
    "erasures.withdraw": (erasing, make.ANNOUNCED, lambda s, who, at: erasures.withdraw(s, 1, who, at)),
    "users.tell_data": (with_user, make.ANNOUNCED, lambda s, who, at: users.tell_data(s, number(s), who, at)),
    "tokens.make": (
        with_people,
        make.ANNOUNCED,
        lambda s, who, at: tokens.make(s, own_address(who), wanted(who.role), "lsr_" + "x" * 43, who, at),
    ),
    "tokens.of_person": (
        with_people,
        None,
        lambda s, who, at: tokens.of_person(s, own_address(who), who),
    ),
    "tokens.revoke": (
        with_people,
        make.ANNOUNCED,
        lambda s, who, at: tokens.revoke(s, own_address(who), own_token(s, who), who, at),
    ),
    "users.close": (
        with_user,
        make.ANNOUNCED,
        lambda s, who, at: users.close(s, number(s), "gone", "left the agency", who, at),
    ),
    "users.reopen": (closed, make.ANNOUNCED, lambda s, who, at: users.reopen(s, number(s), who, at)),
    "users.remove_second_factor": (
        with_second_factor,
        make.ANNOUNCED,
        lambda s, who, at: users.remove_second_factor(s, number(s), "gone", "lost the telephone", who, at),
    ),
}
