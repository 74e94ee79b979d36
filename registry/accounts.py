"""Passwords of new accounts: digests as the sign-in makes and reads them, and one-time passwords."""

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore, hash_password
from sqlalchemy.orm import scoped_session, sessionmaker

from registry import ambient
from registry.config import Settings
from registry.domain.users import Role, User
from registry.services.users import Credentials

LEAST_LENGTH = 12
_ONE_TIME_BYTES = 12


def one_time_password() -> str:
    """A password for a person to change at the first chance: 96 random bits in 16 characters."""
    return ambient.token(_ONE_TIME_BYTES)


def credentials(settings: Settings, password: str) -> Credentials:
    """What is stored of a password, with a new token for the account's sessions. The settings need their secrets."""
    app = Flask("registry.accounts")
    app.config.update(SECRET_KEY=settings.secret_key, SECURITY_PASSWORD_SALT=settings.password_salt)
    no_users = SQLAlchemySessionUserDatastore(scoped_session(sessionmaker()), User, Role)
    Security(app, no_users, register_blueprint=False)
    with app.app_context():
        return Credentials(hash_password(password), ambient.token())
