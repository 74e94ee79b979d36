"""The steps from ready claims to entries: freeze, draw, solve, verify, propose, decide, record, export."""

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import worker
from registry.demo.job import THERE, DemoError, Job, Step, round_of
from registry.demo.steps import count, is_past
from registry.domain.decisions import Draw, Vote
from registry.domain.entries import Entry
from registry.domain.rounds import RoundState
from registry.exports.package import write_export
from registry.services import deciding, drawing, entering, freezing, proposing
from solver.io import read_bytes, write_atomically

INSTANCE, SOLUTION = "instance.json", "solution.json"


def _freeze(job: Job) -> str:
    with job.writing() as session:
        done = is_past(round_of(session, job), RoundState.FROZEN)
        if not done:
            freezing.freeze_round(session, job.round.id, job.round.registrar.actor, job.round.at("frozen_at"))
        frozen = drawing.newest_instance(session, job.round.id)
        data = freezing.instance_bytes(frozen)
        figure = f"{len(frozen.content['claims'])} claims, sha256 {frozen.sha256[:12]}..."
    job.run_folder.mkdir(parents=True, exist_ok=True)
    write_atomically(job.run_folder / INSTANCE, data)
    return f"{figure}, {THERE}" if done else figure


def _draw(job: Job) -> str:
    given = job.round.heading["draw"]
    with job.writing() as session:
        if is_past(round_of(session, job), RoundState.DRAWN):
            return f"seed {_seed(session, job)[:12]}..., {THERE}"
        drawn = drawing.draw(
            session,
            job.round.id,
            given["value_hex"],
            given["source"],
            job.round.registrar.actor,
            job.round.at("drawn_at"),
            illustrative=given["illustrative"],
        )
        return f"seed {drawn.seed_hex[:12]}..."


def _seed(session: Session, job: Job) -> str:
    instance = drawing.newest_instance(session, job.round.id)
    return session.scalars(select(Draw.seed_hex).where(Draw.instance_id == instance.id)).one()


def _is_proposed(job: Job) -> bool:
    with job.reading() as session:
        return is_past(round_of(session, job), RoundState.PROPOSED)


def _solve(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    with job.reading() as session:
        seed = _seed(session, job)
    solution = job.run_folder / SOLUTION
    ended = worker.run_solver(job.run_folder / INSTANCE, solution, seed, job.settings.solver_time_limit_s)
    if not ended:
        raise DemoError(ended.message)
    return _proof(solution, job)


def _proof(path: Path, job: Job) -> str:
    solution = json.loads(path.read_bytes())
    proved = sum(stage["proved"] for stage in solution["stages"])
    figure = f"{proved} of {len(solution['stages'])} stages proved"
    if solution["status"] != "OPTIMAL":
        raise DemoError(
            f"the answer after {job.settings.solver_time_limit_s} s is {solution['status']} ({figure}), and only a "
            "proven one can be proposed; give REGISTRY_SOLVER_TIME_LIMIT_S more seconds and run the demo again"
        )
    return f"{solution['status']}, {figure}, {len(solution['allotments'])} claims served"


def _verify(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    job.verification = worker.run_verifier(job.run_folder / INSTANCE, job.run_folder / SOLUTION)
    if not job.verification:
        raise DemoError(job.verification.message)
    return job.verification.message.partition(";")[0]


def _propose(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    assert job.verification is not None, "verification runs before"
    _, _, checks = job.verification.message.partition("checked: ")
    report = proposing.Verification(checks=tuple(checks.split("; ")))
    solution = read_bytes(job.run_folder / SOLUTION)
    with job.writing() as session:
        made = proposing.propose(
            session, job.round.id, solution, report, job.round.registrar.actor, job.round.at("proposed_at")
        )
        return f"sha256 {made.solution_sha256[:12]}..."


def _decide(job: Job) -> str:
    at = job.round.at("decided_at")
    names = " and ".join(f"{person.name} ({person.party})" for person in job.round.deciders)
    with job.writing() as session:
        if is_past(round_of(session, job), RoundState.ADOPTED):
            return f"{THERE}: {round_of(session, job).state}"
        proposal = deciding.official_proposal(session, job.round.id)
        spoken = set(session.scalars(select(Vote.decider).where(Vote.proposal_id == proposal.id)))
        for person in job.round.deciders:
            if person.email not in spoken and not is_past(round_of(session, job), RoundState.ADOPTED):
                deciding.decide(session, job.round.id, "adopt", person.actor, at)
        return f"{round_of(session, job).state.lower()} by {names}"


def _record(job: Job) -> str:
    with job.writing() as session:
        made = entering.accept_all(session, job.round.id, job.round.registrar.actor, job.round.at("recorded_at"))
        total = count(session, Entry)
    return f"{len(made)} entries" if made else f"{total} entries, {THERE}"


def _export(job: Job) -> str:
    with job.reading() as session:
        export = write_export(session, job.export_folder, job.round.id)
    return f"{len(export.files)} files, {sum(size for size, _ in export.files.values()) // 1024} KiB"


ALLOCATION = (
    Step("freeze the round", _freeze),
    Step("draw the seed", _draw),
    Step("solve", _solve),
    Step("verify", _verify),
    Step("propose", _propose),
    Step("decide", _decide),
    Step("record entries", _record),
    Step("export", _export),
)
