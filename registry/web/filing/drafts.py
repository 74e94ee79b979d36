"""Drafts: begun from nothing or from an own claim, filled in section by section, thrown away."""

import re
import unicodedata
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import auth_required, current_user, roles_accepted

from registry.domain.claims import ClaimState
from registry.domain.rounds import Round
from registry.domain.transitions import CLAIM_MOVES
from registry.queries import drafts as reading
from registry.services import drafting
from registry.web.acting import actor
from registry.web.filing.fields import at_fields, boxes, merged
from registry.web.filing.sections import (
    AFTER_PLACEMENTS,
    BEFORE_PLACEMENTS,
    PLACEMENTS,
    SECTIONS,
    Section,
    section_of,
)
from registry.web.filing.work import Work, at_hand, attempt, options, pages, refused_page, save
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer

AMENDABLE = (ClaimState.SUBMITTED, ClaimState.RETURNED)
NOT_STARTED, UNFINISHED, DONE = "not-started", "unfinished", "done"


@pages.get("/filing")
@auth_required("session")
@roles_accepted("delegate")
def home() -> str:
    """The own drafts and claims, and the ways to begin."""
    return _home()


@pages.post("/filing")
@auth_required("session")
@roles_accepted("delegate")
def begin() -> ResponseReturnValue:
    """Begin a draft from nothing but the name of the operation."""
    round_, name = reading.round_taking_drafts(session()), request.form.get("name", "").strip()
    if round_ is None:
        return _home((("", gettext("No round takes claims now.")),)), 422
    if not name:
        return _home((("name", gettext("Give the operation a name. It can be changed later.")),)), 422
    document = {"key": _key(round_.id, name), "filed_by": current_user.party_id, "name": name}
    return _begun(round_.id, document)


@pages.post("/filing/from/<claim_id>")
@auth_required("session")
@roles_accepted("delegate")
def begin_from(claim_id: str) -> ResponseReturnValue:
    """Begin a draft from the newest revision of an own claim, which it will amend."""
    own = {row.id: row for row in reading.own_claims(session(), viewer())}
    claim = own.get(claim_id) or no_such("claim", claim_id)
    kept = {row.key: row for row in reading.own_drafts(session(), viewer()) if row.round_id == claim.round_id}
    if claim.key in kept:
        return redirect(url_for("filing.task_list", draft_id=kept[claim.key].id), 303)
    return _begun(claim.round_id, {**claim.current.content, "key": claim.key, "filed_by": claim.filed_by_id})


@pages.get("/filing/<int:draft_id>")
@auth_required("session")
@roles_accepted("delegate")
def task_list(draft_id: int) -> str:
    """The sections of a draft, each with its state."""
    work = at_hand(draft_id)
    states = {section.id: _state(work, section) for section in SECTIONS.values()}
    states[PLACEMENTS] = _state_of(work, PLACEMENTS, bool(work.placements))
    return render_template(
        "filing_task_list.html",
        work=work,
        before=BEFORE_PLACEMENTS,
        after=AFTER_PLACEMENTS,
        states=states,
        files=reading.files_of_draft(session(), work.draft),
        amends=drafting.claim_of(session(), work.round.id, work.draft.filed_by_id, work.draft.key),
    )


@pages.get("/filing/<int:draft_id>/sections/<section_id>")
@auth_required("session")
@roles_accepted("delegate")
def section(draft_id: int, section_id: str) -> str:
    """The form of one section; with `checked`, what is wrong with it."""
    work, section_ = at_hand(draft_id), SECTIONS.get(section_id) or no_such("section", section_id)
    parts = list(boxes(section_, work.document))
    places = {box.place: box.name for _part, rows in parts for row in rows for box in row if box.place}
    return render_template(
        "filing_section.html",
        work=work,
        section=section_,
        parts=parts,
        options=options(),
        faults=at_fields(_faults_in(work, section_.id), places) if "checked" in request.args else [],
    )


@pages.post("/filing/<int:draft_id>/sections/<section_id>")
@auth_required("session")
@roles_accepted("delegate")
def save_section(draft_id: int, section_id: str) -> ResponseReturnValue:
    """Keep what was typed, complete or not; go on if it is sound, or show what is wrong with it."""
    work, section_ = at_hand(draft_id), SECTIONS.get(section_id) or no_such("section", section_id)
    refused = save(work, merged(section_, work.document, request.form))
    if refused:
        return refused_page(draft_id, refused)
    wish = request.form.get("act", "next")
    after = at_hand(draft_id)
    if wish == "more" or (wish == "next" and _faults_in(after, section_.id)):
        checked = "1" if wish == "next" else None
        return redirect(url_for("filing.section", draft_id=draft_id, section_id=section_.id, checked=checked), 303)
    return redirect(url_for("filing.task_list", draft_id=draft_id), 303)


@pages.get("/filing/<int:draft_id>/discard")
@auth_required("session")
@roles_accepted("delegate")
def ask_discard(draft_id: int) -> str:
    """Ask before a draft is thrown away."""
    return render_template("filing_discard.html", work=at_hand(draft_id))


@pages.post("/filing/<int:draft_id>/discard")
@auth_required("session")
@roles_accepted("delegate")
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away with its files."""
    draft, who = at_hand(draft_id).draft, actor("drafting.discard")
    round_id, key = draft.round_id, draft.key
    attempt(lambda _at: drafting.discard(session(), round_id, key, who))
    return redirect(url_for("filing.home", gone="1"), 303)


def _begun(round_id: str, document: dict[str, Any]) -> ResponseReturnValue:
    who = actor("drafting.save")
    draft, refused = attempt(lambda at: drafting.save(session(), round_id, document, who, at).id)
    if draft is None:
        return _home([("", fault) for fault in refused]), 422
    return redirect(url_for("filing.task_list", draft_id=draft), 303)


def _home(faults: Any = ()) -> str:
    own = reading.own_drafts(session(), viewer())
    claims = reading.own_claims(session(), viewer())
    return render_template(
        "filing_home.html",
        round_taking=reading.round_taking_drafts(session()),
        drafts=[at_hand(row.id) for row in own],
        claims=claims,
        rounds={row.id: row for row in session().query(Round)},
        amendable=AMENDABLE,
        withdrawable={row.source for row in CLAIM_MOVES if row.act == "withdraw"},
        faults=faults,
        typed=request.form,
    )


def _key(round_id: str, name: str) -> str:
    """A key of the party's own for the claim: its id and the name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "claim"
    base = f"{str(current_user.party_id).lower()}-{slug}"
    taken = {row.key for row in reading.own_drafts(session(), viewer())}
    taken |= {row.key for row in reading.own_claims(session(), viewer()) if row.round_id == round_id}
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _state(work: Work, section_: Section) -> str:
    begun = any(work.document.get(member) not in (None, "") for member in section_.members if member not in _GIVEN)
    return _state_of(work, section_.id, begun)


_GIVEN = ("key", "filed_by", "name", "illustrative")


def _state_of(work: Work, section_id: str, begun: bool) -> str:
    if not begun:
        return NOT_STARTED
    return UNFINISHED if _faults_in(work, section_id) else DONE


def _faults_in(work: Work, section_id: str) -> list[Any]:
    return [fault for fault in work.faults if section_of(fault.path) == section_id]
