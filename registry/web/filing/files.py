"""Files beside a draft and a claim: attached, handed out as files and never as pages, taken off a draft."""

from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, roles_accepted

from registry.domain.attachments import LIMITS, Attachment, DraftAttachment
from registry.imports.limits import LIMITS as IMPORTED
from registry.queries import drafts as reading
from registry.services import attachments
from registry.services.errors import NotFoundError
from registry.services.scanned import UnscannedError
from registry.web.acting import actor
from registry.web.filing.work import at_hand, attempt, pages
from registry.web.receiving import NOT_SCANNED, WITH_FILE, received
from registry.web.sentences import told
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer

REQUEST_BYTES = {"filing.attach": WITH_FILE, "filing.upload": IMPORTED.file_bytes + 1_000_000}


@pages.get("/filing/<int:draft_id>/files")
@auth_required("session")
@roles_accepted("delegate")
def files(draft_id: int) -> str:
    """The files beside a draft, and the form that adds one."""
    return _page(draft_id, ())


@pages.post("/filing/<int:draft_id>/files")
@auth_required("session")
@roles_accepted("delegate")
def attach(draft_id: int) -> ResponseReturnValue:
    """Attach one file."""
    at_hand(draft_id)
    sent, who = request.files.get("file"), actor("attachments.add")
    try:
        _row, refused = attempt(lambda at: attachments.add(session(), draft_id, received(sent), who, at).id)
    except UnscannedError as error:
        return _page(draft_id, (told(error),)), NOT_SCANNED
    if refused:
        return _page(draft_id, tuple(fault.partition(": ")[2] or fault for fault in refused)), 422
    return redirect(url_for("filing.files", draft_id=draft_id), 303)


@pages.get("/filing/<int:draft_id>/files/<int:file_id>")
@auth_required("session")
@roles_accepted("delegate")
def file_of_draft(draft_id: int, file_id: int) -> Response:
    """One file of a draft."""
    work = at_hand(draft_id)
    found = {row.id: row for row in reading.files_of_draft(session(), work.draft)}
    return _handed_out(found.get(file_id) or no_such("file", str(file_id)))


@pages.post("/filing/<int:draft_id>/files/<int:file_id>/remove")
@auth_required("session")
@roles_accepted("delegate")
def detach(draft_id: int, file_id: int) -> ResponseReturnValue:
    """Take one file off the draft."""
    at_hand(draft_id)
    who = actor("attachments.remove")
    try:
        attempt(lambda _at: attachments.remove(session(), draft_id, min(file_id, 2**31 - 1), who))
    except NotFoundError:
        no_such("file", str(file_id))
    return redirect(url_for("filing.files", draft_id=draft_id), 303)


@pages.get("/claims/<claim_id>/files/<int:file_id>")
def file_of_claim(claim_id: str, file_id: int) -> Response:
    """One file of a claim, for whoever may see the claim."""
    found = {row.id: row for row in reading.files_of_claim(session(), claim_id, viewer())}
    return _handed_out(found.get(file_id) or no_such("file", f"{claim_id}/{file_id}"))


def _handed_out(row: DraftAttachment | Attachment) -> Response:
    """The file as one to keep, whatever is in it: no browser shows it, guesses its kind or runs it."""
    response = Response(reading.content(session(), row), mimetype=row.media_type)
    plain = row.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(draft_id: int, faults: tuple[str, ...]) -> str:
    work = at_hand(draft_id)
    return render_template(
        "filing_files.html",
        work=work,
        files=reading.files_of_draft(session(), work.draft),
        limits=LIMITS,
        faults=faults,
    )
