"""A checker of papers: paste or upload a receipt, a checkpoint or a proof, and read what is to be thought of it.

Nothing is stored. The answer is a page of its own, without a script, and never kept on the way.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from registry.log import checkpoints, signed_note, verdicts
from registry.log.checkpoints import LogKey
from registry.log.verdicts import MOST_BYTES, Verdict
from registry.web.sentences import told
from registry.web.sessions import chosen_round, session

pages = Blueprint("proof_check", __name__)
LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed or chosen, to be shown again."""

    paper: str = ""
    key: str = ""
    file: str = ""


@pages.get("/log/check")
def form() -> Response:
    """The form, empty."""
    return _page(_Asked())


@pages.post("/log/check")
def check() -> Response:
    """The verdict on what was sent, with its reasons; the form stays filled."""
    upload = request.files.get("file")
    typed = request.form.get("paper", "")
    asked = _Asked(typed, request.form.get("key", "").strip(), (upload.filename or "") if upload else "")
    if asked.file and typed.strip():
        return _page(asked, faults={"file": gettext("Paste a paper or choose a file, not both.")})
    paper = upload.stream.read(MOST_BYTES + 1) if upload and asked.file else typed.encode("utf-8", "replace")
    if not paper.strip():
        return _page(asked, faults={"paper": gettext("Paste a receipt, a checkpoint or a proof, or choose its file.")})
    if len(paper) > MOST_BYTES:
        kilobytes = MOST_BYTES // 1000
        text = gettext("This is larger than %(size)s kB; no paper of a register is.", size=kilobytes)
        return _page(asked, faults={"file" if asked.file else "paper": text})
    try:
        trusted = _trusted(asked.key)
    except signed_note.KeyTextError as error:
        return _page(asked, faults={"key": told(error)})
    return _page(asked, verdict=verdicts.judge(session(), paper, trusted))


def _trusted(key: str) -> tuple[LogKey, ...]:
    """The key from elsewhere, or the register's own; KeyTextError for a text that is no key of a log."""
    if not key:
        return checkpoints.log_keys(session())
    verifier = signed_note.parse_verifier(key[:LONGEST_KEY])
    if verifier.kind != signed_note.ED25519:
        raise signed_note.KeyTextError("this is the key of a witness; give the log's own key")
    return (LogKey(verifier),)


def _page(asked: _Asked, faults: dict[str, str] | None = None, verdict: Verdict | None = None) -> Response:
    page = render_template(
        "proof_check.html", round=chosen_round(), asked=asked, faults=faults or {}, verdict=verdict, most=MOST_BYTES
    )
    response = make_response(page, 422 if faults else 200)
    response.headers["Cache-Control"] = "no-store"  # what somebody holds is nobody else's matter
    return response
