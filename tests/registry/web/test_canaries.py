"""No page, picture, file or error tells the public, or another party, what is confidential.

The addresses come from the application's own map of addresses, with every claim, round, record and party filled in.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry import db, signing
from registry.domain.actors import Actor
from registry.log import records
from registry.web import viewing
from registry.web.api.layers import COLLECTIONS
from registry.web.app import create_app
from registry.web.map_layers import LAYERS
from tests.registry import canaries
from tests.registry.tables import new_tables
from tests.registry.web.site import keep_package, keep_picture, settings_for

VALUES: dict[str, Sequence[Any]] = {
    "round_id": (canaries.OLD, canaries.NEW),
    "claim_id": (*canaries.PUBLISHED, *canaries.HIDDEN, "C-9999"),
    "entry_id": ("E-0001", "E-9999"),
    "layer": (*LAYERS, "none"),
    "rank": (1,),
    "record": (1, 999),
    "collection_id": (*COLLECTIONS, "none"),
    "feature_id": ("C-0001.1", "C-0005.1", "E-0001.1", "none"),
    "draft_id": (1, 2, 999),
    "section_id": ("who", "none"),
    "site_id": ("B-0001", "B-9999"),
    "file_id": (1, 999),
    "party_id": ("IND", "JPN", "GHA", "CHE", "XXX"),
    "user_id": (1, 999),
    "consultation_id": ("K-0001", "K-0002", "K-9999"),
    "note_id": ("N-0001", "N-9999"),
    "comment_id": ("M-0001", "M-9999"),
    "agreement_id": ("A-9999",),
    "docking_id": ("D-0001", "D-9999"),
    "service_id": ("S-0001", "S-9999"),
    "request_id": (1, 999),
    "run_id": (1, 999),
    "version": (1, 9),
    "token_id": (1,),
    "number": (1, 2, 9),
    "notice_id": (*range(1, 30), 9999),
    "provision_id": ("OST-I-2", "NONE"),
    "picture": ("relief.png", "none.png"),
    "controller_id": ("AGENCY", "none"),
    "instrument_id": ("ilrs", "none"),
    "mission_id": ("none",),
    "named_feature_id": ("crater", "none"),
    "place_id": ("old-lander", "none"),
    "profile_id": ("none",),
    "region_id": ("ridge", "none"),
    "slot_id": (1, 999),
    "windows_id": (1, 999),
    "name": ("README.txt", "register.json", "tables/notices.csv", "none"),
}
# Filters and searches, as a curious reader would try them.
ASKED = (
    "/claims?q=zzclaim", "/claims?round=2028-1", "/claims?round=2028-1&q=zzclaim", "/claims?round=2028-1&state=SUBMITTED",
    "/claims?round=2028-1&state=WITHDRAWN", "/claims?round=2028-1&party=IND", "/claims?round=2028-1&sort=received",
    "/api/v1/claims?round=2028-1", "/api/v1/claims?party=GHA", "/api/v1/log/records?limit=1000",
    "/map?round=2028-1", "/map.svg?round=2028-1", "/log?first=0", "/log?first=50", "/log?first=x", "/claims?page=7",
)  # fmt: skip
STATIC = {"static"}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on the marked register. SQLite is enough: what is asked is not databases."""
    folder = tmp_path_factory.mktemp("marked")
    settings = settings_for(folder)
    new_tables(f"sqlite:///{folder / 'registry.sqlite'}")
    engine = db.make_engine(f"sqlite:///{folder / 'registry.sqlite'}")
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        canaries.fill(session, verifier.vkey)
    app = create_app(settings, engine)
    app.extensions["test.engine"] = engine
    keep_package(app)
    keep_picture(app)
    yield app
    engine.dispose()


def all_addresses(app: Flask) -> list[str]:
    """Every address that a GET can ask for, with all values of its arguments."""
    with db.reading(app.extensions["test.engine"]) as session:
        values = {**VALUES, "index": range(records.size(session) + 1)}
    found = list(ASKED)
    found += [f"/map/layers/{layer}?round={round_id}" for layer in LAYERS for round_id in VALUES["round_id"]]
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint not in STATIC:
                names = sorted(rule.arguments)
                every = itertools.product(*(values[name] for name in names))
                found += [app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True))) for chosen in every]
    return found


def leaks(client: "FlaskClient | Looking", addresses: Sequence[str], marks: Sequence[str]) -> list[str]:
    """The addresses whose answers, headers included, have one of the marks; what was asked for is not an answer."""
    found = []
    for address in addresses:
        response = client.get(address)
        text = f"{response.headers} {text_of(response)}"
        for typed in re.findall(r"[?&]q=([^&]*)", address):
            text = text.replace(f'value="{typed}"', "")
        if marks_found := canaries.found(text, marks):
            found.append(f"{address}: {marks_found}")
        assert response.status_code < 500, address
    return found


def text_of(response: TestResponse) -> str:
    """What an answer says, that of every file in an archive too."""
    if response.mimetype != "application/zip":
        return response.data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return " ".join(f"{name} {archive.read(name).decode(errors='replace')}" for name in archive.namelist())


