"""What follows when a round does not go straight through: a fallback, a re-solve, and the round's end.

A *fallback* freezes the same problem under the next word of the policy's fallback, with the same public value and the
seed that it gives with the new instance's hash. A *re-solve* freezes what is left once offers were declined or lapsed;
its seed is the very seed of the instance before, so that nobody can draw lots anew by declining.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal
from registry.domain.entries import Entry, superseded
from registry.domain.refreeze import Document, next_fallback
from registry.domain.rounds import Round
from registry.domain.transitions import OUT_OF_ROUND
from registry.queries import instances
from registry.services import outbox
from registry.services.acting import get_round, move_claim, move_round
from registry.services.drawing import carried
from registry.services.errors import ConflictError, ValidationError
from registry.services.freezing import content_columns, newest_instance
from registry.services.instants import check_at
from registry.services.recording import record


def fall_back(session: Session, round_id: str, actor: Actor, at: datetime, reason: str) -> FrozenInstance:
    """Freeze the newest instance anew under the policy's next fallback, because a stage could not be proved.

    Asked for is a trial of that instance with its seed: verified, cut short, and given the policy's `run_limit_s`.
    """
    if not reason.strip():
        raise ValidationError(["reason: it is empty; say which stage could not be proved"])
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    basis = newest_instance(session, round_id)
    word = next_fallback(basis.policy.content, basis.fallback)
    holds = {"stage-unproved"} if _was_cut_short(session, basis) else set()
    move_round(round_, "fall-back", actor, holds | ({"fallback-left"} if word else set()))
    assert word is not None, "guarded"
    made = _freeze(session, basis, instances.by_fallback(session, basis, word), at)
    made.kind, made.fallback, made.reason = "fallback", word, reason
    drawn = carried(_draw_of(session, basis), made, at, same_seed=False)
    fields = {"number": made.number, "fallback": word, "reason": reason, "sha256": made.sha256}
    _store(session, round_, made, drawn, "fallback-used", fields, actor, at)
    return made


def _was_cut_short(session: Session, instance: FrozenInstance) -> bool:
    limit_s = instance.policy.content.get("run_limit_s", 0)
    return any(
        trial.status == "FEASIBLE"
        and trial.verified
        and trial.solution["seed"] == trial.draw.seed_hex
        and trial.solution["run"].get("time_limit_s", 0) >= limit_s
        for trial in instances.trials_of(session, instance.id)
    )


def resolve(session: Session, round_id: str, actor: Actor, at: datetime) -> FrozenInstance:
    """Freeze what is left after the offers were answered: entries in force, claims that left gone, the same seed."""
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    basis = newest_instance(session, round_id)
    freed = _freed(session, basis)
    move_round(round_, "resolve", actor, _guards(session, round_, freed))
    made = _freeze(session, basis, instances.after_answers(session, basis), at)
    made.kind, made.fallback = "resolve", basis.fallback
    made.reason = f"room was freed by {', '.join(freed)}"
    drawn = carried(_draw_of(session, basis), made, at, same_seed=True)
    fields = {"number": made.number, "reason": made.reason, "sha256": made.sha256}
    _store(session, round_, made, drawn, "round-resolved", fields, actor, at)
    return made


def conclude(session: Session, round_id: str, actor: Actor, at: datetime) -> list[Claim]:
    """End an adopted round whose offers are answered: claims still waiting leave it, and their parties are told."""
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    freed = _freed(session, newest_instance(session, round_id))
    holds = _guards(session, round_, freed)
    if not {"room-freed", "claims-waiting"} <= holds:
        holds.add("no-resolve-due")
    move_round(round_, "conclude", actor, holds)
    round_.concluded_at = at
    waiting = _waiting(session, round_id)
    rows: list[Base] = [round_]
    for claim in waiting:
        move_claim(claim, "release", actor, at, {"round-over"})
        fields = {"claim": claim.id, "claim_name": claim.current.name, "round": round_id}
        parties = [credit.party_id for credit in claim.current.credits]
        rows += [claim, *outbox.post(session, "claim-unserved", f"claims/{claim.id}", fields, at, parties)]
    recorded = select(func.count()).select_from(Entry).join(Claim)
    entries = session.scalar(recorded.where(Claim.round_id == round_id, Entry.id.not_in(superseded())))
    ended = {"round": round_id, "round_name": round_.name, "entries": entries, "unserved": len(waiting)}
    rows += outbox.post(session, "round-concluded", f"rounds/{round_id}", ended, at)
    record(session, at, actor, "round-concluded", f"rounds/{round_id}", rows)
    return list(waiting)


def _guards(session: Session, round_: Round, freed: Sequence[str]) -> set[str]:
    """The guards of a re-solve and of the end that hold now."""
    offered = select(Claim.id).where(Claim.round_id == round_.id, Claim.state == ClaimState.OFFERED)
    holds = {
        "not-concluded": round_.concluded_at is None,
        "offers-answered": session.scalars(offered).first() is None,
        "room-freed": bool(freed),
        "claims-waiting": bool(_waiting(session, round_.id)),
    }
    return {name for name, held in holds.items() if held}


def _waiting(session: Session, round_id: str) -> Sequence[Claim]:
    wanted = select(Claim).where(Claim.round_id == round_id, Claim.state == ClaimState.READY)
    return session.scalars(wanted.order_by(Claim.id)).all()


def _freed(session: Session, instance: FrozenInstance) -> list[str]:
    """The claims that the adopted proposal for an instance allotted something to, and that left the round since."""
    adopted = session.scalars(
        select(Proposal).join(Decision).where(Proposal.instance_id == instance.id, Decision.outcome == "adopted")
    ).one_or_none()
    allotted = [] if adopted is None else [row["claim"] for row in adopted.solution["allotments"]]
    gone = select(Claim.id).where(Claim.id.in_(allotted), Claim.state.in_(OUT_OF_ROUND))
    return sorted(session.scalars(gone))


def _freeze(session: Session, basis: FrozenInstance, content: Document, at: datetime) -> FrozenInstance:
    return FrozenInstance(
        round_id=basis.round_id,
        policy=basis.policy,
        number=instances.next_number(session, basis.round_id),
        basis=basis,
        frozen_at=at,
        **content_columns(content),
    )


def _draw_of(session: Session, instance: FrozenInstance) -> Draw:
    found = session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one_or_none()
    if found is None:
        raise ConflictError(f"instance {instance.number} of round {instance.round_id} has no draw yet; draw the seed")
    return found


def _store(
    session: Session,
    round_: Round,
    made: FrozenInstance,
    drawn: Draw,
    kind: str,
    fields: dict[str, object],
    actor: Actor,
    at: datetime,
) -> None:
    session.add_all([made, drawn])
    about = {"round": round_.id, "round_name": round_.name, **fields}
    told = outbox.post(session, kind, f"rounds/{round_.id}", about, at)
    record(session, at, actor, kind, f"rounds/{round_.id}", [round_, made, drawn, *told])
