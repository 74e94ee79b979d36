"""Asking ClamAV's daemon, clamd, what it knows about a file: its own protocol, over a socket of this machine or TCP.

Sources: clamd(8), COMMANDS (INSTREAM, VERSION, the `z` form); clamd.conf(5), StreamMaxLength. The whole of a question has one
limit of time, from the connection to the last byte of the answer; and of an answer a line is read, and no more.
"""

import re
import socket
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from registry import ambient
from registry.services.scanned import Scan, UnscannedError

if TYPE_CHECKING:
    from registry.config import Settings

LIMIT_S: Final = 20.0  # a file of five megabytes takes a fraction of a second; a proxy in front waits for a minute
TOO_LARGE: Final = "larger than its limit"
_PIECE, _LONGEST_LINE = 1 << 16, 1000
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")
_VERSION = re.compile(r"(?P<program>ClamAV [^/]{1,60})(?:/(?P<number>\d{1,9})/(?P<day>.{1,40}))?")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.:/+()-]")
_DAY = "%a %b %d %H:%M:%S %Y"  # as asctime writes it


@dataclass(frozen=True, slots=True)
class Version:
    """What a scanner says of itself; `signatures_at` is None where it names no day (signatures of one's own have none)."""

    program: str
    signatures_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clamd:
    """A daemon at an address as in the setting, asked with a limit of time."""

    address: str
    limit_s: float = LIMIT_S

    def scan(self, data: bytes) -> str | None:
        """The name of what it knows in the file, or None; UnscannedError if it cannot say."""
        answer = self._ask(b"zINSTREAM\0", data)
        if answer == "stream: OK":
            return None
        if found := _FOUND.fullmatch(answer):
            return _NO_NAME.sub("_", found["name"])[:100]
        raise UnscannedError(TOO_LARGE if "size limit exceeded" in answer else "it tells an error")

    def version(self) -> Version:
        """Which it is, and of when its signatures are; UnscannedError if it does not say."""
        said = _VERSION.fullmatch(self._ask(b"zVERSION\0"))
        if said is None:
            raise UnscannedError("it tells an error")
        return Version(said["program"], _day(said["day"]))

    def _ask(self, command: bytes, data: bytes | None = None) -> str:
        """The line that it answers to a command, with the file in pieces behind it."""
        until = ambient.seconds() + self.limit_s
        try:
            with self._connected() as line:
                try:
                    _send(line, command, until)
                    for piece in _pieces(data):
                        _send(line, piece, until)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it has heard enough, and may have said why
                return _line(line, until)
        except TimeoutError as error:
            raise UnscannedError("no answer in time") from error
        except OSError as error:
            raise UnscannedError("no connection") from error

    def _connected(self) -> socket.socket:
        if self.address.startswith("tcp:"):
            at = urlsplit(self.address)
            return socket.create_connection((at.hostname or "", at.port or 0), self.limit_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self.limit_s)  # without it one that takes no more connections is waited for
            line.connect(self.address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line


def scan_by(settings: "Settings") -> Scan:
    """What looks into files: the scanner that the settings name, or nothing."""
    return unasked if settings.file_scanner is None else Clamd(settings.file_scanner).scan


def unasked(_data: bytes) -> str | None:
    """Of a register without a scanner: nothing is known about any file."""
    return None


def _pieces(data: bytes | None) -> "list[bytes]":
    """The file as the protocol has it: pieces with their lengths, and a length of nought at the end."""
    if data is None:
        return []
    pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]
    return [struct.pack("!L", len(piece)) + piece for piece in (*pieces, b"")]


def _send(line: socket.socket, data: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(data)


def _line(line: socket.socket, until: float) -> str:
    """What it answers, up to the NUL at its end."""
    said = b""
    while not said.endswith(b"\0"):
        line.settimeout(_left(until))
        try:
            more = line.recv(_LONGEST_LINE)
        except ConnectionResetError:
            more = b""
        said += more
        if not more or len(said) > _LONGEST_LINE:
            raise UnscannedError("no whole answer")
    return said[:-1].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - ambient.seconds()
    if left <= 0:
        raise TimeoutError
    return left


def _day(text: str | None) -> datetime | None:
    """The day of signatures, to be taken as UTC: it is told without a zone."""
    try:
        return datetime.strptime(text or "", _DAY).replace(tzinfo=UTC)
    except ValueError:
        return None
