"""Years of rounds and of the entries that come of them, on a register: who keeps to the rules and who does not is fixed.

Everything is illustrative and nothing is random. Sites lie on a grid so wide that all claims can be served: what is tried
here is time, not room.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import SYSTEM
from registry.domain.claims import Claim
from registry.domain.decisions import Draw
from registry.domain.duties import Duty, DutyKind, DutyState
from registry.domain.entries import OVER, Entry, EntryState, superseded
from registry.domain.extensions import Extension
from registry.log import records
from registry.queries.due import due_at
from registry.services import (
    confirming,
    coordination,
    deciding,
    drawing,
    entering,
    examination,
    extending,
    filing,
    freezing,
    milestones,
    offers,
    proposing,
    relinquishing,
    resolving,
    rounds,
    timers,
    using,
)
from registry.services.evidence import Report
from registry.services.recording import record
from tests import factories as make
from tests.registry.services.life_cases import SHA256, TIMERS

SPACING_M, COLUMNS, WEST, SOUTH = 4000, 16, -40000, -30000
DAY = timedelta(days=1)
# What the n-th claim does, repeated; all others do what is asked of them, and end with their term.
KINDS = {
    3: "no-contract", 5: "declines", 7: "silent", 9: "unconfirmed", 11: "unconfirmed-for-good", 13: "gives-up", 15: "long",
    17: "late-launch", 19: "long",
}  # fmt: skip
REPEATS = 20


class CrashError(Exception):
    """A process that ends between what it did and what it would have kept."""


@dataclass
class Decade:
    """A register through the years; `sizes` are the claims of each half-yearly round."""

    engine: sa.Engine
    sizes: Sequence[int]
    starts: date = date(2027, 1, 15)
    crash_every: int = 0
    plan: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    steps: int = 0

    def play(self, until: date) -> None:
        """Every step of every round, and the first day of every month what is due and what parties do."""
        with db.unit_of_work(self.engine) as session:
            make.world(session)
            kinds = [mapper.class_ for mapper in db.Base.registry.mappers]
            world = [row for kind in kinds for row in session.scalars(select(kind))]
            record(session, instant(self.starts - 60 * DAY), SYSTEM, "reference-loaded", "reference/world", world)
        for number, size in enumerate(self.sizes):
            self._plan_round(number, size)
        day = self.starts
        while day < until:
            day = (day.replace(day=1) + 32 * DAY).replace(day=1)
            self.plan.append((instant(day), 1, self._month))
        for at, _, act in sorted(self.plan, key=lambda row: row[:2]):
            act(at)

    def timers(self, at: datetime) -> int:
        """What `registry timers run` does; how many things it did. Now and then the process crashes before it keeps one."""
        made = 0
        tried: set[tuple[str, str, int]] = set()
        while due := [row for row in self._due(at) if row.name not in tried]:
            for row in due:
                tried.add(row.name)
                self.steps += 1
                if self.crash_every and self.steps % self.crash_every == 0:
                    self._crash(row, at)
                with db.unit_of_work(self.engine) as session:
                    said = timers.do(session, row, SYSTEM, at)
                self.done[f"{row.what} {row.about}".strip() if row.what.startswith("duty") else row.what] += bool(said)
                made += bool(said)
        return made

    def _due(self, at: datetime) -> Any:
        with db.reading(self.engine) as session:
            return due_at(session, at)

    def _crash(self, row: Any, at: datetime) -> None:
        try:
            with db.unit_of_work(self.engine) as session:
                timers.do(session, row, SYSTEM, at)
                raise CrashError
        except CrashError:
            self.done["crashes"] += 1

    # rounds

    def _plan_round(self, number: int, size: int) -> None:
        opens = self.starts + number * 182 * DAY
        name = f"{opens.year}-{number + 1:02d}"
        steps: Sequence[tuple[int, Callable[[Session, datetime], Any]]] = (
            (-40, lambda s, at: self._announce(s, name, opens, at)),
            (0, lambda s, at: rounds.open_round(s, name, make.REGISTRAR, at)),
            (10, lambda s, at: self._file(s, name, number, size, at)),
            (30, lambda s, at: rounds.close_round(s, name, make.REGISTRAR, at)),
            (40, lambda s, at: self._coordinate(s, name, at)),
            (200, lambda s, at: freezing.freeze_round(s, name, make.PLANNER, at)),
            (210, lambda s, at: drawing.draw(s, name, self._value(name, at), make.PLANNER, at)),
            (211, lambda s, at: self._propose(s, name, at)),
            (220, lambda s, at: self._decide(s, name, at)),
            (230, lambda s, at: self._answer(s, name, at)),
            (360, lambda s, at: resolving.conclude(s, name, make.PLANNER, at)),
        )
        for days, step in steps:
            self.plan.append((instant(opens + days * DAY), 0, self._unit(step)))

    def _unit(self, step: Callable[[Session, datetime], Any]) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            with db.unit_of_work(self.engine) as session:
                step(session, at)

        return act

    def _announce(self, session: Session, name: str, opens: date, at: datetime) -> None:
        window = (instant(opens), instant(opens + 30 * DAY))
        rounds.announce(session, name, f"Round {name}", window, make.REGISTRAR, at, illustrative=True)
        content = make.policy(
            epoch=str(opens + 365 * DAY), horizon_days=5000, caps=[], reserves=[], holds=[], timers=TIMERS,
            draw_source=f"a beacon for {name}",
        )  # fmt: skip
        rounds.publish_policy(session, name, content, make.REGISTRAR, at)

    def _file(self, session: Session, name: str, number: int, size: int, at: datetime) -> None:
        first = sum(self.sizes[:number])
        for i in range(first, first + size):
            filing.file_claim(session, name, document(i), make.REGISTRAR, at)

    def _coordinate(self, session: Session, name: str, at: datetime) -> None:
        for claim_id in claims_of(session, name):
            assert examination.examine(session, claim_id, make.REGISTRAR, at).favourable
            coordination.publish(session, claim_id, make.REGISTRAR, at)
            coordination.start_coordination(session, claim_id, make.REGISTRAR, at)

    def _value(self, name: str, at: datetime) -> Any:
        return make.public_value(source=f"a beacon for {name}", published_at=at - timedelta(hours=1))

    def _propose(self, session: Session, name: str, at: datetime) -> None:
        instance = freezing.newest_instance(session, name)
        drawn = session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one()
        there = {row["id"]: row["in_force"] for row in instance.content["claims"]}
        allotted = [
            {"claim": claim, **(in_force or {"placement": f"{claim}/1", "start": 30}), "zones": []}
            for claim, in_force in sorted(there.items())
        ]
        solution = {"allotments": allotted, "unserved": [], "parties": {}, "leximin": [], "fairness": {}, "stages": []}
        proposing.propose(session, name, make.solution(drawn, **solution), make.PASSED, make.PLANNER, at)

    def _decide(self, session: Session, name: str, at: datetime) -> None:
        for who in (make.CHE_DECIDER, make.GHA_DECIDER):
            deciding.decide(session, name, "adopt", who, at)

    def _answer(self, session: Session, name: str, at: datetime) -> None:
        """Most accept; some decline, and the timers find those who say nothing."""
        for claim_id in claims_of(session, name):
            if kind_of(claim_id) == "declines":
                offers.decline(session, claim_id, make.REGISTRAR, at, "no launcher")
            elif kind_of(claim_id) != "silent":
                entering.accept(session, claim_id, make.REGISTRAR, at)

    # months

    def _month(self, at: datetime) -> None:
        """Every fifth month the office comes late; in all others it does its work twice."""
        if at.month % 5:
            self.timers(at)
            with db.reading(self.engine) as session:
                before = records.size(session)
            assert self.timers(at) == 0
            with db.reading(self.engine) as session:
                assert records.size(session) == before
        self._parties(at)

    def _parties(self, at: datetime) -> None:
        with db.reading(self.engine) as session:
            standing = session.execute(
                select(Entry.claim_id, Entry.state, Entry.valid_from, Entry.valid_until, Entry.in_use_from)
                .where(Entry.state.not_in(OVER), Entry.id.not_in(superseded()))
                .order_by(Entry.claim_id)
            ).all()
            wanted = select(Duty.claim_id, Duty.kind).where(Duty.state == DutyState.OPEN, Duty.due_at <= at + 62 * DAY)
            near = {(row.claim_id, row.kind) for row in session.execute(wanted)}
        for row in standing:
            with db.unit_of_work(self.engine) as session:
                self._party(session, row, {kind for claim, kind in near if claim == row.claim_id}, at)

    def _party(self, session: Session, row: Any, near: set[str], at: datetime) -> None:
        claim_id, kind, today = row.claim_id, kind_of(row.claim_id), at.date()
        said = Report(today, "As planned.", SHA256)
        if row.state == EntryState.RECORDED:
            self._before_use(session, row, kind, near, said, at)
        elif row.state == EntryState.SUSPENDED:
            if kind == "unconfirmed":
                confirming.confirm(session, claim_id, said, make.REGISTRAR, at)
        elif kind == "gives-up" and today > row.in_use_from + 300 * DAY:
            relinquishing.end(session, claim_id, "A lander stays.", said, make.REGISTRAR, at)
        elif DutyKind.CONFIRMATION in near and not self._forgets(session, claim_id, kind):
            confirming.confirm(session, claim_id, said, make.REGISTRAR, at)

    def _forgets(self, session: Session, claim_id: str, kind: str) -> bool:
        """Whether a confirmation is left out: once by some, and always by others."""
        asked = select(sa.func.count()).where(Duty.claim_id == claim_id, Duty.kind == DutyKind.CONFIRMATION)
        return kind == "unconfirmed-for-good" or (kind == "unconfirmed" and session.scalar(asked) == 1)

    def _before_use(self, session: Session, row: Any, kind: str, near: set[str], said: Report, at: datetime) -> None:
        claim_id = row.claim_id
        if kind == "no-contract":
            return
        if kind == "late-launch" and row.valid_from <= said.happened_on and not _extended(session, claim_id):
            extending.extend(session, claim_id, "landing", "launch-failure", 12, said, make.REGISTRAR, at)
        elif row.valid_from <= said.happened_on < row.valid_until:
            x, y = site_of(number_of(claim_id))
            using.bring_into_use(session, claim_id, (x, y), said, make.REGISTRAR, at)
        else:
            for name in sorted(near & {"contract", "launch-contract", "licence"}):
                milestones.show(session, claim_id, name, said, make.REGISTRAR, at)


def _extended(session: Session, claim_id: str) -> bool:
    return session.scalar(select(sa.func.count()).where(Extension.claim_id == claim_id)) != 0


def instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def number_of(claim_id: str) -> int:
    return int(claim_id[2:]) - 1


def kind_of(claim_id: str) -> str:
    return KINDS.get(number_of(claim_id) % REPEATS, "diligent")


def site_of(number: int) -> tuple[int, int]:
    return WEST + SPACING_M * (number % COLUMNS), SOUTH + SPACING_M * (number // COLUMNS)


def document(number: int) -> dict[str, Any]:
    """A filing: most for two years at a point, some for eight on 16 ha."""
    party = make.PARTIES[number % len(make.PARTIES)]
    long = KINDS.get(number % REPEATS) == "long"
    days, (x, y) = (2900 if long else 700), site_of(number)
    footprint = make.square(x, y, 400) if long else {"type": "Point", "coordinates": [x, y]}
    phases = [
        make.phase(name="landing", days=2, method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False}),
        make.phase(offset=2, days=days - 2),
    ]
    placement = make.placement(1, footprint=footprint, phases=phases)
    return make.claim_document(f"claim-{number}", party, term_days=days, placements=[placement])


def claims_of(session: Session, round_id: str) -> list[str]:
    return list(session.scalars(select(Claim.id).where(Claim.round_id == round_id).order_by(Claim.id)))
