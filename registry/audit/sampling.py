"""A risk-limiting sample of records, to be compared with the receipts that filers hold.

1. If at least the share `altered` of the records was changed, a sample of the size stated meets none of them with a chance
   of at most `limit`: exact, by drawing without replacement (the hypergeometric distribution).
2. Who is drawn is fixed by a public seed that nobody knew before the log's checkpoint was published: the records with the
   smallest SHA-256(seed, 0x00, index in decimal). A record's number depends on nothing but itself, so that the sample from
   a longer log differs only by new records (and RFC 3797's mistakes cannot be made: no order of a list counts).
3. A receipt holds the whole record. One that differs is proof of an alteration; a sample without its receipts proves
   nothing, so those that nobody holds are named.

Everything here is pure.
"""

import hashlib
import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

LIMIT, ALTERED = Fraction(1, 100), Fraction(1, 100)


def altered_count(records: int, altered: Fraction) -> int:
    """How many altered records the sample is sized for: at least the share, and at least one."""
    return max(1, -(-records * altered.numerator // altered.denominator))


def chance_of_none(records: int, altered: int, size: int) -> Fraction:
    """The exact chance that a sample of `size` of the records meets none of the altered ones."""
    chance = Fraction(1)
    for drawn in range(size):
        if drawn >= records - altered:
            return Fraction(0)
        chance *= Fraction(records - altered - drawn, records - drawn)
    return chance


def sample_size(records: int, limit: Fraction = LIMIT, altered: Fraction = ALTERED) -> int:
    """The smallest sample that meets an altered record but for a chance of at most `limit`.

    The chance is compared as whole numbers, so that no rounding makes a sample too small.
    """
    count = altered_count(records, altered) if records else 0
    missing, all_ = 1, 1
    for size in range(records + 1):
        if missing * limit.denominator <= limit.numerator * all_:
            return size
        missing, all_ = missing * max(0, records - count - size), all_ * (records - size)
    return records


def ticket(seed: bytes, index: int) -> bytes:
    """The number by which a record is drawn, smallest first."""
    return hashlib.sha256(seed + b"\x00" + str(index).encode()).digest()


def sample(seed: bytes, records: int, size: int) -> list[int]:
    """The indexes of the records drawn, ascending; all of them where there are no more."""
    return sorted(heapq.nsmallest(size, range(records), key=lambda index: ticket(seed, index)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing the sample with receipts: indexes that agree, differ, and of which no receipt is at hand."""

    agree: tuple[int, ...]
    differ: Mapping[int, str]
    missing: tuple[int, ...]


def compare(
    drawn: Iterable[int], leaves: Mapping[int, bytes], receipts: Mapping[int, Any], contradicted: Collection[int] = ()
) -> Comparison:
    """The records drawn against the receipts at hand, which have been checked by themselves before.

    Parameters
    ----------
    leaves
        The leaf of each record drawn as the register has it now.
    contradicted
        The receipts whose signed checkpoint is not of the register's log, drawn or not.
    """
    agree, missing = [], []
    differ = dict.fromkeys(sorted(contradicted), "the log is not the one of the checkpoint in the receipt")
    for index in drawn:
        if index not in receipts:
            missing.append(index)
        elif receipts[index]["leaf"].encode() == leaves.get(index) and index not in differ:
            agree.append(index)
        else:
            differ.setdefault(index, "the register has another record than the receipt")
    return Comparison(tuple(agree), differ, tuple(missing))
