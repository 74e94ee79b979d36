"""The pages of solver runs: who sees and asks for what, how a run under way is told of, what came of it."""

import functools
import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import SYSTEM, Actor
from registry.domain.decisions import Draw
from registry.domain.runs import Run
from registry.services import leases, runs, users
from registry.services.leases import Lease, Look
from registry.web import runs as pages
from registry.web.run_words import OTHER_FILINGS
from tests import factories as make
from tests.registry.web.signing_in import enter, send

PEOPLE = {"planner": None, "auditor": None, "observer": None, "delegate": "IND", "council": "CHE"}
OTHER = "other@example.org"  # a delegate of Japan
PLANNER = Actor("planner@example.org", "planner")


def add_people(session: Session) -> None:
    people = [*((f"{role}@example.org", role, party) for role, party in PEOPLE.items()), (OTHER, "delegate", "JPN")]
    for email, role, party in people:
        own = users.Credentials(None, f"token of {email}")
        users.add_user(session, email, role, [role], SYSTEM, make.DRAWN, party=party, credentials=own)


def fill(session: Session) -> None:
    """A round with a draw, a trial that is kept, a run under way, and one that waits."""
    drawn = make.drawn_round(session)
    add_people(session)
    for _ in range(3):
        runs.ask(session, make.ROUND, "trial", PLANNER, make.DRAWN, time_limit_s=60)
    keep(session, drawn)
    leases.take(session, "vm/1/x", make.PROPOSED, 20)
    looks = [Look("points", 100, 170, 0.5), Look("points", 140, 160, 8.0)]
    leases.renew(session, Lease(2, 1, "vm/1/x"), make.PROPOSED, 20, looks=looks, doing="solving")


def keep(session: Session, drawn: Draw) -> None:
    lease = leases.take(session, "w", make.PROPOSED, 20)
    assert lease is not None
    leases.keep_solution(session, lease, make.solution(drawn), make.PASSED, make.PROPOSED, make.PROPOSED)


@pytest.fixture(scope="module")
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill)


@pytest.fixture(scope="module")
def client_of(app: Flask) -> Callable[[str], FlaskClient]:
    """The browser of a person who is signed in."""
    return functools.cache(lambda name: enter(app, f"{name}@example.org"))


