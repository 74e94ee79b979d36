"""`python -m tests.benchmarks.pages [--claims N] [--users N] [--seconds S] [--data FOLDER] [--out FILE]`: how long pages take.

A register of N claims is made in a folder (or taken from `--data`, which is kept; it must be one that this command made),
served by a process of its own as `registry serve` does it, and asked by as many people at once, each on a connection of its
own, one request after the other with a second of reading in between; their work lists as a registrar, for whom every claim
waits, and as a delegate. Told is the 95th percentile for each route, in milliseconds, and apart from it the first
answer after a start or a new record, which makes what is kept then. The exit code is 1 where a 95th percentile is over 300 ms, or
any answer is an error.
"""

import argparse
import gzip
import http.client
import json
import platform
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from sqlalchemy import Engine

from registry import accounts, config, db, signing
from registry.config import Settings
from registry.domain.actors import SYSTEM
from registry.services import keys, users
from tests import factories as make
from tests.benchmarks.many_claims import fill

PASSWORD = "a long password of no use"
CLAIMS, USERS, SECONDS, LIMIT_MS, PAUSE_S = 10_000, 20, 60, 300, 1.0
ROUTES = {
    "claims": "/claims",
    "claims, a page": "/claims?page={page}",
    "claims, in order": "/claims?sort=received&page={page}",
    "claims, search": "/claims?q={number}",
    "claim": "/claims/C-{number:04d}",
    "entries": "/entries",
    "parties": "/parties",
    "party": "/parties/IND?page={page}",
    "log": "/log?first={first}",
    "notices": "/notices",
    "home": "/",
    "map": "/map",
    "map data, placements": "/map/layers/placements",
    "map data, zones": "/map/layers/zones",
    "map data, again": "/map/layers/placements",
    "work list, registrar": "/staff",
    "work list, a page": "/staff?page={page}",
    "work list, search": "/staff?q={number}",
    "work list, delegate": "/staff",
}
# Who asks for a route, by the end of its name; all others are asked for by the public.
PEOPLE = {"registrar": "rita@example.org", "delegate": "dev@example.org"}
WHO = {route: "delegate" if route.endswith("delegate") else "registrar" for route in ROUTES if "work list" in route}
Cookies = dict[str, str]


