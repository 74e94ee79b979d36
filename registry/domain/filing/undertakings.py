"""Reading the particulars of a filing and what each credited party contributes."""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.domain.filing.particulars import (
    ANSWERS,
    CONTRIBUTION_KINDS,
    DISPOSAL_METHODS,
    LTS_GUIDELINES,
    Access,
    Answer,
    Contact,
    Contacts,
    Contribution,
    Disposal,
    Material,
    Military,
    Orbit,
    Particulars,
    Programme,
    Proximity,
    Publication,
    Registration,
    Resources,
    Zones,
)
from registry.domain.filing.values import (
    email,
    flag,
    iso_date,
    optional_flag,
    optional_number,
    optional_whole,
    phone,
    stated,
    web_address,
    words,
)
from solver.fields import Fault, Record

MOST_DAYS = 36_525  # a century
_REACHED = {"name": True, "email": False, "phone": False}
_ORBIT = ("nodal_period_min", "inclination_deg", "apogee_km", "perigee_km")
GROUPS: Mapping[str, Mapping[str, bool]] = {
    "contacts": {"supervision": True, "emergency": True, "visits": True, "liability": True},
    "registration": {
        "designator": True, "launch_date": True, "launch_place": True, "orbit": True, "function": True,
        "status_updates": False, "kept_after_end": False,
    },
    "military": {"personnel": True, "role": False},
    "resources": {"extracts": True, "materials": False, "notice": False},
    "disposal": {"method": True, "end_state": True, "within_days": True, "passivation": True},
    "publication": {
        "plan_url": True, "conduct": True, "results": True, "data_released_on": True, "progress_report_days": False,
    },
    "access": {"open_to_passage": True, "science_transits": True, "joint_use": True},
    "zones": {
        "reason": True, "published": True, "withheld": False, "entry_notice_days": True, "change_notice_days": True,
        "refuses_entry": True,
    },
    "proximity": {"planned": True, "near": False, "procedure": False},
}  # fmt: skip


def particulars(record: Record, faults: list[Fault]) -> Particulars:
    """All particulars of a filing; a group that is null says nothing."""
    return Particulars(
        contacts=_contacts(_group(record, "contacts", faults), faults),
        registration=_registration(_group(record, "registration", faults), faults),
        military=_military(_group(record, "military", faults)),
        resources=_resources(_group(record, "resources", faults), faults),
        disposal=_disposal(_group(record, "disposal", faults)),
        publication=_publication(_group(record, "publication", faults)),
        access=_access(_group(record, "access", faults)),
        zones=_zones(_group(record, "zones", faults)),
        standards=tuple(record.texts("standards")),
        programmes=tuple(_programmes(record, faults)),
        sustainability=_sustainability(record, faults),
        proximity=_proximity(_group(record, "proximity", faults)),
        benefit_sharing=words(record, "benefit_sharing"),
    )


def contributions(
    record: Record, credit: Mapping[str, int], faults: list[Fault]
) -> dict[str, tuple[Contribution, ...]]:
    """What each credited party brings, in the order of the credit."""
    parties = Record(record.raw("contributions"), "contributions", faults, dict.fromkeys(credit, False))
    return {
        party: tuple(
            _contribution(row, f"contributions.{party}[{i}]", faults) for i, row in enumerate(parties.rows(party))
        )
        for party in credit
        if party in parties
    }


def _contribution(row: Any, path: str, faults: list[Fault]) -> Contribution:
    fields = {"kind": True, "what": True, "percent": False, "amount": False, "evidence": True}
    record = Record(row, path, faults, fields)
    return Contribution(
        kind=record.choice("kind", CONTRIBUTION_KINDS, CONTRIBUTION_KINDS[-1]),
        what=stated(record, "what"),
        percent=optional_whole(record, "percent", 0, 100),
        amount=words(record, "amount"),
        evidence=stated(record, "evidence"),
    )


def _group(record: Record, name: str, faults: list[Fault]) -> Record | None:
    """The record of a group; None if it is absent or null, which the caller takes for nothing stated."""
    return Record(record.raw(name), name, faults, GROUPS[name]) if record.has(name) else None


def _contacts(record: Record | None, faults: list[Fault]) -> Contacts:
    if record is None:
        return Contacts()
    return Contacts(
        supervision=_contact(record, "supervision", faults),
        emergency=_contact(record, "emergency", faults, "always"),
        visits=_contact(record, "visits", faults, "notice_days"),
        liability=_contact(record, "liability", faults),
    )


