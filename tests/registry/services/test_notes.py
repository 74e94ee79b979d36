"""Confidential notes: hashed at once, read by the two parties and the registrar, disclosed on the agreed date or never."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.notes import NoteText, note_sha256
from registry.log import reading, records
from registry.log.records import Record
from registry.queries.consultations import case_page
from registry.services import consultations, notes
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ServiceError, ValidationError
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, OBSERVER, SOON

SALT = bytes(range(32))
TEXT = "Our lander may come down early."
YEARS_LATER = make.utc("2032-01-01")
NOT_READERS = [
    GHA, make.AUDITOR, OBSERVER, make.PLANNER, make.ADMINISTRATOR, make.CHE_DECIDER,
    Actor("council@example.org", "council", "IND"), Actor("observer@ind.example.org", "observer", "IND"),
]  # fmt: skip


def written(session: Session, actor: Actor = IND, disclose_at: datetime | None = None) -> Any:
    if not cases.cases(session):
        cases.case(session)
    return notes.add(session, "K-0001", TEXT, SALT, actor, SOON, disclose_at=disclose_at)


def log_text(session: Session) -> str:
    """Everything that the log says."""
    return "".join(row.leaf().decode() for row in session.scalars(select(Record)))


def test_the_hash_is_that_of_salt_and_text(rivals: Session) -> None:
    note = written(rivals)
    assert note.sha256 == hashlib.sha256(SALT + TEXT.encode()).hexdigest() == note_sha256(SALT, TEXT)


def test_the_record_of_a_note_has_its_hash_and_not_a_word_of_it(session: Session) -> None:
    note = written(session)
    [record] = reading.records_about(session, "notes/N-0001")
    assert (record.act, record.content["rows"]["notes"][0]["sha256"]) == ("note-written", note.sha256)
    assert set(record.content["rows"]) == {"notes", "consultations"}
    for secret in (TEXT, "lander may", SALT.hex(), SALT.hex()[:16]):
        assert secret not in log_text(session)


@pytest.mark.parametrize("reader", [IND, JPN, make.REGISTRAR], ids=lambda actor: str(actor.party))
def test_the_two_parties_and_the_registrar_read_it_and_the_reading_is_noted(session: Session, reader: Actor) -> None:
    written(session)
    assert notes.read(session, "N-0001", reader, LATER).text == TEXT
    [seen] = notes.readings(session, "N-0001", IND)
    assert (seen.reader, seen.role, seen.party_id, seen.read_at) == (reader.name, reader.role, reader.party, LATER)
    assert reading.records_about(session, "notes/N-0001")[-1].act == "note-read"
    assert TEXT not in log_text(session)


@pytest.mark.parametrize("actor", NOT_READERS, ids=lambda actor: f"{actor.role}-{actor.party}")
def test_to_everybody_else_it_does_not_exist(rivals: Session, actor: Actor) -> None:
    written(rivals)
    size = records.size(rivals)
    attempts = {
        "read": lambda note_id: notes.read(rivals, note_id, actor, LATER),
        "readings": lambda note_id: notes.readings(rivals, note_id, actor),
        "agree": lambda note_id: notes.agree(rivals, note_id, YEARS_LATER, actor, LATER),
        "disclose": lambda note_id: notes.disclose(rivals, note_id, actor, LATER),
    }
    for name, attempt in attempts.items():
        answers = []
        for note_id in ("N-0001", "N-0002"):
            with pytest.raises(ServiceError) as caught:
                attempt(note_id)
            answers.append((type(caught.value), str(caught.value).replace(note_id, "")))
        assert answers[0] == answers[1], name
        assert answers[0][0] is NotFoundError
    assert records.size(rivals) == size


def test_an_invited_observer_reads_on_that_case_until_it_ends(session: Session) -> None:
    cases.in_coordination(session, *cases.three_rivals())
    cases.observer(session)
    notes.add(session, "K-0001", TEXT, SALT, IND, SOON)
    notes.add(session, "K-0002", TEXT, SALT[::-1], IND, SOON)
    consultations.invite(session, "K-0001", OBSERVER.name, make.REGISTRAR, SOON)
    assert notes.read(session, "N-0001", OBSERVER, LATER).text == TEXT
    with pytest.raises(NotFoundError, match="there is no note N-0002"):
        notes.read(session, "N-0002", OBSERVER, LATER)
    consultations.close(session, "K-0001", make.REGISTRAR, DEADLINE)
    with pytest.raises(NotFoundError, match="there is no note N-0001"):
        notes.read(session, "N-0001", OBSERVER, DEADLINE)


def test_an_observer_only_reads(rivals: Session) -> None:
    written(rivals)
    cases.observer(rivals)
    consultations.invite(rivals, "K-0001", OBSERVER.name, make.REGISTRAR, SOON)
    for step in (
        lambda: notes.add(rivals, "K-0001", "mine", SALT, OBSERVER, LATER),
        lambda: notes.agree(rivals, "N-0001", YEARS_LATER, OBSERVER, LATER),
        lambda: notes.disclose(rivals, "N-0001", OBSERVER, LATER),
    ):
        with pytest.raises(NotAllowedError, match="not for observer"):
            step()


def test_the_public_face_of_a_case_has_the_hash_alone(session: Session) -> None:
    note = written(session)
    page = case_page(session, "K-0001")
    assert page is not None
    [face] = page.notes
    assert (face.sha256, face.text, face.salt_hex, face.party) == (note.sha256, None, None, "IND")


def test_a_note_counts_as_contact_of_its_side(rivals: Session) -> None:
    written(rivals, JPN)
    [case] = cases.cases(rivals)
    assert (case.spoke_a_at, case.spoke_b_at) == (None, SOON)


# Disclosure


def test_a_date_is_agreed_when_both_parties_state_it(rivals: Session) -> None:
    note = written(rivals, IND, YEARS_LATER)
    assert note.agreed_at is None
    notes.agree(rivals, "N-0001", YEARS_LATER + timedelta(days=1), JPN, LATER)
    assert note.agreed_at is None
    notes.agree(rivals, "N-0001", YEARS_LATER, JPN, LATER)
    assert note.agreed_at == YEARS_LATER
    assert reading.records_about(rivals, "notes/N-0001")[-1].act == "note-date-stated"


def test_from_the_agreed_date_on_text_and_salt_are_published_so_that_anyone_can_repeat_the_hash(
    session: Session,
) -> None:
    note = written(session, IND, YEARS_LATER)
    notes.agree(session, "N-0001", YEARS_LATER, JPN, LATER)
    with pytest.raises(ConflictError, match="is confidential until 2032-01-01T00:00:00Z; wait for that date"):
        notes.disclose(session, "N-0001", make.REGISTRAR, YEARS_LATER - timedelta(seconds=1))
    notes.disclose(session, "N-0001", make.REGISTRAR, YEARS_LATER)
    content = reading.records_about(session, "notes/N-0001")[-1].content
    assert content["text"] == TEXT
    assert hashlib.sha256(bytes.fromhex(content["salt_hex"]) + content["text"].encode()).hexdigest() == note.sha256
    page = case_page(session, "K-0001")
    assert page is not None
    assert (page.notes[0].text, page.notes[0].salt_hex) == (TEXT, SALT.hex())


@pytest.mark.parametrize("stated", [None, YEARS_LATER])
def test_without_an_agreed_date_it_is_never_disclosed(rivals: Session, stated: datetime | None) -> None:
    written(rivals, IND, stated)
    with pytest.raises(ConflictError, match="no date is agreed on for note N-0001; it stays confidential"):
        notes.disclose(rivals, "N-0001", make.REGISTRAR, make.utc("2099-01-01"))


def test_a_disclosed_note_stays_disclosed(rivals: Session) -> None:
    written(rivals, IND, YEARS_LATER)
    notes.agree(rivals, "N-0001", YEARS_LATER, JPN, LATER)
    notes.disclose(rivals, "N-0001", IND, YEARS_LATER)
    for step in (
        lambda: notes.disclose(rivals, "N-0001", IND, YEARS_LATER),
        lambda: notes.agree(rivals, "N-0001", None, JPN, YEARS_LATER),
    ):
        with pytest.raises(ConflictError, match="was disclosed on 2032-01-01T00:00:00Z; it is public"):
            step()


def test_a_party_may_take_its_date_back_before(rivals: Session) -> None:
    note = written(rivals, IND, YEARS_LATER)
    notes.agree(rivals, "N-0001", YEARS_LATER, JPN, LATER)
    notes.agree(rivals, "N-0001", None, IND, LATER)
    assert note.agreed_at is None


# Bad input


@pytest.mark.parametrize(
    ("actor", "options", "refusal", "sentence"),
    [
        (GHA, {}, NotAllowedError, "consultation K-0001 is between IND and JPN"),
        (make.AUDITOR, {}, NotAllowedError, "not for auditor"),
        (IND, {"text": " "}, ValidationError, "text: it is empty"),
        (IND, {"text": "\ud800"}, ValidationError, "text: character 1"),
        (IND, {"salt": b"short"}, ValidationError, "salt: it has 5 bytes; give 32 random ones"),
        (IND, {"disclose_at": make.FILED}, ValidationError, "disclose_at: 2027-02-01T10:00:00Z is past"),
        (IND, {"disclose_at": datetime(2032, 1, 1)}, ValidationError, "disclose_at: .* has no offset"),  # noqa: DTZ001
        (make.REGISTRAR, {"disclose_at": YEARS_LATER}, NotAllowedError, "the parties agree on the date"),
    ],
)
def test_notes_that_are_refused_leave_nothing(
    rivals: Session, actor: Actor, options: dict[str, Any], refusal: type[ServiceError], sentence: str
) -> None:
    size = records.size(rivals)
    given: dict[str, Any] = {"text": TEXT, "salt": SALT, **options}
    with pytest.raises(refusal, match=sentence):
        notes.add(rivals, "K-0001", given.pop("text"), given.pop("salt"), actor, SOON, **given)
    assert (records.size(rivals), rivals.scalars(select(NoteText)).all()) == (size, [])


def test_an_ended_case_takes_no_notes_and_keeps_those_it_has(rivals: Session) -> None:
    written(rivals)
    consultations.close(rivals, "K-0001", make.REGISTRAR, DEADLINE)
    with pytest.raises(ConflictError, match="consultation K-0001 ended on"):
        notes.add(rivals, "K-0001", TEXT, SALT, IND, DEADLINE)
    assert notes.read(rivals, "N-0001", JPN, DEADLINE).text == TEXT


def test_a_naive_instant_is_refused(rivals: Session) -> None:
    written(rivals)
    with pytest.raises(ValidationError, match=r"at: .* has no offset"):
        notes.read(rivals, "N-0001", JPN, LATER.replace(tzinfo=None))


def test_the_registrar_writes_notes_for_both_sides(rivals: Session) -> None:
    note = written(rivals, make.REGISTRAR)
    assert note.party_id is None
    assert notes.read(rivals, "N-0001", JPN, LATER).text == TEXT
    with pytest.raises(NotAllowedError, match="not for registrar"):
        notes.agree(rivals, "N-0001", YEARS_LATER, make.REGISTRAR, LATER)
    for party in (IND, JPN):
        notes.agree(rivals, "N-0001", YEARS_LATER, party, LATER)
    assert note.agreed_at == YEARS_LATER


def test_secrets_of_notes_never_go_into_a_record_by_accident(rivals: Session) -> None:
    from registry.services.recording import by_table

    written(rivals)
    rows = by_table([rivals.get_one(NoteText, "N-0001")])
    assert TEXT not in rfc8785.dumps(rows).decode()
    assert rows == {"note_texts": [{"note_id": "N-0001"}]}
