"""A run followed in a real browser: its page changes by itself while the run goes on, and without script on request."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from registry import accounts, ambient, db
from registry.domain.actors import SYSTEM, Actor
from registry.services import leases, runs, users
from registry.services.leases import Lease, Look
from registry.web.app import create_app
from tests import factories as make
from tests.browser.conftest import WIDTHS, Site, Watched, overflow, serve, sign_in, violations
from tests.registry.tables import new_tables
from tests.registry.web.site import PASSWORD, settings_for

pytestmark = pytest.mark.browser
PLANNER = Actor("pia@example.org", "planner")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Engine]]:
    settings = settings_for(tmp_path_factory.mktemp("browser-runs"), second_factor="optional")
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    with db.unit_of_work(engine) as session:
        make.drawn_round(session)
        own = accounts.credentials(settings, PASSWORD)
        users.add_user(session, PLANNER.name, "Pia", ["planner"], SYSTEM, make.DRAWN, credentials=own)
    for site in serve(create_app(settings, engine)):
        yield site, engine
    engine.dispose()


def tell(engine: Engine, lease: Lease, value: int, bound: int, seconds: float) -> None:
    with db.unit_of_work(engine) as session:
        look = Look("points", value, bound, seconds)
        leases.renew(session, lease, ambient.now(), 60, looks=[look], doing="solving")


def test_a_planner_asks_for_a_run_follows_it_and_cancels_it(drawn: tuple[Site, Engine], watched: Watched) -> None:
    site, engine = drawn
    sign_in(watched.page, site, PLANNER.name)
    page = watched.page
    watched.open(f"{site.address}/runs/new")
    page.get_by_label("Time limit in seconds").fill("soon")
    page.get_by_role("button", name="Ask for the run").click()
    page.get_by_role("link", name="Write a whole number").click()
    assert page.evaluate("document.activeElement.id") == "time_limit_s"
    assert violations(page) == []
    page.get_by_label("Time limit in seconds").fill("60")
    page.get_by_role("button", name="Ask for the run").click()
    state = page.locator("#run-state")
    expect(state).to_contain_text("It waits for a worker")
    with db.unit_of_work(engine) as session:
        lease = leases.take(session, "w", ambient.now(), 60)
    assert lease is not None
    tell(engine, lease, 100, 400, 1)
    tell(engine, lease, 240, 260, 14)
    expect(page.locator("#run-stages tbody")).to_contain_text("7.69", timeout=10_000)
    expect(state).to_contain_text("Solving")
    faults = [f"too wide at {width}" for width in WIDTHS if wide_at(watched, width)]
    assert [*faults, *violations(page)] == []
    page.get_by_role("button", name="Cancel this run").click()
    expect(state).to_contain_text("Its end was asked for")
    with db.unit_of_work(engine) as session:
        leases.stop(session, lease, ambient.now())
    expect(state).to_contain_text("Cancelled while it was running", timeout=10_000)
    expect(page.locator("[data-run-acts]")).to_be_hidden()
    watched.open(f"{site.address}/runs")
    assert [*violations(page), *(f"too wide at {width}" for width in WIDTHS if wide_at(watched, width))] == []
    assert [fault for fault in watched.faults if "422" not in fault] == []


def wide_at(watched: Watched, width: int) -> int:
    watched.page.set_viewport_size({"width": width, "height": 900})
    return overflow(watched.page)


def test_without_script_the_page_is_whole_and_shows_the_present_state_on_request(
    drawn: tuple[Site, Engine], chromium: Browser
) -> None:
    site, engine = drawn
    with db.unit_of_work(engine) as session:
        run_id = runs.ask(session, make.ROUND, "trial", PLANNER, ambient.now(), time_limit_s=60).id
        lease = leases.take(session, "w", ambient.now(), 60)
    assert lease is not None
    context = chromium.new_context(java_script_enabled=False)
    watched = Watched(context.new_page(), [])
    sign_in(watched.page, site, PLANNER.name)
    watched.open(f"{site.address}/runs/{run_id}")
    tell(engine, lease, 100, 400, 1)
    watched.page.get_by_role("button", name="Show the present state").click()
    expect(watched.page.locator("#run-stages tbody")).to_contain_text("75")
    assert watched.page.locator("#run-charts path").count() > 4
    context.close()
