"""Recovery codes: kept as salted digests, each good once."""

import base64
import hmac
from typing import Any

import argon2
from flask_security import MfRecoveryCodesUtil

from registry import ambient

# A code has 48 random bits and not 112, so that it needs the digest of a password (OWASP ASVS 6.5.2). The costs are the least
# of OWASP's cheat sheet for argon2id: ten codes are made at once, and wrong ones make the account wait.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SALT_BYTES = 16


class RecoveryCodes(MfRecoveryCodesUtil):
    """Digests of the codes of a person, all with one random salt: an attempt costs one digest, and not ten."""

    def get_recovery_codes(self, user: Any) -> list[str]:
        """None: codes are shown once, when they are made."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether it is one of those not used yet."""
        return _place(user, code) is not None

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Use a code up; whether it was there."""
        place = _place(user, code)
        if place is None:
            return False
        user.mf_recovery_codes.pop(place)
        return True

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        salt = ambient.random_bytes(_SALT_BYTES)
        return [_HASHER.hash(code, salt=salt) for code in codes]


def _place(user: Any, code: str) -> int | None:
    """Where a code stands among those kept."""
    kept = list(user.mf_recovery_codes or ())
    digests = {salt: _HASHER.hash(code, salt=salt) for salt in {_salt(digest) for digest in kept}}
    found = [hmac.compare_digest(digest, digests[_salt(digest)]) for digest in kept]
    return found.index(True) if True in found else None


def _salt(digest: str) -> bytes:
    text = digest.split("$")[-2]
    return base64.b64decode(text + "=" * (-len(text) % 4))
