"""Backups that are damaged, cut, newer or forged: each is refused with one sentence, and the database stays empty."""

import io
import json
import random
import shutil
import warnings
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from registry.backups.errors import BackupError
from registry.backups.limits import Limits
from registry.backups.reading import opened_backup
from registry.backups.restoring import restore
from registry.backups.snapshot import snapshot
from registry.backups.tables import count_of
from tests.registry.backups.conftest import opened
from tests.registry.backups.forging import forged, parts_of, sealed

Parts = dict[str, bytes]
Refusal = Callable[[Path], str]


@pytest.fixture
def refusal(ready: Path, tmp_path: Path) -> Callable[[Path], str]:
    """What is said when a file is restored into an empty register, which stays empty."""

    def refused(path: Path) -> str:
        new = tmp_path / "ready.sqlite"
        shutil.copy(ready, new)
        said = refused_with(path, new, tmp_path)
        with opened(f"sqlite:///{new}") as engine, snapshot(engine) as state:
            assert count_of(state.connection, [table.name for table in state.tables]) == 0
        return said

    return refused


def refused_into_nothing(path: Path, tmp_path: Path) -> str:
    """What is said when a file is restored where there is no database, and none is made."""
    new = tmp_path / "new.sqlite"
    said = refused_with(path, new, tmp_path)
    assert not new.exists()
    return said


def refused_with(path: Path, new: Path, tmp_path: Path) -> str:
    with pytest.raises(BackupError) as caught:
        restore(path, f"sqlite:///{new}", tmp_path / "data")
    assert not (tmp_path / "data").exists()
    said = str(caught.value)
    assert "\n" not in said
    return said


def manifest_with(parts: Parts, change: Callable[[dict[str, Any]], object]) -> Parts:
    document = json.loads(parts["manifest.json"])
    change(document)
    return {**parts, "manifest.json": json.dumps(document).encode()}


def honestly(parts: Parts, table: str, lines: bytes) -> Parts:
    """The parts with other rows of a table, and a manifest that says so."""
    digest = {"rows": lines.count(b"\n"), "bytes": len(lines), "sha256": sha256(lines).hexdigest()}
    changed = {**parts, f"tables/{table}.jsonl": lines}
    return manifest_with(changed, lambda manifest: manifest["tables"].update({table: digest}))


def test_every_flipped_byte_is_found(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    chance = random.Random(64)
    missed = []
    for _ in range(100):
        where = chance.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[where] ^= chance.randrange(1, 256)
        (tmp_path / "flipped").write_bytes(flipped)
        try:
            with opened_backup(tmp_path / "flipped"):
                missed.append(where)
        except BackupError:
            continue
    assert missed == []


@pytest.mark.parametrize("kept", [0, 1, 70, 71, 72, 1000, -71, -1])
def test_a_truncated_backup_is_refused(refusal: Refusal, backup: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(backup.read_bytes()[:kept])
    assert "no backup, or its end is missing" in refusal(cut)


def test_a_backup_with_something_behind_it_is_refused(refusal: Refusal, backup: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer"
    longer.write_bytes(backup.read_bytes() + b"\n")
    assert "no backup, or its end is missing" in refusal(longer)


def test_a_refused_backup_makes_no_database(backup: Path, tmp_path: Path) -> None:
    parts = parts_of(backup)
    found = rows(parts, "tree_nodes")
    path = forged(tmp_path / "forged", honestly(parts, "tree_nodes", lines(found[1:])))
    assert "tree_nodes: the stored tree" in refused_into_nothing(path, tmp_path)


def test_a_file_that_is_not_there_or_a_folder_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "nothing")
    assert "Is a directory" in refusal(tmp_path)


def test_bytes_that_are_no_archive_are_refused(refusal: Refusal, tmp_path: Path) -> None:
    assert "the file is no backup" in refusal(sealed(tmp_path / "text", b"no archive at all" * 9))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(revision="f00dfeedbeef"), "revision f00dfeedbeef, which this program does not know"),
        (
            lambda m: m.update(format="lunar-site-registry-backup/2"),
            "the format is 'lunar-site-registry-backup/2', not",
        ),
        (lambda m: m.pop("log"), "it is not that of a backup (fields log)"),
        (lambda m: m.update(more=1), "it is not that of a backup (fields more)"),
        (lambda m: m.update(made_at="yesterday"), "it is not that of a backup"),
        (lambda m: m["log"].update(size=-1), "-1 is no count"),
        (lambda m: m["log"].update(size=True), "True is no count"),
        (lambda m: m["log"].update(root_sha256="00"), "'00' is no SHA-256"),
        (lambda m: m["log"].update(root_sha256="0" * 64), "and root"),
        (lambda m: m["log"].update(size=1), "not 1 and"),
        (lambda m: m["tables"].pop("claims"), "tables/claims.jsonl: the manifest and the parts of the backup differ"),
        (lambda m: m["tables"].update(birds=m["tables"]["claims"]), "tables/birds.jsonl: the manifest and the parts"),
        (lambda m: m["tables"]["claims"].update(rows=1), "tables/claims.jsonl: it is not what the manifest says"),
        (lambda m: m.update(tables=[]), "it is not that of a backup"),
        (lambda m: m.update(revision="e4f1a0c7d201"), "differ in the table"),
    ],
)
def test_a_forged_manifest_is_refused(refusal: Refusal, backup: Path, tmp_path: Path, change: Any, said: str) -> None:
    parts = manifest_with(parts_of(backup), change)
    assert said in refusal(forged(tmp_path / "forged", parts))


