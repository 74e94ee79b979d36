"""Deposits: what is in them, what they continue, and what the foreign script takes and refuses."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry import db
from registry.backups.errors import TargetError
from registry.db import Base
from registry.escrow import depositing, open_deposit, rebuild
from registry.escrow.depositing import deposit
from registry.escrow.rule import LEFT_OUT, LEFT_OUT_COLUMNS
from registry.log import checkpoints, signed_note
from registry.services import comments, drafting
from tests import factories as make
from tests.registry import canaries
from tests.registry.exports.small import SIGNER

AT, LATER = make.utc("2028-03-05T18:00"), make.utc("2028-03-06T18:00")
OTHER = signed_note.signer("registry.example.net/log", bytes(range(1, 33)))
SECRET = re.compile(r"passw|secret|totp|token|recovery|uniquifier|\bcode|last_login|current_login", re.IGNORECASE)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register, and two deposits of it. Change nothing in it."""
    folder = tmp_path_factory.mktemp("escrow")
    db.migrate(f"sqlite:///{folder / 'registry.sqlite'}")
    with _engine(folder) as engine:
        with db.unit_of_work(engine) as session:
            canaries.fill(session)
        deposit(engine, folder / "deposits", folder / "data", SIGNER, AT)
        with db.unit_of_work(engine) as session:
            comments.add(session, "C-0003", "One more.", canaries.GHA, LATER)
            session.execute(sa.text("DELETE FROM notices WHERE id = (SELECT MAX(id) FROM notices)"))
        deposit(engine, folder / "deposits", folder / "data", SIGNER, LATER)
    return folder


