"""Every text of every page goes through gettext: a language that marks all of them leaves nothing unmarked but data."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.web import languages
from tests.registry.web import marking
from tests.registry.web.everybody import PEOPLE, peopled
from tests.registry.web.routes import ROUTES, VALUES
from tests.registry.web.signing_in import enter, visit

# Words that are the same in every language: units, formats, names of systems.
SAME = (
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
    return marking.any_of({*kept, *SAME}, also=NAMES)


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


@pytest.mark.parametrize("who", ["anonymous", *PEOPLE])
def test_every_page_speaks_the_language_that_was_asked_for(register: Flask, data: re.Pattern[str], who: str) -> None:
    client, wrong = client_of(register, who), []
    for address, endpoint in addresses(register, "GET").items():
        answer = client.get(address)
        if answer.mimetype != "text/html" or answer.status_code >= 400 or (300 <= answer.status_code < 400):
            continue
        if '<html lang="ar" dir="rtl"' not in answer.text:
            wrong.append(f"{address}: language")
        wrong += [f"{endpoint} {address}: {text}" for text in marking.unmarked(answer.text, data)]
    assert wrong == []
