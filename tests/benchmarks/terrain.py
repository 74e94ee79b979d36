"""`python -m tests.benchmarks.terrain [--quick] [--out FOLDER]`: a table on the screen, figures in terrain.json.

Terrain products beside their rivals on the same raster, one process after the other, each alone in a process of its own
(peak memory is that of the process): ray marching in the same machine code on the same cores (`marching`), measured on
a few azimuths and scaled to all, and the viewshed of xarray-spatial. Machine code is compiled, or loaded from its cache,
on a small raster first; that time is told apart. Seconds are the best of at least three runs (one, where it takes
20 s); processor seconds, of all cores, do not depend on what else the machine does. The ground is made from a seed: a
power law like that of the real models (median slope 11 degrees at 1000 x 1000). `--quick` leaves out 4000 x 4000 and
looks over 500 x 500 for the viewshed.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from solver.terrain.grid import Grid
from tests.benchmarks.__main__ import machine
from tests.benchmarks.marching import marched
from tests.benchmarks.watched import answer

SIDE_M = 51_200.0
AZIMUTHS = 72
SAMPLED = (13.0, 49.0, 101.0, 223.0)
GROWTH = 0.01
EYE = (-11_000.0, -12_000.0)
EYE_M = 2.0
LIGHT, MARCHING, DARKNESS, SIGHT, XARRAY = (
    "light and shadow",
    "ray marching",
    "longest darkness",
    "viewshed",
    "xarray-spatial",
)
OTHERS = ("earth", "relief", "distance")
Figures = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """What a figure of a row is held against."""

    contender: str
    cells: int
    figure: str
    limit: float
    is_least: bool

    def verdict(self, found: float) -> str:
        sign, met = (">=", found >= self.limit) if self.is_least else ("<=", found <= self.limit)
        return f"{self.figure} {sign} {self.limit:g} {'met' if met else 'MISSED'}"


GOALS = (
    Goal(LIGHT, 1000, "seconds", 5, is_least=False),
    Goal(LIGHT, 4000, "seconds", 70, is_least=False),
    Goal(LIGHT, 4000, "peak_mb", 1500, is_least=False),
    Goal(LIGHT, 1000, "times_faster", 40, is_least=True),
    Goal(SIGHT, 1000, "times_faster", 20, is_least=True),
)
RIVALS = {LIGHT: MARCHING, SIGHT: XARRAY}


def ground(cells: int) -> Grid:
    """Synthetic ground of `cells` x `cells` over the same square, always the same."""
    noise = np.random.default_rng(7).standard_normal((cells, cells))
    waves = np.hypot(np.fft.fftfreq(cells)[:, None], np.fft.rfftfreq(cells)[None, :]) * cells
    waves[0, 0] = np.inf
    heights = np.fft.irfft2(np.fft.rfft2(noise) * waves**-2.2, s=(cells, cells))
    return Grid((heights / heights.std() * 1100).astype(np.float32), -30_000.0, 15_000.0, SIDE_M / cells)


@lru_cache
def tracks() -> tuple[Any, Any]:
    from solver.terrain import sky

    start, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    return sky.sun(start, end, 1.0), sky.earth(start, end, 1.0)


def contender(name: str) -> Callable[[Grid], Figures]:
    """What a contender does with a raster; what it returns beside its time."""
    from solver.terrain.darkness import darkness
    from solver.terrain.distance import distance_to
    from solver.terrain.earth import earth_share
    from solver.terrain.light import light
    from solver.terrain.slope import relief
    from solver.terrain.viewshed import viewshed

    def nothing(_: object) -> Figures:
        return {}

    return {
        LIGHT: lambda model: {"mean": float(light(model, tracks()[0], azimuths=AZIMUTHS).average.values.mean())},
        MARCHING: lambda model: nothing([marched(model, azimuth, GROWTH) for azimuth in SAMPLED]),
        DARKNESS: lambda model: nothing(darkness(model, tracks()[0], azimuths=AZIMUTHS)),
        SIGHT: lambda model: {"seen": float(viewshed(model, EYE, EYE_M).values.mean())},
        XARRAY: _xarray_viewshed,
        "earth": lambda model: nothing(earth_share(model, tracks()[1])),
        "relief": lambda model: nothing(relief(model, 2 * model.cell_m)),
        "distance": lambda model: nothing(distance_to(model.like(model.values < -1500, "low ground"))),
    }[name]


def _xarray_viewshed(model: Grid) -> Figures:
    import xarray
    from xrspatial import viewshed

    x, y = model.centres()
    row, column = model.cell(*EYE)
    raster = xarray.DataArray(model.values[::-1].astype(np.float64), coords={"y": y[::-1], "x": x}, dims=("y", "x"))
    seen = viewshed(raster, x=float(x[column]), y=float(y[row]), observer_elev=EYE_M)
    return {"seen": float((seen.values >= 0).mean())}


def run_one(name: str, path: Path, least_s: float = 3.0) -> Figures:
    """One contender in this process: machine code first on a small raster, then the best run of three seconds, and of three runs, within 20 s."""
    began = time.perf_counter()
    act, values = contender(name), np.load(path)
    model = Grid(values, -30_000.0, 15_000.0, SIDE_M / len(values))
    act(Grid(np.ascontiguousarray(values[:40, :40]), *EYE_CORNER, model.cell_m))
    figures: Figures = {}
    runs: list[tuple[float, float]] = []
    first_s = time.perf_counter() - began

    def taken() -> float:
        return sum(seconds for seconds, _ in runs)

    while not runs or ((len(runs) < 3 or taken() < least_s) and taken() < 20):
        started = time.perf_counter(), time.process_time()
        figures = act(model)
        runs.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    seconds, cpu_s = (min(values) for values in zip(*runs, strict=True))
    factor = AZIMUTHS / len(SAMPLED) if name == MARCHING else 1
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures | {"seconds": seconds * factor, "cpu_s": cpu_s * factor, "first_s": first_s, "peak_mb": peak_mb}


EYE_CORNER = (EYE[0] - 500.0, EYE[1] + 500.0)
"""The small raster holds the eye."""


def exactness(cells: int, rows: int = 24) -> Figures:
    """Degrees between our horizons, and those of the rival, and marching in quarters of a cell; some rows of three azimuths."""
    from solver.terrain.horizon import tangents

    model, part = ground(cells), (cells // 2, cells // 2 + rows)
    apart: dict[str, list[np.ndarray[Any, Any]]] = {LIGHT: [], MARCHING: []}
    for azimuth in SAMPLED[:3]:
        yardstick = np.degrees(np.arctan(marched(model, azimuth, 0.0, part)))
        ours = tangents(model, azimuth)[part[0] : part[1]]
        for name, found in ((LIGHT, ours), (MARCHING, marched(model, azimuth, GROWTH, part))):
            # At the edge nothing stands beyond: -1 there, which is no horizon to compare.
            apart[name].append((np.degrees(np.arctan(found)) - yardstick)[(found > -0.9) & (yardstick > -40)])
    return {
        name: {
            "bias_deg": float(np.mean(np.concatenate(values))),
            "rms_deg": float(np.sqrt(np.mean(np.square(np.concatenate(values))))),
        }
        for name, values in apart.items()
    }


def measure(name: str, cells: int, folder: Path) -> Figures:
    path = folder / f"{cells}.npy"
    if not path.exists():
        np.save(path, ground(cells).values)
    found = answer([sys.executable, "-m", "tests.benchmarks.terrain", "--one", name, str(path)], 3600)
    return {"contender": name, "cells": cells} | found


def compare(results: list[Figures]) -> None:
    """How many times a rival's time is ours, and goals met or missed, into the rows."""
    seconds = {(result["contender"], result["cells"]): result["seconds"] for result in results}
    for result in results:
        rival = (RIVALS.get(result["contender"], ""), result["cells"])
        if rival in seconds:
            result["times_faster"] = seconds[rival] / result["seconds"]
        own = [
            g for g in GOALS if (g.contender, g.cells) == (result["contender"], result["cells"]) and g.figure in result
        ]
        result["goals"] = [goal.verdict(result[goal.figure]) for goal in own]


