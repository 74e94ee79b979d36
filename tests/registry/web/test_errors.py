"""What is said when an address, a form or the program itself is at fault."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.web.app import FrontendMissingError, create_app
from tests.registry.web.site import ROUND_PLAYED, settings_for, without_arguments

ATTACKS = (
    "?q=%27%20OR%201%3D1--", "?q=%00", "?q=%FF%FE", "?%00=1", "?q[]=1&q[]=2", "?first=99999999999999999999", "?first=-1",
    "?page=NaN", "?region=../../etc", "?region=%00", "?round=%00", "?round=nope", "?state=%F0%9F%8C%99", "?party=" + "x" * 5000,
    "?sort=__class__", "?next=//evil.example", "?q=<script>", "?q=%s%n&page=1;2",
)  # fmt: skip


@pytest.mark.parametrize("address", ["/nope", "/claims/C-9999", "/entries/E-9999", "/parties/XXX", "/rounds/x",
    "/rounds/x/policy", "/rounds/x/proposal", "/claims/..%2f..%2fetc", "/claims/%00", "/parties/%F0%9F%8C%99",
    "/claims/" + "x" * 3000])  # fmt: skip
def test_what_does_not_exist_is_a_calm_404(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "There is no such page" in response.text
    assert "Lunar Site Registry" in response.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_query_string_breaks_a_page(filled: Flask, attack: str) -> None:
    client = filled.test_client()
    codes = {address: client.get(address + attack).status_code for address in (*without_arguments(filled), "/map.svg")}
    assert set(codes.values()) <= {200, 400, 404}, codes


def test_ids_are_no_commands_to_the_database(client: FlaskClient) -> None:
    assert client.get("/claims/C-0001'%20OR%20'1'='1").status_code == 404


def test_a_proposal_that_is_not_there_yet_is_a_404_that_names_it(hostile: Flask) -> None:
    response = hostile.test_client().get("/rounds/2027-1/proposal")
    assert response.status_code == 404
    assert "There is no proposal of round &#39;2027-1&#39;" in response.text


def test_an_unknown_region_is_refused_with_those_known(client: FlaskClient) -> None:
    response = client.get("/map?region=atlantis")
    assert response.status_code == 400
    assert "ridge" in response.text


def test_pages_refuse_to_be_posted_to(filled: Flask) -> None:
    client = filled.test_client()
    addresses = [address for address in without_arguments(filled) if address != "/sign-in"]
    codes = {address: client.post(address).status_code for address in addresses}
    # Without a token a form is refused before anything else is looked at.
    assert set(codes.values()) <= {400, 405}, codes


def test_a_fault_of_the_program_shows_a_calm_page_and_none_of_its_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("registry.queries.rounds.list_rounds", fail)
    response = client.get("/rounds")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "secret detail" not in response.text


def test_an_error_page_has_the_security_headers_too(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in client.get("/nope").headers["Content-Security-Policy"]


def test_the_ids_of_the_played_round_are_all_used(filled: Flask) -> None:
    pages = (rule for rule in filled.url_map.iter_rules() if not rule.rule.startswith("/api/"))
    arguments = {name for rule in pages for name in rule.arguments}
    of_forms_and_files = {"filename", "answer", "change_id", "erasure_id", "token", "token_id", "picture"}
    assert arguments - of_forms_and_files == set(ROUND_PLAYED)


def test_a_missing_front_end_is_named_with_the_command_that_builds_it(
    filled: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr("registry.web.app.BUILD", tmp_path)
    with pytest.raises(FrontendMissingError, match="npm run build"):
        create_app(settings_for(tmp_path), filled.extensions["test.engine"])
