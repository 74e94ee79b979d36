"""The steps of agreements, and of notices in the outbox."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField

from registry.domain.agreement_terms import CONDITIONS
from registry.queries.agreements import find_agreement
from registry.queries.claims import claim_page, list_claims
from registry.services import agreements, outbox
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import LineField, LongField, ReasonForm, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing
from registry.web.viewing import viewer

WORDS = {
    "": _("No condition"), "landing-notice": _("Days of notice before each landing"),
    "built-pad": _("Every landing is on a built pad"), "landing-dates": _("Landings only between two dates"),
    "other": _("Another duty, in words"),
}  # fmt: skip


class TermsForm(StepForm):
    """Terms proposed for two claims: a distance, one condition of a kind that can be checked, and the text."""

    other = SelectField(_("Claim of the other party"), validate_choice=False)
    keep_out_m = LineField(_("Distance in metres"), description=_("The smaller distance that will do, a whole number."))
    kind = RadioField(
        _("Condition"),
        default="",
        choices=choices((kind, WORDS[kind]) for kind in ("", *CONDITIONS)),
        validate_choice=False,
    )
    days = LineField(_("Days of notice"), description=_("For notice before each landing."))
    first = LineField(
        _("First day of landings"), description=_("For landings between two dates, for example 2028-05-01.")
    )
    until = LineField(_("First day without"), description=_("For landings between two dates."))
    duty = LineField(_("The duty"), description=_("For another duty, in words."))
    text = LongField(_("Text of the agreement"), description=_("Public, and open to every claim that meets it."))

    def prepare(self, thing: Thing) -> None:
        """The claims of other parties in the same round."""
        rows = list_claims(session(), _round_of(thing), viewer=viewer())
        others = [(row.id, f"{row.id} {row.name}") for row in rows if row.filed_by not in thing.parties]
        self.other.choices = choices(others, _("Choose a claim"))

    def terms(self) -> dict[str, Any]:
        """The document that the service reads."""
        kind = self.kind.data
        fields = {
            "days": _whole(self.days.data),
            "from": self.first.data,
            "until": self.until.data,
            "text": self.duty.data,
        }
        conditions = [{"kind": kind, **{name: fields[name] for name in CONDITIONS.get(kind, ())}}] if kind else []
        return {"keep_out_m": _whole(self.keep_out_m.data), "conditions": conditions, "text": self.text.data}


def _round_of(thing: Thing) -> str:
    page = claim_page(session(), thing.id, viewer())
    return page.row.round if page else ""


def _whole(typed: str | None) -> int | str:
    text = (typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _propose(taken: Taken) -> object:
    form = taken.form
    return agreements.propose(taken.session, taken.thing.id, form.other.data or "", form.terms(), taken.actor, taken.at)


class JoinForm(StepForm):
    """Which claim joins or leaves."""

    claim = SelectField(_("Claim"), validate_choice=False)

    def prepare(self, thing: Thing) -> None:
        """The claims that the person may speak for."""
        self.claim.choices = choices(_own_claims(thing), _("Choose a claim"))


class EndForm(JoinForm, ReasonForm):
    """Which claim leaves, and why."""


def _own_claims(thing: Thing) -> list[tuple[str, str]]:
    found, who = find_agreement(session(), thing.id), actor("agreements.join")
    rows = list_claims(session(), found.round if found else "", viewer=viewer())
    return [(row.id, f"{row.id} {row.name}") for row in rows if who.role != "delegate" or row.filed_by == who.party]


def _to_agreements(taken: Taken) -> str:
    return url_for("terms.all_agreements", claim=taken.thing.id, round=_round_of(taken.thing))


class FailureForm(StepForm):
    """Why a notice could not be delivered."""

    reason = LineField(_("What went wrong"))


STEPS = (
    Step(
        "agreements.propose",
        "claim",
        "propose-agreement",
        (
            _("Propose an agreement"),
            _(
                "Technical terms under which a smaller distance between two claims will do. The other party "
                "accepts or declines; every claim that meets the terms can join."
            ),
            _("Propose"),
            _("The terms are proposed."),
        ),
        _propose,
        form=TermsForm,
        states=("PUBLISHED", "COORDINATION", "READY"),
        fault_field="kind",
        after=_to_agreements,
    ),
    Step(
        "agreements.accept",
        "agreement",
        "accept",
        (
            _("Accept the agreement"),
            _("The terms are in force from now on."),
            _("Accept"),
            _("The agreement is in force."),
        ),
        lambda t: agreements.accept(t.session, t.thing.id, t.actor, t.at),
        states=("proposed",),
    ),
    Step(
        "agreements.join",
        "agreement",
        "join",
        (
            _("Join the agreement"),
            _("One more claim comes under the terms that hold for the others: nobody is asked."),
            _("Join"),
            _("The claim is under the agreement."),
        ),
        lambda t: agreements.join(t.session, t.thing.id, t.form.claim.data or "", t.actor, t.at),
        form=JoinForm,
        states=("in force",),
        concerned=False,
    ),
    Step(
        "agreements.end",
        "agreement",
        "end",
        (
            _("Leave, decline or take back"),
            _(
                "The claim is no longer under these terms, or the proposal is off. The terms stay in force "
                "between the others, as long as they are two."
            ),
            _("End it for this claim"),
            _("The claim is out of the agreement."),
        ),
        lambda t: agreements.end(t.session, t.thing.id, t.form.claim.data or "", t.actor, t.at, t.form.reason.data),
        form=EndForm,
        states=("proposed", "in force"),
    ),
    Step(
        "outbox.mark_sent",
        "notice",
        "sent",
        (_("Mark as sent"), _("The notice was delivered."), _("It was sent"), _("The notice is marked as sent.")),
        lambda t: outbox.mark_sent(t.session, int(t.thing.id), t.actor, t.at),
        states=("queued", "failed"),
    ),
    Step(
        "outbox.mark_failed",
        "notice",
        "failed",
        (
            _("Mark as failed"),
            _("An attempt to deliver it failed; it can be tried again."),
            _("It failed"),
            _("The failure is noted."),
        ),
        lambda t: outbox.mark_failed(t.session, int(t.thing.id), t.form.reason.data, t.actor, t.at),
        form=FailureForm,
        states=("queued", "failed"),
    ),
)
