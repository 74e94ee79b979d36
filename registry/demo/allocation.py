"""The steps from ready claims to entries: freeze, draw, solve, verify, confirm, propose, decide, record, conclude,
sign, export.
"""

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import allocating, signing
from registry.allocating import Allocation
from registry.demo.job import THERE, DemoError, Job, Step, round_of
from registry.demo.steps import count, is_past
from registry.domain.actors import SYSTEM
from registry.domain.decisions import Vote
from registry.domain.draw import PublicValue
from registry.domain.entries import Entry
from registry.domain.instants import parse_utc
from registry.domain.keys import Checkpoint
from registry.domain.notices import Notice
from registry.domain.offers import Offer
from registry.domain.rounds import RoundState
from registry.exports.package import write_export
from registry.services import deciding, drawing, entering, freezing, proposing, resolving, witnesses
from solver.io import read_bytes


def _freeze(job: Job) -> str:
    with job.writing() as session:
        done = is_past(round_of(session, job), RoundState.FROZEN)
        if not done:
            freezing.freeze_round(session, job.round.id, job.round.registrar.actor, job.round.at("frozen_at"))
        frozen = freezing.newest_instance(session, job.round.id)
        figure = f"{len(frozen.content['claims'])} claims, sha256 {frozen.sha256[:12]}..."
    return f"{figure}, {THERE}" if done else figure


def _draw(job: Job) -> str:
    given = job.round.heading["draw"]
    with job.writing() as session:
        if is_past(round_of(session, job), RoundState.DRAWN):
            return f"seed {_allocation(session, job).seed_hex[:12]}..., {THERE}"
        value = PublicValue(**{**given, "published_at": parse_utc(given["published_at"])})
        drawn = drawing.draw(session, job.round.id, value, job.round.registrar.actor, job.round.at("drawn_at"))
        return f"seed {drawn.seed_hex[:12]}..."


def _allocation(session: Session, job: Job) -> Allocation:
    return allocating.newest(session, job.settings.data / "runs", job.round.id)


def _is_proposed(job: Job) -> bool:
    with job.reading() as session:
        return is_past(round_of(session, job), RoundState.PROPOSED)


def _solve(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    with job.reading() as session:
        job.allocation = _allocation(session, job)
    ended = job.allocation.solve(job.settings.solver_time_limit_s)
    if not ended:
        raise DemoError(ended.message)
    return _proof(job.allocation.solution, job)


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
    assert job.allocation is not None, "solving runs before"
    ended, job.verification = job.allocation.verify()
    if not ended:
        raise DemoError(ended.message)
    return ended.message.partition(";")[0]


def _confirm(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    assert job.allocation is not None, "solving runs before"
    assert job.verification is not None, "verification runs before"
    second = job.allocation.confirm(job.settings.solver_time_limit_s)
    if second.problems:
        raise DemoError(second.problems[0])
    job.verification = replace(job.verification, second=second)
    return second.said


def _propose(job: Job) -> str:
    if _is_proposed(job):
        return THERE
    assert job.allocation is not None, "solving runs before"
    assert job.verification is not None, "verification runs before"
    solution = read_bytes(job.allocation.solution)
    with job.writing() as session:
        made = proposing.propose(
            session, job.round.id, solution, job.verification, job.round.registrar.actor, job.round.at("proposed_at")
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
        offered = count(session, Offer)
        return f"{round_of(session, job).state.lower()} by {names}; {offered} offers"


def _record(job: Job) -> str:
    with job.writing() as session:
        made = entering.accept_all(session, job.round.id, job.round.registrar.actor, job.round.at("recorded_at"))
        total = count(session, Entry)
    return f"{len(made)} entries" if made else f"{total} entries, {THERE}"


def _conclude(job: Job) -> str:
    at = job.round.at("concluded_at")
    with job.writing() as session:
        done = round_of(session, job).concluded_at is not None
        if not done:
            resolving.conclude(session, job.round.id, job.round.registrar.actor, at)
        figure = f"{count(session, Notice)} notices in the outbox"
    return f"{figure}, {THERE}" if done else figure


def _sign(job: Job) -> str:
    with job.reading() as session:  # what is signed is committed
        note = signing.checkpoint(session, job.settings)
    with job.writing() as session:
        before = count(session, Checkpoint)
        kept = witnesses.keep_checkpoint(session, note, SYSTEM, job.round.at("concluded_at"))
        figure = f"a checkpoint of {kept.size} records"
        return figure if count(session, Checkpoint) > before else f"{figure}, {THERE}"


def _export(job: Job) -> str:
    with job.reading() as session:
        export = write_export(session, job.export_folder, signing.signer_in_force(session, job.settings))
    return f"{len(export.files)} files, {sum(size for size, _ in export.files.values()) // 1024} KiB"


ALLOCATION = (
    Step("freeze the round", _freeze),
    Step("draw the seed", _draw),
    Step("solve", _solve),
    Step("verify", _verify),
    Step("confirm", _confirm),
    Step("propose", _propose),
    Step("decide and offer", _decide),
    Step("record entries", _record),
    Step("conclude the round", _conclude),
    Step("sign the log", _sign),
    Step("export", _export),
)
