"""A stand-in of clamd that speaks its protocol on a socket, and knows one harm; or fails in one of the ways that it may."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HARM = b"ILLUSTRATIVE-HARM"  # in a file that the stand-in knows
NAME = "Illustrative.Harm-1"
NEW = "ClamAV 1.4.3/27500/Sat Sep 04 10:00:00 2027"
MOST_BYTES = 26_000_000


class TooLargeError(Exception):
    """More was sent than the stand-in takes."""


@dataclass
class StandIn:
    """Its address as in the setting; what it was sent; `behaves` may be changed while it runs."""

    address: str
    behaves: str = "well"
    says: str = NEW
    name: str = NAME
    most_bytes: int = MOST_BYTES
    seen: list[bytes] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None  # done before it answers about a file

    def answer(self, line: socket.socket) -> None:
        command = _until_nul(line)
        if command == b"zVERSION":
            self._say(line, self.says)
        elif command == b"zINSTREAM":
            self._scan(line)
        else:
            self._say(line, "UNKNOWN COMMAND")

    def _scan(self, line: socket.socket) -> None:
        if self.behaves == "closes in the middle":
            line.recv(100)
            return
        try:
            data = _stream(line, self.most_bytes)
        except TooLargeError:
            self._say(line, "INSTREAM size limit exceeded. ERROR")
            return
        self.seen.append(data)
        if self.meanwhile is not None:
            self.meanwhile()
        self._say(line, f"stream: {self.name} FOUND" if HARM in data else "stream: OK")

    def _say(self, line: socket.socket, text: str) -> None:
        said = text.encode() + b"\0"
        if self.behaves == "is silent":
            line.recv(1)  # until the other has enough
        elif self.behaves == "never ends":
            line.settimeout(0.05)
            for _ in range(200):
                line.sendall(b"s")
                try:
                    if line.recv(1) == b"":
                        return
                except TimeoutError:
                    pass
        else:
            line.sendall(SAID.get(self.behaves, lambda well: well)(said))


SAID: dict[str, Callable[[bytes], bytes]] = {
    "tells an error": lambda _: b"stream: Can't allocate memory ERROR\0",
    "says nothing": lambda _: b"\0",
    "breaks off": lambda well: well[:-1],
    "says two things": lambda well: b"stream: OK\0" + well,
    "talks on": lambda _: b"stream: " + b"x" * 5000,
    "is no clamd": lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n\0",
}


@contextmanager
def standing_in(folder: Path, kind: str = "unix") -> Iterator[StandIn]:
    """A stand-in on a socket in the folder, or on a port of this machine."""
    if kind == "unix":
        listening, path = socket.socket(socket.AF_UNIX), folder / "clamd.ctl"
        listening.bind(str(path))
        address = f"unix:{path}"
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    listening.listen()
    stand_in = StandIn(address)
    thread = threading.Thread(target=_serve, args=(listening, stand_in))
    thread.start()
    try:
        yield stand_in
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        listening.close()


def _serve(listening: socket.socket, stand_in: StandIn) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line, suppress(OSError):  # the other may have gone
            stand_in.answer(line)


def _until_nul(line: socket.socket) -> bytes:
    said = b""
    while (sign := line.recv(1)) not in (b"\0", b""):
        said += sign
    return said


def _stream(line: socket.socket, most: int) -> bytes:
    data = bytearray()
    while size := struct.unpack("!L", _exactly(line, 4))[0]:
        if len(data) + size > most:
            raise TooLargeError
        data += _exactly(line, size)
    return bytes(data)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = line.recv(size, socket.MSG_WAITALL)
    if len(found) < size:
        raise ConnectionError
    return found
