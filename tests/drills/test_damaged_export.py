"""A real export, damaged: every flipped byte is found and located, and so is what was cut, added or moved.

The verifier that is run is the product's own, not the one in the package, which is damaged like any other file.
"""

import csv
import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from registry.exports.verify_export import Package, key_of
from tests.registry.exports.small import SIGNER

VKEY = SIGNER.verifier.vkey
SEED = 2027
Fault = tuple[str, ...]


def faults(folder: Path) -> list[Fault]:
    return faults_by(folder)


def faults_by(folder: Path, vkey: str = VKEY) -> list[Fault]:
    """What the verifier finds with a key that is trusted."""
    return Package(folder, dict([key_of(vkey)])).check().faults


def files(folder: Path) -> list[Path]:
    """Every file of the package that has a byte to flip."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


@contextmanager
def content(path: Path, data: bytes) -> Iterator[None]:
    """Another content for one file, for a while."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def flips(folder: Path, count: int, seed: int) -> Iterator[tuple[Path, int, int]]:
    """File, offset and new value of flips: half of them spread over all bytes, half over all files alike."""
    draw = random.Random(seed)
    paths = files(folder)
    sizes = [path.stat().st_size for path in paths]
    for number in range(count):
        path = draw.choices(paths, sizes)[0] if number % 2 else paths[number // 2 % len(paths)]
        offset = draw.randrange(path.stat().st_size)
        yield path, offset, path.read_bytes()[offset] ^ draw.randrange(1, 256)


def missed(folder: Path, path: Path, offset: int, value: int, vkey: str = VKEY) -> str:
    """What is wrong with what the verifier says of one flip; "" if it is right."""
    was = path.read_bytes()
    found = was[:offset] + bytes([value]) + was[offset + 1 :]
    name = path.relative_to(folder).as_posix()
    with content(path, found):
        told = [fault for fault in faults_by(folder, vkey) if fault[0] == name]
    if not told:
        return "not found"
    _, record, field, what = told[-1]
    if name == "manifest.note" and field == "signature":
        return "" if offset >= was.rindex(b" ") - 40 else "not in the signature"
    if f"byte {offset} is" not in what or not record or (not field and offset < len(was) - 1):
        return f"told as {told}"
    wanted = changed_place(name, was, found)
    return "" if wanted in (None, (record, field)) else f"{wanted} told as {(record, field)}"


def changed_place(name: str, was: bytes, found: bytes) -> tuple[str, str] | None:
    """Record and field by another way: both contents read and compared; None where that does not tell."""
    try:
        if name.startswith("tables/"):
            return changed_cell(was.decode(), found.decode())
        if name.endswith(".jsonl"):
            return changed_line(name, was.decode(), found.decode())
        if name.endswith("json"):
            holder, _, field = changed_pointer(json.loads(was), json.loads(found)).rpartition("/")
            return holder or "/", field
    except (ValueError, LookupError, csv.Error):
        pass
    return None


def changed_cell(was: str, found: str) -> tuple[str, str]:
    before, after = (list(csv.reader(io.StringIO(text, newline=""), strict=True)) for text in (was, found))
    [(row, column)] = [
        (n, m) for n, cells in enumerate(before) for m, cell in enumerate(cells)
        if [len(line) for line in before] == [len(line) for line in after] and after[n][m] != cell
    ]  # fmt: skip
    return f"row {row} ({before[row][0]})" if row else "row 0", before[0][column]


def changed_line(name: str, was: str, found: str) -> tuple[str, str]:
    [(number, before, after)] = [
        (n, a, b) for n, (a, b) in enumerate(zip(was.split("\n"), found.split("\n"), strict=True)) if a != b
    ]
    record = f"record {number}" if name == "log/leaves.jsonl" else f"line {number + 1}"
    return record, changed_pointer(json.loads(before), json.loads(after))


def changed_pointer(was: Any, found: Any) -> str:
    """The one pointer at which the values differ; ValueError if a name differs, or more than one."""
    if isinstance(was, dict) and isinstance(found, dict):
        if was.keys() != found.keys():
            raise ValueError("a name differs")
        pairs = [(name.replace("~", "~0").replace("/", "~1"), was[name], found[name]) for name in was]
    elif isinstance(was, list) and isinstance(found, list) and len(was) == len(found):
        pairs = [(str(n), a, b) for n, (a, b) in enumerate(zip(was, found, strict=True))]
    else:
        return ""
    [(name, a, b)] = [pair for pair in pairs if pair[1] != pair[2]]
    return f"/{name}{changed_pointer(a, b)}"


def all_missed(folder: Path, count: int) -> dict[str, str]:
    """What went wrong, by flip."""
    told = {}
    for path, offset, value in flips(folder, count, SEED):
        wrong = missed(folder, path, offset, value)
        if wrong:
            told[f"{path.relative_to(folder)} byte {offset} to {value:#04x}"] = wrong
    return told


def test_the_untouched_package_has_no_fault(exported: Path) -> None:
    assert faults(exported) == []
    assert len(files(exported)) > 40


def test_flipped_bytes_are_found_and_located(exported: Path) -> None:
    assert all_missed(exported, 60) == {}


@pytest.mark.slow
def test_ten_thousand_flipped_bytes_are_found_and_located(exported: Path) -> None:
    assert all_missed(exported, 10_000) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["manifest.json", "manifest.note", "log/checkpoint.txt", "log/keys.json"])
