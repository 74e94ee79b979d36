"""Why a claim did not get what it asked for, in full: what stands in the way, and what would have been granted."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import auth_required

from registry import ambient, db
from registry.queries import claims, runs
from registry.queries.claims import ClaimPage
from registry.services import runs as services
from registry.services.errors import ConflictError, NotAllowedError
from registry.web import run_words, sentences
from registry.web.acting import actor, may
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("why_not", __name__)


@pages.get("/claims/<claim_id>/why-not")
def why_not(claim_id: str) -> ResponseReturnValue:
    """The answer that is kept, and for those who may a way to ask."""
    return _page(_seen(claim_id))


@pages.post("/claims/<claim_id>/why-not")
@auth_required("session")
def ask(claim_id: str) -> ResponseReturnValue:
    """Ask; who asked before is led to the same answer."""
    claim = _seen(claim_id)
    if not may("runs.ask_why"):
        abort(403)
    try:
        run = services.ask_why(session(), claim_id, actor("runs.ask_why"), ambient.now())
        db.commit(session())
    except (ConflictError, NotAllowedError) as error:
        session().rollback()
        return _page(claim, sentences.told(error)), 409
    if _is_seen(run.id):
        return redirect(url_for("runs.one_run", run_id=run.id), 303)
    return redirect(url_for("why_not.why_not", claim_id=claim_id), 303)


def _is_seen(run_id: int) -> bool:
    """Whether the run that answers is there for this person; another party may have asked first."""
    return runs.run_page(session(), run_id, viewer()) is not None


def _seen(claim_id: str) -> ClaimPage:
    return claims.claim_page(session(), claim_id, viewer()) or no_such("claim", claim_id)


def _page(claim: ClaimPage, refusal: str = "") -> str:
    told = runs.why_not(session(), claim.row.id)
    asking = runs.asking_why(session(), claim.row.id)
    return render_template(
        "why_not.html",
        round=named_round(claim.row.round),
        claim=claim,
        told=told,
        answer=told.answer if told else None,
        asking=asking,
        run_words=run_words,
        may_ask=may("runs.ask_why") and _is_own(claim),
        refusal=refusal and gettext("It was not asked: %(reason)s", reason=refusal),
    )


def _is_own(claim: ClaimPage) -> bool:
    """Whether the claim is one that a delegate may ask about; the agency may ask about all."""
    who = viewer()
    return bool(who.roles & {"registrar", "planner"}) or who.filing_party in claim.row.credit
