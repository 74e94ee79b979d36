"""Receipts of what was recorded: for everybody, with what is confidential opened to those who may see it."""

from typing import Any

from sqlalchemy.orm import Session

from registry.domain.visibility import PUBLIC, Viewer
from registry.log import checkpoints, proofs, receipts, signed_note, tree
from registry.log.reading import RecordView, openings_of, records_about
from registry.log.records import Record
from registry.queries.keys import is_illustrative
from registry.services.errors import ConflictError, NotFoundError


def receipt(session: Session, index: int, checkpoint: str, viewer: Viewer = PUBLIC) -> dict[str, Any]:
    """The receipt of record `index` under a checkpoint of this very snapshot.

    Raises
    ------
    NotFoundError
        If the checkpoint covers no such record.
    ConflictError
        If the record is not the one that was hashed: the database was changed behind the program's back.
    """
    said = checkpoints.parse_body(signed_note.signatures_of(checkpoint).body)
    record = session.get(Record, index)
    if record is None or index >= said.size:
        raise NotFoundError(f"there is no record {index}; the log has {said.size}, counted from 0")
    proof = proofs.inclusion(session, index, said.size)
    leaf = record.leaf()
    if not tree.verify_inclusion(index, said.size, tree.leaf_hash(leaf), proof.proof, said.root):
        raise ConflictError(f"record {index} is not the one that was recorded; run: registry audit verify")
    opened = openings_of(session, record, viewer)
    illustrative = _is_illustrative(session, record)
    return receipts.document(leaf, opened, proof, said.origin, checkpoint, illustrative=illustrative)


def about(session: Session, subject: str, viewer: Viewer = PUBLIC) -> tuple[RecordView, ...]:
    """The records about a subject, oldest first; a claim that is not there for the viewer is like one that never was."""
    rows = tuple(row for row in records_about(session, subject, viewer) if not row.is_hidden)
    if not rows:
        raise NotFoundError(f"there is no record about {subject}; name one like claims/C-0001 or rounds/2027-1")
    return rows


def _is_illustrative(session: Session, record: Record) -> bool:
    rows = (row for table in record.content.get("rows", {}).values() for row in table)
    return is_illustrative(session) or any(row.get("illustrative") is True for row in rows)
