"""Receipts on pages: everybody's hold without the register, confidential values are opened to those who may see them."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry.log import checkpoints, receipts, signed_note
from tests import factories
from tests.registry.web.conftest import ORIGIN, add_registrar, fill_with_entries
from tests.registry.web.test_sign_in import sign_in

PEOPLE = [who.name for who in (factories.REGISTRAR, factories.PLANNER, factories.CHE_DECIDER, factories.GHA_DECIDER)]


def trusted(client: FlaskClient) -> list[checkpoints.LogKey]:
    rows = json.loads(client.get("/log/keys.json").data)
    return [checkpoints.LogKey(signed_note.parse_verifier(row["vkey"]), row["until_size"]) for row in rows]


def test_the_checkpoint_of_the_moment_is_signed(client: FlaskClient) -> None:
    response = client.get("/log/checkpoint")
    said = checkpoints.open_checkpoint(response.data, trusted(client), origin=ORIGIN)
    assert said
    assert said.size > 10
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"


def test_every_record_of_the_register_has_a_receipt_that_holds(client: FlaskClient) -> None:
    keys = trusted(client)
    size = checkpoints.open_checkpoint(client.get("/log/checkpoint").data, keys).size
    for index in range(size):
        assert receipts.faults(json.loads(client.get(f"/log/receipts/{index}.json").data), keys) == (), index


def test_the_page_says_what_was_recorded_and_how_to_check_it(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", client.get("/log/receipts/1").text)
    assert "Receipt of record 1" in text
    assert 'href="/log/receipts/1.json" download' in text
    assert f"registry receipt check receipt-1.json --key {ORIGIN}+" in text
    assert f"— {ORIGIN} " in text


def test_records_of_claims_entries_and_decisions_lead_to_their_receipts(client: FlaskClient) -> None:
    for address in ("/claims/C-0001", "/entries/E-0001", "/rounds/2027-1/proposal", "/log"):
        assert re.search(r'href="/log/receipts/\d+"', client.get(address).text), address


@pytest.mark.parametrize("index", ["999999", "99999999999999999999999", "-1", "x"])
def test_a_record_that_is_not_there_has_no_receipt(client: FlaskClient, index: str) -> None:
    for address in (f"/log/receipts/{index}", f"/log/receipts/{index}.json"):
        response = client.get(address)
        assert response.status_code == 404
        assert "<h1" in response.text


def test_no_receipt_for_the_public_names_a_person(client: FlaskClient) -> None:
    size = checkpoints.open_checkpoint(client.get("/log/checkpoint").data, trusted(client)).size
    for index in range(size):
        text = client.get(f"/log/receipts/{index}.json").text
        assert not [name for name in PEOPLE if name in text], index


def test_a_register_without_a_key_says_so(make_app: Callable[..., Flask]) -> None:
    client = make_app(fill_with_entries, has_key=False).test_client()
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/receipts/1.json").status_code == 404
    assert client.get("/log/receipts/1").status_code == 200
    assert "There is no receipt now." in client.get("/log/receipts/1").text
    assert json.loads(client.get("/log/keys.json").data) == []


def test_an_unpublished_claim_is_opened_to_the_registrar_and_sealed_for_the_public(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(fill_with_an_unpublished_claim)
    public, registrar = app.test_client(), app.test_client()
    sign_in(registrar)
    keys = trusted(public)
    size = checkpoints.open_checkpoint(public.get("/log/checkpoint").data, keys).size
    found = [json.loads(public.get(f"/log/receipts/{index}.json").data) for index in range(size)]
    (index,) = (row["index"] for row in found if row["act"] == "claim-filed")
    sealed, opened = found[index], json.loads(registrar.get(f"/log/receipts/{index}.json").data)
    assert (sealed["openings"], "In confidence until then" in json.dumps(sealed)) == ([], False)
    assert "In confidence until then" in json.dumps(opened["openings"])
    assert sealed["leaf"] == opened["leaf"]
    assert receipts.faults(opened, keys) == receipts.faults(sealed, keys) == ()
    assert "a claim that is not published yet" in public.get(f"/log/receipts/{index}").text


def fill_with_an_unpublished_claim(session: Session) -> None:
    factories.open_round(session)
    add_registrar(session)
    factories.filed(session, factories.claim_document(name="In confidence until then"))
