"""An export of one round as a folder: written beside its place and moved there whole, the same bytes every time."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from registry.exports.contents import Contents, gather
from registry.exports.csv_files import csv_bytes
from registry.exports.documents import documents, sha256
from registry.exports.errors import ExportError
from registry.exports.features import layers
from registry.exports.geojson import lonlat_bytes, metres_bytes
from registry.exports.geopackage import write_geopackage
from registry.exports.map_svg import render_map
from registry.exports.map_svg.reading import map_content
from registry.exports.readme import readme
from registry.exports.tables import tables
from registry.queries import places, rounds
from solver.io import dump

FORMAT = "lunar-site-registry-export/1"
MANIFEST = "manifest.json"
RADIUS_NOTE = (
    "No agreed international radius for safety zones exists; keep-outs come from the methods named in phases.csv."
)


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: its folder, and size and SHA-256 of each file by name."""

    folder: Path
    files: Mapping[str, tuple[int, str]]


def write_export(session: Session, folder: Path, round_id: str) -> Export:
    """Write the export of a round into `folder`, in place of an earlier export there.

    Raises
    ------
    ExportError
        For a round that does not exist, and for a place that is taken by something else or cannot be written;
        nothing is left behind then.
    """
    contents = gather(session, round_id)
    _refuse_foreign(folder)
    picture = _picture(session, round_id)
    with _written(folder) as staging:
        _fill(staging, contents, picture)
        files = {path.name: _fingerprint(path) for path in sorted(staging.iterdir())}
        (staging / MANIFEST).write_bytes(dump(_manifest(contents, files)))
    return Export(folder, files | {MANIFEST: _fingerprint(folder / MANIFEST)})


def _picture(session: Session, round_id: str) -> bytes:
    """The map as a picture, of the whole area and with its legend."""
    policy = rounds.policy(session, round_id)
    overview = rounds.round_overview(session, round_id)
    shown = map_content(places.map_features(session, round_id), overview, policy.content if policy else None)
    return render_map(shown, with_legend=True).encode()


def _fill(folder: Path, contents: Contents, picture: bytes) -> None:
    files = {f"{table.name}.csv": csv_bytes(table) for table in tables(contents)}
    files |= documents(contents)
    map_layers, notes = layers(contents), _notes(contents)
    files["map_lonlat.geojson"] = lonlat_bytes(map_layers, notes)
    files["map_metres.geojson"] = metres_bytes(map_layers, notes)
    files["README.txt"], files["map.svg"] = readme(contents), picture
    for name, data in files.items():
        (folder / name).write_bytes(data)
    write_geopackage(folder / "map.gpkg", map_layers, contents.newest_at)


def _notes(contents: Contents) -> dict[str, Any]:
    return {"round": contents.round.id, "illustrative": contents.round.illustrative, "radius_note": RADIUS_NOTE}


def _manifest(contents: Contents, files: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **_notes(contents),
        "state": contents.round.state,
        "log": {"size": contents.log_size, "root_sha256": contents.log_root.hex()},
        "files": [{"name": name, "bytes": size, "sha256": digest} for name, (size, digest) in sorted(files.items())],
    }


def _fingerprint(path: Path) -> tuple[int, str]:
    data = path.read_bytes()
    return len(data), sha256(data)


# The place


def _refuse_foreign(folder: Path) -> None:
    """Refuse to replace what is no export."""
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
            raise ExportError(f"{folder} has other files in it; choose a new or an empty folder")
    elif folder.exists() or folder.is_symlink():
        raise ExportError(f"{folder} is a file; choose a folder")


@contextmanager
def _written(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` to write into, which takes its place at the end or vanishes."""
    staging = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.new-"))
        yield staging
        staging.chmod(0o755)
        _replace(folder, staging)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"{folder} cannot be written ({reason}); choose a folder with room and access") from error
    except Exception as error:
        # The GeoPackage driver tells of a full disk in a class of its own.
        if type(error).__module__.startswith("pyogrio"):
            raise ExportError(f"{folder} cannot be written ({error}); choose a folder with room and access") from error
        raise
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _replace(folder: Path, staging: Path) -> None:
    """Put the finished folder in its place; the earlier one goes only when the new one stands."""
    if not folder.exists():
        staging.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old-"))
    folder.replace(old)
    staging.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
