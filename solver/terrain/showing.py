"""`solver terrain picture`: relief, products, candidates and zones as a picture; `layer`: colours alone for the web map."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.fields import Fault, InputError
from solver.io import write_atomically
from solver.terrain.options import FILE, check_outputs, model_options, output_option, written

if TYPE_CHECKING:
    from solver.terrain.parts import Ground

KINDS = ("png", "svg")


@click.command()
@model_options
@output_option
@click.option("--layer", type=FILE, help="GeoTIFF of a product over the relief.")
@click.option("--candidates", "places", type=FILE, help="CSV of candidates.")
@click.option("--zones", type=FILE, help="GeoJSON of `solver terrain zone` or `shadow --polygons`.")
@click.option("--title", help="Usually what is shown.")
@click.option("--pixels", type=click.IntRange(64, 4000), default=1200, show_default=True, help="Cells drawn at most.")
def picture(ground: "Ground", output: Path, pixels: int, quiet: bool, **shown: Any) -> None:
    """A picture as PNG or SVG: relief, a product, candidates, zones; with legend, scale bar, graticule and source."""
    from solver.terrain.following import following
    from solver.terrain.pictures import picture as drawn
    from solver.terrain.scenes import scene

    kind = output.suffix.lower().lstrip(".")
    if kind not in KINDS:
        what = f"{output.name} ends in neither of .png, .svg"
        raise InputError([Fault("--output", what, "name the file by what it shall be")])
    check_outputs(ground, output)
    with following(quiet) as follow:
        data = drawn(scene(ground, pixels, follow, **shown), kind)
    write_atomically(output, data)
    written(output)


@click.command()
@model_options
@output_option
@click.option("--layer", type=FILE, help="GeoTIFF of a product over the relief.")
@click.option("--pixels", type=click.IntRange(64, 4000), default=1200, show_default=True, help="Cells drawn at most.")
def layer(ground: "Ground", output: Path, layer: Path | None, pixels: int, quiet: bool) -> None:
    """An image layer for the register's map: OUTPUT.png without words, and its place and origin as OUTPUT.png.json."""
    from solver.terrain.following import following
    from solver.terrain.scenes import image, scene

    if output.suffix.lower() != ".png":
        raise InputError([Fault("--output", f"{output.name} does not end in .png", "image layers are PNG")])
    check_outputs(ground, output)
    with following(quiet) as follow:
        data, words = image(scene(ground, pixels, follow, layer=layer), output.name)
    write_atomically(
        output.with_name(output.name + ".json"), (json.dumps(words, ensure_ascii=False, indent=1) + "\n").encode()
    )
    write_atomically(output, data)
    written(output)


ALL: tuple[click.Command, ...] = (picture, layer)
