"""Settings that are each fine and do not go together."""

from pathlib import Path
from typing import Any

import pytest

from registry import config
from registry.checks import configuration
from registry.checks.report import Level, Line, worst
from registry.config import Settings

LONG: dict[str, Any] = {"secret_key": "k" * 40, "password_salt": "s" * 40, "totp_secret": "t" * 40}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"REGISTRY_{name.upper()}", raising=False)


def found(**changes: Any) -> list[tuple[str, str]]:
    return [(line.level, line.about) for line in configuration.lines(Settings(data=Path("data"), **changes))]


def test_settings_that_go_together_are_one_line() -> None:
    behind_nginx: dict[str, Any] = {"trusted_proxies": 1, "secure_cookies": True, "trusted_hosts": "example.org"}
    assert found() == found(**LONG) == found(**behind_nginx) == [("ok", "settings")]


@pytest.mark.parametrize(
    ("changes", "level", "about"),
    [
        ({"secure_cookies": True}, "warning", "REGISTRY_TRUSTED_PROXIES"),
        ({"trusted_proxies": 1, "trusted_hosts": "example.org"}, "warning", "REGISTRY_SECURE_COOKIES"),
        ({"trusted_proxies": 1, "secure_cookies": True}, "warning", "REGISTRY_TRUSTED_HOSTS"),
        (
            {"trusted_proxies": 1, "secure_cookies": True, "trusted_hosts": "example.org", "host": "0.0.0.0"},
            "warning",
            "REGISTRY_HOST",
        ),
        ({"threads": 11}, "fault", "REGISTRY_DATABASE_CONNECTIONS"),
        ({"session_hours": 1, "session_idle_minutes": 61}, "warning", "REGISTRY_SESSION_IDLE_MINUTES"),
        ({"secret_key": "k" * 31}, "fault", "REGISTRY_SECRET_KEY"),
        ({"totp_secret": "k" * 31}, "fault", "REGISTRY_TOTP_SECRET"),
        ({**LONG, "password_salt": "k" * 40}, "fault", "secrets"),
        ({"log_file": Path("/none/registry.log")}, "fault", "REGISTRY_LOG_FILE"),
        ({"dask_scheduler": "tcp://127.0.0.1:9"}, "fault", "REGISTRY_DASK_SCHEDULER"),
    ],
)
def test_what_does_not_go_together_is_told_by_the_setting_to_be_changed(
    changes: dict[str, Any], level: str, about: str
) -> None:
    assert found(**changes) == [(level, about)]


def test_what_is_no_setting_is_told_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_TRUSTED_PROXYS", "1")
    [line] = configuration.lines(Settings(data=Path("data")))
    assert line == Line(
        Level.WARNING, "REGISTRY_TRUSTED_PROXYS", "there is no such setting", "write REGISTRY_TRUSTED_PROXIES"
    )


def of_register(*, illustrative: bool, **changes: Any) -> list[tuple[str, str]]:
    settings = Settings(data=Path("data"), **changes)
    return [(line.level, line.about) for line in configuration.of_register(settings, illustrative=illustrative)]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"rehearsal": True}, ("fault", "REGISTRY_REHEARSAL")),
        ({"second_factor": "optional"}, ("warning", "REGISTRY_SECOND_FACTOR")),
        ({"host": "0.0.0.0"}, ("fault", "REGISTRY_SECURE_COOKIES")),
    ],
)
def test_what_an_exercise_may_a_register_of_real_rounds_may_not(changes: dict[str, Any], line: tuple[str, str]) -> None:
    assert of_register(illustrative=True, **changes) == []
    assert of_register(illustrative=False, **changes) == [line]


def test_the_exit_code_is_that_of_the_worst_line() -> None:
    lines = [Line(Level.OK, "a", "b"), Line(Level.WARNING, "a", "b"), Line(Level.FAULT, "a", "b")]
    assert [worst(lines[:number]) for number in range(4)] == [0, 0, 1, 2]
