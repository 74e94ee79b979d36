"""Sequences of steps on the register beside the reference model: the same is taken, the same refused, for the same kind
of reason, and nothing else ever happens.
"""

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry import db
from registry.log import records
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ServiceError, ValidationError
from tests import factories as make
from tests.registry.services import procedure_steps as steps
from tests.registry.services.procedure_model import Model, Who
from tests.registry.services.procedure_steps import COUNCIL, DELEGATES, PLANNER, REGISTRAR, Step

LENGTH = 30
FREEZES = ("freeze", "fall_back", "resolve")
KINDS = {NotAllowedError: "role", ConflictError: "state", ValidationError: "content", NotFoundError: "missing"}


@dataclass(repr=False)
class Run:
    """A register and a model side by side, and what was done to them."""

    session: Session
    model: Model
    lines: list[str] = field(default_factory=list)
    counts: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Say little in the report of a difference: the steps stand in its message."""
        printer.text(f"<{self.model.state}>")

    def step(self, step: Step, who: Who, at: datetime) -> bool:
        """Take one step on both, and compare."""
        reasons = self.model.reasons(step.act, who, at, **step.about)
        size = records.size(self.session)
        refusal = self._refusal(step, who, at)
        self.lines.append(f"{steps.told(step, who, at)} -> {refusal or 'taken'}")
        said = "" if refusal is None else KINDS.get(type(refusal), type(refusal).__name__)
        assert (said in reasons) if refusal else not reasons, self.difference(reasons)
        if refusal is None:
            self.model.take(step.act, who, at, **step.about)
        else:
            assert records.size(self.session) == size, self.difference("a refused step left a record")
        frozen = refusal is None and step.act in FREEZES
        there, wanted = steps.seen(self.session, instances=frozen), steps.expected(self.model, instances=frozen)
        assert there == wanted, self.difference("other states")
        self.counts[step.act, refusal is None] += 1
        return refusal is None

    def _refusal(self, step: Step, who: Who, at: datetime) -> ServiceError | None:
        attempt = self.session.begin_nested()
        try:
            steps.take(self.session, step, who, at)
            attempt.commit()
        except ServiceError as error:
            attempt.rollback()
            self.session.expire_all()
            return error
        return None

    def difference(self, what: object) -> str:
        """What the model says, after all the steps that led here."""
        return "\n".join(["", *self.lines, f"the model says: {what or 'it can be taken'}"])

    def by_chance(self, number: int) -> None:
        """The step that a number stands for: mostly one that can be taken, else a boundary, a stranger, anything."""
        mode, pick = number % 100, number // 100
        offered = list(steps.catalogue(self.model, pick))
        fitting = [step for step in offered if not self.model.reasons(step.act, step.who, self.due(step), **step.about)]
        chosen = (fitting if fitting and mode < 90 else offered)[
            pick // 11 % len(fitting if fitting and mode < 90 else offered)
        ]
        who, at = chosen.who, self.due(chosen)
        if 70 <= mode < 80:
            at -= steps.SECOND
        elif 80 <= mode < 90:
            who = steps.EVERYBODY[pick // 13 % len(steps.EVERYBODY)]
        elif mode >= 97:
            at = self.model.now - timedelta(days=pick % 50)
        self.step(chosen, who, at)

    def due(self, step: Step) -> datetime:
        """Now, or the instant from which on the step can be taken."""
        return max(self.model.now, step.due or self.model.now)


# Where sequences begin: an announced round, and four points further on, each reached by steps that must be taken.


def take_all(run: Run, *wanted: tuple[str, Who, dict[str, object]]) -> None:
    for act, who, about in wanted:
        offered = [step for step in steps.catalogue(run.model, 1) if step.act == act]
        matching = [step for step in offered if all(step.about.get(name) == value for name, value in about.items())]
        step = Step(
            act, who, matching[0].due if matching else None, {**(matching[0].about if matching else {}), **about}
        )
        assert run.step(step, who, run.due(step)), run.difference("the way to a beginning is blocked")


def opened(run: Run) -> None:
    take_all(run, ("publish_policy", REGISTRAR, {"source": "a beacon"}), ("open", REGISTRAR, {}))


def examined(run: Run) -> None:
    opened(run)
    for number, party in enumerate(("IND", "JPN", "THA")):
        about: dict[str, object] = {"party": party, "key": f"claim-{number}", "good": True}
        take_all(run, ("file", DELEGATES[party], about))
    take_all(run, ("close", REGISTRAR, {}))
    for name in ("C-0001", "C-0002", "C-0003"):
        take_all(run, *[(act, REGISTRAR, {"claim": name}) for act in ("examine", "publish", "coordinate")])


def frozen(run: Run) -> None:
    examined(run)
    for name in ("C-0001", "C-0002", "C-0003"):
        take_all(run, ("make_ready", REGISTRAR, {"claim": name}))
    take_all(run, ("freeze", PLANNER, {}))


def adopted(run: Run) -> None:
    frozen(run)
    source: dict[str, object] = {"source": "a beacon", "published": run.model.instances[-1].frozen + steps.SECOND}
    take_all(run, ("draw", PLANNER, source))
    take_all(run, ("propose", PLANNER, {"allotted": ["C-0001", "C-0002"], "fault": None}))
    for who in (COUNCIL[0], COUNCIL[2]):
        take_all(run, ("decide", who, {"choice": "adopt", "ground": None}))


def announced(_run: Run) -> None:
    """Nothing is done yet."""


BEGINNINGS: tuple[Callable[[Run], None], ...] = (announced, opened, examined, frozen, adopted)


@pytest.fixture(scope="module")
def beginnings() -> Iterator[Sequence[Run]]:
    """A register in memory for each beginning; a sequence is undone when it is over."""
    engines, runs = [], []
    for reach in BEGINNINGS:
        engine = db.make_engine("sqlite://")
        db.Base.metadata.create_all(engine)
        session = Session(engine, autoflush=True)
        make.announced_round(session)
        run = Run(session, Model(make.ANNOUNCED, make.ANNOUNCED))
        reach(run)
        session.commit()
        engines.append(engine)
        runs.append(run)
    yield runs
    for run, engine in zip(runs, engines, strict=True):
        run.session.close()
        engine.dispose()


def play(beginning: Run, numbers: Sequence[int]) -> int:
    """How many steps of a sequence went as the model says; then back to the beginning, which counts their kinds."""
    run = Run(beginning.session, copy.deepcopy(beginning.model), counts=beginning.counts)
    try:
        for number in numbers:
            run.by_chance(number)
        return len(run.lines)
    finally:
        run.session.rollback()
        run.session.expire_all()


SEQUENCES = st.tuples(
    st.integers(0, len(BEGINNINGS) - 1), st.lists(st.integers(0, 10**9), min_size=LENGTH, max_size=LENGTH)
)
QUIET = settings(
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example,
                           HealthCheck.function_scoped_fixture],
)  # fmt: skip


@settings(QUIET, max_examples=30)
@given(SEQUENCES)
def test_thirty_sequences_of_thirty_steps_go_as_the_model_says(
    beginnings: Sequence[Run], sequence: tuple[int, list[int]]
) -> None:
    assert play(beginnings[sequence[0]], sequence[1]) == LENGTH


@pytest.mark.slow
@settings(QUIET, max_examples=2000)
@given(SEQUENCES)
def test_two_thousand_sequences_go_as_the_model_says(
    beginnings: Sequence[Run], sequence: tuple[int, list[int]]
) -> None:
    assert play(beginnings[sequence[0]], sequence[1]) == LENGTH


@pytest.mark.slow
def test_the_sequences_took_and_were_refused_every_kind_of_step(beginnings: Sequence[Run]) -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    for run in beginnings:
        counts += run.counts
    # An unfavourable examination returns the claim by itself: a second return has nothing left to do.
    rare = {(act, taken) for act in steps.CALLS for taken in (True, False) if counts[act, taken] < 20}
    assert rare == {("return", True)}, counts
