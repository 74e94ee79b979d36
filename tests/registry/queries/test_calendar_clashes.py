"""Clashes on the calendar: at the times preferred, at slots, and with the work and orbits of the newest proposal."""

from sqlalchemy.orm import Session

from registry.queries.calendar import calendar
from registry.services import landing_slots, landing_windows
from registry.services.landing_windows import Asked
from tests import factories as make
from tests.registry.commands.test_slots import two_landings
from tests.registry.services.slot_cases import AT, IND, JPN, PASSED, files

EVENING = Asked(("2027-10-11, 22:00 to 23:00",))
TEN = 10 * 1440 + 22 * 60


def clashes(session: Session) -> dict[str, list[str]]:
    """Rules and others by row; rows without a clash are left out."""
    return {row.uid: [f"{rule} {other}" for rule, other in row.clashes] for row in calendar(session) if row.clashes}


def test_two_who_prefer_the_same_minute_see_one_another(register: Session) -> None:
    two_landings(register)
    landing_windows.ask(register, "C-0001", "", EVENING, IND, AT)
    assert clashes(register) == {}  # the other has not asked for anything yet
    landing_windows.ask(register, "C-0002", "", EVENING, JPN, AT)
    assert clashes(register) == {
        "C-0001/landing/window/1": ["S2 C-0002/landing", "S3 C-0002/landing", "S4 C-0002/landing"],
        "C-0002/landing/window/1": ["S2 C-0001/landing", "S3 C-0001/landing", "S4 C-0001/landing"],
    }


def test_work_and_orbits_of_the_newest_proposal_count_from_its_own_first_day(register: Session) -> None:
    two_landings(register)
    landing_windows.ask(register, "C-0001", "", EVENING, IND, AT)
    site = {"type": "Point", "coordinates": [10_400, 10_000]}
    others = {
        "operations": [{"id": "Q-1", "activity": "seismic-quiet", "site": site, "times": [[TEN - 5, TEN + 5]]}],
        "orbiters": [
            {"id": "O-1", "altitude_km": 100, "inclination_deg": 90, "south_at_s": 60 * TEN, "period_s": 7200},
            {"id": "O-2", "altitude_km": 400, "inclination_deg": 90, "south_at_s": 60 * TEN},
        ],
    }
    problem, answer = files(register, {"C-0002/landing": TEN + 2 * 1440}, instance=others)
    landing_slots.propose(register, problem, answer, PASSED, make.PLANNER, AT)  # as if the verifier had said nothing
    found = clashes(register)
    assert found["C-0001/landing/slot"] == ["S5 O-1", "S6 Q-1"]
    assert "S6 Q-1" not in found.get("C-0002/landing/slot", [])  # two days later
