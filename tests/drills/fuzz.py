"""Requests that nobody should send, made by chance from a seed: to every route, in every role, with every kind of body.

The fields of forms are those that the pages show (or that their forms have), filled with the catalogue of bad input, with
what is there, or with what a person would type. The same seed gives the same requests.
"""

import gc
import io
import json
import os
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote, urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from registry import ambient, db
from registry.audit import verifying
from registry.domain import api_tokens as tokens
from registry.domain.actors import SYSTEM
from registry.domain.users import User
from registry.services import tokens as services
from tests import factories as make
from tests.drills.catalogue import Drill, Outcome
from tests.registry.web.everybody import PEOPLE, peopled
from tests.registry.web.routes import VALUES
from tests.registry.web.signing_in import enter, form_token, visit

SEED = 25
A_REGISTER = 5_000  # requests to one register; then its log is audited, and the next begins
A_CLOCK = 250  # requests before the clock is moved on, and everybody signs in again
HANG_S, GROWTH_MB, WARM = 5.0, 50.0, 0.2
ENDLESS = ("runs.events",)
TEXTS = (
    "", " ", "0", "-1", "1e999", "NaN", "-0.0", "١٢", "1,5", "0x10", "9" * 400, "true", "null", "None", "2027-02-30", "0000-01-01",
    "9999-12-31", "10000-01-01", "2016-12-31T23:59:60Z", "2027-02-01T10:00:00", "2027-01-15", "\u202egnp.exe", "a\u200bb", "é", "e\u0301",
    "\U0001f680", "name\r\nX-Injected: 1", "\x00", "\x1b[31m", "=1+1", "+cmd", "@SUM(A1)", "\tx", "' OR 1=1 --", "{{7*7}}", "${7*7}",
    "<script>alert(1)</script>", "../../etc/passwd", "..%2f..", "%00", "https://evil.example/", "//evil.example", "javascript:alert(1)",
    "-89.5 0 720", "-90.0000001, 0", "0, -79.9", "10000 10000", "x" * 20_000, "adopt", "reject", "yes", "no", "1", "100", "C-0001", "IND",
    "2027-1", "static-science", "a.b", "[]", "{}", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 5_000, '{"type": "Point", "coordinates": [1e999, 0]}',
    '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}', "\\ud800", "A" * 300, "a" * 5000 + "!",
)  # fmt: skip
HEADERS = {
    "Accept": ("application/json", "text/html;q=x", "*/*", ";;;", "application/problem+json"),
    "Accept-Language": ("ar", "zz-ZZ", "x" * 5000, "en;q=NaN", ""),
    "Authorization": ("Bearer x", "Basic !!!", "Bearer " + "x" * 5000, "Bearer"),
    "If-None-Match": ("*", '"x"', "x" * 5000, 'W/"'),
    "If-Match": ("*", '"x"', "x"),
    "Idempotency-Key": ("k", "x" * 300, " ", "\u00e9"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1,2-"),
    "Host": ("evil.example", "localhost:99999", "[::1", "a b"),
    "X-Forwarded-For": ("1.2.3.4, x", "x" * 2000),
    "X-HTTP-Method-Override": ("DELETE",),
    "Referer": ("https://evil.example/", "::"),
    "Origin": ("null", "https://evil.example"),
    "If-Modified-Since": ("Thu, 99 Foo 2027", "0"),
}
KINDS = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain",
    "application/geo+json", "application/merge-patch+json", "text/html; charset=utf-99", "",
)  # fmt: skip
NAMED = re.compile(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"')


def files() -> dict[str, bytes]:
    """Files that are not what their names say."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("../../escape.txt", "x")
        made.writestr("bomb.txt", b"0" * 3_000_000)
    return {
        "plan.pdf": b"%PDF-1.7\n/JS (app.alert(1))", "plan.txt": b"", "claims.csv": b"key,name\r\n=1+1,\xff\xfe\x00", "claims.zip": archive.getvalue(),
        "claims.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {}}]}',
        "claims.gpkg": b"SQLite format 3\x00" + b"\x00" * 200, "../../x.svg": b"<svg onload='alert(1)'/>", "policy.json": b"[" * 20_000,
        "a\r\nb.txt": b"text of a plan", "x" * 300 + ".txt": b"text", "draw.json": b'{"format": "lunar-allocation-draw/1"}',
    }  # fmt: skip


@dataclass
class Fuzzer:
    """One register and everybody at its pages."""

    app: Flask
    chance: random.Random
    clock: datetime = make.FILED
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    fields: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = [rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"]
        self.files, self.token = files(), ""
        self.clients, self.bearers = list[FlaskClient](), list[str]()

    def sign_in(self) -> None:
        """Everybody anew, a while later, but for those whose data were erased by chance."""
        self.clock += timedelta(days=self.chance.choice((0, 1, 30, 90, 400)))
        with db.reading(self.app.extensions["test.engine"]) as session:
            known = set(session.scalars(select(User.email)))
        there = {role: name for role, name in PEOPLE.items() if name in known}
        self.clients = [visit(self.app), visit(self.app), *(enter(self.app, name) for name in there.values())]
        self.token = form_token(self.app)
        self.bearers = [
            f"Bearer {tokens.MARK}nobody",
            *map(self._bearer, sorted(there.keys() & {"delegate", "registrar"})),
        ]

    def _bearer(self, role: str) -> str:
        """What a program sends that acts for a person in this role, with every scope."""
        name = PEOPLE[role]
        secret = f"{tokens.MARK}{self.chance.getrandbits(240):0>43x}"[: len(tokens.MARK) + 43]
        scopes = (
            (tokens.READ_REGISTER,)
            if role == "registrar"
            else (tokens.FILE, tokens.AMEND, tokens.WITHDRAW, tokens.LANDINGS, tokens.BANK, tokens.READ_OWN)
        )
        with db.unit_of_work(self.app.extensions["test.engine"]) as session:
            wanted = services.Wanted("by chance", scopes, 30)
            services.make(session, name, wanted, secret, SYSTEM, self.clock)
        return f"Bearer {secret}"

    def ask(self, number: int) -> None:
        """One request; what is wrong with its answer is kept."""
        rule, client = self.chance.choice(self.rules), self.chance.choice(self.clients)
        method = self._method(rule)
        where = self._address(rule)
        body = self._body(rule, client, where) if method not in ("GET", "HEAD", "OPTIONS") else {}
        headers = {name: self.chance.choice(HEADERS[name]) for name in self._some(list(HEADERS), 0.15)}
        if where.startswith("/api/") and self.chance.random() < 0.7:
            headers |= {
                "Authorization": self.chance.choice(self.bearers),
                "Idempotency-Key": f"key-{self.chance.randrange(10**9)}",
            }
        if self.chance.random() < 0.05:
            client.set_cookie("registry_session", self.chance.choice(("x", "", "e30.x.y", "A" * 3000)))
        began, told = time.perf_counter(), f"{method} {where[:200]}"
        try:
            answer = client.open(where, method=method, headers=headers, buffered=rule.endpoint not in ENDLESS, **body)
            code = answer.status_code
            answer.close()
        except Exception as error:  # noqa: BLE001  a traceback is what is looked for
            code = 599
            told += f" raised {type(error).__name__}: {error}"
        took_s = time.perf_counter() - began
        self.slowest_s = max(self.slowest_s, took_s)
        self.codes[f"{code // 100}xx"] += 1
        if code >= 500 and code != 503:
            self.faults.append(f"request {number} ({rule.endpoint}): {code} {told} {str(body)[:300]}")
        if code == 503:
            self.faults.append(f"request {number} ({rule.endpoint}): 503 with nobody else about: {told}")
        if took_s > HANG_S:
            self.faults.append(f"request {number} ({rule.endpoint}) took {took_s:.1f} s: {told}")

    def _method(self, rule: Rule) -> str:
        if self.chance.random() < 0.05:
            return self.chance.choice(("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "POST"))
        return self.chance.choice(sorted(rule.methods or {"GET"}))

    def _address(self, rule: Rule) -> str:
        values = {name: self._argument(name) for name in rule.arguments}
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: quote(str(values[found[1]]), safe=""), rule.rule)
        if self.chance.random() < 0.3:
            names = (
                "q",
                "page",
                "sort",
                "day",
                "round",
                "first",
                "state",
                "party",
                "limit",
                "cursor",
                "bbox",
                "at",
                "checked",
                "lang",
                "claim",
            )
            path += "?" + urlencode({self.chance.choice(names): self._text() for _ in range(self.chance.randint(1, 3))})
        return path

    def _argument(self, name: str) -> object:
        return VALUES.get(name, "1") if self.chance.random() < 0.75 else self._text()[:200] or "-"

    def _text(self) -> str:
        return self.chance.choice(TEXTS)

    def _some(self, names: list[str], share: float) -> list[str]:
        return [name for name in names if self.chance.random() < share]

    def _names(self, rule: Rule, client: FlaskClient, where: str) -> list[str]:
        """The fields of the form that is sent to this address, as its page shows them."""
        known = self.fields.get(rule.endpoint)
        if known is None or (not known and self.chance.random() < 0.1):
            pages = [where] if "GET" in (rule.methods or ()) else [where.rpartition("/")[0] or "/", "/filing", "/staff"]
            shown = [client.get(page).get_data().decode("utf-8", "replace") for page in pages]
            known = self.fields[rule.endpoint] = sorted({name for page in shown for name in NAMED.findall(page)})
        return known

    def _body(self, rule: Rule, client: FlaskClient, where: str) -> dict[str, Any]:
        kind = self.chance.random()
        if kind < (0.8 if where.startswith("/api/") else 0.15):
            kind_of = KINDS[0] if self.chance.random() < 0.6 else self.chance.choice(KINDS)
            return {"data": self._json(), "content_type": kind_of}
        if kind < 0.2:
            return {
                "data": self.chance.randbytes(self.chance.choice((0, 1, 300, 70_000))),
                "content_type": self.chance.choice(KINDS),
            }
        names = self._names(rule, client, where)
        sent: dict[str, Any] = {name: self._text() for name in self._some(names, 0.8)}
        sent |= {
            self.chance.choice(("role", "state", "party", "x", "placements-99999999", "credit-0-party")): self._text()
        }
        if self.chance.random() < 0.25:
            name = self.chance.choice(sorted(self.files))
            sent[self.chance.choice(("file", "document", "upload"))] = (io.BytesIO(self.files[name]), name)
        sent["csrf_token"] = self.token if self.chance.random() < 0.9 else self._text()
        return {"data": sent}

    def _json(self) -> str:
        if self.chance.random() < 0.4:
            return self._text()
        words = (
            "key",
            "name",
            "round",
            "filed_by",
            "document",
            "placements",
            "footprint",
            "credit",
            "type",
            "coordinates",
        )
        made: Any = {self.chance.choice(words): self._value(0) for _ in range(self.chance.randint(0, 6))}
        if self.chance.random() < 0.4:
            made = {**make.claim_document(f"fuzz-{self.chance.randrange(10**6)}"), **made}
        return json.dumps(made)

    def _value(self, depth: int) -> Any:
        plain = (None, True, 0, -1, 1e308, 2**70, 0.1, self._text())
        if depth > 3 or self.chance.random() < 0.6:
            return self.chance.choice(plain)
        if self.chance.random() < 0.5:
            return [self._value(depth + 1) for _ in range(self.chance.randint(0, 4))]
        return {self._text()[:50]: self._value(depth + 1) for _ in range(self.chance.randint(0, 4))}


def memory_mb() -> float:
    """What this process holds in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    told: Counter[str] = Counter()
    faults, slowest, sizes = list[str](), 0.0, list[float]()
    for start in range(0, counts["requests"], A_REGISTER):
        fuzzer = _register(folder / str(start), start, min(A_REGISTER, counts["requests"] - start), sizes)
        told += fuzzer.codes
        faults += fuzzer.faults
        slowest = max(slowest, fuzzer.slowest_s)
    warm = sizes[min(len(sizes) - 1, max(1, int(WARM * len(sizes))))]
    growth = max(sizes[-1] - warm, 0.0)
    if growth > GROWTH_MB:
        faults.append(f"the process grew by {growth:.0f} MB from {warm:.0f} MB, the limit is {GROWTH_MB:.0f}")
    if told["2xx"] < counts["requests"] / 20:
        faults.append(f"only {told['2xx']} requests were answered with a page: nothing was shown")
    figures = {
        "requests": counts["requests"],
        **dict(sorted(told.items())),
        "slowest_s": round(slowest, 2),
        "growth_mb": round(growth, 1),
    }
    return Outcome(figures, tuple(faults))


def _register(folder: Path, first: int, count: int, sizes: list[float]) -> Fuzzer:
    """So many requests to a new register, and the audit of what they left."""
    folder.mkdir()
    app = peopled(folder)
    engine = app.extensions["test.engine"]
    before = set(_differences(engine))
    fuzzer = Fuzzer(app, random.Random(SEED + first))
    with mock.patch.object(ambient, "now", side_effect=lambda: fuzzer.clock):
        for number in range(first, first + count):
            if (number - first) % A_CLOCK == 0:
                fuzzer.sign_in()
                sizes.append(memory_mb())
            fuzzer.ask(number)
    sizes.append(memory_mb())
    new = [row for row in _differences(engine) if row not in before]
    fuzzer.faults += [f"audit after request {first + count}: {row}" for row in new[:5]]
    engine.dispose()
    return fuzzer


def _differences(engine: Any) -> Iterator[str]:
    with db.reading(engine) as session:
        yield from map(str, verifying.verify(session).differences)


DRILL = Drill(
    "fuzz",
    ("R25",),
    "No request, however it is made, is answered with a fault of the server, hangs, eats memory or harms the log.",
    {"requests": 50_000},
    {"requests": 150},
    run,
    minutes=20,
)
