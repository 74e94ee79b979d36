"""What everybody can take away and check: exports, notices and their feed, papers, addresses that last."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import db, signing
from registry.exports.package import write_export
from registry.exports.scope import Scope
from registry.web import atom
from tests.registry.web.signing_in import token

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def packaged(filled: Flask) -> Flask:
    """The filled register with its public package kept where the pages look for it."""
    settings = filled.extensions["registry.access"].settings
    with db.reading(filled.extensions["test.engine"]) as session:
        write_export(session, package_of(filled), signing.signer_in_force(session, settings))
    return filled


def package_of(app: Flask) -> Path:
    folder: Path = app.extensions["registry.access"].settings.data / "exports" / "public"
    return folder


def verdict(client: FlaskClient, paper: str | bytes, key: str = "") -> str:
    """The page that answers, without tags."""
    fields: dict[str, object] = {"csrf_token": token(client, "/log/check"), "key": key}
    if isinstance(paper, bytes):
        fields["file"] = (io.BytesIO(paper), "paper.json")
    else:
        fields["paper"] = paper
    answer = client.post("/log/check", data=fields)
    return f"{answer.status_code} " + re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.text))


def test_the_package_page_tells_the_hash_of_the_manifest(packaged: Flask) -> None:
    digest = hashlib.sha256((package_of(packaged) / "manifest.json").read_bytes()).hexdigest()
    assert digest in packaged.test_client().get("/exports").text


def test_the_archive_holds_every_file_and_is_the_same_twice(packaged: Flask) -> None:
    client, folder = packaged.test_client(), package_of(packaged)
    first, second = client.get("/exports/package.zip"), client.get("/exports/package.zip")
    assert first.data == second.data
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        names = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert names == there
    unchanged = client.get("/exports/package.zip", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_a_file_is_sent_to_be_kept_and_never_as_a_page(packaged: Flask) -> None:
    answer = packaged.test_client().get("/exports/files/tables/claims.csv")
    assert answer.data == (package_of(packaged) / "tables" / "claims.csv").read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=claims.csv"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["../../secrets.json", "%2e%2e/secrets.json", "/etc/hostname", "planted.txt", "tables"]
)
def test_what_the_manifest_does_not_name_is_not_there(packaged: Flask, name: str) -> None:
    (package_of(packaged) / "planted.txt").write_text("planted")
    answer = packaged.test_client().get(f"/exports/files/{name}")
    (package_of(packaged) / "planted.txt").unlink()
    assert answer.status_code in (308, 404)


def test_a_file_that_was_changed_is_not_sent(packaged: Flask) -> None:
    path = package_of(packaged) / "README.txt"
    before = path.read_bytes()
    path.write_bytes(before + b"more")
    client = packaged.test_client()
    codes = [client.get(address).status_code for address in ("/exports/files/README.txt", "/exports/package.zip")]
    path.write_bytes(before)
    assert codes == [404, 404]


def test_a_full_package_in_the_public_place_is_not_shown(packaged: Flask) -> None:
    settings = packaged.extensions["registry.access"].settings
    with db.reading(packaged.extensions["test.engine"]) as session:
        signer = signing.signer_in_force(session, settings)
        write_export(session, package_of(packaged), signer, Scope.FULL)
        assert "No package has been made yet" in packaged.test_client().get("/exports").text
        assert packaged.test_client().get("/exports/files/README.txt").status_code == 404
        write_export(session, package_of(packaged), signer)


def test_the_feed_is_atom_with_ids_that_stay(client: FlaskClient) -> None:
    answer = client.get("/notices.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) > 3
    dates = [element.findtext(f"{ATOM}updated", "") for element in feed.findall(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == dates[0]
    elsewhere = client.get("/notices.atom", base_url="https://elsewhere.example")
    assert elsewhere.data == answer.data
    assert client.get("/notices.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_letters_to_one_party_are_not_among_the_notices(client: FlaskClient) -> None:
    text = client.get("/notices").text
    assert "the Secretary-General of the United Nations" in text
    assert "party/" not in text
    assert client.get("/notices/99999").status_code == 404


def test_the_id_of_an_entry_is_that_of_its_log_and_name() -> None:
    assert atom.identity("ab" * 32, "notices/1") == atom.identity("ab" * 32, "notices/1")
    assert atom.identity("ab" * 32, "notices/1") != atom.identity("cd" * 32, "notices/1")


def test_a_receipt_of_this_register_holds_pasted_and_as_a_file(client: FlaskClient) -> None:
    paper = client.get("/log/receipts/3.json").data
    for given in (paper, paper.decode()):
        page = verdict(client, given)
        assert page.startswith("200")
        assert "Receipt: it holds" in page


def test_a_receipt_with_one_changed_letter_does_not_hold(client: FlaskClient) -> None:
    paper = json.loads(client.get("/log/receipts/3.json").data)
    paper["leaf"] = paper["leaf"].replace('"index":3', '"index":4')
    page = verdict(client, json.dumps(paper))
    assert "Receipt: not to be believed" in page
    assert "leaf_sha256: not the hash of the leaf" in page


def test_a_checkpoint_holds_also_with_the_line_ends_of_a_form(client: FlaskClient) -> None:
    note = client.get("/log/checkpoint").text
    assert "Checkpoint: it holds" in verdict(client, note.replace("\n", "\r\n"))
    assert "Checkpoint: not to be believed" in verdict(client, note.replace("\n", "0\n", 2))


def test_another_key_than_the_register_s_convicts_its_paper(client: FlaskClient) -> None:
    other = signing.new_signer("illustrative.example/log").verifier.vkey
    assert "not to be believed" in verdict(client, client.get("/log/checkpoint").text, other)
    assert verdict(client, client.get("/log/checkpoint").text, "no key").startswith("422")


@pytest.mark.parametrize("paper", ["", "   ", "x" * 400_001])
def test_nothing_and_too_much_are_refused_at_their_field(client: FlaskClient, paper: str) -> None:
    page = verdict(client, paper)
    assert page.startswith("422")
    assert "Nothing was checked" in page


@pytest.mark.parametrize("paper", ["{", "{}", '{"format": "x"}', "[" * 5000, "no paper", '{"format": {}}', "\x00{"])
def test_what_is_no_paper_is_told_apart_without_a_fault_of_ours(client: FlaskClient, paper: str) -> None:
    assert "not to be believed" in verdict(client, paper)


def test_files_at_lasting_addresses_have_the_hash_that_is_recorded(client: FlaskClient) -> None:
    for page, file in (
        ("/rounds/2027-1/policy/1", "/rounds/2027-1/policy/1.json"),
        ("/claims/C-0001/revisions/1", "/claims/C-0001/revisions/1.json"),
    ):
        digest = hashlib.sha256(client.get(file).data).hexdigest()
        assert digest in client.get(page).text
    assert client.get("/rounds/2027-1/policy/2").status_code == 404
    assert client.get("/claims/C-0001/revisions/9").status_code == 404


def test_a_zone_has_an_address_and_an_outline_in_map_metres(client: FlaskClient) -> None:
    outline = client.get("/zones/E-0001/1.geojson").json
    assert outline is not None
    assert outline["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert outline["properties"]["crs"] == "IAU_2015:30135, metres"
    assert client.get("/zones/E-0001/0").status_code == 404
    assert client.get("/zones/E-0001/99").status_code == 404
