"""Making a deposit: one snapshot, whole or as what has changed since the deposit before, in a folder of its own, signed."""

import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import ambient
from registry.backups.errors import TargetError
from registry.backups.snapshot import Snapshot, snapshot
from registry.backups.tables import Table
from registry.domain.instants import utc_text
from registry.escrow import index
from registry.escrow.encrypting import Encrypter, Write
from registry.escrow.rebuild import NAME
from registry.escrow.state import FORMAT, Hashes, deposited, key_line, lines_of, parsed_key, state_document
from registry.log import checkpoints, records, signed_note
from registry.log.canonical import canonical
from registry.log.signed_note import Signer

FULL, DIFFERENCE = "full", "difference"
PROGRAMS = ("FORMAT.md", "open_deposit.py", "rebuild.py")
_NOTHING = {"number": 0, "log": {"size": 0}}


@dataclass(frozen=True, slots=True)
class Made:
    """A finished deposit: its folder, number and kind, rows that were written, rows that are gone, and the log's size."""

    folder: Path
    number: int
    kind: str
    rows: int
    gone: int
    log_size: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class _Last:
    """The newest deposit of a folder by its heading; none has the number 0."""

    name: str = ""
    head: dict[str, Any] = field(default_factory=lambda: dict(_NOTHING))
    sha256: str | None = None


@dataclass(slots=True)
class _Staging:
    """The folder in which a deposit is made, and the files that its heading will name."""

    folder: Path
    agent: bytes | None
    files: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[Write]:
        """A part of the data, encrypted where there is an agent."""
        with self.file(name if self.agent is None else f"{name}.enc") as write:
            if self.agent is None:
                yield write
                return
            encrypter = Encrypter(write, name, self.agent)
            yield encrypter.take
            encrypter.close()

    @contextmanager
    def file(self, name: str) -> Iterator[Write]:
        """A file as it is, safe on the disk at the end."""
        path, hashed = self.folder / name, sha256()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:

            def write(data: bytes) -> None:
                hashed.update(data)
                file.write(data)

            yield write
            file.flush()
            os.fsync(file.fileno())
        self.files[name] = hashed.hexdigest()

    def heading(self) -> list[dict[str, str]]:
        """The files with their hashes."""
        return [{"path": path, "sha256": digest} for path, digest in sorted(self.files.items())]


def deposit(
    engine: sa.Engine,
    folder: Path,
    data: Path,
    signer: Signer,
    at: datetime,
    kind: str | None = None,
    agent: bytes | None = None,
) -> Made:
    """Make the next deposit in `folder`; whole, or not there at all.

    Parameters
    ----------
    data
        The register's data folder, which remembers what was deposited.
    kind
        `full` or `difference`; None is a full one where it is the first or the tables have a new form, else a difference.
    agent
        The public key to which the data is encrypted; None leaves it in clear.

    Raises
    ------
    TargetError
        For a folder of another register, or one that this register cannot continue.
    """
    with snapshot(engine) as state, Session(state.connection, autoflush=False) as session:
        last = _last(folder)
        _refuse_foreign(last, signer, session)
        before = _before(data, last, state, kind)
        chosen = kind or (FULL if before is None else DIFFERENCE)
        number = last.head["number"] + 1
        with _staged(folder, f"{number:04d}-{chosen}") as path:
            staging = _Staging(path, agent)
            hashes, rows, gone = _write_data(staging, state, before if chosen == DIFFERENCE else None)
            document = state_document(state, signer.verifier.name, hashes)
            with staging.part("state.json") as write:
                write(document)
            _write_open(staging, session, signer, state)
            about = {"number": number, "kind": chosen, "made_at": utc_text(at), "previous": last.sha256}
            log = {"size": state.log.size, "root_sha256": state.log.root_sha256}
            proved = {"log": log, "revision": state.revision, "state_sha256": sha256(document).hexdigest()}
            digest = _close(staging, {**about, **proved, "origin": signer.verifier.name}, signer)
            index.write(data, digest, document, hashes)
        if last.sha256:
            index.forget(data, last.sha256)
        return Made(folder / f"{number:04d}-{chosen}", number, chosen, rows, gone, state.log.size, agent is not None)


