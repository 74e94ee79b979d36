"""A round from its announcement to its end through the pages alone: each step is a form, taken by who may."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import accounts, ambient, db
from registry.domain.actors import SYSTEM, Actor
from registry.queries import proposals
from registry.services import filing, proposing, rounds, users
from tests import factories as make
from tests.registry.web.signing_in import enter, form_token
from tests.registry.web.site import PASSWORD, settings_for

OTTO = Actor("otto@example.org", "observer")
JPN = Actor("sato@example.org", "delegate", "JPN")
PEOPLE = (
    make.REGISTRAR,
    make.PLANNER,
    make.AUDITOR,
    make.DELEGATE,
    JPN,
    OTTO,
    make.CHE_DECIDER,
    make.GHA_DECIDER,
)
DRAW = {
    "format": "lunar-allocation-draw/1",
    "round": make.ROUND,
    "source": "a beacon",
    "reference": "pulse 1",
    "value_hex": make.VALUE_HEX,
    "published_at": "2027-09-08T12:00:00Z",
    "illustrative": True,
}


def fill(session: Session) -> None:
    make.world(session)
    made = accounts.credentials(settings_for(Path()), PASSWORD)
    for actor in PEOPLE:
        own = users.Credentials(made.password_hash, f"token-of-{actor.name}")
        users.add_user(
            session, actor.name, actor.name, [actor.role], SYSTEM, make.ANNOUNCED, party=actor.party, credentials=own
        )


class Office:
    """People at the pages of one register, on a day that the test names."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch):
        self.app, self.engine = app, app.extensions["test.engine"]
        self.at = make.ANNOUNCED
        patch.setattr(ambient, "now", lambda: self.at)

    def take(self, who: Actor, address: str, at: datetime | None = None, **fields: str) -> tuple[int, str]:
        """Send a form as a person: the code, and where it leads to or what it says."""
        self.at = at or self.at
        answer = enter(self.app, who.name).post(address, data={"csrf_token": form_token(self.app), **fields})
        return answer.status_code, answer.headers.get("Location") or answer.text

    def see(self, who: Actor, address: str, at: datetime | None = None) -> str:
        self.at = at or self.at
        answer = enter(self.app, who.name).get(address)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def links(self, who: Actor, address: str) -> list[str]:
        """The steps that a page offers."""
        found = re.search(r'<nav class="registry-outcome".*?</nav>', self.see(who, address), re.DOTALL)
        return re.findall(r'href="([^"]+)"', found[0]) if found else []


@pytest.fixture
def office(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(make_app(fill, second_factor="optional"), monkeypatch)


def file_two(office: Office) -> None:
    with db.unit_of_work(office.engine) as session:
        for document, actor in zip(make.two_rivals(), (make.DELEGATE, JPN), strict=True):
            filing.file_claim(session, make.ROUND, document, actor, make.FILED)


def propose(office: Office) -> None:
    with db.unit_of_work(office.engine) as session:
        drawn = proposing.newest_instance(session, make.ROUND)
        assert proposals.draw_of(session, make.ROUND) is not None
        from sqlalchemy import select

        from registry.domain.decisions import Draw

        draw = session.scalars(select(Draw).where(Draw.instance_id == drawn.id)).one()
        proposing.propose(session, make.ROUND, make.solution(draw), make.PASSED, make.PLANNER, make.PROPOSED)


def waits(office: Office, who: Actor, at: datetime) -> list[tuple[str, str]]:
    """What the first page says waits: words and thing."""
    page = office.see(who, "/staff", at)
    return re.findall(r'<th scope="row"><a class="govuk-link" href="[^"]+">([^<]+)<span[^>]+>(: [^<]+)</span>', page)


def test_a_round_is_run_through_the_pages(office: Office) -> None:
    registrar, planner, here = make.REGISTRAR, make.PLANNER, f"/rounds/{make.ROUND}"
    window = {"opens_at": "2027-01-15", "closes_at": "2027-03-31 00:00"}
    announced = office.take(
        registrar, "/rounds/announce", make.ANNOUNCED, round_id=make.ROUND, name="Round one", illustrative="y", **window
    )
    assert announced == (303, here)
    assert waits(office, registrar, make.ANNOUNCED)[0] == ("Publish the policy", f": {make.ROUND}")
    policy = json.dumps(make.policy())
    assert office.take(registrar, f"{here}/publish-policy", make.POLICY_AT, document=policy) == (303, here)
    assert office.take(registrar, f"{here}/open", make.OPENS) == (303, here)
    assert office.links(registrar, here)[0] == f"{here}/close"
    file_two(office)
    assert office.take(registrar, f"{here}/close", make.CLOSES) == (303, here)
    assert waits(office, registrar, make.CLOSES)[:2] == [
        ("Examine the claim", ": C-0001"),
        ("Examine the claim", ": C-0002"),
    ]
    assert office.take(registrar, "/claims/C-0001/examine", make.EXAMINED) == (303, "/claims/C-0001")
    assert office.take(registrar, f"{here}/examine", make.EXAMINED) == (303, here)
    assert office.take(registrar, "/claims/C-0001/publish", make.PUBLISHED) == (303, "/claims/C-0001")
    assert office.take(registrar, f"{here}/publish", make.PUBLISHED) == (303, here)
    assert office.take(registrar, f"{here}/coordinate", make.PUBLISHED) == (303, here)
    _coordinate(office)
    assert office.take(registrar, f"{here}/ready", make.READY) == (303, here)
    assert waits(office, planner, make.READY) == [("Freeze the round", f": {make.ROUND}")]
    assert office.take(planner, f"{here}/freeze", make.FROZEN) == (303, here)
    assert office.take(planner, f"{here}/draw", make.DRAWN, document=json.dumps(DRAW)) == (303, here)
    propose(office)
    _decide(office)
    assert waits(office, make.DELEGATE, make.DECIDED)[0] == ("Answer the offer", ": C-0001")
    assert "C-0001/1" in office.see(make.DELEGATE, "/claims/C-0001/accept-offer")
    assert office.take(make.DELEGATE, "/claims/C-0001/accept-offer", make.RECORDED) == (303, "/claims/C-0001")
    assert "E-0001" in office.see(make.DELEGATE, "/claims/C-0001")
    assert office.take(planner, f"{here}/conclude", make.RECORDED) == (303, here)
    assert waits(office, planner, make.RECORDED) == []
    assert office.links(planner, here) == []


def test_a_party_withdraws_its_claim_and_nobody_elses(office: Office) -> None:
    with db.unit_of_work(office.engine) as session:
        rounds.announce(session, make.ROUND, "One", (make.OPENS, make.CLOSES), make.REGISTRAR, make.ANNOUNCED)
        rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)
        rounds.open_round(session, make.ROUND, make.REGISTRAR, make.OPENS)
    file_two(office)
    office.at = make.FILED
    assert office.links(make.DELEGATE, "/claims/C-0001") == ["/claims/C-0001/withdraw"]
    assert office.take(JPN, "/claims/C-0001/withdraw", reason="Not ours.")[0] == 404, "it is not there for Japan yet"
    code, page = office.take(make.DELEGATE, "/claims/C-0001/withdraw", reason=" ")
    assert code == 422
    assert "Say why." in page
    told = office.take(make.DELEGATE, "/claims/C-0001/withdraw", reason="The lander is late.")
    assert told == (303, "/claims/C-0001")
    assert "Withdrawn" in office.see(make.DELEGATE, "/claims/C-0001")


