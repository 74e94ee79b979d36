"""No page, picture, file or error tells the public, or another party, what is confidential.

The addresses come from the application's own map of addresses, with every claim, round, record and party filled in.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import accounts, db, signing
from registry.domain.actors import Actor
from registry.log import records
from registry.services.users import Credentials
from registry.web.app import create_app
from tests.registry import canaries
from tests.registry.web.site import PASSWORD, settings_for
from tests.registry.web.test_sign_in import sign_in

VALUES: dict[str, Sequence[Any]] = {
    "round_id": (canaries.OLD, canaries.NEW),
    "claim_id": (*canaries.PUBLISHED, *canaries.HIDDEN, "C-9999"),
    "entry_id": ("E-0001", "E-9999"),
    "party_id": ("IND", "JPN", "GHA", "CHE", "XXX"),
}
# Filters and searches, as a curious reader would try them.
ASKED = (
    "/claims?q=zzclaim", "/claims?round=2028-1", "/claims?round=2028-1&q=zzclaim", "/claims?round=2028-1&state=SUBMITTED",
    "/claims?round=2028-1&state=WITHDRAWN", "/claims?round=2028-1&party=IND", "/claims?round=2028-1&sort=received",
    "/map?round=2028-1", "/map.svg?round=2028-1", "/log?first=0", "/log?first=50", "/log?first=x", "/claims?page=7",
)  # fmt: skip
STATIC = {"static"}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on the marked register, in which people can sign in. SQLite is enough: what is asked is not databases."""
    folder = tmp_path_factory.mktemp("marked")
    settings = settings_for(folder)
    db.migrate(f"sqlite:///{folder / 'registry.sqlite'}")
    engine = db.make_engine(f"sqlite:///{folder / 'registry.sqlite'}")
    digest = accounts.credentials(settings, PASSWORD).password_hash
    credentials = [Credentials(digest, f"token-{number}") for number in range(len(canaries.PEOPLE))]
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        canaries.fill(session, credentials, verifier.vkey)
    app = create_app(settings, engine)
    app.extensions["test.engine"] = engine
    yield app
    engine.dispose()


def all_addresses(app: Flask) -> list[str]:
    """Every address that a GET can ask for, with all values of its arguments."""
    with db.reading(app.extensions["test.engine"]) as session:
        values = {**VALUES, "index": range(records.size(session) + 1)}
    found = list(ASKED)
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint not in STATIC:
                names = sorted(rule.arguments)
                every = itertools.product(*(values[name] for name in names))
                found += [app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True))) for chosen in every]
    return found


def leaks(client: FlaskClient, addresses: Sequence[str], marks: Sequence[str]) -> list[str]:
    """The addresses whose answers, headers included, have one of the marks; what was asked for is not an answer."""
    found = []
    for address in addresses:
        response = client.get(address)
        text = f"{response.headers} {response.get_data(as_text=True)}"
        for typed in re.findall(r"[?&]q=([^&]*)", address):
            text = text.replace(f'value="{typed}"', "")
        if marks_found := canaries.found(text, marks):
            found.append(f"{address}: {marks_found}")
        assert response.status_code < 500, address
    return found


@pytest.fixture(scope="module")
def signed_in(marked: Flask) -> Callable[[Actor], FlaskClient]:
    """Gives the client of a person, signed in once for the module: signing in is slow on purpose."""
    clients: dict[str, FlaskClient] = {}

    def client(actor: Actor) -> FlaskClient:
        if actor.name not in clients:
            clients[actor.name] = marked.test_client()
            assert sign_in(clients[actor.name], actor.name).status_code == 302
        return clients[actor.name]

    return client


def test_the_public_finds_no_mark_anywhere(marked: Flask) -> None:
    addresses = all_addresses(marked)
    assert len(addresses) > 100
    assert marked.test_client().get("/log/receipts/1.json").status_code == 200
    assert leaks(marked.test_client(), addresses, canaries.EVERYTHING) == []


def test_outside_the_log_no_page_names_an_unpublished_claim(marked: Flask) -> None:
    addresses = [
        address
        for address in all_addresses(marked)
        if "/receipts/" not in address and not any(claim in address for claim in canaries.HIDDEN)
    ]
    assert leaks(marked.test_client(), addresses, canaries.HIDDEN) == []


@pytest.mark.parametrize("actor", [canaries.JPN, pytest.param(canaries.OBSERVER, marks=pytest.mark.slow)])
def test_another_party_and_an_observer_find_no_mark_but_their_own_name(
    marked: Flask, actor: Actor, signed_in: Callable[[Actor], FlaskClient]
) -> None:
    client = signed_in(actor)
    others = [person.name for person in (*canaries.PEOPLE, *canaries.STAFF) if person is not actor]
    addresses = [
        address for address in all_addresses(marked) if not re.search(r"sign-out|/receipts/\d*[1-9]\b", address)
    ]
    marks = (*canaries.CLAIMS, *canaries.NOTES, *canaries.DRAFTS, *others)
    assert leaks(client, addresses, marks) == []


def test_an_unpublished_claim_answers_like_one_that_never_was(
    marked: Flask, signed_in: Callable[[Actor], FlaskClient]
) -> None:
    foreign = signed_in(canaries.JPN)
    for client in (marked.test_client(), foreign):
        nothing = client.get("/claims/C-9999")
        for claim in canaries.HIDDEN:
            answer = client.get(f"/claims/{claim}")
            assert (answer.status_code, answer.text) == (404, nothing.text.replace("C-9999", claim))
            assert list(answer.headers.keys()) == list(nothing.headers.keys())


def test_counts_leave_out_what_is_not_published(marked: Flask) -> None:
    client = marked.test_client()
    assert "<dt>Claims</dt><dd>2</dd>" in re.sub(r"\s+", " ", client.get("/").text)
    assert "<strong>2</strong> of 2 claims" in client.get("/claims?round=2028-1").text
    assert "2 claims</a> credited to 2 parties" in client.get("/rounds/2028-1").text


def test_the_crawl_sees_what_the_registrar_and_the_own_party_see(signed_in: Callable[[Actor], FlaskClient]) -> None:
    registrar = signed_in(canaries.REGISTRAR)
    own = signed_in(canaries.GHA)
    for client in (registrar, own):
        assert client.get("/claims/C-0005").status_code == 200
        assert leaks(client, ["/claims?round=2028-1", "/map?round=2028-1", "/claims/C-0006"], canaries.CLAIMS)
    assert len(leaks(registrar, ["/rounds/2027-1/proposal"], ["anna@example.org", "council"])) == 1


def test_a_finding_that_names_a_hidden_claim_is_withheld_from_the_parties_beside_it(
    marked: Flask, signed_in: Callable[[Actor], FlaskClient]
) -> None:
    own = signed_in(canaries.IND)
    assert "This finding names a claim that is not published" in own.get("/claims/C-0003").text
    registrar = signed_in(canaries.REGISTRAR)
    assert "C-0005 (C-0005/1 is 19 m from C-0003/1, keep-out 200 m)" in registrar.get("/claims/C-0003").text
