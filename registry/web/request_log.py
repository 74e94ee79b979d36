"""What operators read of a request: which page, how it ended, how long it took. Not who asked, from where, or for what.

A request has a number of its own. The page of a fault says it, and its header `X-Request-Id`, so that the person who was told
of the fault can name the line that tells of it; other answers stay the same bytes whenever they are asked for.
"""

import itertools
from types import TracebackType

from flask import Flask, Response, g, request

from registry import ambient, logs

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"health.alive", "health.ready", "static"})
LOG = logs.get("registry.requests")
_COUNT = itertools.count(1)


class Pages(Flask):
    """Flask, with faults told in the registry's own log."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Tell of an error that nothing answered."""
        tell_fault(exc_info[1])


def add_request_log(app: Flask) -> None:
    """Number every request, and tell its end; to be added before anything else looks at requests."""
    app.before_request(_begin)
    app.after_request(_end)


def number() -> str:
    """The number of this request."""
    if "request_number" not in g:
        try:
            g.request_number = ambient.random_bytes(8).hex()
        except OSError:  # the fault to be told may be that there is no randomness; a count tells lines apart too
            g.request_number = f"{next(_COUNT):016x}"
    return str(g.request_number)


def tell_fault(error: BaseException | None) -> None:
    """Tell where an error came from that ends this request."""
    LOG.error("fault", request=number(), method=_method(), endpoint=request.endpoint or "none", exc_info=error)


def tell_file(event: str, size: int, **found: str) -> None:
    """Tell of a file that was not taken, and why; not which, nor whose."""
    LOG.error(event, request=number(), endpoint=request.endpoint or "none", bytes=size, **found)


def _begin() -> None:
    g.begun_s = ambient.seconds()


def _end(response: Response) -> Response:
    if response.status_code >= 500:
        response.headers["X-Request-Id"] = number()
    ms = round((ambient.seconds() - g.get("begun_s", ambient.seconds())) * 1000, 1)
    tell = LOG.debug if request.endpoint in _QUIET and response.status_code < 400 else LOG.info
    tell(
        "request",
        request=number(),
        method=_method(),
        endpoint=request.endpoint or "none",
        status=response.status_code,
        ms=ms,
    )
    return response


def _method() -> str:
    return request.method if request.method in _METHODS else "other"
