"""The particulars of a filing: contacts, objects, resources, disposal, publication, zones and what else is undertaken.

An empty text, a None and an empty tuple mean that nothing was stated; whether that will do is for the examination.
Units are in the names; dates are ISO 8601.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

CONTRIBUTION_KINDS = ("funds", "hardware", "operations", "science", "other")
DISPOSAL_METHODS = ("passivated-in-place", "moved-and-passivated", "partly-removed", "removed", "monitored-in-place")
ANSWERS = ("yes", "no", "na")
# Guidelines for the Long-term Sustainability of Outer Space Activities: 21, adopted in 2019 (A/74/20, annex II).
LTS_GUIDELINES = (
    *(f"A.{number}" for number in range(1, 6)),
    *(f"B.{number}" for number in range(1, 11)),
    *(f"C.{number}" for number in range(1, 5)),
    *(f"D.{number}" for number in range(1, 3)),
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a credited party brings: a share of the whole effort in percent, or an amount in words, and the evidence."""

    kind: str
    what: str
    percent: int | None
    amount: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to reach and how; `always` means day and night, `notice_days` how long before a visit."""

    name: str = ""
    email: str = ""
    phone: str = ""
    always: bool | None = None
    notice_days: int | None = None

    @property
    def can_be_reached(self) -> bool:
        """Whether there is a name and a way to reach it."""
        return bool(self.name.strip() and (self.email.strip() or self.phone.strip()))


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who supervises, who answers day and night, who receives visitors, who answers for damage."""

    supervision: Contact = Contact()
    emergency: Contact = Contact()
    visits: Contact = Contact()
    liability: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Orbit:
    """Basic orbital parameters of the Registration Convention, Article IV: minutes, degrees, kilometres of height."""

    nodal_period_min: float | None = None
    inclination_deg: float | None = None
    apogee_km: float | None = None
    perigee_km: float | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """The object behind the claim. It has a record of its own, whatever becomes of the priority of use."""

    designator: str = ""
    launch_date: str = ""
    launch_place: str = ""
    orbit: Orbit = Orbit()
    function: str = ""
    status_updates: bool | None = None
    kept_after_end: bool | None = None


@dataclass(frozen=True, slots=True)
class Military:
    """Whether military personnel take part, and in what role."""

    personnel: bool | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A material and the quantity that is expected to be taken."""

    material: str
    quantity_kg: float | None


@dataclass(frozen=True, slots=True)
class Resources:
    """Whether space resources are taken, which and how much, and how the Secretary-General is told."""

    extracts: bool = False
    materials: tuple[Material, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Disposal:
    """What happens at the end: by which method, what stays, within how many days, and how energy is taken out."""

    method: str | None = None
    end_state: str = ""
    within_days: int | None = None
    passivation: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What the public and science are told, and when."""

    plan_url: str = ""
    conduct: str = ""
    results: str = ""
    data_released_on: str = ""
    progress_report_days: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How others pass, measure and work together on the ground that the claim uses."""

    open_to_passage: bool | None = None
    science_transits: str = ""
    joint_use: str = ""


@dataclass(frozen=True, slots=True)
class Zones:
    """What is said about the safety zones: why they fit, what is published or withheld, how others enter and
    learn of changes.
    """

    reason: str = ""
    published: str = ""
    withheld: str = ""
    entry_notice_days: int | None = None
    change_notice_days: int | None = None
    refuses_entry: bool | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that the operation belongs to, with the phase of it and the level of participation."""

    name: str
    phase: str
    level: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no or not applicable (na) to a guideline, with the evidence."""

    answer: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Proximity:
    """Whether the operation works close to the hardware of others, whose, and by what procedure."""

    planned: bool = False
    near: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """All of them; the defaults are those of a filing that says nothing."""

    contacts: Contacts = Contacts()
    registration: Registration = Registration()
    military: Military = Military()
    resources: Resources = Resources()
    disposal: Disposal = Disposal()
    publication: Publication = Publication()
    access: Access = Access()
    zones: Zones = Zones()
    standards: tuple[str, ...] = ()
    programmes: tuple[Programme, ...] = ()
    sustainability: Mapping[str, Answer] = field(default_factory=dict)
    proximity: Proximity = Proximity()
    benefit_sharing: str = ""

    def content(self) -> dict[str, Any]:
        """The particulars as a JSON value: every field is there."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