@pytest.mark.parametrize("manifest", [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"format": NaN}', b"\xff\xfe"])
def test_a_manifest_that_is_none_is_refused(refusal: Refusal, backup: Path, tmp_path: Path, manifest: bytes) -> None:
    parts = {**parts_of(backup), "manifest.json": manifest}
    assert "manifest.json" in refusal(forged(tmp_path / "forged", parts))


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "/etc/passwd", "tables/../../evil.jsonl", "tables\\..\\evil", "tables/claims.jsonl/", "C:evil", "tables/A.jsonl",
        "secrets/../secrets.json", "secrets/.hidden", "secrets/keys/../../x", "readme.txt", "tables/claims.jsonl\n",
    ],
)  # fmt: skip
def test_a_name_that_no_part_has_is_refused(refusal: Refusal, backup: Path, tmp_path: Path, name: str) -> None:
    parts = {**parts_of(backup), name: b""}
    assert "which is no part of a backup" in refusal(forged(tmp_path / "forged", parts))


def test_a_name_that_is_no_text_where_the_part_itself_stands_is_refused(
    refusal: Refusal, backup: Path, tmp_path: Path
) -> None:
    data = bytearray(forged(tmp_path / "forged", parts_of(backup)).read_bytes()[:-71])
    data[6:8], data[30] = (0x800).to_bytes(2, "little"), 0xFF  # of the first heading: "UTF-8", and the name
    assert "cannot be unpacked" in refusal(sealed(tmp_path / "unnamed", bytes(data[:-2]) + b"\0\0"))


