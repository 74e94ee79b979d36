"""R7: an insider who recomputes the whole log with the register's own key is found by anyone with an older checkpoint."""

import random
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from registry.log import checkpoints, consistency, proofs, records
from tests.drills.catalogue import Drill, Outcome
from tests.drills.changed_registers import filled
from tests.drills.tampering import fill, verify
from tests.drills.test_tampered_register import rewrite, say_otherwise
from tests.registry.exports.small import SIGNER


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Records drawn at random are changed and all after them made whole again; three auditors compare what they hold."""
    drawn, faults, figures = (
        random.Random(7),
        [],
        {"rewrites": 0, "found by verify": 0, "split views": 0, "proofs failed": 0},
    )
    with filled(fill) as session:  # its last record is the signature of others, which is no more theirs after a change
        for _ in range(counts["rewrites"]):
            session.expire_all()
            size = records.size(session)
            at = drawn.randrange(1, size - 2)
            before, after = drawn.randrange(1, at + 1), drawn.randrange(at + 1, size)
            kept = {
                name: checkpoints.signed_checkpoint(session, SIGNER, n)
                for name, n in (("before", before), ("after", after))
            }
            step = session.begin_nested()
            rewrite(session, at, say_otherwise)
            said = _judged(session, kept, after)
            step.rollback()
            figures["rewrites"] += 1
            for name, wrong in said.items():
                figures[name] += not wrong
                faults += [f"record {at} rewritten, checkpoint of {after}: {wrong}"] if wrong else []
    return Outcome(figures, tuple(faults))


def _judged(session: Session, kept: Mapping[str, str], after: int) -> dict[str, str]:
    """Why each way of finding out failed; "" where it found the rewriting."""
    found = [row.row for row in verify(session, kept).differences]
    keys = checkpoints.log_keys(session)
    forged = {n: checkpoints.open_checkpoint(_signed(session, n), keys) for n in (after, records.size(session))}
    honest = checkpoints.open_checkpoint(kept["after"], keys)
    newest = forged[records.size(session)]
    proof = consistency.document(honest.origin, proofs.consistency(session, after, newest.size))
    split = consistency.fault(honest, forged[after], None) or ""
    leads = consistency.fault(honest, newest, proof) or ""
    return {
        "found by verify": "" if found == ["after"] else f"audit verify told of {found}",
        "split views": "" if "two histories were told" in split else f"two auditors were told {split!r}",
        "proofs failed": ""
        if "what was recorded was changed" in leads or newest.size == after
        else f"the proof: {leads!r}",
    }


def _signed(session: Session, size: int) -> str:
    """What the insider signs: with the register's key, over the rewritten log."""
    return checkpoints.signed_checkpoint(session, SIGNER, size)


DRILL = Drill(
    name="rewritten-history",
    properties=("R7",),
    promise="A log that was recomputed whole, and signed with the register's own key, contradicts every older checkpoint "
    "beyond the change: in audit verify, between two auditors, and in its proof of consistency.",
    counts={"rewrites": 200},
    smoke={"rewrites": 3},
    run=run,
)
