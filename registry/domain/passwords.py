"""What a password must not be. No rules on kinds of characters and no dates of expiry (NIST SP 800-63B-4, 3.1.1.2)."""

import unicodedata
from collections.abc import Iterable

from registry.domain.access import LEAST_PASSWORD, LONGEST_PASSWORD

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1234567890")
_COMMON = ("password", "passwort", "motdepasse", "contrasena", "iloveyou", "letmein", "welcome", "administrator",
    "changeme", "whatever", "princess", "sunshine", "football", "superman", "dragon", "monkey", "qwerty",
    "lunarsiteregistry", "lunar", "registry", "moon")  # fmt: skip
_LEAST_OWN = 6


def password_fault(password: str, about: Iterable[str] = ()) -> str | None:
    """What is wrong with a password and what would do, or None; `about` names the person: address, name."""
    if len(password) < LEAST_PASSWORD:
        return f"it has {len(password)} characters; give {LEAST_PASSWORD} or more"
    if len(password) > LONGEST_PASSWORD:
        return f"it has {len(password)} characters; give at most {LONGEST_PASSWORD}"
    if own_characters(password, about) < _LEAST_OWN:
        return "it is made of what others try first (common words, rows of keys, your name); take words of your own"
    return None


def own_characters(password: str, about: Iterable[str] = ()) -> int:
    """How many different characters are left without common words, rows of keys, repetitions, and the person's name."""
    text = "".join(c for c in unicodedata.normalize("NFKD", password).casefold() if c.isalnum())
    names = {part for value in about for part in _parts(value) if len(part) > 2}
    for word in sorted({*_COMMON, *names}, key=len, reverse=True):
        text = text.replace(word, "")
    kept = [c for before, c in zip(" " + text, text, strict=False) if not _follows(before, c)]
    return len(set(kept))


def _parts(value: str) -> Iterable[str]:
    folded = unicodedata.normalize("NFKD", value).casefold()
    return "".join(c if c.isalnum() else " " for c in folded).split()


def _follows(before: str, after: str) -> bool:
    """Whether a character repeats the one before it, or is its neighbour in the alphabet or on a keyboard."""
    return before == after or any(before + after in row or after + before in row for row in _ROWS)
