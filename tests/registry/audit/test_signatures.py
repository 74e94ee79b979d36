"""Checkpoints, co-signatures, notes and roles are what keys, roots, hashes and records say, or are told by cell and reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit import signatures
from registry.audit.nodes import Levels
from registry.audit.report import Difference, Report
from registry.audit.rows import Recorded, State
from registry.audit.signatures import Keys
from registry.db import Base
from registry.domain.notes import note_sha256
from registry.log import signed_note, tree
from registry.log.checkpoints import LogKey, checkpoint_body

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ORIGIN = "illustrative.example/log"
FIRST, SECOND, FALSE = (signed_note.signer(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3))
ONE, TWO = (signed_note.signer(f"{name}.example/witness", b"\x04" * 32, signed_note.COSIGNATURE) for name in ("a", "b"))
LEVELS = Levels([tree.leaf_hash(bytes([number])) for number in range(7)])
KEYS = Keys(
    {"KEY-1": LogKey(FIRST.verifier, 3), "KEY-2": LogKey(SECOND.verifier)}, {"W-1": ONE.verifier, "W-2": TWO.verifier}
)


def note(size: int = 6, key: signed_note.Signer = SECOND, root: bytes | None = None) -> str:
    return signed_note.sign(checkpoint_body(ORIGIN, size, root or LEVELS.root(min(size, 7))), key)


def state_of(**tables: list[dict[str, Any] | None]) -> State:
    """The state of a log whose record 11 has these rows; None for one of which only the key is known."""
    state = State()
    for name, rows in tables.items():
        state.rows[name] = {(number,): Recorded(row or {}, 11) for number, row in enumerate(rows)}
    return state


def test_keys_are_those_recorded_and_one_that_was_changed_hides_none_after_it() -> None:
    bad = {"id": "KEY-0", "vkey": "nonsense", "until_size": None}
    state = state_of(
        signing_keys=[bad, None, {"id": "KEY-1", "vkey": FIRST.verifier.vkey, "until_size": 3},
                      {"id": "KEY-2", "vkey": SECOND.verifier.vkey, "until_size": None}],
        witnesses=[bad, {"id": "W-1", "vkey": ONE.verifier.vkey}, {"id": "W-2", "vkey": TWO.verifier.vkey}],
    )  # fmt: skip
    assert Keys.of(state) == KEYS
    assert Keys.of(State()) == Keys({}, {})


CUT = "it is of 8 records and the log has 7: its end was cut off"
REWRITTEN = "the first 6 records are not those that were signed: the history was rewritten"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (note(), None),
        (note(7), None),
        (note(3, FIRST), None),
        (note(8), CUT),
        (note(root=b"\x01" * 32), REWRITTEN),
        (note(key=FALSE), "no trusted key signed this note; it names illustrative.example/log"),
    ],
)
def test_a_kept_checkpoint_contradicts_a_log_that_is_cut_or_rewritten(text: str, said: str | None) -> None:
    found = signatures.kept_checkpoint("mine.txt", text, KEYS, LEVELS)
    assert found == (None if said is None else Difference("checkpoint", "mine.txt", "", None, None, said))


def stored(session: Session, *rows: tuple[int, str, str, str]) -> list[Difference]:
    names = ("size", "key_id", "root_hex", "note")
    table = Base.metadata.tables["checkpoints"]
    for row in rows:
        session.execute(sa.insert(table), [{**dict(zip(names, row, strict=True)), "signed_at": AT}])
    report = Report()
    found = list(signatures.stored_checkpoints(session, KEYS, LEVELS, report))
    assert report.checkpoints == len(rows)
    return found


def test_stored_checkpoints_that_are_as_their_notes_say_are_not_told(loose: Session) -> None:
    root = LEVELS.root(6).hex()
    assert stored(loose, (6, "KEY-2", root, note()), (3, "KEY-1", LEVELS.root(3).hex(), note(3, FIRST))) == []


def test_each_cell_of_a_checkpoint_that_its_note_contradicts_is_told(loose: Session) -> None:
    root, said = LEVELS.root(6).hex(), "not what its note says"
    found = stored(
        loose, (8, "KEY-2", root, note(8)), (7, "KEY-2", root, note()), (6, "KEY-1", root, note()),
        (5, "KEY-2", "ab", note(5)),
    )  # fmt: skip
    assert found == [
        Difference("checkpoints", "5/KEY-2", "root_hex", LEVELS.root(5).hex(), "ab", said),
        Difference("checkpoints", "6/KEY-1", "key_id", "KEY-2", "KEY-1", said),
        Difference("checkpoints", "7/KEY-2", "size", 6, 7, said),
        Difference("checkpoints", "8/KEY-2", "note", None, None, CUT),
    ]


def test_a_checkpoint_without_a_note_is_told(loose: Session) -> None:
    loose.execute(sa.text("INSERT INTO checkpoints (size, key_id, root_hex, note) VALUES (6, 'KEY-2', 'ab', NULL)"))
    found = list(signatures.stored_checkpoints(loose, KEYS, LEVELS, Report()))
    said = "the note has no signatures after an empty line; it may have been cut short"
    assert found == [Difference("checkpoints", "6/KEY-2", "note", None, None, said)]


def cosigned(size: int, witness: signed_note.Signer, witness_id: str, signed_size: int | None = None) -> dict[str, Any]:
    text = signed_note.cosign(note(signed_size or size), witness, 1_800_000_000)
    return {"size": size, "witness_id": witness_id, "line": signed_note.signatures_of(text).signatures[1].line}


def test_co_signatures_are_those_of_their_witness_over_the_root_of_their_size() -> None:
    report = Report()
    state = state_of(cosignatures=[
        None, cosigned(6, ONE, "W-1"), cosigned(5, TWO, "W-2"), cosigned(6, ONE, "W-1", 5), cosigned(6, ONE, "W-2"),
        cosigned(6, ONE, "W-9"),
    ])  # fmt: skip
    assert list(signatures.recorded_cosignatures(state, KEYS, LEVELS, report)) == [
        Difference("cosignatures", "3", "line", None, None, "the signature of a.example/witness is not one of this text", 11),
        Difference("cosignatures", "4", "line", None, None,
                   "no trusted key signed this note; it names a.example/witness", 11),
    ]  # fmt: skip
    assert report.cosignatures == 6


def test_without_keys_no_co_signature_is_of_a_log() -> None:
    state, keys = state_of(cosignatures=[cosigned(6, ONE, "W-1")]), Keys({}, {"W-1": ONE.verifier})
    [found] = signatures.recorded_cosignatures(state, keys, LEVELS, Report())
    assert found.what == "the signature of a.example/witness is not one of this text"
    assert list(signatures.recorded_cosignatures(State(), keys, LEVELS, Report())) == []


def test_texts_of_notes_have_the_recorded_hash_or_are_told(loose: Session) -> None:
    salt = b"\x07" * 32
    recorded = [{"sha256": note_sha256(salt, "said")}] * 2
    state, report = State(), Report()
    state.rows["notes"] = {
        (f"N-{number}",): Recorded(cells, 11) for number, cells in enumerate([*recorded, *recorded, {}])
    }
    rows = [
        ("N-0", "said", salt.hex()),
        ("N-1", "other", salt.hex()),
        ("N-2", "said", "zz"),
        ("N-4", "any", "ab"),
        ("N-9", "x", "ab"),
    ]
    names = ("note_id", "text", "salt_hex")
    loose.execute(sa.insert(Base.metadata.tables["note_texts"]), [dict(zip(names, row, strict=True)) for row in rows])
    assert list(signatures.note_texts(loose, state, report)) == [
        Difference("note_texts", "N-1", "text or salt_hex", None, None, "text and salt have another hash", 11),
        Difference("note_texts", "N-2", "text or salt_hex", None, None, "text and salt have another hash", 11),
        Difference("note_texts", "N-9", "", None, None, "no record has this note"),
        Difference("note_texts", "N-3", "", None, None, "the row is missing", 11),
    ]
    assert report.notes == 5
    assert len(state.rows["notes"]) == 5


def test_without_recorded_notes_every_text_is_told(loose: Session) -> None:
    loose.execute(sa.insert(Base.metadata.tables["note_texts"]), [{"note_id": "N-1", "text": None, "salt_hex": None}])
    [found] = signatures.note_texts(loose, State(), Report())
    assert (found.row, found.what) == ("N-1", "no record has this note")


def test_users_have_the_roles_that_were_recorded(loose: Session) -> None:
    tables = Base.metadata.tables
    loose.execute(sa.insert(tables["roles"]), [{"id": 1, "name": "registrar"}, {"id": 2, "name": "auditor"}])
    held = [(7, 2), (7, 1), (8, 1), (9, 5), (9, 2)]
    loose.execute(sa.insert(tables["users_roles"]), [{"user_id": user, "role_id": role} for user, role in held])
    state = State()
    state.roles = {
        "7": (["registrar", "auditor"], 3),
        "8": (["planner", "auditor"], 4),
        "6": (["auditor"], 5),
        "5": ([], 6),
    }
    assert list(signatures.user_roles(loose, state)) == [
        Difference("users_roles", "6", "role_id", ["auditor"], [], "other roles", 5),
        Difference("users_roles", "8", "role_id", ["auditor", "planner"], ["registrar"], "other roles", 4),
        Difference("users_roles", "9", "role_id", [], ["auditor", "role 5"], "other roles"),
    ]
