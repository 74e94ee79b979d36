"""The tables of a package: names, columns in their fixed order, rows in the order of ids. Every row of an invented round
says so. Columns that name persons, and tables of persons, are in a full package only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain.claims import Claim, Phase, Placement
from registry.domain.confidential import person_columns
from registry.domain.decisions import Draw
from registry.domain.entries import Entry
from registry.domain.notices import Notice
from registry.exports import accounts, attachments, equity, filings, reasons
from registry.exports.contents import Contents
from registry.exports.register import Register
from registry.exports.schemas import SCHEMAS, Column, Schema
from registry.exports.scope import Scope
from registry.exports.withheld import without_hidden, without_persons

Cell = Any
Row = Sequence[Cell]
Named = tuple[str, Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it means; every row has one cell for each column."""

    schema: Schema
    rows: Sequence[Row]

    @property
    def name(self) -> str:
        """Its name."""
        return self.schema.name

    @property
    def columns(self) -> tuple[Column, ...]:
        """What its cells mean, in their order."""
        return self.schema.columns


def tables(register: Register) -> list[Table]:
    """All tables, what was filed first; all rounds in each."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    names = {row.id: row.name for row in register.plain["parties"]}
    for contents in register.rounds:
        for name, found in _of_round(contents, names):
            rows[name] += found
    for name, facts in register.plain.items():
        rows[name] = [[getattr(row, column) for column in SCHEMAS[name].names] for row in facts]
    rows["concentration"] = [*equity.concentration(register.concentration)]
    rows["users"] = [(row.id, row.email, row.name, row.party_id, row.active, row.created_at) for row in register.users]
    rows["account_roles"] = [*accounts.table(register.held_roles)]
    rows["attachments"] = [*attachments.table(register.attached, register.attached_up_to_bytes)]
    return [_table(SCHEMAS[name], found, register) for name, found in rows.items() if _is_told(name, register)]


def _is_told(name: str, register: Register) -> bool:
    return register.scope is Scope.FULL or not SCHEMAS[name].of_persons


def _table(schema: Schema, rows: Sequence[Row], register: Register) -> Table:
    if register.scope is Scope.FULL:
        return Table(schema, rows)
    schema, rows = without_persons(schema, rows)
    return Table(schema, without_hidden(schema, rows, register.hidden))


def _of_round(contents: Contents, names: Mapping[str, str]) -> Iterator[Named]:
    yield from filings.tables(contents)
    yield "placements", _placements(contents)
    yield "phases", _phases(contents)
    yield "entries", (_entry(row) for row in contents.entries)
    yield "zones", _zones(contents)
    yield "unserved", _unserved(contents)
    yield "party_points", _points(contents, names)
    yield "stages", _stages(contents)
    yield "instances", _instances(contents)
    yield "proposals", _proposals(contents)
    yield "votes", _votes(contents)
    yield "offers", _offers(contents)
    yield "notices", (_notice(contents, row) for row in contents.notices)
    yield from contents.coordination.tables(contents.round.id)
    yield from contents.lives.tables(contents.round.id, illustrative=contents.round.illustrative)


def _placements(contents: Contents) -> Iterator[Row]:
    allotted = contents.allotted
    for claim, row in contents.placements():
        yield _placement(contents, claim, row, is_allotted=row.public_id in allotted)


def _placement(contents: Contents, claim: Claim, placement: Placement, *, is_allotted: bool) -> Row:
    x_m, y_m = _first_position(placement.footprint["coordinates"])
    return (
        placement.public_id, claim.id, claim.round_id, placement.rank, placement.place_id, placement.name,
        placement.footprint["type"], x_m, y_m, placement.first_day, placement.last_day,
        contents.day(placement.first_day), contents.day(placement.last_day), length_days(placement.phases),
        is_allotted, claim.illustrative,
    )  # fmt: skip


def length_days(phases: Sequence[Phase]) -> int:
    """Days from the start of a placement to the end of its last phase."""
    return max(phase.offset_days + phase.days for phase in phases)


def _first_position(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]


def _phases(contents: Contents) -> Iterator[Row]:
    for claim, placement in contents.placements():
        for position, phase in enumerate(placement.phases, start=1):
            size = (phase.keep_out_m, phase.method_id, phase.method_version, phase.inputs)
            when = (position, phase.name, phase.offset_days, phase.days)
            anomaly = phase.anomaly or {}
            wider = (anomaly.get("keep_out_m"), anomaly.get("method_id"), anomaly.get("inputs"))
            yield placement.public_id, claim.round_id, *when, *size, *wider, claim.illustrative


def _entry(entry: Entry) -> Row:
    placement, claim = entry.placement, entry.claim
    term = (entry.start_day, entry.valid_from, entry.valid_until, entry.recorded_at, entry.supersedes_id)
    site = (claim.current.name, placement.public_id, entry.place)
    life = (entry.cause or None, entry.footprint, entry.in_use_from, entry.ended_on)
    return (entry.id, claim.id, claim.round_id, *site, entry.state, *term, *life, entry.illustrative)


def _zones(contents: Contents) -> Iterator[Row]:
    for entry in contents.entries:
        of = (entry.id, entry.claim_id, contents.round.id, entry.placement.public_id)
        for position, zone in enumerate(entry.zones, start=1):
            term = (zone.start_day, zone.end_day, zone.valid_from, zone.valid_until)
            size = (zone.keep_out_m, zone.method_id, zone.method_version)
            yield *of, position, zone.phase, *term, *size, entry.illustrative


def _unserved(contents: Contents) -> Iterator[Row]:
    by_claim = {claim.id: claim for claim in contents.claims}
    for why in why_not(contents):
        claim = by_claim[why.claim]
        who = (why.claim, claim.round_id, claim.current.name, claim.filed_by_id)
        yield (*who, why.step, why.placement or None, why.rule, " ".join(why.by), why.words, claim.illustrative)


def why_not(contents: Contents) -> list[reasons.WhyNot]:
    """Every reason why a claim of the round has no entry, by claim."""
    names = {placement.public_id: claim.current.name for claim, placement in contents.placements()}
    found = list(reasons.of_solution(contents.solution, names))
    allocated = {row["id"] for row in contents.instance.content["claims"]} if contents.instance else set()
    for claim in contents.claims:
        if claim.id not in allocated:
            found += reasons.of_examination(claim, contents.examination(claim))
    return sorted(found, key=lambda why: (why.claim, why.placement))


def _points(contents: Contents, names: Mapping[str, str]) -> Iterator[Row]:
    for party, points in sorted(contents.solution.get("parties", {}).items()):
        yield contents.round.id, party, names[party], points, contents.round.illustrative


def _stages(contents: Contents) -> Iterator[Row]:
    for position, row in enumerate(contents.solution.get("stages", ()), start=1):
        reached = (row["name"], row["value"], row["bound"], row["proved"])
        yield contents.round.id, position, *reached, contents.round.illustrative


def _instances(contents: Contents) -> Iterator[Row]:
    for row in contents.instances:
        made = (row.number, row.kind, row.fallback, row.reason, row.basis.number if row.basis else None)
        drawn = _of_draw(contents.draws.get(row.id))
        frozen = (row.policy.version, row.sha256, row.frozen_at)
        yield contents.round.id, *made, *frozen, *drawn, contents.round.illustrative


def _of_draw(draw: Draw | None) -> Row:
    if draw is None:
        return [None] * 7
    public = (draw.source, draw.reference, draw.value_hex, draw.published_at)
    return (*public, draw.drawn_at, draw.seed_hex, draw.seed_instance_sha256)


def _proposals(contents: Contents) -> Iterator[Row]:
    for row in contents.proposals:
        second, decision = row.verification.get("second") or {}, contents.decisions.get(row.id)
        checked = (row.verified, row.confirmed, second.get("said"))
        decided = (decision.ground, decision.decided_at) if decision else (None, None)
        made = (row.id, contents.round.id, row.instance.number, row.official, row.status, row.solution_sha256)
        yield *made, *checked, row.proposed_at, row.outcome, *decided, contents.round.illustrative


def _votes(contents: Contents) -> Iterator[Row]:
    for proposal in contents.proposals:
        of = (proposal.id, contents.round.id, proposal.instance.number)
        for position, vote in enumerate(proposal.votes, start=1):
            said = (vote.choice, vote.ground, vote.reason, vote.voted_at, vote.interested)
            yield *of, position, vote.decider, vote.party_id, *said, contents.round.illustrative


def _offers(contents: Contents) -> Iterator[Row]:
    numbers = {row.id: row.instance.number for row in contents.proposals}
    for row in contents.offers:
        number = numbers[row.decision.proposal_id]
        made = (row.claim_id, contents.round.id, number, row.placement.public_id, row.start_day)
        answer = (row.state, row.answered_at, row.answered_by, row.reason)
        yield *made, row.offered_at, row.expires_at, *answer, row.claim.illustrative


def _notice(contents: Contents, row: Notice) -> Row:
    names_persons = bool(person_columns("notices", {"kind": row.kind}))
    words = (None, None) if names_persons and contents.scope is Scope.PUBLIC else (row.heading, row.text)
    said = (row.id, contents.round.id, row.kind, row.addressee, row.subject, *words, row.created_at)
    delivery = (row.state, row.attempts, row.last_attempt_at, row.sent_at, row.failure)
    return (*said, *delivery, contents.round.illustrative)