def _coordinate(office: Office) -> None:
    """Comment, reply, contact, a confidential note that is read, dated and later disclosed, and an agreement."""
    case = "/consultations/K-0001"
    assert waits(office, JPN, make.PUBLISHED) == [("Speak in the consultation", ": K-0001")]
    assert office.take(JPN, "/claims/C-0001/comment", text="Please mind\r\nthe relay.") == (
        303,
        "/claims/C-0001/comments",
    )
    assert ("Reply to a comment", ": C-0001") in waits(office, make.DELEGATE, make.PUBLISHED)
    assert office.take(make.DELEGATE, "/comments/M-0001/reply", text="We do.") == (
        303,
        "/claims/C-0001/comments#M-0001",
    )
    assert "Please mind\nthe relay." in office.see(OTTO, "/claims/C-0001/comments")
    assert office.take(make.REGISTRAR, f"{case}/invite", observer=OTTO.name) == (303, case)
    assert office.take(JPN, f"{case}/contact", point="Sato, +81") == (303, case)
    assert office.take(JPN, f"{case}/write-note", text="secret plan", disclose_at="2027-06-01") == (303, case)
    assert "secret plan" not in office.see(make.AUDITOR, case)
    code, page = office.take(make.DELEGATE, "/notes/N-0001/read")
    assert code == 200
    assert "secret plan" in page
    assert office.take(OTTO, "/notes/N-0001/read")[0] == 200
    assert office.take(make.AUDITOR, "/notes/N-0001/read")[0] == 403
    assert ("State the date of a note", ": N-0001") in waits(office, make.DELEGATE, make.PUBLISHED)
    assert office.take(make.DELEGATE, "/notes/N-0001/agree", disclose_at="2027-06-01") == (303, f"{case}#N-0001")
    assert office.take(make.DELEGATE, "/notes/N-0001/disclose", make.utc("2027-06-02")) == (303, f"{case}#N-0001")
    assert "secret plan" in office.see(make.AUDITOR, case)
    _agree(office)
    assert office.take(make.REGISTRAR, f"{case}/close", outcome="agreed", summary="They share.") == (303, case)
    assert "They share." in office.see(make.AUDITOR, case)


def _agree(office: Office) -> None:
    terms = {"other": "C-0002", "keep_out_m": "150", "kind": "landing-notice", "days": "14", "text": "Half will do."}
    code, where = office.take(make.DELEGATE, "/claims/C-0001/propose-agreement", office.at, **terms)
    assert (code, where) == (303, f"/agreements?claim=C-0001&round={make.ROUND}")
    assert ("Answer the proposed terms", ": A-0001") in waits(office, JPN, office.at)
    assert office.links(JPN, "/agreements/A-0001") == ["/agreements/A-0001/accept", "/agreements/A-0001/end"]
    assert office.take(JPN, "/agreements/A-0001/accept") == (303, "/agreements/A-0001")
    ended = office.take(JPN, "/agreements/A-0001/end", claim="C-0002", reason="We think again.")
    assert ended == (303, "/agreements/A-0001")
    assert "Ended" in office.see(OTTO, "/agreements/A-0001")


def _decide(office: Office) -> None:
    here = f"/rounds/{make.ROUND}/decision"
    assert waits(office, make.CHE_DECIDER, make.DECIDED) == [("Decide on the proposal", f": {make.ROUND}")]
    assert "You are the first of two" in office.see(make.CHE_DECIDER, here)
    assert office.take(make.CHE_DECIDER, here, choice="adopt") == (303, f"/rounds/{make.ROUND}")
    code, page = office.take(make.CHE_DECIDER, here, choice="adopt")
    assert code == 409
    assert "has spoken on this proposal already" in page
    assert office.take(make.GHA_DECIDER, here, choice="adopt") == (303, f"/rounds/{make.ROUND}")
