"""The log for programs: records, checkpoints, receipts, proofs of inclusion and of consistency, keys and witnesses."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response

from registry import signing
from registry.log import checkpoints, proofs, reading, records, signed_note
from registry.log import consistency as growing
from registry.log.receipts import file_bytes
from registry.queries import keys as kept
from registry.services.errors import ServiceError
from registry.web.access.context import access
from registry.web.api.answers import answer, body_of
from registry.web.api.blueprint import OBJECT, listing, operation, single
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import MOST as MOST_ITEMS
from registry.web.api.paging import Asked, Page, Paging, next_address
from registry.web.api.rounds import MOST
from registry.web.errors import UnsignedError
from registry.web.receipts import checkpoint_now, receipt_of
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer


class Record(Model):
    """One line of the log: a leaf of its tree. What the caller may not see is sealed in `content`."""

    index: int = says("Its place in the log, from 0")
    at: datetime = says("When it happened")
    actor: Json = says("Role and party of who acted; a person only where the caller may know")
    act: str = says("What was done")
    subject: str = says("What it was done to, for example claims/C-0001")
    content: Json = says("The full new content, with sealed values in place of what is confidential")
    leaf_hash: str = says("RFC 9162 hash of its leaf, in hex")


class Checkpoint(Model):
    """The signed state of the log."""

    origin: str = says("Name of the log")
    size: int = says("How many records it has")
    root: str = says("Root hash of its tree, in hex")
    note: str = says("The checkpoint as a signed note (C2SP tlog-checkpoint), with co-signatures")


class Inclusion(Model):
    """That a record is in the log of a size."""

    index: int = says("Place of the record")
    size: int = says("Size of the log that the proof is for")
    leaf_hash: str = says("Hash of its leaf, in hex")
    root: str = says("Root hash of the log of that size, in hex")
    proof: tuple[str, ...] = says("Hashes of RFC 9162, section 2.1.3, in hex")


class Key(Model):
    """A key that signs, or signed, the log."""

    id: str = says("Its id")
    vkey: str = says("The verifier key as a note has it")
    origin: str = says("Name of the log")
    established_at: datetime = says("Since when it counts")
    retired_at: datetime | None = says("Since when another one counts")
    until_size: int | None = says("Up to which size its signatures count")
    illustrative: bool = says("Whether it says that the register is invented")


class Witness(Model):
    """A key with which a party's delegation co-signs."""

    id: str = says("Its id")
    party: str = says("Its party")
    name: str = says("Its name")
    vkey: str = says("Its verifier key")
    established_at: datetime = says("Since when it counts")
    retired_at: datetime | None = says("Since when it counts no more")
    newest_size: int | None = says("Newest size that it co-signed")


class RecordsQuery(Asked):
    """Which records."""

    limit: int = says("How many at most", default=100, ge=1, le=MOST_ITEMS)
    after: int | None = says("Only records after this index", default=None, ge=0, le=MOST)


class RecordPath(Model):
    """One record."""

    record: int = says("Its index in the log, from 0", ge=0, le=MOST)


class SizeQuery(Asked):
    """For which size of the log."""

    size: int | None = says("Size of the log; the present one if absent", default=None, ge=1, le=MOST)


class SizesQuery(SizeQuery):
    """Between which sizes."""

    old: int = says("The smaller size", default=1, ge=1, le=MOST)


@operation("/log/records", {200: Page[Record]}, "log")
def log_records(query: RecordsQuery) -> Response:
    """Records in order of their index, as the caller may see them."""
    first = 0 if query.after is None else query.after + 1
    found = reading.records_page(session(), first, query.limit, viewer())
    more = first + query.limit < found.size
    following = next_address(str(first + query.limit - 1)) if more else None
    items = [Record.model_validate(row) for row in found.records]
    made = Page[Record](items=items, total=found.size, next=following)
    return answer(made, links=[("next", following)] if following else [])


@single("/log/records/<int:record>", Record, "log", "record")
def log_record(path: RecordPath) -> reading.RecordView | None:
    """One record as the caller may see it."""
    if path.record >= records.size(session()):
        return None
    return reading.records_page(session(), path.record, 1, viewer()).records[0]


@single("/log/records/<int:record>/inclusion", Inclusion, "log", "record")
def inclusion(path: RecordPath, query: SizeQuery) -> Json | None:
    """The proof that a record is in the log of a size."""
    size = _size(query.size)
    if path.record >= size:
        return None
    found = proofs.inclusion(session(), path.record, size)
    hashes = [part.hex() for part in found.proof]
    said = {"leaf_hash": found.leaf_hash.hex(), "root": found.root.hex(), "proof": hashes}
    return {"index": found.index, "size": found.size, **said}


@operation("/log/records/<int:record>/receipt", OBJECT, "log")
def log_receipt(path: RecordPath) -> Response:
    """The receipt of a record: leaf, proof and signed checkpoint, as `registry receipt check` takes it."""
    if path.record >= records.size(session()):
        no_such("record", str(path.record))
    return answer(file_bytes(receipt_of(path.record)))


@operation("/log/consistency", OBJECT, "log")
def consistency(query: SizesQuery) -> Response:
    """The proof that the log of a size begins with the records of a smaller one, as `audit consistency-file` takes it."""
    size = _size(query.size)
    if query.old > size:
        no_such("state of the log", f"{query.old} records before {size}")
    proof = proofs.consistency(session(), query.old, size)
    origin = _said(checkpoint_now()).origin
    return answer(body_of(growing.document(origin, proof)))


@single("/log/checkpoint", Checkpoint, "log", "checkpoint")
def log_checkpoint(query: SizeQuery) -> Json | None:
    """The signed checkpoint of the log as it is now, or as it was at a size."""
    size = _size(query.size)
    try:
        note = signing.checkpoint(session(), access().settings, size)
    except ServiceError as error:
        raise UnsignedError(
            "The log cannot be signed at this size now: its key is not there, or signs it no more."
        ) from error
    said = _said(note)
    return {"origin": said.origin, "size": said.size, "root": said.root.hex(), "note": note}


@listing("/log/keys", Key, "log")
def log_keys(query: Paging) -> Sequence[kept.KeyRow]:
    """The public keys of the log, each with the size up to which it counts."""
    return kept.list_keys(session())


@listing("/log/witnesses", Witness, "log")
def witnesses(query: Paging) -> Sequence[kept.WitnessRow]:
    """The witnesses that co-sign the log."""
    return kept.list_witnesses(session())


def _said(note: str) -> checkpoints.Checkpoint:
    return checkpoints.parse_body(signed_note.signatures_of(note).body)


def _size(asked: int | None) -> int:
    size = records.size(session())
    if size == 0 or (asked or 0) > size:
        no_such("state of the log", f"{asked or 0} records")
    return asked or size
