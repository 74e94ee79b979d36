"""What came of the round, for a person: who asked for what, who got what, why not, and where everything lies."""

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.demo.job import Job
from registry.domain.claims import Claim
from registry.domain.entries import Entry
from registry.domain.places import Feature, Region
from registry.exports.contents import Contents, gather
from registry.exports.places import folder_name
from registry.exports.reasons import WhyNot
from registry.exports.tables import why_not
from registry.log import records
from solver.solution import in_points

WIDTH = 100
_RANKS = ("1st", "2nd", "3rd")


def report(job: Job) -> str:
    """The outcome of the job's round as text of at most 100 columns, but for long paths."""
    console = Console(file=io.StringIO(), highlight=False, no_color=True, width=WIDTH)
    with job.reading() as session, console.capture() as captured:
        contents = gather(session, job.round.id)
        places = _place_names(session)
        console.print(_served(contents, places))
        console.print(_unserved(contents, places))
        for line in (*_points(contents), *_proof(contents, records.size(session))):
            console.print(line, markup=False)
        for line in _where(job):
            console.print(line, markup=False, soft_wrap=True)  # a path is copied whole
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def sign_in(passwords: Mapping[str, str], job: Job) -> Iterator[str]:
    """How the staff sign in; one-time passwords are shown this once and kept nowhere."""
    if not passwords:
        yield "Accounts: made by an earlier run. For a new password: python3 -m registry user password EMAIL"
        return
    yield "To sign in (these passwords are shown once and kept nowhere):"
    for person in job.round.staff:
        if person.email in passwords:
            spoken = person.role + (f", {person.party}" if person.party else "")
            yield f"  {person.email:<28} {passwords[person.email]:<18} {person.name} ({spoken})"
    yield "No authenticator app is asked for: this register is illustrative; real ones ask staff and council."


def _place_names(session: Session) -> dict[str, str]:
    rows = [*session.execute(select(Region.id, Region.name)), *session.execute(select(Feature.id, Feature.name))]
    return {row[0]: row[1] for row in rows}


def _table(name: str, columns: Mapping[str, int]) -> Table:
    table = Table(title=name, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading, width in columns.items():
        table.add_column(heading, width=width, overflow="fold")
    return table


def _served(contents: Contents, places: Mapping[str, str]) -> Table:
    columns = {"Claim": 26, "For": 7, "Asked for": 17, "Got": 17, "From": 10, "Until": 10, "Points": 6}
    table = _table(f"\nWho asked for what, and who got what: {contents.round.name}", columns)
    points = _points_by_placement(contents)
    for entry in contents.standing:
        table.add_row(
            *_asked(entry.claim, places), *_got(entry, places), points.get(entry.placement.public_id, "").rjust(6)
        )
    return table


def _asked(claim: Claim, places: Mapping[str, str]) -> tuple[str, str, str]:
    now = claim.current
    credited = " ".join(credit.party_id for credit in now.credits)
    return f"{claim.id} {now.name}", credited, _place(now.placements[0].place_id, places)


def _got(entry: Entry, places: Mapping[str, str]) -> tuple[str, str, str]:
    site = f"{_rank(entry.placement.rank)}: {_place(entry.placement.place_id, places)}"
    return site, str(entry.valid_from), str(entry.valid_until)


def _place(place_id: str, places: Mapping[str, str]) -> str:
    return places.get(place_id, place_id)


def _rank(rank: int) -> str:
    return _RANKS[rank - 1] if rank <= len(_RANKS) else f"{rank}th"


def _points_by_placement(contents: Contents) -> dict[str, str]:
    claims = contents.instance.content["claims"] if contents.instance else []
    return {row["id"]: str(row["points"]) for claim in claims for row in claim["placements"]}


def _unserved(contents: Contents, places: Mapping[str, str]) -> Table:
    table = _table("\nWho got nothing, and why not", {"Claim": 26, "For": 7, "Asked for": 17, "Why not": 46})
    reasons: dict[str, list[WhyNot]] = {}
    for why in why_not(contents):
        reasons.setdefault(why.claim, []).append(why)
    for claim in contents.claims:
        if claim.id in reasons:
            table.add_row(*_asked(claim, places), "\n".join(_in_short(reasons[claim.id])))
    return table


def _in_short(reasons: Iterable[WhyNot]) -> Iterator[str]:
    for why in reasons:
        if why.step == "examination":
            yield f"returned, {why.rule}: {why.words}"
        else:
            yield f"{_rank(int(why.placement.rpartition('/')[2]))}: {why.words}"


def _points(contents: Contents) -> Iterator[str]:
    """Parties by points, the worst-off first, in lines of one value each."""
    by_points: dict[float, list[str]] = {}
    for party, points in contents.solution.get("parties", {}).items():
        by_points.setdefault(points, []).append(party)
    yield "\nPoints by party (a claim's points times the party's share)"
    for points in sorted(by_points):
        yield f"  {in_points(round(points * 100)):>6}  {' '.join(sorted(by_points[points]))}"


def _proof(contents: Contents, log_size: int) -> Iterator[str]:
    stages = contents.solution.get("stages", ())
    proved = sum(stage["proved"] for stage in stages)
    proposal, instance = contents.proposal, contents.instance
    if proposal is None or instance is None:
        return
    returned = len(contents.claims) - len(instance.content["claims"])
    verdict = "valid" if proposal.verified else "REFUSED"
    yield f"\nStages proved optimal: {proved} of {len(stages)}; independent verification: {verdict}"
    yield (
        f"{len(contents.claims)} claims received, {returned} returned, {len(contents.standing)} entries recorded, "
        f"{len(contents.claims) - returned - len(contents.standing)} not served; {log_size} records in the log"
    )
    if contents.round.illustrative:
        yield "Illustrative: real places and real States, but nobody has filed anything here."
    yield "No agreed international radius for safety zones exists; several sizing methods are placeholders."


def _where(job: Job) -> Iterator[str]:
    yield "\nWhere everything lies"
    rows: list[tuple[str, Path | str]] = [
        ("database", job.settings.data / "registry.sqlite" if job.settings.database_url is None else "as configured"),
        ("instance, solution", job.run_folder),
        ("export", job.export_folder),
        ("map", job.export_folder / "rounds" / folder_name(job.round.id) / "map.svg"),
    ]
    for name, path in rows:
        yield f"  {name:<19} {path}"
    yield ""
