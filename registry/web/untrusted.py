"""What anybody may write in an address or a body, read so that nothing written there is a fault of the server."""

from typing import Any, Final

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_ID: Final = 2**31 - 1  # what PostgreSQL keeps in an integer column


class Ids(IntegerConverter):
    """Numbers in addresses: one that no database can keep is a page that is not there."""

    def to_python(self, value: str) -> int:
        """The number; what has too many digits is not even read."""
        if len(value) > len(str(LARGEST_ID)) or int(value) > LARGEST_ID:
            raise ValidationError
        return int(super().to_python(value))


class Bodies(DefaultJSONProvider):
    """JSON in bodies: nesting deeper than Python reads is a fault of the body, like any other in its writing."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value; ValueError if there is none."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error


def add_careful_reading(app: Flask) -> None:
    """Have all addresses and bodies read so; before any route is added."""
    app.url_map.converters["int"] = Ids
    app.json_provider_class = Bodies  # Flask-Security makes one of its own from it
    app.json = Bodies(app)
