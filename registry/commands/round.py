"""`registry round`: announced, opened, closed, frozen, solved, proposed, solved again, concluded; shown."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from registry.commands import runs
from registry.commands.acting import DOCUMENT, Answer, Deed, Desk, Reading, acts, reads, works


class Instant(click.ParamType):
    """An instant with its offset from UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware instant; a usage error otherwise."""
        from registry.domain.instants import parse_utc

        try:
            return value if isinstance(value, datetime) else parse_utc(value)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write for example 2027-02-01T10:00:00Z", ctx, param) from error


@click.group("round")
def group() -> None:
    """Filing windows, from the announcement to the end."""


@group.command("announce")
@click.argument("round_id", metavar="ROUND")
@click.option("--name", required=True, help="Its name.")
@click.option("--opens", "opens_at", required=True, type=Instant(), help="When it opens for claims.")
@click.option("--closes", "closes_at", required=True, type=Instant(), help="When it closes.")
@click.option("--note", default="", help="What a reader should know.")
@click.option("--illustrative", is_flag=True, help="Everything in it is invented.")
@acts("rounds.announce")
def announce(
    deed: Deed, round_id: str, name: str, opens_at: datetime, closes_at: datetime, note: str, *, illustrative: bool
) -> Answer:
    """Announce ROUND with its filing window."""
    from registry.services import rounds

    window = (opens_at, closes_at)
    made = rounds.announce(
        deed.session, round_id, name, window, deed.actor, deed.at, note=note, illustrative=illustrative
    )
    return _state(made)


@group.command("policy")
@click.argument("round_id", metavar="ROUND")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@acts("rounds.publish_policy")
def policy(deed: Deed, round_id: str, document: Any) -> Answer:
    """Publish FILE as the policy of ROUND, before it opens or after a rejection."""
    from registry.services import rounds

    made = rounds.publish_policy(deed.session, round_id, document, deed.actor, deed.at)
    return Answer(f"policy of round {round_id}, version {made.version}; sha256 {made.sha256}", made)


@group.command("open")
@click.argument("round_id", metavar="ROUND")
@acts("rounds.open_round")
def open_(deed: Deed, round_id: str) -> Answer:
    """Open the filing window of ROUND."""
    from registry.services import rounds

    return _state(rounds.open_round(deed.session, round_id, deed.actor, deed.at))


@group.command("close")
@click.argument("round_id", metavar="ROUND")
@acts("rounds.close_round")
def close(deed: Deed, round_id: str) -> Answer:
    """Close the filing window of ROUND."""
    from registry.services import rounds

    return _state(rounds.close_round(deed.session, round_id, deed.actor, deed.at))


@group.command("freeze")
@click.argument("round_id", metavar="ROUND")
@acts("freezing.freeze_round")
def freeze(deed: Deed, round_id: str) -> Answer:
    """Freeze the claims of ROUND to an instance."""
    from registry.services import freezing

    return _instance(freezing.freeze_round(deed.session, round_id, deed.actor, deed.at))


@group.command("refreeze")
@click.argument("round_id", metavar="ROUND")
@reads()
def refreeze(reading: Reading, round_id: str) -> Answer:
    """Repeat every freezing of ROUND from the records of the log alone, and compare the hashes."""
    from registry.services import refreezing
    from registry.services.errors import ConflictError

    found = refreezing.refreeze(reading.session, round_id)
    for row in found:
        if not row:
            raise ConflictError(
                f"instance {row.number} was frozen as {row.frozen_sha256}, the records give {row.sha256}; "
                "do not use it, and look for what was changed"
            )
    return Answer([f"instance {row.number} ({row.kind}): {row.sha256}, as it was frozen" for row in found], found)


@group.command("solve")
@click.argument("round_id", metavar="ROUND")
@click.option("--time-limit", type=click.FloatRange(min=1), help="Seconds (default: REGISTRY_SOLVER_TIME_LIMIT_S).")
@works("proposing.keep_trial")
def solve(desk: Desk, round_id: str, time_limit: float | None) -> Answer:
    """Solve the newest instance of ROUND with the seed of its draw; a run cut short is kept as a trial."""
    return runs.solve(desk, round_id, time_limit)


@group.command("trial")
@click.argument("round_id", metavar="ROUND")
@click.argument("solution", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@works("proposing.keep_trial")
def trial(desk: Desk, round_id: str, solution: Path) -> Answer:
    """Keep SOLUTION of the newest instance as a trial; nobody can decide on it."""
    return runs.keep(desk, round_id, solution)


@group.command("propose")
@click.argument("round_id", metavar="ROUND")
@click.argument("solution", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@works("proposing.propose")
def propose(desk: Desk, round_id: str, solution: Path | None) -> Answer:
    """Verify and confirm the solution of ROUND (or SOLUTION), and make it the official proposal."""
    return runs.propose(desk, round_id, solution)


@group.command("fallback")
@click.argument("round_id", metavar="ROUND")
@click.option("--reason", required=True, help="Which stage could not be proved.")
@acts("resolving.fall_back")
def fallback(deed: Deed, round_id: str, reason: str) -> Answer:
    """Freeze ROUND anew under the next fallback of its policy, after a run that was cut short."""
    from registry.services import resolving

    return _instance(resolving.fall_back(deed.session, round_id, deed.actor, deed.at, reason))


@group.command("resolve")
@click.argument("round_id", metavar="ROUND")
@acts("resolving.resolve")
def resolve(deed: Deed, round_id: str) -> Answer:
    """Freeze what is left of ROUND after offers were declined or lapsed, with the same seed."""
    from registry.services import resolving

    return _instance(resolving.resolve(deed.session, round_id, deed.actor, deed.at))


@group.command("conclude")
@click.argument("round_id", metavar="ROUND")
@acts("resolving.conclude")
def conclude(deed: Deed, round_id: str) -> Answer:
    """End ROUND once its offers are answered; claims still waiting leave it."""
    from registry.services import resolving

    claims = resolving.conclude(deed.session, round_id, deed.actor, deed.at)
    lines = [f"{row.id}  {row.state}" for row in claims]
    return Answer([*lines, f"round {round_id} is concluded; {len(claims)} claims were not served"], claims)


@group.command("show")
@click.argument("round_id", metavar="ROUND")
@reads()
def show(reading: Reading, round_id: str) -> Answer:
    """Show where ROUND stands: steps, claims by state, instances and proposals."""
    from registry.domain.instants import utc_text
    from registry.queries.proposals import list_instances, list_proposals
    from registry.queries.rounds import round_overview
    from registry.services.errors import NotFoundError

    overview = round_overview(reading.session, round_id, reading.viewer)
    if overview is None:
        raise NotFoundError(f"there is no round {round_id}; check the id")
    frozen, proposed = list_instances(reading.session, round_id), list_proposals(reading.session, round_id)
    lines = [
        f"round {round_id} is {overview.state}: {overview.name}",
        *(f"  {utc_text(at)}  {name}" for name, at in overview.steps),
        *(f"  {count:>4} claims {state}" for state, count in overview.claims_by_state.items()),
        *(f"  instance {row.number} ({row.kind}) {row.sha256}" for row in frozen),
        *(f"  {row.words} of instance {row.instance}: {row.status}" for row in proposed),
    ]
    return Answer(lines, {"round": overview, "instances": frozen, "proposals": proposed})


def _state(round_: Any) -> Answer:
    return Answer(f"round {round_.id} is {round_.state}", round_)


def _instance(frozen: Any) -> Answer:
    told = f"round {frozen.round_id} is frozen to instance {frozen.number} ({frozen.kind}); sha256 {frozen.sha256}"
    shown = ("round_id", "number", "kind", "fallback", "reason", "sha256", "frozen_at")
    return Answer(told, {name: getattr(frozen, name) for name in shown})
