"""Sentences composed below the pages: gathered for translators, found again, said with the same values."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry.web import languages, sentences
from tests.registry.web import marking


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with no pages in the language of marks."""
    folder: Path = tmp_path_factory.mktemp("sentences")
    marking.write_marked(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CATALOGUES", folder)
        app = Flask("sentences")
        languages.add_languages(app)
        yield app


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no fault of ours", "no fault of ours"),
        (
            "claim C-1 is RECORDED; there is no offer to answer",
            "⟦claim ⟨C-1⟩ is ⟨⟦Recorded⟧⟩; there is no offer to answer⟧",
        ),
        ("reason: it is empty; say why the offer is declined", "reason: ⟦it is empty; say why the offer is declined⟧"),
        (
            "there is no user 100 %; list them with: registry user list",
            "⟦there is no user ⟨100 %⟩; list them with: registry user list⟧",
        ),
    ],
)
def test_a_sentence_is_found_by_its_words_and_keeps_its_values(marked: Flask, said: str, told: str) -> None:
    with marked.test_request_context(headers={"Accept-Language": marking.LANGUAGE}):
        assert sentences.told(said) == told


def test_english_is_left_as_it_is(marked: Flask) -> None:
    with marked.test_request_context():
        assert sentences.told("claim C-1 is RECORDED; there is no offer to answer").startswith("claim C-1 is RECORDED")
    assert sentences.told("a text without a page") == "a text without a page"


def test_f_strings_become_texts_with_named_places() -> None:
    source = 'def f(row, a):\n    """Not this one."""\n    raise E(f"path: claim {row.id} of {a[0]} is at {100}% of {row.id}")\n'
    assert list(sentences._of_source(source)) == ["claim %(id)s of %(a)s is at %(value)s%% of %(id_3)s"]
