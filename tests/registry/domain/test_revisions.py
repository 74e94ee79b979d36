"""Two revisions side by side: each field that differs, and each placement on the ground and in time."""

from typing import Any

import pytest

from registry.domain.revisions import Change, Comparison, PhaseVersion, PlacementVersion, Version, compare
from solver import geometry
from tests import factories as make

POINT = {"type": "Point", "coordinates": [10000, 10000]}


def version(number: int = 1, *placements: PlacementVersion, **changes: Any) -> Version:
    return Version(number, make.claim_document(**changes), placements or (placement(),))


def placement(rank: int = 1, footprint: dict[str, Any] = POINT, **changes: Any) -> PlacementVersion:
    row = {"place": "ridge", "name": "choice", "first_day": 0, "last_day": 200, "phases": (phase(),), **changes}
    return PlacementVersion(rank=rank, footprint=footprint, **row)


def phase(**changes: Any) -> PhaseVersion:
    row = {
        "name": "operation", "offset_days": 0, "days": 100, "method": "static-science", "method_version": "1",
        "inputs": {"anomaly": False}, "keep_out_m": 200,
    }  # fmt: skip
    return PhaseVersion(**{**row, **changes})


def compared(before: PlacementVersion, after: PlacementVersion) -> Comparison:
    return compare(version(1, before), version(2, after))


def test_equal_revisions_differ_in_nothing() -> None:
    found = compare(version(1), version(2))
    assert (found.is_same, found.fields, found.before, found.after) == (True, (), 1, 2)
    assert [(row.rank, row.kind, row.moved_m, row.area_km2) for row in found.placements] == [(1, "same", 0, None)]


def test_fields_are_compared_one_by_one_inside_objects_too() -> None:
    changed = version(
        2, name="Better", credit={"IND": 50, "JPN": 50},
        authorisation={"party": "IND", "reference": "L-2"},
    )  # fmt: skip
    assert compare(version(1), changed).fields == (
        Change("authorisation.reference", "L-1", "L-2"),
        Change("credit.IND", 100, 50),
        Change("credit.JPN", None, 50),
        Change("name", "Claim alpha", "Better"),
    )


def test_a_list_is_compared_whole_and_a_field_that_goes_is_named() -> None:
    before = version(1, basis="invented", launching_parties=["IND"])
    after = version(2, launching_parties=["IND", "JPN"])
    del after.content["basis"]  # type: ignore[attr-defined]
    assert compare(before, after).fields == (
        Change("basis", "invented", None),
        Change("launching_parties", ["IND"], ["IND", "JPN"]),
    )


def test_a_point_that_moved_says_how_far_on_the_ground() -> None:
    [row] = compared(placement(), placement(footprint={"type": "Point", "coordinates": [10300, 10400]})).placements
    assert row.changes == (Change("footprint.coordinates", [10000, 10000], [10300, 10400]),)
    assert (row.kind, row.area_km2) == ("changed", None)
    assert row.moved_m == geometry.point_distance_m((10000, 10000), (10300, 10400))
    assert round(row.moved_m or 0, 1) == 500.0


def test_a_polygon_that_was_shifted_says_which_ground_only_one_of_the_two_covers() -> None:
    """A square of 2 km by 2 km shifted by half a kilometre: half a kilometre by 2 km on either side."""
    [row] = compared(
        placement(footprint=make.square(0, 0, 2000)), placement(footprint=make.square(500, 0, 2000))
    ).placements
    assert row.area_km2 == pytest.approx(2.0, abs=1e-4)
    assert row.moved_m == pytest.approx(500, abs=0.1)


def test_a_point_that_became_a_polygon_gained_its_area() -> None:
    [row] = compared(placement(), placement(footprint=make.square(9500, 9500, 1000))).placements
    assert row.area_km2 == pytest.approx(1.0, abs=1e-3)
    assert [change.field for change in row.changes] == ["footprint.coordinates", "footprint.type"]


def test_the_window_and_the_place_are_named_when_they_change() -> None:
    [row] = compared(placement(), placement(first_day=10, last_day=90, place="crater")).placements
    assert row.changes == (Change("place", "ridge", "crater"), Change("start", [0, 200], [10, 90]))


def test_phases_and_keep_outs_are_compared_by_position() -> None:
    longer = placement(phases=(phase(days=120, keep_out_m=500, inputs={"anomaly": True}), phase(name="disposal")))
    [row] = compared(placement(), longer).placements
    assert row.changes[:3] == (
        Change("phases[0].days", 100, 120),
        Change("phases[0].inputs.anomaly", False, True),
        Change("phases[0].keep_out_m", 200, 500),
    )
    assert row.changes[3].field == "phases[1]"
    assert (row.changes[3].before, row.changes[3].after["name"]) == (None, "disposal")


def test_a_new_version_of_the_method_is_a_change_even_if_the_filing_is_the_same() -> None:
    [row] = compared(placement(), placement(phases=(phase(method_version="2", keep_out_m=250),))).placements
    assert row.changes == (
        Change("phases[0].keep_out_m", 200, 250),
        Change("phases[0].method", "static-science 1", "static-science 2"),
    )


def test_placements_that_came_and_went_are_named() -> None:
    found = compare(version(1, placement(1), placement(2)), version(2, placement(1), placement(3)))
    assert [(row.rank, row.kind) for row in found.placements] == [(1, "same"), (2, "removed"), (3, "added")]
    assert not found.is_same
