"""The steps of the procedure as pages: one row of data each, with a form, a service and a confirmation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask.sansio.app import App
from flask_babel import gettext
from flask_security import current_user

from registry.web.acting import may
from registry.web.receiving import WITH_FILE
from registry.web.steps import (
    of_bank,
    of_cases,
    of_claims,
    of_decisions,
    of_docking,
    of_entries,
    of_offers,
    of_requests,
    of_rounds,
    of_runs,
    of_services,
    of_slots,
    of_terms,
)
from registry.web.steps.step import Step, add_step
from registry.web.steps.things import Thing

pages = Blueprint("steps", __name__)
STEPS: tuple[Step, ...] = (
    *of_rounds.STEPS,
    *of_offers.STEPS,
    *of_runs.STEPS,
    *of_claims.STEPS,
    *of_cases.STEPS,
    *of_terms.STEPS,
    *of_decisions.STEPS,
    *of_entries.STEPS,
    *of_requests.STEPS,
    *of_services.STEPS,
    *of_docking.STEPS,
    *of_bank.STEPS,
    *of_slots.STEPS,
)
# Reports come with a document, and with the text and the footprint beside it.
REQUEST_BYTES = {
    f"steps.{step.endpoint}": WITH_FILE for step in STEPS if issubclass(step.form, of_entries.EvidenceForm)
}
_ARGUMENT = {"round": "round_id", "claim": "claim_id", "consultation": "consultation_id", "note": "note_id"}
_ARGUMENT |= {"agreement": "agreement_id", "comment": "comment_id", "notice": "notice_id"}
_ARGUMENT |= {"docking": "docking_id", "service": "service_id", "request": "request_id", "pair": "site_id"}


@dataclass(frozen=True, slots=True)
class Link:
    """A step that the person who looks can take now."""

    name: str
    words: Any
    address: str


def links(kind: str, thing_id: str = "", state: str = "", parties: Iterable[str] = ()) -> list[Link]:
    """The steps that a thing in this state is due for, of those that the person who looks may take."""
    if not current_user.is_authenticated:
        return []
    thing = Thing(kind, thing_id, "", state, "", tuple(parties))
    due = (
        step
        for step in STEPS
        if step.kind == kind and step.is_due(thing) and step.may_take(thing) and step.waits(thing)
    )
    found = [Link(step.name, step.words[0], address(step, thing_id)) for step in due]
    if kind == "round" and state == "DRAWN" and may("runs.ask"):
        found.insert(
            0, Link("run", gettext("Solve and propose: ask for a run"), url_for("steps.runs_new", round=thing_id))
        )
    return found


def address(step: Step, thing_id: str) -> str:
    """Where a step about a thing is taken."""
    values: dict[str, Any] = {_ARGUMENT[step.kind]: thing_id} if step.kind in _ARGUMENT else {}
    return url_for(f"steps.{step.endpoint}", **values)


def _add_links(app: App) -> None:
    app.jinja_env.globals["step_links"] = links


for _step in STEPS:
    add_step(pages, _step)
pages.record_once(lambda state: _add_links(state.app))
