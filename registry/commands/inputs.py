"""Kinds of input that commands of several groups take: a text from a file, a file whole, and an instant."""

import hashlib
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from registry.config import Settings


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


class Handed(str):
    """A file that was handed in: as a text its name and SHA-256, so that requests with other bytes are other requests."""

    __slots__ = ("data", "name")

    name: str
    data: bytes

    @classmethod
    def of(cls, path: Path) -> "Handed":
        """The file at a path."""
        data = path.read_bytes()
        handed = cls(f"{path.name} {hashlib.sha256(data).hexdigest()}")
        handed.name, handed.data = path.name, data
        return handed


class HandedFile(click.ParamType):
    """A file read whole."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Handed:
        """The file; a usage error that names it if it cannot be read, or is larger than any import may be."""
        from registry.imports.limits import LIMITS

        if isinstance(value, Handed):
            return value
        try:
            if Path(value).stat().st_size > LIMITS.file_bytes:
                return self.fail(
                    f"{value}: it is larger than {LIMITS.file_bytes} bytes; give several files", param, ctx
                )
            return Handed.of(Path(value))
        except OSError as error:
            return self.fail(f"{value}: {error.strerror}; name a file", param, ctx)


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


def looked_into(options: Mapping[str, Any], settings: "Settings") -> dict[str, Any]:
    """The options, each file that was handed in as one that the scanner let pass; refusals as of `scanned`, noted in the log."""
    if not any(isinstance(value, Handed) for value in options.values()):
        return dict(options)
    from registry.opening import noted
    from registry.scanning import scan_by
    from registry.services.scanned import HarmError, UnscannedError, scanned

    scan, passed = scan_by(settings), dict(options)
    for name, value in options.items():
        if isinstance(value, Handed):
            try:
                passed[name] = scanned(value.name, value.data, scan)
            except (HarmError, UnscannedError) as error:
                noted(settings, error.event, bytes=len(value.data))
                raise
    return passed


class Day(click.DateTime):
    """A day, without a time that it does not have."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The date; a usage error otherwise."""
        return value if type(value) is date else super().convert(value, param, ctx).date()


TEXT, HANDED, INSTANT, DAY = Text(), HandedFile(), Instant(), Day()
