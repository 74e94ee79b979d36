"""Every page at every stage of a round, with rounds beside one another and with names from anywhere."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import db
from registry.exports.package import write_export
from registry.services import (
    coordination,
    deciding,
    drawing,
    entering,
    examination,
    filing,
    freezing,
    keys,
    proposing,
    rounds,
)
from registry.web.app import create_app
from tests import factories as make
from tests.registry.exports.small import SIGNER
from tests.registry.tables import new_tables
from tests.registry.web.site import ROUND_PLAYED, public, settings_for

LATER = "2028-1"
NAMES = (
    "مستقبل القمر",
    "月の南極" * 50,
    'O\'Neill "Rim" & <b>Co</b>',
    "line\nbreak\tand tab",
    "=1+1",
    "\U0001f311" * 200,
)


def closed_without_claims(session: Session) -> None:
    make.open_round(session)
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)


def proposed_without_claims(session: Session) -> None:
    closed_without_claims(session)
    freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    nothing = {"allotments": [], "unserved": [], "parties": {}, "leximin": [], "stages": [], "fairness": {}}
    _propose(session, make.solution(drawn, **nothing))


def one_vote(session: Session) -> None:
    make.proposed_round(session)
    deciding.decide(session, make.ROUND, "adopt", make.CHE_DECIDER, make.DECIDED)


def rejected(session: Session) -> None:
    make.proposed_round(session)
    for decider in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(
            session,
            make.ROUND,
            "reject",
            decider,
            make.DECIDED,
            ground="procedural-fault",
            reason="The draw was early.",
        )


def returned(session: Session) -> None:
    make.open_round(session)
    claims = make.filed(session, make.claim_document(cospar_inventory=None))
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    make.make_ready(session, claims)


def bare_policy(session: Session) -> None:
    make.open_round(session, caps=[], reserves=[], holds=[], groups=[])
    make.filed(session)


def two_rounds(session: Session) -> None:
    make.recorded_round(session)
    window = (make.utc("2028-01-15"), make.utc("2028-03-31"))
    rounds.announce(session, LATER, "Round two", window, make.REGISTRAR, make.utc("2027-12-01"), illustrative=True)
    rounds.publish_policy(session, LATER, make.policy(), make.REGISTRAR, make.utc("2027-12-15"))
    rounds.open_round(session, LATER, make.REGISTRAR, window[0])
    filed_at = make.utc("2028-02-01")
    claims = [
        filing.file_claim(session, LATER, make.claim_document(key), make.REGISTRAR, filed_at)
        for key in ("gamma", "delta")
    ]
    examination.examine(session, claims[0].id, make.REGISTRAR, filed_at)
    coordination.publish(session, claims[0].id, make.REGISTRAR, filed_at)


def names_from_anywhere(session: Session) -> None:
    first, second = (
        make.claim_document(key, party, name=NAMES[i], purpose=NAMES[i + 2], placements=[place])
        for i, (key, party, place) in enumerate(
            [("a", "IND", make.placement(1, name=NAMES[4])), ("b", "JPN", make.placement(1, x=10010, name=NAMES[5]))]
        )
    )
    make.frozen_round(session, first, second)
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    _propose(session, make.solution(drawn))
    for decider in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(session, make.ROUND, "adopt", decider, make.DECIDED)
    entering.accept_all(session, make.ROUND, make.REGISTRAR, make.RECORDED)


def _propose(session: Session, solution: bytes) -> None:
    proposing.propose(session, make.ROUND, solution, make.PASSED, make.PLANNER, make.PROPOSED)


POLICY, CLAIM, PROPOSAL, ENTRY = (
    "/rounds/2027-1/policy", "/claims/C-0001", "/rounds/2027-1/proposal", "/entries/E-0001",
)  # fmt: skip
# Pages that come and go with the state of the round, each with the beginnings of the addresses that hang on it.
PAGES = {
    POLICY: ("/rounds/2027-1/policy/",),
    CLAIM: (f"{CLAIM}/", "/map/claims/"),
    PROPOSAL: ("/rounds/2027-1/proposals/", "/rounds/2027-1/decisions/"),
    ENTRY: ("/zones/",),
}
# Not there before the register has more than these tests give it.
LATER_PAGES = (
    "/rounds/2027-1/decisions/",
    "/runs/",
    "/notices/",
    "/exports",
    f"{CLAIM}/why-not",
    "/consultations/",
    "/agreements/",
)


def below(missing: Iterable[str]) -> tuple[str, ...]:
    """The beginnings of the addresses that may be missing with these pages."""
    return (*LATER_PAGES, *(beginning for page in missing for beginning in PAGES[page]))


# What is filled in, and which pages are not there yet.
STATES: dict[str, tuple[Callable[[Session], object], set[str]]] = {
    "announced": (make.announced_round, {POLICY, CLAIM, PROPOSAL, ENTRY}),
    "open, no claim": (make.open_round, {CLAIM, PROPOSAL, ENTRY}),
    "closed, no claim": (closed_without_claims, {CLAIM, PROPOSAL, ENTRY}),
    "proposed, no claim": (proposed_without_claims, {CLAIM, ENTRY}),
    "bare policy": (bare_policy, {CLAIM, PROPOSAL, ENTRY}),
    "returned": (returned, {CLAIM, PROPOSAL, ENTRY}),
    "frozen": (make.frozen_round, {PROPOSAL, ENTRY}),
    "drawn": (make.drawn_round, {PROPOSAL, ENTRY}),
    "proposed": (make.proposed_round, {ENTRY}),
    "one vote": (one_vote, {ENTRY}),
    "rejected": (rejected, {ENTRY}),
    "adopted": (make.adopted_round, {ENTRY}),
    "two rounds": (two_rounds, set()),
    "names": (names_from_anywhere, set()),
}


@pytest.fixture
def played_to(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """An application on a register in one of the states. SQLite is enough: what is asked of it is not databases."""
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)

    def make_state(state: str) -> Flask:
        with db.unit_of_work(engine) as session:
            keys.establish(session, SIGNER.verifier.vkey, make.ADMINISTRATOR, make.ANNOUNCED)
            STATES[state][0](session)
        app = create_app(settings_for(tmp_path), engine)
        app.extensions["test.engine"] = engine
        return app

    yield make_state
    engine.dispose()


RARE = ("closed, no claim", "proposed, no claim", "frozen", "one vote", "proposed", "two rounds")
ALL_STATES = [pytest.param(state, marks=pytest.mark.slow) if state in RARE else state for state in STATES]


@pytest.mark.parametrize("state", ALL_STATES)
def test_every_page_answers_or_says_that_there_is_no_such_thing(
    played_to: Callable[[str], Flask], state: str, tmp_path: Path
) -> None:
    missing = STATES[state][1]
    app = played_to(state)
    client = app.test_client()
    addresses = {*public(app, ROUND_PLAYED).values(), "/map.svg", "/parties/CHE", "/claims?sort=start&q=%E6%9C%88"}
    codes = {address: client.get(address).status_code for address in addresses}
    not_there = {address for address, code in codes.items() if code != 200}
    assert {address for address in not_there if address in PAGES} == missing, codes
    assert {codes[address] for address in not_there} <= {404}
    assert not_there - PAGES.keys() <= {address for address in codes if address.startswith(below(missing))}
    ET.fromstring(client.get("/map.svg").data)
    with db.reading(app.extensions["test.engine"]) as session:
        made = write_export(session, tmp_path / "export", SIGNER)
    assert "manifest.json" in made.files


def test_a_rejection_shows_its_ground(played_to: Callable[[str], Flask]) -> None:
    client = played_to("rejected").test_client()
    text = re.sub(r"\s+", " ", client.get(PROPOSAL).text)
    assert "The draw was early." in text
    assert "ejected" in client.get("/").text


def test_the_newest_round_is_at_home_and_the_older_one_still_reached(played_to: Callable[[str], Flask]) -> None:
    client = played_to("two rounds").test_client()
    assert "Round two" in client.get("/").text
    assert "Claim gamma" in client.get("/claims").text
    assert "Claim delta" not in client.get("/claims").text
    older = client.get(f"/claims?round={make.ROUND}").text
    assert "Claim alpha" in older
    assert "Claim gamma" not in older