@pytest.fixture
def place(begun: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return shutil.copytree(begun, tmp_path / "copy")


@contextmanager
def _engine(folder: Path) -> Iterator[sa.Engine]:
    engine = db.make_engine(f"sqlite:///{folder / 'registry.sqlite'}")
    yield engine
    engine.dispose()


def said(folder: Path, *vkeys: str) -> str:
    """What the script refuses the deposits with."""
    with pytest.raises(rebuild.RefusedError) as refused:
        rebuild.examined(folder, vkeys or [SIGNER.verifier.vkey])
    return str(refused.value)


def test_the_first_deposit_is_full_and_the_next_a_difference_that_is_small(begun: Path) -> None:
    one, two = sorted(path.name for path in (begun / "deposits").iterdir())
    assert (one, two) == ("0001-full", "0002-difference")
    assert [path.name for path in sorted((begun / "deposits" / two / "changed").iterdir())] == [
        "comments.jsonl", "records.jsonl", "tree_nodes.jsonl",
    ]  # fmt: skip
    assert [path.name for path in (begun / "deposits" / two / "gone").iterdir()] == ["notices.jsonl"]
    heading = json.loads((begun / "deposits" / two / "deposit.json").read_bytes())
    assert (heading["number"], heading["kind"], heading["origin"]) == (2, "difference", "registry.example.org/log")


def test_the_script_rebuilds_every_row(begun: Path, tmp_path: Path) -> None:
    out = tmp_path / "rebuilt.sqlite"
    assert rebuild.main([str(begun / "deposits"), "--key", SIGNER.verifier.vkey, "--out", str(out)]) == 0
    rebuilt = db.make_engine(f"sqlite:///{out}")
    with _engine(begun) as engine, engine.connect() as real, rebuilt.connect() as found:
        for name in sorted(Base.metadata.tables.keys() - LEFT_OUT.keys()):
            count = sa.text(f"SELECT COUNT(*) FROM {name}")
            assert (name, real.scalar(count)) == (name, found.scalar(count))
        for statement in ("SELECT id, text FROM comments ORDER BY id", 'SELECT "index", hex(leaf_hash) FROM records'):
            assert real.execute(sa.text(statement)).all() == found.execute(sa.text(statement)).all()
    rebuilt.dispose()


def test_nothing_that_lets_somebody_sign_in_is_deposited(begun: Path) -> None:
    state = json.loads((begun / "deposits/0001-full/state.json").read_bytes())
    columns = [(name, row["name"]) for name, table in state["tables"].items() for row in table["columns"]]
    assert [(name, column) for name, column in columns if SECRET.search(column)] == []
    assert LEFT_OUT.keys() <= state["left_out"].keys()


def test_every_table_is_deposited_or_left_out_for_a_reason(begun: Path) -> None:
    state = json.loads((begun / "deposits/0001-full/state.json").read_bytes())
    assert state["tables"].keys() | LEFT_OUT.keys() == Base.metadata.tables.keys()
    assert all(LEFT_OUT.values()) and all(table["about"] for table in state["tables"].values())
    assert LEFT_OUT_COLUMNS.keys() <= Base.metadata.tables.keys()


def test_a_draft_changes_nothing_that_is_deposited(place: Path) -> None:
    with _engine(place) as engine:
        with db.unit_of_work(engine) as session:
            drafting.save(session, canaries.NEW, {"key": "zzdraft", "filed_by": "GHA"}, canaries.GHA, LATER)
        made = deposit(engine, place / "deposits", place / "data", SIGNER, LATER)
    assert (made.kind, made.rows, made.gone) == ("difference", 0, 0)
    assert rebuild.examined(place / "deposits", [SIGNER.verifier.vkey])[1] is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("rm 0001-full", "0002-difference: deposit 0001, which it follows, is missing"),
        ("mv 0001-full 0001-difference", "0001-difference: it is the deposit 0001-full under another name"),
        ("rm 0002-difference/changed/comments.jsonl", "0002-difference: changed/comments.jsonl is missing"),
        ("cut 0001-full/tables/claims.jsonl", "0001-full: tables/claims.jsonl is not the file that was signed"),
        ("cut 0001-full/state.json", "0001-full: state.json is not the file that was signed"),
        ("cut 0002-difference/deposit.json", "0002-difference: deposit.json is not what deposit.note signs"),
        ("add 0002-difference/more.txt", "0002-difference: more.txt was not deposited"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_refused_by_name(place: Path, change: str, words: str) -> None:
    word, path, *more = change.split()
    found = place / "deposits" / path
    if word == "rm":
        shutil.rmtree(found) if found.is_dir() else found.unlink()
    elif word == "mv":
        found.rename(place / "deposits" / more[0])
    elif word == "add":
        found.write_text("more")
    else:
        found.write_bytes(found.read_bytes().replace(b"\n", b" \n"))
    assert said(place / "deposits") == words


def test_a_deposit_of_another_key_is_refused(place: Path) -> None:
    words = "0001-full: deposit.note: its text is signed by no key that is known"
    assert said(place / "deposits", OTHER.verifier.vkey) == words


def test_an_older_checkpoint_that_was_kept_must_be_of_this_history(place: Path) -> None:
    with _engine(place) as engine, db.reading(engine) as session:
        good = checkpoints.signed_checkpoint(session, SIGNER, 20)
    rebuild.examined(place / "deposits", [SIGNER.verifier.vkey], [("kept", good)])
    bad = signed_note.sign(checkpoints.checkpoint_body(SIGNER.verifier.name, 20, b"\1" * 32), SIGNER)
    with pytest.raises(rebuild.RefusedError, match=r"^kept: it is of another history$"):
        rebuild.examined(place / "deposits", [SIGNER.verifier.vkey], [("kept", bad)])
    longer = signed_note.sign(checkpoints.checkpoint_body(SIGNER.verifier.name, 2000, b"\1" * 32), SIGNER)
    with pytest.raises(rebuild.RefusedError, match=r"kept: it is of 2000 records"):
        rebuild.examined(place / "deposits", [SIGNER.verifier.vkey], [("kept", longer)])


def test_a_record_that_an_insider_changed_before_the_deposit_is_refused(place: Path) -> None:
    with _engine(place) as engine:
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE records SET act = 'claim-failed' WHERE \"index\" = 30"))
        deposit(engine, place / "deposits", place / "data", SIGNER, LATER)
    assert said(place / "deposits") == "0003-difference: record 30 is not what the log hashed"


def test_changes_that_were_forgotten_in_a_difference_are_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depositing, "_write_rows", _without_comments(depositing._write_rows))
    with _engine(place) as engine:
        with db.unit_of_work(engine) as session:
            comments.add(session, "C-0003", "And another.", canaries.GHA, LATER)
        deposit(engine, place / "deposits", place / "data", SIGNER, LATER)
    assert said(place / "deposits") == "0003-difference: comments has not the rows that the register had"


def _without_comments(write: object) -> object:
    def left_out(staging, state, table, found, old):  # type: ignore[no-untyped-def]  # a fault, planted
        kept = dict(staging.files)
        count = write(staging, state, table, found, old)  # type: ignore[operator]
        if table.name == "comments":
            staging.files = kept
            (staging.folder / "changed/comments.jsonl").unlink()
        return count

    return left_out


def test_a_register_continues_only_its_own_deposits(place: Path, tmp_path: Path) -> None:
    with _engine(place) as engine:
        with pytest.raises(TargetError, match=r"^0002-difference: it is of the register registry\.example\.org/log"):
            deposit(engine, place / "deposits", place / "data", OTHER, LATER)
        with pytest.raises(TargetError, match=r"does not remember what was in it .* make a full deposit: --full$"):
            deposit(engine, place / "deposits", tmp_path / "elsewhere", SIGNER, LATER)
        with pytest.raises(TargetError, match=r"^--difference: there is no deposit before it"):
            deposit(engine, tmp_path / "new", place / "data", SIGNER, LATER, "difference")
        made = deposit(engine, place / "deposits", tmp_path / "elsewhere", SIGNER, LATER, "full")
    assert made.folder.name == "0003-full"
    assert [row.name for row in rebuild.examined(place / "deposits", [SIGNER.verifier.vkey])[0]][-1] == "0003-full"
    assert not list((place / "deposits").glob(".*"))


