"""`solver terrain`: products of an elevation model as GeoTIFF in IAU_2015:30135, with their origin.

Functions load numba, rasterio and matplotlib when they are called: the start of `solver` does not wait for them.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.fields import Fault, InputError
from solver.terrain.checking import check
from solver.terrain.options import (
    FILE,
    azimuths_option,
    check_outputs,
    ground_mast_option,
    mast_option,
    model_options,
    output_option,
    period_options,
    point_option,
    written,
)
from solver.terrain.placing import ALL as PLACING
from solver.terrain.showing import ALL as SHOWING

if TYPE_CHECKING:
    from solver.terrain.parts import Ground, Make


@click.group()
def terrain() -> None:
    """From an elevation model of the lunar south to slopes, light, shadow, placements and zones."""


@terrain.command()
@model_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(ground: "Ground", as_json: bool, quiet: bool) -> None:
    """Read MODEL whole and say what it is; refuse what cannot be used, with every fault."""
    from solver.terrain.following import following
    from solver.terrain.parts import opened
    from solver.terrain.telling import facts, lines

    with following(quiet) as follow, opened(ground, follow) as found:
        told = facts(found.model)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines(told)))


@terrain.command()
@model_options
@output_option
@click.option("--baseline", "baseline_m", type=click.FloatRange(min=0.1), help="Metres; usually two cells.")
def slope(ground: "Ground", output: Path, baseline_m: float | None, quiet: bool) -> None:
    """Slope in degrees of the plane fitted at a baseline."""
    _relief(ground, {"slope": (output, "slope", "degree")}, baseline_m, quiet)


@terrain.command()
@model_options
@output_option
@click.option("--baseline", "baseline_m", type=click.FloatRange(min=0.1), help="Metres; usually two cells.")
def roughness(ground: "Ground", output: Path, baseline_m: float | None, quiet: bool) -> None:
    """Roughness: root mean square in metres about the plane fitted at a baseline."""
    _relief(ground, {"roughness": (output, "roughness", "m")}, baseline_m, quiet)


def _relief(ground: "Ground", files: dict[str, tuple[Path, str, str]], baseline_m: float | None, quiet: bool) -> None:
    from solver.terrain.slope import relief

    def make(heights: Any, _far: Any, _follow: Any) -> dict[str, Any]:
        found = relief(heights, baseline_m or 2 * heights.cell_m)
        return {"slope": found.slope_deg, "roughness": found.roughness_m}

    _produce(ground, files, make, quiet, halo_m=baseline_m or 0.0)


@terrain.command()
@model_options
@output_option
@click.option("--azimuth", "azimuth_deg", type=float, required=True, help="On the map: 0 up, 90 to the right.")
@mast_option
def horizon(ground: "Ground", output: Path, azimuth_deg: float, mast_m: float, quiet: bool) -> None:
    """Elevation of the horizon towards one azimuth, in degrees above the local horizontal."""
    from solver.terrain.horizon import elevations_deg

    def make(heights: Any, far: Any, _follow: Any) -> dict[str, Any]:
        return {"horizon": elevations_deg(heights, azimuth_deg, far, mast_m)}

    _produce(ground, {"horizon": (output, f"horizon towards {azimuth_deg:g} degrees", "degree")}, make, quiet)


@terrain.command()
@model_options
@output_option
@click.option("--shadow", type=FILE, help="Also write permanent shadow (1 or 0) here.")
@click.option("--months", type=FILE, help="Also write the light of each month into this folder.")
@period_options
@azimuths_option
@mast_option
def light(
    ground: "Ground", output: Path, shadow: Path | None, months: Path | None, start: datetime, end: datetime, **how: Any
) -> None:
    """Average light over a period: percent of the Sun's disc seen, at a mast height."""
    from solver.terrain import light as lights
    from solver.terrain.sky import sun

    quiet, step_h = how.pop("quiet"), how.pop("step_h")
    seasons = lights.months(start, end) if months else ()
    files = {"light": (output, "average light", "percent")}
    files |= {"shadow": (shadow, "permanent shadow", "1 or 0")} if shadow else {}
    files |= {s.name: (months / f"light-{s.name}.tif", f"light {s.name}", "percent") for s in seasons if months}
    if months:
        months.mkdir(parents=True, exist_ok=True)
    track = sun(start, end, step_h)

    def make(heights: Any, far: Any, follow: Any) -> dict[str, Any]:
        found = lights.light(heights, track, far=far, seasons=seasons, progress=_named(follow, "light"), **how)
        shares = {"light": found.average} | found.seasons
        return {name: percent(grid) for name, grid in shares.items()} | {"shadow": found.shadow}

    _produce(ground, files, make, quiet)


@terrain.command("longest-darkness")
@model_options
@output_option
@click.option("--body", type=click.Choice(["sun", "earth"]), default="sun", show_default=True)
@period_options
@azimuths_option
@mast_option
def longest_darkness(ground: "Ground", output: Path, body: str, start: datetime, end: datetime, **how: Any) -> None:
    """Longest time without any part of the Sun (or the Earth), in hours."""
    from solver.terrain import sky
    from solver.terrain.darkness import darkness

    quiet, step_h = how.pop("quiet"), how.pop("step_h")
    track = (sky.sun if body == "sun" else sky.earth)(start, end, step_h)

    def make(heights: Any, far: Any, follow: Any) -> dict[str, Any]:
        return {"hours": darkness(heights, track, far=far, progress=_named(follow, "darkness"), **how).longest_h}

    _produce(ground, {"hours": (output, f"longest time without the {body.capitalize()}", "h")}, make, quiet)


