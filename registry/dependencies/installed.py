"""Whether an environment holds the locked packages, byte for byte as they were installed.

The standard library alone, and nothing of the environment that is looked at: a package that was changed must not be asked
whether it was. ``python3 -I registry/dependencies/installed.py`` runs it with a Python from outside. What it cannot tell is
a package whose files and list of files were changed together, or one that was false before it was locked: the first is
for a fresh environment, which takes only what has the hashes of the lock file; the second for whoever changes the lock.
"""

import base64
import csv
import hashlib
import marshal
import os.path
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")
_HEADER = 16  # bytes before the code in a file of byte code (PEP 552)


_BYTE_CODE = re.compile(r"\.(?P<tag>[a-z]+-[0-9]+)(?P<kind>[^/]*)\.pyc$")


@dataclass(frozen=True)
class Pin:
    """What a lock file says of a package: one version, or several for several Pythons; `always` if for every platform."""

    name: str
    versions: frozenset[str]
    always: bool


@dataclass
class Installed:
    """What was looked at, and what is not as it was locked and installed; no fault: all of it is."""

    packages: dict[str, str] = field(default_factory=dict)
    files: int = 0
    faults: list[str] = field(default_factory=list)


def normal(name: str) -> str:
    """A package's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str, file: str) -> tuple[dict[str, Pin], list[str]]:
    """The pins of a lock file, and each line that is no exact version with at least one SHA-256."""
    found: dict[str, Pin] = {}
    faults: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = _PIN.match(line.strip())
        if pin is None or not _HASH.search(line):
            faults.append(f"{file}: {line.split()[0][:60]} has no exact version with a SHA-256; make the lock anew")
            continue
        name, has_marker = normal(pin["name"]), ";" in pin["rest"].split("--hash")[0]
        before = found.get(name)
        if before is not None and (before.always or not has_marker):
            faults.append(f"{file}: {name} stands there twice; make the lock anew")
        versions = {pin["version"]} | (before.versions if before is not None else set())
        found[name] = Pin(name, frozenset(versions), not has_marker)
    return found, faults


def look_at(site: Path, least: Mapping[str, Pin], most: Mapping[str, Pin], own: str) -> Installed:
    """Compare the packages in the folder `site` with lock files, and every file with the list of its package.

    Parameters
    ----------
    least
        Pins of which each has to be there.
    most
        Pins of which each may be there, and nothing else but the project `own` itself.
    """
    seen = Installed()
    listed: set[Path] = set()
    for folder in sorted(site.glob("*.dist-info")):
        name, version = _named(folder)
        seen.packages[name] = version
        listed |= _files_of(folder, site, seen)
    for name, version in seen.packages.items():
        if name != normal(own) and (name not in most or version not in most[name].versions):
            locked = " or ".join(sorted(most[name].versions)) if name in most else "not at all"
            seen.faults.append(f"{name} {version} is installed, locked is {locked}; delete .venv and run again")
    missing = [pin.name for pin in least.values() if pin.always and pin.name not in seen.packages]
    seen.faults += [f"{name} is locked and not installed; delete .venv and run again" for name in missing]
    seen.faults += _unlisted(site, listed)
    return seen


def _named(folder: Path) -> tuple[str, str]:
    """Name and version from the metadata of a package."""
    head = (folder / "METADATA").read_text("utf-8", errors="replace").split("\n\n", 1)[0]
    lines = dict(line.split(": ", 1) for line in head.splitlines() if re.match(r"(Name|Version): ", line))
    return normal(lines.get("Name", folder.name)), lines.get("Version", "?")


def _files_of(folder: Path, site: Path, seen: Installed) -> set[Path]:
    """The files that a package lists; each one that is gone or changed is told."""
    listed: set[Path] = set()
    record = folder / "RECORD"
    if not record.is_file():
        seen.faults.append(f"{record}: the list of the package's files is gone; delete .venv and run again")
        return listed
    for name, digest, _size in csv.reader(record.read_text("utf-8").splitlines()):
        path = Path(os.path.normpath(site / name))  # without its steps up, links left as they are
        listed.add(path)
        seen.files += 1
        if not path.is_file():
            seen.faults.append(f"{path}: listed by {folder.name} and gone; delete .venv and run again")
        elif digest and digest != _digest(path):
            seen.faults.append(f"{path}: not as {folder.name} lists it; delete .venv and run again")
    return listed


def _unlisted(site: Path, listed: set[Path]) -> Iterator[str]:
    """Files that no package lists; byte code is held against its source."""
    for path in sorted(file for file in site.rglob("*") if file.is_file() or file.is_symlink()):
        if path in listed:
            continue
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            if not _is_of_source(path, listed):
                yield f"{path}: byte code of something else than its source; delete it"
        else:
            yield f"{path}: no package lists this file; delete .venv and run again"


def _is_of_source(path: Path, listed: set[Path]) -> bool:
    """Whether a file of byte code is what its listed source compiles to; other Pythons' byte code is never read."""
    kind = _BYTE_CODE.search(path.name)
    if kind is None:
        return False
    source = path.parent.parent / f"{path.name[: kind.start()]}.py"
    if source not in listed:
        return False
    if kind["tag"] != sys.implementation.cache_tag or kind["kind"]:
        return True
    try:
        code = marshal.loads(path.read_bytes()[_HEADER:])  # noqa: S302  (compared and never run)
        return bool(code == compile(source.read_bytes(), str(source), "exec", dont_inherit=True))
    except (ValueError, EOFError, TypeError, SyntaxError):
        return False


def _digest(path: Path) -> str:
    hashed = hashlib.sha256(path.read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def of_clone(root: Path, venv: Path | None = None) -> Installed:
    """The environment of the clone in `root` against its lock files; what is installed may be those of the tests."""
    files = sorted((root / "locks").glob("*.txt"))
    read = {file.stem: pins(file.read_text("utf-8"), f"locks/{file.name}") for file in files}
    faults = [fault for _, found in read.values() for fault in found]
    run, test = read["run"][0], read["test"][0]
    faults += _differing(run, test)
    home = venv or root / ".venv"
    sites = sorted(home.glob("lib/python*/site-packages")) or [home / "Lib" / "site-packages"]
    seen = look_at(sites[0], run, {**read["uv"][0], **test}, "lunar-site-registry")
    seen.faults[:0] = faults
    return seen


def _differing(run: Mapping[str, Pin], test: Mapping[str, Pin]) -> Iterable[str]:
    """Packages that are tested in another version than they are run in."""
    for name, pin in run.items():
        if name not in test or test[name].versions != pin.versions:
            yield f"{name}: locks/run.txt has {' or '.join(sorted(pin.versions))}, locks/test.txt another; make both anew"


if __name__ == "__main__":
    outcome = of_clone(Path(__file__).resolve().parents[2])
    counts = f"{len(outcome.packages)} packages, {outcome.files} files, {len(outcome.faults)} faults"
    sys.stdout.write("\n".join([*outcome.faults, counts]) + "\n")
    sys.exit(1 if outcome.faults else 0)
