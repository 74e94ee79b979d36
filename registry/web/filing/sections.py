"""The sections of a filing: which fields, in which words, at which place of the document."""

from typing import Any

from flask_babel import lazy_gettext as _

from registry.domain.filing.particulars import LTS_GUIDELINES
from registry.web.filing.fields import Document, Field, Heading, Part, Rows, Section

_DAYS = _("In days.")


def _contact(role: str, words: Any, *more: Field) -> tuple[Part, ...]:
    path = ("contacts", role)
    return (
        Heading(words),
        Field((*path, "name"), _("Name or office"), empty=""),
        Field((*path, "email"), _("E-mail address"), "email"),
        Field((*path, "phone"), _("Telephone"), "tel"),
        *more,
    )


def _shares(value: Any) -> list[dict[str, Any]]:
    return [{"party": party, "percent": percent} for party, percent in (value or {}).items()]


def _by_share(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares by party. Two of one party are kept as a text that is no number, so that neither is lost."""
    found: dict[str, Any] = {}
    for row in rows:
        party, share = str(row["party"]), row["percent"]
        found[party] = f"{found[party]} + {share}" if party in found else share
    return found


def _brought(value: Any) -> list[dict[str, Any]]:
    return [{"party": party, **row} for party, rows in (value or {}).items() for row in rows]


def _by_party(rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        rest = {name: value for name, value in row.items() if name != "party"}
        found.setdefault(str(row["party"]), []).append(rest)
    return found


def _places_brought(place: str, rows: list[dict[str, Any]]) -> list[str]:
    counts: dict[str, int] = {}
    found = []
    for row in rows:
        party = str(row.get("party"))
        found.append(f"{place}.{party}[{counts.get(party, 0)}]")
        counts[party] = counts.get(party, 0) + 1
    return found


def _tidy_credit(document: Document) -> None:
    """Every credited party may have contributions, none by itself; the reading wants no others."""
    given = document.get("contributions") or {}
    document["contributions"] = {**{party: [] for party in document.get("credit") or {}}, **given}


def _tidy_contacts(document: Document) -> None:
    """A contact with nothing in it is not stated."""
    contacts = document["contacts"]
    for role, row in contacts.items():
        if isinstance(row, dict) and not any(value not in ("", None) for value in row.values()):
            contacts[role] = None


def _tidy_undertakings(document: Document) -> None:
    """What need not be said at all is left out where nothing is said."""
    near = document.get("proximity") or {}
    if not any(value not in ("", None) for value in near.values()):
        document["proximity"] = None
    answers = document.get("sustainability") or {}
    document["sustainability"] = {code: row for code, row in answers.items() if row.get("answer")}


WHO = Section(
    "who",
    _("Who asks"),
    (
        Field(("name",), _("Name of the operation"), empty=""),
        Field(
            ("operator",), _("Operator"), "choice", _("Who flies and runs it. It answers to a State."), "operators", ""
        ),
    ),
    ("key", "name", "filed_by", "operator", "illustrative", "received_at", "basis"),
)
PURPOSE = Section(
    "purpose",
    _("What for"),
    (
        Field(("activity",), _("Activity"), "choice", options="activities", empty=""),
        Field(("purpose",), _("Purpose"), "area", _("In one or two sentences for everybody."), empty=""),
        Field(("term_days",), _("Term asked for"), "whole", _DAYS, empty=""),
        Field(("peaceful_statement",), _("Statement of peaceful purposes"), "area", empty=""),
        Field(("military", "personnel"), _("Do military personnel take part?"), "flag"),
        Field(("military", "role"), _("In which role"), empty=""),
        Rows(
            ("programmes",),
            _("Programmes that it belongs to"),
            (
                Field(("name",), _("Programme"), empty=""),
                Field(("phase",), _("Phase of it"), empty=""),
                Field(("level",), _("Level of participation"), empty=""),
            ),
        ),
        Field(("benefit_sharing",), _("How others benefit"), "area", empty=""),
    ),
    ("purpose", "activity", "term_days", "peaceful_statement", "military", "programmes", "benefit_sharing"),
)
AUTHORISATION = Section(
    "authorisation",
    _("Authorisation and registry"),
    (
        Field(("authorisation", "party"), _("Authorised by"), "choice", options="parties", empty=""),
        Field(("authorisation", "reference"), _("Reference of the authorisation"), empty=""),
        Field(("state_of_registry",), _("State of registry of the object"), "choice", options="parties", empty=""),
        Rows(
            ("launching_parties",),
            _("Launching States"),
            (Field(("party",), _("Launching State"), "choice", options="parties", empty=""),),
            unpack=lambda value: [{"party": party} for party in value or ()],
            pack=lambda rows: [row["party"] for row in rows],
        ),
        Heading(_("The object"), _("As for the register of objects launched into outer space.")),
        Field(("registration", "designator"), _("Designator"), empty=""),
        Field(("registration", "launch_date"), _("Date of launch"), "date", empty=""),
        Field(("registration", "launch_place"), _("Place of launch"), empty=""),
        Field(("registration", "function"), _("General function"), empty=""),
        Field(("registration", "orbit", "nodal_period_min"), _("Orbit: nodal period in minutes"), "number"),
        Field(("registration", "orbit", "inclination_deg"), _("Orbit: inclination in degrees"), "number"),
        Field(("registration", "orbit", "apogee_km"), _("Orbit: greatest height in kilometres"), "number"),
        Field(("registration", "orbit", "perigee_km"), _("Orbit: least height in kilometres"), "number"),
        Field(("registration", "status_updates"), _("Will changes of status be reported?"), "flag"),
        Field(
            ("registration", "kept_after_end"),
            _("Does the object stay registered when the priority of use ends?"),
            "flag",
        ),
    ),
    ("authorisation", "state_of_registry", "launching_parties", "registration"),
)
CREDIT = Section(
    "credit",
    _("Contributions and credit"),
    (
        Rows(
            ("credit",),
            _("Credit"),
            (
                Field(("party",), _("Party"), "choice", options="parties", empty=""),
                Field(("percent",), _("Credit in percent"), "whole", empty=""),
            ),
            _("Who answers for the claim, each with at least 25 %. The shares sum to 100."),
            unpack=_shares,
            pack=_by_share,
            places=lambda place, rows: [f"{place}.{row['party']}" for row in rows],
        ),
        Rows(
            ("contributions",),
            _("Contributions"),
            (
                Field(("party",), _("Party"), "choice", options="parties", empty=""),
                Field(("kind",), _("Kind"), "choice", options="contributions", empty=""),
                Field(("what",), _("What it brings"), empty=""),
                Field(("percent",), _("Share of the whole effort in percent"), "whole"),
                Field(("amount",), _("Or an amount, in words"), empty=""),
                Field(("evidence",), _("Evidence"), empty=""),
            ),
            _("What each credited party brings. A share of the credit needs a contribution behind it."),
            unpack=_brought,
            pack=_by_party,
            places=_places_brought,
        ),
    ),
    ("credit", "contributions"),
    _tidy_credit,
)
ZONES = Section(
    "zones",
    _("Phases and zones"),
    (
        Field(("zones", "reason"), _("Why the zones fit the operation"), "area", empty=""),
        Field(("zones", "published"), _("What is published about what happens in them"), "area", empty=""),
        Field(("zones", "withheld"), _("What is withheld, and why"), "area", empty=""),
        Field(("zones", "entry_notice_days"), _("Notice asked for before others enter"), "whole", _DAYS),
        Field(("zones", "change_notice_days"), _("Notice given before a zone changes"), "whole", _DAYS),
        Field(
            ("zones", "refuses_entry"),
            _("Is entry ever refused?"),
            "flag",
            _("Access to all areas stays open (Outer Space Treaty, Article I)."),
        ),
    ),
    ("zones",),
)
UNDERTAKINGS = Section(
    "undertakings",
    _("Undertakings"),
    (
        Heading(_("Space resources")),
        Field(("resources", "extracts"), _("Are space resources taken?"), "flag"),
        Rows(
            ("resources", "materials"),
            _("Materials"),
            (
                Field(("material",), _("Material"), empty=""),
                Field(("quantity_kg",), _("Quantity in kilograms"), "number"),
            ),
        ),
        Field(("resources", "notice"), _("How the Secretary-General is told"), empty=""),
        Heading(_("The end of the operation")),
        Field(("disposal", "method"), _("Method of disposal"), "choice", options="disposals"),
        Field(("disposal", "end_state"), _("What stays"), "area", empty=""),
        Field(("disposal", "within_days"), _("Done within"), "whole", _DAYS),
        Field(("disposal", "passivation"), _("How energy is taken out"), empty=""),
        Heading(_("Planetary protection")),
        Field(("cospar_inventory",), _("Inventory of organic materials"), "area"),
        Heading(_("Publication")),
        Field(("publication", "plan_url"), _("Public plan"), "url", _("A web address."), empty=""),
        Field(("publication", "conduct"), _("What the public is told of the conduct"), empty=""),
        Field(("publication", "results"), _("What is told of the results"), empty=""),
        Field(("publication", "data_released_on"), _("Data are open from"), "date", empty=""),
        Field(("publication", "progress_report_days"), _("A report on progress every"), "whole", _DAYS),
        Heading(_("Access and joint use")),
        Field(("access", "open_to_passage"), _("Is the ground open to the passage of others?"), "flag"),
        Field(("access", "science_transits"), _("Transits for science"), empty=""),
        Field(("access", "joint_use"), _("Joint use"), empty=""),
        Heading(_("Work close to others")),
        Field(("proximity", "planned"), _("Is work close to the hardware of others planned?"), "flag"),
        Field(("proximity", "near"), _("Near whose hardware"), empty=""),
        Field(("proximity", "procedure"), _("By which procedure"), empty=""),
        Heading(_("Standards and sustainability")),
        Field(("standards",), _("Standards that are followed"), "lines", _("One a line.")),
        *(
            part
            for code in LTS_GUIDELINES
            for part in (
                Field(
                    ("sustainability", code, "answer"),
                    _("Guideline %(code)s for long-term sustainability", code=code),
                    "choice",
                    options="answers",
                ),
                Field(("sustainability", code, "evidence"), _("Evidence for guideline %(code)s", code=code), empty=""),
            )
        ),
    ),
    (
        "resources",
        "disposal",
        "cospar_inventory",
        "publication",
        "access",
        "proximity",
        "standards",
        "sustainability",
    ),
    _tidy_undertakings,
)
CONTACTS = Section(
    "contacts",
    _("Contacts"),
    (
        *_contact("supervision", _("Who supervises the operation")),
        *_contact(
            "emergency",
            _("Who answers in an emergency"),
            Field(("contacts", "emergency", "always"), _("Day and night?"), "flag"),
        ),
        *_contact(
            "visits",
            _("Who receives visitors"),
            Field(("contacts", "visits", "notice_days"), _("Notice before a visit"), "whole", _DAYS),
        ),
        *_contact("liability", _("Who answers for damage")),
    ),
    ("contacts",),
    _tidy_contacts,
)
# In the order of the task list; the placements have pages of their own, between these two rows.
BEFORE_PLACEMENTS = (WHO, PURPOSE, AUTHORISATION, CREDIT)
AFTER_PLACEMENTS = (ZONES, UNDERTAKINGS, CONTACTS)
SECTIONS = {section.id: section for section in (*BEFORE_PLACEMENTS, *AFTER_PLACEMENTS)}
PLACEMENTS = "placements"


def section_of(place: str) -> str:
    """The section in which a fault is mended."""
    member = place.replace("[", ".").partition(".")[0]
    return next((section.id for section in SECTIONS.values() if member in section.members), PLACEMENTS)
