"""Every page in every role, and every form empty, filled and in error, from the application's own map of addresses.

By default each page once, in the first role that may look at it, and each kind of form once; `--all` looks at every page
in every role and at every step. A route or a form without a row in the tables below fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from registry.domain.actors import ROLES
from registry.web.steps import STEPS
from registry.web.steps.step import Step
from tests.browser.conftest import WIDTHS, Site, overflow, serve, violations
from tests.registry.web.everybody import PEOPLE, peopled
from tests.registry.web.routes import ROUTES, VALUES
from tests.registry.web.signing_in import enter
from tests.registry.web.site import NOT_PAGES, PROGRAMS

pytestmark = pytest.mark.browser
EVERYONE = ("anonymous", *ROLES)


@dataclass(frozen=True)
class Form:
    """How a form is filled in, and what is wrong in it; `wrong` None where nothing that can be sent is."""

    filled: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] | None = field(default_factory=dict)
    may_be_empty: bool = False


@dataclass(frozen=True)
class Other(Form):
    """A form that is no step: who sees it on which page, with which button."""

    who: str = ""
    page: str = ""
    button: str = ""


REASON = Form({"reason": "It was not mended."}, {"reason": " "})
REPORT = {"happened_on": "2028-03-01", "text": "As agreed.", "sha256": "0" * 64}
WRONG_REPORT = {"happened_on": "soon", "text": " ", "sha256": "no hash"}
DOCUMENT = Form({"document": '{"rule": "luck"}'}, {"document": "{"})
# Every step with fields of its own has a row.
STEP_FORMS: Mapping[str, Form] = {
    "agreement_end": Form({"claim": "C-0003", "reason": "We think again."}, {"reason": " "}),
    "agreement_join": Form({"claim": "C-0003"}, {"claim": ""}),
    "claim_basis": Form({"purpose": "We drive by.", "position": "1"}, {"purpose": " ", "position": "first"}),
    "claim_comment": Form({"text": "Mind the relay."}, {"text": " "}),
    "claim_confirm": Form(REPORT, WRONG_REPORT),
    "claim_decline_offer": REASON,
    "claim_end": Form({**REPORT, "remains": "A lander."}, WRONG_REPORT),
    "claim_extend": Form({**REPORT, "months": "6"}, {**WRONG_REPORT, "months": "some"}),
    "claim_milestone": Form(REPORT, WRONG_REPORT),
    "arrangements_record": Form(
        {
            "title": "Quiet hours",
            "text": "No landing at noon.",
            "origin_forum": "Operators",
            "evidence": "https://arrangements.example.org/1",
            "target_body": "COPUOS",
            "agenda_item": "Space resources",
        },
        {"title": " ", "agreed_on": "May"},
    ),
    "claim_offer_service": Form(
        {"kind": "relay", "what": "Direct to Earth.", "serves": "2"}, {"what": " ", "serves": "many"}
    ),
    "docking_position": Form({"position": "dissents", "statement": "Too short."}, {"statement": " "}),
    "request_answer": Form({"terms": "Pass to the north."}, {"terms": " "}),
    "service_end": REASON,
    "service_leave": REASON,
    "service_rely": Form({"need": "Heat at night."}, {"need": " "}),
    "claim_another_slot": Form({"reason": "Too early."}, {"reason": " "}),
    "claim_confirm_slot": Form(),
    "claim_second_site": Form(),  # nobody owes one here; tests/registry/web/steps/test_bank.py fills it in
    "claim_windows": Form(
        {"windows": "2028-02-28 22:00 to 2028-02-29 03:00", "landed_mass_kg": "500"},
        {"windows": "soon", "azimuth_from": "north", "landed_mass_kg": "heavy"},
    ),
    "claim_withdraw_windows": REASON,
    "pair_choice": Form({"reason": "It is as good."}, {"reason": " "}),
    "pair_refusal": REASON,
    "pair_release": REASON,
    "claim_propose_agreement": Form(
        {"other": "C-0002", "keep_out_m": "150", "kind": "landing-notice", "days": "14", "text": "Half will do."},
        {"keep_out_m": "near", "kind": "landing-notice", "days": "soon"},
    ),
    "claim_refuse": REASON,
    "claim_return": REASON,
    "claim_shrink": Form({**REPORT, "footprint": '{"type": "Point"}'}, {**WRONG_REPORT, "footprint": "{"}),
    "claim_suspend": REASON,
    "claim_use": Form({**REPORT, "position": "-11000, -12000"}, {**WRONG_REPORT, "position": "there"}),
    "claim_visit": Form(
        {"purpose": "To measure.", "first_day": "2028-03-01", "last_day": "2028-03-02"},
        {"purpose": " ", "first_day": "soon", "last_day": "later"},
    ),
    "claim_withdraw": REASON,
    "comment_reply": Form({"text": "We will."}, {"text": " "}),
    "consultation_close": Form({"outcome": "agreed", "summary": "They share."}, None),
    "consultation_contact": Form({"point": "Desk, day and night"}, None),
    "consultation_invite": Form({"observer": "olga@example.org"}, {"observer": "nobody@example.org"}),
    "consultation_write_note": Form({"text": "We could wait."}, {"text": " "}),
    "note_agree": Form({"disclose_at": "2032-01-01"}, {"disclose_at": "soon"}),
    "notice_failed": Form({"reason": "It came back."}, {"reason": ""}),
    "register_announce": Form(
        {"round_id": "2030-1", "name": "Round", "opens_at": "2030-01-01", "closes_at": "2030-02-01"},
        {"round_id": "?", "name": " ", "opens_at": "soon", "closes_at": "later"},
    ),
    "round_decision": Form({"choice": "reject", "ground": "procedural-fault", "reason": "A fault."}, {"reason": "No"}),
    "round_draw": DOCUMENT,
    "round_fall_back": REASON,
    "round_publish_policy": DOCUMENT,
    "runs_new": Form({"time_limit_s": "60"}, {"time_limit_s": "soon", "workers": "0"}, True),
}
USER = {"name": "New Person", "email": "new@example.org"}
OTHERS: Mapping[str, Other] = {
    "proof_check.check": Other(
        {"paper": "no paper"}, {"key": "no key", "paper": "{"}, False, "anonymous", "/log/check", "Check it"
    ),
    "tokens.make": Other(
        {"name": "Planning", "days": "30"},
        {"name": " ", "days": "soon"},
        False,
        "delegate",
        "/account/tokens",
        "Make the token",
    ),
    "users.add_user": Other(USER, {"email": "nobody"}, False, "administrator", "/users/new", "Add the person"),
    "users.change_roles": Other({}, {}, False, "administrator", "/users/1", "Change the roles"),
    "users.close_account": Other({}, {}, False, "administrator", "/users/1", "Close the account"),
}
ELSEWHERE = {
    "filing.": "test_filing.py",
    "security.": "test_accounts.py",
    "account.": "a button without fields",
    "cases.read_note": "a button without fields",
    "runs.cancel": "a button without fields",
    "tokens.revoke": "a button without fields",
    "why_not.ask": "a button without fields",
    "users.": "test_accounts.py",
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two rounds with somebody in every role, served."""
    app = peopled(tmp_path_factory.mktemp("every-role"))
    yield from serve(app)
    app.extensions["test.engine"].dispose()


