"""`registry audit verify` and `audit sample` as an auditor types them, on a register that somebody went behind."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from registry import db
from registry.domain.visibility import REGISTER
from registry.log import checkpoints, receipts
from registry.services.receipts import receipt
from tests.drills import tampering
from tests.registry.canaries import AUDITOR
from tests.registry.commands.conftest import Office
from tests.registry.exports.small import SIGNER
from tests.registry.tables import new_tables

SEED = "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a row in every table, and a checkpoint and receipts that were kept outside."""
    data = tmp_path_factory.mktemp("audited") / "data"
    url = f"sqlite:///{data / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        tampering.fill(session)
    with db.reading(engine) as session:
        note = checkpoints.signed_checkpoint(session, SIGNER)
        (data.parent / "kept.txt").write_text(note)
        (data.parent / "receipts").mkdir()
        for index in range(0, 60, 5):
            made = receipts.file_bytes(receipt(session, index, note, REGISTER))
            (data.parent / "receipts" / f"{index}.json").write_bytes(made)
    engine.dispose()
    return data


@pytest.fixture
def audited(filled: Path, tmp_path: Path) -> Office:
    shutil.copytree(filled.parent, tmp_path / "office")
    return Office(tmp_path / "office" / "data")


def behind(office: Office, statement: str) -> None:
    """Change the database with another program."""
    connection = sqlite3.connect(office.data / "registry.sqlite")
    connection.executescript(statement)
    connection.close()


def test_an_untouched_register_passes(audited: Office) -> None:
    ended = audited.run("audit", "verify", "--checkpoint", audited.data.parent / "kept.txt", at=None)
    assert (ended.exit_code, ended.stdout.splitlines()[-1]) == (0, "the database is as the log has it")


def test_a_changed_cell_is_told_with_both_values_and_ends_with_1(audited: Office) -> None:
    behind(audited, "UPDATE claims SET state = 'READY' WHERE id = 'C-0003'")
    ended = audited.run("audit", "verify", at=None)
    first = ended.stdout.splitlines()[0]
    assert ended.exit_code == 1
    assert first.startswith("claims C-0003 state: changed; recorded 'COORDINATION' (record ") and first.endswith(
        "found 'READY'"
    )


def test_differences_are_data_with_json(audited: Office) -> None:
    behind(audited, "DELETE FROM votes WHERE id = 2")
    ended = audited.run("audit", "verify", "--json", at=None)
    told = json.loads(ended.stdout)
    assert (ended.exit_code, told["ok"]) == (1, False)
    [row] = told["result"]["differences"]
    assert (row["table"], row["row"], row["column"], row["what"]) == ("votes", "2", "", "the row is missing")


def test_confidential_values_are_for_auditors(audited: Office) -> None:
    behind(audited, "UPDATE users SET name = 'Mallory' WHERE id = 1")
    public, auditor = (
        audited.run("audit", "verify", at=None),
        audited.run("audit", "verify", "--as", AUDITOR.name, at=None),
    )
    assert "users 1 name: changed; its values are confidential" in public.stdout and "Canary" not in public.stdout
    assert "recorded 'ZZCanary Person 0'" in auditor.stdout and "found 'Mallory'" in auditor.stdout


def test_a_cut_log_is_shown_by_a_checkpoint_from_elsewhere(audited: Office) -> None:
    behind(audited, 'DELETE FROM records WHERE "index" = (SELECT max("index") FROM records)')
    ended = audited.run("audit", "verify", "--checkpoint", audited.data.parent / "kept.txt", at=None)
    assert "its end was cut off" in ended.stdout and ended.exit_code == 1


def test_a_checkpoint_that_is_not_there_is_unusable_use(audited: Office) -> None:
    assert "nowhere.txt" in audited.refusal("audit", "verify", "--checkpoint", "nowhere.txt", at=None, code=2)


def test_the_sample_can_be_repeated_from_seed_and_checkpoint(audited: Office) -> None:
    first, again = (audited.json("audit", "sample", "--seed", SEED, "--size", "50", at=None) for _ in range(2))
    assert first == again
    assert (first["size"], len(first["records"]), first["seed"]) == (50, 50, SEED)
    small = audited.json("audit", "sample", "--seed", SEED, "--altered", "1/4", "--limit", "0.05", at=None)
    assert 5 < len(small["records"]) < 15


def compared(office: Office, code: int) -> Any:
    folder = office.data.parent / "receipts"
    ended = office.run("audit", "sample", "--seed", SEED, "--receipts", folder, "--json", at=None)
    assert ended.exit_code == code, ended.output
    return json.loads(ended.stdout)["result"]


def test_receipts_at_hand_agree_and_the_others_are_named(audited: Office) -> None:
    found = compared(audited, 0)["comparison"]
    assert found["agree"] == list(range(0, 60, 5))
    assert found["missing"][:4] == [1, 2, 3, 4] and found["differ"] == {}


def test_an_altered_record_is_shown_by_its_receipt(audited: Office) -> None:
    behind(audited, "UPDATE records SET subject = 'claims/C-0099' WHERE \"index\" = 40")
    found = compared(audited, 1)["comparison"]
    assert found["differ"] == {"40": "the register has another record than the receipt"}


def test_a_forged_receipt_is_told_and_convicts_nobody(audited: Office) -> None:
    path = audited.data.parent / "receipts" / "5.json"
    path.write_text(path.read_text().replace('"act":"', '"act":"x'))
    (audited.data.parent / "receipts" / "6.json").write_text("nonsense")
    found = compared(audited, 1)
    assert set(found["faults"]) == {"5.json", "6.json"} and found["comparison"]["differ"] == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seed", "xyz"), "write whole bytes in hex"),
        (("--seed", "00"), "it has 1 bytes; a public value has 16 or more"),
        (("--seed", SEED, "--limit", "0"), "0 is not between 0 and 1"),
        (("--seed", SEED, "--altered", "many"), "write a share"),
        (("--seed", SEED, "--altered", "1/0"), "write a share"),
        (("--seed", SEED, "--limit", "nan"), "write a share"),
    ],
)
def test_a_sample_that_says_nothing_is_refused(audited: Office, words: tuple[str, ...], said: str) -> None:
    assert said in audited.refusal("audit", "sample", *words, at=None, code=2)


def test_a_sample_of_more_records_than_there_are_is_refused(audited: Office) -> None:
    assert "not 9999" in audited.refusal("audit", "sample", "--seed", SEED, "--size", "9999", at=None)
