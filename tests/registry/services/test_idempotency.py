"""A request under a key: the same answer and one effect; another request under it is a conflict."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.requests import Request
from registry.log import records
from registry.services import filing, idempotency
from registry.services.errors import ConflictError, ValidationError
from tests import factories as make


def file(session: Session, key: str, *, actor: Actor = make.DELEGATE, name: str = "alpha") -> str:
    """File a claim under a key, and answer its id."""
    document = make.claim_document(name)

    def do() -> str:
        return filing.file_claim(session, make.ROUND, document, actor, make.FILED).id

    answer = idempotency.once(session, key, "filing.file_claim", document, do, actor, make.FILED)
    assert isinstance(answer, str)
    return answer


def test_the_same_request_again_gets_the_same_answer_and_files_nothing(session: Session) -> None:
    make.open_round(session)
    assert file(session, "k-1") == "C-0001"
    size = records.size(session)
    assert file(session, "k-1") == "C-0001"
    assert (records.size(session), session.query(Claim).count()) == (size, 1)


def test_another_body_under_the_same_key_is_a_conflict(session: Session) -> None:
    make.open_round(session)
    file(session, "k-1")
    with pytest.raises(ConflictError, match="'k-1' stands for another request, of filing\\.file_claim; take a new key"):
        file(session, "k-1", name="beta")
    assert session.query(Claim).count() == 1


def test_another_person_may_use_the_same_key(session: Session) -> None:
    make.open_round(session)
    assert file(session, "k-1") == "C-0001"
    assert file(session, "k-1", actor=make.REGISTRAR, name="beta") == "C-0002"


def test_another_role_of_the_same_person_makes_another_request(session: Session) -> None:
    make.open_round(session)
    file(session, "k-1")
    with pytest.raises(ConflictError, match="stands for another request"):
        file(session, "k-1", actor=Actor(make.DELEGATE.name, "registrar"))


def test_a_refused_request_may_be_mended_and_sent_again(session: Session) -> None:
    make.announced_round(session)
    with pytest.raises(ConflictError, match="ANNOUNCED; it takes claims from its opening"):
        file(session, "k-1")
    assert session.query(Request).count() == 0


@pytest.mark.parametrize(
    ("key", "words"),
    [("", "key: it is empty"), (" \t", "key: it is empty"), ("a\nb", "control"), ("k" * 201, "it has 201 characters")],
)
def test_a_key_that_cannot_be_kept_is_refused(session: Session, key: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        file(session, key)


def test_the_kept_request_says_who_what_and_when(session: Session) -> None:
    make.open_round(session)
    file(session, "k-1")
    kept = session.scalars(sa.select(Request)).one()
    assert (kept.actor, kept.operation, kept.answer, kept.at) == (
        "delegate@example.org", "filing.file_claim", "C-0001", make.FILED,
    )  # fmt: skip
    assert kept.sha256 == idempotency.request_sha256("filing.file_claim", make.claim_document(), make.DELEGATE)


def test_the_database_itself_keeps_a_key_once_for_each_person(session: Session) -> None:
    row = {"actor": "a@example.org", "key": "k", "operation": "x", "sha256": "0" * 64, "answer": "1", "at": make.FILED}
    session.add_all([Request(**row), Request(**row)])
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.fixture
def opened(engine: Engine) -> Iterator[Engine]:
    """The engine with an open round, committed; every row is removed afterwards."""
    with db.unit_of_work(engine) as session:
        make.open_round(session)
    yield engine
    with db.unit_of_work(engine) as session:
        for table in reversed(db.Base.metadata.sorted_tables):
            session.execute(table.delete())


def test_of_eight_equal_requests_at_once_one_files_and_all_get_its_answer(opened: Engine) -> None:
    heard: list[str] = []

    def send() -> None:
        with db.unit_of_work(opened) as session:
            heard.append(file(session, "k-1"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == ["C-0001"] * 8
    with db.reading(opened) as session:
        assert (session.query(Claim).count(), session.query(Request).count()) == (1, 1)
