"""The edges of the life of an entry: the first and last day, what is asked twice, what is left out, and who is told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from shapely.geometry import shape
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import Duty, DutyKind, DutyState
from registry.domain.extensions import Extension, ExtensionGround
from registry.domain.notices import Notice
from registry.domain.places import ProtectedPlace
from registry.domain.zone_events import ZoneEvent
from registry.queries.due import Due, due_at
from registry.queries.instances import entry_of
from registry.services import (
    confirming,
    extending,
    lives,
    milestones,
    relinquishing,
    suspending,
    timers,
    using,
    zone_requests,
)
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make
from tests.registry.services.life_cases import (
    NEXT_YEAR,
    SQUARE,
    TIMERS,
    USED,
    in_use,
    recorded,
    report,
)
from tests.registry.services.test_lives import duties, run

WHO = make.REGISTRAR
JAPAN = Actor("other@example.org", "delegate", "JPN")
HERE = (10000, 10000)


@pytest.fixture
def session(register: Session) -> Session:
    return register


def told(session: Session, kind: str) -> list[tuple[str, str]]:
    rows = session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [(row.addressee, row.text) for row in rows]


def open_kinds(session: Session) -> list[str]:
    return [kind for kind, _, state in duties(session) if state == "open"]


def test_a_milestone_is_one_of_the_list_shown_once_and_leaves_the_others_open(session: Session) -> None:
    recorded(session)
    with pytest.raises(ValidationError, match="kind: 'landing' is no milestone; use one of contract, launch-contract"):
        milestones.show(session, "C-0001", "landing", report(), WHO, USED)
    milestones.show(session, "C-0001", "contract", report(), WHO, USED)
    assert open_kinds(session) == ["launch-contract", "licence", "landing", "term"]
    assert told(session, "milestone-shown")
    with pytest.raises(ConflictError, match="has no open milestone contract"):
        milestones.show(session, "C-0001", "contract", report(), WHO, USED)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"happened_on": USED.date() + timedelta(days=1)}, "happened_on: 2027-10-21 is still to come"),
        ({"file": ("a.txt", b"a")}, "sha256: there is a file, whose hash is computed"),
        ({"sha256": "AB" * 32}, "sha256: it is no SHA-256 in lower-case hex"),
    ],
)
def test_evidence_that_cannot_be_is_refused(session: Session, changes: dict[str, Any], fault: str) -> None:
    recorded(session)
    with pytest.raises(ValidationError, match=fault):
        milestones.show(session, "C-0001", "contract", report(**changes), WHO, USED)


def test_a_landing_counts_from_the_first_day_to_the_last_and_as_far_as_the_widest_zone(session: Session) -> None:
    entry = recorded(session, days=100)
    reach = max(zone.keep_out_m for zone in entry.zones)  # at this latitude a metre of the map is a metre to 0.01 %
    late = make.utc("2028-02-01")
    for day, x in ((entry.valid_until, 10000), (entry.valid_from, 10000 + reach + 2)):
        with pytest.raises(ValidationError, match=r"is no day of the entry|outside every zone"):
            using.bring_into_use(session, "C-0001", (x, 10000), report(day), WHO, late)
    last, inside = report(entry.valid_until - timedelta(days=1)), (10000 + reach - 2, 10000)
    assert using.bring_into_use(session, "C-0001", inside, last, WHO, late).in_use_from == last.happened_on
    with pytest.raises(ConflictError, match="it was brought into use already"):
        using.bring_into_use(session, "C-0001", HERE, last, WHO, late)


def test_a_landing_on_the_first_day_counts(session: Session) -> None:
    recorded(session)
    assert using.bring_into_use(session, "C-0001", HERE, report(date(2027, 10, 11)), WHO, USED).state == "IN_USE"


def test_what_comes_after_the_landing_is_refused_before_it(session: Session) -> None:
    recorded(session)
    with pytest.raises(ConflictError, match="is RECORDED; bring it into use first"):
        confirming.confirm(session, "C-0001", report(), WHO, USED)
    with pytest.raises(ConflictError, match="is RECORDED; what is used shows after the landing"):
        relinquishing.demonstrate(session, "C-0001", SQUARE, report(), WHO, USED)


def test_a_late_confirmation_does_not_make_the_next_year_longer(session: Session) -> None:
    in_use(session)
    late = make.utc("2028-11-20")  # in the time of grace
    confirming.confirm(session, "C-0001", report(late.date(), sha256=None), WHO, late)
    assert [row for row in duties(session) if row[0] == "confirmation"] == [
        ("confirmation", "2028-10-12", "met"), ("confirmation", "2029-10-12", "open"),
    ]  # fmt: skip


def test_a_suspension_asks_for_its_end_alone_says_until_when_and_ends_with_a_document(session: Session) -> None:
    in_use(session)
    suspending.suspend(session, "C-0001", "A leak.", WHO, NEXT_YEAR)
    assert open_kinds(session) == ["resumption", "term"]
    assert all("2029-10-20" in text for _, text in told(session, "entry-suspended"))
    with pytest.raises(ValidationError, match="sha256: there is no document"):
        confirming.confirm(session, "C-0001", report(sha256=None), WHO, NEXT_YEAR)
    confirming.confirm(session, "C-0001", report(), WHO, NEXT_YEAR)
    assert open_kinds(session) == ["confirmation", "term"]


def test_days_given_back_end_the_term_earlier_and_an_odd_one_stays(session: Session) -> None:
    recorded(session, days=2999)
    run(session, "2028-10-01")
    entry = entry_of(session, "C-0001")
    assert (entry.valid_until - entry.valid_from).days == 1500
    terms = [(day, state) for kind, day, state in duties(session) if kind == "term"]
    assert terms == [(str(entry.valid_until - timedelta(days=1)), "open"), ("2035-12-26", "void")]


def test_an_entry_given_up_before_it_began_has_no_zone_and_leaves_nothing_behind(session: Session) -> None:
    recorded(session)
    at = make.utc("2027-10-01")
    entry = relinquishing.end(session, "C-0001", "A lander.", report(at.date(), sha256=None), WHO, at)
    assert (entry.ended_on, entry.valid_until, entry.zones) == (date(2027, 10, 1), date(2027, 10, 12), entry.zones[:1])
    assert session.scalars(select(ZoneEvent)).all() == []
    assert session.get(ProtectedPlace, "residual-C-0001") is None
    assert due_at(session, make.utc("2040-01-01")) == ()
    for again in (
        lambda: relinquishing.end(session, "C-0001", "", report(at.date()), WHO, at),
        lambda: milestones.show(session, "C-0001", "contract", report(at.date()), WHO, at),
    ):
        with pytest.raises(ConflictError, match="is ENDED since 2027-10-01; nothing follows any more"):
            again()


def test_a_zone_that_would_begin_on_the_day_of_the_end_is_not_there(session: Session) -> None:
    in_use(session)  # the zone of the operation begins on 2027-10-13
    at = make.utc("2027-10-20T12:00:00")
    entry = relinquishing.finish(
        session, relinquishing.lives.life_of(session, "C-0001", WHO, at), WHO, at, "relinquished",
        relinquishing.EntryState.ENDED, date(2027, 10, 13), "",
    )  # fmt: skip
    assert [zone.phase for zone in entry.zones] == ["landing"]


def test_what_stays_is_listed_where_it_landed(session: Session) -> None:
    recorded(session)
    using.bring_into_use(session, "C-0001", (10100, 9900), report(), WHO, USED)
    relinquishing.end(session, "C-0001", "A lander.", report(NEXT_YEAR.date()), WHO, NEXT_YEAR)
    place = session.get_one(ProtectedPlace, "residual-C-0001")
    # x = rho sin lon, y = rho cos lon: atan2(10100, 9900).
    assert place.lon_deg == pytest.approx(45.5729, abs=1e-4)


def test_at_the_end_of_a_term_that_was_used_what_was_filed_to_stay_is_listed_however_late(session: Session) -> None:
    recorded(session, days=300, timers={**make.policy()["timers"]})
    using.bring_into_use(session, "C-0001", HERE, report(), WHO, USED)
    run(session, "2029-01-05")
    entry = entry_of(session, "C-0001")
    assert (entry.state, entry.ended_on) == ("ENDED", date(2028, 8, 6))
    assert session.get(ProtectedPlace, "residual-C-0001") is not None


def test_the_term_cap_ends_a_longer_term(session: Session) -> None:
    recorded(session, timers={**TIMERS, "term_cap": {"value": 24, "unit": "months"}}, days=700)
    assert [row for row in duties(session) if row[0] == "term"] == [("term", "2029-09-09", "open")]
    recorded_for = {**TIMERS, "term_cap": {"value": 12, "unit": "months"}}
    life = relinquishing.lives.life_of(session, "C-0001", WHO, USED)
    assert relinquishing.lives.last_instant(life.entry, recorded_for) == make.utc("2028-10-10T23:59:59")


def test_an_extension_has_limits_together_and_its_deadline_is_reminded_of_again(session: Session) -> None:
    in_use(session)
    run(session, "2028-08-20")  # 60 days before 2028-10-12 it is reminded of
    at = make.utc("2028-08-20")
    extending.extend(session, "C-0001", "confirmation", "force-majeure", 8, report(), WHO, at)
    row = session.scalars(select(Duty).where(Duty.kind == "confirmation")).one()
    assert (str(row.due_at.date()), str(row.final_at.date()), row.reminded_at) == ("2029-06-12", "2029-08-11", None)
    with pytest.raises(ConflictError, match="gave 8 months already, and 12 at most; give 4"):
        extending.extend(session, "C-0001", "confirmation", "force-majeure", 5, report(), WHO, at)
    with pytest.raises(ValidationError, match="months: force-majeure gives 1 to 12, not 0"):
        extending.extend(session, "C-0001", "confirmation", "force-majeure", 0, report(), WHO, at)
    with pytest.raises(ConflictError, match="has no open duty landing; there is no deadline to extend"):
        extending.extend(session, "C-0001", "landing", "force-majeure", 1, report(), WHO, at)
    extending.extend(session, "C-0001", "confirmation", "agency-delay", 12, report(), WHO, at)
    assert [given.ground for given in session.scalars(select(Extension))] == ["force-majeure", "agency-delay"]


def test_the_list_of_grounds_is_the_one_that_was_loaded(session: Session) -> None:
    recorded(session)
    session.get_one(ExtensionGround, "launch-failure").most_months = 2
    with pytest.raises(ValidationError, match="months: launch-failure gives 1 to 2, not 3"):
        extending.extend(session, "C-0001", "landing", "launch-failure", 3, report(), WHO, USED)
    session.execute(delete(ExtensionGround))
    with pytest.raises(ConflictError, match=r"nothing is extended; load extension_grounds.json"):
        extending.extend(session, "C-0001", "landing", "launch-failure", 2, report(), WHO, USED)


def test_a_notice_of_work_comes_before_it_from_a_party_that_is_there_and_is_answered_once(session: Session) -> None:
    in_use(session)
    today = USED.date()
    for days, fault in (
        ((today - timedelta(days=2), today - timedelta(days=1)), "is over; a notice comes before"),
        ((today + timedelta(days=2), today + timedelta(days=1)), "is after 2027-10-21; give the first day first"),
    ):
        with pytest.raises(ValidationError, match=fault):
            zone_requests.announce(session, "C-0001", "JPN", "A rover.", days, WHO, USED)
    with pytest.raises(ValidationError, match="party: there is no party 'XXX'; check the id"):
        zone_requests.announce(session, "C-0001", "XXX", "A rover.", (today, today), WHO, USED)
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        zone_requests.announce(session, "C-0001", "IND", "A rover.", (today, today), JAPAN, USED)
    asked = zone_requests.announce(session, "C-0001", "JPN", "A rover.", (today, today), JAPAN, USED)
    with pytest.raises(NotAllowedError, match="acts for the own party only"):
        zone_requests.answer(session, asked.id, "Ours.", JAPAN, USED)
    zone_requests.answer(session, asked.id, "Pass to the north.", WHO, USED)
    with pytest.raises(ConflictError, match="was answered already; coordinate with party JPN"):
        zone_requests.answer(session, asked.id, "Pass to the south.", WHO, USED)


def test_who_asks_for_a_basis_is_told_it_and_so_is_whose_zone_it_is(session: Session) -> None:
    in_use(session)
    zone_requests.ask_basis(session, "C-0001", "JPN", 2, "Why?", WHO, USED)
    assert [addressee for addressee, _ in told(session, "zone-basis-given")] == ["party/IND", "party/JPN"]


def test_a_smaller_footprint_has_smaller_zones(session: Session) -> None:
    recorded(session, SQUARE)
    before = shape(entry_of(session, "C-0001").zones[1].outline)
    run(session, "2028-10-01")
    after = shape(entry_of(session, "C-0001").zones[1].outline)
    assert before.contains(after)
    assert [row.kind for row in session.scalars(select(ZoneEvent).order_by(ZoneEvent.id))].count("altered") == 1


def test_a_footprint_that_reaches_half_a_metre_outside_is_refused(session: Session) -> None:
    in_use(session, SQUARE)
    wider = {"type": "Polygon", "coordinates": [[[10000, 10000], [10200, 10000], [10200, 10400.5], [10000, 10000]]]}
    with pytest.raises(ValidationError, match="footprint: it reaches outside"):
        relinquishing.demonstrate(session, "C-0001", wider, report(NEXT_YEAR.date()), WHO, NEXT_YEAR)


def test_a_reminder_is_due_at_its_instant_and_a_zone_on_its_day_and_none_before(session: Session) -> None:
    recorded(session)
    remind = make.utc("2028-07-29T09:00:00")  # 60 days before 2028-09-27T09:00
    before = [row for row in due_at(session, remind - timedelta(seconds=1)) if row.what == "duty-reminder"]
    [due] = [row for row in due_at(session, remind) if row.what == "duty-reminder"]
    assert (before, due.about) == ([], "contract")
    assert timers.do(session, due, WHO, remind).startswith("entry E-0001: reminded of the contract")
    assert timers.do(session, due, WHO, remind) == ""
    zone = Due("zone-established", "C-0001", remind, 1, "landing")
    recorded_days = [row.due_at.date() for row in due_at(session, make.utc("2035-12-29")) if row.what == "zone-ended"]
    assert recorded_days == [date(2027, 10, 13), date(2035, 12, 28)]
    assert timers.do(session, zone, WHO, remind).startswith(
        "entry E-0001: zone of phase landing established on 2027-10-11"
    )


def test_a_zone_does_not_begin_before_its_day_whoever_says_that_it_is_due(session: Session) -> None:
    recorded(session)
    day_before = make.utc("2027-10-10T23:59:59")
    assert timers.do(session, Due("zone-established", "C-0001", day_before, 1), WHO, day_before) == ""
    on_day = make.utc("2027-10-11")
    assert timers.do(session, Due("zone-established", "C-0001", on_day, 1), WHO, on_day)
    assert timers.do(session, Due("zone-established", "C-0001", on_day, 1), WHO, on_day) == ""
    assert session.scalars(select(ZoneEvent.kind)).all() == ["established"]


def test_a_duty_is_not_missed_before_its_time_whoever_says_so(session: Session) -> None:
    recorded(session)
    [duty_id] = [row.id for row in session.scalars(select(Duty)) if row.kind == "contract"]
    assert timers.do(session, Due("duty-missed", "C-0001", USED, duty_id, "contract"), WHO, USED) == ""
    assert entry_of(session, "C-0001").id == "E-0001"


def foreign_rows(session: Session, at: datetime) -> None:
    """What another claim has: a duty and an event of a zone, of the kinds and positions that C-0001 has too."""
    duty = Duty(claim_id="C-0002", kind="contract", number=1, opened_at=at, due_at=at, final_at=at, state="open")
    event = ZoneEvent(
        claim_id="C-0002", entry_id="E-0001", position=1, phase="landing", kind="ended", on_day=at.date(), at=at,
        keep_out_m=1, reason="another's",
    )  # fmt: skip
    session.add_all([duty, event])
    session.flush()


def test_open_duties_come_in_the_order_of_their_deadlines_not_of_their_making(session: Session) -> None:
    recorded(session)
    first_made = session.get_one(Duty, min(duty.id for duty in lives.open_duties(session, "C-0001")))
    late = max(duty.due_at for duty in lives.open_duties(session, "C-0001")) + timedelta(days=1)
    first_made.due_at = first_made.final_at = late
    session.flush()
    assert lives.open_duties(session, "C-0001")[-1] is first_made


def test_duties_and_zones_are_those_of_the_claim_and_of_the_state_asked_for(session: Session) -> None:
    recorded(session)
    foreign_rows(session, USED)
    assert lives.zone_events(session, "C-0001", 1) == set()
    assert lives.zone_events(session, "C-0002", 2) == set()
    assert lives.zone_events(session, "C-0002", 1) == {"ended"}
    kinds = ["contract", "launch-contract", "licence", "landing", "term"]
    assert [duty.kind for duty in lives.open_duties(session, "C-0001")] == kinds
    assert [duty.kind for duty in lives.open_duties(session, "C-0001", ["licence", "contract"])] == [
        "contract",
        "licence",
    ]
    life = lives.life_of(session, "C-0001", WHO, USED)
    lives.close_duties(session, life, DutyState.MET, USED, ["licence"])
    assert [(duty.kind, duty.closed_at) for duty in life.rows[1:] if isinstance(duty, Duty)] == [("licence", USED)]
    assert "licence" not in open_kinds(session)
    lives.open_duty(session, life, DutyKind.LICENCE, USED)
    assert [(row.number, row.opened_at) for row in life.rows if isinstance(row, Duty)] == [
        (1, make.RECORDED), (2, USED),
    ]  # fmt: skip
    life.timers = {}
    lives.open_duty(session, life, DutyKind.CONTRACT, USED)
    assert len([row for row in life.rows if isinstance(row, Duty)]) == 2, "the policy has no timer for it"


def test_a_zone_that_was_established_and_has_no_day_left_ends_on_the_day_of_the_change(session: Session) -> None:
    recorded(session)
    run(session, "2027-10-14")
    life = lives.life_of(session, "C-0001", WHO, USED)
    after = lives.supersede(session, life, USED, "milestone-missed", valid_until=date(2027, 10, 12))
    assert [(zone.phase, zone.end_day, zone.valid_until) for zone in after.zones] == [
        ("landing", 11, date(2027, 10, 12))
    ]
    newest = session.scalars(select(ZoneEvent).order_by(ZoneEvent.id.desc())).first()
    assert newest is not None
    assert (newest.phase, newest.kind, newest.on_day, newest.reason) == (
        "operation",
        "ended",
        USED.date(),
        "milestone-missed",
    )


def test_a_reminder_of_the_policy_is_as_long_as_the_policy_says_for_late_duties_too(session: Session) -> None:
    in_use(session, timers={**TIMERS, "reminder": {"value": 90, "unit": "days"}})
    life = lives.life_of(session, "C-0001", WHO, NEXT_YEAR)
    lives.begin_late(session, life, NEXT_YEAR)
    made = [(row.kind, row.due_at, row.final_at) for row in life.rows if isinstance(row, Duty)]
    # 90 days from 2028-10-20, later than a year from the recording; 60 days of grace.
    assert made[0] == ("confirmation", make.utc("2029-01-18"), make.utc("2029-03-19"))
    assert made[1][0] == "term"


def test_what_stands_is_told_to_whom_it_is_for_and_refused_before_its_time(session: Session) -> None:
    recorded(session)
    with pytest.raises(ConflictError) as none:
        lives.life_of(session, "C-0002", WHO, USED)
    assert str(none.value) == "claim C-0002 is READY and has no entry; there is nothing in force"
    with pytest.raises(NotAllowedError) as foreign:
        lives.life_of(session, "C-0001", JAPAN, USED)
    assert str(foreign.value) == "a delegate acts for the own party only: JPN, not IND"
    assert lives.life_of(session, "C-0001", JAPAN, USED, own_party=False).entry.id == "E-0001"
    with pytest.raises(ConflictError) as early:
        lives.life_of(session, "C-0001", WHO, make.DECIDED)
    assert str(early.value) == (
        "at: 2027-09-20T14:00:00Z lies before the last step on claims/C-0001, 2027-09-27T09:00:00Z; give a later instant"
    )


def test_the_words_for_duties_and_the_duties_of_each_state_are_those_written_out() -> None:
    assert dict(lives.DUTY_WORDS) == {
        "contract": "contract for the lander",
        "launch-contract": "contract for the launch",
        "licence": "licence of the operation",
        "landing": "landing, which brings the entry into use",
        "confirmation": "yearly confirmation of use",
        "resumption": "resumption after the suspension",
        "footprint": "footprint that is demonstrably used",
        "term": "end of the term",
        "second-site": "second site of equal score for the site bank",
    }
    assert {state: [*kinds] for state, kinds in lives.LATE_DUTIES.items()} == {
        "RECORDED": ["contract", "launch-contract", "licence", "landing"],
        "IN_USE": ["confirmation"],
        "SUSPENDED": ["resumption"],
    }
