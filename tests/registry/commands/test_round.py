"""A round by commands alone: from the announcement over a declined offer and a re-solve to its end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from registry import db
from registry.services import coordination, examination, filing
from tests import factories as make
from tests.registry.commands.conftest import Office

ROUND = make.ROUND
RITA, PAULA = ("--as", "rita@example.org"), ("--as", "paula@example.org")
DEV, JUN = ("--as", "dev@example.org"), ("--as", "jun@example.org")
DECIDERS = (("--as", "anna@example.org"), ("--as", "kwame@example.org"))
DRAW = {
    "format": "lunar-allocation-draw/1",
    "round": ROUND,
    "source": "a beacon",
    "reference": "pulse 1",
    "value_hex": make.VALUE_HEX,
    "published_at": "2027-09-08T12:00:00Z",
    "illustrative": True,
}


def frozen(office: Office) -> dict[str, Any]:
    """Two rivals for one ground and time, frozen."""
    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        for key, party, x in (("alpha", "IND", 10000), ("beta", "JPN", 10010)):
            row = make.claim_document(key, party, placements=[make.placement(1, x=x, start=[0, 50])])
            filing.file_claim(session, ROUND, row, make.REGISTRAR, make.FILED)
    office.json("round", "close", ROUND, *RITA, at="2027-03-31T00:00:00Z")
    with db.unit_of_work(engine) as session:
        for claim_id in ("C-0001", "C-0002"):
            examination.examine(session, claim_id, make.REGISTRAR, make.EXAMINED)
            coordination.publish(session, claim_id, make.REGISTRAR, make.PUBLISHED)
            coordination.start_coordination(session, claim_id, make.REGISTRAR, make.PUBLISHED)
            coordination.make_ready(session, claim_id, make.REGISTRAR, make.READY)
    engine.dispose()
    answer: dict[str, Any] = office.json("round", "freeze", ROUND, *PAULA, at="2027-09-01T09:00:00Z")
    return answer


def adopted(office: Office, day: str) -> None:
    office.json("round", "propose", ROUND, *PAULA, at=f"{day}T09:00:00Z")
    for decider in DECIDERS:
        office.json("decide", ROUND, "--choice", "adopt", *decider, at=f"{day}T14:00:00Z")


@pytest.mark.slow
def test_a_round_goes_from_its_freezing_over_a_re_solve_to_its_end(office: Office) -> None:
    first = frozen(office)
    draw = office.file("draw.json", DRAW)
    assert office.refusal("round", "solve", ROUND, *PAULA, at="2027-09-08T12:05:00Z").endswith("draw the seed first")
    drawn = office.json("draw", "record", ROUND, draw, *PAULA, at="2027-09-08T12:05:00Z")
    solved = office.json("round", "solve", ROUND, *PAULA, at="2027-09-09T09:00:00Z")
    assert (solved["status"], solved["served"]) == ("OPTIMAL", 1)
    adopted(office, "2027-09-10")
    [offer] = office.json("offer", "list", ROUND, at=None)
    party = {"C-0001": DEV, "C-0002": JUN}[offer["claim"]]
    office.json("offer", "decline", offer["claim"], "--reason", "no launch", *party, at="2027-09-20T09:00:00Z")
    second = office.json("round", "resolve", ROUND, *PAULA, at="2027-09-21T09:00:00Z")
    assert (first["number"], second["number"], second["kind"]) == (1, 2, "resolve")
    assert office.json("round", "solve", ROUND, *PAULA, at="2027-09-21T10:00:00Z")["served"] == 1
    adopted(office, "2027-09-22")
    entries = office.json("offer", "accept", "--round", ROUND, *RITA, at="2027-09-27T09:00:00Z")
    assert [row["claim_id"] for row in entries] == [{"C-0001": "C-0002", "C-0002": "C-0001"}[offer["claim"]]]
    assert office.json("round", "conclude", ROUND, *RITA, at="2027-09-28T09:00:00Z") == []
    shown = office.json("round", "show", ROUND, at=None)
    assert [row["seed_hex"] for row in shown["instances"]] == [drawn["seed_hex"]] * 2
    assert [(row["instance"], row["outcome"]) for row in shown["proposals"]] == [(1, "adopted"), (2, "adopted")]


def checked(office: Office, *words: str | Path) -> tuple[int, str]:
    """`draw check` needs no register and takes none."""
    from click.testing import CliRunner

    from registry.cli import main

    typed: Sequence[str] = ["draw", "check", *(str(word) for word in words)]
    ended = CliRunner().invoke(main, typed, prog_name="registry")
    return ended.exit_code, ended.output


def test_a_draw_is_checked_from_files_alone(office: Office) -> None:
    draw = office.file("draw.json", DRAW)
    rivals = Path(__file__).parents[3] / "fixtures" / "instances" / "two_rivals.json"
    wrong = office.file("wrong.json", {**DRAW, "seed_hex": "00" * 32})
    code, said = checked(office, draw, "--instance", rivals)
    assert (code, said.startswith("seed ")) == (0, True)
    code, said = checked(office, wrong, "--instance", rivals)
    assert (code, "its value gives another; do not use it" in said) == (1, True)
    assert checked(office, office.file("bad.json", {}), "--instance", rivals)[0] == 2


def test_a_draw_file_of_another_round_or_source_is_refused(office: Office) -> None:
    frozen(office)
    other = office.file("other.json", {**DRAW, "round": "2031-1"})
    at = "2027-09-08T12:05:00Z"
    assert "the draw file is for 2031-1, not for 2027-1" in office.refusal(
        "draw", "record", ROUND, other, *PAULA, at=at
    )
    coin = office.file("coin.json", {**DRAW, "source": "a coin"})
    assert "the policy names 'a beacon'" in office.refusal("draw", "record", ROUND, coin, *PAULA, at=at)
    office.json("draw", "record", ROUND, office.file("draw.json", DRAW), *PAULA, at=at)
    again = office.refusal("draw", "record", ROUND, office.file("draw.json", DRAW), *PAULA, at=at)
    assert again.startswith("round 2027-1: 'draw' is not possible in state DRAWN")


def test_an_announcement_and_its_policy_are_commands(office: Office) -> None:
    window = ("--opens", "2028-01-15T00:00:00Z", "--closes", "2028-03-31T00:00:00Z")
    office.json("round", "announce", "2028-1", "--name", "Two", *window, *RITA, at="2027-12-01T00:00:00Z")
    policy = office.file("policy.json", make.policy())
    made = office.json("round", "policy", "2028-1", policy, *RITA, at="2027-12-15T00:00:00Z")
    opened = office.json("round", "open", "2028-1", *RITA, at="2028-01-15T00:00:00Z")
    assert (made["version"], opened["state"]) == (1, "OPEN")
    late = office.refusal("round", "policy", "2028-1", policy, *RITA, at="2028-01-16T00:00:00Z")
    assert late == "round 2028-1 is OPEN; its policy cannot change after the opening"


def test_notices_are_listed_and_their_delivery_is_noted(office: Office) -> None:
    queued = office.json("notice", "list", "--state", "queued", "--to", "all-parties", at=None)
    assert [row["kind"] for row in queued] == ["round-announced", "policy-published"]
    number = queued[0]["id"]
    office.json("notice", "failed", str(number), "--reason", "no line", *RITA)
    office.json("notice", "sent", str(number), *RITA, at="2027-02-01T11:00:00Z")
    [row] = office.json("notice", "list", "--state", "sent", at=None)
    assert (row["id"], row["attempts"]) == (number, 2)
    assert "was delivered already" in office.refusal("notice", "sent", str(number), *RITA, at="2027-02-01T12:00:00Z")


def test_a_naive_opening_and_an_unknown_round_are_refused(office: Office) -> None:
    window = ("--opens", "2028-01-15T00:00:00", "--closes", "2028-03-31T00:00:00Z")
    told = office.refusal("round", "announce", "2028-1", "--name", "Two", *window, *RITA, code=2)
    assert "has no offset from UTC" in told
    assert office.refusal("round", "show", "2031-9", at=None) == "there is no round 2031-9; check the id"
    assert office.refusal("round", "solve", "2031-9", *PAULA) == "there is no round 2031-9; check the id"
