"""The files attached to claims in a package: all that its reader may see, under their hashes, or left out by name."""

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.attachments import AttachedFile, Attachment
from registry.domain.instants import parse_utc
from registry.exports import as_of, attachments
from registry.exports.contents import gather
from registry.exports.errors import ExportError
from registry.exports.package import write_export
from registry.exports.scope import Scope
from registry.exports.verify_export import Package, key_of
from tests import factories as make
from tests.registry.exports import small
from tests.registry.exports.small import PAPERS, SIGNER
from tests.registry.exports.test_package import rows

HIDDEN = b"Murmeli plan\n"
ENDINGS = {"plan.txt": "txt", "cells.csv": "csv", "site.png": "png"}


def attached(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "attachments").glob("*")}


def named(data: bytes, ending: str) -> str:
    return f"{hashlib.sha256(data).hexdigest()}.{ending}"


def faults(folder: Path) -> list[tuple[str, ...]]:
    return Package(folder, dict([key_of(SIGNER.verifier.vkey)])).check().faults


PUBLIC = {named(data, ENDINGS[name]): data for name, data in PAPERS.items()}


def test_the_public_package_has_the_files_of_published_claims_and_the_full_one_those_of_all(
    public: Path, full: Path
) -> None:
    assert attached(public) == PUBLIC
    assert attached(full) == {**PUBLIC, named(HIDDEN, "txt"): HIDDEN}
    assert [(row["claim"], row["name"]) for row in rows(full, "attachments")] == [
        ("C-0001", "plan.txt"), ("C-0001", "cells.csv"), ("C-0001", "site.png"), ("C-0003", "murmeli.txt"),
    ]  # fmt: skip
    assert [row["claim"] for row in rows(public, "attachments")] == ["C-0001", "C-0001", "C-0001"]


def test_a_row_says_what_its_file_is_and_where(public: Path) -> None:
    row = rows(public, "attachments")[0]
    digest = hashlib.sha256(PAPERS["plan.txt"]).hexdigest()
    assert (row["media_type"], row["bytes"], row["sha256"]) == ("text/plain", "20", digest)
    assert (row["filed_at"], row["file"]) == ("2027-02-01T10:00:00Z", f"attachments/{digest}.txt")


def test_the_manifest_has_the_hash_of_each_and_says_that_none_is_left_out(public: Path) -> None:
    manifest = json.loads((public / "manifest.json").read_text())
    hashes = {row["path"]: row["sha256"] for row in manifest["files"] if row["path"].startswith("attachments/")}
    assert hashes == {f"attachments/{name}": name.partition(".")[0] for name in PUBLIC}
    assert manifest["attachments"] == {"up_to_bytes": None, "left_out": []}
    assert faults(public) == []


def test_files_above_a_size_are_left_out_by_name(small_session: Session, tmp_path: Path) -> None:
    made = write_export(small_session, tmp_path / "out", SIGNER, attached_up_to_bytes=20)
    assert attached(tmp_path / "out") == {name: data for name, data in PUBLIC.items() if len(data) <= 20}
    digest = hashlib.sha256(PAPERS["site.png"]).hexdigest()
    left_out = [{"claim": "C-0001", "name": "site.png", "bytes": 264, "sha256": digest}]
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())["attachments"]
    assert said == {"up_to_bytes": 20, "left_out": left_out}
    assert made.attachments_left_out == 1
    assert [row["file"] == "" for row in rows(tmp_path / "out", "attachments")] == [False, False, True]
    assert faults(tmp_path / "out") == []


def test_none_at_all_are_in_a_package_up_to_no_byte(small_session: Session, tmp_path: Path) -> None:
    write_export(small_session, tmp_path / "out", SIGNER, Scope.FULL, attached_up_to_bytes=0)
    assert not (tmp_path / "out" / "attachments").exists()
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())["attachments"]
    assert [row["name"] for row in said["left_out"]] == ["plan.txt", "cells.csv", "site.png", "murmeli.txt"]
    public = tmp_path / "public"
    write_export(small_session, public, SIGNER, attached_up_to_bytes=0)
    assert b"murmeli" not in (public / "manifest.json").read_bytes()


def test_a_changed_missing_or_added_file_is_found(small_session: Session, tmp_path: Path) -> None:
    write_export(small_session, tmp_path / "out", SIGNER)
    cells = tmp_path / "out" / "attachments" / named(PAPERS["cells.csv"], "csv")
    cells.write_bytes(cells.read_bytes().replace(b"=1", b"=9"))
    (tmp_path / "out" / "attachments" / named(PAPERS["plan.txt"], "txt")).unlink()
    (tmp_path / "out" / "attachments" / "more.txt").write_text("more")
    found = {Path(file).name: (record, field, what) for file, record, field, what in faults(tmp_path / "out")}
    assert found == {
        cells.name: ("line 3", "column 2", "byte 9 is b'9' and was b'1' when the manifest was signed"),
        named(PAPERS["plan.txt"], "txt"): ("", "", "is missing"),
        "more.txt": ("", "", "is not in the manifest"),
    }


def test_the_package_as_of_an_instant_has_the_files_filed_by_then(small_session: Session, tmp_path: Path) -> None:
    write_export(small_session, tmp_path / "then", SIGNER, as_of=parse_utc("2033-01-01T00:00:00Z"))
    assert attached(tmp_path / "then") == PUBLIC
    write_export(small_session, tmp_path / "before", SIGNER, Scope.FULL, parse_utc("2027-01-20T00:00:00Z"))
    assert rows(tmp_path / "before", "attachments") == []


def test_the_same_bytes_under_two_names_are_one_file(session: Session, tmp_path: Path) -> None:
    small.fill(session)
    digest = hashlib.sha256(PAPERS["plan.txt"]).hexdigest()
    kept = {"media_type": "text/plain", "size": 20, "sha256": digest, "at": parse_utc("2027-02-01T10:00:00Z")}
    session.add(Attachment(name="copy.txt", claim_id="C-0002", **kept))
    session.flush()
    write_export(session, tmp_path / "out", SIGNER)
    assert attached(tmp_path / "out") == PUBLIC
    assert [row["name"] for row in rows(tmp_path / "out", "attachments")][-1] == "copy.txt"


def test_bytes_that_are_not_those_recorded_are_not_exported(session: Session, tmp_path: Path) -> None:
    small.fill(session)
    session.execute(sa.update(AttachedFile).values(content=b"other"))
    with pytest.raises(
        ExportError, match=r"attachment \d+ of C-0001 has not the bytes that were recorded; run registry audit"
    ):
        write_export(session, tmp_path / "out", SIGNER)
    assert not (tmp_path / "out").exists()


def test_bytes_that_are_gone_are_not_exported(small_session: Session, tmp_path: Path) -> None:
    contents = gather(small_session, make.ROUND)
    with (
        as_of.register_of(small_session, 20) as without_files,
        pytest.raises(ExportError, match="attachment 1 of C-0001"),
    ):
        attachments.write_files(tmp_path, without_files, contents.attached, None)
