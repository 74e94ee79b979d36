"""Accounts: digests of passwords as the sign-in makes and reads them, one-time passwords, keyed hashes of addresses."""

import hashlib
import hmac
import unicodedata
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import scoped_session, sessionmaker

from registry import ambient, db
from registry.config import Settings
from registry.domain.users import Role, User
from registry.services.errors import ConflictError, NotFoundError
from registry.services.users import Credentials

NORMAL_FORM: Final = "NFKD"  # the same letters typed on two keyboards are one password
_ONE_TIME_BYTES = 12


def one_time_password() -> str:
    """A password for a person to change at the first chance: 96 random bits in 16 characters."""
    return ambient.token(_ONE_TIME_BYTES)


def credentials(settings: Settings, password: str) -> Credentials:
    """What is stored of a password, with a new token for the account's sessions. The settings need their secrets."""
    # Heavy, and needed only where there is a password to store.
    from flask import Flask
    from flask_security import Security, SQLAlchemySessionUserDatastore, hash_password

    app = Flask("registry.accounts")
    app.config.update(SECRET_KEY=settings.secret_key, SECURITY_PASSWORD_SALT=settings.password_salt)
    # The columns are those that Flask-Security wants; its mixin is for those who sign in, which nobody does here.
    no_users = SQLAlchemySessionUserDatastore(scoped_session(sessionmaker()), User, Role)  # type: ignore[arg-type]  # no request asks it for users
    Security(app, no_users, register_blueprint=False)
    with app.app_context():
        return Credentials(hash_password(normal(password)), ambient.token())


def normal(password: str) -> str:
    """A password in the form in which it is hashed."""
    return unicodedata.normalize(NORMAL_FORM, password)


def subject(settings: Settings, email: str) -> str:
    """The keyed hash by which wrong attempts for an address are counted: nobody without the secret can tell whose it is."""
    assert settings.secret_key is not None, "settings with secrets"
    return hmac.new(
        settings.secret_key.encode(), f"access {email.strip().lower()}".encode(), hashlib.sha256
    ).hexdigest()


def no_password() -> Credentials:
    """What is stored for a person who cannot sign in before a password is set."""
    return Credentials(None, ambient.token())


def check_new(engine: sa.Engine, email: str) -> None:
    """Raise ConflictError if the address has an account, before a password is asked for."""
    if _is_known(engine, email):
        raise ConflictError(
            f"there is a user {email} already; give a new password with: registry user password {email}"
        )


def check_known(engine: sa.Engine, email: str) -> None:
    """Raise NotFoundError unless the address has an account."""
    if not _is_known(engine, email):
        raise NotFoundError(f"there is no user {email}; add the person with: registry user add {email} --role ROLE")


def _is_known(engine: sa.Engine, email: str) -> bool:
    with db.reading(engine) as session:
        return session.scalar(sa.select(User.id).where(User.email == email.strip().lower())) is not None
