"""Holding a run while a child works: the lease is renewed, progress goes to the table, a wish to stop is heard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from registry import db
from registry.services import leases
from registry.services.leases import Lease, LostError
from registry.worker.looks import Looks

BEAT_S = 2.0
Clock = Callable[[], datetime]


class StoppedError(Exception):
    """The process was asked to end."""


@dataclass
class Holding:
    """One run in the hands of this process; `watch` is called every moment, and raises what ends the child."""

    engine: sa.Engine
    lease: Lease
    lease_s: float
    clock: Clock
    is_stopping: Callable[[], bool]
    looks: Looks
    doing: str = ""
    _held_until: datetime = field(init=False)
    _beaten_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """The lease has just been taken."""
        self._beaten_at = self.clock()
        self._held_until = self._beaten_at + timedelta(seconds=self.lease_s)

    def begin(self, doing: str) -> None:
        """Tell what is done now."""
        self.doing = doing
        self.beat()

    def watch(self) -> None:
        """Renew the lease from time to time.

        Raises
        ------
        StoppedError, LostError, CancelledError
            If the child is to end.
        """
        if self.is_stopping():
            raise StoppedError
        if (self.clock() - self._beaten_at).total_seconds() >= min(BEAT_S, self.lease_s / 4):
            self.beat()

    def beat(self) -> None:
        """Renew the lease now; a database that cannot be written is waited for as long as the lease lasts."""
        now = self.clock()
        looks = self.looks.new()
        try:
            with db.unit_of_work(self.engine) as session:
                leases.renew(session, self.lease, now, self.lease_s, looks=looks, doing=self.doing)
        except db.UNUSABLE as error:
            if now >= self._held_until:
                raise LostError(f"run {self.lease.run_id}: the lease could not be renewed") from error
            return
        self._beaten_at, self._held_until = now, now + timedelta(seconds=self.lease_s)
