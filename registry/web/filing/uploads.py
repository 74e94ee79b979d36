"""Claims from a file of a GIS or a spreadsheet: tried on the page without a trace, then kept as drafts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import auth_required, current_user, roles_accepted

from registry import ambient
from registry.domain.actors import Actor
from registry.domain.rounds import Round
from registry.imports.assembling import assemble
from registry.imports.files import read_file
from registry.imports.importing import rehearse
from registry.imports.sheets import Sheet
from registry.queries import drafts as reading
from registry.services import drafting, prechecking
from registry.services.errors import ServiceError, ValidationError
from registry.services.scanned import UnscannedError
from registry.web.acting import actor
from registry.web.filing.work import attempt, pages
from registry.web.receiving import NOT_SCANNED, received
from registry.web.sentences import told
from registry.web.sessions import session
from registry.web.viewing import viewer
from solver.fields import InputError

MOST_CARRIED = 400_000  # characters of the documents that the page carries along to be kept


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a file: notes, faults, and each claim with what an examination would find in it."""

    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    claims: tuple[tuple[dict[str, Any], prechecking.Prechecked], ...] = ()

    @property
    def carried(self) -> str:
        """The documents as the page carries them; empty where they are too large."""
        text = json.dumps([document for document, _found in self.claims])
        return text if len(text) <= MOST_CARRIED else ""


@pages.get("/filing/upload")
@auth_required("session")
@roles_accepted("delegate")
def ask_upload() -> str:
    """The form that takes a file."""
    return _page(None, ())


@pages.post("/filing/upload")
@auth_required("session")
@roles_accepted("delegate")
def upload() -> ResponseReturnValue:
    """Try a file: what would be stored, refused and returned. Nothing of it stays."""
    round_, sent = reading.round_taking_drafts(session()), request.files.get("file")
    if round_ is None:
        return _page(None, (gettext("No round takes claims now."),)), 422
    if sent is None or not sent.filename:
        return _page(None, (gettext("Choose a file."),)), 422
    round_id = round_.id
    try:
        file = received(sent)
        sheet = read_file(file.name, file.data, request.form.get("crs") or None)
    except (InputError, ValidationError) as error:
        return _page(None, tuple(told(fault) for fault in error.faults)), 422
    except UnscannedError as error:
        return _page(None, (told(error),)), NOT_SCANNED
    return _page(_tried(round_id, sheet, actor("filing.file_claim"), ambient.now()), ())


@pages.post("/filing/upload/keep")
@auth_required("session")
@roles_accepted("delegate")
def keep_upload() -> ResponseReturnValue:
    """Keep the claims of a file that was tried as drafts of the own party."""
    round_, who = reading.round_taking_drafts(session()), actor("drafting.save")
    try:
        documents = json.loads(request.form.get("documents", ""))
    except (ValueError, RecursionError):
        documents = None
    if round_ is None or not isinstance(documents, list):
        return _page(None, (gettext("There is nothing to keep. Try the file again."),)), 422
    round_id = round_.id

    def save_all(at: datetime) -> int:
        return len([drafting.save(session(), round_id, document, who, at) for document in documents])

    kept, refused = attempt(save_all)
    if kept is None:
        return _page(None, refused), 422
    return redirect(url_for("filing.home", kept=kept), 303)


def _tried(round_id: str, sheet: Sheet, who: Actor, at: datetime) -> Tried:
    """Take every step of an import and take it back, then look at each claim as far as its party may."""
    notes = tuple(told(note) for note in sheet.notes)
    claims = assemble(sheet)
    documents = [{"filed_by": who.party, **row.document, "key": row.key} for row in claims]
    faults: tuple[str, ...] = ()
    try:
        rehearse(session(), round_id, _again(sheet), who, at)
    except ValidationError as error:
        faults = tuple(told(fault) for fault in error.faults)
    except ServiceError as error:
        faults = (told(error),)
    session().rollback()
    round_ = session().get_one(Round, round_id)
    own = [document for document in documents if document["filed_by"] == current_user.party_id]
    looked = tuple((row, prechecking.precheck(session(), round_, row, None, viewer(), at)) for row in own)
    return Tried(notes, faults, looked)


def _again(sheet: Sheet) -> Sheet:
    """The sheet without the faults that putting its rows together has found, which are found once more."""
    return Sheet(sheet.placements, sheet.claims, sheet.documents, sheet.notes, list(dict.fromkeys(sheet.faults)))


def _page(tried: Tried | None, faults: tuple[str, ...]) -> str:
    return render_template(
        "filing_upload.html", tried=tried, faults=faults, round_taking=reading.round_taking_drafts(session())
    )
