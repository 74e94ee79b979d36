"""The drills on proofs and solutions hold in their small size, and tell a fault that is planted."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.audit.sampling import Comparison
from tests.drills import changed_registers, escrow, proofs, rewritten_history, solutions
from tests.drills.catalogue import Drill, Outcome, drills

CHEAP = ("own-audit", "receipts", "verification-speed")
LONG = ("changed-registers", "changed-exports", "rewritten-history", "escrow", "determinism", "order-and-labels")


def held(name: str, folder: Path, **counts: int) -> Outcome:
    """One drill in its small size."""
    drill: Drill = drills()[name]
    return drill.run({**drill.smoke, **counts}, folder)


@pytest.mark.parametrize("name", [*CHEAP, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)])
def test_the_promise_holds_in_the_small_size(name: str, tmp_path: Path) -> None:
    outcome = held(name, tmp_path)
    assert outcome.faults == ()
    assert 0 not in outcome.figures.values() or name in {"order-and-labels", "changed-exports"}


def test_a_sample_that_finds_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "compare", lambda drawn, *_: Comparison(tuple(drawn), {}, ()))
    [fault] = held("own-audit", tmp_path).faults
    assert fault.startswith("found in 0 of 30 simulations; fewer than ")


def test_a_sample_that_is_too_small_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "sample_size", lambda records: 200)
    assert held("own-audit", tmp_path).faults[-1].startswith("the sample misses all with a chance of 0.1")


def test_receipts_that_are_believed_unread_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs.receipts, "faults", lambda *_: ())
    outcome = held("receipts", tmp_path, records=40, receipts=5)
    assert outcome.faults[0] == "receipt 0 holds though a hash in it was changed" and len(outcome.faults) == 5


def test_a_proof_that_does_not_hold_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = proofs.proofs.inclusion
    monkeypatch.setattr(proofs.proofs, "inclusion", lambda *words: replace(made(*words), proof=(b"\0" * 32,) * 18))
    outcome = held("verification-speed", tmp_path, records=40, proofs=3)
    assert outcome.faults == ("a proof has 18 hashes, more than 17", "3 proofs do not hold")


@pytest.mark.slow
def test_cells_that_are_not_compared_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = changed_registers.differences
    monkeypatch.setattr(
        changed_registers, "differences", lambda session: [row for row in found(session) if row.table != "claims"]
    )
    faults = held("changed-registers", tmp_path).faults
    assert faults and all(fault.startswith("claims/") for fault in faults)


@pytest.mark.slow
def test_a_log_whose_kept_checkpoints_are_not_compared_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = rewritten_history.verify
    monkeypatch.setattr(rewritten_history, "verify", lambda session, kept: looked(session))
    assert "audit verify told of []" in held("rewritten-history", tmp_path, rewrites=1).faults[0]


def test_deposits_that_are_taken_as_they_come_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "chain/0001-full").mkdir(parents=True)
    (tmp_path / "chain/0002-difference").mkdir()
    for name in ("0001-full", "0002-difference"):
        (tmp_path / "chain" / name / "deposit.json").write_text("{}")
    monkeypatch.setattr(escrow, "_said", lambda copy: "")
    tried, refused, faults = escrow.tampered_faults(
        tmp_path / "chain", tmp_path / "chain/0001-full", tmp_path, random.Random(1), 2
    )
    assert (tried, refused, len(faults)) == (4, 0, 4)
    assert faults[0] == "0001-full missing: accepted"


def test_a_file_that_differs_from_run_to_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter(["OPTIMAL a", "OPTIMAL a", "OPTIMAL b"])
    monkeypatch.setattr(solutions, "_bytes", lambda path: next(told))
    monkeypatch.setattr(solutions, "SOLVE", [solutions.sys.executable, "-c", ""])
    [fault] = held("determinism", tmp_path).faults
    assert fault == "run 2 (workers 8, PYTHONHASHSEED 15838): OPTIMAL b, others OPTIMAL a"


def test_an_allocation_that_names_change_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = solutions.solved

    def by_name(document: Any, *rest: Any, **more: Any) -> Mapping[str, Any]:
        first = min(row["id"] for row in document["parties"])
        return {**found(document, *rest, **more), "preferred": first}

    monkeypatch.setattr(solutions, "solved", by_name)
    [fault] = held("order-and-labels", tmp_path, cases=1).faults
    assert fault == "instance 20000: other names of parties and claims changed the allocation"
