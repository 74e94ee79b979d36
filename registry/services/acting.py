"""Who may act and what may follow: the table of moves, with its refusals as service errors."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.drafts import Draft
from registry.domain.landing_slots import LandingSlot
from registry.domain.rounds import Policy, Round
from registry.domain.transitions import CLAIM_MOVES, ROUND_MOVES, SLOT_MOVES, MoveError, RoleError, Transition, move
from registry.domain.visibility import Viewer, sees_claim
from registry.log import records
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError

T = TypeVar("T", bound=Base)


def get(session: Session, kind: type[T], key: str | int, word: str) -> T:
    """The entity with this id, read while no other writer can change it; NotFoundError otherwise."""
    records.lock(session)
    found = session.get(kind, key, populate_existing=True)
    if found is None:
        raise NotFoundError(f"there is no {word} {key}; check the id")
    return found


def get_round(session: Session, round_id: str) -> Round:
    """The round with this id."""
    return get(session, Round, round_id, "round")


def get_claim(session: Session, claim_id: str, actor: Actor) -> Claim:
    """The claim with this id; for somebody for whom it is not there yet the answer is that of an unknown id."""
    records.lock(session)
    if session.scalar(select(Claim.id).where(Claim.id == claim_id, sees_claim(Viewer.of(actor)))) is None:
        raise NotFoundError(f"there is no claim {claim_id}; check the id")
    return get(session, Claim, claim_id, "claim")


def get_draft(session: Session, draft_id: int, actor: Actor) -> Draft:
    """The draft of the delegate's own party; another party's is answered like an unknown id."""
    require_role(actor, "delegate")
    records.lock(session)
    draft = session.scalars(select(Draft).where(Draft.id == draft_id, Draft.filed_by_id == actor.party)).one_or_none()
    if draft is None:
        raise NotFoundError(f"there is no draft {draft_id}; check the id")
    return draft


def policy_of(round_: Round) -> Policy:
    """The policy in force of a round; ConflictError if none is published."""
    if round_.policy is None:
        raise ConflictError(f"round {round_.id} has no policy yet; publish it first")
    return round_.policy


def require_role(actor: Actor, *roles: str) -> None:
    """Refuse an actor of any other role."""
    if actor.role not in roles:
        raise NotAllowedError(f"this is for the role {' or '.join(roles)}, not for {actor.role}; ask one of them")


def require_own_party(actor: Actor, party_id: str) -> None:
    """Refuse a delegate who acts for another party."""
    if actor.role == "delegate" and actor.party != party_id:
        raise NotAllowedError(f"a delegate acts for the own party only: {actor.party or 'none'}, not {party_id}")


def move_claim(claim: Claim, act: str, actor: Actor, at: datetime, holds: Collection[str] = ()) -> Transition:
    """Take the move and set the claim's new state."""
    taken = _move(CLAIM_MOVES, f"claim {claim.id}", claim.state, act, actor, holds)
    claim.state, claim.state_since_at = taken.target, at
    return taken


def move_round(round_: Round, act: str, actor: Actor, holds: Collection[str] = ()) -> Transition:
    """Take the move and set the round's new state."""
    taken = _move(ROUND_MOVES, f"round {round_.id}", round_.state, act, actor, holds)
    round_.state = taken.target
    return taken


def move_slot(slot: LandingSlot, act: str, actor: Actor, at: datetime, holds: Collection[str] = ()) -> Transition:
    """Take the move and set the slot's new state."""
    taken = _move(SLOT_MOVES, f"slot {slot.id} of {slot.movement}", slot.state, act, actor, holds)
    slot.state, slot.state_since_at = taken.target, at
    return taken


def _move(
    moves: tuple[Transition, ...], what: str, state: str, act: str, actor: Actor, holds: Collection[str]
) -> Transition:
    try:
        return move(moves, state, act, actor.role, holds)
    except RoleError as error:
        raise NotAllowedError(f"{what}: {error}") from error
    except MoveError as error:
        raise ConflictError(f"{what}: {error}") from error
