"""The life of an entry, step by step: what each brings with it, and what is refused with which mend."""

from datetime import date, timedelta

import pytest
from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.duties import Duty
from registry.domain.entries import Entry
from registry.domain.notices import Notice
from registry.domain.places import ProtectedPlace
from registry.domain.zone_events import ZoneEvent
from registry.log import records
from registry.queries.due import due_at
from registry.queries.instances import entry_of
from registry.services import confirming, extending, milestones, relinquishing, suspending, timers, using, zone_requests
from registry.services.errors import ConflictError, ValidationError
from tests import factories as make
from tests.registry.services.life_cases import NEXT_YEAR, QUARTER, SQUARE, USED, in_use, recorded, report


@pytest.fixture
def session(register: Session) -> Session:
    """A register in memory, empty again after the test: migrations and other tests try the rules of other databases."""
    return register


def run(session: Session, at: str) -> list[str]:
    """What the timers do at an instant, in words."""
    said, tried = [], set()
    while due := [row for row in due_at(session, make.utc(at)) if row.name not in tried]:
        for row in due:
            tried.add(row.name)
            said.append(timers.do(session, row, make.REGISTRAR, make.utc(at)))
    return [line for line in said if line]


def duties(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(Duty).where(Duty.claim_id == "C-0001").order_by(Duty.due_at, Duty.id))
    return [(row.kind, str(row.due_at.date()), row.state) for row in rows]


def test_a_new_entry_has_its_milestones_and_the_end_of_its_term(session: Session) -> None:
    recorded(session)
    # Recorded on 2027-09-27; 3000 days from 2027-10-11 end on 2035-12-28.
    assert duties(session) == [
        ("contract", "2028-09-27", "open"),
        ("launch-contract", "2029-09-27", "open"),
        ("licence", "2030-09-27", "open"),
        ("landing", "2032-09-27", "open"),
        ("term", "2035-12-27", "open"),
    ]


def test_use_supersedes_the_entry_and_asks_for_a_confirmation_a_year_after_the_landing(session: Session) -> None:
    in_use(session)
    entry = entry_of(session, "C-0001")
    assert (entry.id, entry.supersedes_id, entry.state, entry.cause) == ("E-0002", "E-0001", "IN_USE", "in-use")
    assert (entry.in_use_from, entry.claim.state) == (date(2027, 10, 12), "IN_USE")
    first = session.get_one(Entry, "E-0001")
    assert (first.state, first.in_use_from) == ("RECORDED", None)
    assert [row for row in duties(session) if row[2] == "open"] == [
        ("confirmation", "2028-10-12", "open"), ("term", "2035-12-27", "open"),
    ]  # fmt: skip


def test_a_landing_on_another_day_far_away_and_without_a_document_is_refused_with_every_fault(session: Session) -> None:
    recorded(session)
    with pytest.raises(ValidationError) as caught:
        using.bring_into_use(session, "C-0001", (20000, 10000), report(date(2027, 10, 1)), make.REGISTRAR, USED)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["happened_on", "position"]
    with pytest.raises(ValidationError, match="sha256: there is no document; attach a file, or give the SHA-256"):
        using.bring_into_use(session, "C-0001", (10000, 10000), report(sha256=None), make.REGISTRAR, USED)
    assert entry_of(session, "C-0001").state == "RECORDED"


def test_a_document_can_be_a_file_that_the_register_keeps(session: Session) -> None:
    recorded(session)
    given = report(sha256=None, file=make.handed_in("contract.txt", b"the contract"))
    kept = milestones.show(session, "C-0001", "contract", given, make.REGISTRAR, USED)
    assert kept.attachment_id == 1
    assert kept.sha256 == "e75b45fdc2bfb98d37c9ed3f8e9158b565a3ef7393c0324119daa91c3dbaa11a"
    assert ("contract", "2028-09-27", "met") in duties(session)


