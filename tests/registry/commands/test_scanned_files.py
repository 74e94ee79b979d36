"""Files handed in on the command line are looked into like those of pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry import db
from registry.domain.attachments import AttachedFile
from registry.imports import templates
from registry.log import records
from registry.services import users
from registry.services.users import Credentials
from tests import factories as make
from tests.registry.clamd import HARM, NAME, StandIn, standing_in
from tests.registry.commands.conftest import PEOPLE, Office
from tests.registry.imports.handed_in import filings
from tests.registry.services.life_cases import recorded
from tests.registry.tables import new_tables

IMPORT = ("--round", make.ROUND, "--as", "rita@example.org")
SAID = ("--on", "2027-10-12", "--text", "Signed.", "--as", "dev@example.org")
AT = "2027-10-20T00:00:00Z"


@pytest.fixture
def clamd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standing_in(tmp_path) as stand_in:
        monkeypatch.setenv("REGISTRY_FILE_SCANNER", stand_in.address)
        yield stand_in


@pytest.fixture
def living(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A register with an entry of India, in rehearsal."""
    monkeypatch.setenv("REGISTRY_REHEARSAL", "1")
    office = Office(tmp_path / "data")
    new_tables(f"sqlite:///{office.data / 'registry.sqlite'}")
    engine = engine_of(office)
    with db.unit_of_work(engine) as session:
        recorded(session)
        [(email, roles, party)] = [row for row in PEOPLE if row[0] == "dev@example.org"]
        users.add_user(
            session,
            email,
            email,
            roles,
            make.ADMINISTRATOR,
            make.ANNOUNCED,
            party=party,
            credentials=Credentials(None, "t"),
        )
    engine.dispose()
    return office


def engine_of(office: Office) -> sa.Engine:
    return db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")


def test_a_file_of_claims_is_looked_into_before_it_is_read(office: Office, clamd: StandIn, tmp_path: Path) -> None:
    path, second = tmp_path / "claims.csv", tmp_path / "more.csv"
    path.write_bytes(b"no table, but " + HARM)
    said = "which does harm; give one without it, made on a clean machine"
    assert office.refusal("claim", "import", path, *IMPORT) == f"file: the scanner knows {NAME} in claims.csv, {said}"
    path.write_bytes(templates.written("csv", filings()))
    second.write_bytes(HARM)
    assert (
        office.refusal("claim", "import", path, "--claims", second, *IMPORT)
        == f"file: the scanner knows {NAME} in more.csv, {said}"
    )
    clamd.behaves = "tells an error"
    assert office.refusal("claim", "import", path, *IMPORT).startswith(
        "the file was not taken, and nothing was changed"
    )
    ended = office.run("claim", "import", path, *IMPORT, "--json")
    assert (ended.exit_code, json.loads(ended.stderr)["error"]["kind"]) == (1, "unscanned")
    clamd.behaves = "well"
    assert office.json("claim", "import", path, *IMPORT)["stored"] is True
    assert clamd.seen[-1] == path.read_bytes()


def test_the_document_of_a_report_is_looked_into_while_others_may_write(
    living: Office, clamd: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, engine, written = tmp_path / "contract.txt", engine_of(living), []
    log = tmp_path / "log"
    monkeypatch.setenv("REGISTRY_LOG_FILE", str(log))

    def kept() -> list[bytes]:
        with db.reading(engine) as session:
            return list(session.scalars(sa.select(AttachedFile.content)))

    def write() -> None:
        with db.unit_of_work(engine) as session:
            records.lock(session)
            written.append(records.size(session))

    words = ("entry", "milestone", "C-0001", "contract", "--file", path, *SAID)
    path.write_bytes(HARM)
    assert f"the scanner knows {NAME} in contract.txt, which does harm" in living.refusal(*words, at=AT)
    clamd.most_bytes = 3
    assert "does not answer" in living.refusal(*words, at=AT)
    assert kept() == []
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["event"], line["bytes"]) for line in lines] == [("harm-found", 17), ("file-not-scanned", 17)]
    clamd.most_bytes, clamd.meanwhile = 100, write
    path.write_bytes(b"the contract")
    living.json(*words, "--key", "k-1", at=AT)
    living.json(*words, "--key", "k-1", at=AT)
    assert (kept(), len(written)) == ([b"the contract"], 2)
    path.write_bytes(b"another contract")
    assert "stands for another request" in living.refusal(*words, "--key", "k-1", at=AT)
    engine.dispose()


def test_a_scanner_elsewhere_is_refused_before_anything_is_sent_to_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_FILE_SCANNER", "tcp://scanner.example.org:3310")
    said = office.refusal("claim", "import", tmp_path / "claims.csv", *IMPORT, code=2)
    assert "claims.csv" in said
    (tmp_path / "claims.csv").write_bytes(b"a")
    said = office.refusal("claim", "import", tmp_path / "claims.csv", *IMPORT, code=2)
    assert said.startswith("REGISTRY_FILE_SCANNER: tcp://scanner.example.org:3310 is on another host and not encrypted")
