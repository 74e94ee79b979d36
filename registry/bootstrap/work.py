"""Running tools: one progress line each, their own words in a log file, no child left behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry.bootstrap.faults import from_output
from registry.bootstrap.places import Places

Command = Sequence[str] | Sequence[Path] | Sequence[str | Path]
TAIL_BYTES = 20_000


def say(text: str) -> None:
    """Write one line for the person; on standard error, so that a command's own output stays clean."""
    sys.stderr.write(f"registry: {text}\n")
    sys.stderr.flush()


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show `what` while it is being done and its seconds when it is done."""
    live = sys.stderr.isatty()
    begun = time.monotonic()
    if live:
        sys.stderr.write(f"registry: {what} ...")
        sys.stderr.flush()
    try:
        yield
    except BaseException:
        if live:
            sys.stderr.write("\n")
        raise
    seconds = time.monotonic() - begun
    if live:
        sys.stderr.write(f" {seconds:.1f} s\n")
    else:
        say(f"{what}: {seconds:.1f} s")


def tool_environment(places: Places, **more: str) -> dict[str, str]:
    """The environment for pip, uv and npm: the person's own, with caches in the clone if the home is not writable."""
    env = dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX"):
        env.pop(name, None)
    env.update(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.update(UV_NO_PROGRESS="1", UV_PYTHON_DOWNLOADS="never", NO_COLOR="1", NO_UPDATE_NOTIFIER="1")
    if not os.access(Path.home(), os.W_OK):
        env.setdefault("UV_CACHE_DIR", str(places.cache / "uv-cache"))
        env.setdefault("PIP_CACHE_DIR", str(places.cache / "pip-cache"))
        env.setdefault("npm_config_cache", str(places.cache / "npm-cache"))
    env.update(more)
    return env


def attempt(
    places: Places, name: str, command: Command, *, cwd: Path | None = None, env: Mapping[str, str]
) -> tuple[int, str]:
    """Run `command` to its end and return its exit code and the end of what it wrote; all of it goes to a log."""
    places.logs.mkdir(parents=True, exist_ok=True)
    with log_file(places, name).open("wb") as log:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd or places.root,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            code = child.wait()
        except BaseException:
            _end(child)
            raise
    return code, log_file(places, name).read_bytes()[-TAIL_BYTES:].decode("utf-8", "replace")


def run(places: Places, name: str, command: Command, *, cwd: Path | None = None, env: Mapping[str, str]) -> None:
    """Run `command` or raise the SetupFault that explains why it failed."""
    code, text = attempt(places, name, command, cwd=cwd, env=env)
    if code != 0:
        raise from_output(name.replace("-", " "), text, log_file(places, name))


def log_file(places: Places, name: str) -> Path:
    """Where the words of the tool behind the step `name` are kept."""
    return places.logs / f"{name}.log"


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
