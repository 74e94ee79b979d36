"""Comments: any party's, in public and in time; the filing party replies until the freezing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.log import reading, records
from registry.queries.comments import list_comments
from registry.services import comments, coordination, filing, freezing
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ServiceError, ValidationError
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, SOON


def test_any_party_comments_on_a_published_claim_and_the_record_has_the_words(session: Session) -> None:
    cases.in_coordination(session)
    comment = comments.add(session, "C-0001", "  Please mind the relay. ", GHA, SOON)
    assert (comment.id, comment.party_id, comment.author, comment.text) == (
        "M-0001", "GHA", GHA.name, "Please mind the relay.",
    )  # fmt: skip
    record = reading.records_about(session, "claims/C-0001")[-1]
    assert (record.act, record.content["rows"]["comments"][0]["text"]) == ("comment-made", "Please mind the relay.")


def test_comments_begin_with_the_publication(session: Session) -> None:
    make.open_round(session)
    make.filed(session)
    with pytest.raises(ConflictError, match="claim C-0001 is SUBMITTED; comments begin with its publication"):
        comments.add(session, "C-0001", "Too early", make.DELEGATE, make.FILED)
    with pytest.raises(NotFoundError, match=r"^there is no claim C-0001; check the id$"):
        comments.add(session, "C-0001", "Too early", GHA, make.FILED)
    make.make_ready(session, [])
    publish(session)
    assert comments.add(session, "C-0001", "In time", GHA, SOON).id == "M-0001"


def publish(session: Session) -> None:
    from registry.services import examination

    examination.examine(session, "C-0001", make.REGISTRAR, make.EXAMINED)
    coordination.publish(session, "C-0001", make.REGISTRAR, make.PUBLISHED)


def test_the_last_instant_is_in_time_and_the_next_is_not(rivals: Session) -> None:
    assert comments.add(rivals, "C-0001", "In time", GHA, DEADLINE).made_at == DEADLINE
    late = DEADLINE + timedelta(seconds=1)
    with pytest.raises(ConflictError, match="is over on 2027-08-26T09:00:00Z; write to IND, with which terms can be"):
        comments.add(rivals, "C-0001", "Too late", GHA, late)


def test_a_ready_or_withdrawn_claim_takes_no_comments(rivals: Session) -> None:
    coordination.make_ready(rivals, "C-0001", make.REGISTRAR, DEADLINE)
    filing.withdraw(rivals, "C-0002", JPN, DEADLINE, "cancelled")
    for claim_id in ("C-0001", "C-0002"):
        with pytest.raises(ConflictError, match=f"the time for comments on claim {claim_id} is over"):
            comments.add(rivals, claim_id, "Too late", GHA, DEADLINE)


def test_the_registrar_enters_what_a_party_sent_on_paper(rivals: Session) -> None:
    assert comments.add(rivals, "C-0001", "By letter", make.REGISTRAR, SOON, party="THA").party_id == "THA"


@pytest.mark.parametrize(
    ("actor", "text", "options", "at", "refusal", "sentence"),
    [
        (make.AUDITOR, "x", {}, SOON, NotAllowedError, "not for auditor"),
        (cases.OBSERVER, "x", {}, SOON, NotAllowedError, "not for observer"),
        (GHA, "x", {"party": "THA"}, SOON, NotAllowedError, "the own party only: GHA, not THA"),
        (make.REGISTRAR, "x", {}, SOON, ValidationError, "party: missing"),
        (make.REGISTRAR, "x", {"party": "XXX"}, SOON, ValidationError, "party: 'XXX' is unknown"),
        (GHA, " ", {}, SOON, ValidationError, "text: it is empty"),
        (GHA, "x" * 20_001, {}, SOON, ValidationError, "text: it has 20001 characters; use at most 20000"),
        (GHA, "a\x07b", {}, SOON, ValidationError, "text: character 2"),
        (GHA, "x", {}, SOON.replace(tzinfo=None), ValidationError, "at: .* has no offset"),
        (GHA, "x", {}, make.FILED, ConflictError, "lies before the last step"),
    ],
)
def test_comments_that_are_refused_leave_nothing(
    rivals: Session,
    actor: Actor,
    text: str,
    options: dict[str, Any],
    at: datetime,
    refusal: type[ServiceError],
    sentence: str,
) -> None:
    size = records.size(rivals)
    with pytest.raises(refusal, match=sentence):
        comments.add(rivals, "C-0001", text, actor, at, **options)
    assert (records.size(rivals), list_comments(rivals)) == (size, ())


def test_the_filing_party_replies_and_nobody_else(rivals: Session) -> None:
    comments.add(rivals, "C-0001", "Please mind the relay.", GHA, SOON)
    with pytest.raises(NotAllowedError, match="the own party only: GHA, not IND"):
        comments.reply(rivals, "M-0001", "We will.", GHA, LATER)
    reply = comments.reply(rivals, "M-0001", "We will.", IND, LATER)
    assert (reply.id, reply.party_id, reply.reply_to_id) == ("M-0002", "IND", "M-0001")
    with pytest.raises(ConflictError, match="comment M-0002 is a reply itself; reply to M-0001"):
        comments.reply(rivals, "M-0002", "Indeed.", IND, LATER)


def test_replies_are_heard_after_the_deadline_until_the_freezing(session: Session) -> None:
    cases.in_coordination(session)
    comments.add(session, "C-0001", "Please mind the relay.", GHA, DEADLINE)
    for claim_id in ("C-0001", "C-0002"):
        coordination.make_ready(session, claim_id, make.REGISTRAR, DEADLINE)
    assert comments.reply(session, "M-0001", "We will.", IND, DEADLINE).reply_to_id == "M-0001"
    freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)
    with pytest.raises(ConflictError, match="is FROZEN; replies are heard until it is frozen"):
        comments.reply(session, "M-0001", "And more.", IND, make.FROZEN)


def test_a_comment_or_claim_that_does_not_exist_is_named(rivals: Session) -> None:
    with pytest.raises(NotFoundError, match="there is no claim C-0009"):
        comments.add(rivals, "C-0009", "x", GHA, SOON)
    with pytest.raises(NotFoundError, match="there is no comment M-0009"):
        comments.reply(rivals, "M-0009", "x", IND, SOON)


def test_comments_are_listed_by_claim_each_with_its_replies(session: Session) -> None:
    cases.in_coordination(session)
    comments.add(session, "C-0002", "Second claim", GHA, SOON)
    comments.add(session, "C-0001", "First", GHA, SOON)
    comments.add(session, "C-0001", "Second", JPN, SOON)
    comments.reply(session, "M-0002", "Reply to the first", IND, LATER)
    assert [row.id for row in list_comments(session, round_id=make.ROUND)] == ["M-0002", "M-0004", "M-0003", "M-0001"]
    assert [row.text for row in list_comments(session, claim="C-0002")] == ["Second claim"]
    assert list_comments(session, round_id="2031-9") == ()
