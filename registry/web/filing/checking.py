"""The answers at a glance with what would come of them, the filing itself, and its receipt."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user, roles_accepted

from registry import ambient
from registry.log import reading
from registry.queries import drafts as own
from registry.queries.names import party_names, places_by_id
from registry.services import drafting, prechecking
from registry.services.errors import NotFoundError
from registry.web.acting import actor
from registry.web.filing.fields import Field, Heading, boxes
from registry.web.filing.sections import AFTER_PLACEMENTS, BEFORE_PLACEMENTS, PLACEMENTS, SECTIONS, Section, section_of
from registry.web.filing.work import Work, at_hand, attempt, options, pages, refused_page
from registry.web.filing.zones import drawing, zones_of
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer
from registry.web.words import WORDS


@pages.get("/filing/<int:draft_id>/check")
@auth_required("session")
@roles_accepted("delegate")
def check(draft_id: int) -> str:
    """Everything that would be filed, why it would be refused or returned, and what it comes too near to."""
    return _check(at_hand(draft_id), ())


@pages.post("/filing/<int:draft_id>/submit")
@auth_required("session")
@roles_accepted("delegate")
def submit(draft_id: int) -> ResponseReturnValue:
    """File the draft as it was checked. The same form sent again leads to the same claim."""
    who, form = actor("drafting.submit"), request.form
    number, digest, key = min(draft_id, 2**31 - 1), form.get("sha256", ""), form.get("request", "")
    try:
        claim, refused = attempt(lambda at: drafting.submit(session(), number, digest, key, who, at))
    except NotFoundError:
        no_such("draft", str(draft_id))
    if claim is None and own.own_draft(session(), number, viewer()) is None:
        return refused_page(draft_id, refused)  # its key stands for a filing that was taken, and this is another one
    if claim is None:
        return _check(at_hand(draft_id), refused), 409
    return redirect(url_for("filing.filed", claim_id=claim), 303)


@pages.get("/claims/<claim_id>/filed")
@auth_required("session")
@roles_accepted("delegate")
def filed(claim_id: str) -> str:
    """The receipt of the own claim: when it was received, and the record that proves it."""
    claims = {row.id: row for row in own.own_claims(session(), viewer())}
    claim = claims.get(claim_id) or no_such("claim", claim_id)
    records = reading.records_about(session(), f"claims/{claim_id}", viewer())
    received = [row for row in records if row.act in ("claim-filed", "claim-amended")]
    return render_template(
        "filing_filed.html",
        claim=claim,
        revision=claim.current,
        record=received[-1] if received else None,
        files=own.files_of_claim(session(), claim_id, viewer()),
    )


def _check(work: Work, refused: tuple[str, ...]) -> str:
    draft = work.draft
    claim = drafting.claim_of(session(), work.round.id, draft.filed_by_id, draft.key)
    found = prechecking.precheck(
        session(), work.round, draft.document, claim.id if claim else None, viewer(), ambient.now()
    )
    lists = options()
    return render_template(
        "filing_check.html",
        work=work,
        amends=claim,
        found=found,
        section_of=section_of,
        sections={row.id: row.name for row in SECTIONS.values()},
        placements_id=PLACEMENTS,
        answers=[(section, _answers(section, work, lists)) for section in (*BEFORE_PLACEMENTS, *AFTER_PLACEMENTS)],
        drawings=[(row, drawing(row), zones_of(row)) for row in work.placements],
        near=prechecking.names_of(session(), found.overlaps),
        places=places_by_id(session()),
        names=party_names(session()),
        files=own.files_of_draft(session(), draft),
        digest=drafting.digest(draft),
        request_key=ambient.token(),
        refused=refused,
        party=current_user.party_id,
    )


def _answers(section: Section, work: Work, lists: dict[str, list[tuple[str, str]]]) -> list[tuple[object, str]]:
    """(question, answer) of everything that is answered, in the words of the lists."""
    words = {name: dict(rows) for name, rows in lists.items()}
    found: list[tuple[object, str]] = []
    above = ""
    for part, rows in boxes(section, work.document):
        if isinstance(part, Heading):
            above = f"{part.text}: " if section.id == "contacts" else ""
            continue
        for row in rows:
            told = [_answer(box.field, box.value, words) for box in row]
            if any(told):
                found.append((f"{above}{part.label}", ", ".join(text for text in told if text)))
    return found


def _answer(field: Field, value: str, lists: Mapping[str, Mapping[str, str]]) -> str:
    """An answer as the page of its question words it."""
    if field.kind == "flag" and value in ("yes", "no"):
        return str(WORDS["answer"](value))
    return lists.get(field.options, {}).get(value, value)
