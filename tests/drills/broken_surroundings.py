"""What the register needs from outside fails: the public value, the mail, the clock, the machine's randomness.

The clock and the randomness fail where the program asks for them (`registry/ambient.py`), and nowhere else.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain.claims import Claim
from registry.domain.notices import Notice
from registry.domain.rounds import Round
from registry.domain.visibility import Viewer
from registry.log.records import Record
from registry.queries.waiting import waiting_for
from registry.services import drawing, outbox, proposing
from registry.services.errors import ConflictError, ServiceError
from registry.web.app import create_app
from tests import factories as make
from tests.drills.accounting import Books
from tests.drills.catalogue import Drill, Outcome
from tests.drills.filing_world import Filing, World, build, email_of
from tests.registry.web.signing_in import enter, form_token
from tests.registry.web.site import settings_for

SEED, PARTY = 34, "IND"
DAY = timedelta(days=1)
# Instants around changes of civil time in 2027, within the filing window, and the zones that a server may be set to.
CHANGES = {
    "Europe/Zurich": "2027-03-28T01:00", "America/New_York": "2027-03-14T07:00", "Asia/Kolkata": "2027-02-01T10:00",
    "Pacific/Apia": "2027-03-30T23:30", "Africa/Casablanca": "2027-02-07T02:00",
}  # fmt: skip


@dataclass
class Clock:
    """The clock that the program reads; a fault moves it."""

    at: datetime = make.FILED

    def __call__(self) -> datetime:
        return self.at


@contextmanager
def jump(clock: Clock, by: timedelta) -> Iterator[None]:
    """The clock is wrong by so much for a while."""
    clock.at += by
    yield
    clock.at -= by


@contextmanager
def civil_time(clock: Clock, zone: str) -> Iterator[None]:
    """The machine is set to a zone, in the hour in which its civil time jumps."""
    before, was = clock.at, os.environ.get("TZ")
    os.environ["TZ"], clock.at = zone, make.utc(CHANGES[zone])
    time.tzset()
    yield
    if was is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = was
    time.tzset()
    clock.at = before


@contextmanager
def no_randomness() -> Iterator[None]:
    """The machine's secure source gives nothing."""
    with ExitStack() as stack:
        for name in ("random_bytes", "token"):
            fault = OSError(5, "the source of randomness does not answer")
            stack.enter_context(mock.patch.object(ambient, name, side_effect=fault))
        yield


@dataclass
class Office:
    """A delegate at the pages of a register in whose surroundings something breaks."""

    world: World
    app: Flask
    clock: Clock
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def ways(self) -> tuple[tuple[str, Callable[[], Any]], ...]:
        zone = self.chance.choice(sorted(CHANGES))
        return (
            ("clock_back", lambda: jump(self.clock, -DAY)),
            ("clock_forward", lambda: jump(self.clock, DAY)),
            ("civil_time", lambda: civil_time(self.clock, zone)),
            ("no_randomness", no_randomness),
        )

    def file(self, number: int, filing: Filing) -> None:
        """File while something is broken, and again when it is not: in the end the claim is there, once."""
        name, broken = self.ways()[number % 4]
        client = enter(self.app, email_of(PARTY))
        with broken():
            if name == "civil_time":  # the hour of the change may be weeks away, and a sign-in does not last that long
                client = enter(self.app, email_of(PARTY))
            during = self._send(client, filing)
            self.told[f"{name}_answered_{during}"] += 1
            if name == "civil_time" and during == 303:
                self._check_instant(filing)
        if during >= 500 and name != "no_randomness":
            self.faults.append(f"{name}: filing {filing.key} answers {during}")
        after = self._send(enter(self.app, email_of(PARTY)), filing)
        if after != 303:
            self.faults.append(f"{name}: filing {filing.key} again, when all is well, answers {after}")

    def _send(self, client: FlaskClient, filing: Filing) -> int:
        fields = {"csrf_token": form_token(self.app), "sha256": filing.sha256, "request": filing.request}
        answer = client.post(f"/filing/{filing.draft}/submit", data=fields)
        if answer.status_code == 303:
            filing.claim = answer.headers["Location"].split("/")[2]
        if "Traceback" in answer.text:
            self.faults.append(f"filing {filing.key} shows a traceback")
        return answer.status_code

    def _check_instant(self, filing: Filing) -> None:
        with db.reading(self.app.extensions["test.engine"]) as session:
            received = session.get_one(Claim, str(filing.claim)).received_at
        if received != self.clock.at:
            self.faults.append(f"{filing.key} was received at {self.clock.at} and has {received}")


