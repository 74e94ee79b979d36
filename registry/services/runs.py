"""Solver runs as people ask for them: a trial, the official proposal, why a claim did not get what it asked for, incentives.

Asking and cancelling change nothing that is recorded: what a run gives is kept by `proposing`, in the unit of work that ends
the run (`registry.services.leases`).
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.decisions import Draw, FrozenInstance, Proposal
from registry.domain.operations import DELEGATE
from registry.domain.rounds import RoundState
from registry.domain.runs import ENDS, MOST_ATTEMPTS, Run, RunKind, RunState
from registry.services.acting import get, get_claim, get_round, require_role
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.freezing import newest_instance
from registry.services.instants import refuse_naive

LONGEST_S, MOST_WORKERS = 86_400, 64
WHY_NOT_LIMIT_S = 60
MOST_SEED_BYTES = 64
ASKED_FOR = (RunKind.TRIAL, RunKind.PROPOSAL, RunKind.INCENTIVES)


def ask(
    session: Session,
    round_id: str,
    kind: str,
    actor: Actor,
    at: datetime,
    *,
    time_limit_s: int,
    workers: int = 8,
    seed_hex: str | None = None,
) -> Run:
    """Queue a run of the round's newest instance; with the seed of its draw, unless a trial names another.

    Incentives are those of its official proposal, which has to be there.

    Raises
    ------
    ConflictError
        If the round has no draw, or for a proposal: waits for none, or has one in the making; for incentives: has none.
    ValidationError
        If a limit or the seed cannot be used.
    """
    require_role(actor, "registrar", "planner")
    refuse_naive("at", at)
    round_ = get_round(session, round_id)
    faults = [*_limits(time_limit_s, workers), *_seed(seed_hex, kind)]
    if kind not in ASKED_FOR:
        faults.append(f"kind: {kind!r} is unknown; use {', '.join(ASKED_FOR[:-1])} or {ASKED_FOR[-1]}")
    if faults:
        raise ValidationError(faults)
    instance = newest_instance(session, round_id)
    drawn = session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one_or_none()
    if drawn is None:
        raise ConflictError(f"round {round_id} has no draw yet; draw the seed first")
    if kind == RunKind.PROPOSAL:
        _refuse_second(session, instance, round_.state)
    explained = _official_of(session, instance) if kind == RunKind.INCENTIVES else None
    limits = {"time_limit_s": time_limit_s, "workers": workers}
    run = Run(kind=kind, instance=instance, explained=explained, seed_hex=seed_hex or drawn.seed_hex, **limits)
    return _queue(session, run, actor, at)


def ask_why(session: Session, claim_id: str, actor: Actor, at: datetime, *, time_limit_s: int = WHY_NOT_LIMIT_S) -> Run:
    """Queue the explanation of what a claim got in the official proposal; one that is there or on its way is given back.

    A delegate asks for claims that the own party files or is credited in.
    """
    require_role(actor, "delegate", "registrar", "planner")
    refuse_naive("at", at)
    claim = get_claim(session, claim_id, actor)
    parties = {claim.filed_by_id, *(row.party_id for row in claim.current.credits)}
    if actor.role in DELEGATE and actor.party not in parties:
        raise NotAllowedError(f"a delegate asks about claims of the own party only: {actor.party or 'none'}")
    if faults := _limits(time_limit_s, 1):
        raise ValidationError(faults)
    explained = _official(session, claim)
    there = select(Run).where(
        Run.claim_id == claim_id,
        Run.explained_id == explained.id,
        Run.state.in_((RunState.QUEUED, RunState.RUNNING, RunState.DONE)),
        Run.time_limit_s >= time_limit_s,
    )
    if (found := session.scalars(there.order_by(Run.id.desc())).first()) is not None:
        return found
    wanted = Run(
        kind=RunKind.WHY_NOT,
        instance=explained.instance,
        seed_hex=explained.solution["seed"],
        claim_id=claim_id,
        explained=explained,
        time_limit_s=time_limit_s,
        workers=8,
    )
    return _queue(session, wanted, actor, at)


def cancel(session: Session, run_id: int, actor: Actor, at: datetime) -> Run:
    """End a run that waits, and ask the worker of one under way to stop it; whoever asked for a run, or runs rounds, may.

    Raises
    ------
    ConflictError
        If it has ended.
    """
    require_role(actor, "delegate", "registrar", "planner")
    refuse_naive("at", at)
    run = get(session, Run, run_id, "run")
    if actor.role in DELEGATE and run.asked_party_id != actor.party:
        raise NotFoundError(f"there is no run {run_id}; check the id")
    if run.state in ENDS:
        raise ConflictError(f"run {run_id} has ended: {run.state}; there is nothing to cancel")
    ended = {"state": RunState.CANCELLED, "ended_at": at, "because": "cancelled before it began", "cancel_asked_at": at}
    changes = update(Run).where(Run.id == run_id).execution_options(synchronize_session=False)
    # A worker may take it at this moment: first the end of one that waits, then the word to whoever works at it.
    session.execute(changes.where(Run.state == RunState.QUEUED).values(ended))
    session.execute(
        changes.where(Run.state == RunState.RUNNING, Run.cancel_asked_at.is_(None)).values(cancel_asked_at=at)
    )
    session.refresh(run)
    return run


def _queue(session: Session, run: Run, actor: Actor, at: datetime) -> Run:
    run.state, run.attempts, run.attempts_most = RunState.QUEUED, 0, MOST_ATTEMPTS
    run.asked_by, run.asked_role, run.asked_party_id, run.asked_at = actor.name, actor.role, actor.party, at
    session.add(run)
    session.flush()
    return run


def _official_of(session: Session, instance: FrozenInstance) -> Proposal:
    chosen = select(Proposal).where(Proposal.instance_id == instance.id, Proposal.official)
    if (found := session.scalars(chosen).one_or_none()) is None:
        raise ConflictError(
            f"instance {instance.number} of round {instance.round_id} has no proposal yet; propose one first"
        )
    return found


def _official(session: Session, claim: Claim) -> Proposal:
    """The newest official proposal of the claim's round whose instance has the claim."""
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == claim.round_id, Proposal.official)
    for proposal in session.scalars(chosen.order_by(FrozenInstance.number.desc())):
        if any(row["id"] == claim.id for row in proposal.instance.content["claims"]):
            return proposal
    raise ConflictError(f"no proposal has answered claim {claim.id} yet; wait until one is made")


