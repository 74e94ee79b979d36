"""Layers of the map as a script gets them: what is in them, for whom, and how seldom they are made."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import db
from registry.services import coordination, examination
from registry.web import map_layers, polar_map
from registry.web.keeping import Kept
from tests import factories
from tests.registry.web.signing_in import sign_in
from tests.registry.web.test_receipts import fill_with_an_unpublished_claim

LAYERS = ("regions", "craters", "protected", "holds", "entries", "placements", "others", "zones")


def layer(client: FlaskClient, name: str, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"/map/layers/{name}{query}")
    assert (response.status_code, response.mimetype) == (200, "application/geo+json")
    document = json.loads(response.data)
    assert document["crs_note"].startswith("Metres of IAU_2015:30135")
    found: list[dict[str, Any]] = document["features"]
    return found


def properties(client: FlaskClient, name: str) -> list[dict[str, Any]]:
    return [row["properties"] for row in layer(client, name)]


def test_the_layers_have_what_the_register_has_in_map_metres(client: FlaskClient) -> None:
    assert layer(client, "entries") == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [10000, 10000]},
            "properties": {
                "id": "C-0001/1",
                "entry": "E-0001",
                "claim": "C-0001",
                "name": "Claim alpha",
                "kind": "entry",
                "start": 10,
                "until": 110,
                "keep_outs_m": [200],
            },
        }
    ]
    assert [(row["id"], row["kind"], row["start"], row["until"]) for row in properties(client, "placements")] == [
        ("C-0002/1", "unserved", 0, 300)
    ]
    assert [(row["id"], row["phase"], row["start"], row["until"]) for row in properties(client, "zones")] == [
        ("C-0001/1", "operation", 10, 110)
    ]
    assert [(row["id"], row["kind"]) for row in properties(client, "regions")] == [("ridge", "region")]
    assert [(row["id"], row["map_radius_m"]) for row in properties(client, "craters")] == [("crater", 10000.8)]
    assert [
        (row["id"], row["enforced"], row["keep_out_m"], row["uncertainty_m"]) for row in properties(client, "protected")
    ] == [("lost-lander", False, 17000, 15000.0), ("old-lander", True, 2300, 300.0)]


def test_a_footprint_that_is_no_point_has_its_mark_inside_and_the_outline_of_its_zone(
    make_app: Callable[..., Flask],
) -> None:
    client = make_app(fill_with_an_area).test_client()
    [site] = layer(client, "placements")
    assert site["geometry"]["type"] == "Polygon"
    assert site["properties"]["at"] == [10500.0, 10500.0]
    [zone] = json.loads(client.get("/map/claims/C-0001/1").data)["features"]
    assert zone["geometry"]["type"] == "Polygon"
    assert (zone["properties"]["phase"], zone["properties"]["keep_out_m"]) == ("operation", 200)
    assert min(x for x, _ in zone["geometry"]["coordinates"][0]) == pytest.approx(9800, abs=1)
    [hold] = properties(client, "holds")
    assert (hold["id"], hold["kind"], hold["name"], hold["keep_out_m"]) == ("H-1", "hold", "Kept free", 1000)


def fill_with_an_area(session: Session) -> None:
    hold = {
        "id": "H-1",
        "name": "Kept free",
        "footprint": {"type": "Point", "coordinates": [40000, 40000]},
        "start": 10,
        "phases": [{"name": "hold", "offset": 0, "days": 50, "method": "agency-hold", "inputs": {"radius_m": 1000}}],
    }
    factories.open_round(session, holds=[hold])
    place = factories.placement(footprint=factories.square(10000, 10000, 1000))
    [claim] = factories.filed(session, factories.claim_document(placements=[place]))
    examination.examine(session, claim.id, factories.REGISTRAR, factories.EXAMINED)
    coordination.publish(session, claim.id, factories.REGISTRAR, factories.PUBLISHED)


def test_every_layer_of_an_empty_register_is_empty(empty: Flask) -> None:
    assert {name: layer(empty.test_client(), name) for name in LAYERS} == {name: [] for name in LAYERS}


@pytest.mark.parametrize("address", ["/map/layers/parcels", "/map/layers/zones?round=1999-9", "/map/claims/C-0001/9"])
def test_what_is_not_there_is_told_so(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "in the register. Check the id" in response.text


def test_an_unpublished_claim_is_on_the_map_of_the_registrar_and_on_no_other(make_app: Callable[..., Flask]) -> None:
    app = make_app(fill_with_an_unpublished_claim)
    public, registrar = app.test_client(), app.test_client()
    sign_in(registrar, "elena@example.org")
    assert [row["id"] for row in properties(registrar, "placements")] == ["C-0001/1"]
    assert [(row["id"], row["rank"]) for row in properties(registrar, "others")] == [("C-0001/2", 2), ("C-0001/3", 3)]
    assert registrar.get("/map/claims/C-0001/1").status_code == 200
    assert layer(public, "placements") == []
    hidden, unknown = public.get("/map/claims/C-0001/1"), public.get("/map/claims/C-0009/1")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("C-0001/1", "") == unknown.text.replace("C-0009/1", "")
    tags = [one.get("/map/layers/placements").headers["ETag"] for one in (public, registrar)]
    assert tags[0] != tags[1]
    assert "Cookie" in public.get("/map/layers/placements").headers["Vary"]


def test_what_a_browser_has_is_not_sent_again_until_something_is_recorded(make_app: Callable[..., Flask]) -> None:
    app = make_app(fill_with_an_area)
    client = app.test_client()
    first = client.get("/map/layers/placements")
    again = client.get("/map/layers/placements", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/map/layers/zones").headers["ETag"] != first.headers["ETag"]
    with db.unit_of_work(app.extensions["test.engine"]) as session:
        coordination.start_coordination(session, "C-0001", factories.REGISTRAR, factories.PUBLISHED)
    later = client.get("/map/layers/placements", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.headers["ETag"] != first.headers["ETag"]


def test_a_layer_is_packed_for_who_takes_it_so(client: FlaskClient) -> None:
    plain = client.get("/map/layers/protected")
    packed = client.get("/map/layers/protected", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)


def test_a_layer_is_made_once_for_each_state_of_the_register(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app(fill_with_an_area).test_client()
    made = []
    real = map_layers.collection
    monkeypatch.setattr(map_layers, "collection", lambda name, asked: made.append(name) or real(name, asked))
    assert layer(client, "placements") == layer(client, "placements")
    assert made == ["placements"]


def test_what_was_used_last_is_kept() -> None:
    kept = Kept(most=2)
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    assert [kept.get(key, lambda key=key: make(key)) for key in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]


def test_a_map_of_many_sites_leads_to_the_picture(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = filled.test_client()
    assert "<svg" in client.get("/map").text
    monkeypatch.setattr(polar_map, "MOST_DRAWN", 1)
    text = client.get("/map").text
    assert "<svg" not in text
    assert 'href="/map.svg?round=' in text
    assert "C-0002/1" in text
    assert client.get("/map?page=2").status_code == 400
