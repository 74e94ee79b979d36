"""Pictures of the ground on the map: shown with their source, labelled where invented, left out where they cannot be trusted."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry import db, signing
from registry.web.app import create_app
from tests.registry import canaries
from tests.registry.tables import new_tables
from tests.registry.web.site import PIXEL, keep_picture, settings_for


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = settings_for(tmp_path_factory.mktemp("ground"), second_factor="optional")
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        canaries.fill(session, verifier.vkey)
    yield create_app(settings, engine)
    engine.dispose()


@pytest.fixture
def folder(site: Flask) -> Iterator[Path]:
    """The folder of pictures, empty again after each test."""
    found = keep_picture(site)
    yield found
    for path in found.iterdir():
        path.unlink()


def page(site: Flask) -> str:
    return html.unescape(site.test_client().get("/map").get_data(as_text=True))


def test_a_picture_stands_in_the_legend_with_its_source_and_is_not_fetched_by_itself(site: Flask, folder: Path) -> None:
    text = page(site)
    assert "Pictures of the ground" in text and "For looking at: no claim, zone or decision rests on them." in text
    assert "LOLA. Licence: public domain. Cells of 200 m." in text
    assert "<img" not in text.partition("data-ground")[2].partition("</div>")[0]
    live = json.loads(text.partition('data-live="')[2].partition('" hidden')[0])
    (layer,) = live["ground"]
    assert layer["extent"] == [-30000.0, -36200.0, 21200.0, 15000.0]
    answer = site.test_client().get(layer["address"])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PIXEL)
    again = site.test_client().get(layer["address"], headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("kind", "label"), [("synthetic", "Synthetic: not the Moon’s ground."), ("illustrative", "Illustrative.")]
)
def test_what_is_not_measured_is_labelled(site: Flask, folder: Path, kind: str, label: str) -> None:
    origin = {"source": "invented", "licence": "none", "kind": kind}
    keep_picture(site, "made.png", origin=origin)
    assert f"{label} invented. Licence: none." in page(site)


def test_without_pictures_the_page_says_nothing_of_them(site: Flask) -> None:
    assert "Pictures of the ground" not in page(site)
    assert site.test_client().get("/map/ground/relief.png").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"crs": "EPSG:3031"},
        {"file": "other.png"},
        {"bounds_m": [0, 0, 0, 0]},
        {"bounds_m": [0, 0, 1]},
        {"bounds_m": [0, 0, 1, float("inf")]},
        {"origin": None},
        {"origin": {"source": "x", "licence": "y", "kind": "sure"}},
        {"cell_m": "fine"},
    ],
)
def test_words_that_say_something_else_make_no_layer_and_no_error(
    site: Flask, folder: Path, changes: dict[str, object]
) -> None:
    keep_picture(site, "wrong.png", **changes)
    assert "relief.png" in page(site) and "wrong.png" not in page(site)
    assert site.test_client().get("/map/ground/wrong.png").status_code == 404


def test_a_picture_that_was_changed_or_is_none_is_not_given_out(site: Flask, folder: Path) -> None:
    (folder / "relief.png").write_bytes(PIXEL + b" ")
    assert site.test_client().get("/map/ground/relief.png").status_code == 404
    (folder / "relief.png").write_bytes(b"<svg onload='x()'/>")
    assert "relief.png" not in page(site)
    assert site.test_client().get("/map/ground/..%2Fsecrets.json").status_code == 404
