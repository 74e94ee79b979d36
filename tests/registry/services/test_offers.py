"""Offers have a deadline from the policy; they are accepted, declined by their party, or lapse by the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM, Actor
from registry.domain.claims import Claim
from registry.domain.offers import Offer
from registry.log import reading
from registry.services import entering, offers
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make

DEADLINE = make.DECIDED + timedelta(days=60)
OVER = DEADLINE + timedelta(seconds=1)


def the_offer(session: Session) -> Offer:
    return session.scalars(select(Offer)).one()


def state_of(session: Session, claim_id: str = "C-0001") -> str:
    return session.get_one(Claim, claim_id).state


def test_an_adopted_proposal_makes_an_open_offer_with_the_policys_deadline(session: Session) -> None:
    make.adopted_round(session)
    offer = the_offer(session)
    assert (offer.claim_id, offer.placement.public_id, offer.start_day, offer.state) == (
        "C-0001",
        "C-0001/1",
        10,
        "OPEN",
    )
    assert (offer.offered_at, offer.expires_at) == (make.DECIDED, DEADLINE)


def test_an_accepted_offer_says_by_whom_and_when(session: Session) -> None:
    make.adopted_round(session)
    entering.accept(session, "C-0001", make.DELEGATE, make.RECORDED)
    offer = the_offer(session)
    assert (offer.state, offer.answered_by, offer.answered_at) == ("ACCEPTED", "delegate@example.org", make.RECORDED)


def test_a_declined_offer_takes_its_claim_out_of_the_round_with_a_reason(session: Session) -> None:
    make.adopted_round(session)
    offer = offers.decline(session, "C-0001", make.DELEGATE, DEADLINE, "the lander is late")
    assert (offer.state, offer.reason, state_of(session)) == ("DECLINED", "the lander is late", "WITHDRAWN")
    assert reading.records_about(session, "claims/C-0001")[-1].content["reason"] == "the lander is late"


def test_an_offer_is_declined_with_a_reason_only(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ValidationError, match="reason: it is empty; say why the offer is declined"):
        offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "  ")


def test_another_party_does_not_decline(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(NotAllowedError, match="own party only: JPN, not IND"):
        offers.decline(session, "C-0001", Actor("j@example.org", "delegate", "JPN"), make.RECORDED, "no")


def test_an_answer_after_the_deadline_is_refused(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ConflictError, match="the time to answer the offer is over"):
        entering.accept(session, "C-0001", make.DELEGATE, OVER)
    with pytest.raises(ConflictError, match="the time to answer the offer is over"):
        offers.decline(session, "C-0001", make.DELEGATE, OVER, "late")


def test_an_answer_before_the_offer_is_refused(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ConflictError, match="the offer was made at 2027-09-20T14:00:00Z; give a later instant"):
        entering.accept(session, "C-0001", make.DELEGATE, make.PROPOSED)


def test_an_answered_offer_cannot_be_answered_again(session: Session) -> None:
    make.recorded_round(session)
    with pytest.raises(ConflictError, match="claim C-0001 is RECORDED; there is no offer to answer"):
        offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "changed our mind")


def test_nothing_lapses_at_the_last_instant(session: Session) -> None:
    make.adopted_round(session)
    assert offers.expire(session, make.ROUND, make.REGISTRAR, DEADLINE) == []


@pytest.mark.parametrize("actor", [make.REGISTRAR, SYSTEM], ids=["registrar", "system"])
def test_an_offer_that_nobody_answered_lapses(session: Session, actor: Actor) -> None:
    make.adopted_round(session)
    [lapsed] = offers.expire(session, make.ROUND, actor, OVER)
    assert (lapsed.state, lapsed.answered_at, state_of(session)) == ("LAPSED", OVER, "LAPSED")
    assert offers.expire(session, make.ROUND, actor, OVER) == []


def test_offers_lapse_by_registrar_or_clock_only(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(NotAllowedError, match="registrar or system, not for delegate"):
        offers.expire(session, make.ROUND, make.DELEGATE, OVER)


def test_an_offer_is_not_withdrawn_but_declined(session: Session) -> None:
    from registry.services import filing

    make.adopted_round(session)
    with pytest.raises(
        ConflictError, match="'withdraw' is not possible in state OFFERED; possible are record, decline"
    ):
        filing.withdraw(session, "C-0001", make.DELEGATE, make.RECORDED, "no")


def test_a_naive_instant_is_refused_with_its_mend(session: Session) -> None:
    make.adopted_round(session)
    naive = make.RECORDED.replace(tzinfo=None)
    sentence = "at: 2027-09-27T09:00:00 has no offset from UTC; give an aware instant"
    for attempt in (
        lambda: entering.accept(session, "C-0001", make.DELEGATE, naive),
        lambda: offers.decline(session, "C-0001", make.DELEGATE, naive, "no"),
        lambda: offers.expire(session, make.ROUND, make.REGISTRAR, naive),
    ):
        with pytest.raises(ValidationError) as caught:
            attempt()
        assert str(caught.value) == sentence
