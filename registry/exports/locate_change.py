"""Tell where a file of an export was changed: the record (line, row or JSON pointer), the field and the byte.

verify_export.py, which lies beside this script and finds every change without it, asks `located` about each file that has
not the SHA-256 that was signed. No trust rests on what is said here. A changed file is compared with blocks.txt: for each
file a line with its path and size, and a line with the first 8 digits of the SHA-256 of each 128 bytes. Where one block
differs, each single byte of it is changed back in every way until the whole file has the SHA-256 wanted. blocks.txt and
manifest.json are made again from the other files, manifest.note from the manifest, and compared.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

MANIFEST, NOTE, BLOCKS, LEAVES = "manifest.json", "manifest.note", "blocks.txt", "log/leaves.jsonl"
FORMAT, BLOCK, DIGITS, MAX_SHOWN = "lunar-site-registry-export/2", 128, 8, 20
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
Fault = tuple[str, str, str, str]


def located(package: Any, file: str, wanted: bytes, what: str) -> list[Fault]:
    """Where a file was changed, as faults; none if that cannot be told. `wanted` is the SHA-256 that was signed."""
    try:
        found = package.read(file)
        if file == NOTE:
            return [_in_note(package, found, what)]
        for was in _candidates(package, file, found):
            if sha256(was) == wanted:
                return [_told(file, was, found)]
        return _by_blocks(file, found, _blocks_of_package(package)[file])
    except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError):
        return []


def sha256(data: bytes) -> bytes:
    """SHA-256 of the data."""
    return hashlib.sha256(data).digest()


# What a file may have been


def _candidates(package: Any, file: str, found: bytes) -> Iterator[bytes]:
    if file == MANIFEST:
        return _manifests(package, found)
    if file == BLOCKS:
        return iter([_blocks_text(package)])
    return _repaired(found, _blocks_of_package(package)[file])


def _manifests(package: Any, found: bytes) -> Iterator[bytes]:
    """The manifest made again from the files; then the one found with one of its first bytes repaired."""
    as_of = re.match(rb'{"as_of":"([^"]*)"', found)
    leaves, origin = package.read(LEAVES).split(b"\n")[:-1], package.read(NOTE).decode().partition("/export\n")[0]
    data = {path: package.read(path) for path in sorted(package.sizes) if path not in (MANIFEST, NOTE)}
    parsed = json.loads(data["register.json"])  # it says of the package what the manifest says
    for scope, illustrative in itertools.product(("full", "public"), (True, False)):
        manifest = {
            "format": FORMAT,
            "scope": scope,
            "as_of": as_of.group(1).decode() if as_of else None,
            "origin": origin,
            "illustrative": illustrative,
            "log": {"size": len(leaves), "root_sha256": _root(leaves).hex()},
            "attachments": parsed["attachments"],
            "files": [{"path": path, "bytes": len(it), "sha256": sha256(it).hex()} for path, it in data.items()],
        }
        yield json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    yield from (repair + found[BLOCK:] for repair in _repairs(found[:BLOCK]))


def _root(leaves: list[bytes]) -> bytes:
    """The root of the leaves' Merkle tree (RFC 9162 section 2.1.1)."""
    level = [sha256(b"\x00" + leaf) for leaf in leaves] or [sha256(b"")]
    while len(level) > 1:
        odd = level[len(level) & ~1 :]
        level = [sha256(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)] + odd
    return level[0]


def _blocks_of(data: bytes) -> list[str]:
    return [sha256(data[start : start + BLOCK]).hex()[:DIGITS] for start in range(0, len(data), BLOCK)]


def _blocks_text(package: Any) -> bytes:
    """blocks.txt, made again."""
    paths = sorted(path for path in package.sizes if path not in (MANIFEST, NOTE, BLOCKS))
    data = ((path, package.read(path)) for path in paths)
    return "".join(f"{path}\t{len(it)}\n{''.join(_blocks_of(it))}\n" for path, it in data).encode()


def _blocks_of_package(package: Any) -> dict[str, list[str]]:
    """What blocks.txt says: of each file its blocks."""
    lines = package.read(BLOCKS).decode().split("\n")
    cut = re.compile(f".{{{DIGITS}}}")
    return {lines[n].rpartition("\t")[0]: cut.findall(lines[n + 1]) for n in range(0, len(lines) - 1, 2)}


def _repaired(found: bytes, wanted: list[str]) -> Iterator[bytes]:
    """The file with its one changed block repaired; nothing where several differ."""
    changed = _changed(found, wanted)
    if len(changed) == 1 and changed[0] < len(wanted):
        start = changed[0] * BLOCK
        for repair in _repairs(found[start : start + BLOCK]):
            if sha256(repair).hex()[:DIGITS] == wanted[changed[0]]:
                yield found[:start] + repair + found[start + BLOCK :]


