"""Backups taken while others write: each is one state of the register, in which rows and records agree."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import db
from registry.backups.restoring import restore
from registry.backups.writing import write_backup
from registry.services import filing
from tests import factories as make
from tests.registry.backups.conftest import MADE_AT, opened
from tests.registry.backups.forging import parts_of
from tests.registry.tables import new_tables

WRITERS = 3


@contextmanager
def load(engine: Engine) -> Iterator[list[str]]:
    """Several people filing claims as fast as they can; gives the claims that were filed so far."""
    over, filed, failed = threading.Event(), list[str](), list[BaseException]()

    def file_claims(writer: int) -> None:
        try:
            for number in itertools.count():
                if over.is_set():
                    return
                with db.unit_of_work(engine) as session:
                    document = make.claim_document(f"claim-{writer}-{number}", placements=[make.placement()])
                    claim = filing.file_claim(session, make.ROUND, document, make.REGISTRAR, make.FILED)
                    claim_id = claim.id
                filed.append(claim_id)
        except BaseException as error:  # noqa: BLE001  told in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=file_claims, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield filed
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failed == []


def check_many(url: str, ready: Path, folder: Path, count: int) -> None:
    new_tables(url)
    with opened(url) as engine:
        with db.unit_of_work(engine) as session:
            make.open_round(session)
        sizes = []
        with load(engine) as filed:
            for number in range(count):
                answered = len(filed)
                path = folder / f"{number}.backup"
                write_backup(engine, path, MADE_AT)
                sizes.append(check(path, folder, ready, answered))
                waiting = len(filed)
                while len(filed) == waiting:
                    threading.Event().wait(0.01)
    assert sizes == sorted(set(sizes)), "the register grew between the backups"


def check(path: Path, folder: Path, ready: Path, answered: int) -> int:
    """Restore a backup, and compare what its rows and its records say; return the size of its log."""
    target = folder / f"{path.stem}.sqlite"
    target.write_bytes(ready.read_bytes())
    manifest = restore(path, f"sqlite:///{target}", folder)
    parts = parts_of(path)
    claims = {json.loads(line)["id"] for line in parts["tables/claims.jsonl"].splitlines()}
    records = [json.loads(line) for line in parts["tables/records.jsonl"].splitlines()]
    filed = {row["subject"].removeprefix("claims/") for row in records if row["act"] == "claim-filed"}
    placed = {json.loads(line)["public_id"] for line in parts["tables/placements.jsonl"].splitlines()}
    assert claims == filed == {name.split("/")[0] for name in placed}
    assert len(claims) >= answered, "a claim whose filing was answered is in every later backup"
    assert [row["index"] for row in records] == list(range(manifest.log.size))
    return manifest.log.size


def test_backups_under_load_are_consistent(empty_url: str, ready: Path, tmp_path: Path) -> None:
    check_many(empty_url, ready, tmp_path, 3)


@pytest.mark.slow
def test_twenty_backups_under_load_are_consistent(empty_url: str, ready: Path, tmp_path: Path) -> None:
    check_many(empty_url, ready, tmp_path, 20)
