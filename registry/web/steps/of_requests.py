"""The steps of what others ask of an entry: notice of work within its zones, the basis of a zone, and the answer."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField

from registry.queries.lives import find_request
from registry.queries.names import party_names
from registry.services import zone_requests
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import DayField, LongField, StepForm, choices
from registry.web.steps.of_services import LIVING
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing


class AskForm(StepForm):
    """Who asks; a delegate asks for the own party."""

    party = SelectField(_("Party"), description=_("The party that asked on paper."), validate_choice=False)
    purpose = LongField(_("Purpose"), description=_("Everybody can read it."))

    def prepare(self, thing: Thing) -> None:
        """Delegates speak for the own party: they are not asked."""
        if actor("zone_requests.announce").role == "delegate":
            del self.party
        else:
            names = sorted(party_names(session()).items(), key=lambda row: row[1])
            self.party.choices = choices(names, _("Choose a party"))


class VisitForm(AskForm):
    """When."""

    first_day = DayField(_("First day"), description=_("For example 2029-03-01."))
    last_day = DayField(_("Last day"), description=_("For example 2029-03-04."))


class BasisForm(AskForm):
    """Of which zone."""

    position = IntegerField(_("Number of the phase"), description=_("1 is the first."))


class AnswerForm(StepForm):
    """Terms of coordination."""

    terms = LongField(
        _("Terms of coordination"),
        description=_("What whoever comes should know and do, and whom to call. Everybody can read them."),
    )


def _asked(thing: Thing) -> Mapping[str, Any]:
    """The request that is answered."""
    return {"request_": find_request(session(), int(thing.id)), "names": party_names(session())}


def _asking(taken: Taken) -> str:
    return (taken.form.party.data if "party" in taken.form else taken.actor.party) or ""


def _announce(taken: Taken) -> object:
    form = taken.form
    days = (form.first_day.day, form.last_day.day)
    return zone_requests.announce(
        taken.session, taken.thing.id, _asking(taken), form.purpose.data, days, taken.actor, taken.at
    )


def _basis(taken: Taken) -> object:
    form = taken.form
    return zone_requests.ask_basis(
        taken.session, taken.thing.id, _asking(taken), form.position.data or 0, form.purpose.data, taken.actor, taken.at
    )


STEPS = (
    Step(
        "zone_requests.announce",
        "claim",
        "visit",
        (
            _("Give notice of work within its zones"),
            _("The party of the entry is told and may give terms of coordination. A notice cannot be refused."),
            _("Give notice"),
            _("The notice is given."),
        ),
        _announce,
        form=VisitForm,
        fault_field="first_day",
        states=LIVING,
        concerned=False,
    ),
    Step(
        "zone_requests.ask_basis",
        "claim",
        "basis",
        (
            _("Ask for the basis of a zone"),
            _("By which method, from which inputs and for what reason it is as wide as it is; given at once."),
            _("Ask for it"),
            _("The basis is given."),
        ),
        _basis,
        form=BasisForm,
        states=LIVING,
        concerned=False,
    ),
    Step(
        "zone_requests.answer",
        "request",
        "answer",
        (
            _("Answer with terms of coordination"),
            _("The party that asked is told. Its notice stands whatever the answer is, and stands without one."),
            _("Answer"),
            _("The answer is given."),
        ),
        lambda t: zone_requests.answer(t.session, int(t.thing.id), t.form.terms.data or "", t.actor, t.at),
        form=AnswerForm,
        states=("open",),
        template="step_request.html",
        more=_asked,
    ),
)
