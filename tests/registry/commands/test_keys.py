"""Keys, checkpoints, receipts and witnesses by commands, from the first key to what an auditor checks with files alone."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry import db
from registry.cli import main
from registry.log import records, signed_note
from registry.log.checkpoints import checkpoint_body
from tests import factories as make
from tests.registry.commands.conftest import Office

NAME = "registry.example/log"
ADAM, RITA, DEV = (("--as", f"{who}@example.org") for who in ("adam", "rita", "dev"))


def alone(*words: str | Path) -> Result:
    """A command that needs no register."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="registry")


def lines(ended: Result) -> list[str]:
    assert ended.exit_code == 0, ended.stderr
    return ended.stdout.splitlines()


def refusal(ended: Result, code: int = 1) -> str:
    assert (ended.exit_code, ended.stdout) == (code, ""), ended.output
    return ended.stderr.removeprefix("registry: ").strip()


@pytest.fixture
def signing(office: Office) -> Office:
    """An office with a key, and the file keys.json beside it."""
    office.json("keys", "new", NAME, "--illustrative")
    office.run("keys", "list", "--out", office.data.parent / "keys.json", at=None)
    return office


def keys_of(office: Office) -> tuple[str, Path]:
    return "--keys", office.data.parent / "keys.json"


def kept(office: Office, name: str) -> Path:
    """The checkpoint of now, in a file."""
    path = office.data.parent / name
    lines(office.run("log", "checkpoint", "--out", path))
    return path


def note_of(office: Office) -> Path:
    """One more record."""
    office.json("user", "add", f"u{log_size(office)}@example.org", "--role", "auditor", "--without-password", *ADAM)
    return office.data


def log_size(office: Office) -> int:
    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.reading(engine) as session:
        size = records.size(session)
    engine.dispose()
    return size


# Keys


