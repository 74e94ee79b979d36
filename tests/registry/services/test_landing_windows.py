"""Windows that parties ask for: what can be asked, amended and withdrawn, and what is refused by name."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.landing_slots import LandingSlot, LandingWindows
from registry.log.records import Record
from registry.queries.offers import list_notices
from registry.queries.slot_instances import live_slots, slots_document, windows_in_force
from registry.services import entering, landing_windows
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.landing_windows import Asked
from tests import factories as make
from tests.registry.services import life_cases
from tests.registry.services.slot_cases import AT, DAYS, FIRST, IND, JPN, NIGHTS, asked, confirmed, proposed

LATER = AT + timedelta(hours=1)


def last_record(session: Session) -> Record:
    found = session.query(Record).order_by(Record.index.desc()).first()
    assert found is not None
    return found


def test_what_is_asked_for_is_kept_recorded_and_told_to_all(session: Session) -> None:
    made = asked(session)
    assert made.windows == [
        ["2027-10-11T22:00:00Z", "2027-10-12T03:00:00Z"], ["2027-10-12T22:00:00Z", "2027-10-13T03:00:00Z"],
    ]  # fmt: skip
    assert (made.azimuth_from_deg, made.azimuth_to_deg, made.landed_mass_kg, made.kind) == (350, 20, 2000, "landing")
    record = last_record(session)
    assert (record.act, record.subject) == ("landing-windows-filed", "claims/C-0001")
    assert {name: len(rows) for name, rows in record.content["rows"].items()} == {"landing_windows": 1, "notices": 1}
    notice = list_notices(session, subject="claims/C-0001")[-1]
    assert (notice.kind, notice.addressee) == ("landing-windows-filed", "all-parties")
    assert "2027-10-11 22:00 to 2027-10-12 03:00; 2027-10-12 22:00 to 2027-10-13 03:00" in notice.text
    assert "350 to 20 degrees" in notice.text


def test_the_instance_has_the_windows_preference_azimuths_and_mass(session: Session) -> None:
    asked(session, Asked(("2027-10-11 22:00 to 2027-10-12 03:00",), (350, 20.5), landed_mass_kg=1500))
    (row,) = slots_document(session, FIRST, DAYS)["movements"]
    assert (row["id"], row["windows"], row["preferred"]) == (
        "C-0001/landing",
        [[10 * 1440 + 1320, 11 * 1440 + 180]],
        15720,
    )
    assert (row["azimuth_range_deg"], row["landed_mass_kg"]) == ([350, 20.5], 1500)
    (cut,) = slots_document(session, FIRST, 11)["movements"]  # ends at midnight
    assert cut["windows"] == [[15720, 15839]]
    assert slots_document(session, FIRST, 10)["movements"] == []


def test_amended_windows_take_the_place_of_those_before(session: Session) -> None:
    first = asked(session)
    second = landing_windows.ask(session, "C-0001", "landing", Asked(("2027-11-02",)), IND, LATER)
    assert (second.supersedes_id, last_record(session).act) == (first.id, "landing-windows-amended")
    assert windows_in_force(session) == {"C-0001/landing": second}
    assert session.get_one(LandingWindows, first.id).windows[0][0] == "2027-10-11T22:00:00Z"  # never edited


def test_withdrawn_windows_are_gone_and_their_slot_with_them(session: Session) -> None:
    confirmed(session)
    landing_windows.withdraw(session, "C-0001", "", "no launcher", IND, LATER)
    assert (windows_in_force(session), live_slots(session)) == ({}, {})
    slot = session.get_one(LandingSlot, 1)
    assert (slot.state, slot.reason) == ("WITHDRAWN", "no launcher")
    with pytest.raises(ConflictError, match="claim C-0001 asks for no windows of one phase; it asks for nothing"):
        landing_windows.withdraw(session, "C-0001", "", "again", IND, LATER)
    (row,) = slots_document(session, FIRST, DAYS)["movements"]  # any minute of its days again
    assert row["windows"] == [[14400, 17279]]


@pytest.mark.parametrize("prepare", [proposed, confirmed])
@pytest.mark.parametrize(
    ("windows", "azimuths", "state"),
    [
        ("2027-10-11 20:00 to 2027-10-12 01:00", (350, 20), None),  # it still fits
        ("2027-10-12", (350, 20), "ANOTHER"),
        ("2027-10-11", (300, 20), "ANOTHER"),  # another corridor than the one it was found for
    ],
)
def test_a_slot_stays_as_long_as_it_fits(session: Session, prepare, windows, azimuths, state) -> None:  # type: ignore[no-untyped-def]  # parameters
    prepare(session)
    before = session.get_one(LandingSlot, 1).state
    landing_windows.ask(session, "C-0001", "", Asked((windows,), azimuths), IND, LATER)
    assert session.get_one(LandingSlot, 1).state == (state or before)
    assert ("landing_slots" in last_record(session).content["rows"]) == (state is not None)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"windows": ()}, "windows: there is none; write for example"),
        ({"windows": ("soon",)}, "windows: line 1, 'soon': it is no window"),
        ({"windows": ("2027-02-29",)}, "windows: line 1, '2027-02-29': 2027-02-29 is no day"),
        ({"windows": ("2027-10-11 25:00 to 2027-10-12 03:00",)}, "25:00 is no hour; write 00:00 to 23:59"),
        ({"windows": ("2027-10-12 to 2027-10-11",)}, "its last day comes before its first"),
        ({"windows": ("2027-10-12 03:00 to 2027-10-11 22:00",)}, "it ends before it begins"),
        ({"windows": ("2027-09-01",)}, "windows: 2027-09-01 00:00 to 2027-09-01 23:59 is over; ask for a time to come"),
        ({"windows": ("2027-10-10 23:59 to 2027-10-11 03:00",)}, "is outside the term, 2027-10-11 to 2035-12-27"),
        ({"windows": ("2035-12-27 to 2035-12-28",)}, "is outside the term, 2027-10-11 to 2035-12-27"),
        ({"azimuths": (0, 360)}, "azimuths: 0 to 360 is out of range; give two degrees from 0 to below 360"),
        ({"azimuths": (-1, 20)}, "azimuths: -1 to 20 is out of range"),
        ({"azimuths": (float("nan"), 20)}, "azimuths: nan to 20 is out of range"),
        ({"preferred": datetime(2027, 10, 11, 12, tzinfo=UTC)}, "preferred: 2027-10-11T12:00:00Z lies in no window"),
        ({"landed_mass_kg": 2001}, "landed_mass_kg: 2001 is out of range; the zone was sized for 2000 kg"),
        ({"landed_mass_kg": 0}, "landed_mass_kg: 0 is out of range"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_name(register: Session, changes: dict, wanted: str) -> None:
    life_cases.recorded(register)
    given = {"windows": NIGHTS.windows, "azimuths": None} | changes
    with pytest.raises(ValidationError) as refused:
        landing_windows.ask(register, "C-0001", "", Asked(**given), IND, AT)
    assert any(wanted in fault for fault in refused.value.faults), refused.value.faults
    assert register.query(LandingWindows).count() == 0


def test_all_faults_are_told_at_once(register: Session) -> None:
    life_cases.recorded(register)
    wrong = Asked(("soon", "2027-09-01"), (400, 20), None, -1)
    with pytest.raises(ValidationError) as refused:
        landing_windows.ask(register, "C-0001", "", wrong, IND, AT)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == [
        "windows",
        "windows",
        "azimuths",
        "landed_mass_kg",
    ]


def test_unknown_claims_phases_and_foreign_parties_are_refused(register: Session) -> None:
    life_cases.recorded(register)
    with pytest.raises(NotFoundError, match="there is no claim C-9999"):
        landing_windows.ask(register, "C-9999", "", NIGHTS, IND, AT)
    with pytest.raises(ValidationError, match="phase: 'ascent' is no landing or ascent of claim C-0001; use landing"):
        landing_windows.ask(register, "C-0001", "ascent", NIGHTS, IND, AT)
    with pytest.raises(NotAllowedError, match="a delegate acts for the own party only"):
        landing_windows.ask(register, "C-0001", "", NIGHTS, JPN, AT)


def test_without_an_entry_or_an_offer_nothing_can_be_asked_for(register: Session) -> None:
    life_cases.recorded(register)
    register.get_one(Claim, "C-0002").state = "READY"
    with pytest.raises(ConflictError, match="claim C-0002 is READY and has no landing or ascent ahead"):
        landing_windows.ask(register, "C-0002", "", NIGHTS, JPN, AT)


def test_an_allotment_on_offer_can_ask_and_keeps_what_it_asked_for_as_an_entry(register: Session) -> None:
    phases = [
        make.phase(name="landing", days=2, method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False}),
        make.phase(offset=2),
    ]
    rival = make.two_rivals()[1]
    offered = make.claim_document("alpha", "IND", placements=[make.placement(1, phases=phases)])
    make.adopted_round(register, offered, rival)
    before = make.utc("2027-09-26")
    assert slots_document(register, FIRST, 365)["movements"] == []  # on offer, and nothing asked for
    made = landing_windows.ask(register, "C-0001", "", Asked(("2027-10-12",)), IND, before)
    assert [row["id"] for row in slots_document(register, FIRST, 365)["movements"]] == ["C-0001/landing"]
    entering.accept(register, "C-0001", make.REGISTRAR, make.RECORDED)
    assert windows_in_force(register) == {"C-0001/landing": made}
    assert [row["id"] for row in slots_document(register, FIRST, 365)["movements"]] == ["C-0001/landing"]
