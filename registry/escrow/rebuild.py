#!/usr/bin/env python3
"""Rebuild a Lunar Site Registry from its escrow deposits: offline, with none of the register's code.

    python3 rebuild.py FOLDER [--out FILE.sqlite] [--full FOLDER] [--key VKEY ...] [--checkpoint FILE ...]

Needs Python 3.9 or newer and the package `cryptography` (for signatures); FORMAT.md describes the files. FOLDER holds deposits
(0001-full, 0002-difference, ...), which are only read; open encrypted ones with open_deposit.py first. Checked are numbers and
the chain of hashes, signature and files of every deposit, every row, every record's hash, and the root of the log against its
signed checkpoint and older ones that you kept (--checkpoint). --key is the register's key, taken from elsewhere: without it a
whole chain is shown, not who made it. --out writes the tables into a new SQLite file, --full the data of a full deposit.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("rebuild: the Python package `cryptography` is missing; install it\n")
    sys.exit(2)

FORMAT, NAME = "lunar-site-registry-escrow/1", re.compile(r"(\d{4,})-(full|difference)")
UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError, sqlite3.Error)
SQL_TYPES = {"bool": "INTEGER", "whole": "INTEGER", "number": "REAL", "bytes": "BLOB"}
Keys = dict[tuple[str, bytes], bytes]  # name and id: kind and public key
Rows = dict[tuple[Any, ...], bytes]  # key of the row: its line
Kept = Iterable[tuple[str, str]]  # checkpoints: name and text


class RefusedError(Exception):
    """Deposits that are not those of one register, whole and unchanged; the text begins with a deposit's name."""


