"""Slots proposed, kept, confirmed and given back; and what is refused by name."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.domain.landing_slots import LandingSlot, SlotProposal
from registry.log.records import Record
from registry.queries.offers import list_notices
from registry.queries.slot_instances import slots_document
from registry.queries.slots import list_proposals, proposal
from registry.services import landing_slots, landing_windows, relinquishing
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.landing_windows import Asked
from registry.services.proposing import Verification
from tests import factories as make
from tests.registry.services import life_cases
from tests.registry.services.slot_cases import (
    AT,
    DAYS,
    FIRST,
    IND,
    JPN,
    PASSED,
    asked,
    confirmed,
    files,
    landing_and_ascent,
    propose,
    proposed,
)

LATER = AT + timedelta(hours=1)
HALF_PAST_ELEVEN = 10 * 1440 + 23 * 60 + 30


def last_record(session: Session) -> Record:
    found = session.query(Record).order_by(Record.index.desc()).first()
    assert found is not None
    return found


def slot(session: Session, number: int = 1) -> LandingSlot:
    return session.get_one(LandingSlot, number)


def refused(session: Session, problem: bytes, answer: bytes, report: Verification = PASSED, **how: Any) -> str:
    with pytest.raises(ConflictError) as caught:
        landing_slots.propose(session, problem, answer, report, make.PLANNER, how.get("at", AT))
    assert session.query(SlotProposal).count() == how.get("before", 0)
    return str(caught.value)


def test_a_proposal_keeps_instance_solution_and_slots_in_one_record(session: Session) -> None:
    made = proposed(session)
    assert (made.id, made.first_day.isoformat(), made.last_day.isoformat()) == (1, "2027-10-01", "2027-10-30")
    (row,) = made.slots
    assert (row.movement, row.slot_at, row.state) == ("C-0001/landing", make.utc("2027-10-11T23:30:00Z"), "PROPOSED")
    record = last_record(session)
    assert (record.act, record.subject) == ("slots-proposed", "slot-proposals/1")
    assert {name: len(rows) for name, rows in record.content["rows"].items()} == {
        "slot_proposals": 1, "landing_slots": 1, "notices": 1,
    }  # fmt: skip
    notice = list_notices(session, subject="claims/C-0001")[-1]
    assert (notice.kind, notice.addressee) == ("slot-proposed", "party/IND")
    assert "2027-10-11 23:30 UTC" in notice.text
    found = proposal(session, 1)
    assert found is not None
    assert (found.summary.slots, found.summary.live, found.checks) == (1, 1, ("heading", "S1 to S7"))


def test_a_clash_that_the_verifier_found_is_refused_by_name(register: Session) -> None:
    asked(register)
    said = "(S2) C-0001/landing with C-0002/landing: on its way at the same time in corridors that touch"
    told = refused(register, *files(register), Verification(problems=(said,)))
    assert told.startswith(f"these slots cannot be proposed: their verification failed: {said}; solve again")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"seed": "00"}, "the seed is 00, which somebody chose; solve with --seed "),
        ({"status": "INFEASIBLE", "slots": []}, "the status is INFEASIBLE: no slots"),
        ({"slots": []}, "there is no slot in it"),
    ],
)
def test_an_answer_that_is_none_is_refused(register: Session, changes: dict[str, Any], wanted: str) -> None:
    asked(register)
    assert wanted in refused(register, *files(register, **changes))


def test_an_instance_that_is_not_the_registers_is_refused_by_name(register: Session) -> None:
    asked(register)
    document = slots_document(register, FIRST, DAYS)
    (row,) = document["movements"]
    forged = [row | {"windows": [[0, 43199]], "azimuth_range_deg": [0, 1]}]
    told = refused(register, *files(register, {"C-0001/landing": 5000}, instance={"movements": forged}))
    assert "C-0001/landing has another azimuth_range_deg and windows; write the instance anew" in told
    stranger = [row, row | {"id": "C-0777/landing"}]
    assert "C-0777/landing is nothing that lands" in refused(
        register, *files(register, instance={"movements": stranger})
    )
    assert "C-0001/landing is not there" in refused(register, *files(register, instance={"movements": []}))
    landing_windows.ask(
        register, "C-0001", "", Asked(("2027-10-12",)), IND, AT
    )  # amended after the instance was written
    assert "has another azimuth_range_deg and windows and preferred" in refused(
        register, *files(register, instance={"movements": [row]})
    )


def test_of_two_proposals_from_one_instance_the_first_stands(register: Session) -> None:
    asked(register)
    first, second = files(register), files(register, {"C-0001/landing": HALF_PAST_ELEVEN + 5})
    landing_slots.propose(register, *first, PASSED, make.PLANNER, AT)
    told = refused(register, *second, before=1)
    assert (
        "id is 'register-2027-10-01-30d-after-0', not 'register-2027-10-01-30d-after-1'; write the instance anew"
        in told
    )


def test_a_slot_in_the_past_is_refused(register: Session) -> None:
    asked(register)
    told = refused(register, *files(register), at=make.utc("2027-10-12"))
    assert "C-0001/landing: the slot lies in the past" in told


def test_files_that_cannot_be_read_are_refused_with_every_fault(register: Session) -> None:
    asked(register)
    problem, answer = files(register)
    with pytest.raises(ValidationError, match="status"):
        landing_slots.propose(
            register, problem, json.dumps(json.loads(answer) | {"status": "FINE"}).encode(), PASSED, make.PLANNER, AT
        )
    with pytest.raises(ValidationError):
        landing_slots.propose(register, b"{", answer, PASSED, make.PLANNER, AT)


def test_the_next_proposal_supersedes_a_slot_and_never_edits_it(session: Session) -> None:
    proposed(session)
    second = propose(session, at=LATER, times={"C-0001/landing": HALF_PAST_ELEVEN + 20})
    assert (slot(session).state, slot(session).slot_at) == ("SUPERSEDED", make.utc("2027-10-11T23:30:00Z"))
    assert [(row.id, row.state) for row in second.slots] == [(2, "PROPOSED")]
    with pytest.raises(ConflictError, match="slot 1 of C-0001/landing: 'confirm' is not possible in state SUPERSEDED"):
        landing_slots.confirm(session, 1, IND, LATER)
    assert [(row.number, row.slots, row.live) for row in list_proposals(session)] == [(2, 1, 1), (1, 1, 0)]


def test_a_confirmed_slot_is_fixed_in_the_next_instance_and_stays_confirmed(session: Session) -> None:
    confirmed(session)
    assert last_record(session).act == "slot-confirmed"
    (row,) = slots_document(session, FIRST, DAYS)["movements"]
    assert (row["slot"], row["windows"], row["azimuth_range_deg"]) == (
        HALF_PAST_ELEVEN, [[HALF_PAST_ELEVEN, HALF_PAST_ELEVEN]], [350, 20],
    )  # fmt: skip
    before = len(list_notices(session))
    second = propose(session, at=LATER)
    assert [(row.slot_at, row.state) for row in second.slots] == [(make.utc("2027-10-11T23:30:00Z"), "CONFIRMED")]
    assert len(list_notices(session)) == before  # nothing changed for the party
    assert (slot(session).state, slot(session, 2).state) == ("SUPERSEDED", "CONFIRMED")


def test_a_confirmed_slot_just_outside_the_days_still_keeps_others_away(register: Session) -> None:
    confirmed(register)
    after = slots_document(register, FIRST + timedelta(days=12), 5)["movements"]  # a day and a half later
    assert [(row["slot"], row["windows"]) for row in after] == [(HALF_PAST_ELEVEN - 12 * 1440, [[0, 0]])]
    assert slots_document(register, FIRST + timedelta(days=13), 5)["movements"] == []


def test_a_slot_confirmed_to_the_day_keeps_its_day_and_waits_for_its_hour(register: Session) -> None:
    asked(register)
    slots = [{"movement": "C-0001/landing", "at": HALF_PAST_ELEVEN, "precision": "day"}]
    propose(register, slots=slots)
    landing_slots.confirm(register, 1, IND, make.utc("2027-10-11T23:50:00Z"))  # its day is not over
    (row,) = slots_document(register, FIRST, DAYS)["movements"]
    assert "slot" not in row
    assert (row["windows"], row["preferred"]) == ([[15720, 15839]], HALF_PAST_ELEVEN)


def test_only_the_own_party_answers_and_only_while_there_is_time(register: Session) -> None:
    proposed(register)
    for act in (
        lambda: landing_slots.confirm(register, 1, JPN, AT),
        lambda: landing_slots.another(register, 1, "we want it", JPN, AT),
    ):
        with pytest.raises(NotAllowedError, match="a delegate acts for the own party only: JPN, not IND"):
            act()
    with pytest.raises(NotFoundError, match="there is no slot 9"):
        landing_slots.confirm(register, 9, IND, AT)
    with pytest.raises(ConflictError, match="the time of the slot is over; ask for another"):
        landing_slots.confirm(register, 1, IND, make.utc("2027-10-11T23:31:00Z"))
    assert slot(register).state == "PROPOSED"


def test_another_slot_is_asked_for_and_the_time_is_free(session: Session) -> None:
    confirmed(session)
    landing_slots.another(session, 1, "the crew sleeps", IND, LATER)
    assert (slot(session).state, slot(session).reason) == ("ANOTHER", "the crew sleeps")
    notice = list_notices(session, subject="claims/C-0001")[-1]
    assert (notice.kind, notice.addressee) == ("another-slot-asked", "all-parties")
    (row,) = slots_document(session, FIRST, DAYS)["movements"]
    assert "slot" not in row
    with pytest.raises(ConflictError, match="'confirm' is not possible in state ANOTHER"):
        landing_slots.confirm(session, 1, IND, LATER)
    second = propose(session, at=LATER, times={"C-0001/landing": HALF_PAST_ELEVEN + 60})
    assert [row.state for row in second.slots] == ["PROPOSED"]
    assert slot(session).state == "ANOTHER"


def test_one_without_a_slot_is_told_why_and_loses_the_one_it_had(register: Session) -> None:
    landing_and_ascent(register)
    propose(register)
    assert {row.movement: row.state for row in register.query(LandingSlot)} == {
        "C-0001/ascent": "PROPOSED", "C-0001/landing": "PROPOSED",
    }  # fmt: skip
    reasons = [{"rule": "S5", "by": "O-1"}, {"rule": "S2-S4", "by": "C-0002/landing"}]
    left = [{"movement": "C-0001/ascent", "reasons": reasons}]
    slots = [{"movement": "C-0001/landing", "at": HALF_PAST_ELEVEN, "precision": "minute"}]
    made = propose(register, at=LATER, slots=slots, unserved=left)
    assert [row.movement for row in made.slots] == ["C-0001/landing"]
    told = list_notices(register, subject="claims/C-0001")[-1]
    assert (told.kind, told.addressee) == ("slot-not-found", "party/IND")
    assert "What closes them: S5 O-1, S2-S4 C-0002/landing." in told.text
    assert slot(register, 1).state == slot(register, 2).state == "SUPERSEDED"


def test_a_confirmed_ascent_is_held_by_its_landing_alone(register: Session) -> None:
    """An ascent whose landing may still move is kept in its minute, and gives way if the landing does."""
    landing_and_ascent(register)
    propose(register)
    ascent = register.query(LandingSlot).filter_by(phase="ascent").one()
    landing_slots.confirm(register, ascent.id, IND, AT)
    rows = {row["id"]: row for row in slots_document(register, FIRST, DAYS)["movements"]}
    minute = rows["C-0001/ascent"]["preferred"]
    assert "slot" not in rows["C-0001/ascent"]
    assert rows["C-0001/ascent"]["windows"] == [[minute, minute]]
    assert rows["C-0001/ascent"]["follows"] == {"movement": "C-0001/landing", "least_min": 0}
    landing_slots.confirm(register, 3 - ascent.id, IND, AT)
    rows = {row["id"]: row for row in slots_document(register, FIRST, DAYS)["movements"]}
    assert {row.get("slot") for row in rows.values()} == {minute, rows["C-0001/landing"]["preferred"]}


def test_the_slot_of_an_entry_that_is_over_is_in_no_instance(register: Session) -> None:
    life_cases.in_use(register)
    landing_windows.ask(register, "C-0001", "", Asked(("2028-02-29",)), IND, make.utc("2027-10-21"))
    relinquishing.end(register, "C-0001", "", life_cases.report(), IND, make.utc("2027-10-22"))
    assert slots_document(register, FIRST, 365)["movements"] == []
    with pytest.raises(ConflictError, match="has no landing or ascent ahead"):
        landing_windows.ask(register, "C-0001", "", Asked(("2028-02-29",)), IND, make.utc("2027-10-23"))
