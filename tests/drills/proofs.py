"""R8, R12, R35: what proofs cost, that every receipt holds without the register, and that a sample finds what was altered."""

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from math import comb
from pathlib import Path
from time import perf_counter

from sqlalchemy.orm import Session

from registry import db
from registry.audit.sampling import altered_count, chance_of_none, compare, sample, sample_size
from registry.audit.verifying import verify
from registry.domain.visibility import REGISTER
from registry.log import proofs, receipts, tree
from registry.log.checkpoints import LogKey, signed_checkpoint
from registry.log.records import Record
from registry.services.receipts import receipt
from tests.drills.catalogue import Drill, Outcome
from tests.registry.long_log import KEY, fill

TRUSTED = (LogKey(KEY.verifier),)
MOST_HASHES = 17
ONE_IN = 10_000


@contextmanager
def _long(records: int, folder: Path) -> Iterator[Session]:
    """A register with a long log."""
    url = f"sqlite:///{folder / 'registry.sqlite'}"
    engine = db.make_engine(url)
    db.Base.metadata.create_all(engine)
    with db.unit_of_work(engine) as session:
        fill(session, records)
    with db.reading(engine) as session:
        yield session
    engine.dispose()


def speed(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Seconds to verify a long log and to prove a record, as figures; the number of hashes is what must hold."""
    drawn, size = random.Random(8), counts["records"]
    with _long(size, folder) as session:
        begun = perf_counter()
        report = verify(session)
        verified_s = perf_counter() - begun
        times, most, bad = [], 0, 0
        root = proofs.root(session, size)
        for index in drawn.choices(range(size), k=counts["proofs"]):
            begun = perf_counter()
            made = proofs.inclusion(session, index)
            times.append(perf_counter() - begun)
            most = max(most, len(made.proof))
            leaf = tree.leaf_hash(session.get_one(Record, index).leaf())
            bad += not tree.verify_inclusion(index, size, leaf, made.proof, root)
    faults = [f"a proof has {most} hashes, more than {MOST_HASHES}"] if most > MOST_HASHES else []
    faults += [f"{bad} proofs do not hold"] if bad else []
    faults += [str(row) for row in report.differences if row.table in {"records", "tree_nodes"}][:5]
    figures = {
        "records": size,
        "verified in s": round(verified_s, 2),
        "one proof in ms, median": round(1000 * sorted(times)[len(times) // 2], 2),
        "one proof in ms, most": round(1000 * max(times), 2),
        "hashes in a proof, most": most,
    }
    return Outcome(figures, tuple(faults))


def all_receipts(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Receipts of records drawn from a log, each under a checkpoint of another size; none holds after a change."""
    drawn, size = random.Random(12), counts["records"]
    made = []
    with _long(size, folder) as session:
        notes = {
            n: signed_checkpoint(session, KEY, n)
            for n in {drawn.randrange(size // 2, size) + 1 for _ in range(20)} | {size}
        }
        for index in drawn.choices(range(size), k=counts["receipts"]):
            note = notes[drawn.choice([n for n in notes if n > index])]
            made.append(receipts.file_bytes(receipt(session, index, note, REGISTER)))
    # Only the files and the key are left here: no register, no network.
    refused = [number for number, data in enumerate(made) if receipts.faults(_parsed(data), TRUSTED)]
    believed = [number for number, data in enumerate(made) if not receipts.faults(_forged(data, drawn), TRUSTED)]
    faults = [f"receipt {number} does not hold offline" for number in refused]
    faults += [f"receipt {number} holds though a hash in it was changed" for number in believed]
    return Outcome(
        {
            "receipts": len(made),
            "hold offline": len(made) - len(refused),
            "forged and refused": len(made) - len(believed),
        },
        tuple(faults),
    )


def _parsed(data: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(data)
    return found


def _forged(data: bytes, drawn: random.Random) -> dict[str, object]:
    """The receipt with one digit of its leaf's text, hash or proof changed."""
    found = _parsed(data)
    leaf, proof = str(found["leaf"]), found["proof"]
    assert isinstance(proof, list)
    kind = drawn.randrange(3) if proof else 0
    if kind == 0:
        found["leaf"] = leaf.replace("e", "f", 1)
    elif kind == 1:
        found["leaf_sha256"] = _other_digit(str(found["leaf_sha256"]), drawn)
    else:
        number = drawn.randrange(len(proof))
        proof[number] = _other_digit(proof[number], drawn)
    return found


def _other_digit(text: str, drawn: random.Random) -> str:
    at = drawn.randrange(len(text))
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def own_audit(counts: Mapping[str, int], folder: Path) -> Outcome:
    """One record in a hundred altered, again and again; the sample that a public seed draws is compared with receipts."""
    records, runs = counts["records"], counts["simulations"]
    leaves = {index: b'{"index":%d,"text":"as filed"}' % index for index in range(records)}
    kept = {index: {"leaf": leaf.decode()} for index, leaf in leaves.items()}
    wanted, altered = sample_size(records), altered_count(records, Fraction(1, 100))
    found = accused = 0
    for run in range(runs):
        changed = set(random.Random(run).sample(range(records), altered))
        chosen = sample(hashlib.sha256(str(run).encode()).digest(), records, wanted)
        now = {index: leaves[index] + b" " if index in changed else leaves[index] for index in chosen}
        differ = set(compare(chosen, now, kept).differ)
        found += bool(differ)
        accused += len(differ - changed)
    chance = chance_of_none(records, altered, wanted)
    least = _least(runs, 1 - chance)
    faults = (
        [f"found in {found} of {runs} simulations; fewer than {least} happens once in {ONE_IN}"]
        if found < least
        else []
    )
    faults += [f"{accused} records were accused that nobody altered"] if accused else []
    faults += [f"the sample misses all with a chance of {float(chance)}"] if chance > Fraction(1, 100) else []
    share = {
        "found in": found,
        "share found": round(found / runs, 4),
        "exact chance of finding": round(float(1 - chance), 5),
    }
    return Outcome(
        {"simulations": runs, "records": records, "altered": altered, "sample": wanted, **share}, tuple(faults)
    )


def _least(runs: int, chance: Fraction) -> int:
    """The least count that a fair drawing stays below no more often than once in ONE_IN."""
    p, below = float(chance), 0.0
    for count in range(runs + 1):
        below += comb(runs, count) * p**count * (1 - p) ** (runs - count)
        if below > 1 / ONE_IN:
            return count
    return runs


DRILLS = (
    Drill(
        name="verification-speed",
        properties=("R8",),
        promise="A proof of a record among 100,000 has at most 17 hashes and holds; how long it takes is a figure.",
        counts={"records": 100_000, "proofs": 300},
        smoke={"records": 2_000, "proofs": 20},
        run=speed,
    ),
    Drill(
        name="receipts",
        properties=("R12",),
        promise="Every receipt is provable offline, with nothing but itself and the register's key, and none after a change.",
        counts={"records": 5_000, "receipts": 1_000},
        smoke={"records": 300, "receipts": 30},
        run=all_receipts,
    ),
    Drill(
        name="own-audit",
        properties=("R35",),
        promise="The sample that a public seed draws meets at least one of 1 % altered records with a chance of 99 % or more.",
        counts={"simulations": 1_000, "records": 5_000},
        smoke={"simulations": 30, "records": 1_000},
        run=own_audit,
    ),
)
