"""Files that come with a request: looked into by the scanner of the settings, and handed on only then."""

from collections.abc import Mapping

from flask import Flask, current_app, request
from flask import session as cookie
from werkzeug.datastructures import FileStorage

from registry.config import Settings
from registry.domain.attachments import LIMITS
from registry.scanning import Scan, scan_by
from registry.services.scanned import HarmError, ScannedFile, UnscannedError, scanned
from registry.web.access.browser_sessions import TOKEN
from registry.web.request_log import tell_file
from registry.web.sessions import session

NOT_SCANNED = 503  # nobody did anything wrong, and the same file may be taken later
# The form around a file needs room too, and a file a little too large is refused in words.
WITH_FILE = LIMITS.file_bytes + 1_000_000
_KEY = "registry.scan"


def add_scanner(app: Flask, settings: Settings) -> None:
    """Have files of strangers looked into."""
    app.extensions[_KEY] = scan_by(settings)


def let_files_in(app: Flask, most: Mapping[str, int]) -> None:
    """Let forms of these endpoints have so many bytes; to be added before anything reads a form, as guards against forged ones
    do. Only for those who signed in: nobody else can send so much.
    """

    @app.before_request
    def _let_in() -> None:
        most_bytes = most.get(request.endpoint or "")
        if most_bytes is not None and TOKEN in cookie:
            request.max_content_length = most_bytes


def received(sent: FileStorage | None) -> ScannedFile:
    """The file of a field of a form, nameless and empty where none was sent.

    Raises
    ------
    HarmError, UnscannedError
        As of `scanned`; both are told to operators, without the name of the file.
    """
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    session().rollback()  # nothing is changed so far, and nobody else has to wait while the scanner looks
    scan: Scan = current_app.extensions[_KEY]
    try:
        return scanned(name, data, scan)
    except UnscannedError as error:
        tell_file(error.event, size=len(data), why=error.why)
        raise
    except HarmError as error:
        tell_file(error.event, size=len(data), signature=error.found)
        raise
