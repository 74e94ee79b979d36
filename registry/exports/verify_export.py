#!/usr/bin/env python3
"""Verify an export of a Lunar Site Registry: offline, without the registry's code, trusting nobody but a key.

    python3 verify_export.py FOLDER [--key VKEY ...] [--checkpoint FILE ...] [--receipt FILE ...] [--json]

Needs Python 3.9 or newer and the package `cryptography`. It only reads. Each fault is one line: file, record, field, what
is wrong. Exit codes: 0 no fault, 1 faults, 2 it cannot be used like this. Take this script from a place that you trust,
not from the package that you doubt. It checks that
1. manifest.note signs manifest.json, by a key that you give, or else by one inside: that shows a whole package, not who
   made it. A retired key signs nothing about more than its `until_size` records;
2. FOLDER has the files of the manifest and no others, each with its size and SHA-256, and nothing that is no plain file;
3. log/leaves.jsonl holds consecutive records, whose Merkle tree (RFC 9162) has the root of the manifest and of
   log/checkpoint.txt, which is signed like the manifest (C2SP signed-note, Ed25519);
4. each value in log/openings.jsonl is the one that its record sealed: SHA-256(salt, RFC 8785 JSON of the value);
5. log/proofs.jsonl and log/consistency.jsonl hold the proofs of this tree, and none of another size;
6. older checkpoints and receipts that you kept are of this very history.
What was changed in a file is told by locate_change.py, if that lies beside this script; no trust rests on it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import runpy
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("verify_export: the Python package `cryptography` is missing; install it\n")
    sys.exit(2)

FORMAT, RECEIPT, MAX_BYTES = "lunar-site-registry-export/2", "lunar-site-registry-receipt/1", 2**31 - 1
MANIFEST, NOTE, LEAVES, CHECKPOINT = "manifest.json", "manifest.note", "log/leaves.jsonl", "log/checkpoint.txt"
UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError, InvalidSignature)
Keys = dict[tuple[str, bytes], bytes]  # name and id: kind (1 signs, 4 co-signs with a date) and public key


def need(good: Any, what: str) -> Any:
    """Refuse what is not good."""
    if not good:
        raise ValueError(what)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def parsed(data: bytes | str) -> Any:
    """The value of a JSON text in which no name is repeated."""
    return json.loads(
        data,
        object_pairs_hook=lambda rows: need(len(dict(rows)) == len(rows), "a name is repeated") or dict(rows),
        parse_constant=lambda word: need("", f"{word} is no number"),
    )


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
    name, id_hex, encoded = (*vkey.split("+", 2), "", "")[:3]
    key = base64.b64decode(encoded)
    key_id = sha256(f"{name}\n".encode() + key)[:4]
    need(len(key) == 33 and key_id.hex() == id_hex, f"{vkey!r} is no verifier key; one reads name+8 hex digits+base64")
    return (name, key_id), key


def opened(note: str, keys: Keys) -> tuple[list[str], list[tuple[str, bytes]]]:
    """The lines of a signed note's body, and those of the keys that signed it; one bad signature spoils it all."""
    body, _, rest = note.rpartition("\n\n")
    signers, lines = [], re.findall("— ([^ \n]+) ([^ \n]+)\n", rest)
    need(lines and rest == "".join(f"— {name} {encoded}\n" for name, encoded in lines), "is no signed note")
    for name, encoded in lines:
        raw = base64.b64decode(encoded)
        need(base64.b64encode(raw).decode() == encoded, "has a signature that is no base64")
        key = keys.get((name, raw[:4]))
        if key:
            dated = f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n" if key[0] == 4 else ""
            signature, message = raw[12 if dated else 4 :], f"{dated}{body}\n".encode()
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, message)
            signers.append((name, raw[:4]))
    return body.split("\n"), signers


