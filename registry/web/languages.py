"""Languages: every text of a page goes through gettext, English is what the sources say.

A language is a folder of `translations/` with its catalogue; pages take the first one that the reader's browser asks
for and that is there. Templates write `{{ _('...') }}` or `{% trans %}`, code `gettext('...')` of flask_babel.
"""

from pathlib import Path

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, get_locale

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "translations"


def languages() -> list[str]:
    """The languages that pages can have, English first."""
    return [ENGLISH, *sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.mo"))]


def add_languages(app: Flask) -> None:
    """Translate texts in templates and code, and tell templates the language and the direction of its script."""
    known = languages()
    Babel(app, default_locale=ENGLISH, locale_selector=lambda: request.accept_languages.best_match(known) or ENGLISH)

    @app.context_processor
    def _language() -> dict[str, str]:
        locale = get_locale() or Locale(ENGLISH)
        return {"language": str(locale).replace("_", "-"), "direction": locale.text_direction}
