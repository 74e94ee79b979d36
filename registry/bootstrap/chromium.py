"""Find a Chromium for the browser tests, or get one."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from registry.bootstrap.faults import SetupFault
from registry.bootstrap.places import Places
from registry.bootstrap.work import attempt, log_file, progress, tool_environment

VARIABLE = "REGISTRY_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
)


def provide(places: Places) -> Path:
    """Return a Chromium that starts: the named one, the machine's, Debian's, else Playwright's own download.

    Raises SetupFault naming the part if none can be had.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return _named(Path(named))
    found = on_this_machine() or _of_playwright(places)
    reasons: list[str] = []
    sources: tuple[Callable[[Places, list[str]], Path | None], ...] = (_from_debian, _from_playwright)
    for source in sources:
        found = found or source(places, reasons)
    if found is None:
        raise SetupFault(
            "chromium, a part that the tests need, cannot be had: "
            f"{'; '.join(reasons)}; install it, name it in {VARIABLE}, or leave its tests out with --without chromium"
        )
    return found


def on_this_machine() -> Path | None:
    """Return the first Chromium or Chrome of the machine that starts, or None."""
    paths = [shutil.which(name) for name in NAMES]
    candidates = [Path(path) for path in paths if path] + [MAC]
    return next((path for path in candidates if _starts(path)), None)


def _named(path: Path) -> Path:
    if not _starts(path):
        raise SetupFault(f"chromium: {VARIABLE} names {path}, which does not start; name another or unset it")
    return path


def _starts(path: Path) -> bool:
    """Whether the program answers with its version; some distributions ship a stub that only names a store."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def _from_debian(places: Places, reasons: list[str]) -> Path | None:
    """Install Debian's package where this is Debian and we are root."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        reasons.append("it is not on this machine, and only root on Debian or Ubuntu can have it installed")
        return None
    env = tool_environment(places, DEBIAN_FRONTEND="noninteractive")
    steps: tuple[tuple[str, list[str]], ...] = (
        ("chromium-list", ["dpkg", "--configure", "-a"]),  # mends an installation that was cut short
        ("chromium-list", [apt, "update"]),
        ("chromium", [apt, "install", "-y", "--no-install-recommends", "chromium"]),
    )
    with progress("chromium, from Debian's packages"):
        codes = [attempt(places, name, command, env=env)[0] for name, command in steps]
    name = steps[-1][0]
    if codes[-1] != 0:
        reasons.append(f"Debian's package could not be installed (details: {log_file(places, name)})")
    return on_this_machine()


def _of_playwright(places: Places) -> Path | None:
    """Return the Chromium that Playwright downloaded earlier, if it did."""
    if not any(folder.is_dir() for folder in _playwright_folders()):
        return None
    answer = subprocess.run([places.python, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = Path(answer.stdout.strip() or places.root / "none")
    return path if answer.returncode == 0 and _starts(path) else None


def _from_playwright(places: Places, reasons: list[str]) -> Path | None:
    env = tool_environment(places)
    with progress("chromium, from Playwright's own download"):
        command = [str(places.python), "-m", "playwright", "install", "chromium"]
        code, _ = attempt(places, "chromium-playwright", command, env=env)
    if code != 0:
        reasons.append(f"Playwright's download failed (details: {log_file(places, 'chromium-playwright')})")
        return None
    return _of_playwright(places)


def _playwright_folders() -> list[Path]:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    home = Path.home()
    return [
        *([Path(named)] if named else []),
        home / ".cache" / "ms-playwright",
        home / "Library" / "Caches" / "ms-playwright",
        home / "AppData" / "Local" / "ms-playwright",
    ]
