"""The export: a package of everything recorded, in a folder that is written whole and is the same bytes every time.

It is made of one snapshot of the register, or of the register rebuilt from the log's records up to an instant.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.instants import utc_text
from registry.exports import as_of as past
from registry.exports import attachments, datapackage, manifest
from registry.exports.contents import Contents
from registry.exports.csv_files import csv_bytes
from registry.exports.documents import documents
from registry.exports.errors import ExportError
from registry.exports.features import layers
from registry.exports.geojson import lonlat_bytes, metres_bytes
from registry.exports.geopackage import write_geopackage
from registry.exports.information import information
from registry.exports.json_tables import write_json
from registry.exports.log_files import write_log
from registry.exports.manifest import Fingerprint
from registry.exports.map_svg import render_map
from registry.exports.map_svg.reading import map_content
from registry.exports.places import folder_name, refuse_foreign, written
from registry.exports.readme import RADIUS, readme
from registry.exports.register import Register, read
from registry.exports.scope import VIEWERS, Scope
from registry.exports.tables import Table, tables
from registry.exports.workbooks import write_workbook
from registry.log.checkpoints import CheckpointError
from registry.log.signed_note import Signer
from registry.queries import places, rounds, runs
from solver.io import dump

# Scripts that go into every package as they are.
PROGRAMS = ("verify_export.py", "locate_change.py")


@dataclass(frozen=True, slots=True)
class Export:
    """A finished package: its folder, the size of its log, size and SHA-256 of each file by path, and how many attached
    files were left out.
    """

    folder: Path
    log_size: int
    files: Mapping[str, Fingerprint]
    attachments_left_out: int


@dataclass(frozen=True, slots=True)
class _Package:
    """What the files of one package are made from."""

    register: Register
    tables: list[Table]
    origin: str
    as_of: str | None

    @property
    def heading(self) -> dict[str, Any]:
        """What manifest and tables say of the package."""
        log = {"size": self.register.log_size, "root_sha256": self.register.log_root.hex()}
        about = {"scope": str(self.register.scope), "as_of": self.as_of, "origin": self.origin}
        attached = attachments.heading(self.register.attached, self.register.attached_up_to_bytes)
        return {**about, "illustrative": self.register.is_illustrative, "log": log, "attachments": attached}


def write_export(
    session: Session,
    folder: Path,
    signer: Signer,
    scope: Scope = Scope.PUBLIC,
    as_of: datetime | None = None,
    attached_up_to_bytes: int | None = None,
) -> Export:
    """Write the package into `folder`, in place of an earlier one there.

    Parameters
    ----------
    session
        One that only reads.
    signer
        The register's key in force: it signs the checkpoint and the manifest.
    as_of
        The instant whose state is wanted; None is the present.
    attached_up_to_bytes
        The size above which attached files are left out; None leaves out none.

    Raises
    ------
    ExportError
        If nothing is recorded (up to then), for a place that is taken by something else or cannot be written, and for a
        log or an attached file that contradicts its hash; nothing is left behind then.
    """
    refuse_foreign(folder)
    with _snapshot(session, as_of) as snapshot:
        register = read(snapshot, scope, attached_up_to_bytes)
        told = None if as_of is None else utc_text(as_of)
        package = _Package(register, tables(register), signer.verifier.name, told)
        with written(folder) as staging:
            _fill(staging, snapshot, package)
            attachments.write_files(staging, session, register.attached, attached_up_to_bytes)
            _log(staging / "log", snapshot, session, signer, register)
            _close(staging, package, signer)
    files = {path: manifest.fingerprint(folder / path) for path in manifest.paths(folder)}
    left_out = len(package.heading["attachments"]["left_out"])
    return Export(folder, register.log_size, files, left_out)


@contextmanager
def _snapshot(session: Session, as_of: datetime | None) -> Iterator[Session]:
    if as_of is None:
        yield session
        return
    with past.register_of(session, past.size_at(session, as_of)) as rebuilt:
        yield rebuilt


def _fill(folder: Path, snapshot: Session, package: _Package) -> None:
    """Write everything but the log and what closes the package."""
    register = package.register
    for name in ("tables", "map", "rounds"):
        (folder / name).mkdir()
    for table in package.tables:
        (folder / datapackage.path_of(table)).write_bytes(csv_bytes(table))
    write_json(folder / "register.json", package.heading, package.tables)
    info = information(register, package.origin, package.as_of)
    write_workbook(folder / "register.xlsx", package.tables, info, register.last_at)
    _write_map(folder / "map", register)
    for contents in register.rounds:
        _write_round(folder / "rounds" / folder_name(contents.round.id), snapshot, contents)


def _write_map(folder: Path, register: Register) -> None:
    rounds_ = [contents.round.id for contents in register.rounds]
    notes = {"rounds": rounds_, "illustrative": register.is_illustrative, "radius_note": RADIUS}
    map_layers = layers(register)
    (folder / "map_lonlat.geojson").write_bytes(lonlat_bytes(map_layers, notes))
    (folder / "map_metres.geojson").write_bytes(metres_bytes(map_layers, notes))
    write_geopackage(folder / "map.gpkg", map_layers, register.last_at)


def _write_round(folder: Path, snapshot: Session, contents: Contents) -> None:
    """The documents of a round, and its map as a picture with its legend."""
    folder.mkdir()
    for name, data in documents(contents).items():
        (folder / name).write_bytes(data)
    study = runs.incentives(snapshot, contents.proposal.solution_sha256) if contents.proposal else None
    if study is not None:
        (folder / "incentives.json").write_bytes(dump(study))
    id_, viewer = contents.round.id, VIEWERS[contents.scope]
    features, overview = places.map_features(snapshot, id_, viewer), rounds.round_overview(snapshot, id_, viewer)
    shown = map_content(features, overview, contents.policy.content if contents.policy else None)
    (folder / "map.svg").write_text(render_map(shown, with_legend=True), "utf-8", newline="\n")


def _log(folder: Path, snapshot: Session, live: Session, signer: Signer, register: Register) -> None:
    try:
        write_log(folder, snapshot, live, signer, register.log_size, register.scope)
    except CheckpointError as error:
        raise ExportError(str(error)) from error


def _close(folder: Path, package: _Package, signer: Signer) -> None:
    """Write what describes, locates and proves all the rest."""
    here = Path(__file__).parent
    programs = [name for name in PROGRAMS if (here / name).is_file()]
    for name in programs:
        (folder / name).write_bytes((here / name).read_bytes())
    text = readme(package.register, package.origin, package.as_of, package.tables, programs)
    (folder / "README.txt").write_bytes(text)
    files = {path: manifest.fingerprint(folder / path) for path in manifest.paths(folder)}
    described = datapackage.descriptor(package.register, package.origin, package.as_of, package.tables, files)
    (folder / datapackage.NAME).write_bytes(dump(described))
    manifest.write_blocks(folder)
    manifest.write_manifest(folder, package.heading, signer, package.register.log_size)
