"""Files whose bytes are recorded: the RFC 8785 form of a document, whose SHA-256 is its ETag."""

from typing import Any

import rfc8785
from flask import Response

from registry.web.api.answers import answer


def canonical(content: Any, sha256: str) -> Response:
    """The document as the very bytes that have this hash."""
    return answer(rfc8785.dumps(content), tag=sha256)