@pytest.fixture
def planner(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("planner")


def said(text: str, number: str) -> str:
    """A page without the number that was asked for, and without the token of its form."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", text)
    return text.replace(f"&#39;{number}&#39;", "N").replace(f"/runs/{number}", "/runs/N")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_runs_are_listed_the_newest_first_with_state_and_who_asked(planner: FlaskClient) -> None:
    text = plain(planner.get("/runs").text)
    assert "3 of 3 runs" in text
    assert text.index("Waiting") < text.index("Running") < text.rindex("Done")


def test_the_list_is_filtered_by_what_stands_in_the_address(planner: FlaskClient) -> None:
    assert "1 of 3 runs" in plain(planner.get("/runs?state=running").text)
    assert "No run fits all of these filters" in planner.get("/runs?kind=proposal").text
    assert planner.get("/runs?state=lost").status_code == 400


def test_whoever_is_not_signed_in_is_led_to_the_sign_in(app: Flask) -> None:
    for address in ("/runs", "/runs/new", "/runs/1", "/runs/1/events"):
        answer = app.test_client().get(address)
        assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True), address


@pytest.mark.parametrize("role", ["delegate", "observer"])
def test_a_run_that_is_not_for_somebody_answers_like_one_that_does_not_exist(
    client_of: Callable[[str], FlaskClient], role: str
) -> None:
    delegate = client_of(role)
    for there, missing in (("/runs/1", "/runs/999"), ("/runs/1/events", "/runs/999/events")):
        one, other = delegate.get(there), delegate.get(missing)
        assert (one.status_code, other.status_code) == (404, 404)
        assert said(one.text, "1") == said(other.text, "999")
    assert "0 of 0 runs" in plain(delegate.get("/runs").text)


@pytest.mark.parametrize("role", ["auditor", "delegate", "council"])
def test_who_may_not_ask_for_a_run_is_not_shown_the_form_and_cannot_send_it(
    client_of: Callable[[str], FlaskClient], role: str
) -> None:
    client = client_of(role)
    assert "/runs/new" not in client.get("/runs").text
    assert client.get("/runs/new").status_code == 403
    assert send(client, "/runs/new", form_on="/runs", kind="trial", round=make.ROUND).status_code == 403


def test_an_auditor_sees_a_run_and_no_way_to_cancel_it(client_of: Callable[[str], FlaskClient]) -> None:
    client = client_of("auditor")
    assert "Cancel this run" not in client.get("/runs/2").text
    assert send(client, "/runs/2/cancel", form_on="/runs/2").status_code == 403


def test_a_planner_asks_for_a_trial_and_is_led_to_its_page_and_cancels_it(app: Flask, planner: FlaskClient) -> None:
    asked = send(planner, "/runs/new", round=make.ROUND, kind="trial", time_limit_s="90", workers="2", seed_hex="00ff")
    assert asked.status_code == 303
    page = planner.get(asked.headers["Location"]).text
    assert "90 seconds, 2 workers of the engine" in page
    assert "It waits for a worker." in page
    assert send(planner, f"{asked.headers['Location']}/cancel", form_on=asked.headers["Location"]).status_code == 303
    assert "Cancelled before it began." in planner.get(asked.headers["Location"]).text
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        session.delete(session.get_one(Run, int(asked.headers["Location"].rpartition("/")[2])))


def test_what_cannot_be_used_is_refused_at_its_field_and_nothing_typed_is_lost(planner: FlaskClient) -> None:
    answer = send(
        planner, "/runs/new", round=make.ROUND, kind="trial", time_limit_s="soon", workers="65", seed_hex="xyz"
    )
    assert answer.status_code == 422
    for words in ("Write a whole number", "Give 1 to 64", "Write 1 to 64 whole bytes in lower-case hex"):
        assert answer.text.count(words) == 2, words  # in the summary and at the field
    for typed in ('value="soon"', 'value="65"', 'value="xyz"'):
        assert typed in answer.text
    assert "<title>Error: Ask for a run" in answer.text


def test_a_refusal_of_the_procedure_stands_at_the_field_that_it_is_about(planner: FlaskClient) -> None:
    answer = send(planner, "/runs/new", round=make.ROUND, kind="proposal", time_limit_s="9", workers="1", seed_hex="00")
    assert answer.status_code == 422
    assert answer.text.count("The proposal has the seed of the draw; leave it out, or ask for a trial") == 2


def test_the_page_of_a_run_under_way_shows_value_bound_and_gap(planner: FlaskClient) -> None:
    text = planner.get("/runs/2").text
    assert 'data-run-events="/runs/2/events"' in text
    assert "Value 140, bound 160" in text
    assert "Now 12.5 percent" in text
    assert len(re.findall(r'<path class="registry-chart__line', text)) == 3
    assert "Show the present state" in text


def test_the_page_of_a_run_that_has_ended_says_what_came_of_it_and_is_not_followed(planner: FlaskClient) -> None:
    text = planner.get("/runs/1").text
    assert "Kept as a trial." in text
    assert "data-run-events" not in text
    assert "Cancel this run" not in text


def test_the_stream_sends_the_changing_parts_and_the_end(app: Flask, planner: FlaskClient) -> None:
    answer = planner.get("/runs/1/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("retry: 3000\n\nevent: part\nid: done/1/")
    assert 'data: <div id="run-state" data-live' in answer.text
    assert answer.text.rstrip().endswith("data: done")


def test_a_stream_comes_back_to_what_changed_since(
    app: Flask, planner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "RUN_STREAM_TURNS", 1)
    first = planner.get("/runs/2/events").text
    mark = re.search(r"^id: (.*)$", first, re.MULTILINE)
    assert mark is not None
    again = planner.get("/runs/2/events", headers={"Last-Event-ID": mark[1]}).text
    assert "event: part" not in again
    assert "event: end" not in again


def test_a_stream_beyond_those_that_may_stay_ends_after_one_look(
    app: Flask, planner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STREAMS", threading.BoundedSemaphore(1))
    pages.STREAMS.acquire()
    assert "event: part" in planner.get("/runs/2/events").text


def test_the_trial_stands_beside_itself_where_there_is_no_other(app: Flask) -> None:
    text = plain(app.test_client().get(f"/rounds/{make.ROUND}/comparison").text)
    assert "Both are the same one" in text
    assert "0 claims do not get the same; 1 does." in text


def test_a_comparison_with_what_is_not_of_the_round_is_refused(app: Flask) -> None:
    assert app.test_client().get(f"/rounds/{make.ROUND}/comparison?first=1&second=99").status_code == 400


def test_why_not_waits_for_a_proposal_and_says_so(app: Flask, planner: FlaskClient) -> None:
    assert "No explanation has been worked out yet" in app.test_client().get("/claims/C-0002/why-not").text
    answer = send(planner, "/claims/C-0002/why-not")
    assert answer.status_code == 409
    assert "no proposal has answered claim C-0002 yet; wait until one is made" in answer.text


def test_a_delegate_asks_about_the_own_claims_only(client_of: Callable[[str], FlaskClient]) -> None:
    other = client_of("other")
    assert "Work out why" in other.get("/claims/C-0002/why-not").text
    assert "Work out why" not in other.get("/claims/C-0001/why-not").text


ANSWER = {
    "claim": "C-0002", "state": "unserved", "gets": None, "solution_status": "OPTIMAL", "seconds": 1.5,
    "instance_sha256": "0" * 64,
    "if_granted": {"outcome": "worse", "stage": "level 50", "value": 2, "value_if_granted": 1, "by": 1, "moves": [
        {"claim": "C-0001", "has": {"placement": "C-0001/1", "start": 10}, "would_have": None}]},
    "placements": [{"placement": "C-0002/1", "points": 100, "if_granted": {"outcome": "impossible"}, "blocked_by": [
        {"rule": "C2", "cap": None, "whom": None, "members": [
            {"kind": "allotment", "id": "C-0001/1", "claim": "C-0001", "start": 10, "distance_m": 10.0, "keep_out_m": 500,
             "measure": None}]}]}],
    "changes": [
        {"kind": "move", "bounds": "b", "finished": True, "change": {
            "amount": 490, "unit": "m", "placement": "C-0002/1", "gets": {"placement": "C-0002/1", "start": 3}}},
        {"kind": "shorter stay", "bounds": "down to 1 day", "finished": False, "change": None}],
}  # fmt: skip


def test_a_kept_answer_is_public_and_its_run_is_for_the_party_that_asked(make_app: Callable[..., Flask]) -> None:
    def explained(session: Session) -> None:
        make.proposed_round(session)
        add_people(session)
        runs.ask_why(session, "C-0002", Actor("j@example.org", "delegate", "JPN"), make.DECIDED)
        lease = leases.take(session, "w", make.DECIDED, 20)
        assert lease is not None
        leases.keep_answer(session, lease, ANSWER, make.DECIDED)

    app = make_app(explained)
    text = plain(app.test_client().get("/claims/C-0002/why-not").text)
    for words in (
        "First worse at one stage (As many parties as possible with 50 points or more): 1 instead of 2.",
        "C-0001/1 from day 10: 10 m away where 500 m are kept",
        "Impossible in any allocation: entries in force, holds and caps leave no room.",
        "490 m at C-0002/1: it would have had C-0002/1 from day 3.",
        "Not decided in the time given (looked at: down to 1 day).",
        "C-0001 C-0001/1 from day 10 nothing",
    ):
        assert words in text, words
    assert "j@example.org" not in text
    codes = {
        name: enter(app, f"{name}@example.org").get("/runs/1").status_code for name in ("other", "delegate", "council")
    }
    assert codes == {"other": 200, "delegate": 404, "council": 200}  # Japan asked


COUNTS = {
    "variants": 12, "not_decided": 1, "not_begun": 2, "gains": 3, "gains_from_the_tie_break_alone": 1,
    "parties_that_could_have_gained": 2, "largest_gain": 40, "largest_gain_with_ally": 62.5,
}  # fmt: skip
NONE = dict.fromkeys(COUNTS, 0)
STUDY = {
    "summary": {
        "parties_looked_at": 5,
        "all": COUNTS,
        "by_kind": {**dict.fromkeys(OTHER_FILINGS, NONE), "twin": COUNTS},
    }
}


def test_a_study_of_incentives_stands_with_the_proposal_and_names_no_party(make_app: Callable[..., Flask]) -> None:
    def studied(session: Session) -> None:
        make.proposed_round(session)
        add_people(session)
        runs.ask(session, make.ROUND, "incentives", make.PLANNER, make.DECIDED, time_limit_s=60)
        lease = leases.take(session, "w", make.DECIDED, 20)
        assert lease is not None
        leases.keep_answer(session, lease, STUDY, make.DECIDED)

    app = make_app(studied)
    text = plain(app.test_client().get(f"/rounds/{make.ROUND}/proposal").text)
    assert (
        "12 other filings were tried; 3 of them are not decided. 3 would have gained something, for 2 of 5 parties, 1 of them "
        "by the tie-break alone." in text
    )
    assert "A claim filed twice, the second 10 m aside 12 3 3 40 62.5" in text
    assert "Credit lent to an ally" not in text
    assert "The study is published:" in plain(enter(app, "council@example.org").get("/runs/1").text)


def test_without_a_study_the_proposal_says_nothing_about_incentives(make_app: Callable[..., Flask]) -> None:
    text = make_app(make.proposed_round).test_client().get(f"/rounds/{make.ROUND}/proposal").text
    assert "filing otherwise" not in text
