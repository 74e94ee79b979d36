"""Filing by keyboard alone, from signing in to the receipt, with scripts and without."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.keyboard import Keyboard
from tests.registry.web.filing_site import IND, PARTS, PLACEMENT
from tests.registry.web.site import PASSWORD

pytestmark = pytest.mark.browser
SAVE = "Save and continue"


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_a_claim_is_filed_by_keyboard_alone(filing_site: Site, chromium: Browser, *, scripts: bool) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    if not scripts:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    keyboard = Keyboard(page)
    page.goto(f"{filing_site.address}/sign-in")
    keyboard.fill({"email": IND, "password": PASSWORD}, "Sign in")
    page.goto(f"{filing_site.address}/filing")
    keyboard.fill({"name": f"By keys {scripts}"}, "Begin a draft")
    for section, values in PARTS.items():
        keyboard.follow(f"/sections/{section}")
        keyboard.fill({**values, **({"name": f"By keys {scripts}"} if section == "who" else {})}, SAVE)
    keyboard.follow("/placements")
    for name in ("second choice", "first choice"):
        keyboard.press("Add a placement")
        keyboard.fill({**PLACEMENT, "name": name}, SAVE)
    keyboard.press("Up first choice")
    assert page.locator("tbody th").all_inner_texts() == ["first choice", "second choice"]
    keyboard.press("Continue")
    keyboard.press("Check before filing")
    keyboard.press("File the claim")
    assert page.get_by_role("heading", level=1).inner_text() == "Received"
    assert keyboard.unseen == []
    context.close()