def test_every_byte_of_what_all_trust_rests_on_is_found_and_located(exported: Path, name: str) -> None:
    path = exported / name
    size = path.stat().st_size
    told = {offset: missed(exported, path, offset, path.read_bytes()[offset] ^ 1) for offset in range(size)}
    assert {offset: wrong for offset, wrong in told.items() if wrong} == {}


@pytest.mark.parametrize("name", ["log/openings.jsonl", "log/leaves.jsonl", "register.json"])
def test_the_mark_that_opens_a_line_belongs_to_the_whole_of_it(exported: Path, name: str) -> None:
    path = exported / name
    offset = path.read_bytes().find(b"\n{") + 1 if name.endswith("jsonl") else 0
    assert missed(exported, path, offset, ord("F")) == ""


def test_a_file_that_was_cut_is_found(exported: Path) -> None:
    for number, path in enumerate(files(exported)[::2]):
        data = path.read_bytes()
        with content(path, data[: (0, len(data) // 2, len(data) - 1)[number % 3]]):
            assert path.relative_to(exported).as_posix() in {fault[0] for fault in faults(exported)}


LINES = ["log/leaves.jsonl", "log/openings.jsonl", "tables/findings.csv", "tables/revisions.csv"]


def at_line(name: str, number: int) -> str:
    """How the verifier names a line of a file (rows of these tables have no line ends in their cells)."""
    return (
        f"record {number}" if name == LINES[0] else f"row {number}" if name.endswith(".csv") else f"line {number + 1}"
    )


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_came_or_went_is_located_within_a_block(exported: Path, name: str) -> None:
    path = exported / name
    lines = path.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    for changed in ([*lines[:middle], *lines[middle + 1 :]], [*lines[:middle], lines[0], *lines[middle:]]):
        with content(path, b"".join(changed)):
            [fault] = faults(exported)
        assert fault[0] == name and "lines came, went or moved" in fault[3]
        told = int(fault[1].split(" ")[1]) - (1 if fault[1].startswith("line") else 0)
        assert middle - 2 <= told <= middle


@pytest.mark.parametrize("name", LINES)
def test_lines_that_changed_places_are_located(exported: Path, name: str) -> None:
    path = exported / name
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    with content(path, b"".join(lines)):
        told = faults(exported)
    assert {fault[0] for fault in told} == {name}
    assert any(at_line(name, 2) in fault[1] or at_line(name, 3) in fault[1] for fault in told)


def test_a_file_of_another_file_is_located(exported: Path) -> None:
    with content(exported / "tables" / "claims.csv", (exported / "tables" / "parties.csv").read_bytes()):
        assert [fault[0] for fault in faults(exported)] == ["tables/claims.csv"]


def test_several_changes_in_one_file_are_told_block_by_block(exported: Path) -> None:
    path = exported / "log" / "leaves.jsonl"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    data[5000] ^= 1
    with content(path, bytes(data)):
        told = faults(exported)
    assert [fault[3] for fault in told] == [
        "something between the bytes 0 and 127 was changed",
        "something between the bytes 4992 and 5119 was changed",
    ]


def test_the_package_verifies_with_its_own_script_which_is_the_products(exported: Path) -> None:
    own = Path(__file__).parents[2] / "registry" / "exports"
    for name in ("verify_export.py", "locate_change.py"):
        assert (exported / name).read_bytes() == (own / name).read_bytes()
