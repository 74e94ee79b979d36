"""A long log made in one go: records with sealed values and all tree nodes, for what needs many of them."""

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
    nodes = _Nodes(session)
    rows = [_row(index, nodes) for index in range(records.size(session), count)]
    session.execute(sa.insert(records.Record), rows)
    session.execute(sa.insert(records.TreeNode), nodes.new)


class _Nodes:
    """The stored nodes, and those to be stored."""

    def __init__(self, session: Session) -> None:
        self.known = {(row.level, row.position): row.hash for row in session.scalars(sa.select(records.TreeNode))}
        self.new: list[dict[str, Any]] = []

    def __call__(self, level: int, position: int) -> bytes:
        return self.known[level, position]

    def add(self, index: int, leaf_hash: bytes) -> None:
        for level, position, hash_ in tree.completed_nodes(index, leaf_hash, self):
            self.known[level, position] = hash_
            self.new.append({"level": level, "position": position, "hash": hash_})


def _row(index: int, nodes: _Nodes) -> dict[str, Any]:
    record = records.Record(
        index=index, at=AT, act="comment-made", subject=f"claims/C-{index:04d}", salt=_SALT, sealed=["/actor/name"],
        actor={"name": f"person{index}@example.org", "role": "delegate", "party": "IND"},
        content={"rows": {"comments": [{"id": f"M-{index:04d}", "text": "We land on the other side of the ridge. " * 5}]}},
    )  # fmt: skip
    record.leaf_hash = tree.leaf_hash(record.leaf())
    nodes.add(index, record.leaf_hash)
    return {column.key: getattr(record, column.key) for column in sa.inspect(records.Record).column_attrs}
