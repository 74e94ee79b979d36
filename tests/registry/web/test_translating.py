"""Translating: every text of a template goes through gettext, and translators get all of them."""

import re
from pathlib import Path

import jinja2
import pytest
from flask import Flask

from registry.web import translating

TEMPLATES = sorted((Path(translating.__file__).parent / "templates").glob("*.html"))
# Words that are the same in every language.
SAME = re.compile(r"\b(SHA-256|JSON|json|GeoJSON|km|kg|m|Atom|UTC|ZIP|CSV|PDF|IAU_2015:30135)\b")
COMMANDS = re.compile(r"<(pre|code|svg)\b.*?</\1>", re.DOTALL)


def outside_of_blocks(source: str) -> str:
    """What a template writes by itself, without what it computes and without what it gives to gettext."""
    found, statement, translated = [], "", False
    for _, kind, value in jinja2.Environment().lex(source):
        if kind in ("block_begin", "block_end"):
            statement = ""
        elif kind == "name" and not statement:
            statement = value
            translated = value == "trans" or (translated and value != "endtrans")
        elif kind == "data" and not translated:
            found.append(value)
    return "".join(found)


def untranslated(source: str) -> list[str]:
    """Texts of a template that no catalogue can translate."""
    text = COMMANDS.sub("", outside_of_blocks(source))
    found = re.findall(r'(?:aria-label|placeholder|alt)="([^"]*)"', text) + re.split(r"<[^>]*>", text)
    return [part.strip() for part in found if re.search(r"[A-Za-z]{2}", SAME.sub("", re.sub(r"&#?\w+;", "", part)))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_text_outside_gettext(path: Path) -> None:
    assert untranslated(path.read_text("utf-8")) == []


def test_a_planted_text_is_found() -> None:
    assert untranslated("<p>{{ _('Claims') }}</p><p>Claims of {{ round.name }}</p>") == ["Claims of"]
    assert untranslated('<div aria-label="Claims">{% trans %}All{% endtrans %}</div>') == ["Claims"]


def test_every_text_is_in_the_template_of_the_translators(tmp_path: Path) -> None:
    path = translating.write_template(tmp_path)
    text = path.read_text("utf-8")
    for wanted in ("Take the register away", "In coordination", "Nothing was checked"):
        assert f'msgid "{wanted}"' in text
    assert translating.start("fr", tmp_path).is_file()
    assert [made.name for made in translating.compile_all(tmp_path)] == ["messages.mo"]


def test_every_template_still_compiles(filled: Flask) -> None:
    assert isinstance(filled.jinja_env, jinja2.Environment)
    for path in TEMPLATES:
        filled.jinja_env.get_template(path.name)
