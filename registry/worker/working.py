"""The worker's round: free what others lost, do what is due, take a run and see it to its end, and so on until asked to end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry import ambient, db, logs
from registry.services import beats, leases
from registry.services.leases import Lease
from registry.worker.due import remind_all
from registry.worker.performing import Ways, perform
from registry.worker.scheduler import MissingError, Remote

LEASE_S = 20.0
POLL_S = 1.0
NAP_S = 0.2
DUE_EVERY = timedelta(minutes=10)
BEAT_EVERY = timedelta(seconds=10)
LOG = logs.get("registry.worker")
Say = Callable[[str], None]


@dataclass
class Asked:
    """Whether this process was asked to end; true once it was."""

    is_set: bool = False

    def __bool__(self) -> bool:
        return self.is_set


@contextmanager
def ending() -> Iterator[Asked]:
    """SIGTERM and Ctrl-C ask the worker to end: it stops its child and gives its run back."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(*_: object) -> None:
        asked.is_set = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def worker_name() -> str:
    """A name for this process that no other one has."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{ambient.token(6)}"


@dataclass
class Worker:
    """One process that works at runs, one at a time."""

    ways: Ways
    name: str
    say: Say
    _due_at: datetime | None = None
    _beaten_at: datetime | None = None

    def work(self, *, once: bool) -> int:
        """Take runs until asked to end; with `once` until none waits. How many were taken."""
        taken = 0
        while not self.ways.is_stopping():
            lease = self._next()
            if lease is not None:
                taken += 1
                self._perform(lease)
            elif once:
                break
            else:
                self._sleep()
        self._leave()
        return taken

    def _perform(self, lease: Lease) -> None:
        run = {"run": lease.run_id, "attempt": lease.attempt, "worker": self.name}
        self.say(f"run {lease.run_id}, attempt {lease.attempt}: taken")
        LOG.info("run-taken", **run)
        begun = ambient.seconds()
        sentence = perform(self.ways, lease)
        self.say(f"run {lease.run_id}, attempt {lease.attempt}: {sentence}")
        outcome = sentence.partition(":")[0].lower()
        LOG.info("run-ended", **run, outcome=outcome, seconds=round(ambient.seconds() - begun, 1))

    def _next(self) -> Lease | None:
        try:
            self._beat()
            self._do_what_is_due()
            return self._take() if self._has_place() else None
        except db.UNUSABLE as error:
            LOG.warning("database-unusable", exc_info=error)
            self.say(f"the database cannot be used now ({str(error.orig).strip().splitlines()[0]}); trying again")
            return None

    def _has_place(self) -> bool:
        """Whether a run that were taken now could be done: a scheduler that is away costs no run one of its tries."""
        if not isinstance(self.ways.place, Remote):
            return True
        try:
            self.ways.place.connect()
        except MissingError as error:
            self.say(f"{error}; no run is taken meanwhile")
            LOG.warning("scheduler-away")
            return False
        return True

    def _take(self) -> Lease | None:
        now = self.ways.clock()
        with db.reading(self.ways.engine) as session:
            if not leases.is_waited_for(session, now):
                return None
        with db.unit_of_work(self.ways.engine) as session:
            for run_id in leases.expire(session, now):
                self.say(f"run {run_id}: its worker was not heard of any more")
                LOG.warning("run-lost", run=run_id)
        with db.unit_of_work(self.ways.engine) as session:
            return leases.take(session, self.name, now, self.ways.lease_s)

    def _beat(self) -> None:
        """Say from time to time that this worker is there."""
        now = self.ways.clock()
        if self._beaten_at is None or not self._beaten_at <= now < self._beaten_at + BEAT_EVERY:
            with db.unit_of_work(self.ways.engine) as session:
                beats.beat(session, self.name, now)
            self._beaten_at = now

    def _leave(self) -> None:
        with suppress(*db.UNUSABLE), db.unit_of_work(self.ways.engine) as session:
            beats.end(session, self.name)

    def _do_what_is_due(self) -> None:
        now = self.ways.clock()
        if self._due_at is not None and self._due_at <= now < self._due_at + DUE_EVERY:
            return
        self._due_at = now
        for line in remind_all(self.ways.engine, self.ways.entered()):
            self.say(line)

    def _sleep(self) -> None:
        for _ in range(round(POLL_S / NAP_S)):
            if self.ways.is_stopping():
                return
            time.sleep(NAP_S)
