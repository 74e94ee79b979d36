"""What only the holder of a token sees: the token itself, and the drafts of the own party."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import g

from registry import db
from registry.domain import api_tokens as scopes
from registry.domain.api_tokens import ApiToken
from registry.queries import drafts as reading
from registry.web.access.context import access
from registry.web.api.blueprint import BEARER, listing, single
from registry.web.api.callers import needs
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Asked, Paging
from registry.web.api.problems import ProblemError
from registry.web.sessions import session


class Token(Model):
    """What a token may. Nothing here tells whose it is."""

    prefix: str = says("Its first characters")
    party: str | None = says("Party it speaks for; null for the agency")
    scopes: tuple[str, ...] = says("What it may do")
    made_at: datetime = says("When it was made")
    expires_at: datetime = says("From when on it does not count")


class Draft(Model):
    """A filing in preparation: the own party's paper."""

    id: int = says("Its number")
    round: str = says("Round it is for")
    key: str = says("Key that the claim will have")
    saved_at: datetime = says("When it was saved last")
    document: Json = says("The filing as far as it is")


@single("/own/token", Token, "own", "token", security=BEARER)
def own_token(query: Asked) -> Json:
    """What the token of this request may, and until when."""
    caller = g.get("api_caller")
    if caller is None:
        raise ProblemError("no-token", "This needs a token.", headers={"WWW-Authenticate": 'Bearer realm="registry"'})
    with db.reading(access().engine) as held:
        row = held.get_one(ApiToken, caller.token_id)
        return {
            "prefix": row.prefix,
            "party": row.party_id,
            "scopes": [scope for scope in scopes.SCOPES if caller.may(scope)],
            "made_at": row.made_at,
            "expires_at": row.expires_at,
        }


@listing("/own/drafts", Draft, "own", key=lambda row: f"{row['id']:010}", security=BEARER)
def own_drafts(query: Paging) -> Sequence[Any]:
    """The drafts of the own party. Scope read:own."""
    caller = needs(scopes.READ_OWN)
    names = ("id", "key", "saved_at", "document")
    rows = reading.own_drafts(session(), caller.viewer)
    return [{"round": row.round_id, **{name: getattr(row, name) for name in names}} for row in rows]
