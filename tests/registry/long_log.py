"""A long log made in one go: records with sealed values and all tree nodes, for what needs many of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM
from registry.log import records, sealing, signed_note, tree
from registry.services import keys

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
KEY = signed_note.signer("illustrative.example/log", b"\x01" * 32)
_SALT = b"\x02" * sealing.SALT_BYTES


def fill(session: Session, count: int) -> None:
    """A key, and records up to `count` in all; each has the actor's name sealed."""
    keys.establish(session, KEY.verifier.vkey, SYSTEM, AT, illustrative=True)
    lengthen(session, count)


def lengthen(session: Session, count: int) -> None:
    """Records up to `count` in all."""
    nodes = Nodes({(row.level, row.position): row.hash for row in session.scalars(sa.select(records.TreeNode))})
    rows = [_row(index) for index in range(records.size(session), count)]
    if rows:
        session.execute(sa.insert(records.Record), rows)
        session.execute(sa.insert(records.TreeNode), nodes.completed(rows))


class Nodes:
    """The nodes of a tree kept in memory, while rows of records are added to it."""

    def __init__(self, known: dict[tuple[int, int], bytes] | None = None) -> None:
        self._known = known or {}

    def __call__(self, level: int, position: int) -> bytes:
        return self._known[level, position]

    def completed(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows of the nodes that these records complete."""
        return [node for row in rows for node in self._completed(row["index"], row["leaf_hash"])]

    def _completed(self, index: int, leaf_hash: bytes) -> Iterator[dict[str, Any]]:
        for level, position, hash_ in tree.completed_nodes(index, leaf_hash, self):
            self._known[level, position] = hash_
            yield {"level": level, "position": position, "hash": hash_}


def _row(index: int) -> dict[str, Any]:
    record = records.Record(
        index=index, at=AT, act="comment-made", subject=f"claims/C-{index:04d}", salt=_SALT, sealed=["/actor/name"],
        actor={"name": f"person{index}@example.org", "role": "delegate", "party": "IND"},
        content={"rows": {"comments": [{"id": f"M-{index:04d}", "text": "We land on the other side of the ridge. " * 5}]}},
    )  # fmt: skip
    return row_of(record)


def row_of(record: records.Record) -> dict[str, Any]:
    """A record with its leaf hash as a row to be inserted with many others."""
    record.leaf_hash = tree.leaf_hash(record.leaf())
    return {column.key: getattr(record, column.key) for column in sa.inspect(records.Record).column_attrs}
