"""`python -m registry.web.translating extract|start LANGUAGE|compile`: the texts of the pages for translators.

`extract` gathers every text of templates and code into `translations/messages.pot`; `start` makes a catalogue for a language
from it, or brings an existing one up to date; `compile` makes what the pages read. English needs none of them: it is what the
sources say. Texts go through `_('...')` and `{% trans %}` in templates, `gettext` and `lazy_gettext` in code.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from registry.web import sentences, words
from registry.web.languages import CATALOGUES

HERE = Path(__file__).parent
TEMPLATE = "messages.pot"
METHODS = [
    ("**/static/**", "ignore"),
    ("**/frontend/**", "ignore"),
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extract() -> Catalog:
    """Every text of the pages, with the places where it stands."""
    catalogue = Catalog(project="Lunar Site Registry", charset="utf-8")
    found = extract_from_dir(HERE, METHODS, OPTIONS, keywords=KEYWORDS)
    for path, line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1], str(row[2]))):
        catalogue.add(message, None, [(path, line)], auto_comments=comments, context=context)
    for text in words.texts():
        catalogue.add(text, None, [("words.py", 1)])
    for text in sentences.templates():
        catalogue.add(text, None, [("sentences.py", 1)])
    return catalogue


def write_template(folder: Path = CATALOGUES) -> Path:
    """Write the template that translators start from."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / TEMPLATE).open("wb") as stream:
        write_po(stream, extract(), width=120, sort_by_file=True)
    return folder / TEMPLATE


def start(language: str, folder: Path = CATALOGUES) -> Path:
    """Make the catalogue of a language, or bring it up to date; what was translated stays."""
    Locale.parse(language)
    path = folder / language / "LC_MESSAGES" / "messages.po"
    template = extract()
    if path.is_file():
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        catalogue.update(template)
    else:
        catalogue = template
        catalogue.locale = language
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=120)
    return path


def compile_all(folder: Path = CATALOGUES) -> list[Path]:
    """Make what the pages read of every catalogue; texts marked as doubtful are left in English."""
    made = []
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)
        made.append(path.with_suffix(".mo"))
    return made


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands; the exit code."""
    try:
        match list(arguments):
            case ["extract"]:
                made = [write_template()]
            case ["start", language]:
                made = [start(language)]
            case ["compile"]:
                made = compile_all()
            case _:
                sys.stderr.write(f"{__doc__}\n")
                return 2
    except (UnknownLocaleError, ValueError) as error:
        sys.stderr.write(f"{error}; name a language as fr or pt-BR is named\n")
        return 2
    sys.stdout.write("".join(f"{path}\n" for path in made) or "no catalogue is there; begin with: start LANGUAGE\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
