"""`solver terrain` on places: candidates, placements of an instance, zones, blocked ground, a synthetic model."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.asked import check_output
from solver.fields import Fault, InputError, load_json
from solver.io import dump, parse_instance, read_bytes, write_atomically
from solver.terrain.options import (
    FILE,
    azimuths_option,
    check_outputs,
    faults_told,
    mast_option,
    model_options,
    output_option,
    period_options,
    written,
)

if TYPE_CHECKING:
    from solver.terrain.parts import Ground

LIMITS = ("slope_deg", "light_percent", "earth_percent", "shadow_m", "area_km2")


@click.command()
@model_options
@output_option
@click.option("--slope", "slope_deg", type=click.FloatRange(0, 90), help="At most so many degrees.")
@click.option("--light", "light_percent", type=click.FloatRange(0, 100), help="At least so many percent.")
@click.option("--earth", "earth_percent", type=click.FloatRange(0, 100), help="At least so many percent.")
@click.option("--shadow", "shadow_m", type=click.FloatRange(min=0), help="At most so many metres to permanent shadow.")
@click.option("--area", "area_km2", type=click.FloatRange(min=0), help="At least so many km2 that hang together.")
@click.option("--spacing", "spacing_m", type=click.FloatRange(min=0), default=1000.0, show_default=True)
@click.option("--count", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--baseline", "baseline_m", type=click.FloatRange(min=0.1), help="Of slopes, metres; usually two cells.")
@click.option("--with", "points", type=FILE, help="CSV with id, x_m, y_m: their figures too, after the candidates.")
@click.option("--instance", type=FILE, help="Also write an instance with them as placements here.")
@click.option("--claims", type=click.IntRange(1, 1000), default=3, show_default=True, help="Claims of that instance.")
@click.option("--keep-out", "keep_out_m", type=click.IntRange(1, 20_000), default=1000, show_default=True)
@period_options
@azimuths_option
@mast_option
def candidates(
    ground: "Ground", output: Path, points: Path | None, instance: Path | None, spacing_m: float, count: int, **how: Any
) -> None:
    """Scored places that lie apart, as OUTPUT.csv or OUTPUT.gpkg: level, lit, in view of the Earth, near shadow."""
    from solver.terrain.candidates import default_wish
    from solver.terrain.choosing import Basis, table_of
    from solver.terrain.following import following
    from solver.terrain.parts import opened, without_holes
    from solver.terrain.tables import read_csv

    write = _writer(output)
    check_outputs(ground, output, instance)
    limits = {name: how.pop(name) for name in LIMITS}
    quiet, claims, keep_out_m = (how.pop(name) for name in ("quiet", "claims", "keep_out_m"))
    wish = default_wish(spacing_m, count, **limits)
    named = {row.id: (row.x_m, row.y_m) for row in read_csv(points)} if points else {}
    with following(quiet) as follow, opened(ground, follow) as found:
        without_holes(found.whole, ground)
        table = table_of(found, wish, Basis(**how), follow, named)
    found_here = len(table.candidates) - len(named)
    if not found_here:
        what = f"no place meets it: {table.origin.steps[-1]}"
        raise InputError([Fault("thresholds", what, "ask for less, or name another part of the model")])
    write(output, table)
    if instance is not None:
        _write_instance(instance, table.candidates[:found_here], claims, keep_out_m)
    click.echo(f"{found_here} places; best score {table.candidates[0].score:g}")
    written(output, instance)


@click.command()
@click.argument("table", type=FILE)
@click.argument("instance", type=FILE)
@output_option
@click.option("--claim", required=True, help="Id of the claim whose placements they become.")
@click.option("--ranks", type=click.IntRange(1, 100), default=3, show_default=True, help="How many of the best.")
def placements(table: Path, instance: Path, output: Path, claim: str, ranks: int) -> None:
    """Put the best places of TABLE (CSV) into INSTANCE as the placements of one claim: points by rank, window and
    phases as in its first placement.
    """
    from solver.terrain.tables import into_claim, read_csv

    with faults_told():
        check_output(output, instance)
        data = read_bytes(instance)
        parse_instance(data)  # every fault of the instance is told before it is changed
        document = dump(into_claim(load_json(data), claim, read_csv(table), ranks))
        parse_instance(document)
        write_atomically(output, document)
    written(output)


@click.command()
@model_options
@output_option
@click.option("--footprint", type=FILE, required=True, help="GeoJSON geometry in map metres.")
@click.option("--keep-out", "keep_out_m", type=click.FloatRange(1, 50_000), help="Ground metres.")
@click.option("--method", help="Or a registered sizing method.")
@click.option("--inputs", default="{}", help='Its inputs as JSON, for example {"landed_mass_kg": 7300}.')
@click.option("--sigma", "sigma_m", type=click.FloatRange(0, 10_000), default=0.0, help="One sigma of the coordinates.")
@click.option("--height-error", "height_error_m", type=click.FloatRange(0, 1000), default=10.0, show_default=True)
@click.option("--claimed", type=FILE, help="GeoJSON polygon of a zone as claimed: how much of it is beyond need.")
def zone(ground: "Ground", output: Path, footprint: Path, claimed: Path | None, quiet: bool, **how: Any) -> None:
    """A safety zone cut by terrain where ridges stop ejecta, as GeoJSON; with --claimed the excess in km2."""
    from solver.terrain import zone_file
    from solver.terrain.following import following
    from solver.terrain.parts import opened

    check_outputs(ground, output)
    asked = zone_file.asked(footprint, claimed, **how)
    with following(quiet) as follow, opened(ground, follow) as found:
        made = zone_file.made(asked, found)
    write_atomically(output, made.data)
    click.echo("\n".join(made.lines))
    written(output)


@click.command()
@model_options
@output_option
@click.option("--slope", "slope_deg", type=click.FloatRange(0, 90), default=20.0, show_default=True, help="Degrees.")
@click.option("--baseline", "baseline_m", type=click.FloatRange(min=0.1), help="Metres; usually two cells.")
@click.option("--smallest", "smallest_km2", type=click.FloatRange(min=0), default=0.0, help="Leave out smaller areas.")
@click.option("--instance", type=FILE, help="Write this instance with `access.blocked` instead of the geometry alone.")
def blocked(ground: "Ground", output: Path, instance: Path | None, quiet: bool, **how: Any) -> None:
    """Ground too steep to drive on, as a GeoJSON MultiPolygon for `access.blocked`; unknown ground counts as steep."""
    from solver.terrain.following import following
    from solver.terrain.parts import opened
    from solver.terrain.steep import into_access, steep_ground

    check_outputs(ground, output)
    document = load_json(read_bytes(instance)) if instance else None
    with following(quiet) as follow, opened(ground, follow) as found:
        geometry = steep_ground(found, **how)
    data = dump(geometry if document is None else into_access(document, geometry))
    if document is not None:
        parse_instance(data)
    write_atomically(output, data)
    written(output)


@click.command()
@output_option
@click.option("--size", type=click.IntRange(16, 20_000), default=512, show_default=True, help="Rows and columns.")
@click.option("--cell", "cell_m", type=click.FloatRange(0.1, 10_000), default=200.0, show_default=True)
@click.option("--centre", type=(float, float), default=(0.0, 0.0), show_default=True, help="Map metres x y.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same ground.")
@click.option("--craters", type=FILE, help="CSV with name, x_m, y_m, diameter_m of craters to stamp in.")
def synthetic(output: Path, craters: Path | None, **how: Any) -> None:
    """An invented model: rough ground by a power law, with real craters if given. It says that it is synthetic."""
    from solver.terrain.synthetic import craters_of, synthetic_ground
    from solver.terrain.writing import write_grid

    with faults_told():
        check_output(output)
        rows = craters_of(craters) if craters else ()
        write_grid(output, synthetic_ground(craters=rows, **how), "elevation", "m")
    written(output)


def _writer(output: Path) -> Any:
    from solver.terrain import tables

    kinds = {".csv": tables.write_csv, ".gpkg": tables.write_geopackage}
    if output.suffix.lower() not in kinds:
        what = f"{output.name} ends in neither of {', '.join(kinds)}"
        raise InputError([Fault("--output", what, "name the file by what it shall be")])
    return kinds[output.suffix.lower()]


def _write_instance(path: Path, found: Any, claims: int, keep_out_m: int) -> None:
    from solver.terrain.tables import instance_of

    phase = {"days": 365, "keep_out_m": keep_out_m, "last_start": 365}
    document = instance_of(found, path.stem, claims, 3, phase)
    data = dump(json.loads(json.dumps(document)))
    parse_instance(data)
    write_atomically(path, data)


ALL: tuple[click.Command, ...] = (candidates, placements, zone, blocked, synthetic)
