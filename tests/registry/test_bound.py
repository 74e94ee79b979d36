"""Programs that end with the process that started them (Linux)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

BINDER = Path(__file__).parents[2] / "registry" / "bound.py"
SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(3); print('outlived it')"
STARTER = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-I", "-S", {str(BINDER)!r}, str(os.getpid()), sys.executable, "-c", {SLEEPER!r}])
time.sleep(60)
"""


def test_a_bound_program_is_killed_with_the_process_that_started_it() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        bound = int(starter.stdout.readline())
        assert Path(f"/proc/{bound}").exists()
        starter.kill()
        assert starter.stdout.read() == ""  # which waits until nobody is left who could write
    assert starter.returncode == -signal.SIGKILL


def test_a_program_whose_starter_was_gone_before_never_begins() -> None:
    words = [sys.executable, "-I", "-S", str(BINDER), str(os.getpid() + 1), sys.executable, "-c", "print('begun')"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")


def test_the_bound_program_is_the_python_and_the_modules_of_the_starter() -> None:
    code = "import sys, sqlalchemy; print(sys.executable)"
    words = [sys.executable, "-I", "-S", str(BINDER), str(os.getpid()), sys.executable, "-c", code]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{sys.executable}\n"