@terrain.command()
@model_options
@output_option
@period_options
@mast_option
def earth(ground: "Ground", output: Path, start: datetime, end: datetime, step_h: float, **how: Any) -> None:
    """Visibility of the Earth: percent of its disc seen on average, at a mast height."""
    from solver.terrain import sky
    from solver.terrain.earth import earth_share

    quiet, track = how.pop("quiet"), sky.earth(start, end, step_h)

    def make(heights: Any, far: Any, follow: Any) -> dict[str, Any]:
        return {"earth": percent(earth_share(heights, track, far=far, progress=_named(follow, "Earth"), **how))}

    _produce(ground, {"earth": (output, "visibility of the Earth", "percent")}, make, quiet)


@terrain.command()
@model_options
@output_option
@click.option("--polygons", type=FILE, help="Also write the areas as GeoJSON in map metres here.")
@click.option("--smallest", "smallest_km2", type=click.FloatRange(min=0), default=0.0, help="Leave out smaller areas.")
@azimuths_option
@ground_mast_option
def shadow(ground: "Ground", output: Path, polygons: Path | None, smallest_km2: float, **how: Any) -> None:
    """Permanent shadow: 1 where the Sun never rises in 18.6 years, as a raster and as polygons."""
    from solver.io import write_atomically
    from solver.terrain.areas_file import geojson
    from solver.terrain.shadow import areas

    quiet = how.pop("quiet")
    _produce(ground, {"shadow": (output, "permanent shadow", "1 or 0")}, _shadow(**how), quiet, None, polygons)
    if polygons is not None:
        marked = product(output)
        write_atomically(polygons, geojson(areas(marked, smallest_km2), marked.origin))
        written(polygons)


@terrain.command()
@model_options
@output_option
@azimuths_option
@ground_mast_option
def distance(ground: "Ground", output: Path, quiet: bool, **how: Any) -> None:
    """Distance on the ground to the nearest permanent shadow inside the part asked for, in metres."""
    from solver.terrain.distance import distance_to
    from solver.terrain.following import following
    from solver.terrain.parts import on_far, opened, without_holes
    from solver.terrain.writing import write_grid

    check_outputs(ground, output)
    with following(quiet) as follow, opened(ground, follow) as found:
        heights = found.whole
        without_holes(heights, ground)
        far = found.around(follow)
        marked = _shadow(**how)(on_far(heights, far), far, follow)["shadow"]
        write_grid(output, distance_to(marked), "distance to permanent shadow", "m")
    written(output)


@terrain.command()
@model_options
@output_option
@point_option
@mast_option
@click.option("--target", "target_m", type=click.FloatRange(0, 10_000), default=0.0, show_default=True)
def viewshed(
    ground: "Ground", output: Path, point: tuple[float, float], mast_m: float, target_m: float, quiet: bool
) -> None:
    """What an eye at a point sees: 1 where a target above the ground is in line of sight."""
    from solver.terrain.following import following
    from solver.terrain.parts import opened, without_holes
    from solver.terrain.viewshed import viewshed as seen
    from solver.terrain.writing import write_grid

    check_outputs(ground, output)
    with following(quiet) as follow, opened(ground, follow) as found:
        heights = found.whole
        without_holes(heights, ground)
        try:
            made = seen(heights, point, mast_m, target_m)
        except ValueError as error:
            raise InputError([Fault("--at", str(error), "give x y in map metres inside the model")]) from error
        write_grid(output, made, "viewshed", "1 or 0")
    written(output)


# ---- what they share ------------------------------------------------------------------------------------------------


def percent(grid: Any) -> Any:
    """A share of 0..1 in percent."""
    from solver.terrain.choosing import percent_of

    return percent_of(grid)


def product(path: Path) -> Any:
    """A product of ours, read back whole."""
    from solver.terrain.parts import Ground, opened

    with opened(Ground((path,)), heights=False) as found:
        return found.whole


def _shadow(azimuths: int, mast_m: float) -> "Make":
    from solver.terrain.light import permanent_shadow

    def make(heights: Any, far: Any, follow: Any) -> dict[str, Any]:
        progress = _named(follow, "shadow")
        return {"shadow": permanent_shadow(heights, azimuths=azimuths, mast_m=mast_m, far=far, progress=progress)}

    return make


def _named(follow: Any, what: str) -> Any:
    return lambda done, of: follow(what, done, of)


def _produce(
    ground: "Ground",
    files: dict[str, tuple[Path, str, str]],
    make: "Make",
    quiet: bool,
    halo_m: float | None = None,
    also: Path | None = None,
) -> None:
    """Check, compute, write and say so; `halo_m` None for products of horizons."""
    from solver.terrain.following import following
    from solver.terrain.parts import Output, produce

    check_outputs(ground, *(path for path, _, _ in files.values()), also)
    outputs = {name: Output(*row) for name, row in files.items()}
    with following(quiet) as follow:
        produce(ground, outputs, make, follow, halo_m)
    written(*(output.path for output in outputs.values()))


for command in (check, *PLACING, *SHOWING):
    terrain.add_command(command)
