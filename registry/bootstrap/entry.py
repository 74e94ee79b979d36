"""Where `python3 -m registry` begins: set up what is missing, then hand over."""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from registry.bootstrap import environment, frontend, suite
from registry.bootstrap.faults import SetupFault, from_os_error
from registry.bootstrap.places import WINDOWS, Places, inside_venv, of_this_clone
from registry.bootstrap.work import log_file, say


def start(arguments: Sequence[str]) -> int:
    """Carry out `python3 -m registry ARGUMENTS` and return the exit code; on most systems it never returns."""
    places = of_this_clone()
    if not inside_venv(places):
        signal.signal(signal.SIGTERM, _stop)
    try:
        if arguments[:1] == ["test"]:
            return _test(places, arguments[1:])
        if arguments[:1] == ["drill"]:
            return _drill(places, arguments[1:])
        return _command(places, arguments)
    except SetupFault as fault:
        say(str(fault))
        return fault.exit_code
    except OSError as error:
        say(str(from_os_error(error)))
        return 1


def set_up(places: Places, level: str) -> None:
    """Make everything that `level` needs, one process at a time; nothing at all if it is there."""
    if environment.is_whole(places, level) and frontend.is_whole(places):
        return
    with _alone(places), _no_traceback(places):
        if not environment.is_whole(places, level):
            environment.make(places, level)
        if not frontend.is_whole(places):
            frontend.make(places)
    say(f"ready; the commands are now {places.command('registry')} and {places.command('solver')}")


def _command(places: Places, arguments: Sequence[str]) -> int:
    if inside_venv(places):
        from registry.cli import main

        main(args=list(arguments), prog_name="registry")
        return 0
    # The tool that asks about known faults is among those of the tests.
    set_up(places, "test" if list(arguments) == ["audit", "dependencies"] else "run")
    return _become([places.python, "-m", "registry", *arguments])


def _test(places: Places, arguments: Sequence[str]) -> int:
    if suite.wants_help(arguments):
        sys.stdout.write(suite.HELP)
        return 0
    suite.check_parts(arguments)
    if inside_venv(places) and not environment.is_whole(places, "test"):
        return _become([_base_python(), "-m", "registry", "test", *arguments])
    set_up(places, "test")
    env = suite.provide(places, arguments)
    os.chdir(places.root)
    return _become([places.python, "-m", "pytest", *arguments], env)


def _drill(places: Places, arguments: Sequence[str]) -> int:
    if suite.wants_help(arguments):
        sys.stdout.write(suite.DRILL_HELP)
        return 0
    suite.check_parts(arguments)
    if inside_venv(places) and not environment.is_whole(places, "test"):
        return _become([_base_python(), "-m", "registry", "drill", *arguments])
    set_up(places, "test")
    env = {**os.environ, "PYTHONPATH": str(places.root)}  # so that files are named from where the person is
    return _become([places.python, "-m", "tests.drills", *arguments], env)


def _base_python() -> Path:
    """The Python that .venv was made with."""
    return Path(sys.base_prefix) / ("python.exe" if WINDOWS else "bin/python3")


def _become(command: Sequence[str | Path], env: dict[str, str] | None = None) -> int:
    """Replace this process by `command`; where that is not possible, run it and return its exit code."""
    words = [str(part) for part in command]
    env = dict(os.environ) if env is None else env
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execve(words[0], words, env)
    return subprocess.run(words, env=env, check=False).returncode


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Hold the clone's set-up lock; a second set-up of the same clone waits for the first."""
    places.cache.mkdir(parents=True, exist_ok=True)
    with (places.cache / "setup.lock").open("w") as lock:
        if not WINDOWS:
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another set-up of this clone is running; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _no_traceback(places: Places) -> Iterator[None]:
    """Keep the trace of a fault of our own in a log and say where it is."""
    try:
        yield
    except (SetupFault, OSError):
        raise
    except Exception as error:
        log = log_file(places, "setup")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc(), "utf-8")
        raise SetupFault(f"setting up failed in a way that it should not; please report {log}") from error


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Turn a request to end into an orderly stop, so that no child is left behind."""
    raise KeyboardInterrupt
