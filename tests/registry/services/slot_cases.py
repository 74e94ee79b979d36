"""Windows and slots in the matrix of role and operation, and registers with landings to slot.

Solutions are written by hand here: what the solver gives is for the tests of the whole path.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.landing_slots import LandingWindows, SlotProposal
from registry.queries.slot_instances import slots_document
from registry.services import entering, landing_slots, landing_windows
from registry.services.landing_windows import Asked
from registry.services.proposing import Verification
from solver.traffic.instance_file import parse_slots_instance
from solver.traffic.methods import versions
from tests import factories as make
from tests.registry.services import life_cases

IND = Actor("delegate@example.org", "delegate", "IND")
JPN = Actor("other@example.org", "delegate", "JPN")
AT = make.utc("2027-09-28")  # after the entry was recorded, before it begins on 2027-10-11
FIRST, DAYS = date(2027, 10, 1), 30
NIGHTS = Asked(("2027-10-11 to 2027-10-12, 22:00 to 03:00",), (350, 20), make.utc("2027-10-11T23:30:00Z"))
PASSED = Verification(checks=("heading", "S1 to S7"), verifier="solver slots verify")


def asked(session: Session, more: Asked = NIGHTS) -> LandingWindows:
    """India's C-0001 with an entry, and windows asked for on its first two nights."""
    life_cases.recorded(session)
    return landing_windows.ask(session, "C-0001", "", more, IND, AT)


def landing_and_ascent(session: Session) -> None:
    """India's C-0001 with an entry: a landing on two days from 2027-10-11, and an ascent on the two days after ten."""
    plume = {"method": "landing-plume", "inputs": {"landed_mass_kg": 2000, "built_pad": False}, "days": 2}
    phases = [
        make.phase(name="landing", **plume),
        make.phase(offset=2, days=8),
        make.phase(name="ascent", offset=10, **plume),
    ]
    site = make.placement(1, phases=phases)
    documents = [make.claim_document("alpha", "IND", placements=[site]), make.two_rivals()[1]]
    make.adopted_round(session, *documents, timers=life_cases.TIMERS, horizon_days=3650)
    entering.accept(session, "C-0001", make.REGISTRAR, make.RECORDED)


def files(session: Session, times: Mapping[str, int] | None = None, **changes: Any) -> tuple[bytes, bytes]:
    """The instance of October 2027 and an answer to it: each movement at its minute (left out: as it prefers)."""
    document = slots_document(session, FIRST, DAYS) | changes.pop("instance", {})
    problem = parse_slots_instance(json.dumps(document).encode())
    chosen = {row.id: row.preferred if row.slot is None else row.slot for row in problem.movements} | dict(times or {})
    slots = [{"movement": name, "at": at, "precision": "minute"} for name, at in sorted(chosen.items())]
    answer = {
        "format": "lunar-slots-solution/1", "instance_sha256": problem.sha256, "seed": problem.sha256, "status": "OPTIMAL",
        "slots": slots, "stages": [], "unserved": [], "why": [], "methods": versions(), "run": {},
    }  # fmt: skip
    return json.dumps(document).encode(), json.dumps(answer | changes).encode()


def propose(session: Session, actor: Actor = make.PLANNER, at: datetime = AT, **how: Any) -> SlotProposal:
    """A proposal of what `files` give."""
    return landing_slots.propose(session, *files(session, **how), PASSED, actor, at)


def proposed(session: Session) -> SlotProposal:
    """With slot 1 for India's landing, on 2027-10-11 at 23:30."""
    asked(session)
    return propose(session)


def confirmed(session: Session) -> SlotProposal:
    """With that slot confirmed."""
    made = proposed(session)
    landing_slots.confirm(session, 1, IND, AT)
    return made


SLOTS: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "landing_slots.another": (
        proposed, AT, lambda s, who, at: landing_slots.another(s, 1, "the crew sleeps", who, at),
    ),
    "landing_slots.confirm": (proposed, AT, lambda s, who, at: landing_slots.confirm(s, 1, who, at)),
    "landing_slots.propose": (
        proposed, AT, lambda s, who, at: landing_slots.propose(s, *files(s), PASSED, who, at),
    ),
    "landing_windows.ask": (
        life_cases.recorded, AT, lambda s, who, at: landing_windows.ask(s, "C-0001", "", NIGHTS, who, at),
    ),
    "landing_windows.withdraw": (
        asked, AT, lambda s, who, at: landing_windows.withdraw(s, "C-0001", "", "no launcher", who, at),
    ),
}  # fmt: skip
