"""Solver runs for `registry round`: child processes between two transactions, never inside one."""

from pathlib import Path
from typing import TYPE_CHECKING

from registry.commands.acting import Answer, Desk, Refused

if TYPE_CHECKING:
    from registry.allocating import Allocation


def solve(desk: Desk, round_id: str, time_limit: float | None) -> Answer:
    """Solve the newest instance; what is not proved is kept as a trial."""
    from registry.services import proposing
    from solver.fields import load_json
    from solver.io import read_bytes

    made = _newest(desk, round_id)
    ended = made.solve(time_limit or desk.settings.solver_time_limit_s)
    if not ended:
        raise Refused("failure", ended.message)
    data = read_bytes(made.solution)
    document = load_json(data)
    told = {"status": document["status"], "solution": made.solution, "served": len(document["allotments"])}
    words = f"{document['status']}: {told['served']} claims served; {made.solution}"
    if document["status"] == "OPTIMAL":
        return Answer([words, f"to propose it: registry round propose {round_id}"], told)
    _, report = made.verify()
    with desk.unit() as deed:
        proposing.keep_trial(deed.session, round_id, data, report, deed.actor, deed.at)
    return Answer([words, f"kept as a trial; to use the policy's fallback: registry round fallback {round_id}"], told)


def keep(desk: Desk, round_id: str, solution: Path) -> Answer:
    """Keep a solution file as a trial."""
    from registry.services import proposing

    made, data = _given(desk, round_id, solution)
    _, report = made.verify()
    with desk.unit() as deed:
        kept = proposing.keep_trial(deed.session, round_id, data, report, deed.actor, deed.at)
        words = "valid" if kept.verified else f"refused: {report.problems[0]}"
        return Answer(f"trial kept: {kept.status}, {words}", {"status": kept.status, "verification": report.content()})


def propose(desk: Desk, round_id: str, solution: Path | None) -> Answer:
    """Verify, confirm and propose the solution of the newest instance, or the file given."""
    from dataclasses import replace

    from registry.services import proposing

    made, data = _given(desk, round_id, solution)
    passed, report = made.verify()
    if passed:
        report = replace(report, second=made.confirm(desk.settings.solver_time_limit_s))
    with desk.unit() as deed:
        proposal = proposing.propose(deed.session, round_id, data, report, deed.actor, deed.at)
        told = {"solution_sha256": proposal.solution_sha256, "verification": proposal.verification}
        said = report.second.said if report.second else ""
        return Answer([f"round {round_id} is proposed; solution sha256 {proposal.solution_sha256}", said], told)


def _newest(desk: Desk, round_id: str) -> "Allocation":
    from registry import allocating
    from registry.domain.rounds import Round
    from registry.services.errors import NotFoundError

    with desk.reading() as session:
        if session.get(Round, round_id) is None:
            raise NotFoundError(f"there is no round {round_id}; check the id")
        return allocating.newest(session, desk.settings.data / "runs", round_id)


def _given(desk: Desk, round_id: str, solution: Path | None) -> "tuple[Allocation, bytes]":
    """The newest allocation and its solution: the file given takes the place of the run's."""
    from solver.io import read_bytes, write_atomically

    made = _newest(desk, round_id)
    if solution is not None:
        write_atomically(made.solution, read_bytes(solution))
    elif not made.solution.is_file():
        raise Refused("conflict", f"{made.solution} is not there; solve first: registry round solve {round_id}")
    return made, read_bytes(made.solution)
