"""How often one place may try to sign in: counted in the register's own database, so that all its processes agree."""

from datetime import timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry import accounts, ambient, db
from registry.config import Settings
from registry.domain.sign_ins import CountedRequests

LIMITED = frozenset(
    {
        "security.login",
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "security.verify",
        "security.change_password",
    }
)


class CountedInDatabase(Storage):
    """Counts of fixed windows in a table; where a request came from is kept as a keyed hash."""

    STORAGE_SCHEME: ClassVar[list[str] | None] = ["registry"]  # type: ignore[misc]  # theirs lacks ClassVar
    engine: sa.Engine
    settings: Settings

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any):
        self.engine, self.settings = options.pop("engine"), options.pop("settings")
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database may raise."""
        return sa.exc.DBAPIError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a transaction of its own; the count in the present window."""
        now = ambient.now()
        with db.unit_of_work(self.engine) as session:
            session.execute(sa.delete(CountedRequests).where(CountedRequests.ends_at <= now))
            insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            new = insert(CountedRequests).values(
                key=self._hash(key), hits=amount, ends_at=now + timedelta(seconds=expiry)
            )
            more = new.on_conflict_do_update(index_elements=["key"], set_={"hits": CountedRequests.hits + amount})
            return int(session.scalars(more.returning(CountedRequests.hits)).one())

    def get(self, key: str) -> int:
        """The count in the present window."""
        found = self._row(key)
        return found.hits if found else 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since 1970."""
        found = self._row(key)
        return (found.ends_at if found else ambient.now()).timestamp()

    def check(self) -> bool:
        """The database is the register's own."""
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with db.unit_of_work(self.engine) as session:
            session.execute(sa.delete(CountedRequests))
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        with db.unit_of_work(self.engine) as session:
            session.execute(sa.delete(CountedRequests).where(CountedRequests.key == self._hash(key)))

    def _row(self, key: str) -> CountedRequests | None:
        with db.reading(self.engine) as session:
            return _present(session, self._hash(key))

    def _hash(self, key: str) -> str:
        return accounts.subject(self.settings, f"limit {key}")


def add_limits(app: Flask, settings: Settings, engine: sa.Engine) -> Limiter:
    """Refuse attempts beyond the limit before anything else is looked at, and before a transaction is open."""
    app.after_request(_told_wait)  # functions of this kind run in reverse: after the limiter's own
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="registry://",
        storage_options={"engine": engine, "settings": settings},  # type: ignore[dict-item]  # ours takes more than text
        headers_enabled=True,
    )
    app.after_request(_note_wait)  # and this one before it
    attempts = limiter.shared_limit(f"{settings.sign_ins_per_minute} per minute", scope="sign-in")

    @app.before_request
    def _limit() -> None:
        if request.method == "POST" and request.endpoint in LIMITED:
            with attempts:
                pass

    return limiter


def _note_wait(response: Response) -> Response:
    """Remember for how long an answer asks to wait, which the limiter would write over."""
    g.asked_wait = response.headers.get("Retry-After")
    return response


def _told_wait(response: Response) -> Response:
    """Let nobody wait for a limit that is not reached: only what is refused for it says until when."""
    wait = g.get("asked_wait")
    if response.status_code != 429 and wait is not None:
        response.headers["Retry-After"] = wait
    elif response.status_code != 429:
        response.headers.pop("Retry-After", None)
    return response


def _present(session: Session, key: str) -> CountedRequests | None:
    wanted = sa.select(CountedRequests).where(CountedRequests.key == key, CountedRequests.ends_at > ambient.now())
    return session.scalars(wanted).one_or_none()
