"""Reading a filing as a whole."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from registry.domain.claims import ACTIVITIES, LEAST_CREDIT
from registry.domain.filing.earlier import in_present_form
from registry.domain.filing.forms import PRESENT_FORM, Filing, Known
from registry.domain.filing.sites import NAME_LENGTH, placements
from registry.domain.filing.undertakings import contributions, particulars
from registry.domain.filing.values import flag, known, short, stated
from registry.domain.instants import parse_utc
from registry.domain.texts import text_faults
from solver.fields import Fault, InputError, Record

FIELDS = {
    "key": True, "name": True, "filed_by": True, "received_at": False, "operator": True, "credit": True,
    "contributions": True, "authorisation": True, "contacts": True, "state_of_registry": True,
    "launching_parties": True, "registration": True, "purpose": True, "activity": True, "peaceful_statement": True,
    "military": True, "term_days": True, "resources": True, "disposal": True, "cospar_inventory": True,
    "publication": True, "access": True, "zones": True, "standards": False, "programmes": False,
    "sustainability": False, "proximity": False, "benefit_sharing": False, "illustrative": False, "basis": False,
    "placements": True,
}  # fmt: skip
_AUTHORISATION = {"party": True, "reference": True}
KEY_LENGTH = 120
MOST_DAYS = 2**31 - 1  # a term that the tables hold; how long a term may be is for the examination


def read_filing(document: Any, register: Known) -> Filing:
    """The filing in a JSON value.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong.
    """
    faults: list[Fault] = []
    faults += text_faults(document)
    record = Record(document, "", faults, FIELDS)
    filing = _filing(record, document if isinstance(document, dict) else {}, register, faults)
    if faults:
        raise InputError(faults)
    return filing


def read_stored(document: Mapping[str, Any], form: int, register: Known) -> Filing:
    """The filing in the content of a stored revision, in the form in which it was filed then."""
    return read_filing(document if form == PRESENT_FORM else in_present_form(document), register)


def _filing(record: Record, document: Mapping[str, Any], register: Known, faults: list[Fault]) -> Filing:
    authorisation = Record(record.raw("authorisation"), "authorisation", faults, _AUTHORISATION)
    credit = _credit(record, register, faults)
    if record.has("received_at"):
        _check_instant(record)
    record.optional_text("basis")
    return Filing(
        document=document,
        key=short(record, "key", KEY_LENGTH),
        name=short(record, "name", NAME_LENGTH),
        filed_by=known(record, "filed_by", register.parties, "party"),
        operator=known(record, "operator", register.operators, "operator"),
        credit=credit,
        contributions=contributions(record, credit, faults),
        authorising_party=known(authorisation, "party", register.parties, "party"),
        authorisation_reference=stated(authorisation, "reference"),
        state_of_registry=known(record, "state_of_registry", register.parties, "party"),
        launching_parties=_launching(record, register.parties),
        purpose=record.text("purpose"),
        activity=record.choice("activity", ACTIVITIES, ACTIVITIES[0]),
        peaceful_statement=stated(record, "peaceful_statement"),
        term_days=record.whole("term_days", least=1, most=MOST_DAYS),
        cospar_inventory=record.optional_text("cospar_inventory"),
        particulars=particulars(record, faults),
        illustrative=flag(record, "illustrative") if record.has("illustrative") else False,
        placements=placements(record, register, faults),
    )


def _check_instant(record: Record) -> None:
    try:
        parse_utc(record.text("received_at"))
    except ValueError:
        record.fault("received_at", "it is not an instant with its offset", "give for example 2027-02-01T10:00:00Z")


def _credit(record: Record, register: Known, faults: list[Fault]) -> dict[str, int]:
    before = len(faults)
    raw = record.raw("credit")
    fields = dict.fromkeys(raw, True) if isinstance(raw, dict) else {}
    shares = Record(raw, "credit", faults, fields)
    credit = {party: shares.whole(party, least=LEAST_CREDIT, most=100) for party in fields}
    for party in sorted(set(credit) - register.parties):
        shares.fault(party, f"party {party!r} is unknown", "use the id of a registered party")
    if len(faults) == before and sum(credit.values()) != 100:
        record.fault("credit", f"the shares sum to {sum(credit.values())}", "make them sum to 100")
    return credit


def _launching(record: Record, parties: AbstractSet[str]) -> tuple[str, ...]:
    named = record.texts("launching_parties")
    for party in named:
        if party not in parties:
            record.fault("launching_parties", f"party {party!r} is unknown", "use the id of a registered party")
    return tuple(named)