def test_the_first_milestone_missed_halves_the_ground_and_the_second_lets_the_entry_lapse(session: Session) -> None:
    recorded(session, SQUARE)
    last = "2028-09-27T09:00:00"
    assert run(session, last)[-1].startswith("entry E-0001: reminded of the contract")
    [said] = run(session, "2028-09-27T09:00:01")
    assert said == "entry E-0001: contract for the lander missed; it is smaller as entry E-0002"
    entry = entry_of(session, "C-0001")
    left, whole = shape(entry.ground), shape(SQUARE)
    assert whole.contains(left)
    assert 79_000 < left.area <= 80_000
    assert run(session, "2029-09-28")[-1].endswith("(milestone-missed); it has lapsed, as entry E-0003")
    gone = entry_of(session, "C-0001")
    assert (gone.state, gone.claim.state, gone.ended_on) == ("LAPSED", "LAPSED", date(2029, 9, 28))
    assert [row for row in duties(session) if row[2] == "open"] == []


def test_a_point_gives_back_half_of_its_days(session: Session) -> None:
    recorded(session)
    run(session, "2028-10-01")
    entry = entry_of(session, "C-0001")
    assert (entry.valid_until - entry.valid_from).days == 1500
    assert [zone.valid_until for zone in entry.zones] == [date(2027, 10, 13), entry.valid_until]


def test_a_missed_confirmation_suspends_once_after_the_time_of_grace_and_then_lapses(session: Session) -> None:
    in_use(session)
    assert "suspended" not in " ".join(run(session, "2028-12-11"))  # 60 days after 2028-10-12
    assert run(session, "2028-12-11T00:00:01") == [
        "entry E-0002: yearly confirmation of use missed; it is suspended as entry E-0003"
    ]
    assert entry_of(session, "C-0001").state == "SUSPENDED"
    run(session, "2029-12-11")
    assert entry_of(session, "C-0001").state == "SUSPENDED"
    assert run(session, "2029-12-11T00:00:02")[-1].endswith("(suspension-over); it has lapsed, as entry E-0004")


def test_a_suspended_entry_resumes_with_evidence_and_is_never_suspended_again(session: Session) -> None:
    in_use(session)
    suspending.suspend(session, "C-0001", "A leak.", make.REGISTRAR, NEXT_YEAR)
    later = NEXT_YEAR + timedelta(days=100)
    confirming.confirm(session, "C-0001", report(later.date()), make.REGISTRAR, later)
    assert entry_of(session, "C-0001").state == "IN_USE"
    with pytest.raises(ConflictError, match="was suspended once already; confirm its use, or give it up"):
        suspending.suspend(session, "C-0001", "Again.", make.REGISTRAR, later)
    assert run(session, "2030-06-01")[-1].endswith("(confirmation-missed); it has lapsed, as entry E-0005")


def test_an_early_confirmation_does_not_make_the_year_longer(session: Session) -> None:
    in_use(session)
    early = make.utc("2028-03-01")
    confirming.confirm(session, "C-0001", report(early.date(), sha256=None), make.REGISTRAR, early)
    assert ("confirmation", "2029-03-01", "open") in duties(session)


def test_by_year_five_what_was_not_shown_to_be_used_is_given_back(session: Session) -> None:
    in_use(session, SQUARE)
    relinquishing.demonstrate(session, "C-0001", QUARTER, report(NEXT_YEAR.date()), make.REGISTRAR, NEXT_YEAR)
    assert shape(entry_of(session, "C-0001").ground).area == 40_000
    assert ("footprint", "2032-10-12", "met") in duties(session)
    with pytest.raises(
        ValidationError, match="footprint: it reaches outside the one of the entry; give a part of that"
    ):
        relinquishing.demonstrate(session, "C-0001", SQUARE, report(NEXT_YEAR.date()), make.REGISTRAR, NEXT_YEAR)


def test_deadlines_are_extended_on_a_ground_of_the_closed_list_within_its_limits(session: Session) -> None:
    recorded(session)
    for ground, duty, months, words in (
        ("no-money", "landing", 6, "is not on the closed list"),
        ("launch-failure", "contract", 6, "duty: launch-failure extends landing only"),
        ("launch-failure", "landing", 25, "months: launch-failure gives 1 to 24, not 25"),
    ):
        with pytest.raises(ValidationError, match=words):
            extending.extend(session, "C-0001", duty, ground, months, report(), make.REGISTRAR, USED)
    extending.extend(session, "C-0001", "landing", "launch-failure", 24, report(), make.REGISTRAR, USED)
    assert ("landing", "2034-09-27", "open") in duties(session)
    with pytest.raises(ConflictError, match="was used 1 times for this entry; it may be 1 times"):
        extending.extend(session, "C-0001", "landing", "launch-failure", 1, report(), make.REGISTRAR, USED)


