"""Advisories in the OSV format (ossf.github.io/osv-schema), from files: which of them are about a locked package."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from registry.dependencies.installed import normal

PYTHON, NPM = "pypi", "npm"  # the ecosystems of the format, in lower case


class AdvisoryError(ValueError):
    """A file that has no advisories that can be read; the text names it and the mend."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An advisory that a package in the version used is affected by, or may be."""

    package: str
    version: str
    advisory: str
    why: str
    severity: str = ""  # a word of the advisory's database, in lower case; empty where nobody weighed it

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {self.advisory}, {self.why}"


def read(path: Path) -> list[dict[str, Any]]:
    """The advisories in a file (one, a list, or an object with `vulns`), or in all `.json` files of a folder."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    found = [row for file in files for row in _of_file(file)]
    if not found:
        raise AdvisoryError(f"{path}: there is no advisory in it; give a file or folder in the OSV format")
    return found


def _of_file(file: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AdvisoryError(f"{file}: it cannot be read as JSON ({error})") from error
    rows = content.get("vulns", [content]) if isinstance(content, dict) else content
    if not isinstance(rows, list) or any(
        not isinstance(row, dict) or not isinstance(row.get("id"), str) for row in rows
    ):
        raise AdvisoryError(f"{file}: it has something else than advisories; each is an object with an id")
    return rows


def hits(advisories: Iterable[Mapping[str, Any]], ecosystem: str, used: Mapping[str, str]) -> Iterator[Hit]:
    """The advisories that affect packages in the versions used; withdrawn ones are left out."""
    by_name: dict[str, list[str]] = {}
    for key, version in used.items():
        by_name.setdefault(_name(ecosystem, key.split(" ")[0]), []).append(version)
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            if str(package.get("ecosystem", "")).lower() != ecosystem:
                continue
            name = _name(ecosystem, str(package.get("name", "")))
            for version in by_name.get(name, ()):
                if why := _why(affected, version):
                    yield Hit(name, version, advisory["id"], why, _severity(advisory))


def _severity(advisory: Mapping[str, Any]) -> str:
    own = advisory.get("database_specific")
    return str(own.get("severity", "")).lower() if isinstance(own, dict) else ""


def _name(ecosystem: str, name: str) -> str:
    return normal(name) if ecosystem == PYTHON else name


def _why(affected: Mapping[str, Any], version: str) -> str | None:
    """Why a version is affected; None if it is not."""
    if version in affected.get("versions", ()):
        return "which names this version"
    try:
        own = Version(version)
        for part in affected.get("ranges", ()):
            if part.get("type") != "GIT" and (end := _within(part.get("events", ()), own)) is not None:
                return end
    except InvalidVersion as error:
        return f"which cannot be compared with it ({error}); look at it by hand"
    return None


def _within(events: Sequence[Mapping[str, str]], own: Version) -> str | None:
    """Until when the range that a version lies in goes; None if it lies in none."""
    told: str | None = None
    for event in sorted(events, key=_place):
        if "introduced" in event and _version(event["introduced"]) <= own:
            told = "for which no fix is known"
        elif "fixed" in event and told:
            told = None if _version(event["fixed"]) <= own else f"mended in {event['fixed']}"
        elif "last_affected" in event and told:
            told = None if _version(event["last_affected"]) < own else f"up to {event['last_affected']}"
        if told and ("fixed" in event or "last_affected" in event):
            return told
    return told


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    """Events by version; of two at one version the one that ends a range comes first, but for the last one affected."""
    (kind, text), *_ = event.items()
    return _version(text), kind != "fixed"


def _version(text: str) -> Version:
    return Version("0.dev0" if text == "0" else text)
