"""The steps of services that entries share: offered, relied on, left, ended."""

from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, SelectField, ValidationError

from registry.domain.shared_services import ServiceKind, SharedService
from registry.queries import shared_services
from registry.services import sharing
from registry.web import words
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import LongField, ReasonForm, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import IN_FORCE, Thing

LIVING = ("RECORDED", "IN_USE", "SUSPENDED")


class OfferForm(StepForm):
    """What is offered."""

    kind = SelectField(_("Kind"), validate_choice=False)
    what = LongField(_("What is offered"), description=_("Everybody can read it."))
    serves = IntegerField(
        _("Entries that it can serve at a time"), description=_("Whoever comes first is served."), default=1
    )

    def prepare(self, thing: Thing) -> None:
        """The kinds there are."""
        kinds = ((str(kind), gettext(words.spelled_out(kind))) for kind in ServiceKind)
        self.kind.choices = choices(kinds, _("Choose a kind"))


class EntryForm(StepForm):
    """For which entry; a delegate chooses among those of the own party."""

    claim = SelectField(_("Entry"), validate_choice=False)

    def prepare(self, thing: Thing) -> None:
        """The entries that the person speaks for."""
        self.claim.choices = choices(self.entries(thing), _("Choose an entry"))

    def validate_claim(self, field: SelectField) -> None:
        """One is chosen."""
        if not field.data:
            raise ValidationError(gettext("Choose an entry."))

    def entries(self, thing: Thing) -> list[tuple[str, str]]:
        """Claim and name of each."""
        offering = shared_services.find_service(session(), thing.id)
        own = shared_services.lasting(session(), _own_party())
        return [(claim, f"{claim} {name}") for claim, name in own if offering is None or claim != offering.claim]


class RelyForm(EntryForm):
    """What for."""

    need = LongField(_("What it needs the service for"), description=_("Everybody can read it."))
    vital = BooleanField(_("Without any service of this kind the operation has to stop"))


class LeaveForm(EntryForm, ReasonForm):
    """Which entry leaves, and why."""

    def entries(self, thing: Thing) -> list[tuple[str, str]]:
        """Those that rely on it."""
        return [(row.claim, f"{row.claim} {row.need}") for row in _relying(thing)]


def _own_party() -> str | None:
    """The party that a delegate speaks for; None for the registrar, who enters what any party sent."""
    who = actor("sharing.rely")
    return (who.party or "") if who.role == "delegate" else None


def _relying(thing: Thing) -> list[shared_services.RelianceView]:
    found, own = shared_services.find_service(session(), thing.id), _own_party()
    return [row for row in (found.relied_on_by if found else ()) if own in (None, row.party)]


def _offer(taken: Taken) -> object:
    form = taken.form
    return sharing.offer(
        taken.session, taken.thing.id, form.kind.data, form.what.data, form.serves.data or 0, taken.actor, taken.at
    )


def _rely(taken: Taken) -> object:
    form, service = taken.form, taken.thing.id
    return sharing.rely(
        taken.session, service, form.claim.data, form.need.data, taken.actor, taken.at, vital=form.vital.data
    )


def _leave(taken: Taken) -> object:
    form = taken.form
    return sharing.leave(taken.session, taken.thing.id, form.claim.data, form.reason.data, taken.actor, taken.at)


def _to_service(taken: Taken) -> str:
    made: SharedService = taken.made
    return url_for("services.one_service", service_id=made.id)


def _more(thing: Thing) -> dict[str, Any]:
    return {"service": shared_services.find_service(session(), thing.id)}


STEPS = (
    Step(
        "sharing.offer",
        "claim",
        "offer-service",
        (
            _("Offer a service to other entries"),
            _("Power, relay, rescue or a pad, for every entry on the same terms, as many at a time as it can serve."),
            _("Offer it"),
            _("The service is offered."),
        ),
        _offer,
        form=OfferForm,
        states=LIVING,
        after=_to_service,
    ),
    Step(
        "sharing.rely",
        "service",
        "rely",
        (
            _("Rely on the service"),
            _("Nobody is asked, as long as it serves fewer entries than it can. Everybody sees who relies on whom."),
            _("Rely on it"),
            _("The entry relies on the service."),
        ),
        _rely,
        form=RelyForm,
        states=(IN_FORCE,),
        concerned=False,
        fault_field="need",
    ),
    Step(
        "sharing.leave",
        "service",
        "leave",
        (
            _("Rely on it no more"),
            _("The entry leaves the service, and makes room for another."),
            _("Leave it"),
            _("The entry has left the service."),
        ),
        _leave,
        form=LeaveForm,
        states=(IN_FORCE,),
        concerned=False,
        waits=lambda thing: bool(_relying(thing)),
    ),
    Step(
        "sharing.end",
        "service",
        "end",
        (
            _("End the service"),
            _("Those who rely on it are told. It cannot be taken back; another can be offered."),
            _("End it"),
            _("The service has ended."),
        ),
        lambda t: sharing.end(t.session, t.thing.id, t.form.reason.data, t.actor, t.at),
        form=ReasonForm,
        states=(IN_FORCE,),
        template="step_service.html",
        more=_more,
    ),
)
