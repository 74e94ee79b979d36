"""Ten years of rounds, entries and timers: the register is consistent at the end, and its log is verified."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import db
from registry.audit.verifying import verify
from registry.domain.claims import Claim
from registry.domain.duties import Duty, DutyState
from registry.domain.entries import OVER, Entry, Zone, superseded
from registry.domain.evidence import Evidence
from registry.domain.zone_events import ZoneEvent
from registry.queries.due import due_at
from tests.drills.decade import Decade, date, instant

DECADE = (8,) * 16 + (18,) * 4


def faults(session: Session) -> list[str]:
    """What does not fit together in the register, in words."""
    found = [f"{row.table} {row.row} {row.column}" for row in verify(session).differences]
    standing = select(Entry).where(Entry.id.not_in(superseded()))
    entries = {row.claim_id: row for row in session.scalars(standing)}
    chains = session.scalar(select(func.count(func.distinct(Entry.claim_id))))
    found += [f"{chains} claims have entries, {len(entries)} one that stands"] if chains != len(entries) else []
    for claim in session.scalars(select(Claim)):
        entry = entries.get(claim.id)
        if entry is not None and entry.state != claim.state:
            found.append(f"{claim.id} is {claim.state}, its entry {entry.state}")
    over = [claim for claim, entry in entries.items() if entry.state in OVER]
    still = select(Duty.claim_id).where(Duty.state == DutyState.OPEN, Duty.claim_id.in_(over))
    found += [f"{claim} is over and has a duty" for claim in session.scalars(still)]
    return found + _zones(session, entries)


def _zones(session: Session, entries: dict[str, Entry]) -> list[str]:
    """Each zone is established at most once, and ended once with its entry if it was."""
    kinds: dict[tuple[str, int], list[str]] = {}
    for row in session.scalars(select(ZoneEvent).order_by(ZoneEvent.id)):
        kinds.setdefault((row.claim_id, row.position), []).append(row.kind)
    found = []
    for (claim, position), happened in kinds.items():
        rest = [kind for kind in happened if kind != "altered"]
        if rest not in (["established"], ["established", "ended"]):
            found.append(f"zone {position} of {claim}: {happened}")
        if entries[claim].state in OVER and rest[-1:] != ["ended"]:
            found.append(f"zone {position} of {claim} outlives its entry")
    late = select(Zone.id).join(Entry, Entry.id == Zone.entry_id).where(Zone.valid_until > Entry.valid_until)
    return found + [f"zone {row} outlives its entry's term" for row in session.scalars(late)]


def _engine(folder: Path) -> sa.Engine:
    engine = db.make_engine(f"sqlite:///{folder / 'registry.sqlite'}")
    db.Base.metadata.create_all(engine)
    return engine


def test_a_round_of_ten_claims_and_its_first_years_end_in_a_consistent_register(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    years = Decade(engine, (10,), crash_every=7)
    years.play(date(2029, 9, 1))
    with db.reading(engine) as session:
        assert faults(session) == []
        states = session.execute(select(Claim.state, func.count()).group_by(Claim.state).order_by(Claim.state)).all()
        assert [tuple(row) for row in states] == [("IN_USE", 7), ("LAPSED", 2), ("WITHDRAWN", 1)]
        assert due_at(session, instant(date(2029, 9, 1))) == ()
    assert years.done["crashes"] > 3
    engine.dispose()


@pytest.mark.slow
def test_ten_years_of_two_hundred_claims_end_in_a_consistent_register(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    years = Decade(engine, DECADE, crash_every=50)
    years.play(date(2039, 6, 1))
    with db.reading(engine) as session:
        assert faults(session) == []
        landings = select(func.count()).where(Evidence.kind == "landing")
        last = landings.where(Evidence.happened_on >= date(2036, 6, 1), Evidence.happened_on < date(2037, 6, 1))
        assert session.scalar(select(func.count(Claim.id))) == 200
        assert session.scalar(last) >= 30
    engine.dispose()
