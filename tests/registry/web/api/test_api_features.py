"""Features for programs with maps: in the shape of OGC API - Features, on the Moon, over the pole and over longitude 180."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry.domain.places import Region
from tests import factories as make

METRES = "http://www.opengis.net/def/crs/IAU/2015/30135"
DEGREES = "http://www.opengis.net/def/crs/IAU/2015/30100"
SQUARES = {"pole": (-5000, -5000), "seam": (-5000, -100_000), "east": (100_000, 0), "far": (0, 250_000)}


def fill(session: Session) -> None:
    """A round with an entry, and four squares of ten kilometres: round the pole, over longitude 180, and two others."""
    make.recorded_round(session)
    for name, (x, y) in SQUARES.items():
        row = Region(
            id=f"zz-{name}",
            name=name,
            kind="ridge",
            footprint=make.square(x, y, 10_000),
            accuracy="exact",
            source="test",
        )
        session.add(row)


@pytest.fixture(scope="module")
def ground(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(fill).test_client()


def items(client: FlaskClient, collection: str, **asked: Any) -> dict[str, Any]:
    query = {name.replace("bbox_crs", "bbox-crs"): value for name, value in asked.items()}
    answer = client.get(f"/api/v1/collections/{collection}/items", query_string=query)
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json"), answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def ids(told: dict[str, Any]) -> set[str]:
    return {row["id"].removeprefix("zz-") for row in told["features"] if row["id"].startswith("zz-")}


def test_the_entrance_leads_to_everything(ground: FlaskClient) -> None:
    links = {row["rel"]: row["href"] for row in ground.get("/api/v1").get_json()["links"]}
    for rel in ("self", "service-desc", "conformance", "data", "service-doc"):
        assert ground.get(links[rel]).status_code == 200, rel
    told = ground.get(links["data"]).get_json()
    assert [row["id"] for row in told["collections"]] == [
        "placements", "entries", "zones", "protected-places", "regions", "features", "holds", "bank", "landings", "missions",
    ]  # fmt: skip
    for row in told["collections"]:
        assert (row["storageCrs"], row["crs"]) == (METRES, [METRES, DEGREES])
        assert "Moon" in row["description"]
        [address] = [link["href"] for link in row["links"] if link["rel"] == "items"]
        assert ground.get(address).status_code == 200


def test_pages_of_features_together_are_the_whole(ground: FlaskClient) -> None:
    whole, found, address = items(ground, "regions"), [], "/api/v1/collections/regions/items?limit=2"
    while address:
        told = ground.get(address).get_json()
        assert told["numberMatched"] == whole["numberMatched"]
        assert told["numberReturned"] == len(told["features"]) <= 2
        found += told["features"]
        address = next((link["href"] for link in told["links"] if link["rel"] == "next"), "")
    assert found == whole["features"]


@pytest.mark.parametrize(
    ("bbox", "there"),
    [
        ("-180,-90,180,-80", {"pole", "seam", "east", "far"}),
        ("-180,-90,180,-89.9", {"pole"}),
        ("170,-88,-170,-86", {"seam"}),
        ("170,-88,180,-86", {"seam"}),
        ("-180,-88,-179,-86", {"seam"}),
        ("80,-88,100,-86", {"east"}),
        ("-10,-83,10,-81", {"far"}),
        ("-10,-83,0,10,-81,0", {"far"}),
        ("-100,-88,-80,-86", set()),
        ("-100,-90,-80,-89.99", {"pole"}),
    ],
)
def test_a_box_in_degrees_finds_what_is_in_it(ground: FlaskClient, bbox: str, there: set[str]) -> None:
    assert ids(items(ground, "regions", bbox=bbox)) == there


def test_a_box_in_metres_and_one_with_latitude_first_find_the_same(ground: FlaskClient) -> None:
    assert ids(items(ground, "regions", bbox="-1,-1,1,1", bbox_crs=METRES)) == {"pole"}
    assert ids(items(ground, "regions", bbox="90000,-1,200000,1", bbox_crs=METRES)) == {"east"}
    assert ids(items(ground, "regions", bbox="-88,80,-86,100", bbox_crs=DEGREES)) == {"east"}
    assert ids(items(ground, "regions", bbox="-88,170,-86,-170", bbox_crs=DEGREES)) == {"seam"}


def test_each_answer_is_in_the_system_asked_for(ground: FlaskClient) -> None:
    where = "/api/v1/collections/regions/items/zz-east"
    metres = ground.get(where, query_string={"crs": METRES})
    assert metres.headers["Content-Crs"] == f"<{METRES}>"
    assert metres.get_json()["geometry"]["coordinates"][0][0] == [100_000, 0]
    lon, lat = ground.get(where).get_json()["geometry"]["coordinates"][0][0]
    first = ground.get(where, query_string={"crs": DEGREES}).get_json()["geometry"]["coordinates"][0][0]
    assert first == [lat, lon]
    assert (round(lon, 3), round(lat, 3)) == (90.0, -86.703)
    assert "Content-Crs" not in ground.get(where).headers
    assert "MOON" in items(ground, "regions")["note"]


@pytest.mark.parametrize(
    ("when", "count"),
    [
        ("2027-01-01", 0),
        ("../2027-01-01", 0),
        ("2028-01-01/..", 1),
        ("2028-01-18T23:00:00Z", 1),
        ("2028-01-19", 0),
        ("2100-01-01/..", 0),
    ],
)
def test_an_entry_is_found_on_its_days_only(ground: FlaskClient, when: str, count: int) -> None:
    row = items(ground, "entries")["features"][0]["properties"]
    told = items(ground, "entries", datetime=when)
    assert told["numberMatched"] == count, (row["valid_from"], row["valid_until"])


def test_a_zone_and_a_placement_say_whose_they_are(ground: FlaskClient) -> None:
    zone = items(ground, "zones")["features"][0]
    assert (zone["id"], zone["properties"]["entry"], zone["properties"]["claim"]) == ("E-0001.1", "E-0001", "C-0001")
    placement = ground.get("/api/v1/collections/placements/items/C-0001.1").get_json()
    assert placement["properties"]["placement"] == "C-0001/1"
    assert {link["rel"] for link in placement["links"]} == {"self", "collection"}


def test_the_documents_have_what_readers_of_the_standard_ask_for(ground: FlaskClient) -> None:
    """The members that parts 1 and 2 require, and that QGIS and GDAL look for before they read a feature."""
    landing = ground.get("/api/v1")
    assert landing.mimetype == "application/json"
    kinds = {link["rel"]: link["type"] for link in landing.get_json()["links"]}
    assert kinds["service-desc"] == "application/vnd.oai.openapi+json;version=3.1"
    assert (kinds["conformance"], kinds["data"], kinds["service-doc"]) == (
        "application/json", "application/json", "text/html",
    )  # fmt: skip
    classes = ground.get("/api/v1/conformance").get_json()["conformsTo"]
    assert classes == [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    ]
    told = ground.get("/api/v1/collections").get_json()
    assert [link["rel"] for link in told["links"]] == ["self"]
    for row in told["collections"]:
        assert ground.get(f"/api/v1/collections/{row['id']}").get_json() == row
        assert (row["itemType"], row["extent"]["spatial"]["crs"]) == ("feature", METRES)
        assert row["extent"]["spatial"]["bbox"] == [[-304_006, -304_006, 304_006, 304_006]]
        assert row["extent"]["temporal"] == {"interval": [[None, None]]}
        links = {link["rel"]: link["type"] for link in row["links"]}
        assert (links["self"], links["items"]) == ("application/json", "application/geo+json")
    page = items(ground, "regions", limit=1)
    assert (page["type"], page["numberReturned"], len(page["features"])) == ("FeatureCollection", 1, 1)
    assert {link["rel"]: link["type"] for link in page["links"]} == {
        "self": "application/geo+json", "collection": "application/json", "next": "application/geo+json",
    }  # fmt: skip
    [feature] = page["features"]
    assert set(feature) == {"type", "id", "geometry", "properties"}
    one = ground.get(f"/api/v1/collections/regions/items/{feature['id']}")
    assert one.mimetype == "application/geo+json"
    assert {link["rel"] for link in one.get_json()["links"]} == {"self", "collection"}