def _refuse_second(session: Session, instance: FrozenInstance, state: str) -> None:
    if state != RoundState.DRAWN:
        raise ConflictError(f"round {instance.round_id} is {state}; a proposal is made while it is {RoundState.DRAWN}")
    under_way = select(Run.id).where(
        Run.instance_id == instance.id,
        Run.kind == RunKind.PROPOSAL,
        Run.state.in_((RunState.QUEUED, RunState.RUNNING)),
    )
    if (found := session.scalars(under_way).first()) is not None:
        raise ConflictError(f"run {found} is to make the proposal already; wait for its end, or cancel it")


def _limits(time_limit_s: int, workers: int) -> list[str]:
    faults = []
    if not 1 <= time_limit_s <= LONGEST_S:
        faults.append(f"time_limit_s: {time_limit_s} seconds; give 1 to {LONGEST_S}")
    if not 1 <= workers <= MOST_WORKERS:
        faults.append(f"workers: {workers}; give 1 to {MOST_WORKERS}")
    return faults


def _seed(seed_hex: str | None, kind: str) -> list[str]:
    if seed_hex is None:
        return []
    if kind != RunKind.TRIAL:
        return ["seed_hex: the proposal has the seed of the draw; leave it out, or ask for a trial"]
    try:
        data = bytes.fromhex(seed_hex)
    except ValueError:
        data = b""
    if not data or seed_hex != data.hex() or len(data) > MOST_SEED_BYTES:
        return [f"seed_hex: {seed_hex[:20]!r} is no seed; write 1 to {MOST_SEED_BYTES} whole bytes in lower-case hex"]
    return []
