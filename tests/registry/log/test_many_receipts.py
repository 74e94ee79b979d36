"""A thousand receipts are checked without the register they came from, and one forged among them is named."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from registry import db
from registry.cli import main
from registry.domain.visibility import REGISTER
from registry.log import receipts
from registry.log.checkpoints import signed_checkpoint
from registry.services.receipts import receipt
from tests.registry.long_log import KEY, fill


@pytest.fixture(scope="module", params=[60, pytest.param(1000, marks=pytest.mark.slow)])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The receipts of a register that is gone."""
    count: int = request.param
    folder = tmp_path_factory.mktemp("receipts")
    engine: Engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    with db.unit_of_work(engine) as session:
        fill(session, count)
        note = signed_checkpoint(session, KEY)
        for index in range(count):
            made = receipt(session, index, note, REGISTER)
            (folder / f"{index}.json").write_bytes(receipts.file_bytes(made))
    engine.dispose()
    return [folder / f"{index}.json" for index in range(count)]


def check(files: list[Path]) -> tuple[int, list[str], list[str]]:
    words = ["receipt", "check", *(str(path) for path in files), "--key", KEY.verifier.vkey]
    ended = CliRunner().invoke(main, words, prog_name="registry")
    return ended.exit_code, ended.stdout.splitlines(), ended.stderr.splitlines()


def test_a_thousand_receipts_hold_without_a_register(files: list[Path]) -> None:
    code, told, refused = check(files)
    assert (code, len(told), refused) == (0, len(files), [])
    assert all(": holds; record " in line for line in told)


def test_the_one_that_was_forged_is_named(files: list[Path], tmp_path: Path) -> None:
    forged = tmp_path / "forged.json"
    document = json.loads(files[50].read_text())
    forged.write_text(json.dumps(document | {"leaf": document["leaf"].replace("other side", "near side")}))
    code, told, refused = check([*files[40:50], forged, *files[51:60]])
    assert (code, told) == (1, [])
    assert refused == [
        f"registry: {forged}: leaf_sha256: not the hash of the leaf",
        f"registry: {forged}: proof: it does not lead from the leaf to the root in the checkpoint",
    ]