def _contact(record: Record, name: str, faults: list[Fault], *more: str) -> Contact:
    if not record.has(name):
        return Contact()
    contact = Record(record.raw(name), record.at(name), faults, {**_REACHED, **dict.fromkeys(more, False)})
    return Contact(
        name=stated(contact, "name"),
        email=email(contact, "email"),
        phone=phone(contact, "phone"),
        always=optional_flag(contact, "always") if "always" in more else None,
        notice_days=optional_whole(contact, "notice_days", 0, MOST_DAYS) if "notice_days" in more else None,
    )


def _registration(record: Record | None, faults: list[Fault]) -> Registration:
    if record is None:
        return Registration()
    orbit = Record(record.raw("orbit") or {}, record.at("orbit"), faults, dict.fromkeys(_ORBIT, False))
    return Registration(
        designator=words(record, "designator"),
        launch_date=iso_date(record, "launch_date"),
        launch_place=words(record, "launch_place"),
        orbit=Orbit(*(optional_number(orbit, name) for name in _ORBIT)),
        function=words(record, "function"),
        status_updates=optional_flag(record, "status_updates"),
        kept_after_end=optional_flag(record, "kept_after_end"),
    )


def _military(record: Record | None) -> Military:
    return Military() if record is None else Military(optional_flag(record, "personnel"), words(record, "role"))


def _resources(record: Record | None, faults: list[Fault]) -> Resources:
    if record is None:
        return Resources()
    return Resources(
        extracts=flag(record, "extracts"),
        materials=tuple(_materials(record, faults)),
        notice=words(record, "notice"),
    )


def _materials(record: Record, faults: list[Fault]) -> Iterator[Material]:
    for i, row in enumerate(record.rows("materials")):
        fields = {"material": True, "quantity_kg": True}
        material = Record(row, record.at(f"materials[{i}]"), faults, fields)
        yield Material(material.text("material"), optional_number(material, "quantity_kg"))


def _disposal(record: Record | None) -> Disposal:
    if record is None:
        return Disposal()
    return Disposal(
        method=record.choice("method", DISPOSAL_METHODS, "") or None,
        end_state=words(record, "end_state"),
        within_days=optional_whole(record, "within_days", 0, MOST_DAYS),
        passivation=words(record, "passivation"),
    )


def _publication(record: Record | None) -> Publication:
    if record is None:
        return Publication()
    return Publication(
        plan_url=web_address(record, "plan_url"),
        conduct=words(record, "conduct"),
        results=words(record, "results"),
        data_released_on=iso_date(record, "data_released_on"),
        progress_report_days=optional_whole(record, "progress_report_days", 1, MOST_DAYS),
    )


def _access(record: Record | None) -> Access:
    if record is None:
        return Access()
    return Access(
        optional_flag(record, "open_to_passage"), words(record, "science_transits"), words(record, "joint_use")
    )


def _zones(record: Record | None) -> Zones:
    if record is None:
        return Zones()
    return Zones(
        reason=words(record, "reason"),
        published=words(record, "published"),
        withheld=words(record, "withheld"),
        entry_notice_days=optional_whole(record, "entry_notice_days", 0, MOST_DAYS),
        change_notice_days=optional_whole(record, "change_notice_days", 0, MOST_DAYS),
        refuses_entry=optional_flag(record, "refuses_entry"),
    )


def _programmes(record: Record, faults: list[Fault]) -> Iterator[Programme]:
    for i, row in enumerate(record.rows("programmes")):
        programme = Record(row, f"programmes[{i}]", faults, {"name": True, "phase": True, "level": True})
        yield Programme(programme.text("name"), words(programme, "phase"), words(programme, "level"))


def _sustainability(record: Record, faults: list[Fault]) -> dict[str, Answer]:
    codes = dict.fromkeys(LTS_GUIDELINES, False)
    answers = Record(record.raw("sustainability") or {}, "sustainability", faults, codes)
    return {code: _answer(answers, code, faults) for code in LTS_GUIDELINES if code in answers}


def _answer(record: Record, code: str, faults: list[Fault]) -> Answer:
    answer = Record(record.raw(code), record.at(code), faults, {"answer": True, "evidence": False})
    return Answer(answer.choice("answer", ANSWERS, "no"), words(answer, "evidence"))


def _proximity(record: Record | None) -> Proximity:
    if record is None:
        return Proximity()
    return Proximity(flag(record, "planned"), words(record, "near"), words(record, "procedure"))
