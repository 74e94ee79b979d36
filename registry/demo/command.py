"""`registry demo`: play the round, print what came of it, and serve the pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from registry import logs, serving
from registry.config import Settings
from registry.demo.allocation import ALLOCATION
from registry.demo.fixtures import FIXTURES, RoundFixture, read_round
from registry.demo.job import DemoError, Job, Say, run
from registry.demo.report import report, sign_in
from registry.demo.steps import PREPARATION

STEPS = (*PREPARATION, *ALLOCATION)
LOCK_FILE = "demo.lock"
_LONGEST = 3


def play(
    settings: Settings, engine: sa.Engine, say: Say, *, serve_pages: bool = True, fixtures: Path = FIXTURES
) -> None:
    """Play the round into the settings' data folder, or go on where an earlier run stopped.

    Raises
    ------
    DemoError
        If the fixtures cannot be used or a step fails; what was done before stays.
    serving.ServingError
        If the pages cannot be served; a port that is taken is found before anything else is done.
    """
    if serve_pages:
        serving.check_port(settings)
    job = Job(settings, engine, fixtures, _round(fixtures))
    with _alone(settings.data):
        say(f"Playing {job.round.heading['name']} in {settings.data}")
        _play(job, say)
    if serve_pages:
        logs.begin(settings.model_copy(update={"log_level": "error"}))  # who tries it out reads pages, not requests
        serving.serve(settings, engine, say)


def _round(fixtures: Path) -> RoundFixture:
    try:
        return read_round(fixtures)
    except KeyError as error:
        raise DemoError(f"{fixtures}: the round's files lack the field {error}; restore them") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DemoError(f"the round cannot be read: {error}") from error


def _play(job: Job, say: Say) -> None:
    try:
        seconds = run(job, STEPS, say)
    except BaseException:
        # Whoever was given a password must learn it even if the round stops here.
        if job.passwords:
            _say_all(sign_in(job.passwords, job), say)
        raise
    say(_summary(seconds))
    say(report(job))
    _say_all(sign_in(job.passwords, job), say)


def _say_all(lines: Iterator[str], say: Say) -> None:
    for line in lines:
        say(line)


def _summary(seconds: Mapping[str, float]) -> str:
    longest = sorted(seconds, key=lambda name: -seconds[name])[:_LONGEST]
    most = ", ".join(f"{name} {seconds[name]:.1f} s" for name in longest)
    return f"All steps took {sum(seconds.values()):.1f} s; most of it: {most}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the data folder's lock; a second demo in the same folder is refused."""
    with (folder / LOCK_FILE).open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ModuleNotFoundError:  # a system without such locks
            pass
        except BlockingIOError as error:
            raise DemoError(f"another demo is at work in {folder}; wait for it, or choose another --data") from error
        yield
