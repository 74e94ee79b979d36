"""Files beside drafts and claims: what is taken, under which name, and that nobody else's draft can be asked."""

import hashlib

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.attachments import LIMITS, AttachedFile, Attachment, DraftAttachment, clean_name
from registry.domain.drafts import Draft
from registry.log.records import Record
from registry.services import attachments, drafting
from registry.services.errors import ConflictError, NotFoundError, ValidationError
from tests import factories as make

PDF = b"%PDF-1.7 illustrative"
FOREIGN = Actor("other@example.org", "delegate", "JPN")


@pytest.fixture
def draft(session: Session) -> Draft:
    make.open_round(session)
    return drafting.save(session, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)


def attach(session: Session, draft: Draft, name: str = "plan.pdf", data: bytes = PDF) -> DraftAttachment:
    return attachments.add(session, draft.id, make.handed_in(name, data), make.DELEGATE, make.FILED)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\papers\\plan.pdf", "plan.pdf"),
        ("pl\u202efdp.an\x00\n.pdf", "plfdp.an.pdf"),
        ('a";<b>.pdf', "a b .pdf"),
        ("..", ""),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_keeps_no_folder_and_no_sign_that_deceives(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_a_file_is_kept_with_its_hash(session: Session, draft: Draft) -> None:
    row = attach(session, draft)
    assert (row.name, row.media_type, row.size) == ("plan.pdf", "application/pdf", 21)
    assert row.sha256 == hashlib.sha256(PDF).hexdigest()
    assert session.get_one(AttachedFile, row.sha256).content == PDF


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("plan.pdf", b"", "file: there is none, or it is empty; choose a file"),
        ("", PDF, "file: there is none, or it is empty; choose a file"),
        ("plan.png", PDF, "file: plan.png is not of a kind that is taken"),
        ("plan.exe", b"MZ", "file: plan.exe is not of a kind that is taken"),
        ("plan.html", b"<script>", "file: plan.html is not of a kind that is taken"),
        ("plan.txt", b"a\x00b", "file: plan.txt is not of a kind that is taken"),
        ("plan.txt", b"a" * 200_000, "file: plan.txt says the same over and over"),
        ("plan.pdf", PDF + b" " * LIMITS.file_bytes, "file: plan.pdf has 5000021 bytes; give at most 5 MB"),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused(
    session: Session, draft: Draft, name: str, data: bytes, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        attach(session, draft, name, data)
    assert refused.value.faults[0].startswith(said)


def test_a_draft_takes_ten_files(session: Session, draft: Draft) -> None:
    for number in range(10):
        attach(session, draft, f"{number}.pdf")
    with pytest.raises(ValidationError, match="there are 10 already"):
        attach(session, draft)


def test_bytes_go_with_the_last_name_that_they_have(session: Session, draft: Draft) -> None:
    first, second = attach(session, draft), attach(session, draft, "again.pdf")
    attachments.remove(session, draft.id, first.id, make.DELEGATE)
    assert session.scalar(select(func.count()).select_from(AttachedFile)) == 1
    attachments.remove(session, draft.id, second.id, make.DELEGATE)
    assert session.scalar(select(func.count()).select_from(AttachedFile)) == 0


def test_a_draft_of_another_party_answers_like_one_that_never_was(session: Session, draft: Draft) -> None:
    row = attach(session, draft)
    said = []
    for number in (draft.id, 999):
        with pytest.raises(NotFoundError) as add:
            attachments.add(session, number, make.handed_in("plan.pdf", PDF), FOREIGN, make.FILED)
        with pytest.raises(NotFoundError) as remove:
            attachments.remove(session, number, row.id, FOREIGN)
        said.append([str(error.value).replace(str(number), "N") for error in (add, remove)])
    assert said[0] == said[1]


def test_filing_hands_the_files_to_the_claim_and_records_their_hash_without_bytes(
    session: Session, draft: Draft
) -> None:
    attach(session, draft)
    claim = drafting.submit(session, draft.id, drafting.digest(draft), "k1", make.DELEGATE, make.FILED)
    row = session.scalars(select(Attachment)).one()
    assert (claim, row.claim_id, row.name) == ("C-0001", "C-0001", "plan.pdf")
    assert session.scalars(select(DraftAttachment)).all() == []
    record = session.scalars(select(Record).where(Record.act == "attachments-filed")).one()
    [cells] = record.content["rows"]["attachments"]
    assert cells["sha256"] == row.sha256
    assert "content" not in cells


def test_a_file_sent_again_is_the_file_that_is_there(session: Session, draft: Draft) -> None:
    first = attach(session, draft)
    assert attach(session, draft).id == first.id
    assert attach(session, draft, "other.pdf").id != first.id


def test_the_same_submission_sent_again_files_nothing_more(session: Session, draft: Draft) -> None:
    digest = drafting.digest(draft)
    number = draft.id
    for _ in range(3):
        assert drafting.submit(session, number, digest, "k1", make.DELEGATE, make.FILED) == "C-0001"
    with pytest.raises(NotFoundError):
        drafting.submit(session, number, digest, "k2", make.DELEGATE, make.FILED)


def test_a_draft_that_was_changed_after_it_was_checked_is_not_filed(session: Session, draft: Draft) -> None:
    digest = drafting.digest(draft)
    drafting.save(session, make.ROUND, make.claim_document(name="Other"), make.DELEGATE, make.FILED)
    with pytest.raises(ConflictError, match="changed after it was checked"):
        drafting.submit(session, draft.id, digest, "k1", make.DELEGATE, make.FILED)


def test_a_draft_with_the_key_of_an_own_claim_amends_it(session: Session, draft: Draft) -> None:
    drafting.submit(session, draft.id, drafting.digest(draft), "k1", make.DELEGATE, make.FILED)
    again = drafting.save(session, make.ROUND, make.claim_document(name="Better"), make.DELEGATE, make.FILED)
    claim = drafting.submit(session, again.id, drafting.digest(again), "k2", make.DELEGATE, make.FILED)
    assert claim == "C-0001"
    assert drafting.claim_of(session, make.ROUND, "IND", "alpha").current.name == "Better"  # type: ignore[union-attr]


def test_discarding_a_draft_takes_its_files_along(session: Session, draft: Draft) -> None:
    attach(session, draft)
    drafting.discard(session, make.ROUND, "alpha", make.DELEGATE)
    assert session.scalar(select(func.count()).select_from(AttachedFile)) == 0
