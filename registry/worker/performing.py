"""One run from its lease to its end. Whatever happens, the run gets an end or is given back, and nothing is kept twice."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import rfc8785
import sqlalchemy as sa

from registry import allocating, children, db, logs
from registry.allocating import Allocation
from registry.domain.runs import Run, RunKind
from registry.services import leases
from registry.services.errors import ServiceError
from registry.services.leases import CancelledError, Lease, LostError
from registry.services.proposing import Verification
from registry.worker.holding import Clock, Holding, StoppedError
from registry.worker.looks import Looks
from solver.io import read_bytes, write_atomically

LOG = logs.get("registry.worker")
PROCESSES = 2
"""Of a study of incentives, side by side; each has the engine's workers."""


class ChildError(Exception):
    """A child process ended badly; `was_killed` says whether another try may do."""

    def __init__(self, ended: children.Run):
        super().__init__(ended.message)
        self.was_killed = ended.was_killed


@dataclass(frozen=True, slots=True)
class Ways:
    """How a worker works: on which register, with which folder, clocks, lease and place.

    `entered` gives the instant of a step in the register, which in rehearsal may be another than the clock's.
    """

    engine: sa.Engine
    runs: Path
    lease_s: float
    clock: Clock
    entered: Clock
    is_stopping: Callable[[], bool]
    place: children.Place | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a run asks for, read once."""

    kind: str
    time_limit_s: int
    workers: int
    claim: str
    allocation: Allocation


def perform(ways: Ways, lease: Lease) -> str:
    """Take a run to its end, or give it back; one sentence about it."""
    try:
        return _perform(ways, lease)
    except LostError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  a fault of ours ends the run with a reason, not the worker
        return _closed(ways, lease, error)


def _closed(ways: Ways, lease: Lease, error: Exception) -> str:
    """The end that an error brings: cancelled, another try, or failed. One last word, which may come too late."""
    because = _words(error)
    LOG.warning("run-broken", run=lease.run_id, attempt=lease.attempt, exc_info=error)
    try:
        with db.unit_of_work(ways.engine) as session:
            if isinstance(error, CancelledError):
                return leases.stop(session, lease, ways.clock())
            end = leases.give_back if _may_do_again(error) else leases.fail
            return f"{end(session, lease, because, ways.clock())}: {because}"
    except LostError as lost:
        return str(lost)


def _may_do_again(error: Exception) -> bool:
    return isinstance(error, (StoppedError, *db.UNUSABLE)) or (isinstance(error, ChildError) and error.was_killed)


def _words(error: Exception) -> str:
    if isinstance(error, StoppedError):
        return "the worker was asked to end"
    if isinstance(error, db.UNUSABLE):
        return f"the database could not be written ({error.orig})"
    if isinstance(error, ServiceError | ChildError):
        return str(error)
    return f"a fault of the worker: {type(error).__name__}: {error}"


def _perform(ways: Ways, lease: Lease) -> str:
    with db.reading(ways.engine) as session:
        order = _order(session.get_one(Run, lease.run_id), lease, ways.runs)
    files = order.allocation
    holding = Holding(ways.engine, lease, ways.lease_s, ways.clock, ways.is_stopping, Looks(files.progress))
    order = replace(order, allocation=replace(files, place=ways.place, watch=holding.watch))
    return PERFORMED.get(RunKind(order.kind), _solve)(ways, lease, order, holding)


def _order(run: Run, lease: Lease, runs: Path) -> Order:
    # Each attempt has a folder of its own: a child that outlives its worker writes where nobody reads.
    folder = runs / run.instance.content["id"] / f"run-{run.id}-{lease.attempt}"
    files = allocating.of_instance(run.instance, folder, run.seed_hex)
    if run.explained is not None:
        write_atomically(files.solution, rfc8785.dumps(run.explained.solution))
    return Order(run.kind, run.time_limit_s, run.workers, run.claim_id or "", files)


def _solve(ways: Ways, lease: Lease, order: Order, holding: Holding) -> str:
    holding.begin("solving")
    files = order.allocation
    _done(files.solve(order.time_limit_s, workers=order.workers, is_followed=True))
    solution = read_bytes(files.solution)
    holding.begin("verifying")
    report = _report(order, holding, is_proven=json.loads(solution)["status"] == "OPTIMAL")
    with db.unit_of_work(ways.engine) as session:
        kept = leases.keep_solution(session, lease, solution, report, ways.clock(), ways.entered())
        return f"{'proposed' if kept.official else 'kept as a trial'}: {kept.status}, {kept.solution_sha256}"


def _report(order: Order, holding: Holding, *, is_proven: bool) -> Verification:
    """What the verifier says and, of a proven solution that is to be proposed, the second opinion."""
    ended, report = order.allocation.verify()
    _not_killed(ended)
    if not ended or not is_proven or order.kind != RunKind.PROPOSAL:
        return report
    holding.begin("confirming")
    ended, second = order.allocation.second_opinion(order.time_limit_s)
    _not_killed(ended)
    return replace(report, second=second)


def _explain(ways: Ways, lease: Lease, order: Order, holding: Holding) -> str:
    holding.begin("explaining")
    ended = order.allocation.explain(order.claim, order.time_limit_s)
    _done(ended)
    with db.unit_of_work(ways.engine) as session:
        leases.keep_answer(session, lease, json.loads(ended.output), ways.clock())
    return f"explained {order.claim}"


def _study(ways: Ways, lease: Lease, order: Order, holding: Holding) -> str:
    """What is kept names no party: the summary, and not the filings that it counts."""
    holding.begin("studying")
    ended = order.allocation.incentives(order.time_limit_s, PROCESSES)
    _done(ended)
    answer = {name: value for name, value in json.loads(ended.output).items() if name != "variants"}
    with db.unit_of_work(ways.engine) as session:
        leases.keep_answer(session, lease, answer, ways.clock())
    return f"studied incentives: {answer['summary']['all']['variants']} other filings"


PERFORMED = {RunKind.WHY_NOT: _explain, RunKind.INCENTIVES: _study}


def _done(ended: children.Run) -> None:
    if not ended:
        raise ChildError(ended)


def _not_killed(ended: children.Run) -> None:
    """A check that was killed or never began says nothing about the solution; one that refused does."""
    if ended.was_killed or (ended.exit_code is None and not ended):
        raise ChildError(ended)
