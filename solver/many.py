"""Many small problems side by side: each solved at most once, in child processes, until somebody wants it to end.

Answers come in any order; which processes made them changes nothing, since completed runs are unique.
"""

import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.synchronize import Event

from solver.allocation import Allocation, Allotment, entries_in_force
from solver.clock import Stopwatch
from solver.instance import Instance
from solver.instance_file import parse_instance
from solver.solution import Allotted, Solution

ENGINE_WORKERS = 8
LISTENING_S = 0.2
PARENT_LOOKED_AT_S = 1.0
FIRST_TICKET = "0"  # smaller than every digest
WORTH_PROCESSES_S = 5.0
"""So many seconds of work are worth the start of processes, each of which loads the engine first."""

Key = tuple[str, bytes, str | None]
"""Hash of the instance, seed, and whose ticket comes first."""


@dataclass(frozen=True)
class Problem:
    """An instance file with the draw, and allotments of a like one to begin from.

    `data` is in the form of RFC 8785. `first`: a party whose ticket comes before all others.
    """

    data: bytes
    seed: bytes
    begin: tuple[Allotted, ...] = ()
    first: str | None = None

    @cached_property
    def sha256(self) -> str:
        """The hash of the instance, by which anybody knows it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> Key:
        """What two problems with the same answer have in common."""
        return self.sha256, self.seed, self.first


Answered = tuple[Problem, Solution]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each run and for all of them (None: no limit), processes, and whether somebody wants an end."""

    each_s: float
    total_s: float | None = None
    processes: int = 1
    is_interrupted: Callable[[], bool] = lambda: False


class Solver:
    """Solves problems and remembers the answers. `follow` is told after each how many of how many are done."""

    def __init__(self, limits: Limits, follow: Callable[[int, int], None] = lambda *_: None):
        self._limits = limits
        self._follow = follow
        self._stopwatch = Stopwatch()
        self._known: dict[Key, Solution] = {}
        self._longest_s = 0.0

    @property
    def solved(self) -> int:
        """How many problems were solved."""
        return len(self._known)

    @property
    def seconds(self) -> float:
        """Seconds since it was made."""
        return self._stopwatch.seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is up or somebody wants it to end."""
        total_s = self._limits.total_s
        return self._limits.is_interrupted() or (total_s is not None and self._stopwatch.seconds >= total_s)

    def answers(self, problems: Sequence[Problem]) -> Mapping[Key, Solution]:
        """The answers known when all are solved or it is over, by key; runs cut short are among them."""
        waiting = {problem.key: problem for problem in problems if problem.key not in self._known}
        for done, (problem, solution) in enumerate(self._solved(list(waiting.values())), start=1):
            self._known[problem.key] = solution
            self._follow(done, len(waiting))
        return self._known

    def _solved(self, problems: Sequence[Problem]) -> Iterator[Answered]:
        left_s = len(problems) * self._longest_s
        if self.is_over:
            return
        if self._limits.processes > 1 and len(problems) > 1 and left_s > WORTH_PROCESSES_S:
            yield from self._side_by_side(problems)
        else:
            yield from self._one_by_one(problems)

    def _one_by_one(self, problems: Sequence[Problem]) -> Iterator[Answered]:
        for problem in problems:
            if self.is_over:
                return
            watch = Stopwatch()
            yield problem, _answer(problem, self._limits.each_s, lambda: self.is_over)
            self._longest_s = max(self._longest_s, watch.seconds)

    def _side_by_side(self, problems: Sequence[Problem]) -> Iterator[Answered]:
        context = multiprocessing.get_context("spawn")  # a copy of a process in which the engine has threads may hang
        wanted_end = context.Event()
        count = min(self._limits.processes, len(problems))
        with ProcessPoolExecutor(count, context, _begin_process, (os.getpid(), wanted_end)) as pool:
            waiting = {pool.submit(_task, problem, self._limits.each_s): problem for problem in problems}
            try:
                # A process that was killed breaks the pool, and what it had not answered stays open.
                with suppress(BrokenProcessPool):
                    yield from self._as_they_come(waiting)
            finally:
                wanted_end.set()
                pool.shutdown(cancel_futures=True)

    def _as_they_come(self, waiting: dict[Future[Solution], Problem]) -> Iterator[Answered]:
        while waiting and not self.is_over:
            done, _ = wait(waiting, LISTENING_S, FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()


_ends: list[Event] = []
"""In a process of its own: what says that the answers are no longer wanted."""


def _begin_process(parent: int, wanted_end: Event) -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _ends.append(wanted_end)

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(PARENT_LOOKED_AT_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _task(problem: Problem, each_s: float) -> Solution:
    return _answer(problem, each_s, lambda: any(end.is_set() for end in _ends))


def _answer(problem: Problem, each_s: float, is_interrupted: Callable[[], bool]) -> Solution:
    from solver.allocate import solve
    from solver.model.search import SolveLimits

    instance = parse_instance(problem.data)
    limits = SolveLimits(each_s, ENGINE_WORKERS, is_interrupted)
    tickets = None if problem.first is None else {problem.first: FIRST_TICKET}
    return solve(instance, problem.seed, limits, tickets, begin=_begin(problem, instance))


def _begin(problem: Problem, instance: Instance) -> Allocation | None:
    """The allotments of which the instance still has claim and placement, and all that is in force, moved or not."""
    kept = {
        row.claim: Allotment(row.claim, row.placement, row.start)
        for row in problem.begin
        if row.claim in instance.claim_by_id
        and row.placement in {placement.id for placement in instance.claim_by_id[row.claim].placements}
    }
    return {**entries_in_force(instance), **kept} if problem.begin else None
