"""Reading a filing: every fault at once, each with its field and the mend; keep-outs from the methods, never typed in.

What is refused here could not be stored or compared. What can be read but breaks a rule is left to the examination.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from registry.domain.claims import ACTIVITIES, LEAST_CREDIT
from registry.domain.instants import parse_utc
from registry.domain.texts import text_faults
from solver import geometry, zones
from solver.fields import Fault, InputError, Record

FIELDS = {
    "key": True, "name": True, "filed_by": True, "received_at": False, "operator": True, "credit": True,
    "contributions": True, "authorisation": True, "state_of_registry": True, "launching_parties": True,
    "purpose": True, "activity": True, "peaceful_statement": True, "term_days": True, "disposal_plan": True,
    "emergency_contact": True, "cospar_inventory": True, "uses_resources": True, "illustrative": False,
    "basis": False, "placements": True,
}  # fmt: skip
_AUTHORISATION = {"party": True, "reference": True, "supervision_contact": True}
_PLACEMENT = {"rank": True, "place": True, "name": True, "footprint": True, "start": True, "phases": True}
_PHASE = {"name": True, "offset": True, "days": True, "method": True, "inputs": True}
# Methods that size what the agency protects or keeps free; a claim cannot use them.
AGENCY_METHODS = ("heritage-lander", "heritage-impact", "agency-hold")
KEY_LENGTH = 120
NAME_LENGTH = 200
MOST_DAYS = 2**31 - 1  # a term that the tables hold; how long a term may be is for the examination


@dataclass(frozen=True, slots=True)
class Known:
    """What a filing may refer to: ids of parties, operators and places, methods and limits of the round's policy."""

    parties: AbstractSet[str]
    operators: AbstractSet[str]
    places: AbstractSet[str]
    methods: tuple[str, ...]
    ranks: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class FiledPhase:
    """A phase with the keep-out that its method gives, metres rounded up."""

    name: str
    offset: int
    days: int
    method_id: str
    method_version: str
    inputs: Mapping[str, Any]
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class FiledPlacement:
    """A placement as filed; days from the epoch of the policy."""

    rank: int
    place: str
    name: str
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    phases: tuple[FiledPhase, ...]

    @property
    def duration_days(self) -> int:
        """Days from the start to the end of the last phase."""
        return max(phase.offset + phase.days for phase in self.phases)


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing that can be read; `document` is what was received."""

    document: Mapping[str, Any]
    key: str
    name: str
    filed_by: str
    operator: str
    credit: Mapping[str, int]
    contributions: Mapping[str, str]
    authorising_party: str
    authorisation_reference: str
    supervision_contact: str
    state_of_registry: str
    launching_parties: tuple[str, ...]
    purpose: str
    activity: str
    peaceful_statement: str
    term_days: int
    disposal_plan: str
    emergency_contact: str
    cospar_inventory: str | None
    uses_resources: bool
    illustrative: bool
    placements: tuple[FiledPlacement, ...]


def read_filing(document: Any, known: Known) -> Filing:
    """The filing in a JSON value.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong.
    """
    faults: list[Fault] = []
    faults += text_faults(document)
    record = Record(document, "", faults, FIELDS)
    filing = _filing(record, document if isinstance(document, dict) else {}, known, faults)
    if faults:
        raise InputError(faults)
    return filing


def _filing(record: Record, document: Mapping[str, Any], known: Known, faults: list[Fault]) -> Filing:
    authorisation = Record(record.raw("authorisation"), "authorisation", faults, _AUTHORISATION)
    credit = _credit(record, known, faults)
    if record.has("received_at"):
        _check_instant(record)
    record.optional_text("basis")
    return Filing(
        document=document,
        key=_short(record, "key", KEY_LENGTH),
        name=_short(record, "name", NAME_LENGTH),
        filed_by=_known(record, "filed_by", known.parties, "party"),
        operator=_known(record, "operator", known.operators, "operator"),
        credit=credit,
        contributions=_contributions(record, credit, faults),
        authorising_party=_known(authorisation, "party", known.parties, "party"),
        authorisation_reference=_words(authorisation, "reference"),
        supervision_contact=_words(authorisation, "supervision_contact"),
        state_of_registry=_known(record, "state_of_registry", known.parties, "party"),
        launching_parties=_launching(record, known),
        purpose=record.text("purpose"),
        activity=record.choice("activity", ACTIVITIES, ACTIVITIES[0]),
        peaceful_statement=_words(record, "peaceful_statement"),
        term_days=record.whole("term_days", least=1, most=MOST_DAYS),
        disposal_plan=_words(record, "disposal_plan"),
        emergency_contact=_words(record, "emergency_contact"),
        cospar_inventory=record.optional_text("cospar_inventory"),
        uses_resources=_flag(record, "uses_resources"),
        illustrative=_flag(record, "illustrative") if record.has("illustrative") else False,
        placements=_placements(record, known, faults),
    )


def _words(record: Record, name: str) -> str:
    """A text that may be empty: whether it says enough is for the examination."""
    value = record.raw(name)
    if not isinstance(value, str):
        if name in record:
            record.fault(name, "it is not a text", "give a text")
        return ""
    return value


def _short(record: Record, name: str, length: int) -> str:
    value = record.text(name)
    if len(value) > length:
        record.fault(name, f"it has {len(value)} characters", f"use at most {length}")
    return value


def _flag(record: Record, name: str) -> bool:
    value = record.raw(name)
    if not isinstance(value, bool) and name in record:
        record.fault(name, "it is neither true nor false", "give true or false")
    return value is True


def _known(record: Record, name: str, known: AbstractSet[str], kind: str) -> str:
    value = record.text(name)
    if value and value not in known:
        record.fault(name, f"{kind} {value!r} is unknown", f"use the id of a registered {kind}")
    return value


def _check_instant(record: Record) -> None:
    try:
        parse_utc(record.text("received_at"))
    except ValueError:
        record.fault("received_at", "it is not an instant with its offset", "give for example 2027-02-01T10:00:00Z")


def _credit(record: Record, known: Known, faults: list[Fault]) -> dict[str, int]:
    before = len(faults)
    raw = record.raw("credit")
    fields = dict.fromkeys(raw, True) if isinstance(raw, dict) else {}
    shares = Record(raw, "credit", faults, fields)
    credit = {party: shares.whole(party, least=LEAST_CREDIT, most=100) for party in fields}
    for party in sorted(set(credit) - known.parties):
        shares.fault(party, f"party {party!r} is unknown", "use the id of a registered party")
    if len(faults) == before and sum(credit.values()) != 100:
        record.fault("credit", f"the shares sum to {sum(credit.values())}", "make them sum to 100")
    return credit


def _contributions(record: Record, credit: Mapping[str, int], faults: list[Fault]) -> dict[str, str]:
    texts = Record(record.raw("contributions"), "contributions", faults, dict.fromkeys(credit, False))
    return {party: _words(texts, party) for party in credit if party in texts}


def _launching(record: Record, known: Known) -> tuple[str, ...]:
    parties = record.texts("launching_parties")
    for party in parties:
        if party not in known.parties:
            record.fault("launching_parties", f"party {party!r} is unknown", "use the id of a registered party")
    return tuple(parties)


def _placements(record: Record, known: Known, faults: list[Fault]) -> tuple[FiledPlacement, ...]:
    rows = record.rows("placements")
    if not rows and "placements" in record:
        record.fault("placements", "the claim has none", "give at least one placement")
    if len(rows) > known.ranks:
        record.fault("placements", f"there are {len(rows)}", f"give at most {known.ranks}, as the policy has ranks")
    placements = tuple(_placement(row, f"placements[{i}]", known, faults) for i, row in enumerate(rows))
    if len(faults) == 0 and sorted(row.rank for row in placements) != list(range(1, len(placements) + 1)):
        record.fault("placements", "the ranks are not 1, 2, 3 and so on", "give each rank once, from 1, without gaps")
    return placements


def _placement(row: Any, path: str, known: Known, faults: list[Fault]) -> FiledPlacement:
    record = Record(row, path, faults, _PLACEMENT)
    first, last = record.wholes("start", least=0, count=2)
    phases = record.rows("phases")
    if not phases and "phases" in record:
        record.fault("phases", "there is none", "give at least one phase")
    placement = FiledPlacement(
        rank=record.whole("rank", least=1, most=100),
        place=_known(record, "place", known.places, "place"),
        name=_short(record, "name", NAME_LENGTH),
        footprint=_footprint(record, faults),
        first_day=first,
        last_day=last,
        phases=tuple(_phase(phase, f"{path}.phases[{i}]", known, faults) for i, phase in enumerate(phases)),
    )
    _check_window(record, placement, known.horizon_days)
    return placement


def _check_window(record: Record, placement: FiledPlacement, horizon_days: int) -> None:
    first, last = placement.first_day, placement.last_day
    if last < first:
        record.fault("start", f"the window [{first}, {last}] is reversed", "give the first day before the last")
    elif last > horizon_days:
        what = f"the last day {last} is past the horizon of {horizon_days} days"
        record.fault("start", what, "end the window within the horizon")
    elif record.is_sound and first + placement.duration_days > horizon_days:
        what = f"no start fits: day {first} + {placement.duration_days} days is past the horizon of {horizon_days} days"
        record.fault("start", what, "start earlier or shorten the phases")


def _footprint(record: Record, faults: list[Fault]) -> Mapping[str, Any]:
    value = record.raw("footprint")
    fields = Record(value, record.at("footprint"), faults, {"type": True, "coordinates": True})
    if not fields.is_sound or "footprint" not in record:
        return {}
    try:
        geometry.footprint(value)
    except geometry.GeometryFault as error:
        what, _, mend = str(error).rpartition("; ")
        record.fault("footprint", what or mend, mend)
    return dict(value)


def _phase(row: Any, path: str, known: Known, faults: list[Fault]) -> FiledPhase:
    record = Record(row, path, faults, _PHASE)
    name = _short(record, "name", 80)
    offset = record.whole("offset", least=0)
    days = record.whole("days", least=1)
    sized = _sized(record, known)
    inputs = record.raw("inputs")
    return FiledPhase(
        name=name,
        offset=offset,
        days=days,
        method_id=sized.method,
        method_version=sized.version,
        inputs=inputs if isinstance(inputs, dict) else {},
        keep_out_m=sized.keep_out_m,
    )


def _sized(record: Record, known: Known) -> zones.Sized:
    method, inputs = record.text("method"), record.raw("inputs")
    open_to_claims = [name for name in known.methods if name not in AGENCY_METHODS]
    if method and method not in open_to_claims:
        record.fault("method", f"method {method!r} is not one for claims", f"use one of {', '.join(open_to_claims)}")
    elif not isinstance(inputs, dict):
        if "inputs" in record:
            record.fault("inputs", "it is not an object", "give {input: value, ...}")
    elif method:
        try:
            return zones.size(method, inputs)
        except zones.ZoneInputError as error:
            what, _, mend = str(error).rpartition("; ")
            record.fault("inputs", what or mend, mend)
    return zones.Sized(1, method, "")
