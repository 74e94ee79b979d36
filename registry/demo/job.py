"""Running the steps of the main job, each in its own transaction, with one line of progress for each."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.allocating import Allocation
from registry.config import Settings
from registry.demo.fixtures import RoundFixture
from registry.domain.rounds import Round
from registry.exports.errors import ExportError
from registry.services.errors import ServiceError
from registry.services.proposing import Verification
from solver.fields import InputError

Say = Callable[[str], None]
THERE = "already there"


class DemoError(Exception):
    """The job cannot go on; the text says why and what to do."""


class StepError(DemoError):
    """A step failed; what the steps before it did stays."""

    def __init__(self, step: str, reason: str):
        super().__init__(f"step '{step}' failed: {reason}")
        self.step, self.reason = step, reason


@dataclass(slots=True)
class Job:
    """What the steps share: settings with secrets, the engine, the round to play, and what they found out."""

    settings: Settings
    engine: sa.Engine
    fixtures: Path
    round: RoundFixture
    passwords: dict[str, str] = field(default_factory=dict)
    allocation: Allocation | None = None
    verification: Verification | None = None

    def writing(self) -> AbstractContextManager[Session]:
        """One transaction of the register."""
        return db.unit_of_work(self.engine)

    def reading(self) -> AbstractContextManager[Session]:
        """One snapshot of the register."""
        return db.reading(self.engine)

    @property
    def run_folder(self) -> Path:
        """Where the files for the solver lie."""
        return self.settings.data / "runs" / self.round.id

    @property
    def export_folder(self) -> Path:
        """Where the public package goes."""
        return self.settings.data / "exports" / "public"


Act = Callable[[Job], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A named step; its act returns the key figure."""

    name: str
    act: Act


def round_of(session: Session, job: Job) -> Round:
    """The round as it stands in the register."""
    found = session.get(Round, job.round.id)
    if found is None:
        raise DemoError(f"round {job.round.id} is not in the register; run the demo again")
    return found


def run(job: Job, steps: Sequence[Step], say: Say) -> dict[str, float]:
    """Take all steps in order and return the seconds that each took, by name.

    Raises
    ------
    StepError
        At the first step that fails. Its transaction is undone.
    """
    taken: dict[str, float] = {}
    for number, step in enumerate(steps, start=1):
        started = ambient.now()
        figure = _take(job, step)
        taken[step.name] = (ambient.now() - started).total_seconds()
        say(f"{number:2}/{len(steps)}  {taken[step.name]:5.1f} s  {step.name:<20} {figure}")
    return taken


def _take(job: Job, step: Step) -> str:
    try:
        return step.act(job)
    except (ServiceError, DemoError, ExportError, InputError, db.SchemaError) as error:
        raise StepError(step.name, str(error).replace("\n", "; ")) from error
    except sa.exc.DBAPIError as error:
        raise StepError(step.name, _of_database(error, job.settings)) from error
    except OSError as error:
        raise StepError(step.name, _of_system(error, job.settings)) from error


def _of_database(error: sa.exc.DBAPIError, settings: Settings) -> str:
    said = str(error.orig).strip().splitlines()[0]
    return f"the database says '{said}'; check the room and the rights in {settings.data}, then run the demo again"


def _of_system(error: OSError, settings: Settings) -> str:
    where = error.filename or settings.data
    return f"{where}: {error.strerror or error}; check the room and the rights there, then run the demo again"
