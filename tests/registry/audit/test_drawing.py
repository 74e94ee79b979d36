"""The sample of a register's own log: what was drawn can be repeated, and receipts show which record was altered."""

import json
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit import sampling
from registry.audit.drawing import Drawn, DrawnRecord, compared, draw
from registry.domain.visibility import REGISTER
from registry.log import checkpoints, proofs, receipts, signed_note
from registry.log.records import Record, TreeNode
from registry.services.errors import NotFoundError
from registry.services.receipts import receipt
from tests.registry.long_log import KEY, fill

SEED, FIVE_PERCENT, QUARTER = bytes(range(32)), Fraction(1, 20), Fraction(1, 4)
SIZE = 12


@pytest.fixture
def log(loose: Session) -> Session:
    """A log of twelve records."""
    fill(loose, SIZE)
    return loose


def drawn(session: Session, size: int | None = None) -> Drawn:
    return draw(session, SEED, size, FIVE_PERCENT, QUARTER)


def test_what_is_drawn_says_all_that_is_needed_to_repeat_it(log: Session) -> None:
    found = drawn(log)
    assert (found.seed, found.size, found.limit, found.altered_records) == (SEED.hex(), 12, "0.05", 3)
    assert found.root == proofs.root(log, 12).hex()
    # of 12 records, 3 altered: 7 drawn meet none with a chance of C(9, 7) / C(12, 7) = 36 / 792
    assert found.chance_of_none == 36 / 792
    assert [row.index for row in found.records] == sampling.sample(SEED, 12, 7)
    assert found.records[-1] == DrawnRecord(10, "2027-02-01T10:00:00Z", "comment-made", "claims/C-0010")


def test_a_sample_may_be_of_the_first_records_alone(log: Session) -> None:
    found = drawn(log, 4)
    assert (found.size, found.root, found.altered_records) == (4, proofs.root(log, 4).hex(), 1)
    assert [row.index for row in found.records] == [0, 1, 2, 3]
    assert drawn(log, 12) == drawn(log)
    assert draw(log, SEED, 1, FIVE_PERCENT, QUARTER).size == 1


@pytest.mark.parametrize("size", [0, -1, 13])
def test_a_sample_of_records_that_are_not_there_is_refused(log: Session, size: int) -> None:
    with pytest.raises(NotFoundError) as caught:
        drawn(log, size)
    assert str(caught.value) == f"the log has 12 records, not {size}; a checkpoint of more is evidence of a cut"


def test_a_drawn_record_that_is_gone_is_named(log: Session) -> None:
    log.execute(sa.delete(Record).where(Record.index == 1))
    with pytest.raises(NotFoundError) as caught:
        drawn(log, 4)
    assert str(caught.value) == "record 1 is missing; run registry audit verify"


def files_of(session: Session, *indexes: int) -> dict[str, bytes]:
    note = checkpoints.signed_checkpoint(session, KEY)
    return {f"{index}.json": receipts.file_bytes(receipt(session, index, note, REGISTER)) for index in indexes}


def test_receipts_at_hand_agree_and_those_that_nobody_holds_are_missing(log: Session) -> None:
    comparison, faults = compared(log, drawn(log, 4), files_of(log, 3, 1, 11))
    assert comparison == sampling.Comparison((1, 3), {}, (0, 2))
    assert faults == {}


def test_a_record_that_was_altered_differs_from_its_receipt(log: Session) -> None:
    files = files_of(log, 1, 3)
    log.execute(sa.update(Record).where(Record.index == 3).values(act="claim-failed"))
    log.expire_all()
    comparison, _ = compared(log, drawn(log, 4), files)
    assert comparison == sampling.Comparison((1,), {3: "the register has another record than the receipt"}, (0, 2))


def test_a_log_that_is_not_the_signed_one_contradicts_every_receipt(log: Session) -> None:
    files = files_of(log, 1, 11)
    said = "the log is not the one of the checkpoint in the receipt"
    log.execute(sa.update(TreeNode).where(TreeNode.level == 3).values(hash=bytes(32)))
    log.expire_all()
    assert compared(log, drawn(log, 4), files)[0].differ == {1: said, 11: said}


def test_a_log_that_is_shorter_than_a_receipt_contradicts_it(log: Session) -> None:
    files = files_of(log, 1)
    log.execute(sa.delete(Record).where(Record.index == 11))
    log.expire_all()
    comparison, faults = compared(log, drawn(log, 4), files)
    assert comparison.differ == {1: "the log is not the one of the checkpoint in the receipt"}
    assert (comparison.agree, faults) == ((), {})


def test_files_that_are_no_receipts_say_why_and_convict_nobody(log: Session) -> None:
    made = files_of(log, 1)["1.json"]
    stranger = json.loads(made)
    body = checkpoints.checkpoint_body("other.example/log", 12, proofs.root(log, 12))
    stranger["checkpoint"] = signed_note.sign(body, signed_note.signer("other.example/log", b"\x09" * 32))
    files: dict[str, Any] = {
        "a": b"nonsense", "b": b"[" * 100_000, "c": b"\xff", "d": json.dumps(json.loads(made) | {"act": "x", "at": "y"}).encode(),
        "e": json.dumps(stranger).encode(),
    }  # fmt: skip
    form = "format: this is no receipt of the form lunar-site-registry-receipt/1"
    comparison, faults = compared(log, drawn(log, 4), files)
    assert faults == {
        "a": form, "b": form, "c": form,
        "d": "at: 'y' is not what the leaf says; act: 'x' is not what the leaf says",
        "e": "checkpoint: no trusted key signed this note; it names other.example/log",
    }  # fmt: skip
    assert comparison == sampling.Comparison((), {}, (0, 1, 2, 3))
