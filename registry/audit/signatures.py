"""What proves itself: checkpoints and co-signatures against keys and roots, notes against their hash, roles of users."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.audit.nodes import Levels
from registry.audit.report import Difference, Report
from registry.audit.rows import State
from registry.audit.stored import stored_rows
from registry.db import Base
from registry.domain.notes import note_sha256
from registry.log import checkpoints, signed_note
from registry.log.checkpoints import Checkpoint, LogKey
from registry.log.signed_note import KeyTextError, Verifier


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the register and of its witnesses, by id, as the log has them."""

    log: dict[str, LogKey]
    witnesses: dict[str, Verifier]

    @classmethod
    def of(cls, state: State) -> "Keys":
        """The keys that are recorded and can be read."""
        log = {str(row["id"]): LogKey(key, row["until_size"]) for row, key in _verifiers(state, "signing_keys")}
        return cls(log, {str(row["id"]): key for row, key in _verifiers(state, "witnesses")})


def _verifiers(state: State, table: str) -> Iterator[tuple[Any, Verifier]]:
    for recorded in state.rows.get(table, {}).values():
        try:
            yield recorded.cells, signed_note.parse_verifier(recorded.cells["vkey"])
        except (KeyTextError, KeyError):
            continue  # the record of this key was changed, and that is told


def kept_checkpoint(name: str, note: str, keys: Keys, levels: Levels) -> Difference | None:
    """What the log contradicts in a checkpoint that somebody kept outside the register."""
    opened = checkpoints.open_checkpoint(note, list(keys.log.values()))
    fault = _checkpoint_fault(opened, levels)
    return None if fault is None else Difference("checkpoint", name, "", None, None, fault)


def _checkpoint_fault(opened: Checkpoint, levels: Levels) -> str | None:
    here = len(levels.levels[0])
    if opened.fault is not None:
        return opened.fault
    if opened.size > here:
        return f"it is of {opened.size} records and the log has {here}: its end was cut off"
    if opened.root != levels.root(opened.size):
        return f"the first {opened.size} records are not those that were signed: the history was rewritten"
    return None


def stored_checkpoints(session: Session, keys: Keys, levels: Levels, report: Report) -> Iterator[Difference]:
    """Stored checkpoints whose note, size, root or key is not what it should be."""
    for size, key_id, root_hex, note in _rows(session, "checkpoints", "size", "key_id", "root_hex", "note"):
        report.checkpoints += 1
        row = f"{size}/{key_id}"
        opened = checkpoints.open_checkpoint(str(note), list(keys.log.values()))
        fault = _checkpoint_fault(opened, levels)
        if fault is not None:
            yield Difference("checkpoints", row, "note", None, None, fault)
            continue
        signers = [name for name, key in keys.log.items() if any(row.verifier == key.verifier for row in opened.signed)]
        for column, said, found in (
            ("size", opened.size, size), ("root_hex", opened.root.hex(), root_hex), ("key_id", signers[0], key_id),
        ):  # fmt: skip
            if said != found:
                yield Difference("checkpoints", row, column, said, found, "not what its note says")


def recorded_cosignatures(state: State, keys: Keys, levels: Levels, report: Report) -> Iterator[Difference]:
    """Recorded co-signatures that are not one of their witness over the root of their size."""
    origin = next((key.verifier.name for key in keys.log.values()), "")
    for (id_,), recorded in state.rows.get("cosignatures", {}).items():
        report.cosignatures += 1
        try:
            fault = _cosignature_fault(recorded.cells, origin, keys, levels)
        except LookupError:
            continue  # its record or that of its witness was changed, and that is told
        if fault is not None:
            yield Difference("cosignatures", str(id_), "line", None, None, fault, recorded.index)


def _cosignature_fault(cells: Mapping[str, Any], origin: str, keys: Keys, levels: Levels) -> str | None:
    size, witness = cells["size"], keys.witnesses[cells["witness_id"]]
    body = checkpoints.checkpoint_body(origin, size, levels.root(size))
    return signed_note.open_note(f"{body}\n{cells['line']}", [witness]).fault


def note_texts(session: Session, state: State, report: Report) -> Iterator[Difference]:
    """Texts of notes that have not the recorded hash, are missing, or belong to no note."""
    recorded = dict(state.rows.get("notes", {}))
    for note_id, text, salt_hex in _rows(session, "note_texts", "note_id", "text", "salt_hex"):
        report.notes += 1
        note = recorded.pop((note_id,), None)
        if note is None:
            yield Difference("note_texts", str(note_id), "", None, None, "no record has this note")
        elif note.cells and _hash(salt_hex, text) != note.cells["sha256"]:
            said = "text and salt have another hash"
            yield Difference("note_texts", str(note_id), "text or salt_hex", None, None, said, note.index)
    for (note_id,), note in recorded.items():
        yield Difference("note_texts", str(note_id), "", None, None, "the row is missing", note.index)


def user_roles(session: Session, state: State) -> Iterator[Difference]:
    """Users whose roles are not those that were recorded."""
    names = {id_: str(name) for id_, name in _rows(session, "roles", "id", "name")}
    found: dict[str, list[str]] = {}
    for user_id, role_id in _rows(session, "users_roles", "user_id", "role_id"):
        found.setdefault(str(user_id), []).append(names.get(role_id, f"role {role_id}"))
    for user in sorted(state.roles.keys() | found.keys()):
        wanted, index = state.roles.get(user, ((), None))
        if sorted(wanted) != sorted(found.get(user, ())):
            roles = sorted(found.get(user, ()))
            yield Difference("users_roles", user, "role_id", sorted(wanted), roles, "other roles", index)


def _rows(session: Session, table: str, *columns: str) -> Iterable[Any]:
    """Some columns of a table, by its primary key."""
    found = Base.metadata.tables[table]
    return stored_rows(session, found, columns, *(column.name for column in found.primary_key))


def _hash(salt_hex: Any, text: Any) -> str | None:
    try:
        return note_sha256(bytes.fromhex(salt_hex), text)
    except (ValueError, TypeError, AttributeError):
        return None
