"""The report of drills: a table for people, JSON for programs, and a signed note that binds it to a key.

`FILE` is the JSON; `FILE.note` is a note in the form of the log's checkpoints (C2SP signed-note) whose body has the
SHA-256 of the JSON and a line for each drill. Whoever trusts the key can tell whether one byte of either was changed.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry import ambient, signing
from registry.log import keys, signed_note
from registry.log.signed_note import Signer
from tests.drills.catalogue import ROOT, Drill, Outcome

FORMAT = "lunar-registry-drill-report/1"
KEY_NAME = "drills.registry.example/illustrative"
PACKAGES = (
    "alembic", "cryptography", "flask", "flask-security", "highspy", "hypothesis", "ortools", "psycopg", "pytest", "shapely",
    "sqlalchemy", "waitress",
)  # fmt: skip


class ReportError(Exception):
    """A report or key that cannot be used; the text says which, why, and the mend."""


@dataclass(frozen=True)
class Row:
    """A drill that was held, with its size and the seconds that it took."""

    drill: Drill
    counts: Mapping[str, int]
    outcome: Outcome
    seconds: float

    @property
    def held(self) -> bool:
        return not self.outcome.faults

    def as_json(self) -> dict[str, Any]:
        return {
            "drill": self.drill.name,
            "properties": list(self.drill.properties),
            "promise": self.drill.promise,
            "counts": dict(self.counts),
            "full_size": dict(self.counts) == dict(self.drill.counts),
            "figures": dict(self.outcome.figures),
            "held": self.held,
            "faults": list(self.outcome.faults),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class Earlier:
    """What earlier reports show to have been held: rows as they stand there, by drill, and which reports these are."""

    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reports: Sequence[Mapping[str, Any]] = ()


def document(
    rows: Sequence[Row], left_out: Sequence[str], started_at: str, vkey: str, earlier: Earlier = Earlier()
) -> dict[str, Any]:
    """The report as JSON values; `left_out` are the drills that were not held because a part was left out.

    Rows of `earlier` stand before those held now, with the reports that they are taken from, each with its commit.
    """
    drills = [*map(dict, earlier.rows.values()), *(row.as_json() for row in rows)]
    return {
        "format": FORMAT,
        "started_at": started_at,
        "ended_at": ambient.now().isoformat(timespec="seconds"),
        **_commit(),
        "machine": _machine(),
        "versions": _versions(),
        "signed_by": vkey,
        "held": all(row["held"] for row in drills),
        "left_out": list(left_out),
        "taken_from": list(earlier.reports),
        "drills": drills,
    }


def _commit() -> dict[str, Any]:
    """Which state of the program was drilled; `changed` where files differ from the commit."""

    def git(*words: str) -> str:
        ended = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return ended.stdout.strip() if ended.returncode == 0 else ""

    return {"commit": git("rev-parse", "HEAD") or "unknown", "changed": bool(git("status", "--porcelain"))}


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"system": platform.platform(), "cores": len(os.sched_getaffinity(0)), "memory_mb": memory // 10**6}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def key_of(path: Path | None) -> Signer:
    """The private key in a file, or a fresh one that is forgotten after the report."""
    if path is None:
        return signing.new_signer(KEY_NAME)
    try:
        return keys.read_file(path)
    except keys.KeyFileError as error:
        raise ReportError(f"--key: {error}") from error


def write(path: Path, said: Mapping[str, Any], key: Signer) -> None:
    """Write the report and its signed note beside it."""
    written = f"{json.dumps(said, indent=1, ensure_ascii=False)}\n".encode()
    path.write_bytes(written)
    note_of(path).write_text(signed_note.sign(body(said, written), key), "utf-8")


def note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.note")


def body(said: Mapping[str, Any], written: bytes) -> str:
    """What is signed: the format, the hash of the JSON, the commit, and a line for each drill."""
    lines = [FORMAT, hashlib.sha256(written).hexdigest(), f"commit {said['commit']}{' changed' * said['changed']}"]
    for row in said["drills"]:
        size = " ".join(f"{name}={count}" for name, count in row["counts"].items())
        lines.append(f"{'held' if row['held'] else 'FAILED'} {row['drill']} {size}")
    return "".join(f"{line}\n" for line in lines)


def check(path: Path, vkey: str | None) -> list[str]:
    """Check a report against its note, and say what it states.

    `vkey`: the key that is trusted; without one, the key that the report itself names, which shows only that nothing
    was changed since it was signed.

    Raises ReportError if the report must not be believed.
    """
    try:
        written, note = path.read_bytes(), note_of(path).read_bytes()
        said = json.loads(written)
        trusted = signed_note.parse_verifier(vkey or said["signed_by"])
        stated = body(said, written)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{path}: report or note cannot be read ({error}); take both as they were written") from error
    opened = signed_note.open_note(note, [trusted])
    if opened.fault is not None:
        raise ReportError(f"{note_of(path)}: {opened.fault}")
    if opened.body != stated:
        raise ReportError(f"{path}: this is not the report that was signed; one of its bytes was changed")
    whose = "the key given" if vkey else "the key that it names itself: give the one you trust with --vkey"
    return [*opened.body.splitlines()[2:], f"unchanged since it was signed with {whose}"]


def earlier(paths: Sequence[Path], vkey: str | None, sizes: Mapping[str, Mapping[str, int]]) -> Earlier:
    """What reports show to have been held in these sizes, each drill from the first that has it.

    Raises ReportError if one of them must not be believed (see `check`).
    """
    rows: dict[str, Mapping[str, Any]] = {}
    reports: list[Mapping[str, Any]] = []
    for path in paths:
        check(path, vkey)
        said = json.loads(path.read_bytes())
        found = {
            row["drill"]: row
            for row in said["drills"]
            if row["held"] and row["drill"] not in rows and row["counts"] == sizes.get(row["drill"])
        }
        if not found:
            continue
        rows |= found
        told = {name: said[name] for name in ("commit", "changed", "started_at", "ended_at", "machine", "signed_by")}
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        reports += [*said.get("taken_from", ()), {**told, "sha256": digest, "drills": sorted(found)}]
    return Earlier(rows, reports)


def table(rows: Sequence[Row]) -> list[str]:
    """The report for a terminal, a line for each drill and one for each fault."""
    width = max((len(row.drill.name) for row in rows), default=5)
    lines = []
    for row in rows:
        size = " ".join(f"{name}={count}" for name, count in row.counts.items())
        seen = ", ".join(f"{name} {value}" for name, value in row.outcome.figures.items())
        verdict = "held  " if row.held else "FAILED"
        lines.append(
            f"{verdict} {row.drill.name:{width}} {','.join(row.drill.properties):8} {row.seconds:7.1f} s  {size}: {seen}"
        )
        lines += [f"       {fault}" for fault in row.outcome.faults]
    return lines
