"""Candidates: what passes, how it is scored, that places lie apart, and the files they become."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from solver.fields import InputError
from solver.geometry import point_distance_m
from solver.io import dump, parse_instance
from solver.terrain.candidates import Candidate, Wish, candidates, default_wish, figures_at
from solver.terrain.grid import Grid, Origin
from solver.terrain.tables import (
    Table,
    csv_bytes,
    instance_of,
    into_claim,
    points_of_rank,
    read_csv,
    write_csv,
    write_geopackage,
)

WISH = Wish({"slope_deg": 8.0, "light_percent": 50.0, "earth_percent": 25.0, "shadow_m": 10_000.0},
            {"slope_deg": 20, "light_percent": 50, "earth_percent": 15, "shadow_m": 15}, area_km2=0.0, spacing_m=1000.0, count=5)  # fmt: skip


def grid(values: object) -> Grid:
    return Grid(np.asarray(values, dtype=np.float32), -2000.0, 2000.0, 200.0, Origin("LOLA", "public domain", 200.0))


def field(value: float, **cells: float) -> Grid:
    """20 x 20 cells of one value; `r3_c5=9` sets a cell."""
    values = np.full((20, 20), value, np.float32)
    for name, found in cells.items():
        row, column = (int(part[1:]) for part in name.split("_"))
        values[row, column] = found
    return grid(values)


HEIGHTS = field(100.0)


def test_a_place_must_meet_every_threshold_and_holes_meet_none() -> None:
    light = field(40.0, r3_c5=60, r8_c8=50, r9_c9=70, r1_c1=90)
    slope = field(2.0, r9_c9=8.5, r1_c1=float("nan"))
    found = candidates(HEIGHTS, {"light_percent": light, "slope_deg": slope}, WISH)
    assert {(row.x_m, row.y_m) for row in found} == {HEIGHTS.centre(3, 5), HEIGHTS.centre(8, 8)}


def test_the_score_is_the_weighted_mean_of_the_way_from_threshold_to_best() -> None:
    light, slope = field(40.0, r3_c5=75), field(2.0)
    (place,) = candidates(HEIGHTS, {"light_percent": light, "slope_deg": slope}, WISH)
    assert place.score == round(100 * (50 * 0.5 + 20 * 0.75) / 70, 1) == 57.1
    assert place.figures == {"slope_deg": 2.0, "light_percent": 75.0}


def test_places_keep_the_spacing_and_are_spread_further_if_that_costs_little() -> None:
    light = field(60.0, r0_c0=90, r0_c6=89, r19_c19=88)
    found = candidates(HEIGHTS, {"light_percent": light}, WISH)
    assert [HEIGHTS.cell(row.x_m, row.y_m) for row in found[:2]] == [(0, 0), (19, 19)]
    apart = [point_distance_m((a.x_m, a.y_m), (b.x_m, b.y_m)) for a in found for b in found if a.id < b.id]
    assert len(found) == 5 and min(apart) >= 1000
    assert [row.id for row in found] == ["S-001", "S-002", "S-003", "S-004", "S-005"]


def test_a_patch_must_be_large_enough_and_hangs_together_by_sides_alone() -> None:
    light = field(40.0, r2_c2=60, r2_c3=60, r3_c2=60, r10_c10=99, r11_c11=99)
    wish = Wish(WISH.limits, WISH.weights, area_km2=0.1, spacing_m=150.0, count=9)
    found = candidates(HEIGHTS, {"light_percent": light}, wish)
    assert {HEIGHTS.cell(row.x_m, row.y_m) for row in found} == {(2, 2), (2, 3), (3, 2)}
    assert found[0].area_km2 == pytest.approx(0.12, rel=1e-4)


def test_the_same_layers_give_the_same_places_and_equals_go_to_the_upper_left() -> None:
    layers = {"light_percent": field(60.0)}
    one, other = candidates(HEIGHTS, layers, WISH), candidates(HEIGHTS, layers, WISH)
    assert one == other
    assert HEIGHTS.cell(one[0].x_m, one[0].y_m) == (0, 0)


def test_figures_of_given_points_are_told_whether_they_pass_or_not() -> None:
    light = field(40.0, r3_c5=75)
    found = figures_at(HEIGHTS, {"light_percent": light}, WISH, {"here": (-1000.0, 1300.0), "there": (0.0, 0.0)})
    assert [(row.id, row.figures["light_percent"], row.area_km2 > 0) for row in found] == [
        ("here", 75.0, True),
        ("there", 40.0, False),
    ]
    with pytest.raises(InputError, match=r"far: \(9000, 0\) is not on the ground read"):
        figures_at(HEIGHTS, {"light_percent": light}, WISH, {"far": (9000.0, 0.0)})


def test_layers_that_do_not_fit_are_all_named() -> None:
    other = Grid(np.zeros((5, 5), np.float32), 0, 0, 200.0)
    with pytest.raises(InputError) as refused:
        candidates(HEIGHTS, {"wind": HEIGHTS, "slope_deg": other}, WISH)
    assert [fault.path for fault in refused.value.faults] == ["wind", "slope_deg"]
    with pytest.raises(InputError, match="there is none to choose by"):
        candidates(HEIGHTS, {}, WISH)


def test_thresholds_have_defaults_with_a_source_and_options_in_their_place() -> None:
    wish = default_wish(slope_deg=5.0, light_percent=None)
    assert (wish.limits["slope_deg"], wish.limits["light_percent"], wish.area_km2) == (5.0, 50.0, 0.1)


# ---- files ----------------------------------------------------------------------------------------------------------


def table(count: int = 3) -> Table:
    places = [
        Candidate(f"S-{n:03d}", 1000.0 * n, -500.0, 70.25 - n, 123.4, 0.5, {"slope_deg": 1.25, "light_percent": 80.04})
        for n in range(1, count + 1)
    ]
    return Table(places, 200.0, 2.0, Origin("LOLA", "public domain", 200.0, (), "measured", ("step",)))


def test_csv_states_cell_and_mast_and_leaves_out_what_was_not_asked() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_bytes(table()).decode())))
    assert rows[0] == {
        "id": "S-001", "x_m": "1000", "y_m": "-500", "lat_deg": "-89.96313", "lon_deg": "116.5651", "score": "69.2", "height_m": "123",
        "slope_deg": "1.2", "light_percent": "80", "earth_percent": "", "shadow_m": "", "area_km2": "0.5", "cell_m": "200", "mast_m": "2",
    }  # fmt: skip


def test_csv_is_read_back_and_bad_rows_are_named(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", table())
    assert [(row.id, row.x_m) for row in read_csv(tmp_path / "a.csv")] == [
        ("S-001", 1000.0),
        ("S-002", 2000.0),
        ("S-003", 3000.0),
    ]
    assert json.loads((tmp_path / "a.csv.json").read_text("utf-8"))["origin"]["source"] == "LOLA"
    (tmp_path / "b.csv").write_text("id,x_m,y_m\nS-1,near,4\n", "utf-8")
    with pytest.raises(InputError, match=r"b\.csv, line 2: x_m or y_m is no number; give map metres"):
        read_csv(tmp_path / "b.csv")


def test_a_geopackage_has_the_same_bytes_each_time_its_place_and_its_origin(tmp_path: Path) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(tmp_path / name, table())
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    info = pyogrio.read_info(tmp_path / "a.gpkg")
    assert (info["features"], info["geometry_type"], info["layer_name"]) == (3, "Point", "candidates")
    assert (info["layer_metadata"]["SOURCE"], info["layer_metadata"]["LICENCE"]) == ("LOLA", "public domain")
    assert info["total_bounds"] == (1000.0, -500.0, 3000.0, -500.0)
    assert "Moon" in info["crs"]


def test_points_fall_from_100_to_40_by_rank() -> None:
    assert [points_of_rank(n, 3) for n in range(3)] == [100, 70, 40]
    assert points_of_rank(0, 1) == 100


def test_placements_of_an_instance_are_dealt_in_turn_and_can_be_read() -> None:
    document = instance_of(table(6).candidates, "ridge", 2, 3, {"days": 100, "keep_out_m": 500, "last_start": 50})
    instance = parse_instance(dump(document))
    assert [[(p.id, p.points) for p in claim.placements] for claim in instance.claims] == [
        [("C-1/1", 100), ("C-1/2", 70), ("C-1/3", 40)],
        [("C-2/1", 100), ("C-2/2", 70), ("C-2/3", 40)],
    ]
    assert document["claims"][0]["placements"][1]["note"] == "S-003"


def test_placements_take_the_window_and_phases_of_the_claim_they_are_put_into() -> None:
    document = instance_of(table(6).candidates, "ridge", 2, 3, {"days": 100, "keep_out_m": 500, "last_start": 50})
    changed = into_claim(document, "C-2", table(2).candidates, 2)
    placements = changed["claims"][1]["placements"]
    assert [(row["id"], row["points"], row["start"], row["footprint"]["coordinates"]) for row in placements] == [
        ("C-2/1", 100, [0, 50], [1000.0, -500.0]),
        ("C-2/2", 40, [0, 50], [2000.0, -500.0]),
    ]
    assert changed["claims"][0] == document["claims"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "--claim: 'C-9' is not in the instance"),
        ({"in_force": {"placement": "C-9/1", "start": 0}}, "--claim: C-9 is in force, its placement stays"),
        (
            {"caps": [{"placements": ["C-9/3"]}]},
            r"--claim: placements that would go are named elsewhere \(C-9/3\); take them out",
        ),
    ],
)
def test_what_cannot_be_replaced_is_refused(change: dict[str, object], message: str) -> None:
    claim = {
        "id": "C-9" if change else "C-1",
        "placements": [{"id": f"C-9/{n}", "start": [0, 1], "phases": []} for n in (1, 2, 3)],
    }
    claim |= {"in_force": change["in_force"]} if "in_force" in change else {}
    with pytest.raises(InputError, match=message):
        into_claim({"claims": [claim], "caps": change.get("caps")}, "C-9", table(2).candidates, 2)
