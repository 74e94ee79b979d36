"""Tickets: the published order in which ties are broken.

ticket(id) = SHA-256(seed bytes, 0x00, id in UTF-8), smallest first. A ticket depends on the id alone, so adding a row
moves nobody else. The seed comes from a draw made after the instance was frozen; the default 00 is for trials.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TRIAL_SEED = b"\x00"


def ticket(seed: bytes, name: str) -> str:
    """The ticket of a party or claim, in lower-case hex."""
    return hashlib.sha256(seed + b"\x00" + name.encode("utf-8")).hexdigest()


def in_ticket_order(names: Iterable[str], seed: bytes, tickets: Mapping[str, str] | None = None) -> list[str]:
    """Names by ticket, smallest first; `tickets` replaces the seed's where given."""
    given = tickets or {}
    return sorted(names, key=lambda name: (given.get(name) or ticket(seed, name), name))


@dataclass(frozen=True, slots=True)
class Draw:
    """What decides ties in one run: the seed, or tickets given in its place."""

    seed: bytes = TRIAL_SEED
    tickets: Mapping[str, str] | None = None

    def order(self, names: Iterable[str]) -> list[str]:
        """Names by ticket, smallest first."""
        return in_ticket_order(names, self.seed, self.tickets)
