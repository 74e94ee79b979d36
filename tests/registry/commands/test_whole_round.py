"""Round 2027-1 wholly by commands, as an office would run it: people, policy, claims by their parties' delegates, the
allocation, offers accepted by those to whom they are made. What comes of it is what the main job gives.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.demo.fixtures import FIXTURES, RoundFixture, read_round
from tests.registry.commands.conftest import Office
from tests.registry.played import ROUND, Played

pytestmark = pytest.mark.slow
ADMINISTRATOR, PLANNER = "ada.admin@example.org", "pia.planner@example.org"
OF_ROUND = ("--round", ROUND)


class Clerk:
    """Types the commands of a round, each at the instant that its schedule gives."""

    def __init__(self, office: Office, fixture: RoundFixture):
        self.office, self.fixture = office, fixture
        self.registrar = fixture.registrar.email

    def types(self, step: str, *words: str | Path, who: str | None = None) -> Any:
        """The result of a command at the instant of a step, typed by `who` or by the registrar."""
        return self.office.json(*words, "--as", who or self.registrar, at=self.fixture.heading["schedule"][step])

    def people(self) -> None:
        at = self.fixture.heading["schedule"]["announced_at"]
        self.office.json("keys", "new", "registry.example.org/log", "--illustrative", at=at)
        for email, role in ((ADMINISTRATOR, "administrator"), (self.registrar, "registrar")):
            self.office.json("user", "add", email, "--role", role, "--without-password", at=at)
        self.types("announced_at", "reference", "load", FIXTURES)
        delegates = {row["filed_by"] for row in self.fixture.filings}
        council = [(person.email, "council", person.party) for person in self.fixture.deciders]
        for email, role, party in [*council, *((delegate(party), "delegate", party) for party in sorted(delegates))]:
            add = ("user", "add", email, "--role", role, "--party", party, "--without-password")
            self.types("announced_at", *add, who=ADMINISTRATOR)
        self.types("announced_at", "user", "add", PLANNER, "--role", "planner", "--without-password", who=ADMINISTRATOR)

    def claims(self) -> None:
        heading = self.fixture.heading
        window = ("--opens", heading["schedule"]["opens_at"], "--closes", heading["schedule"]["closes_at"])
        self.types("announced_at", "round", "announce", ROUND, "--name", heading["name"], *window, "--illustrative")
        self.types("policy_published_at", "round", "policy", ROUND, FIXTURES / "rounds" / ROUND / "policy.json")
        self.types("opens_at", "round", "open", ROUND)
        for row in self.fixture.filings:
            file = self.office.file(f"{row['key']}.json", row)
            self.office.json("claim", "file", file, *OF_ROUND, "--as", delegate(row["filed_by"]), at=row["received_at"])
        self.types("closes_at", "round", "close", ROUND)

    def procedure(self) -> None:
        self.types("examined_at", "examine", "run", *OF_ROUND)
        self.types("published_at", "claim", "publish", *OF_ROUND)
        self.types("published_at", "coordination", "start", *OF_ROUND)
        self.types("ready_at", "coordination", "ready", *OF_ROUND)

    def allocation(self) -> None:
        self.types("frozen_at", "round", "freeze", ROUND, who=PLANNER)
        draw = {"format": "lunar-allocation-draw/1", "round": ROUND, **self.fixture.heading["draw"]}
        self.types("drawn_at", "draw", "record", ROUND, self.office.file("draw.json", draw), who=PLANNER)
        self.types("proposed_at", "round", "solve", ROUND, who=PLANNER)
        self.types("proposed_at", "round", "propose", ROUND, who=PLANNER)
        for person in self.fixture.deciders:
            self.types("decided_at", "decide", ROUND, "--choice", "adopt", who=person.email)

    def answers(self) -> None:
        filed_by = {row["id"]: row["filed_by"] for row in self.office.json("claim", "list", *OF_ROUND, at=None)}
        offered: dict[str, list[str]] = {}
        for offer in self.office.json("offer", "list", ROUND, at=None):
            offered.setdefault(filed_by[offer["claim"]], []).append(offer["claim"])
        for party, claims in offered.items():
            self.types("recorded_at", "offer", "accept", *claims, who=delegate(party))
        self.types("concluded_at", "round", "conclude", ROUND)


def delegate(party: str) -> str:
    return f"delegate@{party.lower()}.example.org"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A register in which the whole round was typed."""
    office = Office(tmp_path_factory.mktemp("typed") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_REHEARSAL", "1")
        assert office.run("migrate", at=None).exit_code == 0
        clerk = Clerk(office, read_round(FIXTURES))
        for part in (clerk.people, clerk.claims, clerk.procedure, clerk.allocation, clerk.answers):
            part()
    return office


def records(office: Office, *who: str) -> list[dict[str, Any]]:
    page = office.json("log", "list", "--count", "5000", *who, at=None)
    assert len(page["records"]) == page["size"]
    return list(page["records"])


def shown(data: Path, *who: str) -> Any:
    return Office(data).json("round", "show", ROUND, *who, at=None)


def as_registrar() -> tuple[str, str]:
    """For whoever may see more than the public."""
    return ("--as", read_round(FIXTURES).registrar.email)


def solution(data: Path) -> dict[str, Any]:
    """The solution without what differs from run to run."""
    document = json.loads((data / "runs" / ROUND / "solution.json").read_bytes())
    return {name: value for name, value in document.items() if name != "run"}


def test_the_frozen_instance_is_that_of_the_main_job(office: Office, played: Played) -> None:
    ours, theirs = shown(office.data)["instances"], shown(played.data)["instances"]
    assert [row["sha256"] for row in ours] == [row["sha256"] for row in theirs]


def test_the_adopted_solution_is_that_of_the_main_job(office: Office, played: Played) -> None:
    [proposal] = shown(office.data)["proposals"]
    assert (proposal["status"], proposal["outcome"]) == ("OPTIMAL", "adopted")
    assert solution(office.data) == solution(played.data)


def test_the_policy_was_published_before_the_first_claim_came(office: Office) -> None:
    acts = [row["act"] for row in records(office)]
    assert acts.count("policy-published") == 1
    assert acts.index("policy-published") < acts.index("round-opened") < acts.index("claim-filed")


def test_every_claim_was_filed_by_a_delegate_of_its_own_party(office: Office) -> None:
    filed = [row for row in records(office, *as_registrar()) if row["act"] == "claim-filed"]
    assert len(filed) == 67
    parties = {row["content"]["rows"]["claims"][0]["filed_by_id"]: row["actor"] for row in filed}
    assert all(actor["role"] == "delegate" and actor["party"] == party for party, actor in parties.items())


def test_freezing_repeated_from_the_log_alone_gives_the_same_hash(office: Office) -> None:
    [row] = office.json("round", "refreeze", ROUND, at=None)
    assert row["sha256"] == row["frozen_sha256"] == shown(office.data)["instances"][0]["sha256"]


def test_every_offer_was_accepted_and_the_round_is_over(office: Office) -> None:
    overview = shown(office.data)["round"]
    assert overview["state"] == "ADOPTED"
    assert overview["claims_by_state"] == {"LAPSED": 6, "RECORDED": 59}
    seen = shown(office.data, *as_registrar())["round"]
    assert seen["claims_by_state"] == {"LAPSED": 6, "RECORDED": 59, "RETURNED": 2}, "what was never published, too"


def test_the_round_is_exported(office: Office, tmp_path: Path) -> None:
    ended = office.run("export", tmp_path / "out", at=None)
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "out" / "manifest.json").is_file()