def need(good: Any, what: str) -> Any:
    """Refuse what is not good."""
    if not good:
        raise RefusedError(what)
    return good


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> str:
    """RFC 8785: names in the order of UTF-16, no spaces, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if not isinstance(value, float):
        return json.dumps(value, ensure_ascii=False)
    return format(Decimal(repr(value or 0)).normalize(), "f" if not value or 1e-6 <= abs(value) < 1e21 else "e")


def key_of(vkey: str) -> tuple[tuple[str, bytes], bytes]:
    """The key, as an item of `Keys`, in a verifier key: name+id in hex+base64 of kind and public key."""
    name, id_hex, encoded = (*vkey.strip().split("+", 2), "", "")[:3]
    key = base64.b64decode(encoded)
    key_id = sha256(f"{name}\n".encode() + key)[:4]
    need(len(key) == 33 and key_id.hex() == id_hex, f"{vkey!r} is no key; one reads name+8 hex digits+base64")
    return (name, key_id), key


def signed(note: str, keys: Keys, what: str) -> tuple[list[str], str]:
    """The lines of a C2SP signed note, and which of the keys signed it."""
    body, _, rest = note.rpartition("\n\n")
    for name, encoded in re.findall("— ([^ \n]+) ([^ \n]+)\n", rest):
        raw = base64.b64decode(encoded)
        key = keys.get((name, raw[:4]), b"?")
        if key[0] == 1:
            with contextlib.suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], f"{body}\n".encode())
                return body.split("\n"), f"{name}+{raw[:4].hex()}+{base64.b64encode(key).decode()}"
    raise RefusedError(f"{what}: its text is signed by no key that is known")


class Deposit:
    """One deposit: its heading, which is signed, and its files, each of which is the one that was signed."""

    at_hand = ""  # the name of the one that is looked at, for whatever cannot be read

    def __init__(self, path: Path, given: Keys) -> None:
        self.name = Deposit.at_hand = path.name
        self.path = path
        raw = self.stored("deposit.json")
        self.sha256, self.head = sha256(raw).hex(), json.loads(raw)
        need(self.head["format"] == FORMAT, f"{self.name}: it is not of the format {FORMAT}")
        self.files = {row["path"]: row["sha256"] for row in self.head["files"]}
        self.keys = given or dict(key_of(row["vkey"]) for row in json.loads(self.file("keys.json")))
        lines, self.signer = signed(self.stored("deposit.note").decode(), self.keys, f"{self.name}: deposit.note")
        about = [f"{self.head['origin']}/escrow", str(self.head["log"]["size"]), base64.b64encode(sha256(raw)).decode()]
        need(lines == about, f"{self.name}: deposit.json is not what deposit.note signs")
        said = f"{self.head['number']:04d}-{self.head['kind']}"
        need(said == self.name, f"{self.name}: it is the deposit {said} under another name")
        for name in self.files:
            self.file(name)
        there = {found.relative_to(path).as_posix() for found in path.rglob("*") if not found.is_dir()}
        wanted = {"deposit.json", "deposit.note", *self.files, *(name.removesuffix(".enc") for name in self.files)}
        need(there <= wanted, f"{self.name}: {min(there - wanted, default='')} was not deposited")

    @property
    def is_closed(self) -> bool:
        """Whether its data is encrypted still."""
        return any(name.endswith(".enc") and not (self.path / name[:-4]).is_file() for name in self.files)

    def stored(self, name: str) -> bytes:
        found = self.path / name
        need(found.is_file() and not found.is_symlink(), f"{self.name}: {name} is missing")
        return found.read_bytes()

    def file(self, name: str) -> bytes:
        """The bytes of a file that is the one that was signed."""
        data = self.stored(name)
        need(sha256(data).hex() == self.files.get(name), f"{self.name}: {name} is not the file that was signed")
        return data

    def rows(self, name: str) -> list[tuple[Any, bytes]]:
        """The lines of a part of the data, each with its value; none if there is no such part."""
        held = self.file(name) if name in self.files else self.stored(name) if f"{name}.enc" in self.files else b""
        return [(json.loads(line), line + b"\n") for line in held.split(b"\n")[:-1]]


def chain(folder: Path, given: Keys) -> list[Deposit]:
    """The deposits of a folder in order, each the one that its successor names."""
    names = [path.name for path in folder.iterdir() if NAME.fullmatch(path.name)]
    found: list[Deposit] = []
    for name in sorted(names, key=lambda name: (int(name.split("-")[0]), name)):
        deposit = Deposit(folder / name, given)
        head, missing = deposit.head, f"{name}: deposit {deposit.head['number'] - 1:04d}, which it follows, is missing"
        if not found:
            need(head["kind"] == "full", missing)
        else:
            last = found[-1]
            need(head["number"] != last.head["number"], f"{name}: there are two deposits of this number")
            need(head["number"] == last.head["number"] + 1, missing)
            need(head["origin"] == last.head["origin"], f"{name}: it is of another register, {head['origin']}")
            need(head["previous"] == last.sha256, f"{name}: the deposit that it follows is another than {last.name}")
        found.append(deposit)
    return need(found, f"{folder}: there is no deposit in it")


class Register:
    """The tables after the newest full deposit and the differences since, each state compared with the signed one."""

    def __init__(self, deposits: Sequence[Deposit]) -> None:
        self.tables: dict[str, Rows] = {}
        self.state: dict[str, Any] = {"tables": {}}
        self.deposits, self.last = deposits, deposits[-1]
        start = max(n for n, deposit in enumerate(deposits) if deposit.head["kind"] == "full")
        for deposit in deposits[start:]:
            self.take(deposit, is_full=deposit.head["kind"] == "full")

    def take(self, deposit: Deposit, *, is_full: bool) -> None:
        """Go on to the state after one more deposit."""
        self.raw, Deposit.at_hand = deposit.stored("state.json"), deposit.name
        good = sha256(self.raw).hex() == deposit.head["state_sha256"]
        need(good, f"{deposit.name}: state.json is not what was signed")
        before, self.state = self.state, json.loads(self.raw)
        same = is_full or self.state["revision"] == before["revision"]
        need(same, f"{deposit.name}: the tables have another form than before; this needs a full deposit")
        for name, about in self.state["tables"].items():
            rows: Rows = {} if is_full else self.tables[name]
            news = deposit.rows(f"{'tables' if is_full else 'changed'}/{name}.jsonl")
            gone = deposit.rows(f"gone/{name}.jsonl")
            for key, _ in gone:
                need(rows.pop(tuple(key), b""), f"{deposit.name}: {name} {key} is gone, and never was there")
            rows.update({tuple(row[column] for column in about["key"]): line for row, line in news})
            self.tables[name] = rows = dict(sorted(rows.items())) if news or gone else rows
            known = not (is_full or news or gone) and about == before["tables"][name]
            good = known or digest(rows.values()) == (about["rows"], about["sha256"])
            need(good, f"{deposit.name}: {name} has not the rows that the register had")

    def checked(self, kept: Kept) -> Register:
        """Every record against its hash, the first records against every checkpoint, and keys against their end."""
        leaves: list[bytes] = []
        for number, line in enumerate(self.tables["records"].values()):
            row = json.loads(line)
            leaves.append(sha256(b"\x00" + leaf(row)))
            good = row["index"] == number and leaves[-1].hex() == row["leaf_hash"]
            need(good, f"{self.last.name}: record {number} is not what the log hashed")
        log = {"size": len(leaves), "root_sha256": root(leaves).hex()}
        need(self.last.head["log"] == self.state["log"] == log, f"{self.last.name}: the log has another size or root")
        for name, note in ((f"{self.last.name}: checkpoint.txt", self.last.file("checkpoint.txt").decode()), *kept):
            (origin, size, encoded, *_), _ = signed(note, self.last.keys, name)
            good = origin == self.last.head["origin"] and int(size) <= len(leaves)
            need(good, f"{name}: it is of {size} records of {origin}; here are {len(leaves)}")
            need(base64.b64decode(encoded) == root(leaves[: int(size)]), f"{name}: it is of another history")
        until = {row["vkey"]: row["until_size"] for row in map(json.loads, self.tables["signing_keys"].values())}
        for deposit in self.deposits:
            good = deposit.head["log"]["size"] <= (until.get(deposit.signer, 0) or len(leaves))
            need(deposit.signer in until and good, f"{deposit.name}: its key is none of the register, or was retired")
        return self

    def write_full(self, folder: Path) -> None:
        (folder / "tables").mkdir(parents=True)
        (folder / "state.json").write_bytes(self.raw)
        for name in self.tables:
            (folder / f"tables/{name}.jsonl").write_bytes(b"".join(self.tables[name].values()))

    def write_sqlite(self, path: Path) -> None:
        """The tables in a new SQLite file."""
        need(not path.exists(), f"{path} is there already; name a new file")
        with contextlib.closing(sqlite3.connect(str(path))) as base, base:
            for name, about in self.state["tables"].items():
                names = {
                    row["name"]: f'"{row["name"]}" {SQL_TYPES.get(row["kind"], "TEXT")}' for row in about["columns"]
                }
                need(all(map(str.isidentifier, [name, *names])), f"{self.last.name}: {name} is no table of a register")
                key = ", ".join(f'"{column}"' for column in about["key"] if column in names)
                base.execute(f'CREATE TABLE "{name}" ({", ".join(names.values())}, PRIMARY KEY ({key}))')
                rows = (stored(about, json.loads(line)) for line in self.tables[name].values())
                insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(names))})'  # noqa: S608  (identifiers, as needed above)
                base.executemany(insert, rows)


def digest(lines: Iterable[bytes]) -> tuple[int, str]:
    """How many lines, and the SHA-256 over the SHA-256 of each."""
    found = [sha256(line) for line in lines]
    return len(found), sha256(b"".join(found)).hex()


def stored(about: dict[str, Any], row: dict[str, Any]) -> list[Any]:
    """The cells of a row as SQLite keeps them."""
    named = ((column["kind"], row[column["name"]]) for column in about["columns"])
    return [bytes.fromhex(cell) if kind == "bytes" and cell is not None else cell for kind, cell in named]


def leaf(row: dict[str, Any]) -> bytes:
    """What the log hashed for a record: canonical JSON, with salted hashes for what is confidential."""
    said: dict[str, Any] = {name: row[name] for name in ("index", "at", "act", "subject")}
    said.update({name: json.loads(row[name]) for name in ("actor", "content")})
    for path in json.loads(row["sealed"] or "[]"):
        way, place = [word.replace("~1", "/").replace("~0", "~") for word in path.split("/")[1:]], cast("Any", said)
        for word in way[:-1]:
            place = place[int(word) if isinstance(place, list) else word]
        last: Any = int(way[-1]) if isinstance(place, list) else way[-1]
        salt = sha256(bytes.fromhex(row["salt"]) + path.encode())
        place[last] = {"sealed": sha256(salt + canonical(place[last]).encode()).hex()}
    return canonical(said).encode()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the Merkle tree over hashes of leaves (RFC 9162, section 2.1)."""
    half = 1 << max(0, (len(leaves) - 1).bit_length() - 1)
    return leaves[0] if len(leaves) == 1 else sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:]))