def test_the_first_key_lies_in_a_file_for_its_user_alone(office: Office) -> None:
    made = office.json("keys", "new", NAME)
    (path,) = (office.data / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signed_note.parse_signer(path.read_text().strip()).verifier.vkey == made["vkey"]
    assert (made["id"], made["origin"]) == ("KEY-1", NAME)


def test_a_key_that_cannot_be_recorded_leaves_no_file(signing: Office) -> None:
    before = list((signing.data / "keys").iterdir())
    assert "the log is signed as registry.example/log already" in signing.refusal("keys", "new", NAME)
    assert "is for the role administrator or system" in signing.refusal("keys", "rotate", *RITA)
    assert list((signing.data / "keys").iterdir()) == before


@pytest.mark.parametrize("name", ["two words", "a+b", "", "x" * 121, "line\nbreak"])
def test_a_name_that_no_key_can_have_is_refused(office: Office, name: str) -> None:
    assert office.refusal("keys", "new", name).startswith("name: a key's name has 1 to 120 visible characters")
    assert not (office.data / "keys").exists()


def test_without_a_key_every_signing_command_names_the_mend(office: Office) -> None:
    for words in (("log", "checkpoint"), ("receipt", "show", "0"), ("keys", "rotate")):
        at = None if words[0] == "receipt" else "2027-02-01T10:00:00Z"
        assert "makes one with: registry keys new NAME" in office.refusal(*words, at=at), words


def test_a_rotation_leaves_a_chain_of_checkpoints(signing: Office) -> None:
    (first,) = signing.json("keys", "list", at=None)["keys"]
    size = log_size(signing)
    told = lines(signing.run("keys", "rotate"))
    assert told[-1] == f"KEY-1 signed its last checkpoint, of {size + 1} records, and counts no further"
    rows = signing.json("keys", "list", at=None)["keys"]
    assert [row["until_size"] for row in rows] == [size + 1, None]
    assert rows[0]["vkey"] == first["vkey"]
    assert f"{NAME}+" in lines(signing.run("keys", "list", at=None))[0]


def test_a_rotation_goes_on_without_the_lost_file_of_the_former_key(signing: Office) -> None:
    (path,) = (signing.data / "keys").iterdir()
    path.unlink()
    assert "the private key is not there; restore the file, or put another" in signing.refusal("log", "checkpoint")
    assert lines(signing.run("keys", "rotate"))[-1] == (
        "the private half of KEY-1 is not there: no checkpoint of it leads to KEY-2"
    )
    assert lines(signing.run("log", "checkpoint"))[0] == NAME


def test_private_keys_are_in_no_answer(signing: Office) -> None:
    (path,) = (signing.data / "keys").iterdir()
    secret = path.read_text().strip().rpartition("+")[2]
    for words in (("keys", "list"), ("log", "list"), ("log", "show", str(log_size(signing) - 1))):
        assert secret not in signing.run(*words, "--json", at=None).output
    assert secret.encode() not in (signing.data / "registry.sqlite").read_bytes()


# Receipts


def receipt_file(office: Office, index: int, name: str = "receipt.json", *who: str) -> Path:
    path = office.data.parent / name
    lines(office.run("receipt", "show", str(index), "--out", path, *who, at=None))
    return path


def test_a_receipt_is_checked_with_the_key_alone(signing: Office) -> None:
    path = receipt_file(signing, 0)
    vkey = signing.json("keys", "list", at=None)["keys"][0]["vkey"]
    (told,) = lines(alone("receipt", "check", path, "--key", vkey))
    assert told.startswith(f"{path}: holds; record 0, round-announced, rounds/2027-1, ")
    assert told.endswith(f"in the log of {log_size(signing)} records of {NAME} (illustrative)")
    answer = json.loads(alone("receipt", "check", path, "--key", vkey, "--json").stdout)
    assert answer == {"ok": True, "result": [{"file": str(path), "index": 0, "size": log_size(signing)}]}


def test_a_forged_receipt_among_good_ones_is_named(signing: Office) -> None:
    good, bad = receipt_file(signing, 0), receipt_file(signing, 1, "bad.json")
    document = json.loads(bad.read_text())
    bad.write_text(json.dumps(document | {"at": "2026-01-01T00:00:00Z"}))
    said = refusal(alone("receipt", "check", good, bad, *keys_of(signing)))
    assert said == f"{bad}: at: '2026-01-01T00:00:00Z' is not what the leaf says"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "it is empty"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[]", "format:"),
    ],
)
def test_a_file_that_is_no_receipt_is_one_line(signing: Office, tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "spoilt.json"
    path.write_bytes(content)
    said = refusal(alone("receipt", "check", path, *keys_of(signing)))
    assert said.startswith(f"{path}: ")
    assert fault in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "--key: name at least one verifier key"),
        (("--key", "x"), "--key: this is no key"),
        (
            ("--key", "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"),
            "does not sign for the log",
        ),
        (("--keys", "-"), "-"),
    ],
)
def test_a_check_without_a_usable_key_is_refused(signing: Office, words: tuple[str, ...], fault: str) -> None:
    assert fault in refusal(alone("receipt", "check", receipt_file(signing, 0), *words), 2)


@pytest.mark.parametrize(
    "document", [{}, [1], [{"vkey": "x"}], [{"vkey": 1, "until_size": None}], [{"vkey": "x", "until_size": "5"}]]
)
def test_a_file_of_keys_that_is_none_is_refused(signing: Office, document: Any) -> None:
    path = signing.file("wrong.json", document)
    said = refusal(alone("receipt", "check", receipt_file(signing, 0), "--keys", path), 2)
    assert said.startswith("--key")


