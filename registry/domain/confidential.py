"""What of a record is confidential: one list, by which records are sealed and readers are answered.

1. Persons, for ever: names and addresses of people stand in the log as salted hashes. Roles and parties are public.
2. Claims, until their publication: what is filed, found and told about a claim that is not published yet. Its number,
   round, state and instants are public.

Texts of confidential notes are in no record before their disclosure (`registry.domain.notes`). Everything here is pure;
paths are JSON pointers (RFC 6901) into the leaf of a record.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from registry.domain.actors import SYSTEM_ROLE
from registry.domain.notices import FIELDS

# Every column that names a person or says how to reach one.
PERSON_COLUMNS: Mapping[str, frozenset[str]] = {
    "users": frozenset({"email", "name"}),
    "api_tokens": frozenset({"name"}),
    "comments": frozenset({"author"}),
    "consultations": frozenset({"point_a", "point_b"}),
    "drafts": frozenset({"saved_by"}),
    "erasures": frozenset({"asked_by", "answered_by", "reason"}),
    "examinations": frozenset({"examiner"}),
    "note_reads": frozenset({"reader"}),
    "observers": frozenset({"observer", "invited_by"}),
    "offers": frozenset({"answered_by"}),
    "requests": frozenset({"actor"}),
    "runs": frozenset({"asked_by"}),
    "role_changes": frozenset({"asked_by", "answered_by", "reason"}),
    "votes": frozenset({"decider"}),
}
# Notices of these kinds may name a person in their words.
PERSON_NOTICES = frozenset(kind for kind, fields in FIELDS.items() if fields & {"observer", "contact_a", "contact_b"})
_NOTICE_WORDS = frozenset({"heading", "text"})

# Why something was done about a person is the person's matter: the reason in a record with such rows.
_ABOUT_PERSONS = frozenset({"users", "role_changes", "erasures"})

# The tables of which each row belongs to one claim.
CLAIM_TABLES = frozenset(
    {
        "claims",
        "revisions",
        "credits",
        "placements",
        "phases",
        "examinations",
        "findings",
        "notices",
        "comments",
        "attachments",
    }
)
CLEAR_OF_CLAIMS = frozenset(
    {"id", "round_id", "state", "state_since_at", "received_at", "published_at", "illustrative"}
)
_CLAIM_ID = re.compile(r"\bC-\d{4,}\b")


def person_columns(table: str, row: Mapping[str, Any]) -> frozenset[str]:
    """The columns of a row that hold a person's name or address."""
    if table == "notices" and row.get("kind") in PERSON_NOTICES:
        return _NOTICE_WORDS
    return PERSON_COLUMNS.get(table, frozenset())


def claims_in(value: Any) -> frozenset[str]:
    """The ids of all claims that a JSON value names, also within ids of placements and in sentences."""
    return frozenset(_CLAIM_ID.findall(json.dumps(value)))


def claims_concerned(subject: str, content: Mapping[str, Any]) -> frozenset[str]:
    """The claims that a record is about: its subject, and those of the rows of claims and notices in it."""
    rows = content.get("rows", {})
    named = [subject, *(f"claims/{row['id']}" for row in rows.get("claims", ()) if isinstance(row.get("id"), str))]
    named += [row.get("subject") for row in rows.get("notices", ())]
    about = (name for name in named if isinstance(name, str) and name.startswith("claims/"))
    return frozenset(name.removeprefix("claims/") for name in about)


def sealed_paths(
    subject: str, actor: Mapping[str, Any], content: Mapping[str, Any], unpublished: Collection[str]
) -> list[str]:
    """The paths in the leaf of a record whose values are sealed, in order.

    Parameters
    ----------
    unpublished
        Those of `claims_concerned` that are not published after the step.
    """
    found = set(_of_actor(subject, actor, unpublished))
    if "reason" in content and not _ABOUT_PERSONS.isdisjoint(content.get("rows", {})):
        found.add("/content/reason")
    about_hidden = subject.removeprefix("claims/") in unpublished
    if about_hidden:
        found.update(f"/content/{_token(name)}" for name in content if name != "rows")
    for table, rows in content.get("rows", {}).items():
        for number, row in enumerate(rows):
            place = f"/content/rows/{_token(table)}/{number}"
            found.update(_of_row(place, table, row, about_hidden or _is_of(row, unpublished)))
    return sorted(found)


def is_person(path: str, content: Mapping[str, Any]) -> bool:
    """Whether a sealed path holds a person's name or address, which stays sealed for ever."""
    if path == "/actor/name":
        return True
    if path == "/content/reason":
        return not _ABOUT_PERSONS.isdisjoint(content.get("rows", {}))
    words = path.split("/")
    if words[:3] != ["", "content", "rows"] or len(words) != 6:
        return False
    row = content["rows"][words[3]][int(words[4])]
    return words[5] in person_columns(words[3], row)


def _of_actor(subject: str, actor: Mapping[str, Any], unpublished: Collection[str]) -> Iterator[str]:
    if actor["role"] != SYSTEM_ROLE:
        yield "/actor/name"
    if actor["party"] is not None and subject.removeprefix("claims/") in unpublished:
        yield "/actor/party"  # a delegate's party tells who files


def _is_of(row: Mapping[str, Any], unpublished: Collection[str]) -> bool:
    """Whether a row of a record about something else tells of an unpublished claim."""
    about = row.get("subject", f"claims/{row.get('claim_id', row.get('id'))}")
    return isinstance(about, str) and about.removeprefix("claims/") in unpublished


def _of_row(place: str, table: str, row: Mapping[str, Any], is_hidden: bool) -> Iterator[str]:
    persons = person_columns(table, row)
    if not (is_hidden and table in CLAIM_TABLES):
        yield from _cells(place, (name for name in persons if row.get(name) is not None))
    elif table == "claims":
        yield from _cells(place, (name for name in row if name not in CLEAR_OF_CLAIMS))
    elif persons:
        # Cell by cell, so that all but the person can be opened one day.
        yield from _cells(place, (name for name in row if name != "id"))
    else:
        yield place


def _cells(place: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{place}/{_token(name)}" for name in names)


def _token(name: str) -> str:
    """A name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
