"""Refusals as problem documents (RFC 9457): one table of their types, and what turns each error into one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from pydantic import BaseModel, Field, ValidationError

from registry.services import errors
from registry.services.scanned import UnscannedError
from registry.web.api.pointers import MISSING, Wrong, faults_of, wrong_parameters

MEDIA = "application/problem+json"
# What went wrong, by the last part of its type: status, title. The page /api explains each.
TYPES: Mapping[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be used"),
    "not-json": (400, "The body is not JSON that can be used"),
    "no-token": (401, "A token is needed"),
    "invalid-token": (401, "The token does not count"),
    "insufficient-scope": (403, "The token may not do this"),
    "not-allowed": (403, "This step is not open to the party or role"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "The address does not take this method"),
    "not-acceptable": (406, "The answer is not to be had in that form"),
    "conflict": (409, "The step does not fit the present state"),
    "key-reused": (409, "The idempotency key stands for another request"),
    "in-flight": (409, "The same request is being answered already"),
    "changed": (412, "The filing is not the one that was seen"),
    "too-large": (413, "Too much was sent"),
    "unsupported-media-type": (415, "The body is not in a form that is read here"),
    "invalid": (422, "What was sent has faults"),
    "precondition-required": (428, "A header is needed to guard against accidents"),
    "too-many-requests": (429, "Too many requests"),
    "fault": (500, "Something went wrong here"),
    "busy": (503, "The register is busy"),
    "not-scanned": (503, "The file was not looked into"),
}
_OF_STATUS = {status: name for name, (status, _) in reversed(tuple(TYPES.items()))}
_DETAILS = {
    400: "Something in the request is not understood.",
    404: "Check the address; what there is stands in /api/v1/openapi.json.",
    405: "The header Allow has the methods that the address takes.",
    413: "Send less than one megabyte at a time.",
    429: "Wait as long as the header Retry-After says, then send it again.",
    500: "The fault is on this side, nothing was changed, and it has been logged.",
    503: "Another change is being written. Send it again in a few seconds.",
}
GUARDS = ("Idempotency-Key", "If-Match")  # headers without which nothing is changed
_KEPT_HEADERS = ("allow", "retry-after", "www-authenticate")


class Fault(BaseModel):
    """One thing that is wrong: where in the body (a JSON pointer) or in which parameter or header, and what mends it."""

    pointer: str | None = Field(default=None, description="Where in the body: a JSON pointer (RFC 6901)")
    parameter: str | None = Field(default=None, description="Which parameter of the address, or which header")
    detail: str = Field(description="What is wrong")
    mend: str = Field(description="What would do")


class Problem(BaseModel):
    """A refusal, as RFC 9457 has it."""

    type: str = Field(description="The kind of refusal; its part after # is explained on the page /api")
    title: str = Field(description="The kind of refusal in words")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What was refused, why, and what would do")
    faults: list[Fault] | None = Field(default=None, description="Everything that is wrong with what was sent")


class ProblemError(Exception):
    """A request that is refused; the name of its type in TYPES, and what there is to say."""

    def __init__(self, name: str, detail: str, faults: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None):
        super().__init__(detail)
        self.name, self.detail, self.faults, self.headers = name, detail, tuple(faults), dict(headers or {})


def response(
    name: str, detail: str, faults: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The answer that refuses."""
    status, title = TYPES[name]
    told = Problem(
        type=f"/api#{name}",
        title=title,
        status=status,
        detail=detail,
        faults=[Fault(**row._asdict()) for row in faults] or None,
    )
    body = told.model_dump_json(exclude_none=True).encode("utf-8", "replace")
    answer = Response(body, status, content_type=MEDIA)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.update(headers or {})
    return answer


def of_status(status: int, words: str | None, headers: Mapping[str, str] | None = None) -> Response:
    """The answer for an error that is known by its status only; one that is not in the table is told as its family."""
    name = _OF_STATUS.get(status) or _OF_STATUS[400 if status < 500 else 500]
    kept = {key: value for key, value in (headers or {}).items() if key.lower() in _KEPT_HEADERS}
    return response(name, words or _DETAILS.get(TYPES[name][0], TYPES[name][1]), headers=kept)


def of_service(error: errors.ServiceError) -> Response:
    """The answer for a step that was refused."""
    for kind, name in _OF_SERVICE:
        if isinstance(error, kind):
            if isinstance(error, errors.ValidationError):
                return response(name, "The document has faults; nothing was changed.", list(faults_of(error)))
            return response(name, str(error))
    return response("conflict", str(error))


_OF_SERVICE: tuple[tuple[type[errors.ServiceError], str], ...] = (
    (errors.NotFoundError, "not-found"),
    (errors.NotAllowedError, "not-allowed"),
    (errors.KeyUsedError, "key-reused"),
    (errors.ConflictError, "conflict"),
    (errors.ValidationError, "invalid"),
    (UnscannedError, "not-scanned"),
)


def of_parameters(error: ValidationError) -> Response:
    """The answer for parameters and headers that cannot be used."""
    found = list(wrong_parameters(error))
    guards = [row.parameter for row in found if row.parameter in GUARDS and row.mend == MISSING]
    if guards:
        return response("precondition-required", f"Send the header {' and '.join(map(str, guards))}.", found)
    named = ", ".join(dict.fromkeys(row.parameter or "" for row in found))
    return response("invalid", f"These parameters cannot be used: {named}.", found)


def documented(*names: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The refusals of an operation as its document lists them, by status; of several with one status the titles."""
    titles: dict[str, list[str]] = {}
    for name in names:
        status, title = TYPES[name]
        titles.setdefault(str(status), []).append(title)
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for code, words in titles.items():
        yield code, {"description": "; ".join(words), "content": content}