def test_a_receipt_of_a_filing_is_opened_for_the_party_that_filed(signing: Office) -> None:
    claim = signing.file("claim.json", make.claim_document(name="In confidence"))
    signing.json("claim", "file", claim, "--round", make.ROUND, *DEV)
    index = log_size(signing) - 1
    assert "In confidence" not in receipt_file(signing, index, "public.json").read_text()
    own = receipt_file(signing, index, "own.json", *DEV)
    assert "In confidence" in own.read_text()
    lines(alone("receipt", "check", own, signing.data.parent / "public.json", *keys_of(signing)))
    assert lines(signing.run("receipt", "list", "claims/C-0001", *DEV, at=None))[0].endswith("claim-filed")
    assert "there is no record about claims/C-0001" in signing.refusal("receipt", "list", "claims/C-0001", at=None)


def test_a_step_tells_of_its_record_the_same_when_it_comes_again(signing: Office) -> None:
    claim = signing.file("claim.json", make.claim_document())
    words = ("claim", "file", claim, "--round", make.ROUND, *DEV, "--key", "once")
    index = log_size(signing)
    first = lines(signing.run(*words))
    assert first[-1] == f"record {index} in the log; receipt: registry receipt show {index}"
    assert lines(signing.run(*words)) == first
    assert json.loads(signing.run(*words, "--json").stdout)["records"] == [index]
    assert log_size(signing) == index + 1


def test_a_receipt_is_never_written_over_a_file(signing: Office) -> None:
    path = receipt_file(signing, 0)
    before = path.read_bytes()
    assert "is there already" in signing.refusal("receipt", "show", "1", "--out", path, at=None, code=2)
    assert path.read_bytes() == before
    assert "there is no record 9999" in signing.refusal("receipt", "show", "9999", at=None)


# Checkpoints that are compared


def test_a_log_that_grew_is_consistent_with_and_without_the_register(signing: Office) -> None:
    old = kept(signing, "old")
    note_of(signing)
    new, proof = kept(signing, "new"), signing.data.parent / "proof.json"
    size = log_size(signing)
    said = f"consistent: the log of {size} records begins with the {size - 1} records of the earlier checkpoint"
    assert lines(signing.run("audit", "consistency", old, new, "--out", proof, at=None)) == [said]
    assert lines(signing.run("audit", "consistency", str(size - 1), new, at=None)) == [said]
    assert lines(alone("audit", "consistency-file", old, new, "--proof", proof, *keys_of(signing))) == [said]
    assert "a proof from" in refusal(alone("audit", "consistency-file", old, new, *keys_of(signing)))


def test_a_rewritten_history_is_caught_by_an_older_checkpoint(signing: Office) -> None:
    old = kept(signing, "old")
    rewrite(signing)
    said = signing.refusal("audit", "consistency", old, str(log_size(signing)), at=None)
    assert "what was recorded was changed since; keep this checkpoint, it is evidence" in said
    # The register itself signs nothing that contradicts what it kept.
    assert "are not those of the checkpoint that was signed" in signing.refusal("log", "checkpoint")


def rewrite(office: Office) -> None:
    """Change the first record and compute the whole log anew, as an insider would."""
    import sqlalchemy as sa

    from registry.log import tree

    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        session.get_one(records.Record, 0).act = "reference-changed"
        session.flush()
        session.execute(sa.delete(records.TreeNode))
        session.expire_all()
        for record in session.scalars(sa.select(records.Record).order_by(records.Record.index)).all():
            record.leaf_hash = tree.leaf_hash(record.leaf())
            nodes = list(tree.completed_nodes(record.index, record.leaf_hash, records.StoredNodes(session)))
            session.add_all(records.TreeNode(level=level, position=place, hash=hash_) for level, place, hash_ in nodes)
            session.flush()
    engine.dispose()


@pytest.mark.parametrize(
    ("old", "new", "fault", "code"),
    [
        ("5", "99999", "it is of 99999 records, and the log has", 1),
        ("0", "5", "it is of 0 records", 1),
        ("6", "5", "change their places", 2),
        ("5", "none", "none: cannot be read", 2),
        ("9" * 40, "5", "and the log has", 1),
    ],
)
def test_states_that_are_not_there_are_refused(signing: Office, old: str, new: str, fault: str, code: int) -> None:
    assert fault in signing.refusal("audit", "consistency", old, new, at=None, code=code)


