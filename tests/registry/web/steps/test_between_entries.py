"""Arrangements, shared services and notices of work through the pages: who may, what is refused, and what is shown after."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.services import users
from tests import factories as make
from tests.registry.services.life_cases import in_use
from tests.registry.web.signing_in import enter, form_token
from tests.registry.web.steps.test_path import JPN, PEOPLE, Office, waits
from tests.registry.web.steps.test_refusals import errors

IND, REGISTRAR = make.DELEGATE, make.REGISTRAR
AT = make.utc("2027-12-01")
ARRANGEMENT = {
    "title": "Quiet hours <at> the ridge",
    "text": "No landing within 5 km while a seismometer listens.",
    "origin_forum": "Round of operators",
    "agreed_on": "2027-05-04",
    "evidence": "https://arrangements.example.org/1\r\n\r\n https://arrangements.example.org/2 ",
    "target_body": "COPUOS",
    "agenda_item": "Working group on space resources",
    "illustrative": "y",
}


def fill(session: Session) -> None:
    """C-0001 of India is in use, and C-0002 of Japan taken to be; people in every role."""
    in_use(session)
    session.get_one(Claim, "C-0002").state = "IN_USE"
    for actor in PEOPLE:
        own = users.Credentials(None, f"token-of-{actor.name}")
        users.add_user(
            session, actor.name, actor.name, [actor.role], SYSTEM, make.ANNOUNCED, party=actor.party, credentials=own
        )


@pytest.fixture
def office(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(make_app(fill, second_factor="optional"), monkeypatch)
    made.at = AT
    return made


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")]).split())


def test_an_arrangement_is_recorded_adopted_left_and_dissented_from(office: Office) -> None:
    assert office.links(IND, "/docking") == ["/docking/record"]
    assert office.take(IND, "/docking/record", **ARRANGEMENT) == (303, "/docking/D-0001")
    page = office.see(IND, "/docking/D-0001")
    assert "Quiet hours &lt;at&gt; the ridge" in page
    assert "arrangements.example.org/1<br>https://arrangements.example.org/2" in page
    assert office.links(JPN, "/docking/D-0001") == ["/docking/D-0001/position"]
    where = "/docking/D-0001/position"
    assert office.take(JPN, where, position="dissents", statement="5 km is too far.") == (303, "/docking/D-0001")
    assert office.take(REGISTRAR, where, position="adopts", party="THA")[0] == 303
    assert office.take(IND, where, position="withdrawn")[0] == 303
    said = plain(office.see(IND, "/docking/D-0001"))
    assert "Adopted by Party THA Dissent Party JPN" in said
    assert "Party JPN dissents: 5 km is too far." in said


def test_faults_of_an_arrangement_stand_at_their_fields_and_nothing_is_lost(office: Office) -> None:
    wrong = ARRANGEMENT | {"title": " ", "agreed_on": "May", "agreement": "A-0009", "agenda_item": "x" * 301}
    code, page = office.take(IND, "/docking/record", **wrong)
    assert code == 422
    assert [field for field, _ in errors(page)] == ["title", "agreed_on", "agenda_item", "agreement"]
    for kept in ("May", "A-0009", "COPUOS", "arrangements.example.org/2", "checked"):
        assert kept in page
    assert "No arrangement has been recorded yet." in office.see(IND, "/docking")


def test_a_word_that_says_nothing_or_nothing_new_is_refused(office: Office) -> None:
    office.take(IND, "/docking/record", **ARRANGEMENT)
    where = "/docking/D-0001/position"
    for who, said, fault in (
        (JPN, {}, ("position", "Choose where the party stands.")),
        (JPN, {"position": "dissents", "statement": " "}, ("statement", "It is empty; write what is to be said")),
        (JPN, {"position": "maybe"}, ("position", "&#39;maybe&#39; is none; use one of adopts, dissents, withdrawn")),
        (JPN, {"position": "withdrawn"}, ("", "party JPN has no word on D-0001 that it could take back")),
        (IND, {"position": "adopts"}, ("", "party IND adopts D-0001 already; add a statement, or take the word back")),
        (REGISTRAR, {"position": "adopts"}, ("", "name the party whose word this is")),
    ):
        code, page = office.take(who, where, **said)
        assert (code // 100, errors(page)) == (4, [fault])


def test_a_record_is_a_paper_to_take_to_the_room(office: Office) -> None:
    office.take(IND, "/docking/record", **ARRANGEMENT)
    answer = office.app.test_client().get("/docking/D-0001/paper.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="D-0001.html"'
    assert "<h1>Quiet hours &lt;at&gt; the ridge</h1>" in answer.text
    assert "Adopted by: Party IND. In dissent: nobody." in answer.text
    assert office.app.test_client().get("/docking/D-0009/paper.html").status_code == 404
    assert 'href="/docking/D-0001/paper.html"' in office.see(JPN, "/docking/D-0001")


def test_a_service_is_offered_relied_on_left_and_ended_by_the_parties(office: Office) -> None:
    offer = {"kind": "power", "what": "50 W from the mast", "serves": "1"}
    assert "/claims/C-0002/offer-service" in office.links(JPN, "/claims/C-0002")
    assert office.take(JPN, "/claims/C-0002/offer-service", **offer) == (303, "/services/S-0001")
    assert office.links(IND, "/services/S-0001") == ["/services/S-0001/rely"]
    rely = {"claim": "C-0001", "need": "heat at night", "vital": "y"}
    assert office.take(IND, "/services/S-0001/rely", **rely) == (303, "/services/S-0001")
    entry = plain(office.see(IND, "/entries/E-0002"))
    assert "What it relies on" in entry
    assert "heat at night" in entry
    assert office.links(IND, "/services/S-0001") == ["/services/S-0001/rely", "/services/S-0001/leave"]
    assert "C-0001" in plain(office.see(JPN, "/services/S-0001/end")).partition("What follows if it ends:")[2]
    assert office.take(IND, "/services/S-0001/leave", claim="C-0001", reason="own cells")[0] == 303
    office.take(IND, "/services/S-0001/rely", **rely)
    assert office.take(JPN, "/services/S-0001/end", reason="the mast fell")[0] == 303
    assert "Service S-0001 has ended, on which claim C-0001 relies" in office.see(REGISTRAR, "/outbox")
    assert office.links(JPN, "/services/S-0001") == []


def test_faults_of_services_are_told_and_others_entries_are_refused(office: Office) -> None:
    code, page = office.take(JPN, "/claims/C-0002/offer-service", kind="air", what=" ", serves="many")
    assert (code, errors(page)[0][0]) == (422, "serves")
    code, page = office.take(JPN, "/claims/C-0002/offer-service", kind="air", what="Air.", serves="0")
    assert [field for field, _ in errors(page)] == ["kind", "serves"]
    assert office.take(IND, "/claims/C-0002/offer-service", kind="pad", what="A pad.", serves="1")[0] == 403
    office.take(JPN, "/claims/C-0002/offer-service", kind="pad", what="A pad.", serves="1")
    for claim, need in (("C-0002", "landing"), ("C-0001", " "), ("", "landing"), ("C-0099", "landing")):
        code, page = office.take(IND, "/services/S-0001/rely", claim=claim, need=need)
        assert (code // 100, len(errors(page))) == (4, 1)
    assert office.take(IND, "/services/S-0001/end", reason="It is ours now.")[0] == 403
    for address in ("/services/S-0009/rely", "/services/S-0009/end", "/requests/9/answer", "/requests/x/answer"):
        assert enter(office.app, REGISTRAR.name).get(address).status_code == 404


def test_a_notice_of_work_is_answered_from_the_list_of_work_and_cannot_be_refused(office: Office) -> None:
    asked = {"purpose": "A rover passes.", "first_day": "2027-12-10", "last_day": "2027-12-11"}
    assert office.take(JPN, "/claims/C-0001/visit", **asked)[0] == 303
    for who in (IND, REGISTRAR):
        assert ("Answer a notice of work within zones", ": 1") in waits(office, who, AT)
    assert ("Answer a notice of work within zones", ": 1") not in waits(office, JPN, AT)
    page = office.see(IND, "/entries/E-0002")
    assert 'href="/requests/1/answer"' in page
    assert "The notice stands without them." in page
    assert 'href="/requests/1/answer"' not in office.see(JPN, "/entries/E-0002")
    form = office.see(IND, "/requests/1/answer")
    assert "A rover passes." in form
    assert "refuse" not in form
    assert office.take(JPN, "/requests/1/answer", terms="Ours.")[0] == 403
    code, page = office.take(IND, "/requests/1/answer", terms=" ")
    assert (code, errors(page)) == (422, [("terms", "It is empty; write what is to be said")])
    assert office.take(IND, "/requests/1/answer", terms="Pass to the north.") == (303, "/entries/E-0002#request-1")
    assert "Pass to the north." in office.see(JPN, "/entries/E-0002")
    assert office.take(IND, "/requests/1/answer", terms="Again.")[0] == 409
    assert ("Answer a notice of work within zones", ": 1") not in waits(office, IND, AT)


def test_the_basis_of_a_zone_stands_on_the_page_of_the_entry(office: Office) -> None:
    assert office.take(JPN, "/claims/C-0001/basis", purpose="Why so wide?", position="2")[0] == 303
    said = plain(office.see(JPN, "/entries/E-0002"))
    assert "Zone Operation, 200 m Method" in said.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "Reason sized for the instruments" in said


def test_duties_wait_from_their_reminder_on_and_lead_to_the_step(office: Office) -> None:
    due = make.utc("2028-10-12T00:00:00")  # a year after the landing
    assert ("Confirm the use", ": C-0001") not in waits(office, IND, due - timedelta(days=61))
    for who in (IND, REGISTRAR):
        assert ("Confirm the use", ": C-0001") in waits(office, who, due - timedelta(days=60))
    assert ("Confirm the use", ": C-0001") not in waits(office, JPN, due)
    home = office.see(IND, "/", due + timedelta(days=1))
    assert re.search(r'href="/claims/C-0001/confirm">Confirm the use</a>.*?Over', home, re.DOTALL)
    assert "What waits for you" not in office.app.test_client().get("/").text


def test_a_service_that_ends_with_the_term_of_its_entry_is_foretold_to_whoever_relies_on_it(office: Office) -> None:
    office.take(IND, "/claims/C-0001/offer-service", kind="relay", what="To Earth.", serves="1")
    office.take(JPN, "/services/S-0001/rely", claim="C-0002", need="contact")
    ends = make.utc("2035-12-27T23:59:59")
    line = ("A service that is relied on ends", ": S-0001")
    assert line not in waits(office, JPN, ends - timedelta(days=61))
    for who in (JPN, REGISTRAR):
        assert line in waits(office, who, ends - timedelta(days=60))
    assert line not in waits(office, IND, ends)


def test_each_step_gives_the_receipts_of_its_records_once(office: Office) -> None:
    client = enter(office.app, IND.name)
    sent = {"csrf_token": form_token(office.app), "kind": "pad", "what": "A pad.", "serves": "1"}
    page = client.post("/claims/C-0001/offer-service", data=sent, follow_redirects=True).text
    found = re.search(r'It is record (\d+) of the log\. <a class="govuk-link" href="(/log/receipts/\d+)">', page)
    assert found, page
    assert found[2] == f"/log/receipts/{found[1]}"
    assert client.get(found[2]).status_code == 200
    assert "of the log." not in client.get("/services/S-0001").text
