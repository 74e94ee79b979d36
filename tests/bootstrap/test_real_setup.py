"""The set-up itself, in a fresh clone of what is committed: slow, and it needs the network once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.bootstrap.places import of_this_clone

pytestmark = pytest.mark.slow
BASE_PYTHON = Path(sys.base_prefix) / "bin" / "python3"
UNUSABLE_PROXY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "clone"
    subprocess.run(["git", "clone", "-q", of_this_clone().root, folder], check=True)
    return folder


def registry(clone: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    command = [BASE_PYTHON, "-m", "registry", *arguments]
    return subprocess.run(
        command, cwd=clone, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=300
    )


def test_without_a_network_a_cold_start_says_so(clone: Path, tmp_path: Path) -> None:
    answer = registry(clone, "--help", HTTPS_PROXY=UNUSABLE_PROXY, HTTP_PROXY=UNUSABLE_PROXY, HOME=str(tmp_path))
    assert answer.returncode == 1
    assert "the package registry cannot be reached" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_interruption_is_mended_by_the_next_call(clone: Path) -> None:
    command = [BASE_PYTHON, "-m", "registry", "--help"]
    begun = subprocess.Popen(command, cwd=clone, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert begun.stderr is not None
    assert begun.stderr.readline().startswith("registry: ")  # it has begun
    while not (clone / ".venv" / "registry-unfinished").exists():
        assert begun.poll() is None
        time.sleep(0.05)
    os.killpg(begun.pid, signal.SIGINT)
    assert "the same command takes up where this one left off" in begun.communicate(timeout=60)[1]
    assert begun.returncode == 130

    mended = registry(clone, "--help")
    assert mended.returncode == 0, mended.stderr
    assert "making it anew" in mended.stderr
    for name in ("registry", "solver"):
        assert str(clone / ".venv" / "bin" / name) in mended.stderr
        assert os.access(clone / ".venv" / "bin" / name, os.X_OK)


def test_when_all_is_there_it_starts_within_three_seconds_and_without_a_network(clone: Path) -> None:
    begun = time.monotonic()
    answer = registry(clone, "--help", HTTPS_PROXY=UNUSABLE_PROXY, HTTP_PROXY=UNUSABLE_PROXY)
    assert answer.returncode == 0
    assert answer.stderr == ""
    assert time.monotonic() - begun < 3


def test_a_damaged_environment_is_made_anew(clone: Path) -> None:
    for file in (clone / ".venv" / "bin").glob("python*"):
        file.unlink()
    answer = registry(clone, "--help")
    assert answer.returncode == 0, answer.stderr
    assert "the old .venv is damaged or unfinished; making it anew" in answer.stderr
