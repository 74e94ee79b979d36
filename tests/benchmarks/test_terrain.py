"""The benchmark of terrain measures what it says, on a raster small enough for every run."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.terrain import EYE, LIGHT, MARCHING, SIGHT, XARRAY, Goal, compare, ground, run_one


def test_the_ground_is_always_the_same_and_as_steep_as_real_ground() -> None:
    model = ground(200)
    assert np.array_equal(model.values, ground(200).values)
    up, across = np.gradient(model.values, model.cell_m)
    assert 6 < np.degrees(np.arctan(np.median(np.hypot(up, across)))) < 14
    assert model.holds(*model.cell(*EYE))


def test_a_contender_tells_seconds_memory_and_its_result(tmp_path: Path) -> None:
    np.save(tmp_path / "small.npy", ground(120).values)
    found = run_one(SIGHT, tmp_path / "small.npy", least_s=0.0)
    assert 0 < found["seen"] < 1
    assert min(found["seconds"], found["first_s"], found["peak_mb"]) > 0


def test_rivals_are_compared_and_goals_judged() -> None:
    results = [
        {"contender": LIGHT, "cells": 1000, "seconds": 2.0, "peak_mb": 200.0},
        {"contender": MARCHING, "cells": 1000, "seconds": 90.0, "peak_mb": 200.0},
        {"contender": SIGHT, "cells": 1000, "seconds": 0.5, "peak_mb": 200.0},
        {"contender": XARRAY, "cells": 1000, "seconds": 4.0, "peak_mb": 200.0},
    ]
    compare(results)
    assert [result["goals"] for result in results] == [
        ["seconds <= 5 met", "times_faster >= 40 met"],
        [],
        ["times_faster >= 20 MISSED"],
        [],
    ]
    assert results[0]["times_faster"] == pytest.approx(45)


def test_a_goal_is_met_at_its_limit() -> None:
    assert Goal(LIGHT, 1000, "seconds", 5, is_least=False).verdict(5.0) == "seconds <= 5 met"
    assert Goal(LIGHT, 1000, "times_faster", 40, is_least=True).verdict(39.9) == "times_faster >= 40 MISSED"
