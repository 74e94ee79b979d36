"""What is checked of a register that was just loaded, before it is kept: rows against their hashes, the log against its root."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.leaves import stored_leaves
from registry.backups.errors import BackupError
from registry.backups.snapshot import Digest, Log, digest
from registry.backups.tables import Table
from registry.log import records, tree


def check_rows(connection: sa.Connection, tables: Iterable[Table], expected: Mapping[str, Digest]) -> None:
    """Read every table back; BackupError for the first whose rows are not those that were to be loaded."""
    for table in tables:
        if digest(connection, table) != expected[table.name]:
            raise BackupError(
                f"{table.name}: the rows that were loaded are not those of the original; nothing was loaded"
            )


def check_log(connection: sa.Connection, log: Log) -> None:
    """Build the tree anew from the leaf hashes and compare its nodes, size and root; BackupError if any differ."""
    built: dict[tuple[int, int], bytes] = {}
    size = 0
    for index, leaf in connection.execute(
        sa.select(records.Record.index, records.Record.leaf_hash).order_by(records.Record.index)
    ):
        if index != size:
            raise BackupError(f"records/{size} is missing from the log; nothing was loaded")
        for level, position, hash_ in tree.completed_nodes(index, leaf, lambda level, position: built[level, position]):
            built[level, position] = hash_
        size += 1
    root = tree.root(size, lambda level, position: built[level, position]).hex()
    if (size, root) != (log.size, log.root_sha256):
        raise BackupError(
            f"the log has {size} records and root {root}, not {log.size} and {log.root_sha256}; nothing was loaded"
        )
    node = records.TreeNode
    stored = connection.execute(sa.select(node.level, node.position, node.hash))
    if {(level, position): hash_ for level, position, hash_ in stored} != built:
        raise BackupError("tree_nodes: the stored tree is not that of the records; nothing was loaded")


def check_leaves(connection: sa.Connection) -> None:
    """Compute every leaf from its record, in the present form of the tables, and compare its hash."""
    with Session(connection, autoflush=False) as session:
        for leaf in stored_leaves(session):
            if leaf.hash != leaf.stored_hash:
                raise BackupError(f"records/{leaf.index}: the content is not what the log hashed; nothing was loaded")
