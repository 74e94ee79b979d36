"""The columns of an import: each is a field of a filing, by the path that it has there, or of one of its placements.

`credit.IND` is a share in percent, `contributions.IND` and whatever else is a list or an object is JSON, `phases.1.days` is
a field of the first phase and `phases.1.inputs.landed_mass_kg` an input of its method. A column `phases` takes all phases as
JSON instead. Kinds: `text` (empty is an empty text), `choice` (empty is null), `whole`, `number`, `flag`, `json`, `list`
(texts with semicolons between them), `any` (a number, yes, no or a text: inputs of methods).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from registry.domain.filing import FIELDS
from registry.domain.filing.particulars import LTS_GUIDELINES
from registry.domain.filing.undertakings import GROUPS

Path = tuple[str | int, ...]
SHAPES = ("wkt", "x_m", "y_m", "lon_deg", "lat_deg")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the path of its field, its kind, and whether a filing may leave the field out."""

    path: Path
    kind: str
    optional: bool = False
    of_placement: bool = False


_TOP = {
    "key": "text", "name": "text", "filed_by": "text", "received_at": "text", "operator": "text", "credit": "json",
    "contributions": "json", "state_of_registry": "text", "launching_parties": "list", "purpose": "text",
    "activity": "choice", "peaceful_statement": "text", "term_days": "whole", "cospar_inventory": "choice",
    "standards": "list", "programmes": "json", "sustainability": "json", "benefit_sharing": "text",
    "illustrative": "flag", "basis": "text", "note": "text",
}  # fmt: skip
_IN_GROUPS = {
    "registration.orbit": "", "registration.status_updates": "flag", "registration.kept_after_end": "flag",
    "military.personnel": "flag", "resources.extracts": "flag", "resources.materials": "json",
    "disposal.method": "choice", "disposal.within_days": "whole", "publication.progress_report_days": "whole",
    "access.open_to_passage": "flag", "zones.entry_notice_days": "whole", "zones.change_notice_days": "whole",
    "zones.refuses_entry": "flag", "proximity.planned": "flag",
}  # fmt: skip
_OF_CONTACTS = {"emergency": ("always", "flag"), "visits": ("notice_days", "whole")}
_OF_PLACEMENT = {"rank": "whole", "place": "text", "placement_name": "text", "first_day": "whole", "last_day": "whole",
                 "phases": "json"}  # fmt: skip
_PATHS: Mapping[str, Path] = {"placement_name": ("name",), "first_day": ("start", 0), "last_day": ("start", 1)}
_OF_PHASE = {"name": "text", "offset": "whole", "days": "whole", "method": "text", "anomaly.method": "text"}
_PHASE = re.compile(
    r"phases\.([1-9][0-9]?)\.(name|offset|days|method|anomaly\.method|(?:anomaly\.)?inputs\.[a-z][a-z0-9_]*)"
)
_PER_PARTY = re.compile(r"(credit|contributions)\.([^.\s]+)")


@cache
def fixed() -> Mapping[str, Column]:
    """All columns whose names are known beforehand, in the order of a filing."""
    found = {name: Column((name,), kind, optional=not FIELDS.get(name, False)) for name, kind in _TOP.items()}
    found["authorisation.party"] = Column(("authorisation", "party"), "text")
    found["authorisation.reference"] = Column(("authorisation", "reference"), "text")
    for group, fields in GROUPS.items():
        for name, required in fields.items():
            found |= _of_group(group, name, required=required)
    for code in LTS_GUIDELINES:
        found[f"sustainability.{code}.answer"] = Column(("sustainability", code, "answer"), "choice")
        found[f"sustainability.{code}.evidence"] = Column(("sustainability", code, "evidence"), "text", optional=True)
    for name, kind in _OF_PLACEMENT.items():
        found[name] = Column(_PATHS.get(name, (name,)), kind, of_placement=True)
    return found


def _of_group(group: str, name: str, *, required: bool) -> dict[str, Column]:
    if group == "contacts":
        fields = [
            ("name", "text"),
            ("email", "text"),
            ("phone", "text"),
            *([_OF_CONTACTS[name]] if name in _OF_CONTACTS else []),
        ]
        return {
            f"contacts.{name}.{field}": Column((group, name, field), kind, optional=field != "name")
            for field, kind in fields
        }
    if name == "orbit":
        fields = [(field, "number") for field in ("nodal_period_min", "inclination_deg", "apogee_km", "perigee_km")]
        return {f"{group}.orbit.{field}": Column((group, name, field), kind, optional=True) for field, kind in fields}
    kind = _IN_GROUPS.get(f"{group}.{name}", "text")
    return {f"{group}.{name}": Column((group, name), kind, optional=not required)}


def column(name: str) -> Column | None:
    """The column of this name, or None if imports have none."""
    if name in fixed():
        return fixed()[name]
    if found := _PER_PARTY.fullmatch(name):
        group, party = found.groups()
        return Column((group, party), "whole" if group == "credit" else "json", optional=True)
    if found := _PHASE.fullmatch(name):
        number, field = found.groups()
        path: Path = ("phases", int(number) - 1, *field.split("."))
        return Column(path, _OF_PHASE.get(field, "any"), optional=True, of_placement=True)
    return None
