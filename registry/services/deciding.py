"""Deciding on the official proposal: two persons of different parties, and exactly one decision stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.decisions import CHOICES, REJECTION_GROUNDS, Decision, Proposal, Vote
from registry.domain.notices import Notice
from registry.domain.policy import MUST_RECUSE
from registry.domain.rounds import Round
from registry.services import offers, outbox
from registry.services.acting import get_round, move_round, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.freezing import newest_instance
from registry.services.instants import check_at
from registry.services.recording import record

OUTCOME = {"adopt": "adopted", "reject": "rejected"}


@dataclass(frozen=True, slots=True)
class Decided:
    """A recorded vote, and the decision if the vote was the second of its kind."""

    vote: Vote
    decision: Decision | None


def decide(
    session: Session,
    round_id: str,
    choice: str,
    actor: Actor,
    at: datetime,
    *,
    ground: str | None = None,
    reason: str = "",
) -> Decided:
    """Record what one decider says; the second equal voice of another party decides.

    Parameters
    ----------
    choice
        `adopt`; `reject`, on a ground of the closed list; `recuse` or `dissent`, which do not count.

    A decider whose party is credited in a claim of the instance is marked as interested. Recusal is then the decider's
    own choice, unless the policy says that such a decider must recuse.
    """
    require_role(actor, "council")
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    proposal = official_proposal(session, round_id)
    _refuse_second_decision(session, proposal)
    _check(choice, actor, ground, reason)
    _refuse_second_voice(session, proposal, actor)
    interested = is_interested(proposal, actor.party)
    if interested and choice != "recuse" and proposal.instance.policy.content.get("recusal") == MUST_RECUSE:
        raise NotAllowedError(f"{actor.party} is credited in this round, and its policy asks such deciders to recuse")
    vote = Vote(
        proposal_id=proposal.id,
        decider=actor.name,
        party_id=actor.party,
        choice=choice,
        ground=ground,
        reason=reason,
        voted_at=at,
        interested=interested,
    )
    session.add(vote)
    record(session, at, actor, "vote-cast", f"rounds/{round_id}", [vote])
    partner = _partner(session, vote) if choice in OUTCOME else None
    decision = None if partner is None else _conclude(session, round_, proposal, (partner, vote), actor, at)
    return Decided(vote, decision)


def is_interested(proposal: Proposal, party: str | None) -> bool:
    """Whether a party is credited in a claim of the proposal's instance."""
    return any(party in claim["credit"] for claim in proposal.instance.content["claims"])


def official_proposal(session: Session, round_id: str) -> Proposal:
    """The official proposal for the round's newest instance."""
    instance = newest_instance(session, round_id)
    found = session.scalars(
        select(Proposal).where(Proposal.instance_id == instance.id, Proposal.official)
    ).one_or_none()
    if found is None:
        raise ConflictError(f"round {round_id} has no official proposal to decide on; trials cannot be decided on")
    return found


def _refuse_second_decision(session: Session, proposal: Proposal) -> None:
    decision = session.scalars(select(Decision).where(Decision.proposal_id == proposal.id)).one_or_none()
    if decision is not None:
        votes = session.scalars(select(Vote).where(Vote.id.in_([decision.first_vote_id, decision.second_vote_id])))
        names = " and ".join(f"{vote.decider} ({vote.party_id})" for vote in votes)
        raise ConflictError(f"the proposal was {decision.outcome} already, by {names}; the decision stands")


def _refuse_second_voice(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Asked of the table: votes that the session read with the proposal may be older than the last one."""
    spoken = select(Vote.id).where(Vote.proposal_id == proposal.id, Vote.decider == actor.name)
    if session.scalar(spoken) is not None:
        raise ConflictError(f"{actor.name} has spoken on this proposal already; another person decides with them")


def _check(choice: str, actor: Actor, ground: str | None, reason: str) -> None:
    if actor.party is None:
        raise NotAllowedError("a decider speaks for a party; the account names none")
    faults = []
    if choice not in CHOICES:
        faults.append(f"choice: {choice!r} is unknown; use one of {', '.join(CHOICES)}")
    if choice == "reject" and ground not in REJECTION_GROUNDS:
        faults.append(f"ground: a rejection needs one of {', '.join(REJECTION_GROUNDS)}")
    if choice != "reject" and ground is not None:
        faults.append("ground: only a rejection has one; leave it out")
    if choice != "adopt" and not reason.strip():
        faults.append("reason: it is empty; say why")
    if faults:
        raise ValidationError(faults)


def _partner(session: Session, vote: Vote) -> Vote | None:
    """The earliest vote of the same kind, by another person of another party."""
    return session.scalars(
        select(Vote)
        .where(
            Vote.proposal_id == vote.proposal_id,
            Vote.choice == vote.choice,
            Vote.ground.is_not_distinct_from(vote.ground),
            Vote.party_id != vote.party_id,
            Vote.decider != vote.decider,
        )
        .order_by(Vote.id)
    ).first()


def _conclude(
    session: Session,
    round_: Round,
    proposal: Proposal,
    votes: tuple[Vote, Vote],
    actor: Actor,
    at: datetime,
) -> Decision:
    first, second = votes
    outcome = OUTCOME[second.choice]
    undecided = update(Proposal).where(Proposal.id == proposal.id, Proposal.outcome.is_(None))
    if session.scalar(undecided.values(outcome=outcome).returning(Proposal.id)) is None:
        raise ConflictError("the proposal was decided on in the meantime; the first decision stands")
    session.refresh(proposal)
    move_round(round_, second.choice, actor)
    round_.decided_at = at
    decision = Decision(
        proposal=proposal,
        outcome=outcome,
        ground=second.ground,
        first_vote_id=first.id,
        second_vote_id=second.id,
        decided_at=at,
    )
    session.add(decision)
    told = _tell(session, round_, decision, votes, at)
    offered = offers.make(session, decision, actor, at) if outcome == "adopted" else []
    rows = [round_, proposal, decision, *offered, *told]
    record(session, at, actor, f"proposal-{outcome}", f"rounds/{round_.id}", rows)
    return decision


def _tell(session: Session, round_: Round, decision: Decision, votes: tuple[Vote, Vote], at: datetime) -> list[Notice]:
    proposal = decision.proposal
    fields: dict[str, object] = {
        "round": round_.id,
        "round_name": round_.name,
        "number": proposal.instance.number,
        "solution_sha256": proposal.solution_sha256,
        "deciders": "council members of " + " and ".join(vote.party_id for vote in votes),
    }
    if decision.outcome == "adopted":
        fields |= {"served": len(proposal.solution["allotments"]), "unserved": len(proposal.solution["unserved"])}
    else:
        fields |= {"ground": decision.ground, "reasons": "; ".join(vote.reason for vote in votes)}
    return outbox.post(session, f"proposal-{decision.outcome}", f"rounds/{round_.id}", fields, at)