class Person(threading.Thread):
    """Somebody who asks for one page after the other; keeps (route, milliseconds, code)."""

    def __init__(self, port: int, seed: int, claims: int, until: float, cookies: Cookies):
        super().__init__(daemon=True)
        self._port, self._choose, self._claims, self._until = port, random.Random(seed), claims, until
        self._cookies = cookies
        self._tag = ""
        self.seen: list[tuple[str, float, int]] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        time.sleep(self._choose.random() * PAUSE_S)
        while time.perf_counter() < self._until:
            route = self._choose.choice(list(ROUTES))
            self._ask(connection, route)
            time.sleep(PAUSE_S * (0.5 + self._choose.random()))
        connection.close()

    def ask_all(self) -> None:
        """Ask for each route once."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        for route in ROUTES:
            self._ask(connection, route)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, route: str) -> None:
        number = self._choose.randint(1, self._claims)
        address = ROUTES[route].format(number=number, page=1 + number // 101, first=max(0, number - 50))
        headers = {"Accept-Encoding": "gzip"}
        if route in WHO:
            headers["Cookie"] = self._cookies[WHO[route]]
        if route.endswith("again") and self._tag:
            headers["If-None-Match"] = self._tag
        started = time.perf_counter()
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if (
            route in WHO and answer.status == 200
        ):  # as a browser does: the session rests half an hour after the last page
            self._cookies[WHO[route]] = cookies_of(answer) or self._cookies[WHO[route]]
        self.seen.append((route, 1000 * (time.perf_counter() - started), answer.status))
        if route.startswith("map data, placements"):
            self._tag = answer.headers["ETag"] or ""
            assert gzip.decompress(body)


def signed_in(port: int, email: str) -> str:
    """The cookies of somebody who has just signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    [(_, before)] = [row for row in page.getheaders() if row[0] == "Set-Cookie"]
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())
    assert token is not None
    form = urlencode({"csrf_token": token[1], "email": email, "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": before.partition(";")[0]}
    connection.request("POST", "/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.getheader("Location") == "/staff", answer.status
    return cookies_of(answer)


def cookies_of(answer: http.client.HTTPResponse) -> str:
    """The cookies that an answer sets, as they are sent back; "" if it sets none."""
    return "; ".join(value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")


@contextmanager
def served(data: Path) -> Iterator[int]:
    """The register of a folder, served by a process of its own; its port."""
    command = [sys.executable, "-m", "registry", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "http://" in line)
        yield int(line.split("http://127.0.0.1:")[1].split("/")[0])
    finally:
        process.terminate()
        process.wait()


def filled(data: Path, claims: int) -> None:
    """A register of so many claims in the folder, if there is none."""
    settings = config.load(data).with_secrets()
    is_there = (data / "registry.sqlite").is_file()
    db.migrate(settings.url)
    if is_there:
        return
    engine = db.make_engine(settings.url)
    fill(engine, claims)
    add_people(settings, engine)
    engine.dispose()


def add_people(settings: Settings, engine: Engine) -> None:
    """A key that says that all this is invented (no second factor is asked for then), and who looks at work lists."""
    verifier = signing.new_key(settings, "illustrative.example/log")
    with verifier as made, db.unit_of_work(engine) as session:
        keys.establish(session, made.vkey, SYSTEM, make.PUBLISHED, illustrative=True)
        for role, email in PEOPLE.items():
            party = "IND" if role == "delegate" else None
            secrets = accounts.credentials(settings, PASSWORD)
            users.add_user(session, email, role, [role], SYSTEM, make.PUBLISHED, party=party, credentials=secrets)


def measured(port: int, users: int, claims: int, seconds: float) -> list[dict[str, Any]]:
    """The figures of each route."""
    cookies = {role: signed_in(port, email) for role, email in PEOPLE.items()}
    first = Person(port, 0, claims, 0, cookies)
    first.ask_all()
    until = time.perf_counter() + seconds
    people = [Person(port, seed, claims, until, cookies) for seed in range(users)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    seen = [row for person in people for row in person.seen]
    begun = {route: round(taken, 1) for route, taken, _ in first.seen}
    return [{**_figures(route, [row for row in seen if row[0] == route]), "first_ms": begun[route]} for route in ROUTES]


def _figures(route: str, seen: list[tuple[str, float, int]]) -> dict[str, Any]:
    taken = sorted(milliseconds for _, milliseconds, _ in seen)
    errors = sum(code not in (200, 304) for _, _, code in seen)
    at = {name: round(taken[min(len(taken) - 1, int(share * len(taken)))], 1) if taken else None
          for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95), ("slowest_ms", 1.0))}  # fmt: skip
    return {"route": route, "requests": len(taken), "errors": errors, **at}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data: Path = asked.data or Path(folder)
        data.mkdir(parents=True, exist_ok=True)
        filled(data, asked.claims)
        with served(data) as port:
            rows = measured(port, asked.users, asked.claims, asked.seconds)
    click.echo(f"{'route':<24}{'requests':>9}{'errors':>8}{'p50 ms':>9}{'p95 ms':>9}{'slowest':>9}{'first':>9}")
    for row in rows:
        told = (row[name] if row[name] is not None else "-" for name in ("p50_ms", "p95_ms", "slowest_ms", "first_ms"))
        click.echo(f"{row['route']:<24}{row['requests']:>9}{row['errors']:>8}" + "".join(f"{it:>9}" for it in told))
    about = {"claims": asked.claims, "users": asked.users, "limit_ms": LIMIT_MS, "python": platform.python_version()}
    if asked.out:
        asked.out.write_text(json.dumps({**about, "routes": rows}, indent=1) + "\n")
    if any(row["errors"] or (row["p95_ms"] or 0) > LIMIT_MS for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