def test_a_checkpoint_by_somebody_else_is_refused(signing: Office, tmp_path: Path) -> None:
    stranger = signed_note.signer(NAME, b"\x01" * 32)
    path = tmp_path / "forged"
    path.write_text(signed_note.sign(checkpoint_body(NAME, 5, b"\x02" * 32), stranger))
    said = signing.refusal("audit", "consistency", path, "8", at=None)
    assert said == f"{path}: no trusted key signed this note; it names {NAME}"


# Witnesses


def witness_of(office: Office) -> Path:
    """India's witness key, entered in the register."""
    path = office.data.parent / "witness.key"
    vkey = lines(alone("witness", "new", "ind.example/witness", path))[-1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert office.json("keys", "witness", "IND", vkey, *DEV)["id"] == "W-1"
    return path


def cosigned(office: Office, checkpoint: Path, key: Path, *more: str | Path) -> Result:
    words = ("witness", "cosign", checkpoint, "--with", key, "--time", "2027-02-01T09:00:00Z")
    return alone(*words, *keys_of(office), *more)


def test_a_witness_cosigns_and_the_register_shows_it(signing: Office) -> None:
    key = witness_of(signing)
    checkpoint = kept(signing, "checkpoint")
    note = cosigned(signing, checkpoint, key).stdout
    path = signing.data.parent / "cosigned"
    path.write_text(note)
    size = note.split("\n")[1]
    assert lines(signing.run("log", "cosign", path, *DEV)) == [f"W-1 co-signed the checkpoint of {size} records"]
    assert "kept already" in lines(signing.run("log", "cosign", path, *DEV))[0]
    assert signing.run("log", "checkpoint", "--size", size).stdout == note
    assert "no witness of this register co-signed it" in signing.refusal("log", "cosign", checkpoint, *DEV)
    ended = signing.json("keys", "witness-end", "W-1", *DEV)
    assert ended["retired_at"] == "2027-02-01T10:00:00Z"


def test_a_witness_signs_only_what_continues_what_it_signed(signing: Office) -> None:
    key = witness_of(signing)
    old = kept(signing, "old")
    lines(cosigned(signing, old, key))
    note_of(signing)
    new, proof = kept(signing, "new"), signing.data.parent / "proof.json"
    assert "not co-signed; a proof from" in refusal(cosigned(signing, new, key))
    lines(signing.run("audit", "consistency", old, new, "--out", proof, at=None))
    lines(cosigned(signing, new, key, "--proof", proof))
    assert "it is older than the last one co-signed" in refusal(cosigned(signing, old, key))


def test_a_witness_refuses_a_rewritten_history(signing: Office) -> None:
    key = witness_of(signing)
    lines(cosigned(signing, kept(signing, "old"), key))
    (private,) = (signing.data / "keys").iterdir()
    log = signed_note.parse_signer(private.read_text().strip())
    forged = signing.data.parent / "forged"
    forged.write_text(signed_note.sign(checkpoint_body(NAME, log_size(signing), b"\x01" * 32), log))
    assert "two histories were told; keep both" in refusal(cosigned(signing, forged, key))


def test_a_key_of_another_kind_is_no_witness(signing: Office) -> None:
    (private,) = (signing.data / "keys").iterdir()
    said = refusal(cosigned(signing, kept(signing, "old"), private), 2)
    assert "is a key that signs a log" in said
    said = refusal(alone("witness", "new", "ind.example/witness", private), 2)
    assert "File exists" in said


def test_a_proof_of_a_record_can_be_printed(signing: Office) -> None:
    made = signing.json("log", "proof", "3", "--size", "6", at=None)
    assert (made["index"], made["size"], len(made["proof"])) == (3, 6, 3)
    assert "leaf 6 is not in a tree of 6 leaves" in signing.refusal("log", "proof", "6", "--size", "6", at=None)