def test_a_part_that_stands_twice_is_refused(refusal: Refusal, backup: Path, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in [*parts_of(backup).items(), ("tables/claims.jsonl", b"")]:
            archive.writestr(name, content)
    path = sealed(tmp_path / "twice", stream.getvalue())
    assert "'tables/claims.jsonl', which is no part of a backup" in refusal(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(refusal: Refusal, backup: Path, tmp_path: Path) -> None:
    parts = {**parts_of(backup), "tables/claims.jsonl": b"0" * 30_000_000}
    said = refusal(forged(tmp_path / "bomb", parts))
    assert said == "tables/claims.jsonl: it would unpack to 30000000 bytes; do not use it"


def test_a_part_that_says_less_than_it_unpacks_to_gives_no_more_than_it_said(
    refusal: Refusal, backup: Path, tmp_path: Path
) -> None:
    """The header lies: a bomb that calls itself small is cut off where it said that it ends, and refused."""
    parts = {**parts_of(backup), "tables/claims.jsonl": b"0" * 30_000_000}
    path = forged(tmp_path / "bomb", parts)
    data = path.read_bytes()[:-71]
    lying = data.replace((30_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    assert lying != data
    assert "tables/claims.jsonl" in refusal(sealed(tmp_path / "lie", lying[:-2] + b"\0\0"))


def test_more_parts_than_a_backup_can_have_are_refused(refusal: Refusal, backup: Path, tmp_path: Path) -> None:
    many = {f"tables/t{number}.jsonl": b"" for number in range(250)}
    said = refusal(forged(tmp_path / "many", {**parts_of(backup), **many}))
    assert "parts, more than 200" in said


def test_parts_that_are_packed_otherwise_are_refused(refusal: Refusal, backup: Path, tmp_path: Path) -> None:
    path = forged(tmp_path / "other", parts_of(backup), packing=zipfile.ZIP_BZIP2)
    assert "packed in a way that backups are not" in refusal(path)


def test_the_limits_hold_while_a_part_is_read(backup: Path, full_url: str) -> None:
    with opened_backup(backup, Limits(row_bytes=40)) as found, opened(full_url) as engine, snapshot(engine) as state:
        claims = next(table for table in state.tables if table.name == "claims")
        with pytest.raises(BackupError, match="a line has no end within 40 bytes"):
            list(found.rows(claims))
    with (
        pytest.raises(BackupError, match=r"manifest\.json: it is larger than 100 bytes"),
        opened_backup(backup, Limits(manifest_bytes=100)),
    ):
        pass
    with pytest.raises(BackupError, match="more than it can hold"), opened_backup(backup, Limits(unpacked_bytes=1000)):
        pass


def rows(parts: Parts, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in parts[f"tables/{table}.jsonl"].splitlines()]


def lines(found: list[dict[str, Any]]) -> bytes:
    return b"".join(
        json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for row in found
    )


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("claims", lambda found: found[0].pop("key"), "tables/claims.jsonl, line 1: it has not the columns of claims"),
        ("claims", lambda found: found[1].update(colour="x"), "tables/claims.jsonl, line 2: it has not the columns"),
        ("claims", lambda found: found[0].update(received_at=7), "received_at is not of its kind, instant"),
        ("claims", lambda found: found[0].update(received_at="2027-01-01T00:00:00"), "has no offset from UTC"),
        ("claims", lambda found: found[0].update(illustrative=1), "illustrative is not of its kind, bool"),
        ("claims", lambda found: found[0].update(state="ASLEEP"), "claims: a row does not fit"),
        ("claims", lambda found: found[0].update(filed_by_id="XXX"), "rows refer to what is not there"),
        ("claims", lambda found: found.append(dict(found[0])), "claims: a row does not fit"),
        ("claims", lambda found: found[0].update(id=None), "claims: a row does not fit"),
        ("features", lambda found: found[0].update(lat_deg="south"), "lat_deg is no number"),
        ("records", lambda found: found.pop(), "not"),
        ("records", lambda found: found.pop(3), "records/3 is missing from the log"),
        ("records", lambda found: found[3].update(leaf_hash="00" * 32), "and root"),
        ("records", lambda found: found[3].update(leaf_hash="zz"), "non-hexadecimal"),
        ("records", lambda found: found[3].update(act="never-happened"), "records/3: the content is not what the log hashed"),
        ("tree_nodes", lambda found: found[3].update(hash="00" * 32), "tree_nodes: the stored tree is not that"),
        ("tree_nodes", lambda found: found.pop(0), "tree_nodes: the stored tree is not that"),
    ],
)  # fmt: skip
def test_forged_rows_are_refused(
    refusal: Refusal, backup: Path, tmp_path: Path, table: str, change: Any, said: str
) -> None:
    """The checksum and the manifest fit: only what the rows say gives them away."""
    parts = parts_of(backup)
    found = rows(parts, table)
    change(found)
    assert said in refusal(forged(tmp_path / "forged", honestly(parts, table, lines(found))))


@pytest.mark.parametrize("line", [b"", b"[]\n", b"{}\n", b"no json\n", b"[" * 50_000 + b"\n", b"\xff\n", b"{}"])
def test_lines_that_are_no_rows_are_refused(refusal: Refusal, backup: Path, tmp_path: Path, line: bytes) -> None:
    parts = parts_of(backup)
    changed = honestly(parts, "claims", parts["tables/claims.jsonl"] + b"\n" + line)
    assert "tables/claims.jsonl" in refusal(forged(tmp_path / "forged", changed))