def test_a_register_set_back_in_time_does_not_continue(place: Path) -> None:
    with _engine(place) as engine:
        with engine.begin() as connection:
            connection.execute(sa.text('DELETE FROM records WHERE "index" = (SELECT MAX("index") FROM records)'))
        with pytest.raises(TargetError, match=r"^0002-difference: the log of this register does not begin with its"):
            deposit(engine, place / "deposits", place / "data", SIGNER, LATER, "full")


def test_a_full_deposit_stands_for_all_before_it(place: Path) -> None:
    with _engine(place) as engine:
        deposit(engine, place / "deposits", place / "data", SIGNER, LATER, "full")
    for name in ("0001-full", "0002-difference"):
        shutil.rmtree(place / "deposits" / name)
    deposits, register = rebuild.examined(place / "deposits", [SIGNER.verifier.vkey])
    assert [row.name for row in deposits] == ["0003-full"] and register is not None


@pytest.fixture
def encrypted(place: Path) -> Path:
    """A deposit encrypted to an agent, whose key is beside it."""
    open_deposit.new_key(place / "agent.key")
    agent = open_deposit.key_in((place / "agent.key.pub").read_text(), open_deposit.PUBLIC)
    with _engine(place) as engine:
        deposit(engine, place / "closed", place / "data", SIGNER, LATER, agent=agent)
    return place


def test_encrypted_data_says_nothing_and_opens_with_the_agents_key(encrypted: Path) -> None:
    chain = encrypted / "closed"
    held = b"".join(path.read_bytes() for path in chain.rglob("*") if path.is_file())
    assert canaries.found(held.decode("utf-8", "replace")) == []
    assert rebuild.examined(chain, [SIGNER.verifier.vkey])[1] is None
    assert open_deposit.main([str(chain), "--agent-key", str(encrypted / "agent.key")]) == 0
    assert rebuild.examined(chain, [SIGNER.verifier.vkey])[1] is not None


def test_opened_data_that_was_changed_is_refused(encrypted: Path) -> None:
    chain = encrypted / "closed"
    open_deposit.main([str(chain), "--agent-key", str(encrypted / "agent.key")])
    claims = chain / "0001-full/tables/claims.jsonl"
    claims.write_bytes(claims.read_bytes().replace(b"C-0001", b"C-0009"))
    assert said(chain) == "0001-full: claims has not the rows that the register had"


def test_another_agent_opens_nothing(encrypted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_deposit.new_key(encrypted / "other.key")
    assert open_deposit.main([str(encrypted / "closed"), "--agent-key", str(encrypted / "other.key")]) == 1
    assert "it was changed, or is encrypted to another key" in capsys.readouterr().err
    assert (encrypted / "agent.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1])
def test_a_file_of_any_length_opens_as_it_was_and_not_when_cut(size: int, tmp_path: Path) -> None:
    from registry.escrow.encrypting import Encrypter

    open_deposit.new_key(tmp_path / "key")
    agent = open_deposit.key_in((tmp_path / "key.pub").read_text(), open_deposit.PUBLIC)
    private = open_deposit.key_in((tmp_path / "key").read_text(), open_deposit.PRIVATE)
    clear = bytes(range(256)) * (size // 256 + 1)
    parts: list[bytes] = []
    encrypter = Encrypter(parts.append, "tables/claims.jsonl", agent)
    encrypter.take(clear[: size // 2])
    encrypter.take(clear[size // 2 : size])
    encrypter.close()
    held = b"".join(parts)
    assert open_deposit.opened(held, "tables/claims.jsonl", private) == clear[:size]
    for bad, path in (
        (held[:-1], "tables/claims.jsonl"),
        (held[:-17], "tables/claims.jsonl"),
        (held, "tables/users.jsonl"),
    ):
        with pytest.raises((open_deposit.InvalidTag, ValueError)):
            open_deposit.opened(bad, path, private)


def test_the_scripts_import_nothing_of_ours_and_are_short() -> None:
    from tests.drills.escrow import PROGRAMS, foreign_imports

    for name in PROGRAMS:
        script = Path(rebuild.__file__).with_name(name)
        assert foreign_imports(script) == []
        assert len(script.read_text("utf-8").splitlines()) <= 300