class Tree:
    """The Merkle tree of RFC 9162 section 2.1 over leaves: everything is computed anew from them."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.known = {(n, n + 1): sha256(b"\x00" + leaf) for n, leaf in enumerate(leaves)} | {(0, 0): sha256(b"")}

    def root(self, start: int, end: int) -> bytes:
        """The hash over the leaves from `start` to before `end`."""
        if (start, end) not in self.known:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            self.known[start, end] = sha256(b"\x01" + self.root(start, middle) + self.root(middle, end))
        return self.known[start, end]

    def proof(self, old: int, start: int, end: int, leaf: bool = False) -> list[str]:
        """The one consistency proof (2.1.4.1) of the first `old` leaves; or inclusion proof (2.1.3.1) of their last."""
        if end - start == 1 if leaf else old == end:
            return [] if leaf or start == 0 else [self.root(start, end).hex()]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= middle:
            return [*self.proof(old, start, middle, leaf), self.root(middle, end).hex()]
        return [*self.proof(old, middle, end, leaf), self.root(start, middle).hex()]


class Package:
    """An export in a folder: its faults, as (file, record, field, what), and what was seen to be good."""

    def __init__(self, folder: Path, given: Keys) -> None:
        self.folder, self.given = folder, given
        self.inside: Keys = {}
        self.until: dict[tuple[str, bytes], int] = {}
        self.sizes: dict[str, int] = {}
        self.faults: list[tuple[str, ...]] = []
        self.facts: list[str] = []
        for path in sorted(folder.rglob("*")):  # which enters no folder through a link
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()) or path.stat().st_size > MAX_BYTES:
                self.fault(name, "", "", "is a link, no plain file, or larger than 2 GiB; it was not opened")
            elif path.is_file():
                self.sizes[name] = path.stat().st_size

    def check(self, checkpoints: Iterable[Path] = (), receipts: Iterable[Path] = ()) -> Package:
        """Check everything; the log only if its files are those that were signed, so that no fault is told twice."""
        with self.reading("log/keys.json"):
            for row in parsed(self.read("log/keys.json")):
                name_and_id, self.inside[name_and_id] = key_of(row["vkey"])
                self.until[name_and_id] = row["until_size"]
        with self.reading(MANIFEST):
            self.check_files()
        if not any(file.startswith(("log/", "manifest")) for file, *_ in self.faults):
            with self.reading(LEAVES):
                self.check_log()
                for check, paths in ((self.check_checkpoint, checkpoints), (self.check_receipt, receipts)):
                    for path in paths:
                        with self.reading(str(path)):
                            check(str(path), path.read_text("utf-8"), {**self.inside, **self.given})
        return self

    def fault(self, *words: str) -> None:
        """Note a fault: file, record, field, what; with nothing in it that a terminal would obey."""
        self.faults.append(tuple("".join(c if c.isprintable() else "?" for c in str(word)) for word in words))

    @contextmanager
    def reading(self, file: str, record: str = "", field: str = "") -> Iterator[None]:
        """Turn whatever makes a part unusable into a fault."""
        try:
            yield
        except UNUSABLE as error:
            said = "" if type(error) is ValueError else "cannot be used: "
            self.fault(file, record, field, said + str(error)[:200])

    def read(self, path: str) -> bytes:
        """The bytes of a plain file of the folder: no other path leads anywhere."""
        need(path in self.sizes, "is missing")
        return (self.folder / path).read_bytes()

    def changed(self, file: str, wanted: bytes, what: str) -> None:
        """Note that a file has not the SHA-256 wanted, and where it was changed if locate_change.py can tell."""
        beside = Path(__file__).with_name("locate_change.py")
        found = runpy.run_path(str(beside))["located"](self, file, wanted, what) if beside.is_file() else ()
        for fault in found or [(file, "", "", what)]:
            self.fault(*fault)

    def signed(self, file: str, note: str, keys: Keys) -> list[str]:
        """The lines of a note about a log of a size, if one of the keys signed it and was not retired before."""
        lines, signers = opened(note, keys)
        good = [key for key in signers if keys[key][0] == 1 and int(lines[1]) <= (self.until.get(key) or MAX_BYTES)]
        need(good, f"is signed by {signers[0][0]}, retired before" if signers else "is signed by no key that is known")
        said = "which you gave" if good[0] in self.given else "found inside: compare it with one from elsewhere"
        self.facts.append(f"{file} is signed by the key {good[0][0]}+{good[0][1].hex()}, {said}")
        return lines

    def check_files(self) -> None:
        """The manifest by its note, and every file by the manifest."""
        found = self.read(MANIFEST)
        try:
            lines = self.signed(NOTE, self.read(NOTE).decode(), self.given or self.inside)
        except UNUSABLE as error:
            lines = []
            self.changed(NOTE, b"", f"is not signed: {error or 'its signature is not one of this text'}")
        if lines and base64.b64decode(lines[2]) != sha256(found):
            return self.changed(MANIFEST, base64.b64decode(lines[2]), "is not what manifest.note signs")
        self.manifest = parsed(found)
        need(self.manifest["format"] == FORMAT, f"is not of the format {FORMAT}; take the script of its format")
        about = [f"{self.manifest['origin']}/export", str(self.manifest["log"]["size"])]
        need(lines[:2] in ([], about), "is of another log or size than manifest.note says")
        for entry in self.manifest["files"]:
            with self.reading(str(entry["path"])):
                data = self.read(entry["path"])
                if (len(data), sha256(data).hex()) != (entry["bytes"], entry["sha256"]):
                    self.changed(entry["path"], bytes.fromhex(entry["sha256"]), "is not the file of the manifest")
        for path in sorted(self.sizes.keys() - {entry["path"] for entry in self.manifest["files"]} - {MANIFEST, NOTE}):
            self.fault(path, "", "", "is not in the manifest")
        return None

    def check_log(self) -> None:
        """Records, root, checkpoint, openings and proofs."""
        self.leaves = self.read(LEAVES).split(b"\n")[:-1]
        self.tree, size = Tree(self.leaves), len(self.leaves)
        for index, leaf in enumerate(self.leaves):
            with self.reading(LEAVES, f"record {index}", "index"):
                record = parsed(leaf)
                need(record["index"] == index, "is not the next index")
                for row in record["content"].get("rows", {}).get("signing_keys", ()):
                    told = row["until_size"] in (None, self.until.get(key_of(row["vkey"])[0]))
                    need(told, "retires a key of which log/keys.json says otherwise")
        log = {"size": size, "root_sha256": self.tree.root(0, size).hex()}
        need(self.manifest["log"] == log, f"holds other records than the manifest says: {log}")
        with self.reading(CHECKPOINT):
            self.check_checkpoint(CHECKPOINT, self.read(CHECKPOINT).decode(), self.given or self.inside)
        for name, check in (("openings", self.opening), ("proofs", self.proof), ("consistency", self.proof)):
            for number, line in enumerate(self.read(f"log/{name}.jsonl").splitlines(), 1):
                with self.reading(f"log/{name}.jsonl", f"line {number}"):
                    check(parsed(line))

    def opening(self, row: Any) -> None:
        """One opened value against the seal in its record."""
        value = parsed(self.leaves[row["index"]])
        for part in row["path"].split("/")[1:]:
            value = value[int(part) if isinstance(value, list) else part.replace("~1", "/").replace("~0", "~")]
        sealed = {"sealed": sha256(bytes.fromhex(row["salt"]) + canonical(row["value"]).encode()).hex()}
        need(value == sealed, f"is not what record {row['index']} sealed at {row['path']}")

    def proof(self, row: Any, size: int = 0) -> None:
        """One inclusion proof of a record, or consistency proof of the first `old` ones, in the log of this size."""
        size, old = size or len(self.leaves), row.get("old") or row["index"] + 1
        good = row["size"] == size >= old > 0 and row["proof"] == self.tree.proof(old, 0, size, "old" not in row)
        good = good and ("old" not in row or row["root"] == self.tree.root(0, old).hex())
        need(good, f"is no proof about the first {old} of {size} records")

    def check_checkpoint(self, file: str, note: str, keys: Keys) -> int:
        """The size of a checkpoint of this log: all of it for the package's own, else its beginning."""
        origin, size, root = self.signed(file, note, keys)[:3]
        end, here = int(size), len(self.leaves)
        good = origin == self.manifest["origin"] and (end == here if file == CHECKPOINT else end <= here)
        need(good, f"is of {end} records of {origin}; here are {here} of {self.manifest['origin']}")
        same = base64.b64decode(root) == self.tree.root(0, end)
        need(same, f"is of another history: not with these first {end} records")
        return end

    def check_receipt(self, file: str, text: str, keys: Keys) -> None:
        """A receipt that was kept against the record here."""
        receipt = parsed(text)
        need(receipt["format"] == RECEIPT, "is no receipt")
        size = self.check_checkpoint(file, receipt["checkpoint"], keys)
        said, here = receipt["leaf"], self.leaves[receipt["index"]].decode()
        if said != here:
            names = [name for name in parsed(here) if parsed(here)[name] != parsed(said).get(name)]
            self.fault(file, f"record {receipt['index']}", ", ".join(names), "is not what the package has")
        self.proof(receipt, size)
        for row in receipt["openings"]:
            self.opening(row)


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description="Verify an export of a Lunar Site Registry, offline.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[], type=key_of, help="verifier key that you got elsewhere")
    for kept in ("--checkpoint", "--receipt"):
        parser.add_argument(kept, action="append", default=[], type=Path, help="file that you kept")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder; unpack the package into a new one")
    package = Package(options.folder, dict(options.key)).check(options.checkpoint, options.receipt)
    faults = [{"file": file, "record": it, "field": field, "what": what} for file, it, field, what in package.faults]
    lines = [": ".join(filter(None, fault)) for fault in package.faults] + package.facts + [f"{len(faults)} faults"]
    if options.json:
        lines = [json.dumps({"ok": not faults, "faults": faults, "facts": package.facts})]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
