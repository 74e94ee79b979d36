"""Reading the parameters of an address: usable, or refused with the name of the parameter and the mend."""

from collections.abc import Collection

from flask import request

from registry.web.errors import QueryError

LONGEST_TEXT = 100


def text(field: str) -> str:
    """A free text, trimmed; empty where it is absent."""
    value = request.args.get(field, "").strip()
    if len(value) > LONGEST_TEXT:
        raise QueryError(field, f"it has {len(value)} characters", f"Use at most {LONGEST_TEXT}.")
    return value


def choice(field: str, known: Collection[str], default: str | None = None) -> str | None:
    """One of the known values; the default where the parameter is absent or empty."""
    value = request.args.get(field, "").strip()
    if not value:
        return default
    if value not in known:
        raise QueryError(field, f"{shortened(value)!r} is unknown", f"Use one of: {', '.join(known)}.")
    return value


def whole_number(field: str, default: int, most: int = 10**9) -> int:
    """A whole number from 0 to `most`; the default where the parameter is absent or empty."""
    value = request.args.get(field, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= most):
        raise QueryError(field, f"{shortened(value)!r} is no whole number up to {most}", "Give one, or leave it out.")
    return int(value)


def shortened(value: str) -> str:
    """A text cut to what fits in a message."""
    return value if len(value) <= 40 else value[:39] + "…"
