"""Filing over the pages: nothing typed is lost, the check before filing, the receipt, and files beside the claim."""

import html
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import ambient
from tests import factories
from tests.registry.web.filing_site import (
    IND,
    JPN,
    PARTS,
    PLACEMENT,
    begun,
    fill_in,
    fill_with_delegates,
    hidden,
    post,
)
from tests.registry.web.signing_in import signed_in


@pytest.fixture(autouse=True, scope="module")
def _in_the_round() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: factories.FILED)
        yield


@pytest.fixture(scope="module")
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill_with_delegates)


@pytest.fixture(scope="module")
def india(app: Flask) -> FlaskClient:
    return signed_in(app, IND)


@pytest.fixture(scope="module")
def japan(app: Flask) -> FlaskClient:
    return signed_in(app, JPN)


def test_a_claim_is_filed_from_nothing_and_its_receipt_is_there(india: FlaskClient) -> None:
    draft = begun(india)
    assert india.get(draft).text.count("Not started") == 8
    fill_in(india, draft)
    assert india.get(draft).text.count("Complete") == 8
    page = india.get(f"{draft}/check").text
    assert "Nothing was found for which it would be returned." in page
    form = {"sha256": hidden(page, "sha256"), "request": hidden(page, "request")}
    answer = post(india, f"{draft}/submit", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/claims/C-0001/filed")
    again = post(india, f"{draft}/submit", **form)
    assert (again.status_code, again.headers["Location"]) == (303, "/claims/C-0001/filed")
    receipt = india.get("/claims/C-0001/filed").text
    assert "Claim C-0001" in receipt
    assert "/log/receipts/" in receipt
    assert india.get(draft).status_code == 404


def test_what_was_typed_wrong_is_kept_and_told_at_its_field(india: FlaskClient) -> None:
    draft = begun(india, "Wrong station")
    typed = {"term_days": "two years", "purpose": "Study <b>", "programmes-0-name": "ilrs"}
    answer = post(india, f"{draft}/sections/purpose", **typed)
    assert answer.headers["Location"] == f"{draft}/sections/purpose?checked=1"
    page = india.get(answer.headers["Location"]).text
    assert 'value="two years"' in page
    assert "Study &lt;b&gt;" in page
    assert 'href="#term_days"' in page
    assert "&#34;two years&#34; is not a number. Give a whole number." in page
    assert post(india, f"{draft}/sections/purpose", act="later", **typed).headers["Location"] == draft
    assert india.get(draft).text.count("Incomplete") == 1


def test_two_shares_of_one_party_are_both_kept(india: FlaskClient) -> None:
    draft = begun(india, "Shares")
    rows = {"credit-0-party": "IND", "credit-0-percent": "60", "credit-1-party": "IND", "credit-1-percent": "40"}
    post(india, f"{draft}/sections/credit", **rows)
    assert 'value="60 + 40"' in india.get(f"{draft}/sections/credit").text


@pytest.mark.parametrize(
    ("fields", "box", "said"),
    [
        ({"positions": "here"}, "positions", "Line 1 is not two numbers. Give x and y in metres, as -11000, 12500."),
        ({"positions": "120, -89", "system": "degrees"}, "positions", "latitude comes first, from -90 to -80."),
        ({"positions": "1, 2\n3, 4"}, "positions", "A point or the middle of a circle is one line."),
        ({"positions": "1, 2", "shape": "Circle", "radius": "wide"}, "radius", "The radius is not a number of metres"),
        ({"geojson": "[", "shape": "other"}, "geojson", "This is no GeoJSON geometry."),
    ],
)
def test_positions_that_cannot_be_read_stay_in_the_form(
    india: FlaskClient, fields: dict[str, str], box: str, said: str
) -> None:
    draft = begun(india, "Positions")
    post(india, f"{draft}/placements", act="add")
    answer = post(india, f"{draft}/placements/1", **(PLACEMENT | fields))
    assert answer.status_code == 422
    assert f'href="#{box}"' in answer.text
    assert said in answer.text
    assert "first choice" in answer.text


def test_latitude_and_longitude_give_the_same_place_as_metres(india: FlaskClient) -> None:
    draft = begun(india, "Degrees")
    post(india, f"{draft}/placements", act="add")
    post(india, f"{draft}/placements/1", **(PLACEMENT | {"positions": "−89.5°, 45", "system": "degrees"}))
    assert "10720.991, 10720.991</textarea>" in india.get(f"{draft}/placements/1").text


def test_a_placement_is_ranked_by_buttons(india: FlaskClient) -> None:
    draft = begun(india, "Ranks")
    for number, name in enumerate(("first", "second", "third"), start=1):
        post(india, f"{draft}/placements", act="add")
        post(india, f"{draft}/placements/{number}", **(PLACEMENT | {"name": f"the {name}"}))

    def order() -> list[str]:
        page = india.get(f"{draft}/placements").text
        return [
            name for _, name in sorted((page.index(f">the {name}<"), name) for name in ("first", "second", "third"))
        ]

    assert order() == ["first", "second", "third"]
    post(india, f"{draft}/placements", act="up-2")
    assert order() == ["first", "third", "second"]
    post(india, f"{draft}/placements", act="down-0")
    assert order() == ["third", "first", "second"]
    post(india, f"{draft}/placements", act="up-0")
    post(india, f"{draft}/placements", act="down-9")
    assert order() == ["third", "first", "second"]
    post(india, f"{draft}/placements", act="remove-0")
    assert india.get(f"{draft}/placements/3").status_code == 404


def test_the_zones_of_a_form_are_told_and_nothing_is_kept(india: FlaskClient) -> None:
    draft = begun(india, "Zones")
    post(india, f"{draft}/placements", act="add")
    answer = post(india, f"{draft}/placements/1/zones", **PLACEMENT)
    [zone] = answer.get_json()["zones"]
    assert (zone["phase"], zone["keep_out_m"], len(zone["outline"]["coordinates"][0])) == ("operation", 200, 129)
    assert "first choice" not in india.get(f"{draft}/placements/1").text


def test_the_zones_are_drawn_without_a_script(india: FlaskClient) -> None:
    draft = begun(india, "Drawn")
    fill_in(india, draft)
    page = india.get(f"{draft}/placements/1").text
    assert "operation: 200 m" in page
    assert '<path class="map__zone"' in page


def test_a_draft_of_another_party_answers_like_one_that_never_was(india: FlaskClient, japan: FlaskClient) -> None:
    draft = begun(india, "Secret station")
    number = draft.rpartition("/")[2]
    for part in ("", "/sections/who", "/placements", "/check", "/files", "/files/1", "/discard"):
        foreign, nothing = japan.get(draft + part), japan.get(f"/filing/987654{part}")
        assert foreign.status_code == 404
        assert _plain(foreign.text, number) == _plain(nothing.text, "987654"), part
    sent = {"act": "add", "name": "x", "sha256": "0" * 64, "request": "k"}
    for part in ("/sections/who", "/placements", "/submit", "/files", "/files/1/remove", "/discard"):
        foreign, nothing = (post(japan, f"/filing/{n}{part}", **sent) for n in (number, "987654"))
        assert foreign.status_code == 404
        assert _plain(foreign.text, number) == _plain(nothing.text, "987654"), part
    assert india.get(draft).status_code == 200


def _plain(page: str, number: str) -> str:
    """A page without the number asked for and without the token against forged forms."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.replace(f"&#39;{number}&#39;", "N"))


def test_the_check_says_why_it_would_be_returned(india: FlaskClient) -> None:
    draft = begun(india, "Returned")
    fill_in(india, draft)
    without = dict.fromkeys(PARTS["undertakings"], "") | {"resources-extracts": "no"}
    post(india, f"{draft}/sections/undertakings", act="later", **without)
    page = india.get(f"{draft}/check").text
    assert "It would be returned" in page
    assert "COSPAR-1" in page


def test_the_check_tells_nothing_of_what_another_party_has_filed_and_not_published(
    india: FlaskClient, japan: FlaskClient
) -> None:
    mine = begun(india, "Near one")
    fill_in(india, mine)
    before = india.get(f"{mine}/check").text
    other = begun(japan, "Near two")
    fill_in(japan, other)
    for section, changed in (
        ("who", {"operator": "AGENCY-JPN"}),
        ("credit", {"credit-0-party": "JPN", "contributions-0-party": "JPN"}),
        ("authorisation", {"authorisation-party": "JPN", "state_of_registry": "JPN"}),
    ):
        post(japan, f"{other}/sections/{section}", **(PARTS[section] | changed))
    page = japan.get(f"{other}/check").text
    form = {"sha256": hidden(page, "sha256"), "request": hidden(page, "request")}
    answer = post(japan, f"{other}/submit", **form)
    assert answer.status_code == 303
    claim = answer.headers["Location"].split("/")[2]
    after = india.get(f"{mine}/check").text
    assert claim not in after
    keys = (
        hidden(before, "request"),
        hidden(after, "request"),
        hidden(before, "csrf_token"),
        hidden(after, "csrf_token"),
    )
    for key in keys:
        before, after = before.replace(key, ""), after.replace(key, "")
    assert after == before


def test_a_file_is_handed_out_to_be_kept_and_never_shown(india: FlaskClient) -> None:
    draft = begun(india, "Files")
    data = {"csrf_token": hidden(india.get(f"{draft}/files").text, "csrf_token")}
    file = (io.BytesIO(b"%PDF-1.7 x"), "../pl\u00e4n;.pdf")
    assert india.post(f"{draft}/files", data={**data, "file": file}).status_code == 303
    page = india.get(f"{draft}/files").text
    address = page.split("/files/")[1].split('"')[0]
    answer = india.get(f"{draft}/files/{address}")
    assert answer.data == b"%PDF-1.7 x"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="pl_n .pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    refused = india.post(f"{draft}/files", data={**data, "file": (io.BytesIO(b"MZ"), "plan.exe")})
    assert (refused.status_code, "plan.exe is not of a kind that is taken" in refused.text) == (422, True)
    assert post(india, f"{draft}/files/{address}/remove").status_code == 303
    assert india.get(f"{draft}/files/{address}").status_code == 404


def test_a_file_of_claims_is_tried_without_a_trace_and_kept_as_drafts(india: FlaskClient) -> None:
    document = factories.claim_document("ind-upload", "IND", name="From a file")
    placements = document.pop("placements")
    features = [
        {"type": "Feature", "geometry": row["footprint"], "properties": {"key": "ind-upload", **_columns(row)}}
        for row in placements
    ]
    crs = {"type": "name", "properties": {"name": "IAU_2015:30135"}}
    content = {"type": "FeatureCollection", "crs": crs, "features": features, "claims": [document]}
    data = {
        "csrf_token": hidden(india.get("/filing/upload").text, "csrf_token"),
        "file": (io.BytesIO(json.dumps(content).encode()), "claims.geojson"),
    }
    answer = india.post("/filing/upload", data=data)
    assert answer.status_code == 200
    assert "Would be stored" in answer.text, answer.text
    assert "From a file" not in india.get("/filing").text
    kept = post(india, "/filing/upload/keep", documents=html.unescape(hidden(answer.text, "documents")))
    assert kept.headers["Location"] == "/filing?kept=1"
    assert "From a file" in india.get("/filing").text


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    first, last = row["start"]
    days = {"first_day": first, "last_day": last}
    return {"rank": row["rank"], "place": row["place"], "placement_name": row["name"], "phases": row["phases"], **days}


def test_a_broken_file_is_refused_with_its_mend(india: FlaskClient) -> None:
    data = {
        "csrf_token": hidden(india.get("/filing/upload").text, "csrf_token"),
        "file": (io.BytesIO(b"PK\x03\x04"), "claims.geojson"),
    }
    answer = india.post("/filing/upload", data=data)
    assert (answer.status_code, "by its content it is a ZIP archive" in answer.text) == (422, True)


def test_a_filed_claim_is_amended_from_its_newest_revision(india: FlaskClient) -> None:
    draft = begun(india, "Amended")
    fill_in(india, draft)
    claim = _submitted(india, draft)
    again = str(post(india, f"/filing/from/{claim}").headers["Location"])
    assert f"Amendment of claim {claim}" in india.get(again).text
    post(india, f"{again}/sections/who", name="Amended twice", operator="ISRO")
    assert _submitted(india, again) == claim
    assert "Amended twice" in india.get(f"/claims/{claim}/filed").text
    assert ">2, <time" in india.get(f"/claims/{claim}/filed").text.replace("\n", "")


def _submitted(client: FlaskClient, draft: str) -> str:
    page = client.get(f"{draft}/check").text
    answer = post(client, f"{draft}/submit", sha256=hidden(page, "sha256"), request=hidden(page, "request"))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).split("/")[2]
