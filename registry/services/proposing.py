"""Proposing: one official solution for each frozen instance, proven, verified and confirmed; other runs are trials."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.decisions import Draw, Proposal
from registry.services.acting import get_round, move_round, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.freezing import newest_instance
from registry.services.instants import check_at
from registry.services.recording import record
from solver.fields import InputError, load_json
from solver.io import parse_solution

UNOFFICIAL_SEED = "00"


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a second formulation said of the proven stages; `problems` is empty if it agrees with every one."""

    problems: tuple[str, ...] = ()
    said: str = ""
    confirmer: str = "solver confirm"

    def content(self) -> dict[str, Any]:
        """The opinion as stored."""
        return {"problems": list(self.problems), "said": self.said, "confirmer": self.confirmer}


@dataclass(frozen=True, slots=True)
class Verification:
    """What the independent check of a solution said, and the second opinion; `problems` is empty if it passed."""

    problems: tuple[str, ...] = ()
    checks: tuple[str, ...] = field(default=())
    verifier: str = "solver verify"
    second: SecondOpinion | None = None

    def content(self) -> dict[str, Any]:
        """The report as stored."""
        report = {"problems": list(self.problems), "checks": list(self.checks), "verifier": self.verifier}
        return report if self.second is None else {**report, "second": self.second.content()}


def propose(
    session: Session, round_id: str, solution: bytes, verification: Verification, actor: Actor, at: datetime
) -> Proposal:
    """Make a solution the official proposal of the round.

    Raises
    ------
    ConflictError
        If it answers another instance or seed, is not proven optimal, failed its verification, has no second opinion
        that agrees, or the round has its proposal already.
    """
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    move_round(round_, "propose", actor)
    proposal = _proposal(session, round_id, solution, verification, at, official=True)
    refusals = _refusals(proposal, verification)
    if refusals:
        raise ConflictError(f"this solution cannot be proposed: {'; '.join(refusals)}")
    round_.proposed_at = at
    session.add(proposal)
    record(session, at, actor, "solution-proposed", f"rounds/{round_id}", [round_, proposal])
    return proposal


def keep_trial(
    session: Session, round_id: str, solution: bytes, verification: Verification, actor: Actor, at: datetime
) -> Proposal:
    """Keep a solution as a trial, which nobody can decide on. The round stays as it is."""
    require_role(actor, "registrar", "planner")
    get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    trial = _proposal(session, round_id, solution, verification, at, official=False)
    session.add(trial)
    record(session, at, actor, "trial-kept", f"rounds/{round_id}", [trial])
    return trial


def _proposal(
    session: Session, round_id: str, solution: bytes, verification: Verification, at: datetime, *, official: bool
) -> Proposal:
    instance = newest_instance(session, round_id)
    drawn = session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one_or_none()
    if drawn is None:
        raise ConflictError(f"round {round_id} has no draw yet; draw the seed first")
    try:
        parsed, document = parse_solution(solution), load_json(solution)
    except InputError as error:
        raise ValidationError(error.faults) from error
    if parsed.instance_sha256 != instance.sha256:
        raise ConflictError("the solution answers another instance; solve the frozen instance of this round")
    return Proposal(
        instance_id=instance.id,
        instance=instance,
        draw=drawn,
        official=official,
        status=parsed.status,
        solution=document,
        solution_sha256=hashlib.sha256(rfc8785.dumps(document)).hexdigest(),
        verified=not verification.problems,
        verification=verification.content(),
        proposed_at=at,
        confirmed=None if verification.second is None else not verification.second.problems,
    )


def _refusals(proposal: Proposal, verification: Verification) -> list[str]:
    seed = proposal.solution["seed"]
    reasons = []
    if seed == UNOFFICIAL_SEED:
        reasons.append("seed 00 is for trials; solve with the seed of the draw")
    elif seed != proposal.draw.seed_hex:
        reasons.append("its seed is not that of the draw; solve with the seed of the draw")
    if proposal.status != "OPTIMAL":
        reasons.append(f"its status is {proposal.status}, not OPTIMAL; let the run complete")
    if not proposal.verified:
        reasons.append(f"its verification failed ({'; '.join(verification.problems[:3])}); solve again")
    if verification.second is None:
        reasons.append("it has no second opinion; confirm it with solver confirm")
    elif verification.second.problems:
        reasons.append(f"the second opinion differs ({'; '.join(verification.second.problems[:3])}); do not use it")
    return reasons
