"""The log of operators: fields of known shapes, one line an event, no words of errors, nothing of libraries but where."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry import logs
from registry.config import Settings

CANARY = "zzcanary"
ATTACK = f'{CANARY}\r\n{{"event": "forged"}}\x1b[31m\u2028\x00'


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "log"
    logs.end()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def begin(file: Path, **changes: Any) -> None:
    logs.begin(Settings(data=file.parent, log_file=file, **changes))


def test_a_line_has_its_instant_level_event_and_known_fields_in_this_order(file: Path) -> None:
    begin(file)
    logs.get("registry.worker").info("run-taken", run=7, attempt=1, worker="host/12/abc", ms=1.5)
    [line] = lines(file)
    assert list(line) == ["at", "level", "event", "run", "attempt", "worker", "ms"]
    assert (line["level"], line["event"], line["run"], line["worker"]) == ("info", "run-taken", 7, "host/12/abc")
    assert str(line["at"]).endswith("Z")


@pytest.mark.parametrize(
    "name", [*logs.SHAPES, *sorted(logs.NUMBERS), "email", "path", "message", "stack_info", "positional_args"]
)
def test_what_has_no_shape_or_does_not_fit_is_left_out(file: Path, name: str) -> None:
    begin(file)
    for value in (ATTACK, f"{CANARY}@example.org", [CANARY], {"a": CANARY}, CANARY.encode()):
        logs.get("registry.requests").info("request", **{name: value})
    text = file.read_text("utf-8")
    assert text.count("\n") == 5
    assert not any(mark in text for mark in ("@", "forged", "\x1b", "\\u001b", "\\r", f'["{CANARY}', f': "{CANARY}",'))
    assert all(set(line) <= {"at", "level", "event", name} for line in lines(file))


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_event_that_is_no_word_is_left_out_too_and_no_line_can_be_forged(file: Path, form: str) -> None:
    begin(file, log_format=form)
    logs.get("registry.x").warning(ATTACK, why=ATTACK)
    logging.getLogger("waitress").warning("%s", ATTACK)
    logging.getLogger("waitress").error(ATTACK, exc_info=ValueError(ATTACK))
    text = file.read_text("utf-8")
    assert text.count("\n") == 3
    assert CANARY not in text and "\x1b" not in text and "forged" not in text


def fail(secret: str) -> None:
    local = f"the password is {secret}"
    try:
        raise KeyError(local)
    except KeyError as error:
        raise ValueError(local) from error


def test_an_error_is_told_by_kind_and_place_without_its_words_or_values(file: Path) -> None:
    begin(file)
    try:
        fail(CANARY)
    except ValueError as error:
        logs.get("registry.requests").error("fault", exc_info=error)
    [line] = lines(file)
    assert line["error"] == "builtins.ValueError"
    trace = line["trace"]
    assert isinstance(trace, list)
    assert [row["error"] for row in trace] == ["builtins.ValueError", "builtins.KeyError"]
    assert trace[0]["frames"][-1].startswith("tests/registry/test_logs.py:")
    assert trace[0]["frames"][-1].endswith(" fail")
    assert CANARY not in file.read_text("utf-8")


def test_a_library_is_heard_when_it_warns_and_only_where_it_did(file: Path) -> None:
    begin(file)
    logging.getLogger("waitress.queue").info("queue %s", CANARY)
    logging.getLogger("waitress.queue").warning("queue %s", CANARY)
    [line] = lines(file)
    assert (line["level"], line["event"], line["logger"]) == ("warning", "library", "waitress.queue")
    assert str(line["at_line"]).startswith("tests/registry/test_logs.py:")


def test_the_level_of_the_settings_holds(file: Path) -> None:
    begin(file, log_level="warning")
    log = logs.get("registry.requests")
    log.info("request")
    log.warning("run-lost")
    assert [line["event"] for line in lines(file)] == ["run-lost"]


def test_a_file_that_was_moved_away_is_opened_anew(file: Path) -> None:
    begin(file)
    logs.get("registry.requests").info("request")
    file.rename(file.with_name("log.1"))
    logs.get("registry.requests").info("request")
    assert len(lines(file)) == len(lines(file.with_name("log.1"))) == 1