def examined(folder: Path, vkeys: Iterable[str], kept: Kept = ()) -> tuple[list[Deposit], Register | None]:
    """The deposits, and the register that they rebuild: None while they are encrypted. RefusedError if they are not good."""
    try:
        deposits = chain(folder, dict(map(key_of, vkeys)))
        return deposits, None if any(deposit.is_closed for deposit in deposits) else Register(deposits).checked(kept)
    except UNUSABLE as error:
        raise RefusedError(f"{Deposit.at_hand or folder}: a part of it cannot be read: {error!r}"[:300]) from error


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Rebuild a register from its escrow deposits.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--full", type=Path)
    given = parser.parse_args(arguments)
    try:
        kept = [(str(path), path.read_text("utf-8")) for path in given.checkpoint]
        deposits, register = examined(given.folder, given.key, kept)
        need(register or not (given.out or given.full), "the data is encrypted; open it with open_deposit.py first")
        for write, path in ((Register.write_full, given.full), (Register.write_sqlite, given.out)):
            if register and path:
                write(register, path)
    except (RefusedError, OSError, ValueError) as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    first, last, found = deposits[0], deposits[-1], "which you gave" if given.key else "found inside: compare it"
    said = "rows and log are good" if register else "the data is encrypted and was not looked at: open_deposit.py"
    sys.stdout.write(
        f"{len(deposits)} deposits of {last.head['origin']}, {first.name} to {last.name} of {last.head['made_at']}\n"
        f"signed by {last.signer}, {found}; log of {last.head['log']['size']} records; {said}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
