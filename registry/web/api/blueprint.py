"""The operations of the API as the library keeps them, and two ways to add one that only reads: a list, and one thing.

    @listing("/claims", Claim, "claims")
    def claims(query: ClaimsQuery) -> Sequence[ClaimRow]:
        \"\"\"The claims of a round.\"\"\"

    @single("/claims/<claim_id>", WholeClaim, "claims", "claim")
    def claim(path: ClaimPath) -> ClaimPage | None:
        \"\"\"One claim whole.\"\"\"

The words of the docstring, the parameters and the model make the operation's part of the document.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_type_hints

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel

from registry.web.api.answers import answer
from registry.web.api.paging import Page, page
from registry.web.api.paths import PREFIX
from registry.web.api.problems import documented
from registry.web.errors import NoSuchPageError

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=Callable[..., Any])
READING = ("bad-request", "invalid-token", "insufficient-scope", "not-found", "not-acceptable", "invalid", "busy")
_ASKED_FOR = (*READING, "not-json", "no-token", "not-allowed", "conflict", "key-reused", "in-flight", "too-large")
WRITING = (*_ASKED_FOR, "unsupported-media-type", "precondition-required", "too-many-requests")
TAGS = {
    "parties": "Parties, their dated memberships, and instruments",
    "norms": "Provisions and the norm profiles that group them",
    "rounds": "Rounds with their policies, instances, draws, proposals and decisions",
    "claims": "Claims with their revisions, examinations, comments and offers",
    "filing": "Filing, amending and withdrawing; needs a token",
    "coordination": "Consultations, agreements, docking records and shared services",
    "entries": "Entries with their life and zones, and the days on which craft land and leave",
    "slots": "Landing windows, slots with their proposals, and the whole landing calendar; to ask needs a token",
    "bank": "The site bank: pairs of sites, what is owed, what is kept; to offer needs a token",
    "places": "Protected places, regions and named features",
    "notices": "What the agency has told everybody",
    "log": "Records, checkpoints, receipts, proofs and keys",
    "own": "What only the holder of a token sees",
    "features": "Footprints, zones and places as GeoJSON, in the shape of OGC API - Features",
    "about": "This document",
}
Responses = dict[Any, Any]
Security = list[dict[str, list[Any]]]
BEARER: Security = [{"token": []}]
MAYBE: Security = [{}, {"token": []}]

OBJECT: Responses = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}  # a file of the register

_REASON = {
    "type": "object",
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": r"\S"}},
    "required": ["reason"],
    "additionalProperties": False,
}
# What an operation says of itself that takes a document, or a reason and nothing else, from whoever has a token.
CHANGES: dict[str, Any] = {
    "refusals": WRITING,
    "security": BEARER,
    "extensions": {"requestBody": {"required": True, "content": OBJECT[200]["content"]}},
}
GIVES_REASON = CHANGES | {
    "extensions": {"requestBody": {"required": True, "content": {"application/json": {"schema": _REASON}}}}
}

v1 = APIBlueprint("api", __name__, url_prefix=PREFIX)
_WAITING: list[tuple[str, str, Callable[..., Response], dict[str, Any]]] = []  # to be described


def listing(
    rule: str,
    model: type[M],
    tag: str,
    key: Callable[[Any], str] = lambda row: str(row.id),
    security: Security | None = None,
) -> Callable[[F], F]:
    """Add a list; the function gives all rows that fit its parameters."""

    def decorate(rows: F) -> F:
        def view(**given: Any) -> Response:
            found: Sequence[Any] = rows(**given)
            return page(model, found, given["query"], key)

        _add(rule, view, rows, {200: Page[model]}, tag, security=security)  # type: ignore[valid-type]  # pydantic makes the class
        return rows

    return decorate


def single(rule: str, model: type[M], tag: str, kind: str, security: Security | None = None) -> Callable[[F], F]:
    """Add one thing; the function gives it, or None where there is none for whoever asks. `kind` is what it is called."""

    def decorate(find: F) -> F:
        def view(**given: Any) -> Response:
            found = find(**given)
            if found is None:
                words = given["path"].model_dump().values() if "path" in given else ()
                raise NoSuchPageError(kind, " ".join(str(word) for word in words))
            return answer(model.model_validate(found, from_attributes=True))

        _add(rule, view, find, {200: model}, tag, security=security)
        return find

    return decorate


def operation(rule: str, responses: Responses, tag: str, **more: Any) -> Callable[[F], F]:
    """Add an operation that makes its answer itself; `more` as in `_add`."""

    def decorate(view: F) -> F:
        _add(rule, view, view, responses, tag, **more)
        return view

    return decorate


def _add(
    rule: str,
    view: Callable[..., Response],
    said: Callable[..., Any],
    responses: Responses,
    tag: str,
    **more: Any,
) -> None:
    """Add an operation: the name, the words and the parameters are those of `said`.

    Parameters
    ----------
    more
        Where they are not those of an open reading: method, refusals, security, extensions (of the document).
    """
    if view is not said:
        hints = get_type_hints(said)
        view.__annotations__ = {name: hints[name] for name in ("path", "query", "header") if name in hints}
        view.__name__ = said.__name__
    method = more.get("method", "GET").lower()
    getattr(v1, method)(rule, doc_ui=False)(view)
    _WAITING.append((method, rule, view, _words(view, said, responses, tag, more)))


def _words(
    view: Callable[..., Response], said: Callable[..., Any], responses: Responses, tag: str, more: dict[str, Any]
) -> dict[str, Any]:
    """What the document says of an operation."""
    first, _, rest = inspect.cleandoc(said.__doc__ or "").partition("\n")
    return {
        "summary": first,
        "description": rest.strip() or first,
        "operation_id": view.__name__,
        "responses": {**dict(documented(*more.get("refusals", READING))), **responses},
        "tags": [Tag(name=tag, description=TAGS[tag])],
        "security": more.get("security") or MAYBE,
        "openapi_extensions": more.get("extensions", {}),
    }


def described() -> APIBlueprint:
    """All operations with their schemas, which are made here and not while the program starts."""
    found = APIBlueprint("described", __name__, url_prefix=PREFIX)
    for method, rule, view, words in _WAITING:
        getattr(found, method)(rule, **words)(view)
    return found
