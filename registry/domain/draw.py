"""The draw: a public value in a draw file, and the seed made from it and an instance.

A draw file (`lunar-allocation-draw/1`, JSON) has round, source, reference (pulse, block or issue), value_hex,
published_at and, for an invented value, illustrative. One that the register exports also has instance_sha256,
seed_instance_sha256, seed_hex, seed_rule and drawn_at.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain.instants import parse_utc
from solver.fields import Fault, InputError, Record, check_format

FORMAT = "lunar-allocation-draw/1"
SEED_RULE = "SHA-256(instance hash bytes, 0x00, value bytes)"
LEAST_VALUE_BYTES = 16
_FIELDS = {
    "format": True, "round": True, "source": True, "reference": True, "value_hex": True, "published_at": True,
    "illustrative": False, "instance_sha256": False, "seed_instance_sha256": False, "seed_hex": False,
    "seed_rule": False, "drawn_at": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicValue:
    """A value as its source published it; `reference` tells it from the source's other values."""

    source: str
    reference: str
    value_hex: str
    published_at: datetime
    illustrative: bool = False

    @property
    def value(self) -> bytes:
        """The value's bytes."""
        return bytes.fromhex(self.value_hex)


@dataclass(frozen=True, slots=True)
class DrawFile:
    """A draw file: the value, and the hashes and seed where the file names them."""

    round: str
    value: PublicValue
    instance_sha256: str | None = None
    seed_instance_sha256: str | None = None
    seed_hex: str | None = None


def seed(instance_sha256: str, value: bytes) -> str:
    """SHA-256(instance hash bytes, 0x00, value bytes), in lower-case hex."""
    return hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).hexdigest()


def read_draw_file(document: Any) -> DrawFile:
    """The draw in a document.

    Raises
    ------
    InputError
        With every fault: where, what, and the mend.
    """
    check_format(document, FORMAT)
    faults: list[Fault] = []
    record = Record(document, "", faults, _FIELDS)
    value = PublicValue(
        source=record.text("source"),
        reference=record.text("reference"),
        value_hex=_hex(record, "value_hex", faults),
        published_at=_instant(record, "published_at"),
        illustrative=record.raw("illustrative") is True,
    )
    if record.raw("illustrative") not in (None, True, False):
        record.fault("illustrative", "it is neither true nor false", "give true or false")
    found = DrawFile(record.text("round"), value, *(record.optional_text(name) for name in _HASHES))
    if faults:
        raise InputError(faults)
    return found


_HASHES = ("instance_sha256", "seed_instance_sha256", "seed_hex")


def value_faults(value_hex: str) -> list[str]:
    """What is wrong with a public value: no hexadecimal, or too short to be one."""
    try:
        size = len(bytes.fromhex(value_hex))
    except ValueError:
        return ["it is not whole bytes in hexadecimal; copy the published value"]
    if size < LEAST_VALUE_BYTES:
        return [f"it has {size} bytes; a public value has {LEAST_VALUE_BYTES} or more"]
    return []


def _hex(record: Record, name: str, faults: list[Fault]) -> str:
    text = record.text(name)
    if not record.is_sound_at(name):
        return ""
    for sentence in value_faults(text):
        what, _, mend = sentence.partition("; ")
        faults.append(Fault(record.at(name), what, mend))
    return text.lower()


def _instant(record: Record, name: str) -> datetime:
    text = record.text(name)
    try:
        return parse_utc(text)
    except ValueError:
        if record.is_sound_at(name):
            record.fault(
                name, f"{text!r} is no instant with its offset from UTC", "give for example 2027-09-08T12:00:00Z"
            )
        return parse_utc("1970-01-01T00:00:00Z")


def check_draw(file: DrawFile, instance_sha256: str) -> list[str]:
    """What contradicts in a draw file and the instance that its seed was made from; empty if nothing does."""
    problems = []
    named = file.seed_instance_sha256 or file.instance_sha256
    if named is not None and named != instance_sha256:
        problems.append(f"the draw names the instance {named}, the file given is {instance_sha256}; give that instance")
    elif file.seed_hex is not None and file.seed_hex != seed(instance_sha256, file.value.value):
        problems.append(f"the draw names the seed {file.seed_hex}, but its value gives another; do not use it")
    return problems
