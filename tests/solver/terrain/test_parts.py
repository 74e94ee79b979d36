"""Models larger than memory: parts equal the whole, and the memory of a run is bounded."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio

from solver.terrain import parts
from solver.terrain.following import nothing
from solver.terrain.grid import Grid
from solver.terrain.light import light
from solver.terrain.sky import sun
from tests.solver.terrain.made import real, tif

TRACK = sun(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), 6.0)


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as file:
        return np.asarray(file.read(1))


def made(heights: Grid, far: Grid | None, _follow: object) -> dict[str, Grid]:
    found = light(heights, TRACK, azimuths=24, far=far)
    return {"light": found.average, "shadow": found.shadow}


def produced(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    outputs = {name: parts.Output(folder / f"{name}.tif", name, "1") for name in ("light", "shadow")}
    ground = parts.Ground((real("shackleton_ridge_lola_200m.tif"),))
    parts.produce(ground, outputs, made, nothing, None)
    return read(folder / "light.tif"), read(folder / "shadow.tif")


def test_light_part_by_part_is_that_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """16 parts of 12.8 km with 4 km around them; beyond, means of 2 x 2 cells flatten crests a little."""
    (tmp_path / "whole").mkdir()
    whole = produced(tmp_path / "whole")
    monkeypatch.setattr(parts, "AT_ONCE", 70 * 70)
    monkeypatch.setattr(parts, "PART", 64)
    monkeypatch.setattr(parts, "FAR_CELLS", 128)
    parted = produced(tmp_path)
    apart = parted[0] - whole[0]
    assert abs(apart.mean()) < 0.002
    assert np.sqrt(np.mean(apart**2)) < 0.006
    assert np.mean(np.abs(apart) > 0.02) < 0.01
    assert np.mean(parted[1] != whole[1]) < 0.001


def test_with_a_far_tier_as_fine_as_the_model_parts_are_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole").mkdir()
    whole = produced(tmp_path / "whole")
    monkeypatch.setattr(parts, "AT_ONCE", 70 * 70)
    monkeypatch.setattr(parts, "PART", 64)
    parted = produced(tmp_path)
    assert np.sqrt(np.mean((parted[0] - whole[0]) ** 2)) < 0.002
    assert np.array_equal(parted[1], whole[1])


CHILD = r"""
import json, re, sys
from solver.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code
# The kernel's own count of this program; ru_maxrss would begin with what the process had that started it.
peak_kb = re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]
print(json.dumps({"code": code, "peak_mb": int(peak_kb) / 1024}))
"""


@pytest.mark.slow
def test_a_model_of_more_cells_than_are_computed_at_once_takes_no_more_memory_than_a_part(tmp_path: Path) -> None:
    """5000 x 5000 cells of 20 m, 100 MB: part by part light takes 485 MB, programs included, at once 843."""
    path = tmp_path / "large.tif"
    row = np.arange(5000, dtype=np.float32)
    values = 900 * np.sin(row / 300)[:, None] * np.cos(row / 470)[None, :] + 30 * np.sin(row / 7)[None, :]
    tif(path, values.astype(np.float32), cell=(20.0, 20.0), corner=(-50_000.0, 50_000.0))
    arguments = ["terrain", "light", str(path), "-o", str(tmp_path / "light.tif"), "--azimuths", "8", "--step", "48"]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments, "--quiet"], capture_output=True, text=True, check=True, timeout=600
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["code"] == 0
    assert found["peak_mb"] < 600
    with rasterio.open(tmp_path / "light.tif") as file:
        assert (file.height, file.width) == (5000, 5000)
