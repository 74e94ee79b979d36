"""When it was last asked what is known against the packages, of which lock files, and when what was found is to be mended.

Kept in the data folder of the register that a host serves, because it is the host's program that grows old.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.dependencies.advisories import Hit
from registry.domain.instants import parse_utc, utc_text

FILE = "dependency-audit.json"
# Days from when it was first told until it is mended, by what the advisory says of its weight; the words are those of the
# advisory databases of GitHub and npm. Sources: CISA BOD 19-02 (critical 15 days, high 30), FedRAMP (high 30, moderate 90).
# Critical is less here, because pages are open to everybody; what nobody has weighed counts as critical.
MENDED_IN_DAYS: Mapping[str, int] = {"critical": 7, "high": 30, "moderate": 90, "medium": 90, "low": 90, "info": 90}
UNWEIGHED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Known:
    """A fault of a package that is known, and since when this register knows it."""

    package: str
    version: str
    advisory: str
    severity: str
    since: datetime

    @property
    def due(self) -> datetime:
        """Until when it is to be mended, or its part switched off."""
        return self.since + timedelta(days=MENDED_IN_DAYS.get(self.severity, UNWEIGHED_DAYS))


@dataclass(frozen=True, slots=True)
class Asked:
    """One time that it was asked about every package: the instant, SHA-256 by lock file, and what was known."""

    at: datetime
    locks: Mapping[str, str]
    known: tuple[Known, ...]


def locks(root: Path) -> dict[str, str]:
    """The lock files of a clone, each with its SHA-256: what was asked about, and whether it is so still."""
    from registry.dependencies import npm

    files = [*sorted((root / "locks").glob("*.txt")), root / npm.LOCK]
    return {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def keep(folder: Path, root: Path, hits: "Iterable[Hit]", at: datetime) -> Asked:
    """Keep that all of it was asked at `at`; what was known before keeps the day on which it was first told."""
    before = last(folder)
    since = {(row.package, row.advisory): row.since for row in (before.known if before else ())}
    known = tuple(
        Known(hit.package, hit.version, hit.advisory, hit.severity, since.get((hit.package, hit.advisory), at))
        for hit in hits
    )
    asked = Asked(at, locks(root), known)
    file = folder / FILE
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(_plain(asked), indent=1) + "\n", "utf-8")
    draft.replace(file)
    return asked


def last(folder: Path) -> Asked | None:
    """The last time; None if it was never asked, or if the file says nothing that can be read."""
    try:
        row = json.loads((folder / FILE).read_text("utf-8"))
        known = tuple(Known(**{**one, "since": parse_utc(one["since"])}) for one in row["known"])
        return Asked(parse_utc(row["at"]), dict(row["locks"]), known)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _plain(asked: Asked) -> dict[str, Any]:
    known = [
        {
            "package": row.package,
            "version": row.version,
            "advisory": row.advisory,
            "severity": row.severity,
            "since": utc_text(row.since),
        }
        for row in asked.known
    ]
    return {"at": utc_text(asked.at), "locks": dict(asked.locks), "known": known}
