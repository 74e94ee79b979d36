"""Files of strangers, looked into before anything of them is read or kept.

Nothing keeps the bytes of a file but as a `ScannedFile`, and only `scanned` makes one: whoever forgets to ask the scanner has
nothing that could be handed on. A file about which the scanner says nothing is not taken.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.domain.attachments import clean_name
from registry.services.errors import ServiceError, ValidationError

Scan = Callable[[bytes], str | None]
"""What looks into a file: the name of the harm that it knows in it, or None; UnscannedError if it cannot say."""


class UnscannedError(ServiceError):
    """The scanner gave no answer about a file, which is therefore not taken; `why` says for operators what happened."""

    event = "file-not-scanned"

    def __init__(self, why: str):
        super().__init__(
            "the file was not taken, and nothing was changed: the scanner that has to look into it does not answer; "
            "try again later, and tell those who run the register if it goes on"
        )
        self.why = why


class HarmError(ValidationError):
    """A file in which the scanner knows something that does harm; `found` is the scanner's name for it."""

    event = "harm-found"

    def __init__(self, name: str, found: str):
        super().__init__(
            [
                f"file: the scanner knows {found} in {name}, which does harm; give one without it, made on a clean machine"
            ]
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file that was looked into: the name that it was sent with, and its bytes."""

    name: str
    data: bytes


def scanned(name: str, data: bytes, scan: Scan) -> ScannedFile:
    """The file, once the scanner has looked into it; to be called before anything is locked, for it may take its time.

    Raises
    ------
    HarmError
        If the scanner knows something in it.
    UnscannedError
        If the scanner cannot say.
    """
    found = scan(data) if data else None
    if found is not None:
        raise HarmError(clean_name(name) or "this file", found)
    return ScannedFile(name, data)
