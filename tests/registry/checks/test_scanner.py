"""A scanner of files that is not there, takes too little or is behind is told, with what to mend."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.checks import scanner
from registry.checks.report import Line, fault, ok
from registry.config import Settings
from tests import factories as make
from tests.registry.clamd import StandIn, standing_in

NOW = make.utc("2027-09-10T09:00")
FINE = ok("scanner", "ClamAV 1.4.3 takes files of 25 MB")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path) as stand_in:
        yield stand_in


def found(address: str | None, *, illustrative: bool = False) -> list[Line]:
    return list(scanner.lines(Settings(file_scanner=address), NOW, illustrative=illustrative))


def test_an_exercise_needs_no_scanner_and_a_real_register_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTRY_FILE_SCANNER", raising=False)
    assert found(None, illustrative=True) == []
    [line] = found(None)
    assert (line.level, line.about) == ("warning", "REGISTRY_FILE_SCANNER")


def test_one_that_answers_and_takes_the_largest_file_is_fine(clamd: StandIn) -> None:
    assert found(clamd.address) == found(clamd.address, illustrative=True) == [FINE]
    assert {len(data) for data in clamd.seen} == {25_000_000}


@pytest.mark.parametrize(
    ("day", "more"),
    [
        ("/27500/Fri Sep 03 09:00:00 2027", []),
        ("/27500/Fri Sep 03 08:59:59 2027", ["its signatures are 7 days old"]),
        ("/27500/Tue Sep 01 08:59:59 2026", ["its signatures are 374 days old"]),
        ("", ["it does not say of when its signatures are"]),
    ],
)
def test_signatures_older_than_seven_days_are_told(
    clamd: StandIn, day: str, more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "LARGEST", 25_000)
    clamd.says = f"ClamAV 1.4.3{day}"
    first, *rest = found(clamd.address)
    assert (first.level, first.about) == ("ok", "scanner")
    assert [(line.level, line.said) for line in rest] == [("warning", said) for said in more]


def test_one_that_takes_too_little_is_a_fault(clamd: StandIn) -> None:
    clamd.most_bytes = 24_999_999
    assert found(clamd.address) == [
        fault(
            "REGISTRY_FILE_SCANNER",
            "it takes no file of 25000000 bytes, so that large ones are refused",
            "set StreamMaxLength in clamd.conf to 26M or more",
        )
    ]


def test_one_that_is_not_there_or_tells_an_error_is_a_fault(clamd: StandIn, tmp_path: Path) -> None:
    [line] = found(f"unix:{tmp_path}/none.ctl")
    assert (line.level, line.said) == (
        "fault",
        f"unix:{tmp_path}/none.ctl gives no answer (no connection): no file is taken",
    )
    clamd.behaves = "tells an error"
    assert [line.level for line in found(clamd.address)] == ["fault"]