def _repairs(data: bytes) -> Iterator[bytes]:
    """The data with each one byte changed in every way."""
    return (data[:n] + bytes([byte]) + data[n + 1 :] for n in range(len(data)) for byte in range(256))


def _changed(found: bytes, wanted: list[str]) -> list[int]:
    """The numbers of the blocks that differ."""
    here = _blocks_of(found)
    return [n for n in range(max(len(here), len(wanted))) if here[n : n + 1] != wanted[n : n + 1]]


# What is said about it


def _in_note(package: Any, found: bytes, what: str) -> Fault:
    """Where the note differs from the one over this manifest; if nowhere, it is the signature."""
    manifest = package.read(MANIFEST)
    said = json.loads(manifest)
    digest = base64.b64encode(sha256(manifest)).decode()
    head = f"{said['origin']}/export\n{said['log']['size']}\n{digest}\n\n— {said['origin']} ".encode()
    if not found.startswith(head):
        return _told(NOTE, head + found[len(head) :], found)
    return NOTE, f"line {head.count(bytes([10])) + 1}", "signature", what


def _told(file: str, was: bytes, found: bytes) -> Fault:
    """The first byte at which a file differs from what it was."""
    shorter = min(len(was), len(found))
    offset = next((n for n in range(shorter) if was[n] != found[n]), shorter)
    a, b = was[offset : offset + 1], found[offset : offset + 1]
    return (file, *place(file, was, offset), f"byte {offset} is {b!r} and was {a!r} when the manifest was signed")


def _by_blocks(file: str, found: bytes, wanted: list[str]) -> list[Fault]:
    """The records around each block that differs; where bytes came or went, those around the first."""
    changed = _changed(found, wanted)
    if len(_blocks_of(found)) != len(wanted) or len(changed) > MAX_SHOWN:
        said = f"{len(changed)} blocks of {BLOCK} bytes differ from byte {changed[0] * BLOCK} on: lines came, went or moved"
        return [(*_around(file, found, changed[0])[:3], said)]
    return [_around(file, found, n) for n in changed]


def _around(file: str, found: bytes, number: int) -> Fault:
    start, last = min(number * BLOCK, len(found)), max(0, min((number + 1) * BLOCK, len(found)) - 1)
    (first, field), (end, last_field) = place(file, found, start), place(file, found, last)
    record = first if first == end else f"{first} to {end}"
    fields = field if (first, field) == (end, last_field) else f"{field} to {last_field}"
    return file, record, fields, f"something between the bytes {start} and {last} was changed"


# Where a byte is


def place(path: str, data: bytes, offset: int) -> tuple[str, str]:
    """The record and field of a file that hold the byte at `offset`, as its kind allows."""
    text, position = data.decode(errors="replace"), len(data[:offset].decode(errors="ignore"))
    line, start = text.count("\n", 0, position), text.rfind("\n", 0, position) + 1
    if path.startswith("tables/"):
        return _cell(text, position)
    if path.endswith(".jsonl"):
        record = f"record {line}" if path == LEAVES else f"line {line + 1}"
        return record, pointer(text[start:], position - start) or "/"
    if path.endswith("json"):
        holder, _, name = pointer(text, position).rpartition("/")
        return holder or "/", name or "/"
    if path.endswith((".txt", ".csv", ".note", ".py", ".svg")):
        return f"line {line + 1}", f"column {position - start + 1}"
    return f"block {offset // BLOCK}", f"byte {offset % BLOCK}"


def _cell(text: str, position: int) -> tuple[str, str]:
    """Row, with its first cell, and the column's name at a character of a CSV text; row 0 has the names."""
    marks = re.sub(r'"[^"]*("|$)|[^,\n]', "", text[:position])  # commas and line ends outside quotes
    row, column = marks.count("\n"), len(marks) - marks.rfind("\n") - 1
    csv.field_size_limit(sys.maxsize)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    key = f" ({rows[row][0]})" if row and row < len(rows) and rows[row] else ""
    return f"row {row}{key}", rows[0][column] if column < len(rows[0]) else f"column {column + 1}"


def pointer(text: str, position: int) -> str:
    """The JSON pointer of the value or name at a character of a JSON text."""
    path: list[Any] = []  # of each object around it the name, or None before it; of each list the number
    for token in JSON_TOKEN.finditer(text):
        word = token.group()
        if path and path[-1] is None and word.startswith('"'):
            path[-1] = word[1:-1].replace("~", "~0").replace("/", "~1")
        if token.end() > position:
            break
        if word in ("{", "["):
            path.append(None if word == "{" else 0)
        elif word in ("]", "}"):
            path = path[:-1]
        elif word == "," and path:
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
    return "".join(f"/{part}" for part in path if part is not None)
