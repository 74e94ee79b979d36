"""Runs by commands: asked for, listed, cancelled, done by a worker, and explained to the party that asks."""

import pytest

from registry import db
from tests import factories as make
from tests.registry.commands.conftest import Office

ROUND = make.ROUND
PAULA, DEV, RITA = ("--as", "paula@example.org"), ("--as", "dev@example.org"), ("--as", "rita@example.org")
THEN = "2027-09-10T09:00:00Z"


@pytest.fixture
def drawn(office: Office) -> Office:
    """A round with a draw: two rivals, of which one can be served at a time."""
    from registry.services import coordination, drawing, examination, filing, freezing, rounds

    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        claims = [filing.file_claim(session, ROUND, row, make.REGISTRAR, make.FILED) for row in make.two_rivals()]
        rounds.close_round(session, ROUND, make.REGISTRAR, make.CLOSES)
        for claim in claims:
            examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
            coordination.publish(session, claim.id, make.REGISTRAR, make.PUBLISHED)
            coordination.start_coordination(session, claim.id, make.REGISTRAR, make.PUBLISHED)
            coordination.make_ready(session, claim.id, make.REGISTRAR, make.READY)
        freezing.freeze_round(session, ROUND, make.REGISTRAR, make.FROZEN)
        drawing.draw(session, ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    engine.dispose()
    return office


def test_a_run_is_asked_for_listed_shown_and_cancelled(drawn: Office) -> None:
    assert drawn.json("run", "ask", ROUND, "--time-limit", "30", *PAULA, at=THEN) == {"id": 1, "state": "queued"}
    assert drawn.run("run", "list", *PAULA, at=None).stdout == (f"run 1  trial of round {ROUND}, instance 1  queued\n")
    assert drawn.run("run", "list", at=None).stdout == "no runs\n"  # the public
    assert drawn.json("run", "show", "1", *RITA, at=None)["row"]["time_limit_s"] == 30
    assert drawn.refusal("run", "show", "1", *DEV, at=None) == "there is no run 1; check the id"
    assert drawn.json("run", "cancel", "1", *PAULA, at=THEN)["state"] == "cancelled"
    assert drawn.refusal("run", "cancel", "1", *PAULA, at=THEN) == (
        "run 1 has ended: cancelled; there is nothing to cancel"
    )


def test_what_cannot_be_used_is_refused_with_every_fault(drawn: Office) -> None:
    ended = drawn.run("run", "ask", ROUND, "--time-limit", "-1", "--workers", "0", "--seed", "0", *PAULA, at=THEN)
    assert ended.stderr.splitlines() == [
        "registry: time_limit_s: -1 seconds; give 1 to 86400",
        "registry: workers: 0; give 1 to 64",
        "registry: seed_hex: '0' is no seed; write 1 to 64 whole bytes in lower-case hex",
    ]
    assert drawn.refusal("run", "why", "C-0001", *DEV, at=THEN) == (
        "no proposal has answered claim C-0001 yet; wait until one is made"
    )


def test_a_worker_once_does_what_waits_and_ends(drawn: Office) -> None:
    drawn.json("run", "ask", ROUND, "--kind", "proposal", "--time-limit", "30", "--workers", "1", *PAULA, at=THEN)
    ended = drawn.run("worker", "--once", at=THEN)
    assert ended.exit_code == 0, ended.output
    assert "run 1, attempt 1: proposed: OPTIMAL, " in ended.stdout
    assert ended.stdout.endswith("ended; 1 runs were taken\n")
    assert drawn.json("round", "show", ROUND, at=None)["round"]["state"] == "PROPOSED"
    assert drawn.json("run", "why", "C-0001", *DEV, at=THEN)["state"] == "queued"
    assert drawn.json("run", "why", "C-0001", *DEV, at=THEN)["id"] == 2
    assert "not for delegate" not in drawn.refusal("run", "why", "C-0002", *DEV, at=THEN)


def test_a_worker_is_told_when_in_rehearsal_only(drawn: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTRY_REHEARSAL")
    assert "only one in rehearsal" in drawn.run("worker", "--once", at=THEN).stderr


def test_a_scheduler_that_does_not_answer_is_named(drawn: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_DASK_SCHEDULER", "no address")
    told = drawn.refusal("worker", "--once", at=THEN, code=2)
    assert told.startswith("REGISTRY_DASK_SCHEDULER in the environment cannot be used: it is no address of a scheduler")
