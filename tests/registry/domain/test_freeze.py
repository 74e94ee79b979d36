"""Freezing is a pure function of its rows, whatever their order; places become placements."""

import pytest

from registry.domain.freeze import FeaturePlace, FreezeError, ReadyClaim, ReadyPlacement, RegionPlace, freeze
from solver.canonical import canonical
from solver.geometry import footprint
from tests.factories import policy, square

RIDGE = RegionPlace("ridge", square(8000, 8000, 8000))
CRATER = FeaturePlace("crater", -89.0, 0.0, 10000.0)  # centre at (0, 30 324) on the map
GROUPS = {"IND": ["ilrs", "artemis-accords"], "JPN": []}


def ready(claim_id: str, x: float, y: float, party: str = "IND", rank: int = 1) -> ReadyClaim:
    point = {"type": "Point", "coordinates": [x, y]}
    row = ReadyPlacement(rank, point, 0, 200, (("operation", 0, 100, 200),))
    return ReadyClaim(claim_id, {party: 100}, "ISRO", "AGENCY", "2027-02-01T10:00:00Z", (row,))


def test_the_order_of_rows_changes_nothing() -> None:
    claims = [ready("C-0002", 10000, 10000, "JPN"), ready("C-0001", 0, 30000)]
    one = freeze("R", policy(), claims, GROUPS, [RIDGE, CRATER])
    other = freeze("R", policy(), claims[::-1], GROUPS, [CRATER, RIDGE])
    assert canonical(one) == canonical(other)
    assert [claim["id"] for claim in one["claims"]] == ["C-0001", "C-0002"]


def test_parties_are_the_credited_ones_with_their_groups_in_order() -> None:
    found = freeze("R", policy(), [ready("C-0001", 0, 0)], GROUPS, [RIDGE, CRATER])["parties"]
    assert found == [{"id": "IND", "groups": ["artemis-accords", "ilrs"]}]


def test_caps_and_reserves_are_expanded_by_place() -> None:
    claims = [ready("C-0001", 10000, 10000), ready("C-0002", 0, 30000), ready("C-0003", 0, 0)]
    found = freeze("R", policy(), claims, GROUPS, [RIDGE, CRATER])
    assert found["caps"][0]["placements"] == ["C-0001/1"]
    assert found["reserves"][0]["placements"] == ["C-0001/1", "C-0002/1"]


@pytest.mark.parametrize(
    ("place", "x", "y", "held"),
    [
        (RIDGE, 8000, 8000, True),
        (RIDGE, 7999.9, 8000, False),
        (CRATER, 0, 30325, True),
        (CRATER, 0, 20400, True),
        (CRATER, 0, 20200, False),
        (FeaturePlace("point", -89.0, 0.0, None), 0, 30325, False),
    ],
)
def test_a_place_holds_what_meets_the_region_or_lies_in_the_circle(
    place: RegionPlace | FeaturePlace, x: float, y: float, held: bool
) -> None:
    assert place.holds(footprint({"type": "Point", "coordinates": [x, y]})) is held


def test_a_footprint_that_sticks_out_of_the_circle_is_not_in_it() -> None:
    line = footprint({"type": "LineString", "coordinates": [[0, 30325], [0, 50000]]})
    assert not CRATER.holds(line)
    assert RIDGE.holds(footprint({"type": "LineString", "coordinates": [[0, 10000], [10000, 10000]]}))


def test_points_come_from_the_rank() -> None:
    found = freeze("R", policy(), [ready("C-0001", 0, 0, rank=2)], GROUPS, [RIDGE, CRATER])
    assert found["claims"][0]["placements"][0]["points"] == 70


def test_unknown_places_and_ranks_are_told_at_once() -> None:
    with pytest.raises(FreezeError) as caught:
        freeze("R", policy(), [ready("C-0001", 0, 0, rank=4)], GROUPS, [RIDGE])
    assert caught.value.reasons == (
        "reserves ilrs-room names the place crater, which is not in the register",
        "claim C-0001 has a placement of rank 4, for which the policy has no points",
    )
