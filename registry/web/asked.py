"""Reading the parameters of an address: usable, or refused with the name of the parameter and the mend."""

from collections.abc import Collection

from flask import request
from flask_babel import gettext

from registry.web.errors import QueryError

LONGEST_TEXT = 100


def text(field: str) -> str:
    """A free text, trimmed; empty where it is absent."""
    value = request.args.get(field, "").strip()
    if len(value) > LONGEST_TEXT:
        raise QueryError(
            field,
            gettext("it has %(number)s characters", number=len(value)),
            gettext("Use at most %(most)s.", most=LONGEST_TEXT),
        )
    return value


def choice(field: str, known: Collection[str], default: str | None = None) -> str | None:
    """One of the known values; the default where the parameter is absent or empty."""
    value = request.args.get(field, "").strip()
    if not value:
        return default
    if value not in known:
        raise QueryError(
            field,
            gettext("'%(value)s' is unknown", value=shortened(value)),
            gettext("Use one of: %(known)s.", known=", ".join(known)),
        )
    return value


def whole_number(field: str, default: int, most: int = 10**9) -> int:
    """A whole number from 0 to `most`; the default where the parameter is absent or empty."""
    value = request.args.get(field, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= most):
        raise QueryError(
            field,
            gettext("'%(value)s' is no whole number up to %(most)s", value=shortened(value), most=most),
            gettext("Give one, or leave it out."),
        )
    return int(value)


def shortened(value: str) -> str:
    """A text cut to what fits in a message."""
    return value if len(value) <= 40 else value[:39] + "…"
