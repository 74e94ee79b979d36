"""`solver terrain check`: light and shadow of a model against published values."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solver.asked import REFUSED
from solver.terrain.options import FILE, azimuths_option, ground_mast_option, model_options, period_options

if TYPE_CHECKING:
    from solver.terrain.parts import Ground


@click.command()
@model_options
@click.option("--against", type=FILE, required=True, help="CSV with lat, lon, avg_illum_pct, psr_fraction.")
@period_options
@azimuths_option
@ground_mast_option
def check(
    ground: "Ground", against: Path, start: datetime, end: datetime, step_h: float, azimuths: int, mast_m: float,
    quiet: bool,
) -> None:  # fmt: skip
    """Light and shadow of MODEL against published block means: Pearson's r, RMSE and bias; 1 if r is too low."""
    from solver.terrain.acceptance import agreements, read_blocks, report
    from solver.terrain.following import following
    from solver.terrain.light import light
    from solver.terrain.parts import opened, without_holes
    from solver.terrain.sky import sun

    blocks = read_blocks(against)
    with following(quiet) as follow, opened(ground, follow) as found:
        heights = found.whole
        without_holes(heights, ground)
        swept = light(
            heights, sun(start, end, step_h), azimuths=azimuths, mast_m=mast_m, far=found.around(follow),
            progress=lambda done, of: follow("light", done, of),
        )  # fmt: skip
    for line in report(swept.average, swept.shadow, blocks):
        click.echo(line)
    if not all(agreement.is_enough for agreement in agreements(swept.average, swept.shadow, blocks)):
        sys.exit(REFUSED)
