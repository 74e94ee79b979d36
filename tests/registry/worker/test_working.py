"""A worker sees runs to their end, whatever becomes of the child, the wish of a person, or the worker itself."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry import children, db
from registry.children import RunStatus, Task, Watch
from registry.domain.decisions import Draw, Proposal
from registry.domain.rounds import Round
from registry.domain.runs import Run, RunLook, WorkerBeat
from registry.log.records import Record
from registry.queries import runs as queries
from registry.services import leases, runs
from registry.services.errors import ConflictError
from registry.services.leases import CancelledError, LostError
from registry.worker.working import Worker
from tests import factories as make
from tests.registry.worker.conftest import Clock, asked, count, run_of

New = Callable[..., Worker]


def ended(
    status: RunStatus = RunStatus.DONE, code: int | None = 0, message: str = "", output: str = ""
) -> children.Run:
    return children.Run(status, code, 0.1, message, output)


class Solver:
    """Stands in for the child processes: the solution of the factories, and what a test wants to happen meanwhile."""

    def __init__(self, engine: Engine, **changes: object):
        self.engine, self.changes, self.asked = engine, changes, list[str]()
        self.meanwhile: Callable[[str, Watch | None], children.Run | None] = lambda _who, _watch: None

    def __call__(self, task: Task, watch: Watch | None) -> children.Run:
        self.asked.append(task.who)
        if (instead := self.meanwhile(task.who, watch)) is not None:
            return instead
        if task.who == "the solver":
            assert task.progress is not None
            task.progress.write_text(
                '{"stage": "points", "value": 100, "bound": 100, "seconds": 0.5}\n{"stage": "cut off'
            )
            with db.reading(self.engine) as session:
                task.writes[0].write_bytes(make.solution(session.query(Draw).one(), **self.changes))
        return ended(message="valid: status OPTIMAL; checked: heading; C1", output="agrees on 3 stages\n")


def test_a_real_trial_is_solved_verified_and_kept_with_its_progress(drawn: Engine, new_worker: New) -> None:
    asked(drawn)
    assert new_worker().work(once=True) == 1
    run = run_of(drawn)
    assert (run.state, run.attempts, run.because, run.worker, run.lease_until) == ("done", 1, "", None, None)
    with db.reading(drawn) as session:
        [trial] = session.query(Proposal)
        assert (trial.official, trial.status, trial.verified, trial.id) == (False, "OPTIMAL", True, run.kept_id)
        assert trial.solution_sha256 == run.solution_sha256
        looks = session.query(RunLook).order_by(RunLook.id).all()
        assert looks[0].stage == "shortfall"
        assert looks[-1].value == looks[-1].bound


def test_a_real_proposal_is_confirmed_and_proposed_by_whoever_asked_and_then_explained(
    drawn: Engine, new_worker: New
) -> None:
    asked(drawn, "proposal")
    new_worker().work(once=True)
    with db.reading(drawn) as session:
        [proposal] = session.query(Proposal)
        assert (proposal.official, proposal.confirmed, proposal.id) == (True, True, run_of(drawn).kept_id)
        assert session.get_one(Round, make.ROUND).state == "PROPOSED"
        record = session.query(Record).order_by(Record.index.desc()).first()
        assert (record.act, record.actor["name"]) == ("solution-proposed", "planner@example.org")
    with db.unit_of_work(drawn) as session:
        run_id = runs.ask_why(session, "C-0002", make.PLANNER, make.PROPOSED, time_limit_s=20).id
    new_worker().work(once=True)
    run = run_of(drawn, run_id)
    assert (run.state, run.claim_id, run.answer["claim"], run.answer["state"]) == ("done", "C-0002", "C-0002", "served")
    with db.unit_of_work(drawn) as session:
        assert runs.ask_why(session, "C-0002", make.PLANNER, make.PROPOSED, time_limit_s=20).id == run_id


def test_incentives_of_a_proposal_are_studied_and_kept_without_naming_a_party(drawn: Engine, new_worker: New) -> None:
    with (
        db.unit_of_work(drawn) as session,
        pytest.raises(ConflictError, match="has no proposal yet; propose one first"),
    ):
        runs.ask(session, make.ROUND, "incentives", make.PLANNER, make.DRAWN, time_limit_s=60)
    asked(drawn, "proposal")
    new_worker().work(once=True)
    with db.unit_of_work(drawn) as session:
        run_id = runs.ask(session, make.ROUND, "incentives", make.PLANNER, make.PROPOSED, time_limit_s=60).id
    new_worker().work(once=True)
    run = run_of(drawn, run_id)
    assert (run.state, run.because, run.kept_id) == ("done", "", None)
    assert (run.answer["format"], run.answer["status"]) == ("lunar-allocation-incentives/1", "OPTIMAL")
    assert run.answer["summary"]["whole"] is True
    assert run.answer["summary"]["all"]["variants"] > 0
    assert "variants" not in run.answer
    with db.reading(drawn) as session:
        [proposal] = session.query(Proposal)
        assert queries.incentives(session, proposal.solution_sha256) == run.answer
        assert queries.incentives(session, "0" * 64) is None


def test_a_proposal_that_was_cut_short_is_kept_as_a_trial_and_says_why(drawn: Engine, new_worker: New) -> None:
    asked(drawn, "proposal")
    solver = Solver(drawn, status="FEASIBLE", stages=[{"name": "points", "value": 100, "bound": 170, "proved": False}])
    new_worker(place=solver).work(once=True)
    run = run_of(drawn)
    assert (run.state, solver.asked) == ("done", ["the solver", "the verifier"])
    assert run.because == (
        "kept as a trial: FEASIBLE, not every stage was proved; the policy's fallback may follow, or a longer run"
    )
    with db.reading(drawn) as session:
        assert session.query(Proposal).one().official is False


def test_a_proposal_that_a_check_refuses_fails_and_its_solution_is_kept_as_a_trial(
    drawn: Engine, new_worker: New
) -> None:
    asked(drawn, "proposal")
    solver = Solver(drawn)
    refusal = ended(RunStatus.REFUSED, 1, "the second opinion refused: stage 2 differs")
    solver.meanwhile = lambda who, _: refusal if who == "the second opinion" else None
    new_worker(place=solver).work(once=True)
    run = run_of(drawn)
    assert (run.state, run.because) == (
        "failed", "kept as a trial, not proposed: the second opinion refused: stage 2 differs",
    )  # fmt: skip
    with db.reading(drawn) as session:
        assert [(row.official, row.confirmed) for row in session.query(Proposal)] == [(False, False)]
        assert session.get_one(Round, make.ROUND).state == "DRAWN"


@pytest.mark.parametrize(
    ("bad", "states", "words"),
    [
        (ended(RunStatus.FAILED, -9, "the solver was ended by signal 9"), ["queued", "queued", "failed"],
         "the solver was ended by signal 9 (attempt 3 of 3)"),
        (ended(RunStatus.TIMED_OUT, None, "the solver was stopped after 180 s"), ["failed"], "the solver was stopped after 180 s"),
        (ended(RunStatus.FAILED, 1, "the solver failed with exit code 1"), ["failed"], "the solver failed with exit code 1"),
        (ended(RunStatus.UNUSABLE, 2, "the solver could not use its files"), ["failed"], "the solver could not use its files"),
    ],
)  # fmt: skip
def test_a_bad_end_is_tried_again_only_where_that_may_mend_it(
    drawn: Engine, new_worker: New, bad: children.Run, states: list[str], words: str
) -> None:
    asked(drawn)
    seen: list[str] = []
    for _ in states:
        seen.append("")
        worker = new_worker(place=lambda _task, _watch: bad, is_stopping=lambda: len(seen) > 1)
        lease = worker._next()
        assert lease is not None
        from registry.worker.performing import perform

        perform(worker.ways, lease)
        seen[-1] = run_of(drawn).state
        if seen[-1] != "queued":
            break
    assert [state for state in seen if state] == states
    assert run_of(drawn).because == words


def test_a_fault_of_the_worker_itself_ends_the_run_with_a_reason(drawn: Engine, new_worker: New) -> None:
    asked(drawn)

    def broken(_task: Task, _watch: Watch | None) -> children.Run:
        raise RuntimeError("no such thing")

    new_worker(place=broken).work(once=True)
    assert run_of(drawn).because == "a fault of the worker: RuntimeError: no such thing"


def test_a_run_that_waits_is_cancelled_at_once_and_never_taken(drawn: Engine, new_worker: New) -> None:
    run_id = asked(drawn)
    with db.unit_of_work(drawn) as session:
        assert runs.cancel(session, run_id, make.PLANNER, make.PROPOSED).state == "cancelled"
    assert new_worker().work(once=True) == 0
    assert run_of(drawn).because == "cancelled before it began"


def test_a_run_under_way_is_cancelled_by_its_worker_which_ends_the_child(
    drawn: Engine, new_worker: New, clock: Clock
) -> None:
    run_id, solver = asked(drawn), Solver(drawn)

    def cancelling(who: str, watch: Watch | None) -> None:
        with db.unit_of_work(drawn) as session:
            runs.cancel(session, run_id, make.PLANNER, make.PROPOSED)
        assert watch is not None
        clock.go_on(5)
        with pytest.raises(CancelledError):
            watch()
        watch()

    solver.meanwhile = cancelling
    new_worker(place=solver).work(once=True)
    run = run_of(drawn)
    assert (run.state, run.because, solver.asked) == ("cancelled", "cancelled while it was running", ["the solver"])
    with db.reading(drawn) as session:
        assert count(session, Proposal) == 0


def test_a_worker_that_is_asked_to_end_gives_its_run_back(drawn: Engine, new_worker: New) -> None:
    asked(drawn)
    stopping: list[bool] = []
    solver = Solver(drawn)

    def stop(_who: str, watch: Watch | None) -> None:
        stopping.append(True)
        assert watch is not None
        watch()

    solver.meanwhile = stop
    new_worker(place=solver, is_stopping=lambda: bool(stopping)).work(once=False)
    run = run_of(drawn)
    assert (run.state, run.because) == ("queued", "the worker was asked to end (attempt 1 of 3)")
    new_worker(place=Solver(drawn)).work(once=True)
    assert (run_of(drawn).state, run_of(drawn).attempts, run_of(drawn).because) == ("done", 2, "")


def test_a_run_whose_worker_was_not_heard_of_is_tried_again_and_the_late_worker_enters_nothing(
    drawn: Engine, new_worker: New, clock: Clock
) -> None:
    asked(drawn)
    late, other = new_worker("late", place=Solver(drawn)), new_worker("other", place=Solver(drawn))
    lease = late._next()
    assert lease is not None
    assert other._next() is None  # the lease is good
    clock.go_on(21)
    assert other.work(once=True) == 1
    from registry.worker.performing import perform

    assert perform(late.ways, lease) == "run 1 is no longer held by late; nothing of this attempt is kept"
    with db.reading(drawn) as session:
        assert (count(session, Proposal), run_of(drawn).attempts, run_of(drawn).state) == (1, 2, "done")


def test_a_run_that_is_lost_again_and_again_fails_with_a_reason(drawn: Engine, new_worker: New, clock: Clock) -> None:
    asked(drawn)
    worker = new_worker()
    for _ in range(3):
        assert worker._next() is not None
        clock.go_on(21)
    assert worker._next() is None
    assert (run_of(drawn).state, run_of(drawn).because) == (
        "failed", "the worker was not heard of any more (attempt 3 of 3)",
    )  # fmt: skip


def test_the_lease_is_renewed_while_the_child_works(drawn: Engine, new_worker: New, clock: Clock) -> None:
    asked(drawn)
    solver = Solver(drawn)

    def working(_who: str, watch: Watch | None) -> None:
        assert watch is not None
        for _ in range(10):
            clock.go_on(4)
            watch()
            with db.unit_of_work(drawn) as session:
                assert leases.expire(session, clock()) == []

    solver.meanwhile = working
    new_worker(place=solver).work(once=True)
    assert (run_of(drawn).state, run_of(drawn).attempts) == ("done", 1)


def test_a_solution_of_an_instance_that_is_no_longer_the_newest_is_not_kept(drawn: Engine, new_worker: New) -> None:
    asked(drawn)
    solver = Solver(drawn, instance_sha256="0" * 64)
    new_worker(place=solver).work(once=True)
    assert run_of(drawn).because == "the solution answers another instance; solve the frozen instance of this round"
    assert run_of(drawn).state == "failed"


def test_what_one_attempt_writes_lies_apart_from_the_next(drawn: Engine, new_worker: New, tmp_path: Path) -> None:
    asked(drawn)
    worker = new_worker(place=lambda _task, _watch: ended(RunStatus.FAILED, -9, "killed"))
    worker.work(once=True)
    found = sorted(path.parent.name for path in (tmp_path / "runs" / make.ROUND).glob("run-*/instance.json"))
    assert found == ["run-1-1", "run-1-2", "run-1-3"]
    assert len({json.dumps(json.loads(path.read_bytes())) for path in (tmp_path / "runs").rglob("instance.json")}) == 1


def test_of_two_workers_one_gets_the_run(drawn: Engine) -> None:
    asked(drawn)
    with db.unit_of_work(drawn) as session:
        assert leases.take(session, "w1", make.PROPOSED, 20) == leases.Lease(1, 1, "w1")
    with db.unit_of_work(drawn) as session:
        assert leases.take(session, "w2", make.PROPOSED, 20) is None
        with pytest.raises(LostError):
            leases.renew(session, leases.Lease(1, 1, "w2"), make.PROPOSED, 20)


@pytest.mark.parametrize(
    ("how", "error", "state"), [("lost", LostError, "queued"), ("cancelled", CancelledError, "running")]
)
def test_what_happens_to_a_lease_at_the_last_moment_keeps_the_solution_out(
    drawn: Engine, clock: Clock, how: str, error: type[Exception], state: str
) -> None:
    run_id = asked(drawn)
    with db.unit_of_work(drawn) as session:
        lease = leases.take(session, "late", clock(), 20)
        assert lease is not None
        solution = make.solution(session.query(Draw).one())
    clock.go_on(21)
    with db.unit_of_work(drawn) as session:
        if how == "lost":
            assert leases.expire(session, clock()) == [run_id]
        else:
            runs.cancel(session, run_id, make.PLANNER, clock())
    with db.unit_of_work(drawn) as session, pytest.raises(error):
        leases.keep_solution(session, lease, solution, make.PASSED, clock(), clock())
    with db.reading(drawn) as session:
        assert (count(session, Proposal), run_of(drawn).state) == (0, state)


def test_one_proposal_at_a_time_is_made(drawn: Engine) -> None:
    asked(drawn, "proposal")
    with pytest.raises(leases.ConflictError, match="run 1 is to make the proposal already"):
        asked(drawn, "proposal")
    with db.reading(drawn) as session:
        assert count(session, Run) == 1


def test_what_becomes_of_a_run_is_logged_in_numbers_and_words_of_the_program(
    drawn: Engine, new_worker: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    asked(drawn)
    broken = children.Run(children.RunStatus.FAILED, -9, 0.1, "a secret of the solver")
    with caplog.at_level(logging.INFO, "registry.worker"):
        new_worker("host/7/abc", lambda *_: broken).work(once=True)
    told = [dict(record.msg) for record in caplog.records]  # type: ignore[call-overload]  # as structlog hands them on
    assert [line["event"] for line in told] == ["run-taken", "run-broken", "run-ended"] * 3
    assert {line.get("worker") for line in told} == {"host/7/abc", None}
    assert [line["outcome"] for line in told if line["event"] == "run-ended"] == ["queued", "queued", "failed"]
    assert [line["attempt"] for line in told if line["event"] == "run-taken"] == [1, 2, 3]
    assert "secret" not in str(told)


def test_a_worker_is_there_while_it_works_and_gone_when_it_has_ended(
    drawn: Engine, new_worker: Callable[..., Worker]
) -> None:
    seen: list[list[str]] = []

    def look(*_: object) -> children.Run:
        with db.reading(drawn) as session:
            seen.append([row.name for row in session.query(WorkerBeat)])
        return children.Run(children.RunStatus.UNUSABLE, 2, 0.1, "no")

    asked(drawn)
    new_worker("host/7/abc", look).work(once=True)
    assert seen == [["host/7/abc"]]
    with db.reading(drawn) as session:
        assert session.query(WorkerBeat).count() == 0
