"""The first page after signing in: what waits for the person, in all the roles held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import auth_required, current_user

from registry import ambient
from registry.queries import rounds
from registry.queries.items import Item
from registry.queries.waiting import of_claims, waiting_for
from registry.web import asked
from registry.web.acting import may
from registry.web.keeping import kept, state_of
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer

pages = Blueprint("staff", __name__)
NEAR = timedelta(days=7)
CLAIM, ROUND, CASE, TERMS = "claim_id", "round_id", "consultation_id", "agreement_id"
# What waits: in words, the page where it is done, and the name of the thing in its address.
KINDS: dict[str, tuple[Any, str, str]] = {
    "examine": (lazy_gettext("Examine the claim"), "steps.claim_examine", CLAIM),
    "publish": (lazy_gettext("Publish the claim"), "steps.claim_publish", CLAIM),
    "return": (lazy_gettext("Return the claim"), "steps.claim_return", CLAIM),
    "returned": (lazy_gettext("Returned, not amended yet"), "claims.one_claim", CLAIM),
    "coordinate": (lazy_gettext("Begin coordination"), "steps.claim_coordinate", CLAIM),
    "ready": (lazy_gettext("Make the claim ready"), "steps.claim_ready", CLAIM),
    "case": (lazy_gettext("Wake up the consultation"), "cases.one_case", CASE),
    "policy": (lazy_gettext("Publish the policy"), "steps.round_publish_policy", ROUND),
    "open": (lazy_gettext("Open the round"), "steps.round_open", ROUND),
    "close": (lazy_gettext("Close the round"), "steps.round_close", ROUND),
    "freeze": (lazy_gettext("Freeze the round"), "steps.round_freeze", ROUND),
    "draw": (lazy_gettext("Record the draw"), "steps.round_draw", ROUND),
    "propose": (lazy_gettext("Solve and propose"), "steps.runs_new", "round"),
    "expire": (lazy_gettext("Let offers lapse"), "steps.round_expire_offers", ROUND),
    "after-offers": (lazy_gettext("Solve again, or conclude"), "rounds.one_round", ROUND),
    "notice-queued": (lazy_gettext("Send the notices that wait"), "outbox.all_of_them", "state"),
    "notice-failed": (lazy_gettext("Send the notices that failed"), "outbox.all_of_them", "state"),
    "decide": (lazy_gettext("Decide on the proposal"), "steps.round_decision", ROUND),
    "amend": (lazy_gettext("Amend the returned claim"), "claims.one_claim", CLAIM),
    "offer": (lazy_gettext("Answer the offer"), "claims.one_claim", CLAIM),
    "comment": (lazy_gettext("Reply to a comment"), "cases.comments_on", CLAIM),
    "answer": (lazy_gettext("Speak in the consultation"), "cases.one_case", CASE),
    "note-date": (lazy_gettext("State the date of a note"), "steps.note_agree", "note_id"),
    "note-due": (lazy_gettext("Disclose the note"), "steps.note_disclose", "note_id"),
    "terms": (lazy_gettext("Answer the proposed terms"), "terms.one_agreement", TERMS),
    "draft": (lazy_gettext("Finish the draft"), "filing.task_list", "draft_id"),
    "observe": (lazy_gettext("Follow the consultation"), "cases.one_case", CASE),
    "duty-contract": (lazy_gettext("Show the contract"), "steps.claim_milestone", CLAIM),
    "duty-launch-contract": (lazy_gettext("Show the launch contract"), "steps.claim_milestone", CLAIM),
    "duty-licence": (lazy_gettext("Show the licence"), "steps.claim_milestone", CLAIM),
    "duty-landing": (lazy_gettext("Bring the entry into use"), "steps.claim_use", CLAIM),
    "duty-confirmation": (lazy_gettext("Confirm the use"), "steps.claim_confirm", CLAIM),
    "duty-resumption": (lazy_gettext("Resume the use"), "steps.claim_confirm", CLAIM),
    "duty-footprint": (lazy_gettext("Show the footprint that is used"), "steps.claim_shrink", CLAIM),
    "duty-term": (lazy_gettext("The term ends"), "claims.one_claim", CLAIM),
    "duty-second-site": (lazy_gettext("Offer a second site"), "steps.claim_second_site", CLAIM),
    "pair": (lazy_gettext("Choose the site to keep"), "bank.one_pair", "site_id"),
    "request": (lazy_gettext("Answer a notice of work within zones"), "steps.request_answer", "request_id"),
    "service-ending": (lazy_gettext("A service that is relied on ends"), "services.one_service", "service_id"),
    "roles": (lazy_gettext("Confirm a change of roles"), "users.one_user", "user_id"),
}
ORDERS = {
    "oldest": lambda row: (row.since_at is None, row.since_at.timestamp() if row.since_at else 0.0, row.id),
    "about": lambda row: (row.id, row.what),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: the item with its words, its address and its age."""

    item: Item
    words: str
    address: str
    age_days: int | None
    is_late: bool
    is_near: bool

    @classmethod
    def of(cls, item: Item, at: datetime) -> "Line":
        """The line of an item at an instant."""
        words, endpoint, argument = KINDS[item.what]
        age = max((at - item.since_at).days, 0) if item.since_at else None
        left = item.due_at - at if item.due_at else None
        late = left is not None and left <= timedelta(0)
        values: dict[str, Any] = {argument: item.id}
        address = url_for(endpoint, **values)
        return cls(item, str(words), address, age, late, left is not None and left <= NEAR)


