"""By which names the register may be asked for."""

from flask import Flask, request
from flask_babel import gettext
from werkzeug.sansio.utils import host_is_trusted

from registry.web.errors import QueryError

PROBES = ("health.",)
"""Whoever looks whether the process is well asks by its number, not by its name."""


def add_trusted_hosts(app: Flask, names: str | None) -> None:
    """Refuse requests for any other name than those in `names`, separated by commas, with code 400; none: refuse nothing.

    Addresses in answers are made of the name that was asked for; a foreign one would lead readers elsewhere.
    """
    trusted = [name.strip() for name in (names or "").split(",") if name.strip()]

    def refuse() -> None:
        if not (request.endpoint or "").startswith(PROBES) and not host_is_trusted(request.host, trusted):
            raise QueryError(
                "Host", gettext("the register is not asked for by this name"), gettext("Use its public address.")
            )

    if trusted:
        app.before_request(refuse)
