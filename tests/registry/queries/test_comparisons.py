"""Two solutions of a round side by side: every kind of change, points, and measures."""

from sqlalchemy.orm import Session

from registry.domain.decisions import Draw
from registry.queries import comparisons
from registry.services import proposing
from tests import factories as make


def allotment(claim: str, placement: int, start: int) -> dict[str, object]:
    return {"claim": claim, "placement": f"{claim}/{placement}", "start": start, "zones": []}


def trial(session: Session, drawn: Draw, allotments: list[dict[str, object]], **changes: object) -> int:
    document = make.solution(drawn, allotments=allotments, **changes)
    return proposing.keep_trial(session, make.ROUND, document, make.PASSED, make.PLANNER, make.PROPOSED).id


def test_who_gains_loses_moves_and_shifts_is_told(session: Session) -> None:
    drawn = make.drawn_round(session)
    one = trial(session, drawn, [allotment("C-0001", 1, 10), allotment("C-0002", 1, 5)])
    shifted = trial(session, drawn, [allotment("C-0001", 1, 11), allotment("C-0002", 1, 5)])
    moved = trial(session, drawn, [allotment("C-0001", 2, 10)], seed="00")
    found = comparisons.compare(session, make.ROUND, one, shifted)
    assert found is not None
    assert [(row.claim, row.what, row.name) for row in found.changes] == [("C-0001", "shifted", "Claim alpha")]
    assert found.unchanged == 1
    found = comparisons.compare(session, make.ROUND, one, moved)
    assert found is not None
    assert [(row.claim, row.what) for row in found.changes] == [("C-0001", "moved"), ("C-0002", "lost")]
    assert (found.first.is_drawn_seed, found.second.is_drawn_seed) == (True, False)
    back = comparisons.compare(session, make.ROUND, moved, one)
    assert back is not None
    assert [row.what for row in back.changes] == ["moved", "gained"]


def test_points_are_in_the_order_of_what_is_gained(session: Session) -> None:
    drawn = make.drawn_round(session)
    one = trial(session, drawn, [], parties={"IND": 100, "JPN": 0})
    other = trial(session, drawn, [], parties={"IND": 70, "JPN": 12.5})
    found = comparisons.compare(session, make.ROUND, one, other)
    assert found is not None
    assert [(row.party, row.difference) for row in found.parties] == [("JPN", 12.5), ("IND", -30)]


def test_what_is_not_of_the_round_is_not_compared(session: Session) -> None:
    drawn = make.drawn_round(session)
    one = trial(session, drawn, [])
    assert comparisons.compare(session, make.ROUND, one, one + 1) is None
    assert comparisons.compare(session, "2099-1", one, one) is None
    assert [side.id for side in comparisons.sides(session, make.ROUND)] == [one]
