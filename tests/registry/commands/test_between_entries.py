"""Entries, services and arrangements by command: each step names its record and where its receipt is."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.domain.operations import OPERATIONS, calls_for_receipt
from registry.services import users
from tests import factories as make
from tests.registry.commands.conftest import Office
from tests.registry.services.docking_cases import document
from tests.registry.services.life_cases import SHA256, in_use
from tests.registry.tables import new_tables

RITA = ("--as", "rita@example.org")
AT = "2027-12-01T09:00:00Z"
REPORT = ("--on", "2027-11-30", "--text", "As planned.", "--sha256", SHA256)


def fill(session: Session) -> None:
    """C-0001 of India in use, C-0002 of Japan taken to be, and a registrar."""
    in_use(session)
    session.get_one(Claim, "C-0002").state = "IN_USE"
    own = users.Credentials(None, "token")
    users.add_user(session, "rita@example.org", "Rita", ["registrar"], SYSTEM, make.ANNOUNCED, credentials=own)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("REGISTRY_REHEARSAL", "1")
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        fill(session)
    engine.dispose()
    return Office(tmp_path)


def test_every_step_of_an_entry_a_service_and_an_arrangement_names_its_receipt(office: Office) -> None:
    arrangement = office.file("arrangement.json", document())
    steps: tuple[tuple[str | Path, ...], ...] = (
        ("docking", "record", arrangement, "--party", "IND"),
        ("docking", "state", "D-0001", "--position", "dissents", "--statement", "Too far.", "--party", "JPN"),
        ("service", "offer", "C-0002", "--kind", "power", "--what", "50 W"),
        ("service", "rely", "S-0001", "C-0001", "--need", "heat", "--vital"),
        ("service", "leave", "S-0001", "C-0001", "--reason", "own cells"),
        ("service", "end", "S-0001", "--reason", "the mast fell"),
        (
            "entry",
            "visit",
            "C-0001",
            "--party",
            "JPN",
            "--from",
            "2027-12-10",
            "--until",
            "2027-12-11",
            "--purpose",
            "Rover.",
        ),
        ("entry", "answer", "1", "--terms", "Pass to the north."),
        ("entry", "basis", "C-0001", "2", "--party", "JPN", "--purpose", "Why?"),
        ("entry", "confirm", "C-0001", *REPORT),
        ("entry", "extend", "C-0001", "confirmation", "--ground", "force-majeure", "--months", "6", *REPORT),
        ("entry", "suspend", "C-0001", "--reason", "A leak."),
        ("entry", "end", "C-0001", *REPORT),
    )
    for words in steps:
        ended = office.run(*words, *RITA, at=AT)
        assert ended.exit_code == 0, ended.output
        *_, last = ended.stdout.splitlines()
        number = last.split()[1]
        assert last == f"record {number} in the log; receipt: registry receipt show {number}"


def test_filings_comments_decisions_and_what_follows_them_call_for_receipts() -> None:
    without = {row.name.partition(".")[0] for row in OPERATIONS if not calls_for_receipt(row.name)}
    filed = ("filing", "drafting", "comments", "deciding", "offers", "entering", "agreements", "consultations", "notes")
    later = (
        "milestones",
        "using",
        "confirming",
        "suspending",
        "relinquishing",
        "extending",
        "zone_requests",
        "sharing",
    )
    assert without.isdisjoint({*filed, *later, "docking"})


def test_a_paper_is_written_once_and_only_of_what_is_there(office: Office, tmp_path: Path) -> None:
    office.json("docking", "record", office.file("arrangement.json", document()), "--party", "IND", *RITA, at=AT)
    out = tmp_path / "paper.html"
    assert office.json("docking", "paper", "D-0001", out, at=None)["bytes"] == out.stat().st_size
    assert "is there already; choose another name" in office.refusal("docking", "paper", "D-0001", out, at=None, code=2)
    assert office.refusal("docking", "paper", "D-0002", tmp_path / "x", at=None) == (
        "there is no docking record D-0002; check the id"
    )
    assert not (tmp_path / "x").exists()


def test_the_grounds_are_those_that_were_loaded(office: Office) -> None:
    rows = office.json("entry", "grounds", at=None)
    assert [(row["id"], row["most_months"], row["times"]) for row in rows] == [
        ("agency-delay", 12, 2), ("co-passenger-delay", 12, 1), ("force-majeure", 12, 2), ("launch-failure", 24, 1),
        ("rescue-assistance", 6, 2),
    ]  # fmt: skip
