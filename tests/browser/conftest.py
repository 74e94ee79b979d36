"""Two running registers for a real browser: round 2027-1 played to its end, and an empty one."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request
from waitress.server import create_server

from registry import accounts, ambient, config, db, signing
from registry.domain.actors import SYSTEM
from registry.services import keys, users
from registry.web.app import create_app
from tests import factories
from tests.registry.played import Played
from tests.registry.tables import new_tables
from tests.registry.web.filing_site import fill_with_delegates
from tests.registry.web.site import PASSWORD, settings_for

AXE = Path(__file__).parents[2] / "registry" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 768, 1600)
REGISTRAR = "elena.duarte@example.org"


@dataclass(frozen=True)
class Site:
    """A register served on this machine."""

    app: Flask
    address: str


@dataclass
class Watched:
    """A page with everything that it should not have done."""

    page: Page
    faults: list[str]

    def open(self, address: str) -> int:
        response = self.page.goto(address, wait_until="load")
        assert response is not None
        return response.status


@pytest.fixture(scope="session")
def played_site(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = played.copy(tmp_path_factory.mktemp("browser") / "data").data
    settings = config.load(data).with_secrets().model_copy(update={"sign_ins_per_minute": 100_000})
    engine = db.make_engine(settings.url)
    with db.unit_of_work(engine) as session:
        users.set_credentials(session, REGISTRAR, accounts.credentials(settings, PASSWORD), SYSTEM, ambient.now())
    yield from serve(create_app(settings, engine))
    engine.dispose()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = settings_for(tmp_path_factory.mktemp("browser-empty"))
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    yield from serve(create_app(settings, engine))
    engine.dispose()


@pytest.fixture(scope="module")
def filing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A round that takes filings, and two delegates."""
    settings = settings_for(tmp_path_factory.mktemp("browser-filing"))
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: factories.FILED)
        with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
            fill_with_delegates(session)
            keys.establish(session, verifier.vkey, SYSTEM, factories.ANNOUNCED, illustrative=True)
        app = create_app(settings, engine)
        app.extensions["test.engine"] = engine
        yield from serve(app)
    engine.dispose()


def serve(app: Flask) -> Iterator[Site]:
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    """A page 1280 wide that keeps an account of errors on its console and of requests that leave this machine."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watched = Watched(page, [])

    def requested(request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            watched.faults.append(f"request to {request.url}")

    page.on("request", requested)

    def failed(request: Request) -> None:
        # What the browser itself breaks off on leaving a page is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            watched.faults.append(f"failed: {request.url}: {request.failure}")

    page.on("requestfailed", failed)
    page.on("pageerror", lambda error: watched.faults.append(f"script: {error}"))
    page.on("console", lambda said: watched.faults.append(said.text) if said.type in ("error", "warning") else None)
    yield watched
    context.close()


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def violations(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe finds on a page, one line each. Evaluated by the browser, past the page's own policy.

    Contrast takes longest and is the same at all widths of a page.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
