"""Every page of the site, filled and empty: it answers, says what it is, and changes nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from registry import db
from registry.domain.parties import Party
from registry.web import sessions
from tests.architecture.test_words import lines_with_such_words
from tests.registry.web.conftest import HOSTILE
from tests.registry.web.site import ROUND_PLAYED, public, without_arguments

# Nothing is proposed, decided, recorded or told in an open round.
NOT_IN_AN_OPEN_ROUND = {
    "entries.one_entry",
    "lasting.decision",
    "lasting.proposal",
    "lasting.zone",
    "rounds.proposal",
}


def rows_of_all_tables(app: Flask) -> dict[str, int]:
    with db.reading(app.extensions["test.engine"]) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in db.Base.metadata.sorted_tables
        }


def test_every_page_of_a_filled_register_answers(filled: Flask) -> None:
    client = filled.test_client()
    codes = {address: client.get(address).status_code for address in public(filled, ROUND_PLAYED).values()}
    assert set(codes.values()) == {200}, codes


def test_every_page_has_one_heading_a_name_and_a_language(filled: Flask) -> None:
    client = filled.test_client()
    for address in public(filled, ROUND_PLAYED).values():
        text = client.get(address).text
        assert len(re.findall(r"<h1[ >]", text)) == 1, address
        assert re.search(r"<title>[^<]+ – Lunar Site Registry</title>", text), address
        assert '<html lang="en"' in text


def test_every_page_without_arguments_answers_on_an_empty_register(empty: Flask) -> None:
    client = empty.test_client()
    codes = {address: client.get(address).status_code for address in without_arguments(empty)}
    assert set(codes.values()) == {200}, codes
    assert {"/", "/claims", "/entries", "/map", "/parties", "/log", "/sign-in"} <= set(codes)


def test_pages_of_a_round_say_that_its_data_is_illustrative(filled: Flask) -> None:
    client = filled.test_client()
    for address in public(filled, ROUND_PLAYED).values():
        if not address.startswith("/sign-in"):
            assert "Illustrative data" in client.get(address).text, address


def test_looking_at_every_page_changes_nothing(filled: Flask) -> None:
    before = rows_of_all_tables(filled)
    client = filled.test_client()
    for address in (*public(filled, ROUND_PLAYED).values(), "/map.svg"):
        assert client.get(address).status_code == 200
    assert rows_of_all_tables(filled) == before
    assert before["records"] > 0


def test_a_request_that_only_asks_cannot_write(filled: Flask) -> None:
    party = {"id": "XXX", "name": "X", "kind": "state", "source": "test"}
    with filled.test_request_context("/"):
        filled.preprocess_request()
        with pytest.raises(DBAPIError, match=r"read-?\s?only"):
            sessions.session().execute(insert(Party).values(**party))


def test_no_page_says_that_anybody_owns_a_place(filled: Flask) -> None:
    client = filled.test_client()
    for address in public(filled, ROUND_PLAYED).values():
        text = re.sub(r"<[^>]*>", " ", client.get(address).text)
        assert lines_with_such_words(text) == [], address


def test_no_page_lets_a_chosen_text_become_markup(hostile: Flask) -> None:
    client = hostile.test_client()
    seen = 0
    for name, address in public(hostile, ROUND_PLAYED).items():
        if name in NOT_IN_AN_OPEN_ROUND:
            continue
        response = client.get(address)
        assert response.status_code == 200, address
        assert "<script>alert" not in response.text, address
        assert "<b>" not in response.text, address
        seen += "&lt;script&gt;alert(1)" in response.text
    assert seen >= 6
    assert "<script>" in HOSTILE


def test_the_picture_lets_no_chosen_text_become_markup(hostile: Flask) -> None:
    svg = hostile.test_client().get("/map.svg").text
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_pages_carry_no_inline_style_or_script(filled: Flask) -> None:
    client = filled.test_client()
    for address in public(filled, ROUND_PLAYED).values():
        text = client.get(address).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), address
        assert re.findall(r"<script(?![^>]*\ssrc=)", text) == [], address


def test_the_home_page_tells_the_state_of_the_round_in_numbers(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", client.get("/").text)
    assert "<dt>Claims</dt><dd>2</dd>" in text
    assert "<dt>Claims not allotted</dt><dd>1</dd>" in text
    assert "Adopted" in text
    assert '<time datetime="2027-09-08">8 September 2027</time>' in text


def test_the_log_shows_no_address_of_a_person(client: FlaskClient) -> None:
    text = client.get("/log?first=0").text
    assert "an account" in text
    assert "@example.org" not in text


def test_who_decided_is_shown_without_an_address(client: FlaskClient) -> None:
    for address in ("/entries/E-0001", "/rounds/2027-1/proposal"):
        text = client.get(address).text
        assert "A member of the council" in text
        assert "anna@example.org" not in text


def test_an_uncertain_protected_place_is_not_said_to_be_enforced(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", client.get("/protected-places").text)
    row = text[text.index('id="lost-lander"') : text.index("</tr>", text.index('id="lost-lander"'))]
    assert "not enforced until reviewed" in row
    assert "Enforced" not in row
    assert "Enforced" in text[text.index('id="old-lander"') :]


def test_an_entry_states_its_end_its_zones_and_its_duties(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", client.get("/entries/E-0001").text))
    assert "A priority of use at A ridge from 11 October 2027 to 18 January 2028, 100 days." in text
    assert "200 m" in text
    assert "Keep authorisation and continuing supervision in force" in text
