"""One round through real pages: each person in a browser of their own, from a drawn placement to an auditor's check.

By default the first half and the check of the receipt; `--all` goes through the whole round.

The round is small and invented: two claims want the same ground. It is set up open; everything after that is done on
pages, but for the worker and the verifier, which are processes of their own, as they are in an office.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from shapely.geometry import shape
from sqlalchemy import Engine, select

from registry import accounts, ambient, db, signing
from registry.config import Settings
from registry.domain.actors import SYSTEM, Actor
from registry.domain.claims import Placement
from registry.domain.instants import utc_text
from registry.services import filing, keys, users
from registry.web.app import create_app
from tests import factories as make
from tests.browser.conftest import Site, serve, sign_in, violations
from tests.registry.played import ROOT, registry
from tests.registry.tables import new_tables
from tests.registry.web.filing_site import PARTS, PLACEMENT
from tests.registry.web.site import PASSWORD, settings_for
from tests.registry.web.steps.test_path import DRAW

pytestmark = pytest.mark.browser
HERE = f"/rounds/{make.ROUND}"
JPN = Actor("sato@example.org", "delegate", "JPN")
PEOPLE = (make.REGISTRAR, make.PLANNER, make.AUDITOR, make.DELEGATE, JPN, make.CHE_DECIDER, make.GHA_DECIDER)


@dataclass
class Office:
    """A served register on a day that the test names, and the browsers of those who are at it."""

    site: Site
    settings: Settings
    engine: Engine
    chromium: Browser
    at: datetime = make.FILED
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def page(self, who: Actor | None, address: str) -> Page:
        """The browser of a person at an address; whoever was signed out meanwhile signs in again."""
        page = self._browser(who)
        page.goto(self.site.address + address)
        if who is not None and not page.get_by_role("button", name="Sign out").count():
            sign_in(page, self.site, who.name)
            page.wait_for_url(lambda url: "/sign-in" not in url)
            page.goto(self.site.address + address)
        return page

    def _browser(self, who: Actor | None) -> Page:
        name = who.name if who else "public"
        if name not in self.contexts:
            self.contexts[name] = self.chromium.new_context(viewport={"width": 1280, "height": 900})
            self.contexts[name].set_default_timeout(5_000)
            page = self.contexts[name].new_page()
            page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
            page.on("response", lambda told: self.faults.append(told.url) if told.status >= 500 else None)
        return self.contexts[name].pages[0]

    def take(self, who: Actor, start: str, link: str, at: datetime, **fields: str) -> Page:
        """Follow a link of a page to a step, fill its form in and send it; the page after it."""
        self.at = at
        page = self.page(who, start)
        page.get_by_role("main").get_by_role("link", name=link).first.click()
        fill(page, fields)
        send(page)
        return page


def fill(page: Page, fields: Mapping[str, str]) -> None:
    """Fill in fields by their names, whatever their kinds."""
    for name, value in fields.items():
        found = page.locator(f"main [name='{name}']")
        kind = found.first.evaluate("field => field.type")
        if not found.first.is_visible() and kind not in ("radio", "checkbox"):
            page.locator("main details", has=page.locator(f"[name='{name}']")).locator("summary").click()
        if kind in ("radio", "checkbox"):
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind.startswith("select"):
            found.select_option(value)
        else:
            found.fill(value)


def take_up(page: Page, what: str, about: str) -> None:
    """Follow the row of the work list that says what waits, about which thing."""
    page.get_by_role("link", name=re.compile(rf"^{what} ?: {about}$")).click()


def send(page: Page, name: str = "") -> None:
    """Press the button of the form, the first one or a named one; it has to be taken."""
    button: Locator = page.locator("main form button").last
    with page.expect_navigation():
        (page.get_by_role("button", name=name, exact=True) if name else button).click()
    told = page.locator(".govuk-error-summary")
    assert told.count() == 0, told.inner_text()


@pytest.fixture
def office(tmp_path: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    settings = settings_for(tmp_path, second_factor="optional")
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    _prepare(settings, engine)
    app = create_app(settings, engine)
    with contextmanager(serve)(app) as site:
        office = Office(site, settings, engine, chromium)
        monkeypatch.setattr(ambient, "now", lambda: office.at)
        yield office
        for context in office.contexts.values():
            context.close()
    engine.dispose()


def _prepare(settings: Settings, engine: Engine) -> None:
    """An open round, people of every role, and a key of the log."""
    made = accounts.credentials(settings, PASSWORD)
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        make.open_round(session, caps=[], reserves=[])
        for actor in PEOPLE:
            own = users.Credentials(made.password_hash, f"token-of-{actor.name}")
            users.add_user(
                session,
                actor.name,
                actor.name,
                [actor.role],
                SYSTEM,
                make.ANNOUNCED,
                party=actor.party,
                credentials=own,
            )
        keys.establish(session, verifier.vkey, SYSTEM, make.ANNOUNCED, illustrative=True)


def test_a_drawn_claim_is_filed_examined_and_published_and_its_receipt_holds(office: Office, tmp_path: Path) -> None:
    receipt = _file_by_drawing(office, tmp_path)
    _rival(office)
    _examine_and_publish(office)
    assert "Ridge station" in office.page(None, "/claims/C-0001").inner_text("main")
    _check_receipt(office, None, receipt)
    assert office.faults == []


@pytest.mark.slow
def test_a_round_is_gone_through_from_a_drawing_to_the_check_of_an_auditor(office: Office, tmp_path: Path) -> None:
    receipt = _file_by_drawing(office, tmp_path)
    _rival(office)
    _examine_and_publish(office)
    _coordinate(office)
    _freeze_and_draw(office)
    _run(office)
    _decide(office)
    _accept(office)
    _see_in_public(office)
    _verify(office, tmp_path, receipt)
    assert office.faults == []


def _file_by_drawing(office: Office, folder: Path) -> Path:
    """India fills every part in, draws where, checks, files, and keeps the receipt."""
    page = office.page(make.DELEGATE, "/filing")
    page.get_by_label("Name of the operation").fill("Ridge station")
    send(page, "Begin a draft")
    for section, fields in PARTS.items():
        page.locator(f"a[href$='/sections/{section}']").click()
        fill(page, fields)
        send(page, "Save and continue")
    page.get_by_role("link", name="Placements", exact=True).click()
    send(page, "Add a placement")
    _draw(page)
    send(page, "Save and continue")
    page.get_by_role("link", name="Continue").or_(page.get_by_role("button", name="Continue")).first.click()
    page.get_by_role("button", name="Check before filing").click()
    assert page.get_by_text("Nothing was found for which it would be returned.").is_visible()
    send(page, "File the claim")
    assert page.get_by_role("heading", level=1).inner_text() == "Received"
    page.get_by_role("link", name="Receipt").first.click()
    return _keep(page, page.get_by_role("link", name="Download", exact=False).first, folder / "receipt.json")


def _draw(page: Page) -> None:
    """The place is chosen, the map goes there, and its four corners are clicked: nothing is typed about where."""
    page.wait_for_selector("[data-map][data-ready]")
    fill(page, {name: value for name, value in PLACEMENT.items() if name not in ("shape", "system", "positions")})
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Draw an area").click()
    box = page.locator("[data-map-target]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in ((-20, 20), (20, 20), (20, -20)):
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(300)  # two clicks at once would be a double click
    page.mouse.dblclick(x - 20, y - 20)
    page.wait_for_selector("[data-zone-list] >> text=200 m")
    assert page.get_by_label("An area", exact=True).is_checked()


def _keep(page: Page, link: Locator, path: Path) -> Path:
    with page.expect_download() as told:
        link.click()
    told.value.save_as(path)
    return path


def _rival(office: Office) -> None:
    """Japan files, with a program instead of the pages, 175 m east of what India drew: 200 m are to be kept."""
    with db.reading(office.engine) as session:
        footprint = shape(session.scalars(select(Placement.footprint)).one())
    east, middle = footprint.bounds[2], footprint.centroid.y
    document = make.claim_document("beta", "JPN", placements=[make.placement(1, x=east + 175, y=middle)])
    with db.unit_of_work(office.engine) as session:
        filing.file_claim(session, make.ROUND, document, JPN, office.at)


def _examine_and_publish(office: Office) -> None:
    """The registrar takes the claims from the work list, one alone and the other with all that wait."""
    office.take(make.REGISTRAR, HERE, "Close the round", make.CLOSES)
    office.at = make.EXAMINED
    page = office.page(make.REGISTRAR, "/staff")
    take_up(page, "Examine the claim", "C-0001")
    send(page)
    assert page.get_by_role("heading", name="Examination").is_visible()
    office.take(make.REGISTRAR, HERE, "Examine the claims that wait", make.EXAMINED)
    office.take(make.REGISTRAR, "/claims/C-0001", "Publish the claim", make.PUBLISHED)
    office.take(make.REGISTRAR, HERE, "Publish the claims examined favourably", make.PUBLISHED)
    page = office.take(make.REGISTRAR, HERE, "Begin coordination for the published claims", make.PUBLISHED)
    assert "Coordination has begun." in page.inner_text("main")


def _coordinate(office: Office) -> None:
    """Japan comments, India replies and proposes terms, Japan accepts them; the case ends with that."""
    at = make.PUBLISHED + timedelta(days=10)
    office.take(JPN, "/claims/C-0001", "Comment on the claim", at, text="Mind our relay.")
    office.take(make.DELEGATE, "/claims/C-0001/comments", "Reply to the comment", at, text="We will.")
    page = office.take(JPN, "/consultations/K-0001", "Note a contact", at, point="Sato, day and night")
    assert page.get_by_text("Sato, day and night").is_visible()
    terms = {"other": "C-0002", "keep_out_m": "150", "text": "Two surveys, one plan."}
    office.take(make.DELEGATE, "/claims/C-0001", "Propose an agreement", at, **terms)
    page = office.page(JPN, "/staff")
    take_up(page, "Answer the proposed terms", "A-0001")
    page = office.take(JPN, "/agreements/A-0001", "Accept the agreement", at)
    assert page.get_by_text("The agreement is in force.").is_visible()
    said = {"outcome": "agreed", "summary": "They share the plan."}
    page = office.take(make.REGISTRAR, "/consultations/K-0001", "End the consultation", at, **said)
    assert page.get_by_text("They share the plan.").is_visible()


def _freeze_and_draw(office: Office) -> None:
    """Time for coordination is over; the planner freezes, and records the public value from its file."""
    office.take(make.REGISTRAR, HERE, "Make claims ready whose time for coordination is over", make.READY)
    office.take(make.PLANNER, HERE, "Freeze the round", make.FROZEN)
    office.at = make.DRAWN
    page = office.page(make.PLANNER, f"{HERE}/draw")
    draw = office.settings.data / "draw.json"
    draw.write_text(json.dumps(DRAW))
    page.get_by_label("File", exact=True).set_input_files(draw)
    send(page)
    assert page.get_by_text("The draw is recorded.").is_visible()


def _run(office: Office) -> None:
    """The planner asks for the official proposal, and sees a worker make it on a page that changes by itself."""
    page = office.take(make.PLANNER, HERE, "Solve and propose: ask for a run", make.PROPOSED, kind="proposal")
    state = page.locator("#run-state")
    expect(state).to_contain_text("It waits for a worker")
    worker = subprocess.Popen(
        [sys.executable, "-m", "registry.cli", "worker", "--once", "--at", utc_text(make.PROPOSED), "--data",
         str(office.settings.data)],
        cwd=ROOT, env={**os.environ, "REGISTRY_REHEARSAL": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    expect(state).to_contain_text("Done", timeout=60_000)
    told, _ = worker.communicate(timeout=30)
    assert worker.returncode == 0, told.decode()
    page = office.page(make.PLANNER, f"{HERE}/proposal")
    assert page.get_by_text("2 claims are allotted, 0 are not.").is_visible()


def _decide(office: Office) -> None:
    """Two of the council, of two parties; each is asked for the password again."""
    for who in (make.CHE_DECIDER, make.GHA_DECIDER):
        office.at = make.DECIDED
        office.page(who, "/staff")
        office.at += timedelta(minutes=6)
        page = office.page(who, "/staff")
        take_up(page, "Decide on the proposal", make.ROUND)
        fill(page, {"choice": "adopt"})
        send(page, "Record what I say")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        send(page)
        assert page.get_by_text("What you said is recorded.").is_visible()


def _accept(office: Office) -> None:
    """Each party accepts what it is offered; entries are recorded, and the round is over."""
    for who, claim in ((make.DELEGATE, "C-0001"), (JPN, "C-0002")):
        page = office.take(who, f"/claims/{claim}", "Accept the offer", make.RECORDED)
        assert page.get_by_text("The offer is accepted, and the entry recorded.").is_visible()
    page = office.take(make.PLANNER, HERE, "Conclude the round", make.RECORDED)
    assert page.get_by_text("The round is concluded.").is_visible()


def _see_in_public(office: Office) -> None:
    """Nobody who is signed in: claim, proposal, decision, entry and map, at every width."""
    seen = {
        "/claims/C-0001": "Ridge station",
        f"{HERE}/proposals/1": "2 claims are allotted",
        f"{HERE}/proposals/1/decision": "Adopted",
        "/entries/E-0001": "C-0001",
        "/consultations": "K-0001",
        "/map": "C-0001",
    }
    for address, text in seen.items():
        page = office.page(None, address)
        assert text in page.inner_text("main"), address
        assert violations(page) == []


def _verify(office: Office, folder: Path, receipt: Path) -> None:
    """The auditor takes the package from the portal, runs the script in it, and checks the receipt of the delegate."""
    kept = office.settings.data / "exports" / "public"
    made = registry("export", kept, "--data", office.settings.data)
    assert made.returncode == 0, made.stderr
    page = office.page(make.AUDITOR, "/exports")
    path = _keep(page, page.get_by_role("button", name="Download everything (ZIP)"), folder / "package.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "package")
    command = page.locator("pre").filter(has_text="verify_export.py").inner_text()
    key = command.partition("--key ")[2].strip()
    [script] = (folder / "package").rglob("verify_export.py")
    told = subprocess.run(
        [sys.executable, "-I", script.name, ".", "--key", key],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    _check_receipt(office, make.AUDITOR, receipt)


def _check_receipt(office: Office, who: Actor | None, receipt: Path) -> None:
    page = office.page(who, "/log/check")
    page.get_by_label("Or choose its file").set_input_files(receipt)
    send(page, "Check it")
    assert page.get_by_role("heading", name="Receipt: it holds").is_visible()
