"""Staff and delegates who act in the same instant, on SQLite and on PostgreSQL."""

import itertools
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import ambient, db, signing
from registry.domain.actors import SYSTEM, Actor
from registry.domain.decisions import Decision, Vote
from registry.domain.entries import Entry
from registry.log import records
from registry.log.records import Record
from registry.services import deciding, drawing, entering, keys, proposing, users
from registry.services.errors import ConflictError
from registry.web.app import create_app
from tests import factories as make
from tests.drills.catalogue import Drill, Outcome
from tests.drills.cluster import Cluster
from tests.registry.services.racing import Snapshot
from tests.registry.web.signing_in import enter, form_token
from tests.registry.web.site import settings_for

STAFF = 8
DECIDERS = [Actor(f"{party.lower()}-{number}@example.org", "council", party)
            for party in ("CHE", "GHA") for number in range(STAFF // 2)]  # fmt: skip
SECOND = "2027-2"
THAILAND = Actor("thai@example.org", "delegate", "THA")
RADIUS_M = 1_737_400.0


def at_once(deeds: Sequence[Callable[[], str]]) -> list[str]:
    """What each deed came to when all start together, each in a thread of its own."""
    start, heard = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(number: int) -> None:
        start.wait()
        try:
            heard[number] = deeds[number]()
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            heard[number] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


# R9: one proposal, eight deciders at the pages.


def council(engine: Engine, data: Path) -> Flask:
    """The pages of a register with a proposal to decide on, and eight people who may."""
    with db.unit_of_work(engine) as session:
        make.proposed_round(session)
        for actor in DECIDERS:
            users.add_user(
                session, actor.name, actor.name, ["council"], SYSTEM, make.ANNOUNCED, party=actor.party,
                credentials=users.Credentials(None, f"illustrative-{actor.name}"),
            )  # fmt: skip
    settings = settings_for(data, second_factor="optional")
    with signing.new_key(settings, "illustrative.example/log") as key, db.unit_of_work(engine) as session:
        keys.establish(session, key.vkey, SYSTEM, make.PROPOSED, illustrative=True)
    app = create_app(settings, engine)
    app.extensions["test.engine"] = engine
    return app


def race_decisions(engine: Engine, data: Path, rounds: int) -> Outcome:
    """So many rounds of eight deciders who send their forms together; what was left after each."""
    with mock.patch.object(ambient, "now", return_value=make.DECIDED):
        app = council(engine, data)
        clients = [enter(app, actor.name) for actor in DECIDERS]
        before, token, faults = Snapshot(engine), form_token(app), list[str]()
        told = {"rounds": rounds, "decided": 0, "voices_counted": 0, "refused_409": 0, "server_errors": 0}
        for number in range(rounds):
            choices = [("adopt", "reject")[(place + number) % 2] if number % 2 else "adopt" for place in range(STAFF)]
            heard = at_once([_speak(*pair, token) for pair in zip(clients, choices, strict=True)])
            with db.reading(engine) as session:
                faults += [f"round {number}: {fault}" for fault in _decided_once(session, heard, told)]
            before.restore(engine)
    return Outcome(told, tuple(faults))


def _speak(client: FlaskClient, choice: str, token: str) -> Callable[[], str]:
    fields = {"csrf_token": token, "choice": choice, "reason": "as said in the meeting"}
    fields |= {"ground": "procedural-fault"} if choice == "reject" else {}

    def speak() -> str:
        answer = client.post(f"/rounds/{make.ROUND}/decision", data=fields)
        return f"{answer.status_code} {answer.text}"

    return speak


def _decided_once(session: Session, heard: Sequence[str], told: dict[str, int]) -> Iterator[str]:
    codes = [line[:3] for line in heard]
    votes = session.scalar(sa.select(sa.func.count()).select_from(Vote)) or 0
    decisions = session.scalars(sa.select(Decision)).all()
    acts = session.scalars(sa.select(Record.act).where(Record.act.in_(("proposal-adopted", "proposal-rejected")))).all()
    told["decided"] += len(decisions)
    told["voices_counted"] += codes.count("303")
    told["refused_409"] += codes.count("409")
    told["server_errors"] += sum(code.startswith("5") or not code.isdigit() for code in codes)
    if len(decisions) != 1 or len(acts) != 1:
        yield f"{len(decisions)} decisions and {len(acts)} records of one"
    if codes.count("303") != votes or codes.count("303") + codes.count("409") != len(heard):
        yield f"{votes} votes are kept, and the answers were {' '.join(sorted(codes))}"
    if decisions:
        names = [row.decider for row in session.scalars(sa.select(Vote)) if row.id in
                 (decisions[0].first_vote_id, decisions[0].second_vote_id)]  # fmt: skip
        untold = [line for line in heard if line.startswith("409") and not all(name in line for name in names)]
        if untold:
            yield f"{len(untold)} of those who came too late were not told that {' and '.join(names)} decided"
    yield from _log(session)


def _log(session: Session) -> Iterator[str]:
    size = records.size(session)
    if session.scalar(sa.select(sa.func.count()).select_from(Record)) != size:
        yield "the log has a gap"


# R10: two rounds at the same time, each with an offer on the same ground.


def two_offers(session: Session) -> None:
    """Two adopted rounds, frozen before either had an entry: C-0001 of India and C-0003 of Thailand, ten metres apart."""
    make.adopted_round(session)
    with mock.patch.object(make, "ROUND", SECOND), mock.patch.object(make, "world", return_value=None):
        ours = make.claim_document("gamma", "THA", placements=[make.placement(1, x=10005)])
        other = make.claim_document("delta", "CHE", placements=[make.placement(1, x=10015)])
        make.frozen_round(session, ours, other)
        drawn = drawing.draw(session, SECOND, make.public_value(), make.PLANNER, make.DRAWN)
        proposing.propose(session, SECOND, _for_thailand(drawn), make.PASSED, make.PLANNER, make.PROPOSED)
        for who in (make.CHE_DECIDER, make.GHA_DECIDER):
            deciding.decide(session, SECOND, "adopt", who, make.DECIDED)


def _for_thailand(drawn: Any) -> bytes:
    zones = [{"phase": "operation", "start": 10, "end": 110, "keep_out_m": 200}]
    return make.solution(
        drawn,
        allotments=[{"claim": "C-0003", "placement": "C-0003/1", "start": 10, "zones": zones}],
        parties={"THA": 100, "CHE": 0},
        unserved=[{"claim": "C-0004", "reasons": [{"placement": "C-0004/1", "rule": "C2", "by": ["C-0003/1"]}]}],
    )


def race_allotments(engine: Engine, rounds: int) -> Outcome:
    """So many rounds of eight answers to two offers that exclude one another; every tenth without the program's own lock."""
    with db.unit_of_work(engine) as session:
        two_offers(session)
    before, faults = Snapshot(engine), list[str]()
    told = {"rounds": rounds, "entered": 0, "refused": 0, "without_the_lock": 0, "stopped_by_the_database": 0}
    answers = [("C-0001", make.DELEGATE), ("C-0003", THAILAND)] * (STAFF // 2)
    for number in range(rounds):
        unlocked = number % 10 == 9
        with unlocked_log() if unlocked else _as_it_is():
            heard = at_once([_accept(engine, *pair) for pair in answers])
        told["without_the_lock"] += unlocked
        with db.reading(engine) as session:
            faults += [f"round {number}: {fault}" for fault in _entered_once(session, heard, told, unlocked=unlocked)]
        before.restore(engine)
    return Outcome(told, tuple(faults))


@contextmanager
def unlocked_log() -> Iterator[None]:
    """The program forgets to take the lock of the log: what is left is the database."""
    with mock.patch.object(records, "lock", return_value=None):
        yield


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _accept(engine: Engine, claim: str, who: Actor) -> Callable[[], str]:
    def accept() -> str:
        try:
            with db.unit_of_work(engine) as session:
                return f"entered {entering.accept(session, claim, who, make.RECORDED).id}"
        except ConflictError as error:
            return f"refused {error}"
        except sa.exc.DBAPIError as error:
            return f"stopped {type(error).__name__}"

    return accept


def _entered_once(session: Session, heard: Sequence[str], told: dict[str, int], *, unlocked: bool) -> Iterator[str]:
    entries = session.scalars(sa.select(Entry)).all()
    told["entered"] += len(entries)
    told["refused"] += sum(line.startswith("refused") for line in heard)
    told["stopped_by_the_database"] += sum(line.startswith("stopped") for line in heard)
    yield from (f"entries {a} and {b} overlap" for a, b in overlapping(entries))
    if len(entries) != 1 or sum(line.startswith("entered") for line in heard) != 1:
        yield f"{len(entries)} entries; the answers were {sorted(set(heard))}"
    if not unlocked and any(line.startswith("stopped") for line in heard):
        yield f"an answer was {next(line for line in heard if line.startswith('stopped'))}"
    yield from _log(session)


def overlapping(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Pairs of point entries of different claims that share a day and are too near, by DESIGN section 4 alone."""
    for a, b in itertools.combinations(entries, 2):
        ground = ground_m(a.placement.footprint["coordinates"], b.placement.footprint["coordinates"])
        for one, other in itertools.product(a.zones, b.zones):
            share = one.valid_from < other.valid_until and other.valid_from < one.valid_until
            if a.claim_id != b.claim_id and share and ground + 0.001 < max(one.keep_out_m, other.keep_out_m):
                yield a.id, b.id


def ground_m(p: Sequence[float], q: Sequence[float]) -> float:
    """The distance on the sphere of two points of the map."""
    across = math.dist(p, q) / (2 * RADIUS_M)
    scales = [1 + (x * x + y * y) / (4 * RADIUS_M**2) for x, y in (p, q)]
    return 2 * RADIUS_M * math.asin(min(1.0, across / math.sqrt(math.prod(scales))))


# Both on both databases.


@contextmanager
def _sqlite(folder: Path) -> Iterator[Engine]:
    yield from _migrated(f"sqlite:///{folder / 'registry.sqlite'}")


@contextmanager
def _postgresql(folder: Path) -> Iterator[Engine]:
    with Cluster(folder) as cluster:
        yield from _migrated(cluster.make("racing"))


def _migrated(url: str) -> Iterator[Engine]:
    db.migrate(url)
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def _drill(kind: str, database: str, row: str, promise: str, rounds: int, minutes: float) -> Drill:
    on = {"sqlite": _sqlite, "postgresql": _postgresql}[database]

    def run(counts: Mapping[str, int], folder: Path) -> Outcome:
        with on(folder) as engine:
            if kind == "decisions":
                return race_decisions(engine, folder / "data", counts["rounds"])
            return race_allotments(engine, counts["rounds"])

    return Drill(f"racing-{kind}-{database}", (row,), promise, {"rounds": rounds}, {"rounds": 10}, run, minutes)


ONE_DECISION = "Of eight deciders who speak at once exactly one decision comes, with one record; who comes too late is told by whom."
ONE_ENTRY = "Of two offers on the same ground, answered eight times at once, one is entered, even if the program forgets its lock."
DRILLS = tuple(
    _drill(kind, database, row, promise, rounds, minutes)
    for kind, row, promise, rounds, minutes in (
        ("decisions", "R9", ONE_DECISION, 1000, 6),
        ("allotments", "R10", ONE_ENTRY, 500, 3),
    )
    for database in ("sqlite", "postgresql")
)