def test_the_end_ends_zones_on_the_same_day_and_lists_what_stays(session: Session) -> None:
    in_use(session)
    run(session, "2027-11-01")
    given = report(NEXT_YEAR.date(), sha256=None)
    relinquishing.end(session, "C-0001", "The lander stays.", given, make.REGISTRAR, NEXT_YEAR)
    events = session.execute(select(ZoneEvent.position, ZoneEvent.kind, ZoneEvent.on_day).order_by(ZoneEvent.id)).all()
    assert [tuple(row) for row in events] == [
        (1, "established", date(2027, 10, 11)),
        (2, "established", date(2027, 10, 13)),
        (1, "ended", date(2027, 10, 13)),
        (2, "ended", date(2028, 10, 20)),
    ]
    place = session.get_one(ProtectedPlace, "residual-C-0001")
    assert (place.candidate_of_id, place.enforced, place.year) == ("C-0001", False, 2027)
    assert run(session, "2040-01-01") == []


def test_a_term_that_was_used_has_ended_and_one_that_was_not_has_lapsed(session: Session) -> None:
    recorded(session, days=300, timers={**make.policy()["timers"]})
    # 300 days from 2027-10-11 end on 2028-08-06.
    assert "term" not in " ".join(run(session, "2028-08-05T23:59:59")).replace("the end of the term", "")
    assert run(session, "2028-08-06")[-1].endswith("end of the term (term-over); it has lapsed, as entry E-0002")
    assert entry_of(session, "C-0001").ended_on == date(2028, 8, 6)


def test_what_is_due_is_done_once_however_often_and_late_it_is_asked_for(session: Session) -> None:
    in_use(session)
    before = due_at(session, make.utc("2033-01-01"))
    run(session, "2033-01-01")
    size = records.size(session)
    assert run(session, "2033-01-01") == []
    for row in before:  # as another process does that looked before
        assert timers.do(session, row, make.REGISTRAR, make.utc("2033-01-01")) == ""
    assert records.size(session) == size


def test_a_notice_of_work_within_a_zone_is_answered_and_never_refused(session: Session) -> None:
    in_use(session)
    days = (date(2027, 12, 1), date(2027, 12, 2))
    asked = zone_requests.announce(session, "C-0001", "JPN", "A rover passes.", days, make.REGISTRAR, USED)
    assert str(asked.answer_by_at.date()) == "2027-11-03"  # 14 days, as India filed
    answered = zone_requests.answer(session, asked.id, "Pass to the north.", make.DELEGATE, USED)
    assert answered.answered_at == USED
    told = session.scalars(
        select(Notice.addressee).where(Notice.kind.in_(("zone-entry-announced", "zone-request-answered")))
    )
    assert sorted(told) == ["party/IND", "party/JPN"]
    assert not hasattr(asked, "state")


def test_the_basis_of_a_zone_is_given_at_once(session: Session) -> None:
    in_use(session)
    given = zone_requests.ask_basis(session, "C-0001", "JPN", 2, "Why?", make.REGISTRAR, USED).basis or {}
    assert (given["method"], given["keep_out_m"], given["inputs"]) == ("static-science", 200, {"anomaly": False})
    assert given["reason"] == "sized for the instruments"
    with pytest.raises(ValidationError, match=r"has no zone 9; use one of 1 \(landing\), 2 \(operation\)"):
        zone_requests.ask_basis(session, "C-0001", "JPN", 9, "Why?", make.REGISTRAR, USED)


def test_every_event_of_a_zone_is_told_to_the_secretary_general_and_to_all(session: Session) -> None:
    recorded(session)
    run(session, "2027-10-12")
    told = session.execute(select(Notice.addressee, Notice.state).where(Notice.kind == "zone-established")).all()
    assert sorted(map(tuple, told)) == [("all-parties", "queued"), ("un-secretary-general", "queued")]
