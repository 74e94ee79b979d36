"""What clamd answers about a file, and that no answer is never taken for a good one."""

import random
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError as SettingError

from registry import ambient, connections
from registry.config import Settings
from registry.scanning import Clamd, Version, scan_by, unasked
from registry.services.scanned import HarmError, ScannedFile, UnscannedError, scanned
from tests.registry.clamd import HARM, NAME, SAID, StandIn, standing_in

LARGE = random.Random(5).randbytes(5_000_000)  # the largest file that is kept, in many pieces


@pytest.fixture(params=["unix", "tcp"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path, request.param) as stand_in:
        yield stand_in


def scan(clamd: StandIn, data: bytes = b"a plan", limit_s: float = 10) -> str | None:
    return Clamd(clamd.address, limit_s).scan(data)


@pytest.mark.parametrize("data", [b"a plan", b"\0", LARGE], ids=["small", "nought", "large"])
def test_a_file_without_harm_is_sent_whole_and_passes(clamd: StandIn, data: bytes) -> None:
    assert scan(clamd, data) is None
    assert clamd.seen == [data]


@pytest.mark.parametrize("data", [HARM, LARGE + HARM, HARM + LARGE])
def test_what_the_scanner_knows_is_named(clamd: StandIn, data: bytes) -> None:
    assert scan(clamd, data) == NAME


@pytest.mark.parametrize("fault", SAID)
def test_any_other_answer_is_none(clamd: StandIn, fault: str) -> None:
    clamd.behaves = fault
    with pytest.raises(UnscannedError) as refused:
        scan(clamd)
    whole = fault in ("tells an error", "says nothing", "says two things", "is no clamd")
    assert refused.value.why == ("it tells an error" if whole else "no whole answer")


def test_a_scanner_that_closes_in_the_middle_gave_no_answer(clamd: StandIn) -> None:
    clamd.behaves = "closes in the middle"
    with pytest.raises(UnscannedError, match="the file was not taken") as refused:
        scan(clamd, LARGE)
    assert refused.value.why == "no whole answer"


@pytest.mark.parametrize("fault", ["is silent", "never ends"])
def test_a_scanner_that_takes_too_long_gave_no_answer(clamd: StandIn, fault: str) -> None:
    clamd.behaves = fault
    begun = ambient.seconds()
    with pytest.raises(UnscannedError) as refused:
        scan(clamd, limit_s=0.3)
    assert refused.value.why == "no answer in time"
    assert ambient.seconds() - begun < 5


def test_a_file_beyond_the_scanners_limit_is_told_as_such(clamd: StandIn) -> None:
    clamd.most_bytes = 1_000_000
    with pytest.raises(UnscannedError) as refused:
        scan(clamd, LARGE)
    assert refused.value.why == "larger than its limit"
    assert scan(clamd, LARGE[:1_000_000]) is None


def test_a_scanner_that_is_not_there_gave_no_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"unix:{tmp_path}/none.ctl", f"tcp://127.0.0.1:{port}", "tcp://[::1]:1"):
        with pytest.raises(UnscannedError) as refused:
            Clamd(address).scan(b"a plan")
        assert refused.value.why == "no connection"


def test_a_scanner_that_takes_no_more_connections_holds_nobody_up(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd.ctl")
    with socket.socket(socket.AF_UNIX) as deaf, socket.socket(socket.AF_UNIX) as other:
        deaf.bind(path)
        deaf.listen(0)
        other.connect(path)
        with pytest.raises(UnscannedError) as refused:
            Clamd(f"unix:{path}").scan(b"a plan")
    assert refused.value.why == "no connection"


def test_the_name_of_a_harm_is_fit_for_pages_and_logs(clamd: StandIn) -> None:
    for name, told in (("<b>Bad</b> name", "_b_Bad_/b__name"), ("X" * 500, "X" * 100), ("é\u202e", "__")):
        clamd.name = name
        assert scan(clamd, HARM) == told
    clamd.name = "Two\nlines"
    with pytest.raises(UnscannedError):
        scan(clamd, HARM)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("ClamAV 1.4.3/27500/Sat Sep 04 10:00:00 2027", Version("ClamAV 1.4.3", datetime(2027, 9, 4, 10, tzinfo=UTC))),
        ("ClamAV 1.4.3/27500/Sat Sep  4 10:00:00 2027", Version("ClamAV 1.4.3", datetime(2027, 9, 4, 10, tzinfo=UTC))),
        ("ClamAV 1.4.3", Version("ClamAV 1.4.3", None)),
        ("ClamAV 1.4.3/27500/a day", Version("ClamAV 1.4.3", None)),
    ],
)
def test_a_scanner_says_which_it_is_and_of_when_its_signatures_are(clamd: StandIn, said: str, version: Version) -> None:
    clamd.says = said
    assert Clamd(clamd.address).version() == version


def test_what_is_no_clamd_says_no_version(clamd: StandIn) -> None:
    clamd.says = "OpenSSH 9"
    with pytest.raises(UnscannedError):
        Clamd(clamd.address).version()


def test_only_a_file_that_was_looked_into_is_one_to_be_kept(clamd: StandIn) -> None:
    ask = Clamd(clamd.address).scan
    assert scanned("plan.txt", b"a plan", ask) == ScannedFile("plan.txt", b"a plan")
    with pytest.raises(HarmError) as refused:
        scanned("../pl%an.txt", HARM, ask)
    assert refused.value.faults == (
        f"file: the scanner knows {NAME} in pl an.txt, which does harm; give one without it, made on a clean machine",
    )
    clamd.behaves = "tells an error"
    with pytest.raises(UnscannedError):
        scanned("plan.txt", b"a plan", ask)


def test_without_the_setting_nobody_looks(clamd: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTRY_FILE_SCANNER", raising=False)
    assert scan_by(Settings()) is unasked
    assert scanned("plan.txt", HARM, scan_by(Settings())).data == HARM
    assert scan_by(Settings(file_scanner=clamd.address))(HARM) == NAME


@pytest.mark.parametrize(
    "address",
    ["unix:/run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", "tcp://[::1]:3310", "tcp://scanner.example.org:65535"],
)
def test_an_address_of_a_scanner_can_be_set(address: str) -> None:
    assert Settings(file_scanner=address).file_scanner == address


@pytest.mark.parametrize(
    "address",
    ["/run/clamav/clamd.ctl", "unix:clamd.ctl", "unix:/" + "x" * 101, "tcp://host", "tcp://host:65536", "tcp://:3310",
     "tls://host:3310", "tcp://host:3310/path", "tcp://user@host:3310", "tcp://ho st:3310"],
)  # fmt: skip
def test_what_is_no_address_of_a_scanner_is_refused(address: str) -> None:
    with pytest.raises(SettingError, match="it is no address of a scanner"):
        Settings(file_scanner=address)


def test_a_scanner_elsewhere_needs_a_private_network() -> None:
    def plain(address: str, **more: object) -> list[str]:
        return [row.setting for row in connections.plain(Settings(file_scanner=address, **more))]

    assert plain("unix:/run/clamav/clamd.ctl") == plain("tcp://127.0.0.1:3310") == plain("tcp://[::1]:3310") == []
    assert plain("tcp://scanner.example.org:3310") == ["REGISTRY_FILE_SCANNER"]
    assert plain("tcp://scanner.example.org:3310", private_network=True) == []
