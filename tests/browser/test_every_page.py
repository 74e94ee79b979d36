"""Every page in a real browser: no axe violation, nothing on the console, no request that leaves, no page too wide."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import REGISTRAR, WIDTHS, Site, Watched, overflow, violations
from tests.registry.web.site import PASSWORD, ROUND_PLAYED, addresses, public, without_arguments

pytestmark = pytest.mark.browser

# Besides one address of each route: other states of the same pages.
MORE = (
    "/claims/C-0018",  # not allotted
    "/claims?q=zzz",
    "/claims?party=JPN&outcome=allotted&sort=start",
    "/map?region=mons-mouton",
    "/map?region=shackleton-and-connecting-ridge",
    "/log?first=0",
    "/parties/ESA",
)
# axe looks at those whose parts change places or give way on a narrow screen; `--all` shows it every page in every role.
NARROW = (
    "/",
    "/claims",
    "/claims/C-0018",
    "/entries/E-0001",
    "/map",
    "/parties",
    "/rounds/2027-1/proposal",
    "/sign-in",
)
# The browser itself remarks on each answer of 400 and above; nothing else is expected there.
ERRORS = {
    "/nope": 404,
    "/claims/C-0040": 404,  # returned, never published
    "/claims/C-9999": 404,
    "/claims?state=LOST": 400,
    "/map?region=atlantis": 400,
    "/log?first=x": 400,
}


def faults_of(watched: Watched, address: str, code: int = 200, *, axe: bool = True) -> Iterator[str]:
    """Everything wrong with one page, at all widths."""
    watched.faults.clear()
    if (status := watched.open(address)) != code:
        yield f"{address}: code {status}"
    remark = f"the server responded with a status of {code}"
    yield from (f"{address}: {fault}" for fault in watched.faults if code == 200 or remark not in fault)
    for width in WIDTHS:
        watched.page.set_viewport_size({"width": width, "height": 900})
        if too_wide := overflow(watched.page):
            yield f"{address}: {too_wide} px too wide at {width}"
        if axe and (width == 1600 or (width == 360 and address.endswith(NARROW))):
            found = violations(watched.page, contrast=width == 1600)
            yield from (f"{address} at {width}: {line}" for line in found)


def test_filled_pages_are_without_fault(played_site: Site, watched: Watched) -> None:
    wanted = (*public(played_site.app, ROUND_PLAYED).values(), *MORE)
    site = played_site.address
    found = [fault for path in wanted for fault in faults_of(watched, site + path, axe=path in NARROW)]
    assert found == []
    assert len(wanted) >= 25


@pytest.mark.slow
def test_empty_pages_are_without_fault(empty_site: Site, watched: Watched) -> None:
    wanted = without_arguments(empty_site.app)
    found = [fault for address in wanted for fault in faults_of(watched, empty_site.address + address)]
    assert found == []
    assert len(wanted) >= 10


def test_pages_of_errors_are_without_fault(played_site: Site, watched: Watched) -> None:
    found = [fault for path, code in ERRORS.items() for fault in faults_of(watched, played_site.address + path, code)]
    assert found == []


def test_a_failed_sign_in_and_the_pages_after_a_good_one_are_without_fault(played_site: Site, watched: Watched) -> None:
    page = watched.page
    watched.open(f"{played_site.address}/staff")
    page.get_by_label("E-mail address").fill(REGISTRAR)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").inner_text().startswith("You are not signed in")
    assert violations(page) == []
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Good day, Elena Duarte"
    staff = addresses(played_site.app, ROUND_PLAYED)
    for name in ("staff.staff_home", "security.verify", "claims.all_claims"):
        assert list(faults_of(watched, played_site.address + staff[name])) == []
    assert list(faults_of(watched, f"{played_site.address}/claims/C-0040")) == []  # returned, never published
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("link", name="Staff sign-in").is_visible()


def test_a_planted_violation_is_found(empty_site: Site, watched: Watched) -> None:
    watched.open(empty_site.address)
    watched.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/mark.svg\">')"
    )
    assert any(line.startswith("image-alt") for line in violations(watched.page))


def test_a_planted_foreign_request_inline_script_and_wide_element_are_found(empty_site: Site, watched: Watched) -> None:
    watched.open(empty_site.address)
    watched.page.evaluate(
        """() => {
            const main = document.querySelector('main');
            main.insertAdjacentHTML('beforeend', '<img alt="" src="http://elsewhere.invalid/x.png">');
            main.insertAdjacentHTML('beforeend', '<p style="color: red">styled</p>');
            const wide = document.createElement('div');
            wide.style.width = '5000px'; wide.textContent = 'wide'; main.append(wide);
        }"""
    )
    watched.page.wait_for_timeout(200)
    assert overflow(watched.page) > 0
    assert any("Content Security Policy" in fault for fault in watched.faults)
