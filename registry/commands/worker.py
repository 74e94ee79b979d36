"""`registry worker`: runs what the table of runs asks for."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from registry.commands.acting import data_option, instant
from registry.opening import Refusal, begin_log, opened, told


@click.command("worker")
@click.option("--once", is_flag=True, help="End when no run waits.")
@click.option(
    "--lease", "lease_s", type=click.FloatRange(1, 3600), help="Seconds after which a silent worker has lost its run."
)
@click.option(
    "--at", "at_text", metavar="INSTANT", help="The instant of what is entered, instead of now. Only in rehearsal."
)
@data_option
def group(*, once: bool, lease_s: float | None, at_text: str | None, data: Path | None) -> None:
    """Take solver runs from the table, one at a time, and remind parties of consultations that sleep."""
    from registry import ambient
    from registry.worker.performing import Ways
    from registry.worker.scheduler import MissingError, scheduler
    from registry.worker.working import LEASE_S, Worker, ending, worker_name

    settings, engine = opened(data)
    instant(settings, at_text)
    begin_log(settings)
    with ExitStack() as stack, told(settings):
        asked = stack.enter_context(ending())
        try:
            place = stack.enter_context(scheduler(settings.dask_scheduler, settings.dask_certificates))
        except MissingError as error:
            raise Refusal(str(error)) from error
        entered = partial(instant, settings, at_text)
        ways = Ways(
            engine, settings.data / "runs", lease_s or LEASE_S, ambient.now, entered, lambda: bool(asked), place
        )
        worker = Worker(ways, worker_name(), partial(click.echo))
        click.echo(f"working as {worker.name}; Ctrl-C gives the run at work back and ends")
        taken = worker.work(once=once)
    click.echo(f"ended; {taken} runs were taken")