def file_all(counts: Mapping[str, int], folder: Path, told: Counter[str]) -> list[str]:
    """Filings while clock and randomness fail."""
    world = build(folder / "data", f"sqlite:///{folder / 'registry.sqlite'}", counts["filings"], (PARTY,))
    books, engine, clock = Books(world), db.make_engine(world.url), Clock()
    with mock.patch.object(ambient, "now", clock):
        app = create_app(settings_for(world.data), engine)
        app.extensions["test.engine"] = engine
        office = Office(world, app, clock)
        for number, filing in enumerate(world.filings[PARTY]):
            office.file(number, filing)
    engine.dispose()
    told += office.told
    told["filed"] += sum(filing.claim is not None for filing in world.all)
    return office.faults + books.after_a_kill(files=0) + books.whole_audit()


def no_beacon(told: Counter[str]) -> Iterator[str]:
    """No public value comes: the round waits where everybody sees it, and goes on when one does."""
    with in_memory() as session:
        frozen = make.frozen_round(session)
        for days in (1, 8, 30, 365):
            at = make.FROZEN + days * DAY
            rows = [row.what for row in waiting_for(session, Viewer.of(make.PLANNER), at)]
            told["days_without_a_value"] = days
            if "draw" not in " ".join(rows):
                yield f"{days} days after the freezing no planner is told that the draw waits: {rows}"
            size = session.scalar(sa.select(sa.func.count()).select_from(Record))
            other = make.public_value(source="another beacon")
            yield from _refused(drawing.draw, session, make.ROUND, other, make.PLANNER, at)
            yield from _refused(proposing.propose, session, make.ROUND, b"{}", make.PASSED, make.PLANNER, at)
            if session.scalar(sa.select(sa.func.count()).select_from(Record)) != size:
                yield "a refused step left a record"
        if session.get_one(Round, make.ROUND).state != "FROZEN" or not frozen.content["claims"]:
            yield "the round did not stay frozen"
        late = make.FROZEN + 366 * DAY
        value = make.public_value(published_at=late - timedelta(minutes=5))
        if not drawing.draw(session, make.ROUND, value, make.PLANNER, late).seed_hex:
            yield "the late value gives no seed"


def _refused(step: Callable[..., object], session: Session, *about: object) -> Iterator[str]:
    """A fault, if a step can be taken without the value of the policy's source; nothing of it stays."""
    attempt = session.begin_nested()
    try:
        step(session, *about)
    except ServiceError:
        return
    finally:
        attempt.rollback()
        session.expire_all()
    yield f"{step.__name__} was taken without the value of the policy's source"


def no_mail(told: Counter[str], rounds: int) -> Iterator[str]:
    """Nothing can be delivered: every notice stays where the office sees it, with why, and goes out when it can."""
    with in_memory() as session:
        make.adopted_round(session)
        notices = [row.id for row in session.scalars(sa.select(Notice).order_by(Notice.id))]
        told["notices"] = len(notices)
        for attempt in range(1, rounds + 1):
            at = make.DECIDED + attempt * DAY
            for notice in notices:
                outbox.mark_failed(session, notice, "the server of mail does not answer", make.REGISTRAR, at)
            waiting = [row for row in waiting_for(session, Viewer.of(make.REGISTRAR), at) if "notice" in row.what]
            if not waiting:
                yield f"after {attempt} failed attempts nobody is told that notices wait"
        for notice in notices:
            outbox.mark_sent(session, notice, make.REGISTRAR, make.DECIDED + (rounds + 1) * DAY)
            try:
                outbox.mark_sent(session, notice, make.REGISTRAR, make.DECIDED + (rounds + 2) * DAY)
                yield f"notice {notice} was delivered twice"
            except ConflictError:
                told["delivered"] += 1
        rows = session.scalars(sa.select(Notice)).all()
        if any(row.attempts != rounds + 1 for row in rows) or len(rows) != len(notices):
            yield "an attempt was not counted, or a notice is lost"


@contextmanager
def in_memory() -> Iterator[Session]:
    """A register that is gone afterwards."""
    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    told: Counter[str] = Counter()
    faults = [*file_all(counts, folder, told), *no_beacon(told), *no_mail(told, counts["deliveries"])]
    return Outcome(dict(sorted(told.items())), tuple(faults))


DRILL = Drill(
    "broken-surroundings",
    ("R34",),
    "When the public value, the mail, the clock or the randomness fails, no work is lost: it waits where it is seen.",
    {"filings": 100, "deliveries": 20},
    {"filings": 4, "deliveries": 2},
    run,
    minutes=0.7,
)
