"""Kinds of input that commands of several groups take: a text from a file, and an instant."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click


class Text(click.ParamType):
    """A text in UTF-8 from a file, or from standard input for "-": no one else on the machine sees it in passing."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text in the file; a usage error that names the file otherwise."""
        try:
            return (sys.stdin.buffer.read() if value == "-" else Path(value).read_bytes()).decode()
        except OSError as error:
            return self.fail(f"{value}: {error.strerror}; name a text file, or - for standard input", param, ctx)
        except UnicodeDecodeError as error:
            return self.fail(f"{value}: byte {error.start} is not UTF-8; save the text as UTF-8", param, ctx)


class Instant(click.ParamType):
    """An instant with its offset from UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware instant; a usage error otherwise."""
        from registry.domain.instants import parse_utc

        try:
            return value if isinstance(value, datetime) else parse_utc(value)
        except ValueError as error:
            return self.fail(f"{error}; write for example 2032-01-01T00:00:00Z", param, ctx)


TEXT, INSTANT = Text(), Instant()
