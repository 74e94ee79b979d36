"""Notices: written with the step they tell of, in words from templates, and kept until they are delivered."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.domain.notices import Notice, NoticeTemplate
from registry.log import reading
from registry.services import offers, outbox
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from tests import factories as make

LATER = make.RECORDED + timedelta(hours=1)


def notices(session: Session, kind: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def test_an_entry_is_told_to_the_secretary_general_and_all_with_its_zones(session: Session) -> None:
    make.recorded_round(session)
    told = notices(session, "entry-recorded")
    assert [row.addressee for row in told] == ["un-secretary-general", "all-parties"]
    assert told[0].heading == "Entry E-0001 recorded, safety zones established"
    assert "science-station by ISRO under IND" in told[0].text
    assert "from 2027-10-11 until 2028-01-19" in told[0].text
    assert "Safety zones: operation from 2027-10-11 until 2028-01-19, 200 m (static-science " in told[0].text


def test_an_offer_is_told_to_the_credited_parties_with_its_deadline(session: Session) -> None:
    make.adopted_round(session)
    [told] = notices(session, "offer-made")
    assert (told.addressee, told.subject, told.state, told.attempts) == ("party/IND", "claims/C-0001", "queued", 0)
    assert "accepted or declined until 2027-11-19T14:00:00Z" in told.text


def test_a_decision_is_told_with_its_deciders(session: Session) -> None:
    make.adopted_round(session)
    told = notices(session, "proposal-adopted")
    assert [row.addressee for row in told] == ["un-secretary-general", "all-parties"]
    assert "adopted by council members of CHE and GHA. It serves 1 claims; 1 are not" in told[0].text


def test_the_whole_way_of_a_round_is_told(session: Session) -> None:
    make.adopted_round(session)
    offers.expire(session, make.ROUND, make.REGISTRAR, make.DECIDED + timedelta(days=61))
    kinds = list(dict.fromkeys(session.scalars(select(Notice.kind).order_by(Notice.id))))
    assert [kind for kind in kinds if not kind.startswith("consultation")] == [
        "round-announced", "policy-published", "proposal-adopted", "offer-made", "offer-lapsed",
    ]  # fmt: skip


def test_a_notice_stands_in_the_record_of_its_step(session: Session) -> None:
    make.recorded_round(session)
    rows = reading.records_about(session, "claims/C-0001")[-1].content["rows"]["notices"]
    assert [row["kind"] for row in rows] == ["entry-recorded", "entry-recorded"]


def test_a_step_whose_notice_has_no_template_is_refused_whole(session: Session) -> None:
    make.proposed_round(session)
    session.execute(delete(NoticeTemplate).where(NoticeTemplate.id == "proposal-adopted"))
    from registry.services import deciding

    deciding.decide(session, make.ROUND, "adopt", make.CHE_DECIDER, make.DECIDED)
    with pytest.raises(ConflictError, match=r"no template for .* proposal-adopted; load notice_templates.json"):
        deciding.decide(session, make.ROUND, "adopt", make.GHA_DECIDER, make.DECIDED)


def test_a_delivery_fails_is_tried_again_and_ends(session: Session) -> None:
    make.adopted_round(session)
    [told] = notices(session, "offer-made")
    outbox.mark_failed(session, told.id, "no such mailbox", make.REGISTRAR, make.RECORDED)
    assert (told.state, told.attempts, told.failure) == ("failed", 1, "no such mailbox")
    outbox.mark_sent(session, told.id, make.ADMINISTRATOR, LATER)
    assert (told.state, told.attempts, told.failure, told.sent_at) == ("sent", 2, "", LATER)
    acts = [row.act for row in reading.records_about(session, f"notices/{told.id}")]
    assert acts == ["notice-failed", "notice-sent"]


def test_a_delivered_notice_is_left_alone(session: Session) -> None:
    make.adopted_round(session)
    [told] = notices(session, "offer-made")
    outbox.mark_sent(session, told.id, make.REGISTRAR, make.RECORDED)
    with pytest.raises(ConflictError, match=f"notice {told.id} was delivered already"):
        outbox.mark_failed(session, told.id, "late", make.REGISTRAR, LATER)


def test_bad_deliveries_are_refused_with_their_mend(session: Session) -> None:
    make.adopted_round(session)
    [told] = notices(session, "offer-made")
    with pytest.raises(NotFoundError, match="there is no notice 99999"):
        outbox.mark_sent(session, 99999, make.REGISTRAR, make.RECORDED)
    with pytest.raises(ValidationError, match="reason: it is empty"):
        outbox.mark_failed(session, told.id, "", make.REGISTRAR, make.RECORDED)
    with pytest.raises(ConflictError, match="was not written yet; give a later instant"):
        outbox.mark_sent(session, told.id, make.REGISTRAR, make.PROPOSED)
    with pytest.raises(NotAllowedError, match="not for council"):
        outbox.mark_sent(session, told.id, make.CHE_DECIDER, make.RECORDED)
