"""Two persons of different parties decide, once; recusals and dissents are kept; a rejection has a ground."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.log import reading
from registry.services import deciding, drawing, proposing
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make

IND_DECIDER = Actor("indira@example.org", "council", "IND")


def vote(session: Session, choice: str, actor: Actor, ground: str | None = None, reason: str = "") -> deciding.Decided:
    return deciding.decide(session, make.ROUND, choice, actor, make.DECIDED, ground=ground, reason=reason)


def test_one_voice_decides_nothing(session: Session) -> None:
    make.proposed_round(session)
    assert vote(session, "adopt", make.CHE_DECIDER).decision is None


def test_two_voices_of_different_parties_adopt_and_offer(session: Session) -> None:
    decision = make.adopted_round(session)
    states = {claim.id: claim.state for claim in session.scalars(select(Claim))}
    assert (decision.outcome, states) == ("adopted", {"C-0001": "OFFERED", "C-0002": "READY"})


def test_two_voices_of_one_party_do_not_decide(session: Session) -> None:
    make.proposed_round(session)
    vote(session, "adopt", make.CHE_DECIDER)
    assert vote(session, "adopt", make.OTHER_CHE_DECIDER).decision is None
    assert vote(session, "adopt", make.GHA_DECIDER).decision is not None


def test_the_same_person_speaks_once(session: Session) -> None:
    proposal = make.proposed_round(session)
    assert proposal.votes == [], "read before anybody spoke, as a page may have done"
    vote(session, "adopt", make.CHE_DECIDER)
    with pytest.raises(ConflictError, match=r"anna@example.org has spoken on this proposal already"):
        vote(session, "adopt", make.CHE_DECIDER)


def test_who_comes_too_late_is_told_who_decided(session: Session) -> None:
    make.adopted_round(session)
    late = r"adopted already, by anna@example.org \(CHE\) and kwame@example.org \(GHA\)"
    with pytest.raises(ConflictError, match=late):
        vote(session, "adopt", make.OTHER_CHE_DECIDER)


def test_a_recusal_and_a_dissent_are_recorded_and_do_not_count(session: Session) -> None:
    proposal = make.proposed_round(session)
    vote(session, "recuse", make.CHE_DECIDER, reason="my agency filed a claim")
    vote(session, "dissent", make.OTHER_CHE_DECIDER, reason="too few reserves")
    assert vote(session, "adopt", make.GHA_DECIDER).decision is None
    session.refresh(proposal)
    assert [(row.choice, row.reason) for row in proposal.votes] == [
        ("recuse", "my agency filed a claim"),
        ("dissent", "too few reserves"),
        ("adopt", ""),
    ]


def test_a_rejection_needs_a_ground_and_a_reason(session: Session) -> None:
    make.proposed_round(session)
    with pytest.raises(ValidationError) as caught:
        vote(session, "reject", make.CHE_DECIDER)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["ground", "reason"]


def test_two_rejections_on_one_ground_reject(session: Session) -> None:
    make.proposed_round(session)
    vote(session, "reject", make.CHE_DECIDER, "procedural-fault", "the draw was not announced")
    decision = vote(session, "reject", make.GHA_DECIDER, "procedural-fault", "the same").decision
    assert decision is not None
    assert (decision.outcome, decision.ground) == ("rejected", "procedural-fault")


def test_rejections_on_different_grounds_do_not_add_up(session: Session) -> None:
    make.proposed_round(session)
    vote(session, "reject", make.CHE_DECIDER, "procedural-fault", "a")
    assert vote(session, "reject", make.GHA_DECIDER, "verification-failed", "b").decision is None


def test_adoption_takes_no_ground(session: Session) -> None:
    make.proposed_round(session)
    with pytest.raises(ValidationError, match="only a rejection has one"):
        vote(session, "adopt", make.CHE_DECIDER, "procedural-fault")


def test_only_the_council_decides_and_only_for_a_party(session: Session) -> None:
    make.proposed_round(session)
    with pytest.raises(NotAllowedError, match="role council, not for registrar"):
        vote(session, "adopt", make.REGISTRAR)
    with pytest.raises(NotAllowedError, match="a decider speaks for a party"):
        vote(session, "adopt", Actor("x@example.org", "council"))


def test_a_vote_says_whether_the_deciders_party_is_credited_in_the_round(session: Session) -> None:
    make.proposed_round(session)
    own = vote(session, "adopt", IND_DECIDER).vote
    foreign = vote(session, "recuse", make.CHE_DECIDER, reason="a cousin flies it").vote
    assert (own.interested, foreign.interested) == (True, False)


def test_recusal_is_forced_only_where_the_policy_says_so(session: Session) -> None:
    make.frozen_round(session, recusal="credited-must-recuse")
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    proposing.propose(session, make.ROUND, make.solution(drawn), make.PASSED, make.PLANNER, make.PROPOSED)
    with pytest.raises(
        NotAllowedError, match="IND is credited in this round, and its policy asks such deciders to recuse"
    ):
        vote(session, "adopt", IND_DECIDER)
    assert vote(session, "recuse", IND_DECIDER, reason="our own claim").vote.choice == "recuse"
    vote(session, "adopt", make.CHE_DECIDER)
    assert vote(session, "adopt", make.GHA_DECIDER).decision is not None


def test_a_vote_before_the_proposal_is_refused(session: Session) -> None:
    make.proposed_round(session)
    with pytest.raises(ConflictError, match="lies before the last step on rounds/2027-1, 2027-09-10T09:00:00Z"):
        deciding.decide(session, make.ROUND, "adopt", make.CHE_DECIDER, make.DRAWN)


def test_nothing_is_decided_without_an_official_proposal(session: Session) -> None:
    make.drawn_round(session)
    with pytest.raises(ConflictError, match="no official proposal to decide on"):
        vote(session, "adopt", make.CHE_DECIDER)


def test_votes_and_decision_are_recorded(session: Session) -> None:
    make.adopted_round(session)
    acts = [row.act for row in reading.records_about(session, "rounds/2027-1")]
    assert acts[-4:] == ["solution-proposed", "vote-cast", "vote-cast", "proposal-adopted"]
