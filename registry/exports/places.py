"""The folder that a package is written to: beside its place first, and moved there whole."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from registry.exports.errors import ExportError
from registry.exports.manifest import MANIFEST

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def folder_name(id_: str) -> str:
    """A round's id as the name of a folder; one with other letters than usual is written as in an address."""
    return id_ if _PLAIN.fullmatch(id_) else quote(id_, safe="").replace(".", "%2E")


def refuse_foreign(folder: Path) -> None:
    """Refuse to replace what is no package."""
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
            raise ExportError(f"{folder} has other files in it; choose a new or an empty folder")
    elif folder.exists() or folder.is_symlink():
        raise ExportError(f"{folder} is a file; choose a folder")


@contextmanager
def written(folder: Path) -> Iterator[Path]:
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
        # The drivers of GeoPackages and workbooks tell of a full disk in classes of their own.
        if type(error).__module__.split(".")[0] in ("pyogrio", "xlsxwriter"):
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
