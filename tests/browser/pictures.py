"""`python -m tests.browser.pictures [--data FOLDER] [--out FOLDER]`: the pictures of the README, taken by a browser.

Of a register in which the demo was played (`registry demo --no-serve --data FOLDER`). The same register gives the same
pictures, but for what fonts the machine has.
"""

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from registry import config, db
from registry.web.app import create_app
from tests.conftest import CHROMIUM_FLAGS, chromium_path

OUT = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 900
# Name, address, and what has to be in sight before the picture is taken.
PAGES = {
    "home": ("/", "main h1"),
    "map": ("/map", "[data-map-target] canvas"),
    "claims": ("/claims?outcome=not-allotted", "table"),
    "claim": ("/claims/C-0018", "#outcome"),
    "proposal": ("/rounds/2027-1/proposal", "meter"),
    "log": ("/log?first=0", "#checkpoint"),
}

IN_THE_MIDDLE = {"map"}


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The register of a folder on a free port; its address."""
    settings = config.load(data).with_secrets()
    engine = db.make_engine(settings.url)
    server = create_server(create_app(settings, engine), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    engine.dispose()


def take(page: Page, address: str, name: str, out: Path) -> Path:
    """One picture: the first screen of a page, once it is still."""
    where, wanted = PAGES[name]
    page.goto(address + where, wait_until="networkidle")
    page.locator(wanted).first.wait_for(state="visible")
    if name in IN_THE_MIDDLE:
        page.locator(wanted).first.evaluate("element => element.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(500)
    path = out / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with served(asked.data) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        for name in PAGES:
            path = take(page, address, name, asked.out)
            click.echo(f"{path}: {path.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