class People:
    """Browsers of people who are signed in."""

    def __init__(self, chromium: Browser, site: Site):
        self.chromium, self.site = chromium, site
        self.contexts: dict[str, BrowserContext] = {}

    def page(self, who: str) -> Page:
        if who not in self.contexts:
            self.contexts[who] = self.chromium.new_context(viewport={"width": 1280, "height": 900})
            if who != "anonymous":
                name, value = self._cookie(who)
                self.contexts[who].add_cookies([{"name": name, "value": value, "url": self.site.address}])
            self.contexts[who].new_page()
        return self.contexts[who].pages[0]

    def _cookie(self, who: str) -> tuple[str, str]:
        found = enter(self.site.app, PEOPLE[who]).get_cookie("registry_session")
        assert found is not None
        return found.key, found.value


@pytest.fixture
def people(chromium: Browser, register: Site) -> Iterator[People]:
    people = People(chromium, register)
    yield people
    for context in people.contexts.values():
        context.close()


def faults(page: Page, what: str, *, contrast: bool = True) -> Iterator[str]:
    """What is wrong with the page as it is shown now, at every width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if too_wide := overflow(page):
            yield f"{what}: {too_wide} px too wide at {width}"
    yield from (f"{what}: {line}" for line in violations(page, contrast=contrast))


def looked_at(people: People, who: str, address: str, code: int = 200) -> Iterator[str]:
    """What is wrong with the page at an address."""
    page, what = people.page(who), f"{address} as {who}"
    answer = page.goto(people.site.address + address)
    assert answer is not None
    if answer.status != code:
        yield f"{what}: code {answer.status}"
    yield from faults(page, what)


def addresses(app: Flask, who: str) -> dict[str, str]:
    """The pages that a role may look at, by endpoint."""
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(rule.endpoint, **{name: VALUES[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES and who in ROUTES[rule.endpoint].get
            if not rule.endpoint.startswith(PROGRAMS)
        }


@pytest.mark.slow
@pytest.mark.parametrize("who", EVERYONE)
def test_every_page_in_every_role_is_without_fault(people: People, who: str) -> None:
    wanted = addresses(people.site.app, who)
    found = [fault for address in wanted.values() for fault in looked_at(people, who, address)]
    assert found == []
    assert len(wanted) >= 35


def test_every_page_that_is_not_public_is_without_fault_in_one_role(people: People) -> None:
    wanted: dict[str, tuple[str, str]] = {}
    for who in ROLES:
        for name, address in addresses(people.site.app, who).items():
            if "anonymous" not in ROUTES[name].get and not name.startswith(("steps.", "filing.")):
                wanted.setdefault(name, (who, address))
    found = [fault for who, address in wanted.values() for fault in looked_at(people, who, address)]
    assert found == []
    assert len(wanted) >= 10


def test_every_form_has_its_row(register: Site) -> None:
    with register.app.test_request_context():
        with_fields = {step.endpoint for step in STEPS if step.form().shown}
    assert with_fields == set(STEP_FORMS), "say in STEP_FORMS how these are filled in, and what is wrong in them"
    sent = {name for name, route in ROUTES.items() if route.post and not name.startswith("steps.")}
    known = {name for name in sent if name in OTHERS or name.startswith(tuple(ELSEWHERE))}
    assert sent - known == set(), "say in OTHERS how these are filled in, or in ELSEWHERE where they are tested"


def first_of_their_kind() -> list[Step]:
    """One step for each form, and one without fields."""
    return list({step.form: step for step in reversed(STEPS)}.values())


def who_may(endpoint: str) -> str:
    """The first role that may send a form."""
    return next(role for role in ROLES if role in ROUTES[endpoint].post)


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Fill in fields by their names, whatever their kinds."""
    for name, value in values.items():
        found = page.locator(f"main form [name='{name}']")
        kind = found.first.evaluate("field => field.type")
        if kind == "radio":
            page.locator(f"main form [name='{name}'][value='{value}']").check()
        elif kind.startswith("select"):
            found.select_option(value)
        else:
            found.first.fill(value)


