"""A step of the procedure as a page: a form that is sent to one service in one unit of work.

A step is a row of data. Its page shows the form; the POST calls the service as the person who is signed in, at the present
instant, and goes on to the page of the thing. A refusal comes back with the form as it was typed and the fault at its field.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain.actors import Actor
from registry.domain.operations import operation
from registry.log import records
from registry.queries.rounds import RoundOverview
from registry.services.errors import ServiceError
from registry.web.acting import actor, may
from registry.web.reauthentication import needs_reauthentication
from registry.web.sessions import chosen_round, session
from registry.web.steps.forms import StepForm
from registry.web.steps.things import KINDS, Thing

# The categories of what the next page shows: that it was done, and the first and last record with their receipts.
DONE, RECEIPTS = "step", "receipts"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a service is called with."""

    session: Session
    thing: Thing
    form: Any
    actor: Actor
    at: datetime
    made: Any = None  # what the service gave back, for where to go on to


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `words` are heading, what it does, button, confirmation; translated when they are shown.

    Parameters
    ----------
    name
        The last part of the address, and with the kind the endpoint.
    states
        The states of the thing in which its link is shown; None for all. What decides is the service.
    concerned
        Whether a delegate takes it only for a thing of the own party.
    fault_field
        The field for faults that name none of the form.
    again
        Whether the password is asked for again.
    waits
        Whether there is anything to take it for; without that its link is not shown.
    after
        The address to go on to, where that is not the page of the thing.
    """

    operation: str
    kind: str
    name: str
    words: tuple[Any, Any, Any, Any]
    take: Callable[[Taken], object]
    form: type[StepForm] = StepForm
    states: Collection[str] | None = None
    concerned: bool = True
    fault_field: str = ""
    again: bool = False
    roles: Collection[str] | None = None
    after: Callable[[Taken], str] | None = None
    waits: Callable[[Thing], bool] = lambda _: True
    template: str = "step.html"
    more: Callable[[Thing], Mapping[str, Any]] = field(default=lambda _: {})

    @property
    def endpoint(self) -> str:
        """The endpoint within the blueprint."""
        return f"{self.kind}_{self.name.replace('-', '_')}"

    def may_take(self, thing: Thing) -> bool:
        """Whether the person who is signed in has a role for it, and speaks for a party that it is about."""
        if not may(self.operation):
            return False
        role = actor(self.operation).role
        if self.roles is not None and role not in self.roles:
            return False
        own = self.concerned and operation(self.operation).own_party and role == "delegate"
        return not own or not thing.parties or current_user.party_id in thing.parties

    def is_due(self, thing: Thing) -> bool:
        """Whether the thing is in a state in which the step makes sense."""
        return self.states is None or thing.state in self.states


def add_step(pages: Blueprint, step: Step) -> None:
    """Give a step its address."""
    kind = KINDS[step.kind]

    @auth_required("session")
    def page(**names: str) -> ResponseReturnValue:
        if not may(step.operation):
            abort(403)
        thing = kind.find(next(iter(names.values()), ""))
        if not step.may_take(thing):
            abort(403)
        form = step.form()
        form.prepare(thing)
        if form.validate_on_submit() and (address := _take(step, thing, form)):
            return redirect(address, 303)
        shown = render_template(
            step.template, step=step, thing=thing, form=form, round=_shown_round(thing), **step.more(thing)
        )
        return shown, form.code

    view = needs_reauthentication(page) if step.again else page
    pages.add_url_rule(f"{kind.rule}/{step.name}", step.endpoint, view, methods=("GET", "POST"))


def _shown_round(thing: Thing) -> RoundOverview | None:
    """The round whose data a page shows: it says whether they are invented."""
    return chosen_round(thing.id) if thing.kind == "round" else chosen_round()


def _take(step: Step, thing: Thing, form: StepForm) -> str | None:
    """Call the service and commit; the address to go on to, or None where it was refused."""
    records.lock(session())
    first = records.size(session())
    taken = Taken(session(), thing, form, actor(step.operation), ambient.now())
    try:
        taken = replace(taken, made=step.take(taken))
        last = records.size(session()) - 1
        db.commit(session())
    except ServiceError as error:
        session().rollback()
        form.refuse(error, step.fault_field)
        return None
    flash(str(step.words[3]), DONE)
    if last >= first:
        flash(f"{first} {last}", RECEIPTS)
    return step.after(taken) if step.after else thing.address
