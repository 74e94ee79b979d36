"""Every text of every page goes through gettext: a language that marks all of them leaves nothing unmarked but data."""

import re
from collections.abc import Collection, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.domain.api_tokens import SCOPES
from registry.web import languages
from tests.registry.web import marking
from tests.registry.web.everybody import PEOPLE, peopled
from tests.registry.web.routes import ROUTES, VALUES
from tests.registry.web.signing_in import enter, form_token, visit

# Words that are the same in every language: units, formats, names of systems.
SAME = (
    *SCOPES,
    "SHA-256",
    "JSON",
    "GeoJSON",
    "GeoPackage",
    "km",
    "kg",
    "Atom",
    "UTC",
    "ZIP",
    "CSV",
    "PDF",
    "PNG",
    "JPEG",
    "Shackleton and Connecting Ridge",
    "IAU_2015:30135",
    "kB",
    "MB",
)


# Whose page is looked at where several may see it.
FIRST = ("registrar", "delegate", "planner", "administrator", "council")
OF_PICTURES = ("Relief", "LOLA", "public domain")  # what the file beside a picture of the ground says
ERRORS = ("/nope", "/claims/C-9999", "/claims?state=LOST", "/claims?page=9", "/map?region=atlantis", "/log?first=x")
IN_ADDRESSES = ("LOST", "atlantis", "shackleton-and-connecting-ridge", "state", "page", "region", "first")
# What is no language either: boxes to be filled by a script, paths of fields, and instants as the log writes them.
NAMES = r"\{\w+\}|\b[a-z]+(?:[._][a-z_]+)+\b|\b(?:at|key):|\d{4}-\d\d-\d\dT[\d:.]+Z"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A register with somebody in every role whose pages can be had in the marked language."""
    folder = tmp_path_factory.mktemp("marked")
    marking.write_marked(folder / "translations")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CATALOGUES", folder / "translations")
        app = peopled(folder)
        yield app
    app.extensions["test.engine"].dispose()


@pytest.fixture(scope="module")
def data(register: Flask) -> re.Pattern[str]:
    """What people, files and numbers say."""
    kept = {text for text in marking.recorded(register.extensions["test.engine"]) if marking.is_name(text)}
    return marking.any_of({*kept, *SAME, *OF_PICTURES}, also=NAMES)


def client_of(app: Flask, who: str) -> FlaskClient:
    client = visit(app) if who == "anonymous" else enter(app, PEOPLE[who])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = marking.LANGUAGE
    return client


def addresses(app: Flask, method: str) -> dict[str, str]:
    """An address for every route that takes the method."""
    with app.test_request_context():
        return {
            app.url_for(rule.endpoint, **{name: VALUES[name] for name in rule.arguments}): rule.endpoint
            for rule in app.url_map.iter_rules()
            if method in (rule.methods or ())
            and rule.endpoint in ROUTES
            and rule.endpoint not in ("static", "runs.events")
        }


def of_page(address: str, answer: TestResponse, data: re.Pattern[str]) -> list[str]:
    """What is not in the language on one page; nothing where no page was answered, or a file to take away."""
    if answer.mimetype != "text/html" or 300 <= answer.status_code < 400 or "Content-Disposition" in answer.headers:
        return []
    said = [] if '<html lang="ar" dir="rtl"' in answer.text else ["the page is in another language"]
    return [f"{address}: {text}" for text in (*said, *marking.unmarked(answer.text, data))]


def one_of(who: Collection[str]) -> str | None:
    """One of those who may, who sees much."""
    return next((role for role in (*FIRST, *sorted(who)) if role in who), None)


def test_every_page_is_in_the_language_that_was_asked_for(register: Flask, data: re.Pattern[str]) -> None:
    clients: dict[str, FlaskClient] = {who: client_of(register, who) for who in ("anonymous", *PEOPLE)}
    wrong, seen = [], 0
    for address, endpoint in addresses(register, "GET").items():
        if who := one_of(ROUTES[endpoint].get):
            wrong += of_page(f"{who} {address}", clients[who].get(address), data)
            seen += 1
    of_addresses = re.compile(f"{data.pattern}|{marking.any_of((*marking.CODES, *IN_ADDRESSES), also='(?!)').pattern}")
    for address in ERRORS:
        wrong += of_page(address, clients["anonymous"].get(address), of_addresses)
    assert "\n".join(wrong) == ""
    assert seen > 100


@pytest.mark.slow
@pytest.mark.parametrize("who", ["anonymous", *PEOPLE])
def test_every_page_is_in_the_language_in_every_role(register: Flask, data: re.Pattern[str], who: str) -> None:
    client = client_of(register, who)
    wrong = [text for address in addresses(register, "GET") for text in of_page(address, client.get(address), data)]
    assert "\n".join(wrong) == ""


def test_every_form_says_in_the_language_what_is_wrong_with_it(register: Flask, data: re.Pattern[str]) -> None:
    wrong, token = [], form_token(register)
    for address, endpoint in addresses(register, "POST").items():
        if who := one_of(ROUTES[endpoint].post):
            answer = client_of(register, who).post(address, data={"csrf_token": token})
            wrong += of_page(f"{who} sends to {address}", answer, data)
    assert "\n".join(wrong) == ""


def test_a_planted_text_and_a_planted_value_are_found() -> None:
    none = re.compile("(?!)")
    assert marking.unmarked("<p>⟦Claims of ⟨Japan⟩⟧</p><p>⟦Claims⟧ of</p>", none) == ["Japan", "of"]
    assert marking.unmarked('<p lang="en">of</p><p aria-label="Claims">⟦All ⟨⟦parties⟧⟩⟧</p>', none) == ["Claims"]
    assert marking.unmarked("<p>⟦At ⟨RECORDED⟩⟧</p>", marking.any_of(["Japan"], also="x")) == ["RECORDED"]