def faults_of_form(people: People, who: str, address: str, form: Form, button: str) -> Iterator[str]:
    """What is wrong with a form as it is first shown, filled in, and sent empty and with wrong values."""
    page, what = people.page(who), f"{address} as {who}"
    yield from looked_at(people, who, address)
    if form.filled:
        fill(page, form.filled)
        yield from faults(page, f"{what}, filled")
    if form.wrong is None:
        return
    sent: list[Mapping[str, str]] = [] if form.may_be_empty else [{}]
    for said in (*sent, *([form.wrong] if form.wrong else [])):
        yield from refused(people, who, address, said, button)


def refused(
    people: People, who: str, address: str, said: Mapping[str, str], button: str, *, contrast: bool = True
) -> Iterator[str]:
    """What is wrong with the answer to a form in which something is wrong."""
    page, what = people.page(who), f"{address} as {who}, in error"
    page.goto(people.site.address + address)
    fill(page, said)
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    if told.value.status not in (400, 409, 422):
        yield f"{what}, {dict(said)}: code {told.value.status}, not refused"
    yield from _told(page, what)
    yield from faults(page, what, contrast=contrast)


def _told(page: Page, what: str) -> Iterator[str]:
    """The summary of errors has the focus, its links lead to fields, and the name of the page says that there is one."""
    if page.evaluate("document.activeElement.className") != "govuk-error-summary":
        yield f"{what}: the focus is not on the summary of errors"
    if not page.title().startswith("Error:"):
        yield f"{what}: the name of the page says nothing of an error"
    for link in page.locator(".govuk-error-summary a").all():
        if not page.locator(str(link.get_attribute("href"))).count():
            yield f"{what}: {link.get_attribute('href')} leads nowhere"


def faults_of_step(people: People, step: Step) -> Iterator[str]:
    """The same for a step. One without fields is sent only where it is refused: it would be taken otherwise."""
    name = f"steps.{step.endpoint}"
    who = who_may(name)
    address = addresses(people.site.app, who)[name]
    form = STEP_FORMS.get(step.endpoint)
    if form is None:
        page = people.page(who)
        page.goto(people.site.address + address)
        is_refused = page.get_by_text("would be refused").count()
        form = Form(wrong={} if is_refused else None)
    yield from faults_of_form(people, who, address, form, str(step.words[2]))


def test_every_sixth_kind_of_form_is_without_fault_when_something_is_wrong_in_it(people: People) -> None:
    kinds = [(step, form) for step in first_of_their_kind() if (form := STEP_FORMS.get(step.endpoint)) and form.wrong]
    rows = kinds[::6]
    found: list[str] = []
    for step, form in rows:
        who = who_may(f"steps.{step.endpoint}")
        address = addresses(people.site.app, who)[f"steps.{step.endpoint}"]
        found += refused(people, who, address, form.wrong or {}, str(step.words[2]), contrast=(step, form) == rows[0])
    assert found == []
    assert len(rows) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_step_is_without_fault_empty_filled_and_in_error(people: People, part: int) -> None:
    assert [fault for step in STEPS[part::4] for fault in faults_of_step(people, step)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_every_other_form_is_without_fault_empty_filled_and_in_error(people: People, name: str) -> None:
    row = OTHERS[name]
    assert list(faults_of_form(people, row.who, row.page, row, row.button)) == []


def test_a_step_is_taken_by_keyboard_alone_and_the_focus_is_seen(people: People) -> None:
    page = people.page("registrar")
    page.goto(f"{people.site.address}/rounds/announce")
    for name in ("round_id", "name", "opens_at", "closes_at"):
        tab_to(page, name)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.type("soon")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "opens_at"


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until the field of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('name')") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")
