"""`registry run`: solver runs asked for, followed and cancelled; `registry worker` does them."""

from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.queries.runs import RunRow


@click.group("run")
def group() -> None:
    """Solver runs: ask for one, see how far it is, cancel it."""


@group.command("ask")
@click.argument("round_id", metavar="ROUND")
@click.option(
    "--kind",
    type=click.Choice(["trial", "proposal", "incentives"]),
    default="trial",
    show_default=True,
    help="What it is for.",
)
@click.option("--time-limit", "time_limit_s", type=int, help="Seconds (default: REGISTRY_SOLVER_TIME_LIMIT_S).")
@click.option("--workers", type=int, default=8, show_default=True, help="Workers of the engine.")
@click.option("--seed", "seed_hex", help="For a trial: whole bytes in hex, instead of the seed of the draw.")
@acts("runs.ask")
def ask(deed: Deed, round_id: str, kind: str, time_limit_s: int | None, workers: int, seed_hex: str | None) -> Answer:
    """Ask for a run of the newest instance of ROUND."""
    from registry.services import runs

    limit = time_limit_s or deed.settings.solver_time_limit_s
    run = runs.ask(
        deed.session, round_id, kind, deed.actor, deed.at, time_limit_s=limit, workers=workers, seed_hex=seed_hex
    )
    return Answer(f"run {run.id} waits for a worker", {"id": run.id, "state": run.state})


@group.command("why")
@click.argument("claim_id", metavar="CLAIM")
@acts("runs.ask_why")
def why(deed: Deed, claim_id: str) -> Answer:
    """Ask why CLAIM did not get what it asked for; what was asked before is given back."""
    from registry.services import runs

    run = runs.ask_why(deed.session, claim_id, deed.actor, deed.at)
    return Answer(f"run {run.id} is {run.state}", {"id": run.id, "state": run.state, "answer": run.answer})


@group.command("list")
@click.option("--round", "round_id", help="Only those of this round.")
@reads()
def list_(reading: Reading, round_id: str | None) -> Answer:
    """List the runs that --as may see, the newest first."""
    from registry.queries.runs import list_runs

    rows = list_runs(reading.session, reading.viewer, round_id)
    return Answer([_line(row) for row in rows] or "no runs", rows)


@group.command("show")
@click.argument("run_id", type=int, metavar="RUN")
@reads()
def show(reading: Reading, run_id: int) -> Answer:
    """Show RUN: how far it is, or what came of it."""
    from registry.queries.runs import run_page
    from registry.services.errors import NotFoundError

    found = run_page(reading.session, run_id, reading.viewer)
    if found is None:
        raise NotFoundError(f"there is no run {run_id}; check the id")
    stages = [f"  {row.name}: {row.last.value} of {row.last.bound} after {row.last.seconds} s" for row in found.stages]
    return Answer([_line(found.row), *stages], found)


@group.command("cancel")
@click.argument("run_id", type=int, metavar="RUN")
@acts("runs.cancel")
def cancel(deed: Deed, run_id: int) -> Answer:
    """End RUN: at once if it waits, else by the worker that has it."""
    from registry.services import runs

    run = runs.cancel(deed.session, run_id, deed.actor, deed.at)
    ends = "" if run.state == "cancelled" else "; its worker was told to stop"
    return Answer(f"run {run_id} is {run.state}{ends}", {"id": run.id, "state": run.state})


def _line(row: "RunRow") -> str:
    what = f"why {row.claim}" if row.claim else row.kind
    doing = f", {row.doing}" if row.doing else ""
    because = f": {row.because}" if row.because else ""
    return f"run {row.id}  {what} of round {row.round}, instance {row.instance}  {row.state}{doing}{because}"
