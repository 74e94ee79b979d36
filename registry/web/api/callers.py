"""Who calls: the public, or the person of a token with what the token may. Asked anew at every request; cookies mean nothing."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import Flask, current_app, g, request
from flask_limiter import Limiter

from registry import ambient, db
from registry.config import Settings
from registry.domain import api_tokens as rules
from registry.domain.actors import Actor
from registry.domain.operations import operation
from registry.domain.visibility import PUBLIC, Viewer
from registry.services import tokens
from registry.web.access.context import access
from registry.web.api.problems import ProblemError
from registry.web.sessions import SAFE_METHODS

_REALM = 'Bearer realm="registry"'
_LONGEST = 200
_KEY = "registry.api.limits"


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a token, as far as the token reaches."""

    token_id: int
    prefix: str
    email: str
    party: str | None
    roles: frozenset[str]
    scopes: frozenset[str]

    @property
    def viewer(self) -> Viewer:
        """What the caller sees: the public's part, unless the token may read as its person does."""
        reads = {role for scope in (rules.READ_OWN, rules.READ_REGISTER) for role in self._by(scope)}
        return Viewer(frozenset(reads), self.party, self.email) if reads else PUBLIC

    def _by(self, scope: str) -> frozenset[str]:
        """The roles of the person by which the token has a scope: none once the role is taken away."""
        return rules.SCOPES[scope] & self.roles if scope in self.scopes else frozenset()

    def may(self, scope: str) -> bool:
        """Whether the token has the scope, and its person still a role for it."""
        return bool(self._by(scope))

    def actor(self, name: str) -> Actor:
        """The person as actor of an operation."""
        return Actor(self.email, operation(name).role_for(sorted(self.roles)), self.party)


def identify() -> None:
    """Find out who calls, before anything is answered; a token that does not count is refused, also where none is needed."""
    header = request.headers.get("Authorization")
    if header is None:
        return
    kind, _, secret = header.partition(" ")
    caller = _caller(secret.strip()) if kind.lower() == "bearer" and len(secret) <= _LONGEST else None
    if caller is None:
        _count_refusal()
        words = "The token is unknown, revoked or over, or its account is closed. Make another one on the account page."
        raise ProblemError("invalid-token", words, headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'})
    g.api_caller = caller


def _caller(secret: str) -> Caller | None:
    """The caller of a token that counts. Read apart: what only asks writes nothing but, once a day, that it was used."""
    at, engine = ambient.now(), access().engine
    with db.reading(engine) as session:
        token = tokens.find(session, secret, at)
        if token is None:
            return None
        roles = frozenset(role.name for role in token.user.roles)
        found = Caller(token.id, token.prefix, token.user.email, token.party_id, roles, frozenset(token.scopes))
        is_first_today = token.last_used_on != at.date()
    if is_first_today:
        with db.unit_of_work(engine) as session:
            tokens.note_use(session, found.token_id, at)
    return found


def needs(scope: str) -> Caller:
    """The caller, whose token has to have a scope."""
    caller: Caller | None = g.get("api_caller")
    if caller is None:
        words = f"This needs a token with the scope {scope}; send it as Authorization: Bearer TOKEN."
        raise ProblemError("no-token", words, headers={"WWW-Authenticate": _REALM})
    if not caller.may(scope):
        words = f"The token has not the scope {scope}, or its person no role for it any more. Make one that has."
        header = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
        raise ProblemError("insufficient-scope", words, headers={"WWW-Authenticate": header})
    return caller


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one token may change something, and how often one place may come with a token that does not count."""

    changes: AbstractContextManager[None]
    refusals: AbstractContextManager[None]

    @classmethod
    def of(cls, limiter: Limiter, settings: Settings) -> "Limits":
        """The limits of an application, counted where those of the sign-in are."""
        changes, refusals = f"{settings.api_writes_per_minute} per minute", f"{settings.sign_ins_per_minute} per minute"
        return cls(
            limiter.shared_limit(changes, scope="api changes", key_func=lambda: f"token {g.api_caller.token_id}"),
            limiter.shared_limit(refusals, scope="api refusals"),
        )


def add_limits(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """Keep the limits for the requests of an application."""
    app.extensions[_KEY] = Limits.of(limiter, settings)


def count_change() -> None:
    """Count a request that changes something, before a transaction is open; 429 beyond the limit."""
    if g.get("api_caller") and request.method not in SAFE_METHODS:
        with current_app.extensions[_KEY].changes:
            pass


def _count_refusal() -> None:
    with current_app.extensions[_KEY].refusals:
        pass
