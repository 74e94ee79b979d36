"""The forms of a filing as data: each field knows its place in the document, and nothing typed is lost on the way.

A form is read into the document as far as it can be; what cannot be a number stays the text that was typed, and the reading
of the filing then says so at that field. So a draft may be incomplete or wrong, and comes back as it was typed.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.web.sentences import told
from solver.fields import Fault

Path = tuple[str, ...]
Document = dict[str, Any]
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,15})?")
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Field:
    """One box of a form.

    Parameters
    ----------
    kind
        text, area, whole, number, date, email, tel, url, flag (yes, no or not stated), lines (a list) or choice.
    options
        The name of the list to choose from, for a choice.
    empty
        What an empty box means in the document.
    """

    path: Path
    label: Any
    kind: str = "text"
    hint: Any = ""
    options: str = ""
    empty: Any = None

    @property
    def name(self) -> str:
        """The name in the form, which is its id on the page too."""
        return "-".join(self.path)

    @property
    def place(self) -> str:
        """Where faults say that it stands."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Rows:
    """Boxes that come again for each of several things. `unpack` and `pack` turn what the document has into rows and back;
    `places` says where faults say that each row stands.
    """

    path: Path
    label: Any
    fields: tuple[Field, ...]
    hint: Any = ""
    unpack: Callable[[Any], list[dict[str, Any]]] = lambda value: list(value or ())
    pack: Callable[[list[dict[str, Any]]], Any] = lambda rows: rows
    places: Callable[[str, list[dict[str, Any]]], list[str]] = lambda place, rows: [
        f"{place}[{i}]" for i in range(len(rows))
    ]

    @property
    def name(self) -> str:
        """What the names of its boxes begin with."""
        return "-".join(self.path)


@dataclass(frozen=True, slots=True)
class Heading:
    """Words above the fields that follow."""

    text: Any
    hint: Any = ""


Part = Field | Rows | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A form of its own: the members of the document that it fills, and what tidies up after it was read."""

    id: str
    name: Any
    parts: tuple[Part, ...]
    members: tuple[str, ...]
    finish: Callable[[Document], None] = lambda document: None


@dataclass(frozen=True, slots=True)
class Box:
    """A field on a page: its name there, what it holds, where faults say that it stands."""

    field: Field
    name: str
    value: str
    place: str


def boxes(section: Section, document: Mapping[str, Any]) -> Iterator[tuple[Part, list[list[Box]]]]:
    """Every part of a section with its boxes: one row for a field; for rows one each and an empty one."""
    for part in section.parts:
        if isinstance(part, Field):
            yield part, [[Box(part, part.name, shown(get(document, part.path)), part.place)]]
        elif isinstance(part, Rows):
            yield part, _boxes_of_rows(part, document)
        else:
            yield part, []


def _boxes_of_rows(part: Rows, document: Mapping[str, Any]) -> list[list[Box]]:
    rows = _unpacked(part, document)
    places = [*part.places(".".join(part.path), rows), ""]
    return [
        [
            Box(field, f"{part.name}-{i}-{field.name}", shown(get(row, field.path)), _under(place, field))
            for field in part.fields
        ]
        for i, (row, place) in enumerate(zip([*rows, {}], places, strict=True))
    ]


def _unpacked(part: Rows, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        return [row for row in part.unpack(get(document, part.path)) if isinstance(row, dict)]
    except (AttributeError, TypeError, ValueError):  # a draft from elsewhere may have anything there
        return []


def _under(place: str, field: Field) -> str:
    return f"{place}.{field.place}" if place else ""


def merged(section: Section, document: Mapping[str, Any], form: Mapping[str, str]) -> Document:
    """The document with what was typed into the section."""
    found = copy.deepcopy(dict(document))
    for part in section.parts:
        if isinstance(part, Field):
            put(found, part.path, read(part, form.get(part.name, "")))
        elif isinstance(part, Rows):
            put(found, part.path, part.pack(typed_rows(part, form)))
    section.finish(found)
    return found


def typed_rows(part: Rows, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a form that have anything in them."""
    pattern = re.compile(re.escape(part.name) + r"-([0-9]{1,3})-")
    numbers = sorted({int(found[1]) for name in form if (found := pattern.match(name))})
    rows = []
    for number in numbers:
        texts = {field.name: form.get(f"{part.name}-{number}-{field.name}", "") for field in part.fields}
        if any(text.strip() for text in texts.values()):
            row: dict[str, Any] = {}
            for field in part.fields:
                put(row, field.path, read(field, texts[field.name]))
            rows.append(row)
    return rows


def read(field: Field, typed: str) -> Any:
    """What was typed as a value of the document; what cannot be one stays as it was typed."""
    text = typed.replace("\r\n", "\n").strip()
    if field.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if not text:
        return copy.deepcopy(field.empty)
    if field.kind == "flag":
        return _FLAGS.get(text, text)
    return number(field.kind, text)


def number(kind: str, text: str) -> Any:
    """A whole number or a number where the kind asks for one and the text is one."""
    if kind in ("whole", "number") and _WHOLE.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    return text


def shown(value: Any) -> str:
    """A value of the document as it stands in a box."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(shown(item) for item in value)
    return str(value)


def get(document: Any, path: Sequence[str]) -> Any:
    """What stands at a path, None where there is nothing."""
    for name in path:
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def put(document: Document, path: Sequence[str], value: Any) -> None:
    """Set what stands at a path, making what it stands in."""
    *above, last = path
    for name in above:
        if not isinstance(document.get(name), dict):
            document[name] = {}
        document = document[name]
    document[last] = value


def at_fields(faults: Sequence[Fault], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(id of the box, words) of each fault; the first box of a group for a fault of the whole group.

    Parameters
    ----------
    names
        The id of each box by the place where faults say that it stands, in the order of the page.
    """
    return [(_box_of(fault.path, names), f"{_sentence(fault.what)} {_sentence(fault.mend)}") for fault in faults]


def _sentence(part: str) -> str:
    said = told(part)
    return f"{said[:1].upper()}{said[1:]}."


def _box_of(path: str, names: Mapping[str, str]) -> str:
    if path in names:
        return names[path]
    above = [place for place in names if place and path.startswith((f"{place}.", f"{place}["))]
    if above:
        return names[max(above, key=len)]
    below = (name for place, name in names.items() if place.startswith((f"{path}.", f"{path}[")))
    return next(below, next(iter(names.values()), ""))
