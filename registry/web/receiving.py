"""Files that come with a request: looked into by the scanner of the settings, and handed on only then."""

from flask import Flask, current_app
from werkzeug.datastructures import FileStorage

from registry.config import Settings
from registry.scanning import Scan, scan_by
from registry.services.scanned import HarmError, ScannedFile, UnscannedError, scanned
from registry.web.request_log import tell_file
from registry.web.sessions import session

NOT_SCANNED = 503  # nobody did anything wrong, and the same file may be taken later
_KEY = "registry.scan"


def add_scanner(app: Flask, settings: Settings) -> None:
    """Have files of strangers looked into."""
    app.extensions[_KEY] = scan_by(settings)


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
