"""Options that terrain commands share, made into plain data. Nothing heavy is loaded here: `solver` starts with it."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solver.asked import check_output, refuse
from solver.fields import Fault, InputError

if TYPE_CHECKING:
    from solver.terrain.parts import Ground

FILE = click.Path(path_type=Path)
KINDS = ("measured", "illustrative", "synthetic")
Command = Callable[..., None]

output_option = click.option("-o", "--output", type=FILE, required=True, help="Where to write.")
mast_option = click.option(
    "--mast", "mast_m", type=click.FloatRange(0, 1000), default=2.0, show_default=True, help="Metres above the ground."
)
ground_mast_option = click.option(
    "--mast", "mast_m", type=click.FloatRange(0, 1000), default=0.0, show_default=True, help="Metres above the ground."
)
azimuths_option = click.option("--azimuths", type=click.IntRange(8, 720), default=72, show_default=True)
point_option = click.option("--at", "point", type=(float, float), required=True, help="Map metres x y.")


def model_options(command: Command) -> Command:
    """MODEL files and what is said of them, as one `Ground` named `ground`; faults end the command with exit code 2."""

    @click.argument("model", type=FILE, nargs=-1, required=True)
    @click.option("--far", type=FILE, multiple=True, help="Coarser model that reaches further: for horizons.")
    @click.option(
        "--box", type=(float, float, float, float), help="Only this part: x_min y_min x_max y_max in map metres."
    )
    @click.option("--crs", help="Coordinate system of a file that does not say it, for example IAU_2015:30135.")
    @click.option("--unit", type=click.Choice(["m", "km"]), help="Unit of the heights, if the file is unclear.")
    @click.option("--source", help="Who made the model, if the file does not say it.")
    @click.option("--licence", help="Under which terms, if the file does not say it.")
    @click.option("--kind", type=click.Choice(KINDS), help="What the model is, if the file does not say it.")
    @click.option("--allow-holes", is_flag=True, help="Compute horizons over holes: they hide nothing.")
    @click.option("--quiet", is_flag=True, help="Say nothing while computing.")
    @functools.wraps(command)
    def with_ground(model: tuple[Path, ...], **options: Any) -> None:
        with faults_told():
            from solver.terrain.parts import Ground
            from solver.terrain.reading import Stated

            stated = Stated(*(options.pop(name) for name in ("crs", "unit", "source", "licence", "kind")))
            box, far, holes = options.pop("box"), options.pop("far"), options.pop("allow_holes")
            command(ground=Ground(model, stated, box, far, holes), **options)

    return with_ground


def period_options(command: Command) -> Command:
    """A period as aware instants `start` and `end`, and the step between epochs."""

    @click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), default="2027-01-01", show_default=True)
    @click.option("--until", "end", type=click.DateTime(["%Y-%m-%d"]), default="2028-01-01", show_default=True)
    @click.option("--step", "step_h", type=click.FloatRange(0.1, 240), default=2.0, show_default=True, help="Hours.")
    @functools.wraps(command)
    def with_period(start: datetime, end: datetime, **options: Any) -> None:
        if end <= start:
            refuse(InputError([Fault("--until", f"{end:%Y-%m-%d} is not after --from", "give a later day")]))
        command(start=start.replace(tzinfo=UTC), end=end.replace(tzinfo=UTC), **options)

    return with_period


@contextmanager
def faults_told() -> Iterator[None]:
    """Print every fault of the block and end with exit code 2."""
    try:
        yield
    except InputError as error:
        refuse(error)
    except MemoryError:
        refuse(InputError([Fault("model", "the machine has not memory enough for it", "name a part with --box")]))


def check_outputs(ground: "Ground", *outputs: Path | None) -> None:
    """Refuse outputs that cannot be written, are a file of the model, or are named twice."""
    named = [output for output in outputs if output is not None]
    for number, output in enumerate(named):
        check_output(output)
        if any(output.resolve() == path.resolve() for path in (*ground.paths, *ground.far)):
            raise InputError([Fault("--output", f"{output} is a file of the model", "name another file")])
        if output in named[:number]:
            raise InputError([Fault("--output", f"{output} is named twice", "give every product its own file")])


def written(*outputs: Path | None) -> None:
    """Say which files there are now."""
    for output in outputs:
        if output is not None:
            click.echo(f"written: {output}")
