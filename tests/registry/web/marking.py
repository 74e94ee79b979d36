"""A language for tests that marks each text, in a script from right to left; and what a page says that is not marked."""

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel import Locale
from babel.messages.mofile import write_mo

from registry import db
from registry.web import translating, vocabularies, words

LANGUAGE = "ar"
LEFT, RIGHT = "⟦", "⟧"
OPEN, CLOSE = "⟨", "⟩"  # around each value in a text, which has to be marked by itself, or be data
_SPOKEN = ("aria-label", "aria-description", "alt", "placeholder", "title", "data-words")
# What people type into free texts of the test registers as well.
_TYPED = frozenset({"construction", "operation", "lander", "hardware", "register", "landing", "agreed"})
CODES = {
    *vocabularies.CODES,
    *words.STATES,
    *words.FINDINGS,
    *words.CHOICES,
    *words.OFFERS,
    *words.STANDINGS,
    *words.RULES,
}
CODES |= {*words.STAGES, *words.SEVERITIES, *words.EFFECTS, *words.MEASURES, *words.PER, *words.ANSWERS, "yes", "no"}
CODES -= _TYPED
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "td",
        "th",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "dt",
        "dd",
        "section",
        "main",
        "header",
        "footer",
        "nav",
        "form",
        "label",
        "legend",
        "option",
        "button",
        "title",
        "text",
        "ul",
        "ol",
        "dl",
        "table",
        "thead",
        "tbody",
        "caption",
        "summary",
        "details",
        "fieldset",
        "figcaption",
        "figure",
        "body",
        "html",
        "head",
        "span",
        "a",
        "strong",
        "tspan",
    ]
)
_LEFT_OUT = frozenset(("script", "style", "code", "pre", "textarea"))


def write_marked(folder: Path) -> None:
    """Write a catalogue for LANGUAGE into `folder` in which every text of the pages is marked."""
    catalogue = translating.extract()
    catalogue.locale = Locale(LANGUAGE)
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(_marked(message.id[1]) for _ in range(catalogue.num_plurals))
        elif message.id:
            message.string = _marked(message.id)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        write_mo(stream, catalogue)


def _marked(text: str) -> str:
    return LEFT + re.sub(r"%\(\w+\)[sd]", rf"{OPEN}\g<0>{CLOSE}", text) + RIGHT


class _Reader(HTMLParser):
    """Gathers what a person reads, hears or is told on pointing; what says to be in English or code is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.spoken: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._skipped:
            self.parts.append("\n" if tag in _BLOCKS else "")
            self.spoken += [value for name, value in attrs if name in _SPOKEN and value]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.spoken.append(given.get("value") or "")
        is_closed = tag in ("input", "br", "hr", "img", "meta", "link", "source", "wbr")
        if not is_closed and (
            self._skipped or tag in _LEFT_OUT or given.get("lang") == "en" or given.get("translate") == "no"
        ):
            self._skipped.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._skipped:
            self.spoken += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def unmarked(page: str, data: re.Pattern[str]) -> list[str]:
    """Every text of a page that no catalogue can translate; `data` is what people, files and numbers say."""
    reader = _Reader()
    reader.feed(page)
    texts = ["".join(reader.parts), *_flat(reader.spoken)]
    found = [line.strip() for text in texts for line in data.sub(" ", _without_marked(text)).split("\n")]
    return [line for line in found if re.search(r"[A-Za-z]{2}", line)]


def _flat(spoken: Iterable[str]) -> Iterator[str]:
    """Each text; of the words that a script gets, those with marks in them or by themselves, not their names."""
    for text in spoken:
        yield from (str(leaf) for leaf in _values(json.loads(text))) if text.startswith(("{", "[")) else (text,)


def _values(document: Any) -> Iterator[Any]:
    if isinstance(document, dict):
        for inner in document.values():
            yield from _values(inner)
    else:
        yield document


def _without_marked(text: str) -> str:
    """What stands outside of marks, and each value inside of them."""
    inner = re.compile(f"{LEFT}[^{LEFT}{RIGHT}]*{RIGHT}")
    while (shorter := inner.sub(lambda found: "\n".join(_values_in(found[0])), text)) != text:
        text = shorter
    return text


def _values_in(text: str) -> list[str]:
    return ["", *re.findall(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}", text), ""]


def leaves(value: Any) -> Iterator[Any]:
    """Every value in a document that is no object and no list; keys of objects too, as they may be names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from () if re.fullmatch("[a-z0-9_]+", key) else (key,)
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def recorded(engine: sa.Engine) -> set[str]:
    """Every text that the rows of a register have."""
    with db.reading(engine) as session:
        rows = [row for table in db.Base.metadata.sorted_tables for row in session.execute(sa.select(table))]
    return {leaf for row in rows for cell in row for leaf in leaves(cell) if isinstance(leaf, str)}


def is_name(text: str) -> bool:
    """Whether a text is no code of the register: codes have words, and these are translated."""
    return text not in CODES


def any_of(texts: Iterable[str], also: str) -> re.Pattern[str]:
    """Any of the texts, the longest first, as a word of its own; and a further pattern."""
    longest = sorted({text.strip() for text in texts if text.strip()}, key=lambda text: (-len(text), text))
    words = "|".join(map(re.escape, longest))  # the bounds around all of them: a thousand times around one is slow
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)|{also}" if words else also)