def show(results: list[Figures], exact: Figures) -> None:
    table = Table()
    for column in (
        "product",
        "cells",
        "seconds",
        "processor s",
        "first s",
        "peak MB",
        "x faster than its rival",
        "goals",
    ):
        table.add_column(column)
    for result in results:
        faster = f"{result['times_faster']:.0f}" if "times_faster" in result else ""
        numbers = (
            f"{result[key]:.{digits}f}"
            for key, digits in (("seconds", 2), ("cpu_s", 2), ("first_s", 1), ("peak_mb", 0))
        )
        table.add_row(
            result["contender"], f"{result['cells']}^2", *numbers, faster, "; ".join(result["goals"])
        )  # fmt: skip
    Console(width=160).print(table)
    for name, figures in exact.items():
        click.echo(
            f"{name}: horizons {figures['bias_deg']:+.3f} degrees, rms {figures['rms_deg']:.3f} against quarter cells"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.terrain",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="only 1000 x 1000, the viewshed on 500 x 500")
    parser.add_argument("--out", type=Path, default=Path("benchmarks"), help="folder for terrain.json")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        click.echo(json.dumps(run_one(asked.one[0], Path(asked.one[1]))))
        return 0
    sight = 500 if asked.quick else 1000
    plan = [(LIGHT, 1000), (MARCHING, 1000), (SIGHT, sight), (XARRAY, sight), (DARKNESS, 1000)]
    plan += [(name, 1000) for name in OTHERS] + ([] if asked.quick else [(LIGHT, 4000)])
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name, cells in plan:
            results.append(measure(name, cells, Path(folder)))
            click.echo(f"measured: {name}, {cells} x {cells}", err=True)
    compare(results)
    exact = exactness(600)
    show(results, exact)
    asked.out.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine(), "results": results, "horizons_against_quarter_cells": exact}
    (asked.out / "terrain.json").write_text(json.dumps(document, indent=1) + "\n")
    return 1 if any("MISSED" in goal for result in results for goal in result["goals"]) else 0


if __name__ == "__main__":
    sys.exit(main())
