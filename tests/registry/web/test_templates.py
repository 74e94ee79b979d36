"""Templates that others import: what they call, they import themselves."""

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import registry.web

TEMPLATES = Path(registry.web.__file__).parent / "templates"
PARTS = sorted(path.name for path in TEMPLATES.glob("_*.html"))
READER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"], autoescape=True)


def parsed(name: str) -> nodes.Template:
    return READER.parse((TEMPLATES / name).read_text("utf-8"))


def made(template: nodes.Template) -> set[str]:
    """The macros of a template with what they are given, and what it imports."""
    own = {macro.name for macro in template.find_all(nodes.Macro)}
    own |= {name.name for name in template.find_all(nodes.Name) if name.ctx != "load"}
    return own.union(*(statement.names for statement in template.find_all(nodes.FromImport)))


def missing(template: nodes.Template, macros: set[str]) -> set[str]:
    return {name.name for name in template.find_all(nodes.Name)} & macros - made(template)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_imports_the_macros_that_it_calls(name: str) -> None:
    """A page hands its imports on to nobody: a macro that its part calls without importing it is undefined there."""
    macros = {macro.name for part in PARTS for macro in parsed(part).find_all(nodes.Macro)}
    assert missing(parsed(name), macros) == set()


def test_a_planted_call_without_import_is_found() -> None:
    template = READER.parse("{% macro of(row) %}{{ entry_link(row.id) }}{% endmacro %}")
    assert missing(template, {"entry_link", "of"}) == {"entry_link"}
