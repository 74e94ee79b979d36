"""`registry bank`: typed by those who may, told in lines and JSON, refused in one line; and the policy that it completes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry import db
from registry.commands import bank
from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories as make
from tests.registry.commands.conftest import PEOPLE, Office
from tests.registry.services.bank_cases import owing, pair, second
from tests.registry.tables import new_tables

OFFERED, CHOSEN, LATER = "2027-11-01T00:00:00Z", "2027-12-01T00:00:00Z", "2027-12-27T00:00:00Z"


@pytest.fixture(scope="module")
def owed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a register in which India owes a second site for C-0003."""
    folder = tmp_path_factory.mktemp("owed") / "data"
    url = f"sqlite:///{folder / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        owing(session)
        for email, roles, party in PEOPLE:
            secrets = users.Credentials(None, f"token-{email}")
            users.add_user(session, email, email, roles, SYSTEM, make.ANNOUNCED, party=party, credentials=secrets)
    engine.dispose()
    return folder


@pytest.fixture
def office(owed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A copy of that register, in rehearsal."""
    monkeypatch.setenv("REGISTRY_REHEARSAL", "1")
    shutil.copytree(owed, tmp_path / "data")
    return Office(tmp_path / "data")


def said(office: Office, *words: str | Path, at: str | None = None) -> list[str]:
    ended = office.run(*words, at=at)
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()


def offer(office: Office, **changes: Any) -> tuple[str | Path, ...]:
    return ("bank", "offer", "C-0003", office.file("pair.json", pair(**changes)), "--as", "dev@example.org")


def test_a_pair_is_typed_from_what_is_owed_to_the_next_policy(office: Office) -> None:
    owed = "owed   by IND for claim C-0003 (round 2027-1) until 2027-12-26T09:00:00Z"
    assert said(office, "bank", "list") == [owed, "1 owed, 0 pairs, 0 banked now"]
    assert said(office, "bank", "list", "--party", "JPN") == ["0 owed, 0 pairs, 0 banked now"]
    assert "duty-missed           C-0003  second-site" in "\n".join(said(office, "timers", "due", "--at", LATER))
    offered = "B-0001 OFFERED  by IND for claim C-0003: 64.5 and 63.65; to be chosen from until 2027-12-31T00:00:00Z"
    assert said(office, *offer(office), at=OFFERED) == [offered]
    assert said(office, "bank", "list")[0] == offered
    choose = ("bank", "choose", "B-0001", "--which", "second", "--reason", "Ice.", "--as", "anna@example.org")
    assert said(office, *choose, at=CHOSEN) == [
        "B-0001 BANKED   by IND for claim C-0003: 64.5 and 63.65; the second is kept until 2037-12-01"
    ]
    assert any(line == "source  an invented model of 200 m" for line in said(office, "bank", "show", "B-0001"))
    policy = office.file("policy.json", make.policy(epoch="2028-10-01"))
    whole = json.loads("\n".join(said(office, "bank", "holds", policy, "--release", "B-0001=late-comers")))
    assert whole["groups"] == ["artemis-accords", "ilrs", "late-comers"]
    assert [(row["id"], row.get("released_to")) for row in whole["holds"]] == [("H-1", None), ("B-0001", "late-comers")]
    assert said(office, "equity")[-3:] == [
        "as concentrated as 1.00 equal holders would be",
        "site bank now: 1 sites kept free for others, 0 owed",
        "illustrative: rounds up to this one are invented",
    ]
    assert "; 1 banked, 0 owed" in said(office, "equity")[0]


def test_what_is_overdue_is_told(office: Office) -> None:
    said(office, "timers", "run", at=LATER)
    assert said(office, "bank", "list")[0].endswith(", OVERDUE: accepts-no-offer")


@pytest.mark.parametrize(
    ("words", "at", "told"),
    [
        (("bank", "offer", "C-0009", "{pair}", "--as", "dev@example.org"), OFFERED, "there is no claim C-0009"),
        (("bank", "offer", "C-0003", "{pair}", "--as", "jun@example.org"), OFFERED, "the own party only: JPN, not IND"),
        (("bank", "offer", "C-0003", "{twice}", "--as", "dev@example.org"), OFFERED, "it is the site of the entry"),
        (("bank", "offer", "C-0003", "{taken}", "--as", "dev@example.org"), OFFERED, "too near to entry E-0001"),
        (
            ("bank", "choose", "B-0009", "--which", "second", "--reason", "x", "--as", "rita@example.org"),
            CHOSEN,
            "there is no pair B-0009",
        ),
        (("bank", "release", "B-0009", "--reason", "x", "--as", "rita@example.org"), CHOSEN, "there is no pair B-0009"),
        (("bank", "refuse", "B-0009", "--reason", "x", "--as", "dev@example.org"), CHOSEN, "registrar or council"),
    ],
)
def test_a_refusal_is_one_line(office: Office, words: tuple[str, ...], at: str, told: str) -> None:
    files = {
        "{pair}": office.file("pair.json", pair()),
        "{twice}": office.file("twice.json", pair(second=second(15000, 9000))),
        "{taken}": office.file("taken.json", pair(second=second(10000, 10900))),
    }
    assert told in office.refusal(*(files.get(word, word) for word in words), at=at)


def test_a_late_choice_and_a_second_one_are_refused(office: Office) -> None:
    said(office, *offer(office), at=OFFERED)
    choose = ("bank", "choose", "B-0001", "--which", "first", "--reason", "Ice.", "--as", "rita@example.org")
    assert "the time to choose is over" in office.refusal(*choose, at="2028-01-01T00:00:00Z")
    refuse = ("bank", "refuse", "B-0001", "--reason", "It lies in shadow.", "--as", "rita@example.org")
    assert said(office, *refuse, at=CHOSEN) == [
        "B-0001 REFUSED  by IND for claim C-0003: 64.5 and 63.65; It lies in shadow."
    ]
    assert "'choose' is not possible in state REFUSED" in office.refusal(*choose, at=CHOSEN)


def test_unusable_input_is_told_and_ends_with_2(office: Office) -> None:
    broken = office.data.parent / "broken.json"
    broken.write_text("{")
    assert office.run("bank", "offer", "C-0003", broken, "--as", "dev@example.org").exit_code == 2
    assert office.run("bank", "choose", "B-0001", "--which", "both", "--reason", "x", "--as", "r").exit_code == 2
    assert office.run("bank", "holds", broken, at=None).exit_code == 2
    assert "epoch or horizon_days" in office.refusal("bank", "holds", office.file("p.json", {}), at=None)
    assert "there is no pair B-0001" in office.refusal("bank", "show", "B-0001", at=None)


def test_the_group_has_a_command_for_each_step() -> None:
    assert sorted(bank.group.commands) == ["choose", "holds", "list", "offer", "refuse", "release", "show"]
