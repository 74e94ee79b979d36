"""A run of a frozen instance as an auditor would make it: files in a folder, child processes, what they said."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import children
from registry.children import Place, Run, Task, Watch
from registry.domain.decisions import Draw, FrozenInstance
from registry.services.errors import ConflictError
from registry.services.freezing import instance_bytes, newest_instance
from registry.services.proposing import SecondOpinion, Verification
from solver.fields import load_json
from solver.io import read_bytes, write_atomically

# Rules whose stages a second engine can prove again (solver/README.md); the runs of others are repeated.
CONFIRMED_RULES = ("equal-footing", "max-points")
REPEATED_WITH = 1


@dataclass(frozen=True, slots=True)
class Allocation:
    """The files of one instance: what goes into a run and what comes out of it.

    `place` is where its commands are run (None: on this machine), `watch` whoever may stop them.
    """

    folder: Path
    seed_hex: str
    rule: str
    place: Place | None = None
    watch: Watch | None = None

    @property
    def instance(self) -> Path:
        """The instance file; its SHA-256 is the frozen hash."""
        return self.folder / "instance.json"

    @property
    def solution(self) -> Path:
        """What the solver wrote."""
        return self.folder / "solution.json"

    @property
    def again(self) -> Path:
        """What the second opinion wrote."""
        return self.folder / "again.json"

    @property
    def progress(self) -> Path:
        """What the solver tells while it works, if it is asked to."""
        return self.folder / "progress.jsonl"

    def solve(self, time_limit_s: float, *, workers: int | None = None, is_followed: bool = False) -> Run:
        """Solve with the seed."""
        progress = self.progress if is_followed else None
        return self._done(
            children.solving(
                self.instance, self.solution, self.seed_hex, time_limit_s, workers=workers, progress=progress
            )
        )

    def verify(self) -> tuple[Run, Verification]:
        """The independent check of the solution."""
        ended = self._done(children.verifying(self.instance, self.solution))
        if not ended:
            return ended, Verification(problems=(ended.message,))
        _, _, checks = ended.message.partition("checked: ")
        return ended, Verification(checks=tuple(checks.split("; ")))

    def confirm(self, time_limit_s: float) -> SecondOpinion:
        """The second opinion on a proven solution: another engine's, or the run made again in another way."""
        return self.second_opinion(time_limit_s)[1]

    def second_opinion(self, time_limit_s: float) -> tuple[Run, SecondOpinion]:
        """The second opinion with the end of the process that gave it."""
        if self.rule in CONFIRMED_RULES:
            ended = self._done(children.confirming(self.instance, self.solution, self.again))
            return ended, _opinion(ended, next(iter(ended.output.splitlines()), ""), "solver confirm")
        task = children.solving(self.instance, self.again, self.seed_hex, time_limit_s, workers=REPEATED_WITH)
        ended = self._done(task)
        said = f"solved again with {REPEATED_WITH} worker: the same allocation"
        opinion = _opinion(ended, said, f"solver solve --workers {REPEATED_WITH}")
        if ended and _outside_run(self.again) != _outside_run(self.solution):
            opinion = replace(opinion, problems=("solved again, it is another allocation",), said="")
        return ended, opinion

    def explain(self, claim_id: str, time_limit_s: float) -> Run:
        """Why a claim did not get what it asked for; the answer is the output."""
        return self._done(children.explaining(self.instance, self.solution, claim_id, time_limit_s))

    def incentives(self, time_limit_s: float, workers: int) -> Run:
        """Who could have gained by filing otherwise; the study is the output."""
        return self._done(children.studying_incentives(self.instance, self.seed_hex, time_limit_s, workers))

    def _done(self, task: Task) -> Run:
        return (self.place or children.here)(task, self.watch)


def newest(session: Session, runs: Path, round_id: str) -> Allocation:
    """The allocation of a round's newest instance, which has to be drawn, with its instance file written."""
    instance = newest_instance(session, round_id)
    seed = session.scalars(select(Draw.seed_hex).where(Draw.instance_id == instance.id)).one_or_none()
    if seed is None:
        raise ConflictError(f"round {round_id} has no draw yet; draw the seed first")
    return of_instance(instance, runs / instance.content["id"], seed)


def of_instance(instance: FrozenInstance, folder: Path, seed_hex: str) -> Allocation:
    """The allocation of an instance in a folder, with its instance file written."""
    made = Allocation(folder, seed_hex, instance.content["policy"]["rule"])
    made.folder.mkdir(parents=True, exist_ok=True)
    write_atomically(made.instance, instance_bytes(instance))
    return made


def _opinion(ended: Run, said: str, confirmer: str) -> SecondOpinion:
    return SecondOpinion((), said, confirmer) if ended else SecondOpinion((ended.message,), "", confirmer)


def _outside_run(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = load_json(read_bytes(path))
    return {name: value for name, value in document.items() if name != "run"}
