"""How much a backup may hold: checked on what it says of itself before it is read, and on what comes while it is read.

A register of 10,000 claims takes about 0.5 GB unpacked; the limits leave room for a hundred times that. The ratio is the
guard against archives that are small and unpack to more than the machine has: rows of a register shrink to about a
tenth, copies of one claim to about a hundredth, and zeros, as a bomb has them, to a thousandth.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and a ratio (bytes unpacked for each byte packed)."""

    parts: int = 200
    unpacked_bytes: int = 64 * 2**30
    ratio: int = 400
    free_of_ratio_bytes: int = 2**20
    manifest_bytes: int = 2**20
    secret_bytes: int = 2**16
    row_bytes: int = 2**28


LIMITS = Limits()
