"""The tables of an export: names, columns in their fixed order, rows in the order of ids. Every row of an invented
round says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain.claims import Claim, Phase, Placement
from registry.domain.entries import Entry
from registry.exports import filings, reasons
from registry.exports.contents import Contents

Cell = Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table by name; every row has one cell for each column."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def tables(contents: Contents) -> list[Table]:
    """All tables of an export, what was filed first."""
    return [
        *(_table(*named) for named in filings.tables(contents)),
        _table("placements", _PLACEMENTS, (_placement(contents, *row) for row in contents.placements())),
        _table("phases", _PHASES, _phases(contents)),
        _table("findings", _FINDINGS, _findings(contents)),
        _table("entries", _ENTRIES, (_entry(row) for row in contents.entries)),
        _table("zones", _ZONES, _zones(contents)),
        _table("unserved", _UNSERVED, _unserved(contents)),
        _table("party_points", _POINTS, _points(contents)),
        _table("stages", _STAGES, _stages(contents)),
        _table("instances", _INSTANCES, _instances(contents)),
        _table("proposals", _PROPOSALS, _proposals(contents)),
        _table("votes", _VOTES, _votes(contents)),
        _table("offers", _OFFERS, _offers(contents)),
        _table("notices", _NOTICES, _notices(contents)),
        *(_table(*named) for named in contents.coordination.tables()),
        *_reference(contents),
    ]


def _table(name: str, columns: str, rows: Iterator[Sequence[Cell]]) -> Table:
    return Table(name, tuple(columns.split()), list(rows))


_PLACEMENTS = """id claim rank place name geometry_type x_m y_m first_day last_day first_start last_start days
    allotted illustrative"""


def _placement(contents: Contents, claim: Claim, placement: Placement) -> Sequence[Cell]:
    x_m, y_m = _first_position(placement.footprint["coordinates"])
    allotted = placement.public_id in {row["placement"] for row in contents.solution.get("allotments", ())}
    return (
        placement.public_id, claim.id, placement.rank, placement.place_id, placement.name,
        placement.footprint["type"], x_m, y_m, placement.first_day, placement.last_day,
        contents.day(placement.first_day), contents.day(placement.last_day), length_days(placement.phases),
        allotted, claim.illustrative,
    )  # fmt: skip


def length_days(phases: Sequence[Phase]) -> int:
    """Days from the start of a placement to the end of its last phase."""
    return max(phase.offset_days + phase.days for phase in phases)


def _first_position(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]


_PHASES = """placement position name offset_days days keep_out_m method method_version inputs anomaly_keep_out_m
    anomaly_method anomaly_inputs illustrative"""


def _phases(contents: Contents) -> Iterator[Sequence[Cell]]:
    for claim, placement in contents.placements():
        for phase in placement.phases:
            size = (phase.keep_out_m, phase.method_id, phase.method_version, phase.inputs)
            when = (phase.position, phase.name, phase.offset_days, phase.days)
            anomaly = phase.anomaly or {}
            wider = (anomaly.get("keep_out_m"), anomaly.get("method_id"), anomaly.get("inputs"))
            yield placement.public_id, *when, *size, *wider, claim.illustrative


_FINDINGS = "claim revision examined_at provision outcome reason mend effect due_at evidence illustrative"


def _findings(contents: Contents) -> Iterator[Sequence[Cell]]:
    for claim in contents.claims:
        examination = contents.examination(claim)
        for row in examination.findings if examination else ():
            at = examination.examined_at if examination else None
            said = (row.provision_id, row.outcome, row.reason, row.mend, row.effect, row.due_at, row.evidence)
            yield claim.id, claim.current.number, at, *said, claim.illustrative


_ENTRIES = """id claim name placement place state start_day valid_from valid_until recorded_at supersedes
    illustrative"""


def _entry(entry: Entry) -> Sequence[Cell]:
    placement, name = entry.placement, entry.claim.current.name
    term = (entry.start_day, entry.valid_from, entry.valid_until, entry.recorded_at, entry.supersedes_id)
    site = (placement.public_id, placement.place_id)
    return (entry.id, entry.claim_id, name, *site, entry.state, *term, entry.illustrative)


_ZONES = """entry claim placement phase start_day end_day valid_from valid_until keep_out_m method method_version
    illustrative"""


def _zones(contents: Contents) -> Iterator[Sequence[Cell]]:
    for entry in contents.entries:
        for zone in entry.zones:
            term = (zone.start_day, zone.end_day, zone.valid_from, zone.valid_until)
            size = (zone.keep_out_m, zone.method_id, zone.method_version)
            yield entry.id, entry.claim_id, entry.placement.public_id, zone.phase, *term, *size, entry.illustrative


_UNSERVED = "claim name filed_by step placement rule by reason illustrative"


def _unserved(contents: Contents) -> Iterator[Sequence[Cell]]:
    by_claim = {claim.id: claim for claim in contents.claims}
    for why in why_not(contents):
        claim = by_claim[why.claim]
        who = (why.claim, claim.current.name, claim.filed_by_id)
        yield (*who, why.step, why.placement, why.rule, " ".join(why.by), why.words, claim.illustrative)


def why_not(contents: Contents) -> list[reasons.WhyNot]:
    """Every reason why a claim of the round has no entry, by claim."""
    names = {placement.public_id: claim.current.name for claim, placement in contents.placements()}
    found = list(reasons.of_solution(contents.solution, names))
    allocated = {row["id"] for row in contents.instance.content["claims"]} if contents.instance else set()
    for claim in contents.claims:
        if claim.id not in allocated:
            found += reasons.of_examination(claim, contents.examination(claim))
    return sorted(found, key=lambda why: (why.claim, why.placement))


_POINTS = "party name points illustrative"


def _points(contents: Contents) -> Iterator[Sequence[Cell]]:
    names = {party.id: party.name for party in contents.parties}
    for party, points in sorted(contents.solution.get("parties", {}).items()):
        yield party, names[party], points, contents.round.illustrative


_STAGES = "position name value bound proved illustrative"


def _stages(contents: Contents) -> Iterator[Sequence[Cell]]:
    for position, row in enumerate(contents.solution.get("stages", ()), start=1):
        yield position, row["name"], row["value"], row["bound"], row["proved"], contents.round.illustrative


_INSTANCES = """number kind fallback reason basis policy_version sha256 frozen_at draw_source draw_reference
    value_hex published_at drawn_at seed_hex seed_instance_sha256 illustrative"""


def _instances(contents: Contents) -> Iterator[Sequence[Cell]]:
    for row in contents.instances:
        made = (row.number, row.kind, row.fallback, row.reason, row.basis.number if row.basis else None)
        draw = contents.draws.get(row.id)
        drawn = [getattr(draw, name, None) for name in _OF_DRAW]
        yield *made, row.policy.version, row.sha256, row.frozen_at, *drawn, contents.round.illustrative


_OF_DRAW = (
    "source", "reference", "value_hex", "published_at", "drawn_at", "seed_hex", "seed_instance_sha256",
)  # fmt: skip
_PROPOSALS = """instance official status solution_sha256 verified confirmed second_opinion proposed_at outcome ground
    decided_at illustrative"""


def _proposals(contents: Contents) -> Iterator[Sequence[Cell]]:
    for row in contents.proposals:
        second, decision = row.verification.get("second", {}), contents.decisions.get(row.id)
        checked = (row.verified, row.confirmed, second.get("said"))
        decided = (decision.ground, decision.decided_at) if decision else (None, None)
        made = (row.instance.number, row.official, row.status, row.solution_sha256)
        yield *made, *checked, row.proposed_at, row.outcome, *decided, contents.round.illustrative


_VOTES = "instance decider party choice ground reason voted_at party_is_credited illustrative"


def _votes(contents: Contents) -> Iterator[Sequence[Cell]]:
    for proposal in contents.proposals:
        for vote in proposal.votes:
            said = (vote.choice, vote.ground, vote.reason, vote.voted_at, vote.interested)
            yield proposal.instance.number, vote.decider, vote.party_id, *said, contents.round.illustrative


_OFFERS = """claim instance placement start_day offered_at expires_at state answered_at answered_by reason
    illustrative"""


def _offers(contents: Contents) -> Iterator[Sequence[Cell]]:
    numbers = {row.id: row.instance.number for row in contents.proposals}
    for row in contents.offers:
        made = (row.claim_id, numbers[row.decision.proposal_id], row.placement.public_id, row.start_day)
        answer = (row.state, row.answered_at, row.answered_by, row.reason)
        yield *made, row.offered_at, row.expires_at, *answer, row.claim.illustrative


_NOTICES = """number kind addressee subject heading text created_at state attempts last_attempt_at sent_at failure
    illustrative"""


def _notices(contents: Contents) -> Iterator[Sequence[Cell]]:
    for row in contents.notices:
        said = (row.id, row.kind, row.addressee, row.subject, row.heading, row.text, row.created_at)
        delivery = (row.state, row.attempts, row.last_attempt_at, row.sent_at, row.failure)
        yield *said, *delivery, contents.round.illustrative


def _reference(contents: Contents) -> list[Table]:
    """Facts with their sources; they hold whatever the round is."""
    plain = (
        ("parties", "id name kind source", contents.parties),
        ("controllers", "id name kind source", contents.controllers),
        ("operators", "id name party_id controller_id source", contents.operators),
        ("instruments", "id name kind binding source", contents.instruments),
        ("memberships", "instrument_id party_id status since until date_confirmed source", contents.memberships),
        (
            "provisions",
            "id name severity instrument standing binds timer timer_default source statement check_text",
            contents.provisions,
        ),
        ("norm_profiles", "id name standing provisions strict statement source", contents.norm_profiles),
        (
            "protected_places",
            "id name kind party_id year lat_deg lon_deg coordinate_sigma_m radius_m enforced remark source",
            contents.protected_places,
        ),
    )
    return [
        _table(name, columns, ([getattr(row, column) for column in columns.split()] for row in rows))
        for name, columns, rows in plain
    ]
