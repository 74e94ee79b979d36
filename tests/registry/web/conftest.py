"""Applications on a filled register, on an empty one and on one with hostile texts, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import accounts, db, signing
from registry.domain.actors import SYSTEM
from registry.services import coordination, examination, keys, users
from registry.web.app import create_app
from tests import factories
from tests.registry.conftest import fresh_url
from tests.registry.tables import new_tables
from tests.registry.web.site import PASSWORD, settings_for

ORIGIN = "illustrative.example/log"
HOSTILE = "<script>alert(1)</script>\"'&<b>"


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])]
)
def make_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Flask]]:
    """Makes an application on a new database that `fill` has been let loose on."""
    engines: list[Engine] = []

    def make(fill: Callable[[Session], object] | None = None, *, has_key: bool = True, **changes: object) -> Flask:
        folder: Path = tmp_path_factory.mktemp("web")
        url = fresh_url(request, folder)
        new_tables(url)
        engines.append(db.make_engine(url))
        if fill is not None:
            with db.unit_of_work(engines[-1]) as session:
                fill(session)
        settings = settings_for(folder, **changes)
        if fill is not None and has_key:
            with signing.new_key(settings, ORIGIN) as verifier, db.unit_of_work(engines[-1]) as session:
                keys.establish(session, verifier.vkey, SYSTEM, factories.ANNOUNCED, illustrative=True)
        app = create_app(settings, engines[-1])
        app.extensions["test.engine"] = engines[-1]
        return app

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def filled(make_app: Callable[..., Flask]) -> Flask:
    """A round with one entry, one claim not allotted, and a registrar who can sign in."""
    return make_app(fill_with_entries)


@pytest.fixture(scope="session")
def empty(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture(scope="session")
def hostile(make_app: Callable[..., Flask]) -> Flask:
    """An open round in which every text that somebody can choose is an attack."""
    return make_app(fill_with_attacks)


@pytest.fixture
def client(filled: Flask) -> FlaskClient:
    return filled.test_client()


def fill_with_entries(session: Session) -> None:
    factories.recorded_round(session)
    add_registrar(session)


def add_registrar(session: Session) -> None:
    credentials = accounts.credentials(settings_for(Path()), PASSWORD)
    users.add_user(
        session,
        "elena@example.org",
        "Elena Duarte",
        ["registrar"],
        SYSTEM,
        factories.ANNOUNCED,
        credentials=credentials,
    )


def fill_with_attacks(session: Session) -> None:
    factories.open_round(session, draw_source=HOSTILE)
    document = factories.claim_document(
        name=HOSTILE,
        purpose=HOSTILE,
        benefit_sharing=HOSTILE,
        contributions={"IND": [factories.contribution(what=HOSTILE, evidence=HOSTILE)]},
        disposal=factories.particulars()["disposal"] | {"end_state": HOSTILE},
        placements=[factories.placement(name=HOSTILE)],
    )
    [claim] = factories.filed(session, document)
    examination.examine(session, claim.id, factories.REGISTRAR, factories.EXAMINED)
    coordination.publish(session, claim.id, factories.REGISTRAR, factories.PUBLISHED)
    from registry.domain.parties import Party
    from registry.domain.places import ProtectedPlace, Region

    session.get_one(Party, "IND").name = HOSTILE
    session.get_one(Region, "ridge").name = HOSTILE
    session.get_one(ProtectedPlace, "old-lander").name = HOSTILE
