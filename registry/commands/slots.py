"""`registry slots`: the landing calendar, windows asked for, and the slots proposed for them."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, Deed, Desk, Reading, acts, reads, works

if TYPE_CHECKING:
    from registry.children import Run
    from registry.domain.landing_slots import LandingSlot
    from registry.services.proposing import Verification

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_DAYS = 3650


@click.group("slots")
def group() -> None:
    """Landings and ascents: windows asked for, slots proposed and confirmed, and the input of `solver slots`."""


@group.command("list")
@click.option("--from", "first", type=DAY, help="Leave out what is over by this day.")
@reads()
def list_(reading: Reading, first: datetime | None) -> Answer:
    """List the days on which craft may land and leave, the earliest first, who else is about, and the slots."""
    from registry.queries.landings import movements
    from registry.queries.slot_instances import live_slots

    rows = [row for row in movements(reading.session) if first is None or row.until > first.date()]
    slots = live_slots(reading.session)
    lines = [
        f"{row.first_day} to {row.last_day}  {row.kind:<8} {row.entry}  {row.claim}  {' '.join(row.parties):<8} {row.name}"
        + (f"; slot {_when(slots[row.id])}" if row.id in slots else "")
        + (f"; within reach: {', '.join(row.beside)}" if row.beside else "")
        for row in rows
    ]
    return Answer([*lines, f"{len(rows)} landings and ascents"], rows)


@group.command("ask")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--phase", default="", help="The landing or ascent, where the claim has several.")
@click.option(
    "--window", "windows", multiple=True, required=True,
    help="Days and hours in UTC, such as '2028-02-28 22:00 to 2028-02-29 03:00'; repeat it for more.",
)  # fmt: skip
@click.option(
    "--azimuths", type=(float, float), metavar="FROM TO",
    help="Where it comes from or goes to on the map: degrees, clockwise from up; all around if left out.",
)  # fmt: skip
@click.option("--preferred", metavar="INSTANT", help="Within the windows (default: their first minute).")
@click.option("--landed-mass-kg", type=float, help="At most that for which the zone was sized, which is the default.")
@acts("landing_windows.ask")
def ask(deed: Deed, claim_id: str, phase: str, preferred: str | None, **said: Any) -> Answer:
    """Ask for windows of a landing or ascent of CLAIM; what was asked before is amended."""
    from registry.services import landing_windows

    asked = landing_windows.Asked(preferred=_instant(preferred), **said)
    made = landing_windows.ask(deed.session, claim_id, phase, asked, deed.actor, deed.at)
    count = len(made.windows)
    words = (
        f"{made.kind} {claim_id}/{made.phase}: {count} window{'s' if count > 1 else ''} asked for, request {made.id}"
    )
    return Answer([words, *(f"  {first} to {last}" for first, last in made.windows)], made)


@group.command("withdraw")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--phase", default="", help="The landing or ascent, where several were asked for.")
@click.option("--reason", required=True, help="Why, in public words.")
@acts("landing_windows.withdraw")
def withdraw(deed: Deed, claim_id: str, phase: str, reason: str) -> Answer:
    """Withdraw the windows asked for a landing or ascent of CLAIM; its slot goes with them."""
    from registry.services import landing_windows

    made = landing_windows.withdraw(deed.session, claim_id, phase, reason, deed.actor, deed.at)
    return Answer(f"{made.kind} {claim_id}/{made.phase}: its windows are withdrawn", made)


@group.command("windows")
@click.argument("claim_id", metavar="CLAIM", required=False)
@reads()
def windows_(reading: Reading, claim_id: str | None) -> Answer:
    """List the windows asked for, of all claims or of CLAIM."""
    from registry.queries.slot_instances import windows_in_force

    rows = windows_in_force(reading.session, claim_id)
    lines = [
        f"{name}  {row.kind:<8} {row.party_id:<8} {row.windows[0][0]} to {row.windows[-1][1]} in {_counted(row.windows)}, "
        f"preferred {row.preferred_at:%Y-%m-%d %H:%M}, {_corridor(row.azimuth_from_deg, row.azimuth_to_deg)}"
        for name, row in rows.items()
    ]
    return Answer([*lines, f"{len(rows)} landings and ascents with windows"], list(rows.values()))


@group.command("instance")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", type=DAY, required=True, help="The first day; minutes count from its midnight.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=365, show_default=True, help="How many.")
@click.option(
    "--with", "more", type=FILE, help="A JSON object with orbiters, operations or orbits_until_min to put in."
)
@reads()
def instance(reading: Reading, out: Path, first: datetime, days: int, more: Path | None) -> Answer:
    """Write OUT for `solver slots solve`: windows asked for, slots confirmed, and whoever else may land within these days."""
    from registry.queries.slot_instances import slots_document
    from solver.fields import InputError, load_json
    from solver.io import dump, read_bytes, write_atomically
    from solver.traffic.instance_file import parse_slots_instance

    document = slots_document(reading.session, first.date(), days)
    try:
        added = load_json(read_bytes(more)) if more else {}
        if not isinstance(added, dict) or added.keys() - {"orbiters", "operations", "orbits_until_min"}:
            said = f"{more}: give one JSON object with orbiters, operations or orbits_until_min, and nothing else"
            raise click.UsageError(said)
        problem = parse_slots_instance(json.dumps(document | added).encode())
        write_atomically(out, dump(document | added))
    except InputError as error:
        raise click.UsageError("; ".join(str(error).splitlines())) from error
    count = len(document["movements"])
    told = f"{out}: {count} movements; now: solver slots solve {out} --seed {problem.sha256} -o slots.json"
    return Answer(told, {"movements": count, "sha256": problem.sha256})


@group.command("propose")
@click.argument("instance_file", metavar="INSTANCE", type=FILE)
@click.argument("solution_file", metavar="SOLUTION", type=FILE)
@works("landing_slots.propose")
def propose(desk: Desk, instance_file: Path, solution_file: Path) -> Answer:
    """Verify SOLUTION of INSTANCE in a process of its own, and publish its slots."""
    from registry.services import landing_slots
    from solver.io import read_bytes

    problem, answer = read_bytes(instance_file), read_bytes(solution_file)
    report = _verified(problem, answer)
    with desk.unit() as deed:
        made = landing_slots.propose(deed.session, problem, answer, report, deed.actor, deed.at)
        heading = f"proposal {made.id} has {len(made.slots)} slots from {made.first_day} to {made.last_day}"
        lines = [
            f"{heading}; solution sha256 {made.solution_sha256}",
            *(_slot_line(row) for row in made.slots),
            *(f"no slot: {row['movement']}" for row in made.solution["unserved"]),
        ]
        return Answer(lines, landing_slots.shown(made))


def _verified(problem: bytes, answer: bytes) -> "Verification":
    """What the independent verifier says of these very bytes."""
    import tempfile

    from registry import children
    from registry.services.landing_slots import VERIFIER
    from registry.services.proposing import Verification
    from solver.io import write_atomically

    with tempfile.TemporaryDirectory(prefix="slots-") as folder:
        files = Path(folder) / "instance.json", Path(folder) / "slots.json"
        for path, data in zip(files, (problem, answer), strict=True):
            write_atomically(path, data)
        ended = children.here(children.verifying_slots(*files))
    if not ended:
        return Verification(problems=_problems(ended), verifier=VERIFIER)
    _, _, checks = ended.message.partition("checked: ")
    return Verification(checks=tuple(checks.split("; ")), verifier=VERIFIER)


def _problems(ended: "Run") -> tuple[str, ...]:
    """Every refusal of the verifier; what else went wrong with it in one sentence."""
    refusals = (line.removeprefix("refused: ") for line in ended.output.splitlines() if line.startswith("refused: "))
    return tuple(refusals) or (ended.message,)


@group.command("proposals")
@reads()
def proposals(reading: Reading) -> Answer:
    """List the proposals of slots, the newest first."""
    from registry.queries.slots import list_proposals

    rows = list_proposals(reading.session)
    lines = [
        f"{row.number}  {row.first_day} to {row.last_day}  {row.status}  {row.live} of {row.slots} slots stand, "
        f"{row.confirmed} confirmed  {row.solution_sha256}"
        for row in rows
    ]
    return Answer([*lines, f"{len(rows)} proposals"], rows)


@group.command("show")
@click.argument("number", metavar="PROPOSAL", type=int)
@click.option(
    "--instance", "instance_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the instance."
)
@click.option(
    "--solution", "solution_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the solution."
)
@reads()
def show(reading: Reading, number: int, instance_file: Path | None, solution_file: Path | None) -> Answer:
    """Show PROPOSAL slot by slot; its files for `solver slots verify` with --instance and --solution."""
    from registry.queries.slots import proposal
    from registry.services.errors import NotFoundError
    from solver.io import dump, write_atomically

    found = proposal(reading.session, number)
    if found is None:
        raise NotFoundError(f"there is no proposal {number} of slots; list them with: registry slots proposals")
    for path, document in ((instance_file, found.instance), (solution_file, found.solution)):
        if path is not None:
            write_atomically(path, dump(dict(document)))
    lines = [f"proposal {number} of {found.proposed_at:%Y-%m-%d}, {found.status}; verified: {', '.join(found.checks)}"]
    return Answer([*lines, *(_slot_line(row) for row in found.rows), *_unserved(found.solution)], found.summary)


def _unserved(solution: Any) -> Iterator[str]:
    for row in solution["unserved"]:
        causes = ", ".join(f"{why['rule']} {why['by'] or ''}".strip() for why in row["reasons"])
        yield f"no slot: {row['movement']}: {causes}"


@group.command("confirm")
@click.argument("slot_id", metavar="SLOT", type=int)
@acts("landing_slots.confirm")
def confirm(deed: Deed, slot_id: int) -> Answer:
    """Confirm SLOT of your party: later proposals keep it."""
    from registry.services import landing_slots

    slot = landing_slots.confirm(deed.session, slot_id, deed.actor, deed.at)
    return Answer(_slot_line(slot), slot)


@group.command("another")
@click.argument("slot_id", metavar="SLOT", type=int)
@click.option("--reason", required=True, help="Why, in public words.")
@acts("landing_slots.another")
def another(deed: Deed, slot_id: int, reason: str) -> Answer:
    """Give SLOT of your party back and ask for another one."""
    from registry.services import landing_slots

    slot = landing_slots.another(deed.session, slot_id, reason, deed.actor, deed.at)
    return Answer(_slot_line(slot), slot)


def _slot_line(row: "LandingSlot | Any") -> str:
    return f"slot {row.id}  {_when(row)}  {row.kind:<8} {row.movement}  {row.state}"


def _when(row: "LandingSlot | Any") -> str:
    return f"{row.slot_at:%Y-%m-%d %H:%M}" if row.precision == "minute" else f"{row.slot_at:%Y-%m-%d} (hour later)"


def _counted(windows: Sequence[object]) -> str:
    return f"{len(windows)} window{'s' if len(windows) > 1 else ''}"


def _corridor(first: float | None, last: float | None) -> str:
    return "all around" if first is None else f"azimuths {first:g} to {last:g}"


def _instant(words: str | None) -> datetime | None:
    from registry.domain.instants import parse_utc
    from registry.services.errors import ValidationError

    if words is None:
        return None
    try:
        return parse_utc(words)
    except ValueError as error:
        raise ValidationError([f"preferred: {error}; write for example 2028-02-28T23:30:00Z"]) from error
