"""Cases of the operations in the life of an entry, in the form of cases.py, and the register that they start from."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.entries import Entry
from registry.queries.due import Due, due_at
from registry.services import (
    confirming,
    entering,
    extending,
    milestones,
    relinquishing,
    suspending,
    timers,
    using,
    zone_requests,
)
from registry.services.evidence import Report
from tests import factories as make

SHA256 = "ab" * 32
# Those of round 2027-1, as far as entries have to do with them.
TIMERS: dict[str, Any] = {
    **make.policy()["timers"],
    "contract": {"value": 12, "unit": "months"},
    "launch_contract": {"value": 24, "unit": "months"},
    "licence": {"value": 36, "unit": "months"},
    "landing": {"value": 60, "unit": "months"},
    "confirmation": {"value": 12, "unit": "months"},
    "confirmation_grace": {"value": 60, "unit": "days"},
    "suspension": {"value": 12, "unit": "months"},
    "shrink": {"value": 60, "unit": "months"},
}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[10000, 10000], [10400, 10000], [10400, 10400], [10000, 10400], [10000, 10000]]],
}
QUARTER = {
    "type": "Polygon",
    "coordinates": [[[10000, 10000], [10200, 10000], [10200, 10200], [10000, 10200], [10000, 10000]]],
}
LANDED, USED, NEXT_YEAR = date(2027, 10, 12), make.utc("2027-10-20"), make.utc("2028-10-20")
DAYS = 3000  # of the operation; the horizon of these rounds is longer


def report(happened_on: date = LANDED, text: str = "As planned.", **changes: Any) -> Report:
    return Report(happened_on, text, **({"sha256": SHA256} | changes))


def recorded(session: Session, footprint: dict[str, Any] | None = None, days: int = DAYS, **changes: Any) -> Entry:
    """India's claim C-0001 with an entry from 2027-10-11 on: a landing of two days, then the operation."""
    phases = [
        make.phase(name="landing", days=2, method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False}),
        make.phase(offset=2, days=days - 2),
    ]
    site = make.placement(1, phases=phases, **({"footprint": footprint} if footprint else {}))
    documents = [make.claim_document("alpha", "IND", placements=[site], term_days=days), make.two_rivals()[1]]
    make.adopted_round(session, *documents, **({"timers": TIMERS, "horizon_days": 3650} | changes))
    return entering.accept(session, "C-0001", make.REGISTRAR, make.RECORDED)


def in_use(session: Session, footprint: dict[str, Any] | None = None, **changes: Any) -> Entry:
    recorded(session, footprint, **changes)
    return using.bring_into_use(session, "C-0001", (10000, 10000), report(), make.REGISTRAR, USED)


def an_area_in_use(session: Session) -> Entry:
    return in_use(session, SQUARE)


def asked(session: Session) -> None:
    in_use(session)
    days = (date(2027, 12, 1), date(2027, 12, 2))
    zone_requests.announce(session, "C-0001", "JPN", "A rover passes.", days, make.REGISTRAR, USED)


def first_due(session: Session, at: datetime, what: str = "duty-missed") -> Due:
    return next(row for row in due_at(session, at) if row.what == what)


PASSING = (date(2028, 11, 1), date(2028, 11, 2))
SOON = make.utc("2027-10-25")
MISSED = make.utc("2028-10-01")

LIFE: dict[str, tuple[Callable[[Session], Any], datetime | None, Callable[[Session, Actor, datetime], Any]]] = {
    "confirming.confirm": (
        in_use, NEXT_YEAR, lambda s, who, at: confirming.confirm(s, "C-0001", report(), who, at),
    ),
    "extending.extend": (
        recorded, SOON,
        lambda s, who, at: extending.extend(s, "C-0001", "contract", "force-majeure", 6, report(), who, at),
    ),
    "milestones.show": (
        recorded, SOON, lambda s, who, at: milestones.show(s, "C-0001", "contract", report(), who, at),
    ),
    "relinquishing.demonstrate": (
        an_area_in_use, NEXT_YEAR,
        lambda s, who, at: relinquishing.demonstrate(s, "C-0001", QUARTER, report(), who, at),
    ),
    "relinquishing.end": (
        in_use, NEXT_YEAR, lambda s, who, at: relinquishing.end(s, "C-0001", "A lander stays.", report(), who, at),
    ),
    "suspending.suspend": (
        in_use, NEXT_YEAR, lambda s, who, at: suspending.suspend(s, "C-0001", "No money.", who, at),
    ),
    "timers.do": (
        recorded, MISSED, lambda s, who, at: timers.do(s, first_due(s, MISSED), who, at),
    ),
    "using.bring_into_use": (
        recorded, USED, lambda s, who, at: using.bring_into_use(s, "C-0001", (10000, 10000), report(), who, at),
    ),
    "zone_requests.announce": (
        in_use, NEXT_YEAR,
        lambda s, who, at: zone_requests.announce(s, "C-0001", "IND", "A rover passes.", PASSING, who, at),
    ),
    "zone_requests.answer": (
        asked, NEXT_YEAR, lambda s, who, at: zone_requests.answer(s, 1, "Pass to the north.", who, at),
    ),
    "zone_requests.ask_basis": (
        in_use, NEXT_YEAR, lambda s, who, at: zone_requests.ask_basis(s, "C-0001", "IND", 2, "Why so wide?", who, at),
    ),
}  # fmt: skip