class Looking:
    """A client whose pages are made for one person, without the ways of signing in."""

    def __init__(self, client: FlaskClient, actor: Actor, patch: pytest.MonkeyPatch):
        self._client, self._patch = client, patch
        self._person = SimpleNamespace(
            is_authenticated=True, roles=[SimpleNamespace(name=actor.role)], party_id=actor.party, email=actor.name
        )

    def get(self, address: str) -> TestResponse:
        with self._patch.context() as patch:
            patch.setattr(viewing, "current_user", self._person)
            return self._client.get(address)


@pytest.fixture
def looking(marked: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], Looking]:
    """Gives a client that looks as a person."""
    return lambda actor: Looking(marked.test_client(), actor, monkeypatch)


def test_the_public_finds_no_mark_anywhere(marked: Flask) -> None:
    # The page of a receipt shows no more than its file: every tenth will do.
    addresses = [address for address in all_addresses(marked) if not re.search(r"/receipts/\d*[1-9]$", address)]
    assert len(addresses) > 100
    assert marked.test_client().get("/log/receipts/1.json").status_code == 200
    assert leaks(marked.test_client(), addresses, canaries.EVERYTHING) == []


def test_outside_the_log_no_page_names_an_unpublished_claim(marked: Flask) -> None:
    addresses = [
        address
        for address in all_addresses(marked)
        if "/receipts/" not in address
        and not address.startswith(("/api/v1/log/", "/api/v1/openapi.json"))  # whose examples have numbers
        and not any(claim in address for claim in canaries.HIDDEN)
        and not address.endswith((".zip", "register.json"))  # the log is in the package, and has every claim's number
    ]
    assert leaks(marked.test_client(), addresses, canaries.HIDDEN) == []


@pytest.mark.parametrize("actor", [canaries.JPN, pytest.param(canaries.OBSERVER, marks=pytest.mark.slow)])
def test_another_party_and_an_observer_find_no_mark_but_their_own_name(
    marked: Flask, actor: Actor, looking: Callable[[Actor], Looking]
) -> None:
    client = looking(actor)
    others = [person.name for person in (*canaries.PEOPLE, *canaries.STAFF) if person is not actor]
    addresses = [
        address for address in all_addresses(marked) if not re.search(r"sign-out|/receipts/\d*[1-9]\b", address)
    ]
    marks = (*canaries.CLAIMS, *canaries.NOTES, *canaries.DRAFTS, *others)
    assert leaks(client, addresses, marks) == []


def test_an_unpublished_claim_answers_like_one_that_never_was(
    marked: Flask, looking: Callable[[Actor], Looking]
) -> None:
    foreign = looking(canaries.JPN)
    for client in (marked.test_client(), foreign):
        nothing = client.get("/claims/C-9999")
        for claim in canaries.HIDDEN:
            answer = client.get(f"/claims/{claim}")
            assert (answer.status_code, answer.text) == (404, nothing.text.replace("C-9999", claim))
            assert _plain(answer) == _plain(nothing)


def _plain(answer: TestResponse) -> list[str]:
    """The names of the headers, but for that of a browser's first cookie."""
    return [name for name in answer.headers.keys() if name != "Set-Cookie"]  # noqa: SIM118  a list of pairs, not a dict


def test_what_was_made_for_the_registrar_is_not_kept_for_the_public(
    marked: Flask, looking: Callable[[Actor], Looking]
) -> None:
    addresses = [
        address for address in all_addresses(marked) if "receipts" not in address and "round=2028-1" in address
    ]
    assert len(leaks(looking(canaries.REGISTRAR), addresses, (*canaries.CLAIMS, *canaries.HIDDEN))) > 5
    assert leaks(marked.test_client(), addresses, (*canaries.EVERYTHING, *canaries.HIDDEN)) == []


def test_counts_leave_out_what_is_not_published(marked: Flask) -> None:
    client = marked.test_client()
    assert "<dt>Claims</dt><dd>2</dd>" in re.sub(r"\s+", " ", client.get("/").text)
    assert "<strong>2</strong> of 2 claims" in client.get("/claims?round=2028-1").text
    assert "2 claims</a> credited to 2 parties" in client.get("/rounds/2028-1").text


def test_the_crawl_sees_what_the_registrar_and_the_own_party_see(looking: Callable[[Actor], Looking]) -> None:
    registrar = looking(canaries.REGISTRAR)
    own = looking(canaries.GHA)
    for client in (registrar, own):
        assert client.get("/claims/C-0005").status_code == 200
        assert leaks(client, ["/claims?round=2028-1", "/map?round=2028-1", "/claims/C-0006"], canaries.CLAIMS)


def test_a_finding_that_names_a_hidden_claim_is_withheld_from_the_parties_beside_it(
    marked: Flask, looking: Callable[[Actor], Looking]
) -> None:
    own = looking(canaries.IND)
    assert "This finding names a claim that is not published" in own.get("/claims/C-0003").text
    registrar = looking(canaries.REGISTRAR)
    assert "C-0005 (C-0005/1 is 19 m from C-0003/1, keep-out 200 m)" in registrar.get("/claims/C-0003").text
