"""R5: one byte changed in an export is found, and the record with it."""

from collections.abc import Mapping
from pathlib import Path

from registry import db
from registry.exports.manifest import MANIFEST
from registry.exports.package import write_export
from registry.exports.scope import Scope
from tests.drills.catalogue import Drill, Outcome
from tests.drills.packages import Built
from tests.drills.test_damaged_export import all_missed, faults_by, files, missed
from tests.registry.exports import small


def exported(folder: Path) -> Path:
    """The full package of a small register."""
    url = f"sqlite:///{folder / 'registry.sqlite'}"
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        small.fill(session)
    engine.dispose()
    with small.reading(url) as session:
        return write_export(session, folder / "full", small.SIGNER, Scope.FULL).folder


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Random flips in an export of the product; and every byte, or every `stride`-th, of one built by hand."""
    package, little = exported(folder), Built().write(folder / "little")
    vkey = Built().signer.verifier.vkey
    told = {f"full/{name}": wrong for name, wrong in all_missed(package, counts["flips"]).items()}
    tried = 0
    for path in files(little):
        for offset in range(0, path.stat().st_size, counts["stride"]):
            tried += 1
            wrong = missed(little, path, offset, path.read_bytes()[offset] ^ (1 << offset % 8), vkey)
            if path.name == MANIFEST and "is not what manifest.note signs" in wrong:
                continue  # the header is named; where in it needs a manifest laid out as the product does it
            if wrong:
                told[f"little/{path.relative_to(little)} byte {offset}"] = wrong
    if faults_by(package) or faults_by(little, vkey):
        told["the untouched packages"] = "they have faults"
    size = sum(path.stat().st_size for path in files(package))
    figures = {
        "flips": counts["flips"],
        "bytes of the export": size,
        "bytes of the small one": tried,
        "missed": len(told),
    }
    return Outcome(figures, tuple(f"{name}: {wrong}" for name, wrong in told.items()))


DRILL = Drill(
    name="changed-exports",
    properties=("R5",),
    promise="Every byte that is changed in an export is found, and the record, header or signature that it is in is named.",
    counts={"flips": 10_000, "stride": 1},
    smoke={"flips": 30, "stride": 331},
    run=run,
    minutes=6,
)
