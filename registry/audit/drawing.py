"""The sample of a register's own log, and its comparison with receipts at hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.audit import sampling
from registry.domain.instants import utc_text
from registry.log import checkpoints, proofs, receipts, records
from registry.services.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class DrawnRecord:
    """A record of the sample: whoever it is about may hold a receipt."""

    index: int
    at: str
    act: str
    subject: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample, with all that is needed to repeat it."""

    seed: str
    size: int
    root: str
    limit: str
    altered_records: int
    chance_of_none: float
    records: tuple[DrawnRecord, ...]


def draw(session: Session, seed: bytes, size: int | None, limit: Fraction, altered: Fraction) -> Drawn:
    """The records that the seed draws from the first `size` (all of them if None)."""
    total = records.size(session)
    size = total if size is None else size
    if not 0 < size <= total:
        raise NotFoundError(f"the log has {total} records, not {size}; a checkpoint of more is evidence of a cut")
    wanted = sampling.sample_size(size, limit, altered)
    chosen = sampling.sample(seed, size, wanted)
    count = sampling.altered_count(size, altered)
    chance = float(sampling.chance_of_none(size, count, wanted))
    rows = tuple(_described(session, index) for index in chosen)
    return Drawn(seed.hex(), size, proofs.root(session, size).hex(), str(float(limit)), count, chance, rows)


def compared(
    session: Session, drawn: Drawn, files: Mapping[str, bytes]
) -> tuple[sampling.Comparison, Mapping[str, str]]:
    """The sample against receipts in files, and for each file that is none why not.

    A receipt has to hold by itself, under a key of this register, before it says anything.
    """
    keys = checkpoints.log_keys(session)
    held: dict[int, Any] = {}
    faults: dict[str, str] = {}
    for name, data in files.items():
        receipt = _parsed(data)
        found = receipts.faults(receipt, keys)
        if found:
            faults[name] = "; ".join(found)
        else:
            held[receipt["index"]] = receipt
    indexes = [row.index for row in drawn.records]
    leaves = {index: _record(session, index).leaf() for index in indexes if index in held}
    return sampling.compare(indexes, leaves, held, _contradicted(session, held)), faults


def _contradicted(session: Session, held: Mapping[int, Any]) -> set[int]:
    """The receipts, in the sample or not, whose signed checkpoint is not of this log."""
    keys, total = checkpoints.log_keys(session), records.size(session)
    opened = {index: checkpoints.open_checkpoint(receipt["checkpoint"], keys) for index, receipt in held.items()}
    return {
        index for index, said in opened.items() if said.size > total or proofs.root(session, said.size) != said.root
    }


def _described(session: Session, index: int) -> DrawnRecord:
    row = _record(session, index)
    return DrawnRecord(index, utc_text(row.at), row.act, row.subject)


def _record(session: Session, index: int) -> records.Record:
    row = session.scalars(select(records.Record).where(records.Record.index == index)).one_or_none()
    if row is None:
        raise NotFoundError(f"record {index} is missing; run registry audit verify")
    return row


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
