"""The database against its own log: every leaf, node of the tree, cell that a record covers, signature and attached file.

An insider who changes the database and recomputes all of it contradicts any checkpoint that somebody kept: give those.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from registry.audit import attached, nodes, signatures
from registry.audit.leaves import UNREADABLE, StoredLeaf, stored_leaves
from registry.audit.nodes import Levels
from registry.audit.report import Difference, Report
from registry.audit.rows import State, compare
from registry.log import tree


def verify(session: Session, kept: Mapping[str, str] | None = None) -> Report:
    """Compare everything in one snapshot; nothing is changed.

    Parameters
    ----------
    kept
        Checkpoints that were kept elsewhere, by the name under which a contradiction is told.
    """
    report, state = Report(), State()
    levels = _check_log(session, state, report)
    report.records, report.root = len(levels.levels[0]), levels.root(len(levels.levels[0])).hex()
    compare(session, state, report)
    keys = signatures.Keys.of(state)
    report.differences += signatures.user_roles(session, state)
    report.differences += signatures.note_texts(session, state, report)
    report.differences += attached.attached_files(session, state, report)
    report.differences += signatures.stored_checkpoints(session, keys, levels, report)
    report.differences += signatures.recorded_cosignatures(state, keys, levels, report)
    for name, note in (kept or {}).items():
        contradiction = signatures.kept_checkpoint(name, note, keys, levels)
        report.differences += [contradiction] if contradiction else []
    return report


def _check_log(session: Session, state: State, report: Report) -> Levels:
    """The leaves and the stored tree; the tree as it has been, as far as two of three witnesses agree."""
    stored = nodes.stored_nodes(session)
    hashes: list[bytes] = []
    for leaf in stored_leaves(session):
        _fill_gap(leaf, hashes, stored, report)
        hash_, found = nodes.settled_hash(leaf, stored.get((0, leaf.index)))
        hashes.append(hash_)
        report.differences += found
        _take_in(leaf, state, trusted=not found or leaf.hash == hash_)
    levels = Levels(hashes)
    report.differences += nodes.tree_differences(levels, stored)
    return levels


def _fill_gap(leaf: StoredLeaf, hashes: list[bytes], stored: nodes.Nodes, report: Report) -> None:
    """Tell of records that are missing before this one; the tree still has their hashes."""
    while len(hashes) < leaf.index:
        index = len(hashes)
        report.differences.append(Difference("records", str(index), "", None, None, "the row is missing"))
        hashes.append(stored.get((0, index), tree.EMPTY_ROOT))


def _take_in(leaf: StoredLeaf, state: State, *, trusted: bool) -> None:
    try:
        state.add(leaf, trusted=trusted)
    except UNREADABLE:
        if trusted:
            raise
