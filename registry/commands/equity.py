"""`registry equity`: how what was recorded is spread over parties, coalitions and controllers, round after round."""

import click

from registry.commands.acting import Answer, Reading, reads


@click.command("equity")
@click.option("--round", "round_id", metavar="ID", help="Up to this round (default: the newest).")
@click.option(
    "--by",
    type=click.Choice(["party", "coalition", "controller"]),
    default="party",
    help="Whose shares (default: party).",
)
@reads()
def group(reading: Reading, round_id: str | None, by: str) -> Answer:
    """Show who holds how many entries and km2 days of safety zone, in a round and in all up to it."""
    from registry.domain.concentration import By
    from registry.queries.equity import concentration
    from registry.queries.site_bank import bank
    from registry.services.errors import NotFoundError

    found = concentration(reading.session)
    if round_id is None and not found.rounds:
        return Answer("no round has been announced yet", {"shares": [], "equal_holders": None})
    chosen = round_id or found.rounds[-1]
    if chosen not in found.rounds:
        raise NotFoundError(f"there is no round {chosen}; rounds: {', '.join(found.rounds) or 'none yet'}")
    rows = found.by(chosen, by)
    equal = found.equal_holders.get(By(by), {}).get(chosen)
    if not rows:
        return Answer(f"no claim of {chosen} or a round before it is published", {"shares": [], "equal_holders": None})
    sites = bank(reading.session)
    table = [
        f"{row.so_far.km2_days:>9} km2 days {_percent(row.percent_of_km2_days)} {row.so_far.entries:>4} entries"
        f" {_percent(row.percent_of_entries)} {row.so_far.claims:>4} claims  {row.holder}"
        f"  ({row.own.entries} entries, {row.own.km2_days} km2 days in {chosen})"
        + (_in_bank(sites.kept_for(row.holder), sites.owed_by(row.holder)) if by == "party" else "")
        for row in rows
    ]
    as_if = [f"as concentrated as {equal:.2f} equal holders would be"] if equal else []
    invented = ["illustrative: rounds up to this one are invented"] if found.is_invented(chosen) else []
    banked = {"banked": sites.banked, "owed": len(sites.owed)}
    kept = [f"site bank now: {sites.banked} sites kept free for others, {len(sites.owed)} owed"]
    told = {"round": chosen, "by": by, "shares": rows, "equal_holders": equal, "site_bank": banked}
    return Answer([*table, *as_if, *kept, *invented], told)


def _in_bank(kept: int, owed: int) -> str:
    return f"; {kept} banked, {owed} owed" if kept or owed else ""


def _percent(value: float | None) -> str:
    return "   none " if value is None else f"{value:>6.2f} %"
