"""The stand-alone verifier on small packages that were built from the text of the format."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from registry.exports.verify_export import Package, canonical, key_of
from tests.drills import packages
from tests.drills.packages import Built, key, key_records, record

SCRIPT = Path(__file__).parents[3] / "registry" / "exports" / "verify_export.py"
STANDARD = {"cryptography", *sys.stdlib_module_names}


def faults(folder: Path, *vkeys: str, **kept: list[Path]) -> list[tuple[str, ...]]:
    return Package(folder, dict(map(key_of, vkeys))).check(**kept).faults


def kept(path: Path, text: str) -> list[Path]:
    path.write_text(text)
    return [path]


def test_a_whole_package_has_no_fault(tmp_path: Path) -> None:
    built = Built()
    folder = built.write(tmp_path / "package")
    older = kept(tmp_path / "older.txt", built.checkpoint(4))
    receipts = [packages.dump(tmp_path / f"{n}.json", built.receipt(n, 5)) for n in range(5)]
    package = Package(folder, dict([key_of(built.signer.verifier.vkey)])).check(older, receipts)
    assert package.faults == []
    assert all("which you gave" in fact for fact in package.facts) and len(package.facts) == 8


def test_without_a_key_it_says_that_the_key_came_from_inside(tmp_path: Path) -> None:
    package = Package(Built().write(tmp_path), {}).check()
    assert package.faults == []
    assert all("found inside: compare it" in fact for fact in package.facts) and len(package.facts) == 2


def test_a_key_that_signed_nothing_is_not_believed(tmp_path: Path) -> None:
    found = faults(Built().write(tmp_path), key(2).verifier.vkey)
    assert found == [("manifest.note", "line 5", "signature", "is not signed: is signed by no key that is known")]


def test_the_key_of_a_witness_alone_is_not_enough(tmp_path: Path) -> None:
    found = faults(Built().write(tmp_path), key(2, "witness", 4).verifier.vkey)
    assert found[0][:3] == ("manifest.note", "line 5", "signature")


def test_a_co_signed_checkpoint_is_read_and_a_forged_co_signature_is_found(tmp_path: Path) -> None:
    from registry.log import signed_note

    witness, built = key(9, "witness", signed_note.COSIGNATURE), Built()
    good = signed_note.cosign(built.checkpoint(3), witness, 1_800_000_000)
    bad = good.replace(good[-20:-10], good[-10:-20:-1] if good[-20:-10] != good[-10:-20:-1] else "AAAAAAAAAA")
    folder = built.write(tmp_path / "package")
    vkeys = (built.signer.verifier.vkey, witness.verifier.vkey)
    assert faults(folder, *vkeys, checkpoints=kept(tmp_path / "good.txt", good)) == []
    assert [row[0] for row in faults(folder, *vkeys, checkpoints=kept(tmp_path / "bad.txt", bad))] == [
        str(tmp_path / "bad.txt")
    ]


def insider(**changes: Any) -> Built:
    """What somebody who has the key and rewrites history would publish: record 2 says something else."""
    rows = [record(n) for n in range(7)]
    rows[2] = record(2, **(changes or {"subject": "claims/C-0099"}))
    return Built(records=rows)


def test_a_rewritten_history_with_the_same_key_is_caught_by_any_older_checkpoint(tmp_path: Path) -> None:
    folder, vkey = insider().write(tmp_path / "package"), Built().signer.verifier.vkey
    assert faults(folder, vkey) == []
    for size in range(3, 8):
        file = tmp_path / f"{size}.txt"
        found = faults(folder, vkey, checkpoints=kept(file, Built().checkpoint(size)))
        assert found == [(str(file), "", "", f"is of another history: not with these first {size} records")]
    assert faults(folder, vkey, checkpoints=kept(tmp_path / "before.txt", Built().checkpoint(2))) == []


def test_a_rewritten_history_is_caught_by_the_receipt_which_names_the_record_and_the_field(tmp_path: Path) -> None:
    file = packages.dump(tmp_path / "receipt.json", Built().receipt(2, 2 + 1))
    found = faults(insider().write(tmp_path / "package"), receipts=[file])
    assert found[0][0] == str(file)
    early = Built().receipt(2)
    early["checkpoint"], early["size"] = insider().checkpoint(), 7  # as if the same key had signed both
    file.write_text(json.dumps(early))
    assert (str(file), "record 2", "subject", "is not what the package has") in faults(
        tmp_path / "package", receipts=[file]
    )


def test_a_tail_that_was_cut_is_caught_by_a_later_checkpoint(tmp_path: Path) -> None:
    folder = Built(records=[record(n) for n in range(5)]).write(tmp_path / "package")
    found = faults(folder, checkpoints=kept(tmp_path / "later.txt", Built().checkpoint(7)))
    assert [row[3] for row in found] == [f"is of 7 records of {packages.ORIGIN}; here are 5 of {packages.ORIGIN}"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("proof", lambda row: {**row, "proof": row["proof"][:-1]}),
        ("size", lambda row: {**row, "size": 6}),
        ("index", lambda row: {**row, "index": 4}),
        ("opening", lambda row: {**row, "openings": [{**row["openings"][0], "value": "somebody@example.org"}]}),
        ("salt", lambda row: {**row, "openings": [{**row["openings"][0], "salt": "00" * 32}]}),
        ("path", lambda row: {**row, "openings": [{**row["openings"][0], "path": "/act"}]}),
        ("format", lambda row: {**row, "format": "another"}),
        ("checkpoint", lambda row: {**row, "checkpoint": row["checkpoint"].replace("7", "8", 1)}),
        ("leaf", lambda row: {**row, "leaf": row["leaf"].replace("claim-filed", "claim-fixed")}),
        ("missing", lambda row: {"format": row["format"]}),
    ],
)
def test_a_forged_receipt_is_refused(tmp_path: Path, field: str, change: Callable[[Any], Any]) -> None:
    file = packages.dump(tmp_path / "receipt.json", change(Built().receipt(3)))
    found = faults(Built().write(tmp_path / "package"), receipts=[file])
    assert [row[0] for row in found] and {row[0] for row in found} == {str(file)}


def retired(until: int) -> Built:
    """A register whose first key was retired; a second one signs."""
    old, new = key(1), key(2)
    rows = [record(0), *key_records(new, 1), *key_records(old, 2, until), *(record(n) for n in range(3, 7))]
    keys = [{"vkey": old.verifier.vkey, "until_size": until}, {"vkey": new.verifier.vkey, "until_size": None}]
    return Built(signer=new, records=rows, keys=keys)


def test_a_retired_key_counts_up_to_its_size_and_not_after(tmp_path: Path) -> None:
    built = retired(2)
    folder = built.write(tmp_path / "package")
    assert faults(folder, checkpoints=kept(tmp_path / "early.txt", built.checkpoint(2, key(1)))) == []
    late = kept(tmp_path / "late.txt", built.checkpoint(3, key(1)))
    assert [row[3] for row in faults(folder, checkpoints=late)] == [f"is signed by {packages.ORIGIN}, retired before"]


def test_a_package_signed_by_a_retired_key_is_refused(tmp_path: Path) -> None:
    built = retired(2)
    built.signer = key(1)
    assert faults(built.write(tmp_path))[0] == (
        "manifest.note", "line 5", "signature", f"is not signed: is signed by {packages.ORIGIN}, retired before"
    )  # fmt: skip


def test_a_key_file_that_hides_the_retirement_contradicts_the_record_of_it(tmp_path: Path) -> None:
    built = retired(2)
    built.signer, built.keys = key(1), [{"vkey": key(1).verifier.vkey, "until_size": None}]
    found = faults(built.write(tmp_path))
    assert ("log/leaves.jsonl", "record 2", "index", "retires a key of which log/keys.json says otherwise") in found


def test_a_note_over_a_smaller_log_does_not_lend_its_size_to_a_retired_key(tmp_path: Path) -> None:
    import base64

    from registry.log import signed_note

    folder = retired(2).write(tmp_path)
    digest = base64.b64encode(packages.sha256((folder / "manifest.json").read_bytes())).decode()
    note = signed_note.sign(f"{packages.ORIGIN}/export\n2\n{digest}\n", key(1))
    (folder / "manifest.note").write_text(note)
    assert faults(folder) == [("manifest.json", "", "", "is of another log or size than manifest.note says")]


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("log/proofs.jsonl", {"index": 3, "size": 6, "proof": []}),
        ("log/proofs.jsonl", {"index": -1, "size": 7, "proof": []}),
        ("log/proofs.jsonl", {"index": 7, "size": 7, "proof": []}),
        ("log/proofs.jsonl", []),
        ("log/consistency.jsonl", {"old": 3, "root": "00", "size": 7, "proof": []}),
        ("log/consistency.jsonl", {"old": 9, "root": "00", "size": 7, "proof": []}),
        ("log/openings.jsonl", {"index": 1, "path": "/act", "salt": "", "value": "claim-filed"}),
        ("log/openings.jsonl", {"index": 99, "path": "/act", "salt": "", "value": 1}),
        ("log/openings.jsonl", {"index": 1, "path": "/actor/name", "salt": "zz", "value": 1}),
    ],
)
def test_a_signed_package_with_a_false_proof_or_opening_names_the_line(tmp_path: Path, path: str, row: Any) -> None:
    found = faults(Built(files={path: packages.lines([row])}).write(tmp_path))
    assert [fault[:2] for fault in found] == [(path, "line 1")]


def test_indexes_with_a_gap_are_found(tmp_path: Path) -> None:
    rows = [record(n) for n in (0, 1, 3, 4)]
    built = Built(records=rows, files={"log/openings.jsonl": b""})
    found = faults(built.write(tmp_path))
    assert [fault[:3] for fault in found] == [
        ("log/leaves.jsonl", "record 2", "index"),
        ("log/leaves.jsonl", "record 3", "index"),
    ]


def test_a_manifest_of_another_root_is_found(tmp_path: Path) -> None:
    built = Built(manifest={"log": {"size": 7, "root_sha256": "00" * 32}})
    assert [fault[:2] for fault in faults(built.write(tmp_path))] == [("log/leaves.jsonl", "")]


def test_a_checkpoint_of_another_history_in_a_signed_package_is_found(tmp_path: Path) -> None:
    built = Built(files={"log/checkpoint.txt": insider().checkpoint().encode()})
    assert [fault[0] for fault in faults(built.write(tmp_path))] == ["log/checkpoint.txt"]


def test_files_that_are_missing_or_not_in_the_manifest_are_named(tmp_path: Path) -> None:
    folder = Built().write(tmp_path)
    (folder / "README.txt").rename(folder / "README.md")
    assert faults(folder) == [
        ("README.txt", "", "", "is missing"),
        ("README.md", "", "", "is not in the manifest"),
    ]


def test_links_and_pipes_are_named_and_never_opened(tmp_path: Path) -> None:
    folder = Built().write(tmp_path / "package")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "README.txt").write_bytes((folder / "README.txt").read_bytes())
    (folder / "README.txt").unlink()
    (folder / "README.txt").symlink_to(tmp_path / "elsewhere" / "README.txt")
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / "pipe")
    assert [(row[0], row[3]) for row in faults(folder)] == [
        ("README.txt", "is a link, no plain file, or larger than 2 GiB; it was not opened"),
        ("more", "is a link, no plain file, or larger than 2 GiB; it was not opened"),
        ("pipe", "is a link, no plain file, or larger than 2 GiB; it was not opened"),
        ("README.txt", "is missing"),
    ]


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/hostname", "tables/../../secret.txt", "..\\secret.txt", "", "."]
)
def test_a_path_in_the_manifest_leads_nowhere_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_bytes(b"secret")
    built = Built()
    entry = {"path": path, "bytes": 6, "sha256": packages.sha256(b"secret").hex()}
    folder = built.write(tmp_path / "package")
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    built.manifest = {"files": [*files, entry]}
    assert faults(built.write(folder)) == [(path, "", "", "is missing")]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    folder = Built().write(tmp_path)
    with (folder / "README.txt").open("r+b") as stream:
        stream.truncate(2**31)  # a hole: it takes no room on the disk
    assert [row[0] for row in faults(folder)] == ["README.txt", "README.txt"]


@pytest.mark.parametrize(
    "data",
    [b"", b'{"a": 1, "a": 2}', b"[" * 100_000, b"\xff", b'{"files": [1]}'],
)
@pytest.mark.parametrize("path", ["manifest.json", "log/keys.json", "blocks.txt", "log/leaves.jsonl", "manifest.note"])
def test_a_file_that_is_not_what_it_should_be_is_a_fault_and_no_crash(tmp_path: Path, path: str, data: bytes) -> None:
    folder = Built().write(tmp_path)
    (folder / path).write_bytes(data)
    assert path in {row[0] for row in faults(folder)}


@pytest.mark.parametrize("path", ["log/openings.jsonl", "log/proofs.jsonl", "log/consistency.jsonl"])
@pytest.mark.parametrize("data", [b'{"a":1,"a":2}\n', b"[NaN]", b"[1", b"\xff"])
def test_a_signed_line_that_is_ambiguous_is_refused(tmp_path: Path, path: str, data: bytes) -> None:
    found = faults(Built(files={path: data}).write(tmp_path))
    assert [row[:2] for row in found] == [(path, "line 1")]


def test_signed_leaves_that_are_no_records_are_named(tmp_path: Path) -> None:
    data = b"".join(leaf + b"\n" for leaf in Built().leaves).replace(b'"index":3', b'"index":[', 1)
    found = faults(Built(files={"log/leaves.jsonl": data}).write(tmp_path))
    assert found[0][:3] == ("log/leaves.jsonl", "record 3", "index")


def test_what_a_forger_wrote_cannot_steer_the_terminal(tmp_path: Path) -> None:
    built = Built()
    folder = built.write(tmp_path)
    built.manifest = {"files": [{"path": "\x1b[2J\u202eevil", "bytes": 0, "sha256": ""}]}
    assert ("?[2J?evil", "", "", "is missing") in faults(built.write(folder))


@pytest.mark.parametrize(
    "value",
    [
        0.0,
        -0.0,
        1e-7,
        1e-6,
        1.5e-7,
        1e20,
        1e21,
        1.234e25,
        123456789.125,
        5e-324,
        -1e16,
        0.1,
        {"é": 1, "😀": 2, "ﬁ": [None, True, "\x7f\n\u2028"]},
    ],
)
def test_values_are_written_as_rfc_8785_asks(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value).decode()


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", SCRIPT, *words], capture_output=True, text=True, check=False)


def test_the_command_prints_a_line_for_each_fault_and_ends_with_its_code(tmp_path: Path) -> None:
    folder = Built().write(tmp_path / "package")
    good = run(folder, "--key", key(1).verifier.vkey)
    assert (good.returncode, good.stdout.splitlines()[-1], good.stderr) == (0, "0 faults", "")
    data = (folder / "tables" / "claims.csv").read_bytes()
    (folder / "tables" / "claims.csv").write_bytes(data.replace(b"Crater", b"Krater"))
    bad = run(folder)
    assert bad.returncode == 1
    assert bad.stdout.splitlines()[0] == (
        "tables/claims.csv: row 2 (C-0002): name: byte 54 is b'K' and was b'C' when the manifest was signed"
    )
    told = json.loads(run(folder, "--json").stdout)
    assert told["ok"] is False and told["faults"][0]["field"] == "name"


def test_a_zip_file_a_missing_folder_and_a_wrong_key_are_unusable_use(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04")
    zipped, key_ = run(tmp_path / "export.zip"), run(Built().write(tmp_path / "package"), "--key", "nonsense")
    assert (zipped.returncode, key_.returncode, run(tmp_path / "nowhere").returncode) == (2, 2, 2)
    assert "is no folder; unpack the package into a new one" in zipped.stderr
    assert "Traceback" not in zipped.stderr + key_.stderr


def test_an_empty_folder_is_a_package_without_its_files(tmp_path: Path) -> None:
    assert ("manifest.json", "", "", "is missing") in faults(tmp_path)


def test_the_script_stands_alone_and_is_short() -> None:
    for name in ("verify_export.py", "locate_change.py"):
        source = SCRIPT.with_name(name).read_text("utf-8")
        tree = ast.parse(source, feature_version=(3, 9))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {module.partition(".")[0] for module in imported} <= STANDARD
        assert len(source.splitlines()) < 300


def test_it_works_alone_and_then_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "verify_export.py").write_bytes(SCRIPT.read_bytes())
    folder = Built().write(tmp_path / "package")
    (folder / "README.txt").write_bytes(b"changed")
    command = [sys.executable, "-I", tmp_path / "verify_export.py", folder]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (1, "README.txt: is not the file of the manifest")
