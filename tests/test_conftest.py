"""The parts that the test command provides are really there."""

from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Page


@pytest.mark.postgresql
def test_each_call_makes_another_empty_postgresql_database(postgresql_url: Callable[[], str]) -> None:
    first, second = postgresql_url(), postgresql_url()
    assert first != second
    assert first.startswith("postgresql+psycopg://")
    with psycopg.connect(second.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


@pytest.mark.browser
def test_the_browser_runs_scripts_and_lays_out_a_page(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 360, "height": 640})
    browser_page.set_content("<h1 id=a>Site</h1><script>document.getElementById('a').textContent += 's'</script>")
    assert browser_page.inner_text("h1") == "Sites"
    assert browser_page.evaluate("window.innerWidth") == 360
