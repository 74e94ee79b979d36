"""What is thought of a paper: whether it holds by itself, whether this log agrees, what it says, and who signed it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.keys import Witness
from registry.domain.visibility import REGISTER
from registry.log import checkpoints, consistency, proofs, receipts, records, signed_note, verdicts
from registry.log.verdicts import Verdict
from registry.services.receipts import receipt
from tests.registry.long_log import AT, KEY, fill, lengthen

ORIGIN = "illustrative.example/log"
WITNESS = signed_note.signer("che.example/witness", b"\x04" * 32, signed_note.COSIGNATURE)
STRANGER = signed_note.signer("other.example/log", b"\x09" * 32)
FORM = "lunar-site-registry-receipt/1"


@pytest.fixture
def log(loose: Session) -> Session:
    """A log of seven records with one witness."""
    fill(loose, 7)
    loose.add(
        Witness(id="W-1", party_id="CHE", name="w", vkey=WITNESS.verifier.vkey, established_at=AT, illustrative=True)
    )
    loose.flush()
    return loose


def judged(session: Session, paper: bytes | dict[str, Any]) -> Verdict:
    written = json.dumps(paper).encode() if isinstance(paper, dict) else paper
    return verdicts.judge(session, written, checkpoints.log_keys(session))


def made(session: Session, index: int = 3) -> dict[str, Any]:
    return receipt(session, index, checkpoints.signed_checkpoint(session, KEY), REGISTER)


def proof(session: Session, old: int = 5, size: int = 7) -> dict[str, Any]:
    return consistency.document(ORIGIN, proofs.consistency(session, old, size))


def changed(session: Session, statement: Any) -> None:
    session.execute(statement)
    session.expire_all()


NONE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is empty; paste a receipt, a checkpoint or a proof, or choose its file"),
    "spaces": (b" \r\n", "it is empty; paste a receipt, a checkpoint or a proof, or choose its file"),
    "too much": (b"x" * 400_001, "it has 400001 bytes, more than 400000; no paper of a register is so long"),
    "no format": (b"{}", f"format: neither {FORM} nor lunar-site-registry-consistency/1, nor a signed checkpoint"),
    "another format": (
        b' \n{"format":"x"}', f"format: neither {FORM} nor lunar-site-registry-consistency/1, nor a signed checkpoint"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_paper_is_told_with_the_mend(loose: Session, case: str) -> None:
    paper, fault = NONE[case]
    assert judged(loose, paper) == Verdict("unknown", (fault,), {}, ())


def test_a_paper_that_is_no_json_is_told_by_the_first_five_faults(loose: Session) -> None:
    found = judged(loose, b'{"a": NaN')
    assert (found.kind, bool(found), len(found.faults)) == ("unknown", False, 1)
    assert found.faults[0] == str(verdicts_fault(b'{"a": NaN'))
    many = json.dumps({str(number): 1 for number in range(7)})
    doubled = f"{many[:-1]}, {many[1:]}".encode()
    assert 1 <= len(judged(loose, doubled).faults) <= 5


def verdicts_fault(text: bytes) -> Any:
    from solver.fields import InputError, load_json

    with pytest.raises(InputError) as caught:
        load_json(text)
    return caught.value.faults[0]


def test_the_longest_paper_is_looked_at(log: Session) -> None:
    found = judged(log, b"x" * 400_000)
    assert found.kind == "checkpoint"


def test_a_receipt_that_holds_says_what_it_says_and_who_signed(log: Session) -> None:
    found = judged(log, made(log))
    assert found == Verdict(
        "receipt",
        (),
        {"index": 3, "at": "2027-02-01T10:00:00Z", "act": "comment-made", "subject": "claims/C-0003", "size": 7,
         "origin": ORIGIN, "illustrative": True, "openings": 1},
        (ORIGIN,),
    )  # fmt: skip
    assert found


def test_a_receipt_that_does_not_hold_by_itself_says_nothing_else(log: Session) -> None:
    fault = "act: 'x' is not what the leaf says"
    assert judged(log, made(log) | {"act": "x"}) == Verdict("receipt", (fault,), {}, ())


def test_keys_from_elsewhere_are_the_only_ones_that_count(log: Session) -> None:
    paper = receipts.file_bytes(made(log))
    found = verdicts.judge(log, paper, [checkpoints.LogKey(STRANGER.verifier)])
    assert found.faults == (f"checkpoint: no trusted key signed this note; it names {ORIGIN}",)


Change = Callable[[Session], None]
EVIDENCE: dict[str, tuple[Change, str, str]] = {
    "a cut log": (
        lambda session: changed(session, sa.delete(records.Record).where(records.Record.index == 6)),
        *("it is of 7 records, and the log here has 6: the end of the log is missing here",) * 2,
    ),
    "a rewritten log": (
        lambda session: changed(session, sa.update(records.TreeNode).values(hash=bytes(32))),
        *("the first 7 records here have another root: two histories were told; keep this paper, it is evidence",) * 2,
    ),
    "a changed record": (
        lambda session: changed(session, sa.update(records.Record).where(records.Record.index == 3).values(act="x")),
        "record 3 here is not the one in the receipt; keep it, it is evidence", "",
    ),
    "a record that is gone": (
        lambda session: changed(session, sa.delete(records.Record).where(records.Record.index == 3)),
        "record 3 here is not the one in the receipt; keep it, it is evidence", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EVIDENCE)
def test_papers_that_hold_are_evidence_against_the_log_that_contradicts_them(log: Session, case: str) -> None:
    change, of_receipt, of_checkpoint = EVIDENCE[case]
    paper, note = made(log), checkpoints.signed_checkpoint(log, KEY).encode()
    change(log)
    found = judged(log, paper)
    assert (found.kind, found.faults, found.says["index"], found.signed_by) == ("receipt", (of_receipt,), 3, (ORIGIN,))
    said = judged(log, note)
    assert (said.kind, said.faults, said.says["size"]) == ("checkpoint", (of_checkpoint,) if of_checkpoint else (), 7)


def test_a_longer_log_agrees_with_older_papers(log: Session) -> None:
    paper, note = made(log), checkpoints.signed_checkpoint(log, KEY).encode()
    lengthen(log, 9)
    assert judged(log, paper)
    assert judged(log, note)


def test_a_checkpoint_says_size_origin_and_root_and_who_signed(log: Session) -> None:
    note = signed_note.cosign(checkpoints.signed_checkpoint(log, KEY, 5), WITNESS, 1_800_000_000)
    says = {"size": 5, "origin": ORIGIN, "root": records.root(log, 5).hex()}
    wanted = Verdict("checkpoint", (), says, (ORIGIN, "che.example/witness"))
    assert judged(log, note.encode()) == wanted
    pasted = f"\n  {note} \n ".replace("\n", "\r\n").encode()
    assert judged(log, pasted) == wanted


def test_a_name_that_signed_twice_is_told_once(log: Session) -> None:
    again = signed_note.signer("che.example/witness", b"\x05" * 32, signed_note.COSIGNATURE)
    log.add(Witness(id="W-2", party_id="CHE", name="w", vkey=again.verifier.vkey, established_at=AT, illustrative=True))
    note = checkpoints.signed_checkpoint(log, KEY)
    for witness in (WITNESS, again):
        note = signed_note.cosign(note, witness, 1_800_000_000)
    assert judged(log, note.encode()).signed_by == (ORIGIN, "che.example/witness")


def test_a_checkpoint_of_nothing_is_not_held_against_the_log(log: Session) -> None:
    note = signed_note.sign(checkpoints.checkpoint_body(ORIGIN, 0, bytes(32)), KEY)
    assert judged(log, note.encode()).faults == ()


def test_a_checkpoint_by_a_stranger_says_nothing(log: Session) -> None:
    note = signed_note.sign(checkpoints.checkpoint_body("other.example/log", 7, bytes(32)), STRANGER)
    fault = "no trusted key signed this note; it names other.example/log"
    assert judged(log, note.encode()) == Verdict("checkpoint", (fault,), {}, ())


@pytest.mark.parametrize(("old", "size"), [(5, 7), (1, 7), (6, 6), (7, 7)])
def test_a_proof_is_held_against_the_roots_of_this_log(log: Session, old: int, size: int) -> None:
    says = {"origin": ORIGIN, "old": old, "old_root": records.root(log, old).hex(), "size": size,
            "root": records.root(log, size).hex()}  # fmt: skip
    assert judged(log, proof(log, old, size)) == Verdict("consistency", (), says, ())


SIZES = "old, size: not two numbers of records, the smaller one first"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"old": 0}, SIZES), ({"old": 8}, SIZES), ({"old": True}, SIZES), ({"size": 7.0}, SIZES), ({"old": "5"}, SIZES),
        ({"size": None}, SIZES), ({"size": 8}, "size: it is for 8 records, and the log has 7"),
    ],
)  # fmt: skip
def test_a_proof_for_other_sizes_than_the_log_has_says_nothing(
    log: Session, change: dict[str, Any], fault: str
) -> None:
    assert judged(log, proof(log) | change) == Verdict("consistency", (fault,), {}, ())


def test_a_proof_that_does_not_lead_to_the_root_is_told_with_what_it_says(log: Session) -> None:
    found = judged(log, proof(log) | {"proof": ["00" * 32]})
    assert found.faults == (
        "the proof does not lead from the root at 5 to the root at 7 records: the proof is spoilt, or what was recorded was changed",
    )
    assert (found.kind, found.says["old"], found.signed_by) == ("consistency", 5, ())
