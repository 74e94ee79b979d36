"""What a person is told when something goes wrong: the only table with HTTP codes."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

from registry.exports.map_svg import UnknownRegionError
from registry.web.api import problems
from registry.web.api.paths import is_refused_for_programs
from registry.web.request_log import number, tell_fault
from registry.web.sentences import told


class PageError(Exception):
    """A request that cannot be answered as asked; the text is for the person who asked."""


class NoSuchPageError(PageError):
    """There is no such thing in the register."""

    def __init__(self, kind: str, name: str):
        super().__init__(
            gettext(
                "There is no %(kind)s '%(name)s' in the register. Check the id, or look for it in the lists.",
                kind=gettext(kind),
                name=name,
            )
        )


class QueryError(PageError):
    """A filter or parameter of the address that cannot be used: its name, what is wrong, and what would do."""

    def __init__(self, field: str, fault: str, mend: str):
        super().__init__(f"{field}: {fault}. {mend}")
        self.field = field


class UnsignedError(PageError):
    """The log cannot be signed, so that there is no checkpoint and no receipt."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP code with the words of its page; `words` is used where the error brings none of its own."""

    code: int
    heading: LazyString
    words: LazyString


ANSWERS = {
    code: Answer(code, heading, words)
    for code, heading, words in (
        (
            400,
            lazy_gettext("This request cannot be used"),
            lazy_gettext("Something in the address or the form is not understood. Go back and try again."),
        ),
        (
            403,
            lazy_gettext("This page is not open to you"),
            lazy_gettext("Your account does not have the role that this page needs."),
        ),
        (
            404,
            lazy_gettext("There is no such page"),
            lazy_gettext("Check the address. If a link on these pages led here, it is out of date."),
        ),
        (
            405,
            lazy_gettext("This page does not take that request"),
            lazy_gettext("Go back to the page and use its form or link."),
        ),
        (413, lazy_gettext("Too much was sent"), lazy_gettext("Send less than one megabyte at a time.")),
        (429, lazy_gettext("Too many attempts"), lazy_gettext("Wait a minute, then try again. Nothing was locked.")),
        (
            500,
            lazy_gettext("Something went wrong here"),
            lazy_gettext("The fault is on this side, nothing was changed, and it has been logged."),
        ),
        (
            503,
            lazy_gettext("The register is busy"),
            lazy_gettext("Another change is being written. Try again in a few seconds."),
        ),
    )
}

# The first that fits is used; (kind of error, code, whether its text is fit to be shown).
TABLE: tuple[tuple[type[Exception], int, bool], ...] = (
    (NoSuchPageError, 404, True),
    (QueryError, 400, True),
    (UnsignedError, 404, True),
    (UnknownRegionError, 400, True),
    (OperationalError, 503, False),
    (InternalError, 500, False),
    (ProgrammingError, 500, False),
    (NoConnectionError, 503, False),  # every connection of the process was in use for too long
)
# Faults of what lies under the register, which waiting a few seconds does not mend (SQLite, "Result and Error Codes";
# PostgreSQL, appendix A: connection, a server that can only be read, files that it may not open, resources, operator, system,
# internal, as when a file may not grow).
STORAGE_NAMES = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_NOMEM")
STORAGE_STATES = ("08", "25006", "42501", "53", "57", "58", "XX")
STORAGE = Answer(
    503,
    lazy_gettext("The register cannot keep anything now"),
    lazy_gettext(
        "What you sent was not kept, and nothing was changed. Its disk or its database does not answer as it should; those "
        "who run the register have been told. Try again later."
    ),
)
CSRF_WORDS = lazy_gettext(
    "The form was open too long, or did not come from this site. Load the page again and send it once more."
)


def add_error_pages(app: Flask) -> None:
    """Answer every error with a page in the registry's own look."""
    for kind, code, shows_text in TABLE:
        app.register_error_handler(kind, _handler(code, shows_text))
    app.register_error_handler(CSRFError, lambda _error: _page(ANSWERS[400], str(CSRF_WORDS)))
    app.register_error_handler(HTTPException, _http)
    app.before_request(_refuse_unusable_text)


def _handler(code: int, shows_text: bool) -> Callable[[Exception], ResponseReturnValue]:
    def handle(error: Exception) -> ResponseReturnValue:
        if code >= 500:
            tell_fault(error)
        answer = STORAGE if is_of_storage(error) else ANSWERS[code]
        if answer is STORAGE:  # who asks cannot be looked up where nothing can: the page is that for strangers
            g._login_user = AnonymousUserMixin()  # as Flask-Login keeps whom it found
        return _page(answer, _text(error) if shows_text else None)

    return handle


def is_of_storage(error: BaseException) -> bool:
    """Whether the disk or the database failed, and not only somebody else was writing."""
    if not isinstance(error, DBAPIError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(STORAGE_NAMES)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)
    return str(state).startswith(STORAGE_STATES)


def _text(error: Exception) -> str:
    """What a page says; what was composed below the pages is translated here."""
    return str(error) if isinstance(error, PageError) else told(error)


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()  # a redirect is no error
    return _page(ANSWERS.get(code) or ANSWERS[400 if code < 500 else 500], None, error)


def _page(answer: Answer, words: str | None, error: HTTPException | None = None) -> ResponseReturnValue:
    if is_refused_for_programs(request.path):
        code = error.code if error and error.code else answer.code
        return problems.of_status(code, words, dict(error.get_headers()) if error else None)
    is_ours = answer.code >= 500
    told_as = number() if is_ours else None
    response = Response(
        render_template("error.html", answer=answer, text=words or str(answer.words), is_ours=is_ours, number=told_as),
        answer.code,
    )
    for name, value in error.get_headers() if error else ():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _refuse_unusable_text() -> None:
    """PostgreSQL has no text with a NUL in it, so such an address names nothing."""
    if "\x00" in request.path:
        raise NoSuchPageError("page", request.path.replace("\x00", ""))
    for name, value in request.args.items(multi=True):
        if "\x00" in name + value:
            raise QueryError(
                name.replace("\x00", ""),
                gettext("it has a character without a sign in it"),
                gettext("Leave that character out."),
            )
