"""The decision: what one decider says of the official proposal. The password is asked for again."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_security import current_user
from wtforms import RadioField, ValidationError

from registry.domain.decisions import REJECTION_GROUNDS
from registry.queries import proposals
from registry.queries.names import party_names
from registry.services import deciding
from registry.web.reauthentication import is_fresh
from registry.web.sessions import no_such, session
from registry.web.steps.forms import LongField, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing
from registry.web.viewing import viewer

CHOICES = {
    "adopt": _("Adopt the proposal"), "reject": _("Reject the proposal"),
    "recuse": _("Recuse yourself: you take no part"), "dissent": _("Record a dissent, without rejecting"),
}  # fmt: skip
GROUNDS = {
    "verification-failed": _("The verification failed"), "procedural-fault": _("A fault in the procedure"),
    "withdrawn-basis": _("What it rests on was withdrawn"),
}  # fmt: skip


class DecisionForm(StepForm):
    """Choice, ground and reason."""

    choice = RadioField(_("What you say"), choices=choices(CHOICES.items()), validate_choice=False)
    ground = RadioField(
        _("Ground"),
        description=_("Only for a rejection: the list is closed."),
        validate_choice=False,
        choices=choices((ground, GROUNDS[ground]) for ground in REJECTION_GROUNDS),
    )
    reason = LongField(_("Reason"), description=_("Needed for all but adoption. It is published."))

    def validate_choice(self, field: RadioField) -> None:
        """A choice is made."""
        if not field.data:
            raise ValidationError(gettext("Choose what you say."))


def _decide(taken: Taken) -> object:
    form = taken.form
    return deciding.decide(
        taken.session,
        taken.thing.id,
        form.choice.data or "",
        taken.actor,
        taken.at,
        ground=form.ground.data or None,
        reason=form.reason.data,
    )


def _facts(thing: Thing) -> Mapping[str, Any]:
    found = proposals.proposal_summary(session(), thing.id, viewer()) or no_such("proposal of round", thing.id)
    instance = proposals.frozen_instance(session(), thing.id)
    party = current_user.party_id
    return {
        "proposal": found,
        "instance": instance,
        "names": party_names(session()),
        "interested": instance is not None and any(party in row["credit"] for row in instance.content["claims"]),
        "has_spoken": any(vote.decider == current_user.email for vote in found.votes),
        "is_fresh": is_fresh(),
    }


STEPS = (
    Step(
        "deciding.decide",
        "round",
        "decision",
        (
            _("Decide on the proposal"),
            _(
                "Two persons of different parties decide. What you say is recorded under your name and cannot "
                "be taken back."
            ),
            _("Record what I say"),
            _("What you said is recorded."),
        ),
        _decide,
        form=DecisionForm,
        states=("PROPOSED",),
        again=True,
        template="decision.html",
        more=_facts,
    ),
)
