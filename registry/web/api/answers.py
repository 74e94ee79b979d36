"""Answers for programs: bodies with a strong ETag, what may be kept by whom, and in which form they are to be had."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, g, request
from pydantic import BaseModel
from werkzeug.http import quote_etag

from registry.web.api.problems import ProblemError

JSON, GEOJSON, BYTES = "application/json", "application/geo+json", "application/octet-stream"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
Link = tuple[str, str]  # relation, address
_NO_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


def answer(
    content: BaseModel | bytes,
    status: int = 200,
    *,
    media: str = JSON,
    links: Iterable[Link] = (),
    headers: Mapping[str, str] | None = None,
    tag: str | None = None,
) -> Response:
    """The answer with this content; to whoever has it already, by its ETag, that nothing is new (304).

    Parameters
    ----------
    tag
        What goes before the hash of the body as ETag, where the thing has a name of its own for each of its states.
    """
    body = content if isinstance(content, bytes) else body_of_model(content)
    made = Response(body, status, content_type=media)
    made.headers["ETag"] = quote_etag(tag or tag_of(body))
    made.headers["Cache-Control"] = "no-store" if g.get("api_caller") else "public, no-cache"
    made.headers["X-Content-Type-Options"] = "nosniff"
    made.vary.update(("Authorization", "Accept"))
    for relation, address in links:
        made.headers.add("Link", f'<{address}>; rel="{relation}"')
    made.headers.update(headers or {})
    if status == 200 and request.method in ("GET", "HEAD"):
        made.make_conditional(request)
    return made


def body_of_model(content: BaseModel) -> bytes:
    """A model as it is sent."""
    return content.model_dump_json(by_alias=True).encode()


def tag_of(body: bytes) -> str:
    """The ETag of what has no name of its own for each of its states."""
    return hashlib.sha256(body).hexdigest()[:32]


def check_forms(produced: Iterable[str]) -> None:
    """Refuse a request whose answer is to be in a form that there is not, or whose body is in one that is not read."""
    wanted = request.accept_mimetypes
    if request.headers.get("Accept") and not any(wanted[media.partition(";")[0]] for media in produced):
        offered = ", ".join(produced)
        raise ProblemError(
            "not-acceptable", f"The answer is to be had as {offered}; name it in Accept, or leave that out."
        )
    if request.method in _NO_BODY:
        return
    is_utf8 = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-") in ("utf-8", "utf8")
    if request.mimetype != JSON or not is_utf8 or request.headers.get("Content-Encoding", "identity") != "identity":
        raise ProblemError("unsupported-media-type", f"Send the body as {JSON}, in UTF-8 and not packed.")


def without_page(response: Response) -> Response:
    """An answer of the framework itself (a redirection, the list of methods) without the words of a page."""
    if response.mimetype == "text/html":
        if response.status_code >= 300:
            response.set_data(b"")
        del response.headers["Content-Type"]
    return response


def body_of(document: Any) -> bytes:
    """A JSON document as it is sent."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
