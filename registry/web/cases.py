"""Consultations with their notes, and the comments on a claim."""

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_security import auth_required, current_user

from registry import ambient, db
from registry.domain.consultations import AGREED, CLAIM_OUT, NO_ANSWER, NOT_AGREED
from registry.log import reading
from registry.queries import claims, comments, consultations, rounds
from registry.queries.consultations import CaseRow
from registry.queries.names import party_names
from registry.services import notes
from registry.services.errors import NotFoundError, ServiceError
from registry.web import asked
from registry.web.acting import actor, may
from registry.web.pages import Pages
from registry.web.sentences import told
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("cases", __name__)
OUTCOMES = {
    "": (lazy_gettext("Open"), "open"),
    AGREED: (lazy_gettext("Agreed"), "good"),
    NOT_AGREED: (lazy_gettext("Not agreed"), "waiting"),
    NO_ANSWER: (lazy_gettext("No answer"), "waiting"),
    CLAIM_OUT: (lazy_gettext("A claim left"), ""),
}
STATES = ("open", "ended")


@pages.get("/consultations")
def all_cases() -> str:
    """The consultations, to be searched and filtered."""
    names = party_names(session())
    listed = rounds.list_rounds(session(), viewer())
    found = consultations.list_cases(
        session(),
        round_id=asked.choice("round", [row.id for row in listed]),
        claim=asked.text("claim") or None,
        party=asked.choice("party", names),
        viewer=viewer(),
    )
    return render_template(
        "consultations.html",
        round=chosen_round(asked.text("round") or None),
        found=Pages.of(_wanted(found, names), asked.whole_number("page", 1)),
        names=names,
        parties=sorted(names.items(), key=lambda row: row[1]),
        rounds=[(row.id, row.name) for row in listed],
        outcomes=OUTCOMES,
        asked=request.args,
    )


def _wanted(rows: tuple[CaseRow, ...], names: dict[str, str]) -> list[CaseRow]:
    state, needle = asked.choice("state", STATES), asked.text("q").casefold()
    return [
        row
        for row in rows
        if state in (None, "ended" if row.closed_at else "open") and needle in _searched(row, names).casefold()
    ]


def _searched(row: CaseRow, names: dict[str, str]) -> str:
    return " ".join([row.id, *(f"{side.claim} {side.party} {names.get(side.party, '')}" for side in row.sides)])


@pages.get("/consultations/<consultation_id>")
def one_case(consultation_id: str) -> str:
    """One consultation: both sides, what brings them together, and of its notes the faces."""
    page = consultations.case_page(session(), consultation_id, viewer()) or no_such("consultation", consultation_id)
    parties = [side.party for side in page.row.sides]
    return render_template(
        "consultation.html",
        round=chosen_round(page.row.round),
        case=page,
        parties=parties,
        names=party_names(session()),
        outcomes=OUTCOMES,
        may_read=_may_read(page, parties),
        records=reading.records_about(session(), f"consultations/{consultation_id}", viewer()),
    )


def _may_read(page: consultations.CasePage, parties: list[str]) -> bool:
    """Whether the link to the notes is shown; the service decides when a note is read."""
    if not may("notes.read"):
        return False
    role = actor("notes.read").role
    if role == "delegate":
        return current_user.party_id in parties
    return role == "registrar" or current_user.email in page.observers


@pages.post("/notes/<note_id>/read")
@auth_required("session")
def read_note(note_id: str) -> ResponseReturnValue:
    """The text of a note; the reading is noted, and no copy of the page is kept on the way."""
    if not may("notes.read"):
        abort(403)
    who = actor("notes.read")
    try:
        secret = notes.read(session(), note_id, who, ambient.now())
        text, salt_hex = secret.text, secret.salt_hex
        readings = [(row.read_at, row.role, row.party_id) for row in notes.readings(session(), note_id, who)]
        db.commit(session())
    except NotFoundError:
        session().rollback()
        no_such("note", note_id)
    except ServiceError as error:
        session().rollback()
        return render_template("refused.html", text=told(error), address=url_for("cases.all_cases")), 422
    face = consultations.find_note(session(), note_id) or no_such("note", note_id)
    case = consultations.case_page(session(), face.consultation, viewer()) or no_such("note", note_id)
    shown = render_template("note.html", note_id=note_id, text=text, salt_hex=salt_hex, case=case, readings=readings)
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/claims/<claim_id>/comments")
def comments_on(claim_id: str) -> str:
    """What parties said in public on a claim, each comment with its replies."""
    claim = claims.claim_page(session(), claim_id, viewer()) or no_such("claim", claim_id)
    return render_template(
        "comments.html",
        round=chosen_round(claim.row.round),
        row=claim.row,
        comments=comments.list_comments(session(), claim=claim_id, viewer=viewer()),
        names=party_names(session()),
    )
