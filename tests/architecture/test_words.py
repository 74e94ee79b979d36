"""Nobody owns a place on the Moon, so nothing here says so."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import NOT_OURS, ROOT, short

ROOMS = ("registry/domain", "registry/web/templates", "registry/exports")
WORDS = re.compile(r"owner|ownership|landlord|territor|parcel|land[ _-]title|real[ _-]estate", re.IGNORECASE)


def lines_with_such_words(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if WORDS.search(line)]


def files() -> list[Path]:
    found = [file for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file()]
    return sorted(file for file in found if not NOT_OURS & set(file.parts))


def test_no_word_of_ownership_of_a_place() -> None:
    found = {f"{short(f)}:{line}" for f in files() for line in lines_with_such_words(f.read_text("utf-8", "replace"))}
    assert found == set()


@pytest.mark.parametrize("text", ["site_owner = 1", "<p>Territory of", "Land title", "a parcel of"])
def test_a_planted_word_is_found(text: str) -> None:
    assert lines_with_such_words(text) == [1]


def test_html_titles_and_python_properties_are_no_such_words() -> None:
    assert lines_with_such_words("<title>Claims</title>\n@property") == []