def _last(folder: Path) -> _Last:
    """The newest deposit that is there."""
    if folder.exists() and not folder.is_dir():
        raise TargetError(f"{folder} is no folder; name one for the deposits")
    names = [path.name for path in folder.iterdir() if NAME.fullmatch(path.name)] if folder.is_dir() else []
    if not names:
        return _Last()
    name = max(names, key=lambda name: int(name.partition("-")[0]))
    try:
        raw = (folder / name / "deposit.json").read_bytes()
        head = json.loads(raw)
        known = head["format"] == FORMAT and name == f"{head['number']:04d}-{head['kind']}"
        size, root = int(head["log"]["size"]), bytes.fromhex(head["log"]["root_sha256"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise TargetError(f"{name}: it is no deposit that can be continued ({error}); name another folder") from error
    if not known or size < 1 or len(root) != 32:
        raise TargetError(f"{name}: it is no deposit of the format {FORMAT}; name another folder")
    return _Last(name, head, sha256(raw).hexdigest())


def _refuse_foreign(last: _Last, signer: Signer, session: Session) -> None:
    """Deposits of one folder are of one register, and its log goes on where the last of them ended."""
    if last.sha256 is None:
        return
    size, total, origin = last.head["log"]["size"], records.size(session), last.head["origin"]
    if origin != signer.verifier.name:
        raise TargetError(
            f"{last.name}: it is of the register {origin}, this is {signer.verifier.name}; name another folder"
        )
    if size > total or records.root(session, size).hex() != last.head["log"]["root_sha256"]:
        raise TargetError(
            f"{last.name}: the log of this register does not begin with its {size} records; two histories do not go into one "
            "folder (registry audit verify)"
        )


def _before(data: Path, last: _Last, state: Snapshot, kind: str | None) -> Hashes | None:
    """The hashes of the rows in the newest deposit; None if a full one is to be made."""
    changed_form = last.head.get("revision") != state.revision
    if kind == FULL or (kind is None and (last.sha256 is None or changed_form)):
        return None
    if last.sha256 is None:
        raise TargetError("--difference: there is no deposit before it; make a full one: --full")
    if changed_form:
        raise TargetError(
            f"--difference: the tables have another form than in {last.name}; make a full deposit: --full"
        )
    document, hashes = index.read(data, last.sha256, last.name)
    if sha256(document).hexdigest() != last.head["state_sha256"]:
        raise TargetError(
            f"{last.name}: what the register remembers of it is not what was signed; make a full deposit: --full"
        )
    return hashes


@contextmanager
def _staged(folder: Path, name: str) -> Iterator[Path]:
    """A folder that gets its name when it is whole."""
    part = folder / f".{name}-{ambient.token(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        yield part
        part.rename(folder / name)
    except OSError as error:
        raise TargetError(
            f"{folder}: the deposit cannot be written ({error.strerror}); nothing was deposited"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_data(staging: _Staging, state: Snapshot, before: Hashes | None) -> tuple[Hashes, int, int]:
    """The rows of every table, or those that are new, changed and gone; hashes of all, and how many were written and gone."""
    hashes: Hashes = {}
    written = vanished = 0
    for table in deposited(state):
        found = hashes[table.name] = {}
        old = {} if before is None else before[table.name]
        written += _write_rows(staging, state, table, found, None if before is None else old)
        gone = [key for key in old if key not in found]
        vanished += len(gone)
        if gone:
            with staging.part(f"gone/{table.name}.jsonl") as write:
                for key in gone:
                    write(key_line(parsed_key(key)).encode() + b"\n")
    return hashes, written, vanished


def _write_rows(
    staging: _Staging, state: Snapshot, table: Table, found: dict[str, str], old: dict[str, str] | None
) -> int:
    """Write the rows that are not in `old` as they are; all of them, in a part that is always there, if it is None."""
    changed: list[bytes] = []
    for row in lines_of(state.connection, table):
        found[row.key] = sha256(row.line).hexdigest()
        if old is None or old.get(row.key) != found[row.key]:
            changed.append(row.line)
    if old is None or changed:
        with staging.part(f"{'tables' if old is None else 'changed'}/{table.name}.jsonl") as write:
            for line in changed:
                write(line)
    return len(changed)


def _write_open(staging: _Staging, session: Session, signer: Signer, state: Snapshot) -> None:
    """What everybody may read: the signed checkpoint, the public keys, the description and the scripts."""
    keys = [{"vkey": row.verifier.vkey, "until_size": row.until_size} for row in checkpoints.log_keys(session)]
    try:
        note = checkpoints.signed_checkpoint(session, signer, state.log.size)
    except checkpoints.CheckpointError as error:
        raise TargetError(str(error)) from error
    here = Path(__file__).parent
    contents = {"checkpoint.txt": note.encode(), "keys.json": canonical(keys) + b"\n"}
    contents |= {name: (here / name).read_bytes() for name in PROGRAMS}
    for name, content in contents.items():
        with staging.file(name) as write:
            write(content)


def _close(staging: _Staging, heading: dict[str, Any], signer: Signer) -> str:
    """Write the heading and the note by which the register's key answers for it; the heading's SHA-256."""
    content = canonical({"format": FORMAT, **heading, "files": staging.heading()}) + b"\n"
    body = f"{signer.verifier.name}/escrow\n{heading['log']['size']}\n{b64encode(sha256(content).digest()).decode()}\n"
    for name, text in (("deposit.json", content), ("deposit.note", signed_note.sign(body, signer).encode())):
        with staging.file(name) as write:
            write(text)
    return sha256(content).hexdigest()
