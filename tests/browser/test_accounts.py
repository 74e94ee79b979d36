"""Signing in with a second factor and the pages of accounts, in a real browser: usable, and without fault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from passlib.totp import TOTP

from registry import accounts, ambient, db, signing
from registry.domain.actors import SYSTEM, Actor
from registry.services import keys, roles, users
from registry.web.app import create_app
from tests import factories as make
from tests.browser.conftest import WIDTHS, Site, Watched, overflow, serve, sign_in, violations
from tests.browser.keyboard import Keyboard
from tests.registry.tables import new_tables
from tests.registry.web.site import PASSWORD, settings_for

pytestmark = pytest.mark.browser
ADA = "ada@example.org"
PEOPLE = ((ADA, "administrator"), ("abe@example.org", "administrator"), ("rita@example.org", "registrar"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    """A register that is not illustrative: its staff need a second factor."""
    settings = settings_for(tmp_path)
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    made = accounts.credentials(settings, PASSWORD)
    with db.unit_of_work(engine) as session:
        make.world(session)
        for number, (email, role) in enumerate(PEOPLE):
            own = users.Credentials(made.password_hash, f"token-{number}")
            users.add_user(session, email, email[:4].title(), [role], SYSTEM, make.ANNOUNCED, credentials=own)
        roles.change(session, 3, ["planner"], "a new post", Actor("abe@example.org", "administrator"), ambient.now())
    with signing.new_key(settings, "registry.example/log") as verifier, db.unit_of_work(engine) as session:
        keys.establish(session, verifier.vkey, SYSTEM, make.ANNOUNCED)
    yield from serve(create_app(settings, engine))
    engine.dispose()


def looked_at(watched: Watched, what: str) -> list[str]:
    """Everything wrong with the page as it is shown now."""
    watched.page.wait_for_load_state("load")
    # The browser itself remarks on a form that comes back with its faults.
    found = [f"{what}: {fault}" for fault in watched.faults if "a status of 422" not in fault]
    for width in WIDTHS:
        watched.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{what} at {width}: too wide by {overflow(watched.page)}"] if overflow(watched.page) else []
    return found + [f"{what}: {line}" for line in violations(watched.page)]


def test_an_administrator_sets_up_a_second_factor_and_looks_after_people(office: Site, watched: Watched) -> None:
    page, faults = watched.page, []
    sign_in(page, office, ADA)
    assert page.url.endswith("/account/second-factor")
    faults += looked_at(watched, "second factor")
    page.get_by_role("button", name="Show the key").click()
    faults += looked_at(watched, "key")
    key = page.locator("code").inner_text().replace("-", "")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Finish").click()
    faults += looked_at(watched, "wrong code")
    page.get_by_label("Code", exact=True).fill(str(TOTP(key=key).generate().token))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make ten recovery codes").click()
    faults += looked_at(watched, "recovery codes")
    spare = page.locator("ol code").first.inner_text()
    for address in ("/account", "/account/password", "/users", "/users/3", "/users/new", "/keys", "/sign-in/again"):
        watched.open(office.address + address)
        faults += looked_at(watched, address)
    watched.open(f"{office.address}/users/new")
    page.get_by_role("button", name="Add the person").click()
    faults += looked_at(watched, "nobody added")
    watched.open(f"{office.address}/users/3")
    page.get_by_role("button", name="Confirm").click()
    assert page.get_by_text("The roles are changed.").is_visible()
    page.get_by_role("button", name="Close the account").click()
    faults += looked_at(watched, "nothing changed")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, office, ADA)
    faults += looked_at(watched, "code")
    page.get_by_role("link", name="Use a recovery code instead").click()
    faults += looked_at(watched, "recovery code")
    page.get_by_label("Recovery code").fill(spare)
    page.get_by_role("button", name="Continue").click()
    assert page.url.endswith("/staff")
    assert faults == []


def test_a_second_factor_is_set_up_by_keyboard_alone(office: Site, watched: Watched) -> None:
    page, keyboard = watched.page, Keyboard(watched.page)
    page.goto(f"{office.address}/sign-in")
    keyboard.fill({"email": ADA, "password": PASSWORD}, "Sign in")
    keyboard.press("Show the key")
    key = page.locator("code").inner_text().replace("-", "")
    keyboard.fill({"code": "000000"}, "Finish")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    keyboard.fill({"code": str(TOTP(key=key).generate().token)}, "Continue")
    keyboard.press("Make ten recovery codes")
    assert page.locator("ol code").count() == 10
    assert keyboard.unseen == []