@pages.get("/staff")
@auth_required("session")
def staff_home() -> str:
    """What waits for the person who is signed in: filtered, searched and sorted by the address."""
    at = ambient.now()
    everything = waiting_for(session(), viewer(), at, _claims)
    found = Pages.of(_wanted(everything), asked.whole_number("page", 1))
    lines = Pages([Line.of(item, at) for item in found.rows], found.number, found.count, found.total)
    present = {item.what for item in everything}
    return render_template(
        "work.html",
        person=current_user,
        round=chosen_round(),
        found=lines,
        total=len(everything),
        kinds=[(what, words) for what, (words, _, _) in KINDS.items() if what in present],
        rounds=kept(state_of(session(), viewer(), "rounds by name"), _rounds),
        orders=[("oldest", gettext("Oldest first")), ("about", gettext("By number"))],
        asked=request.args,
        places_to_go=_places(),
    )


def nearest(most: int) -> tuple[list[Line], int]:
    """What waits for the person who is signed in and is due first, and how much waits in all; nothing for the public."""
    if not current_user.is_authenticated:
        return [], 0
    at = ambient.now()
    everything = waiting_for(session(), viewer(), at, _claims)
    return [Line.of(item, at) for item in everything[:most]], len(everything)


def _claims() -> tuple[Item, ...]:
    """What waits because of claims, read once for each state of the log: a round may have ten thousand."""
    return kept(state_of(session(), viewer(), "work"), lambda: of_claims(session()))


def _rounds() -> list[tuple[str, str]]:
    return [(row.id, row.name) for row in rounds.list_rounds(session(), viewer())]


def _wanted(everything: Sequence[Item]) -> Sequence[Item]:
    """The items that the address asks for, in its order."""
    what, round_id = asked.choice("kind", KINDS), asked.text("round")
    needle, order = asked.text("q").casefold(), asked.choice("sort", (*ORDERS, "deadline"), "deadline")
    words = {kind: str(said).casefold() for kind, (said, _, _) in KINDS.items()} if needle else {}
    found = [
        item
        for item in everything
        if what in (None, item.what)
        and round_id in ("", item.round)
        and (not needle or needle in f"{item.id} {item.name} ".casefold() + words[item.what])
    ]
    return sorted(found, key=ORDERS[order]) if order in ORDERS else found  # they come by deadline


def _places() -> list[tuple[str, str]]:
    """Where the person has more to do than others."""
    held = {role.name for role in current_user.roles}
    everywhere = [
        (gettext("Consultations"), url_for("cases.all_cases")),
        (gettext("Agreements"), url_for("terms.all_agreements")),
    ]
    if held & {"registrar", "administrator", "auditor"}:
        everywhere.append((gettext("Outbox"), url_for("outbox.all_of_them")))
    if may("runs.ask"):
        everywhere.append((gettext("Solver runs"), url_for("runs.all_runs")))
    if "auditor" in held:
        everywhere.append((gettext("The log and its newest checkpoint"), url_for("log.happenings")))
    return everywhere
