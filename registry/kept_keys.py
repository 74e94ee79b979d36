"""Keys of second factors as the database keeps them: encrypted and authenticated, and encrypted anew when the secret changes."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from passlib.exc import PasslibSecurityError
from passlib.totp import TOTP

_PURPOSE = "keys of second factors"


class KeptKeys:
    """Closes with the first secret (Fernet: AES and HMAC), and opens what was closed with any of them.

    What was kept before, by passlib without a MAC, was closed with the oldest; it is left to passlib until it is kept anew.
    """

    def __init__(self, known: Sequence[str]):
        boxes = [Fernet(derived_key(_PURPOSE, secret)) for secret in known]
        self._box, self._newest = MultiFernet(boxes), boxes[0]
        self._before = TOTP.using(secrets={"1": known[-1]})

    def closed(self, key: str) -> str:
        """A key (JSON of passlib) as it is to be kept."""
        return self._box.encrypt(key.encode()).decode()

    def opened(self, kept: str) -> str:
        """The key in what was kept; InvalidToken if it was changed, or closed with another secret."""
        return kept if is_without_mac(kept) else self._box.decrypt(kept.encode()).decode()

    def is_newest(self, kept: str) -> bool:
        """Whether nothing but the first secret is needed for it."""
        try:
            return not is_without_mac(kept) and bool(self._newest.decrypt(kept.encode()))
        except InvalidToken:
            return False

    def anew(self, kept: str) -> str | None:
        """What is to be kept instead, closed with the first secret; None if no secret opens it."""
        try:
            if is_without_mac(kept):
                return self.closed(self._before.from_source(kept).to_json(encrypt=False))
            return self._box.rotate(kept.encode()).decode()
        except (InvalidToken, PasslibSecurityError, ValueError, TypeError, KeyError):
            return None


def is_without_mac(kept: str) -> bool:
    """Whether passlib closed it."""
    return kept.startswith("{")  # JSON of passlib


def derived_key(purpose: str, secret: str) -> bytes:
    """A key for Fernet from a secret of the settings, another one for each purpose."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose} {secret}".encode()).digest())
