"""Sentences that are composed below the pages (refusals, findings, notes), in the language of the page.

Services, rules and readers of files say in English what is wrong, on the command line as on a page, and know of no language.
What they can say stands in their sources, as texts and f-strings: `templates` gathers these for translators, each value of an
f-string a placeholder with a name. `told` finds the one that a sentence was made from, and says it in the language of the page
with the same values. What it does not know it leaves in English.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import read_mo
from flask_babel import gettext

import registry
from registry.web import languages
from registry.web.vocabularies import CODES
from registry.web.words import STATES, WORDS
from solver import fields

_REGISTRY, _SOLVER = Path(registry.__file__).parent, Path(fields.__file__).parent
FOLDERS = tuple(_REGISTRY / name for name in ("domain", "services", "imports", "queries", "log"))
FILES = (
    *(_SOLVER / name for name in ("fields.py", "zones.py")),
    *(_REGISTRY / name for name in ("accounts.py", "allocating.py", "children.py", "signing.py")),
    *sorted((_REGISTRY / "worker").glob("*.py")),
    *(_REGISTRY / "exports" / "map_svg" / name for name in ("furniture.py", "layers.py", "reading.py", "graticule.py")),
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_LEAST_LETTERS = 8  # of a pattern: shorter ones would fit by chance
_FIELD = re.compile(r"^(?:%\(\w+\)s|[a-z][\w.\[\]]*): ")  # where a fault stands: no part of the sentence
_WORD = re.compile(r"[A-Za-z]{2,}")


def templates() -> list[str]:
    """Every sentence that the layers below can say, with `%(name)s` for each value in it."""
    paths = (*FILES, *(path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))))
    return list(dict.fromkeys(text for path in paths for text in _of_source(path.read_text("utf-8"))))


def _of_source(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    silent = {id(inner) for node in ast.walk(tree) for inner in _silent(node)}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            text = _template(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        text = _FIELD.sub("", text)
        if _is_sentence(text):
            yield text


def _silent(node: ast.AST) -> Iterable[ast.AST]:
    """What is never said by itself: docstrings, and the parts of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return (part for part in node.values if isinstance(part, ast.Constant))
    has_body = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if has_body and node.body and isinstance(node.body[0], ast.Expr):  # type: ignore[attr-defined]  # narrowed by has_body
        return (node.body[0].value,)  # type: ignore[attr-defined]  # the same
    return ()


def _template(node: ast.JoinedStr) -> str:
    """An f-string with its values as placeholders."""
    found, names = [], set[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            found.append(str(part.value).replace("%", "%%"))
            continue
        assert isinstance(part, ast.FormattedValue)
        name = _name(part.value)
        while name in names:
            name = f"{name}_{len(names)}"
        names.add(name)
        found.append(f"%({name})s")
    return "".join(found)


def _name(value: ast.expr) -> str:
    match value:
        case ast.Name(id=name):
            return name.strip("_") or "value"
        case ast.Attribute(attr=name):
            return name.strip("_")
        case ast.Call(args=[inner, *_]):
            return _name(inner)
        case ast.Subscript(value=inner):
            return _name(inner)
        case _:
            return "value"


def _is_sentence(text: str) -> bool:
    """Whether a text is said to people: two words of small letters at least, and no pattern, path or statement."""
    literal = _PLACEHOLDER.sub(" ", text)
    words = [word for word in literal.split() if _WORD.search(word)]
    said = [word for word in words if re.fullmatch(r"[(\"']?[A-Za-z][a-z'-]*[\"'),.;:!?]*", word)]
    return len(said) >= 2 and len(said) >= len(words) / 2 and "\\" not in text and "SELECT" not in text


def told(text: object) -> str:
    """A sentence in the language of the page; in English where no catalogue knows it."""
    said, language = str(text), languages.language()
    if language == languages.ENGLISH or not _WORD.search(said):
        return said
    return _told(said, patterns(languages.CATALOGUES / language / "LC_MESSAGES" / "messages.mo"))


Pattern = tuple[re.Pattern[str], str]


@lru_cache(maxsize=8)
def patterns(catalogue: Path) -> tuple[Pattern, ...]:
    """What sentences of a catalogue look like, the most telling first."""
    with catalogue.open("rb") as stream:
        ids = [message.id for message in read_mo(stream) if isinstance(message.id, str)]
    with_places = [text for text in ids if _PLACEHOLDER.search(text) and _letters(text) >= _LEAST_LETTERS]
    return tuple((_pattern(text), text) for text in sorted(with_places, key=lambda text: (-_letters(text), text)))


def _letters(text: str) -> int:
    return len(re.findall("[A-Za-z]", _PLACEHOLDER.sub("", text)))


def _pattern(text: str) -> re.Pattern[str]:
    found, names = [], set[str]()
    for at, part in enumerate(_PLACEHOLDER.split(text)):
        if at % 2 == 0:
            found.append(re.escape(part.replace("%%", "%")))
        else:
            found.append(f"(?P={part})" if part in names else f"(?P<{part}>.*?)")
            names.add(part)
    return re.compile("".join(found), re.DOTALL)


def _told(said: str, known: Sequence[Pattern]) -> str:
    text = said.strip()
    spelled = (
        (text, ""),
        (text[:1].lower() + text[1:], ""),
        (text[:1].upper() + text[1:], ""),
        (text.removesuffix("."), "."),
    )
    for variant, ends in spelled:
        if (found := _whole(variant, known)) is not None:
            return found + ends
    if field := _FIELD.match(text):
        return field[0] + _told(text[field.end() :], known)
    return _in_parts(text, known)


def _whole(text: str, known: Sequence[Pattern]) -> str | None:
    """The translation of a sentence that is known as a whole."""
    if (found := gettext(text)) != text:
        return found
    for pattern, template in known:
        if match := pattern.fullmatch(text):
            values = {name: _value(value, known) for name, value in match.groupdict().items()}
            return gettext(template, **values)
    return None


def _value(value: str, known: Sequence[Pattern]) -> str:
    """A value in a sentence: a sentence again, a code that pages have words for, or what it is."""
    if value in STATES:
        return str(WORDS["state"](value)[0])
    if value in CODES:
        return str(WORDS["spelled_out"](value))
    return _told(value, known) if " " in value else value


def _in_parts(text: str, known: Sequence[Pattern]) -> str:
    """Fault and mend, field and fault, and lines are said one by one."""
    for between in ("\n", "; ", ": ", ", "):
        if between in text:
            return between.join(_told(part, known) for part in text.split(between))
    return text
