"""Languages: English without any catalogue, and the page says its language and direction."""

from flask import Flask

from registry.web.languages import add_languages, languages


def test_english_needs_no_catalogue() -> None:
    assert languages()[0] == "en"


def test_a_page_knows_its_language_and_direction() -> None:
    app = Flask(__name__)
    add_languages(app)
    with app.test_request_context(headers={"Accept-Language": "xx, de;q=0.5"}):
        text = app.jinja_env.from_string("{{ language }} {{ direction }} {{ _('Claims') }}").render(
            **app.template_context_processors[None][-1]()
        )
    assert text == "en ltr Claims"
