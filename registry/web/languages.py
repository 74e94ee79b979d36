"""Languages: every text of a page goes through gettext, English is what the sources say.

A language is a folder of `translations/` with its catalogue; pages take the first one that the reader's browser asks
for and that is there. Templates write `{{ _('...') }}` or `{% trans %}`, code `gettext('...')` of flask_babel.
"""

from collections.abc import Callable
from pathlib import Path

from babel import Locale
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale, gettext, lazy_gettext
from jinja2 import Environment, PackageLoader

from registry.web.api.paths import is_for_programs

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "translations"
# What the macros of GOV.UK Frontend say by themselves, as their sources have it, and the same through gettext.
OF_COMPONENTS = {
    f'default("{text}"': f'default(_("{text}")' for text in ("Breadcrumb", "Pagination", "Error", "Show password")
}
_LISTED = (lazy_gettext("Breadcrumb"), lazy_gettext("Pagination"), lazy_gettext("Error"), lazy_gettext("Show password"))


def languages() -> list[str]:
    """The languages that pages can have, English first."""
    return [ENGLISH, *sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.mo"))]


def locale() -> Locale:
    """The locale of the page that is made; English where no page is."""
    return (get_locale() if has_request_context() else None) or Locale(ENGLISH)


def language() -> str:
    """The language of the page that is made, as its catalogue is named."""
    return str(locale())


def add_languages(app: Flask) -> None:
    """Translate texts in templates and code, and tell templates the language and the direction of its script."""
    known = languages()
    Babel(
        app,
        default_locale=ENGLISH,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: _chosen(known),
    )

    @app.context_processor
    def _language() -> dict[str, str]:
        return {"language": language().replace("_", "-"), "direction": locale().text_direction}


def _chosen(known: list[str]) -> str:
    """The language of a page; programs are told everything in English."""
    return ENGLISH if is_for_programs(request.path) else request.accept_languages.best_match(known) or ENGLISH


class ComponentLoader(PackageLoader):
    """The templates of the components, with their own English texts through gettext."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """The source of a component."""
        source, path, is_current = super().get_source(environment, template)
        for written, translated in OF_COMPONENTS.items():
            source = source.replace(written, translated)
        return source, path, is_current


def password_words() -> dict[str, str]:
    """What a box for a password says about showing it, to eyes and ears."""
    return {
        "showPasswordText": gettext("Show"),
        "hidePasswordText": gettext("Hide"),
        "showPasswordAriaLabelText": gettext("Show password"),
        "hidePasswordAriaLabelText": gettext("Hide password"),
        "passwordShownAnnouncementText": gettext("Your password is visible"),
        "passwordHiddenAnnouncementText": gettext("Your password is hidden"),
    }
