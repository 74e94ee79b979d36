"""The log of a package: exact leaves, openings that open, proofs that hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.exports.errors import ExportError
from registry.exports.package import write_export
from registry.exports.scope import Scope
from registry.log import records, tree
from registry.log.records import Record
from registry.log.sealing import Opening, check_opening
from registry.services import keys, witnesses
from registry.services.errors import ServiceError
from tests import factories as make
from tests.registry.exports import small
from tests.registry.exports.small import SIGNER
from tests.registry.played import Played
from tests.registry.tables import new_tables


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_line_is_the_text_that_the_log_has_hashed(played: Played, played_session: Session) -> None:
    leaves = (played.export / "log" / "leaves.jsonl").read_bytes().split(b"\n")
    assert leaves.pop() == b""
    found = played_session.query(Record).order_by(Record.index).all()
    assert len(leaves) == len(found) == 842
    assert all(tree.leaf_hash(leaf) == record.leaf_hash for leaf, record in zip(leaves, found, strict=True))


@pytest.mark.parametrize("scope", Scope)
def test_openings_are_in_order_and_each_opens_a_sealed_value(public: Path, full: Path, scope: Scope) -> None:
    folder = {Scope.PUBLIC: public, Scope.FULL: full}[scope]
    leaves, found = lines(folder / "log" / "leaves.jsonl"), lines(folder / "log" / "openings.jsonl")
    assert found
    assert [(row["index"], row["path"]) for row in found] == sorted((row["index"], row["path"]) for row in found)
    assert all(check_opening(leaves[row["index"]], Opening.parse(row)) for row in found)


def test_acts_are_proved_and_each_proof_leads_to_the_root(played: Played, played_session: Session) -> None:
    root, leaves = records.root(played_session), lines(played.export / "log" / "leaves.jsonl")
    found = lines(played.export / "log" / "proofs.jsonl")
    acts = [leaves[row["index"]]["act"] for row in found]
    count = {act: acts.count(act) for act in ("claim-filed", "seed-drawn", "vote-cast", "entry-recorded")}
    assert count == {"claim-filed": 67, "seed-drawn": 1, "vote-cast": 2, "entry-recorded": 59}
    for row in found:
        leaf_hash = played_session.get_one(Record, row["index"]).leaf_hash
        proof = [bytes.fromhex(part) for part in row["proof"]]
        assert tree.verify_inclusion(row["index"], row["size"], leaf_hash, proof, root)


def test_a_register_without_a_key_signs_nothing(session: Session, tmp_path: Path) -> None:
    make.announced_round(session)
    with pytest.raises(ExportError, match="is no key of this register; put it in force before it signs"):
        write_export(session, tmp_path / "out", SIGNER)
    assert list(tmp_path.iterdir()) == []


def test_keys_stand_in_their_order_and_earlier_checkpoints_are_proved(session: Session, tmp_path: Path) -> None:
    from registry.log import checkpoints, signed_note

    keys.establish(session, SIGNER.verifier.vkey, make.ADMINISTRATOR, make.ANNOUNCED)
    note = checkpoints.signed_checkpoint(session, SIGNER)
    witnesses.keep_checkpoint(session, note, make.ADMINISTRATOR, make.ANNOUNCED)
    second = signed_note.signer("registry.example.org/log", bytes(range(1, 33)))
    make.announced_round(session)
    keys.rotate(session, second.verifier.vkey, make.ADMINISTRATOR, make.POLICY_AT)
    write_export(session, tmp_path / "out", second)
    log = tmp_path / "out" / "log"
    assert json.loads((log / "keys.json").read_text()) == [
        {"vkey": SIGNER.verifier.vkey, "until_size": 3}, {"vkey": second.verifier.vkey, "until_size": None},
    ]  # fmt: skip
    [row] = lines(log / "consistency.jsonl")
    proof = [bytes.fromhex(part) for part in row["proof"]]
    assert (row["old"], row["size"], row["root"]) == (1, 4, records.root(session, 1).hex())
    assert tree.verify_consistency(1, 4, bytes.fromhex(row["root"]), records.root(session), proof)


def test_a_record_that_is_not_what_was_hashed_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        small.fill(session)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE records SET act = 'round-closed' WHERE \"index\" = 4")
    with db.reading(engine) as session, pytest.raises((ExportError, ServiceError)) as caught:
        write_export(session, tmp_path / "out", SIGNER)
    engine.dispose()
    assert str(caught.value) == "record 4 is not what the log has hashed; run registry audit verify"
    assert not (tmp_path / "out").exists()
