"""What operators read of requests: which page and how it ended, and nothing that anybody sent."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from registry import logs
from tests.registry.web.signing_in import enter, sign_in
from tests.registry.web.site import PASSWORD, settings_for

CANARY = "zzcanary"
MARKS = (CANARY, "elena", "Elena", "127.0.0.1", "203.0.113", "example.org", PASSWORD, "\x1b", "csrf")
ATTACK = f"{CANARY}%0d%0a%1b[31m"
HEADERS = {
    "User-Agent": f"{CANARY} browser", "Referer": f"https://{CANARY}.example.org/?q={CANARY}", "Accept-Language": CANARY,
    "X-Forwarded-For": "203.0.113.9", "X-Request-Id": CANARY, "Authorization": f"Bearer {CANARY}",
    "Cookie": f"registry_session={CANARY}; other={CANARY}", "If-None-Match": CANARY, "Content-Type": "multipart/" + CANARY,
}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    logs.begin(settings_for(tmp_path, log_file=tmp_path / "log", log_level="debug"))
    yield tmp_path / "log"
    logs.end()


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def addresses(app: Flask) -> Iterator[str]:
    """Every address with a canary in each of its arguments, and behind it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, 7 if "int:" in rule.rule else CANARY)
        where = (
            adapter.build(rule.endpoint, values, force_external=False)
            if rule.rule != "/static/<path:filename>"
            else "/"
        )
        yield f"{where}?q={ATTACK}&{CANARY}={CANARY}"


def test_no_line_has_what_was_sent_to_any_page_in_whatever_field_or_header(filled: Flask, log: Path) -> None:
    client = filled.test_client()
    asked = [*addresses(filled), f"/{ATTACK}", f"/claims/{ATTACK}@example.org"]
    for where in asked:
        client.get(where, headers=HEADERS, buffered=False).close()
        client.post(where, headers=HEADERS, data={"email": f"{CANARY}@example.org", "password": CANARY}).close()
    client.open("/claims", method=f"{CANARY}".upper()).close()
    sign_in(filled.test_client(), f"{CANARY}@example.org", PASSWORD)
    sign_in(filled.test_client(), "elena@example.org")
    enter(filled, "elena@example.org").get(f"/staff?q={CANARY}")
    told = lines(log)
    assert len([line for line in told if line["event"] == "request"]) >= 2 * len(asked)
    text = log.read_text("utf-8")
    assert [mark for mark in MARKS if mark in text or mark.upper() in text] == []
    assert {line["endpoint"] for line in told if "endpoint" in line} >= {"claims.one_claim", "security.login", "none"}
    assert [line for line in told if line["event"] == "signed-in"] != []


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (RuntimeError(f"{CANARY}\r\n\x1b"), 500, "builtins.RuntimeError"),
        (sa.exc.IntegrityError(CANARY, {"email": CANARY}, ValueError(CANARY)), 500, "sqlalchemy.exc.IntegrityError/ValueError"),
        (sa.exc.OperationalError(CANARY, {}, OSError(CANARY)), 503, "sqlalchemy.exc.OperationalError/OSError"),
        (sa.exc.TimeoutError(CANARY), 503, "sqlalchemy.exc.TimeoutError"),
    ],
)  # fmt: skip
def test_a_fault_has_a_number_on_its_page_and_in_the_log_and_no_value_in_either(
    filled: Flask, log: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, kind: str
) -> None:
    def fail(*_: object) -> None:
        password = CANARY
        raise error from ValueError(password)

    monkeypatch.setattr("registry.queries.rounds.list_rounds", fail)
    answer = filled.test_client().get("/rounds", headers=HEADERS)
    assert (answer.status_code, CANARY in answer.text) == (code, False)
    number = re.search(r"name the number ([0-9a-f]{16})", answer.text)
    assert number is not None
    assert answer.headers["X-Request-Id"] == number[1]
    fault, request = (line for line in lines(log) if line["request"] == number[1])
    assert (fault["event"], fault["level"], fault["error"], fault["endpoint"]) == (
        "fault",
        "error",
        kind,
        "rounds.all_rounds",
    )
    assert (request["event"], request["status"]) == ("request", code)
    trace = fault["trace"]
    assert isinstance(trace, list)
    assert trace[0]["frames"][-1].endswith(" fail")
    assert CANARY not in log.read_text("utf-8")


def test_each_request_has_a_number_of_its_own_and_that_of_the_visitor_is_not_taken(filled: Flask, log: Path) -> None:
    client = filled.test_client()
    for _ in range(3):
        assert "X-Request-Id" not in client.get("/", headers={"X-Request-Id": "0" * 16}).headers
    found = {line["request"] for line in lines(log)}
    assert len(found) == 3
    assert "0" * 16 not in found


def test_looks_at_health_are_logged_only_where_everything_is(
    filled: Flask, tmp_path: Path, make_log: Callable[[str], Path]
) -> None:
    for level, number in (("info", 0), ("debug", 1)):
        file = make_log(level)
        filled.test_client().get("/health")
        assert len(lines(file) if file.exists() else []) == number


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    def make(level: str) -> Path:
        logs.begin(settings_for(tmp_path, log_file=tmp_path / level, log_level=level))
        return tmp_path / level

    yield make
    logs.end()
