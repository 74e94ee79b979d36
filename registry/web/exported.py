"""The public package that is kept, to take away: whole as one archive, and file by file."""

from collections.abc import Iterator
from io import BytesIO

from flask import Blueprint, Response, current_app, render_template, request, send_file, stream_with_context

from registry.exports import kept
from registry.exports.errors import ExportError
from registry.exports.kept import KeptPackage
from registry.log import records
from registry.queries import keys
from registry.web.access.context import access
from registry.web.sessions import chosen_round, no_such, session

pages = Blueprint("exported", __name__)
WHAT = "package to download"


@pages.get("/exports")
def package() -> str:
    """What the newest public package holds, its hash, and how to check it."""
    found = _newest()
    return render_template(
        "exports.html",
        round=chosen_round(),
        package=found,
        records=records.size(session()),
        vkey=keys.vkey_in_force(session()),
    )


@pages.get("/exports/package.zip")
def archive() -> Response:
    """The package as one archive, made while it is sent; the same package is the same archive."""
    found = _newest() or no_such(WHAT, "package.zip")
    pieces = found.archive()
    try:
        first = next(pieces)  # opens every file, so that a damaged package is refused before anything is sent
    except ExportError as error:
        current_app.logger.error("the kept package is damaged: %s", error)
        no_such(WHAT, "package.zip")
    response = Response(stream_with_context(_all(first, pieces)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}.zip"'
    return _tagged(response, found.manifest_sha256)


@pages.get("/exports/files/<path:name>")
def one_file(name: str) -> Response:
    """One file of the package, by the name that its manifest has for it."""
    found = _newest()
    if found is None or name not in found.files:
        no_such("file of the package", name)
    try:
        with found.open(name) as stream:
            content = BytesIO(stream.read())
    except ExportError as error:
        current_app.logger.error("the kept package is damaged: %s", error)
        no_such("file of the package", name)
    # Whatever is in it, a browser keeps it and shows nothing of it as a page.
    response = send_file(
        content,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name.rpartition("/")[2],
        etag=False,
    )
    return _tagged(response, found.files[name][1])


def _all(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _newest() -> KeptPackage | None:
    return kept.newest(access().settings.data / "exports" / "public")


def _tagged(response: Response, digest: str) -> Response:
    response.set_etag(digest)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.make_conditional(request)
    return response
