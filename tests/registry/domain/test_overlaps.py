"""Placements that could conflict: at the last millimetre, at the last day, and as the solver sees them."""

import math
import random
from typing import Any

import pytest
from shapely.geometry import Point, Polygon

from registry.domain.overlaps import Overlap, Site, Stay, overlaps
from solver import conflicts, geometry
from solver.io import canonical, parse_instance

LONG = Stay(0, 100, 500)


def site(name: str, x: float = 0.0, days: tuple[int, int] = (0, 10), *stays: Stay) -> Site:
    return Site(name, Point(x, 0.0), *days, stays or (LONG,))


def test_an_overlap_names_both_placements_their_distance_and_the_larger_keep_out() -> None:
    near = site("b/1", 300.7, (0, 10), Stay(0, 100, 900))
    assert overlaps([site("a/1")], [near]) == [Overlap(("a/1", "b/1"), 300, 900)]
    assert overlaps([site("a/1")], [near])[0].content() == {
        "placements": ["a/1", "b/1"], "distance_m": 300, "keep_out_m": 900,
    }  # fmt: skip


@pytest.mark.parametrize(("ground_m", "count"), [(499.998, 1), (499.9995, 0), (500.0, 0), (0.0, 1)])
def test_a_millimetre_decides_as_it_does_in_the_allocation(ground_m: float, count: int) -> None:
    x = 2 * geometry.MOON_RADIUS_M * math.tan(ground_m / geometry.MOON_RADIUS_M / 2)
    assert len(overlaps([site("a/1")], [site("b/1", x)])) == count


@pytest.mark.parametrize(("ground_m", "count"), [(9_999.99, 1), (10_000.0, 0)])
def test_at_the_rim_of_the_area_the_ground_decides_and_not_the_longer_map(ground_m: float, count: int) -> None:
    """At 80 S 10 km of ground are up to 10 077 m of the map."""
    wide = Stay(0, 100, 10_000)
    lon_deg = math.degrees(ground_m / geometry.MOON_RADIUS_M / math.cos(math.radians(80)))
    # along the parallel the great circle is shorter than the arc by about a millimetre a kilometre
    chord_m = 2 * geometry.MOON_RADIUS_M * math.asin(math.cos(math.radians(80)) * math.sin(math.radians(lon_deg / 2)))
    at = [geometry.to_map(-80, lon) for lon in (0.0, lon_deg * ground_m / chord_m)]
    a, b = (Site(f"{name}/1", Point(*xy), 0, 10, (wide,)) for name, xy in zip("ab", at, strict=True))
    assert len(overlaps([a], [b])) == count


@pytest.mark.parametrize(("first_day", "count"), [(109, 1), (110, 0)])
def test_placements_without_a_common_day_do_not_overlap(first_day: int, count: int) -> None:
    """The first can be there from day 0 to day 109: it starts on day 10 at the latest and stays 100 days."""
    assert len(overlaps([site("a/1")], [site("b/1", 0.0, (first_day, 400))])) == count


def test_only_the_phases_that_can_meet_count() -> None:
    """The wide landing of the second is over before the first can start."""
    late = site("a/1", 0.0, (50, 60))
    early = site("b/1", 600.0, (0, 0), Stay(0, 10, 4000), Stay(10, 100, 500))
    assert overlaps([late], [early]) == []
    assert overlaps([site("a/1", 0.0, (5, 60))], [early]) == [Overlap(("a/1", "b/1"), 599, 4000)]


def test_a_placement_inside_a_polygon_is_at_no_distance() -> None:
    square = Site("b/1", Polygon([(-50, -50), (50, -50), (50, 50), (-50, 50)]), 0, 10, (LONG,))
    assert overlaps([site("a/1")], [square]) == [Overlap(("a/1", "b/1"), 0, 500)]


def test_overlaps_come_by_the_ids_of_both_placements() -> None:
    found = overlaps([site("a/2"), site("a/1")], [site("b/2"), site("b/1")])
    assert [row.placements for row in found] == [("a/1", "b/1"), ("a/1", "b/2"), ("a/2", "b/1"), ("a/2", "b/2")]


@pytest.mark.parametrize("seed", range(20))
def test_overlaps_are_the_pairs_that_the_allocation_will_keep_apart(seed: int) -> None:
    """The solver lists a pair if some difference of starts is forbidden; here those that windows allow remain."""
    rolls = random.Random(seed)
    placements = [placement(rolls, number) for number in range(12)]
    instance = parse_instance(canonical(instance_of(placements)))
    by_id = {row["id"]: row for row in placements}
    expected = {
        (row.a, row.b)
        for row in conflicts.separations(instance)
        if any(not row.permits(day) for day in differences(by_id[row.a], by_id[row.b]))
    }
    sites = [site_of(row) for row in placements]
    found = {pair.placements for i, one in enumerate(sites) for pair in overlaps([one], sites[i + 1 :])}
    assert {tuple(sorted(pair)) for pair in found} == expected
    assert 0 < len(expected) < 66


def placement(rolls: random.Random, number: int) -> dict[str, Any]:
    first = rolls.randrange(0, 60)
    offset = 0
    phases = []
    for name in ("landing", "operation"):
        days = rolls.randrange(1, 30)
        phases.append({"name": name, "offset": offset, "days": days, "keep_out_m": rolls.randrange(100, 3000)})
        offset += days
    return {
        "id": f"C-{number:02}/1", "points": 100, "start": [first, first + rolls.randrange(0, 20)], "phases": phases,
        "footprint": {"type": "Point", "coordinates": [rolls.randrange(0, 4000), rolls.randrange(0, 4000)]},
    }  # fmt: skip


def instance_of(placements: list[dict[str, Any]]) -> dict[str, Any]:
    claims = [{"id": row["id"][:4], "credit": {"IND": 100}, "placements": [row]} for row in placements]
    return {
        "format": "lunar-allocation-instance/1", "id": "t", "crs": geometry.MAP_CRS, "epoch": "2027-10-01",
        "horizon_days": 1000, "parties": [{"id": "IND", "groups": []}], "claims": claims,
        "policy": {"rule": "equal-footing"},
    }  # fmt: skip


def differences(a: dict[str, Any], b: dict[str, Any]) -> range:
    return range(b["start"][0] - a["start"][1], b["start"][1] - a["start"][0] + 1)


def site_of(row: dict[str, Any]) -> Site:
    stays = tuple(Stay(phase["offset"], phase["days"], phase["keep_out_m"]) for phase in row["phases"])
    return Site(row["id"], geometry.footprint(row["footprint"]), *row["start"], stays)
