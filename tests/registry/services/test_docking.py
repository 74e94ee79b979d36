"""Docking records: what is recorded, who stands where, and what is refused."""

import pytest
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.log import records
from registry.queries.docking import find_record, list_records
from registry.services import docking
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from tests import factories as make
from tests.registry.services.docking_cases import OWN, document, recorded

JAPAN = Actor("other@example.org", "delegate", "JPN")


def test_an_arrangement_is_recorded_whole_and_adopted_by_the_party_that_brings_it(session: Session) -> None:
    recorded(session)
    found = find_record(session, "D-0001")
    assert found is not None
    assert (found.title, found.agenda_item) == ("Quiet hours at the ridge", "Working group on space resources")
    assert (found.adopters, found.dissenters, found.recorded_by) == (("IND",), (), "IND")
    newest = session.get_one(records.Record, records.size(session) - 1)
    assert (newest.act, newest.subject) == ("arrangement-recorded", "docking/D-0001")
    assert sorted(newest.content["rows"]) == ["docking_positions", "docking_records"]


def test_the_last_word_of_a_party_counts_and_earlier_ones_stay(session: Session) -> None:
    recorded(session)
    docking.state(session, "D-0001", "dissents", "5 km is too far.", JAPAN, make.ANNOUNCED)
    docking.state(session, "D-0001", "adopts", "", JAPAN, make.ANNOUNCED)
    docking.state(session, "D-0001", "withdrawn", "", OWN, make.ANNOUNCED)
    (found,) = list_records(session)
    assert (found.adopters, found.dissenters) == (("JPN",), ())
    said = [(row.party, row.position, row.statement) for row in found.statements]
    assert said == [
        ("IND", "adopts", ""), ("JPN", "dissents", "5 km is too far."), ("JPN", "adopts", ""), ("IND", "withdrawn", ""),
    ]  # fmt: skip


def test_what_the_agency_records_nobody_has_adopted_yet(session: Session) -> None:
    make.world(session)
    made = docking.record(session, document(), make.REGISTRAR, make.ANNOUNCED)
    assert (made.recorded_by_id, made.positions) == (None, [])
    with pytest.raises(NotAllowedError, match="name the party whose word this is"):
        docking.state(session, made.id, "adopts", "", make.REGISTRAR, make.ANNOUNCED)


def test_every_fault_is_told_at_once_and_nothing_is_stored(session: Session) -> None:
    make.world(session)
    wrong = document(title=" ", agreed_on="May", agreement="A-0009", illustrative="yes", more=1)
    with pytest.raises(ValidationError) as caught:
        docking.record(session, wrong, OWN, make.ANNOUNCED)
    told = "\n".join(map(str, caught.value.faults))
    for part in ("title", "'May' is not a date", "'A-0009' is no agreement", "illustrative", "more"):
        assert part in told
    assert list_records(session) == ()


def test_what_is_too_long_to_be_shown_is_told_with_its_limit(session: Session) -> None:
    make.world(session)
    wrong = document(
        title="x" * 201,
        agenda_item="x" * 301,
        evidence=[f"https://arrangements.example.org/{number}" for number in range(51)],
    )
    with pytest.raises(ValidationError) as caught:
        docking.record(session, wrong, OWN, make.ANNOUNCED)
    told = "\n".join(map(str, caught.value.faults))
    for part in ("title: it has 201 characters; use at most 200", "use at most 300", "at most 50 references of 500"):
        assert part in told


def test_who_dissents_says_why_and_a_record_has_to_be_there(session: Session) -> None:
    recorded(session)
    with pytest.raises(ValidationError, match="statement: it is empty"):
        docking.state(session, "D-0001", "dissents", " ", JAPAN, make.ANNOUNCED)
    with pytest.raises(ValidationError, match="position: 'maybe' is none"):
        docking.state(session, "D-0001", "maybe", "", JAPAN, make.ANNOUNCED)
    with pytest.raises(NotFoundError, match="there is no docking record D-0002"):
        docking.state(session, "D-0002", "adopts", "", JAPAN, make.ANNOUNCED)


def test_a_word_that_was_never_given_is_not_taken_back_and_one_that_stands_not_said_again(session: Session) -> None:
    recorded(session)
    with pytest.raises(ConflictError, match="party JPN has no word on D-0001 that it could take back"):
        docking.state(session, "D-0001", "withdrawn", "", JAPAN, make.ANNOUNCED)
    with pytest.raises(ConflictError, match="party IND adopts D-0001 already; add a statement, or take the word back"):
        docking.state(session, "D-0001", "adopts", " ", OWN, make.ANNOUNCED)
    docking.state(session, "D-0001", "adopts", "With pleasure.", OWN, make.ANNOUNCED)
    docking.state(session, "D-0001", "withdrawn", "", OWN, make.ANNOUNCED)
    with pytest.raises(ConflictError, match="has no word on D-0001"):
        docking.state(session, "D-0001", "withdrawn", "", OWN, make.ANNOUNCED)


def test_a_delegate_speaks_for_the_own_party_alone(session: Session) -> None:
    recorded(session)
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        docking.state(session, "D-0001", "dissents", "Theirs.", JAPAN, make.ANNOUNCED, party="IND")
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        docking.record(session, document(), JAPAN, make.ANNOUNCED, party="IND")
