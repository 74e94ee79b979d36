"""Windows and slots through the pages: asked for, amended, withdrawn, confirmed, given back; and faults at their fields."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import SYSTEM
from registry.domain.landing_slots import LandingSlot, LandingWindows
from registry.queries.slot_instances import windows_in_force
from registry.services import users
from tests import factories as make
from tests.registry.services import life_cases, slot_cases
from tests.registry.web.steps.test_path import JPN, PEOPLE, Office
from tests.registry.web.steps.test_refusals import errors

IND, HERE = make.DELEGATE, "/claims/C-0001"
NIGHTS = {"phase": "landing", "windows": "2027-10-11 to 2027-10-12, 22:00 to 03:00\r\n"}


def fill(session: Session) -> None:
    life_cases.recorded(session)
    for actor in PEOPLE:
        own = users.Credentials(None, f"token-of-{actor.name}")
        users.add_user(
            session, actor.name, actor.name, [actor.role], SYSTEM, make.ANNOUNCED, party=actor.party, credentials=own
        )


@pytest.fixture
def office(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(make_app(fill, second_factor="optional"), monkeypatch)
    made.at = slot_cases.AT
    return made


def asked(office: Office) -> list[LandingWindows]:
    with db.reading(office.engine) as session:
        return list(windows_in_force(session).values())


def state(office: Office) -> str:
    with db.reading(office.engine) as session:
        return session.get_one(LandingSlot, 1).state


def propose(office: Office) -> None:
    with db.unit_of_work(office.engine) as session:
        slot_cases.propose(session)


def test_windows_are_asked_for_amended_confirmed_given_back_and_withdrawn(office: Office) -> None:
    assert f"{HERE}/windows" in office.links(IND, HERE)
    assert f"{HERE}/confirm-slot" not in office.links(IND, HERE)
    typed = {**NIGHTS, "azimuth_from": "350", "azimuth_to": "20,5", "preferred": "2027-10-11 23:30"}
    assert office.take(IND, f"{HERE}/windows", **typed) == (303, HERE)
    page = office.see(IND, f"{HERE}/windows")
    for shown in ("2027-10-11 22:00 to 2027-10-12 03:00", 'value="350"', 'value="20.5"', "2027-10-11T23:30:00Z"):
        assert shown in page
    propose(office)
    assert {f"{HERE}/confirm-slot", f"{HERE}/another-slot"} <= set(office.links(IND, HERE))
    assert "Slot 1: landing, 2027-10-11 23:30 UTC" in office.see(IND, f"{HERE}/confirm-slot")
    assert office.take(IND, f"{HERE}/confirm-slot", slot="1") == (303, HERE)
    assert state(office) == "CONFIRMED"
    assert office.take(IND, f"{HERE}/another-slot", slot="1", reason="")[0] == 422
    assert office.take(IND, f"{HERE}/another-slot", slot="1", reason="the crew sleeps") == (303, HERE)
    assert state(office) == "ANOTHER"
    assert office.take(IND, f"{HERE}/withdraw-windows", phase="landing", reason="no launcher") == (303, HERE)
    assert asked(office) == []


def test_each_fault_stands_at_its_field(office: Office) -> None:
    typed = {"phase": "landing", "windows": "soon", "azimuth_from": "x", "azimuth_to": "20", "landed_mass_kg": "3000"}
    code, page = office.take(IND, f"{HERE}/windows", **typed)
    assert (code, errors(page)) == (422, [("azimuth_from", "This is no number. Write for example 350 or 12.5.")])
    code, page = office.take(IND, f"{HERE}/windows", **{**typed, "azimuth_from": "400"})
    told = dict(errors(page))
    assert set(told) == {"windows", "azimuth_from", "landed_mass_kg"}
    assert told["azimuth_from"].startswith("400 to 20 is out of range")
    assert told["landed_mass_kg"].startswith("3000 is out of range; the zone was sized for 2000 kg")
    assert dict(errors(office.take(IND, f"{HERE}/windows", **{**NIGHTS, "azimuth_from": "10"})[1])) == {
        "azimuth_to": "Give both azimuths, or none."
    }
    assert errors(office.take(IND, f"{HERE}/windows", phase="hop", windows="2027-10-11")[1])[0][0] == "phase"
    assert asked(office) == []


def test_a_foreign_party_and_an_unknown_slot_are_refused(office: Office) -> None:
    office.take(IND, f"{HERE}/windows", **NIGHTS)
    propose(office)
    for name in ("windows", "withdraw-windows", "confirm-slot", "another-slot"):
        assert office.take(JPN, f"{HERE}/{name}", slot="1", reason="ours", **NIGHTS)[0] == 403
    for number in ("9", "", "x", "1" * 30):
        assert office.take(IND, f"{HERE}/confirm-slot", slot=number)[0] == 422
    assert state(office) == "PROPOSED"
    assert f"{HERE}/confirm-slot" not in office.links(JPN, HERE)
