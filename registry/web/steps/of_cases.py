"""The steps of a consultation and its notes."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from registry import ambient
from registry.domain.consultations import AGREED, NOT_AGREED
from registry.domain.notes import SALT_BYTES
from registry.services import consultations, notes
from registry.web.acting import actor
from registry.web.steps.forms import InstantField, LineField, LongField, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing


class ContactForm(StepForm):
    """That there was contact, and who can be reached from now on."""

    party = RadioField(_("Heard from"), validate_choice=False, description=_("Leave it open if it was neither side."))
    point = LineField(_("Point of contact from now on"), description=_("Optional: name and address."))

    def prepare(self, thing: Thing) -> None:
        """A delegate speaks for the own side."""
        self.party.choices = choices((party, party) for party in thing.parties)
        if actor("consultations.contact").role == "delegate":
            del self.party


def _contact(taken: Taken) -> object:
    party = taken.form.party.data or None if "party" in taken.form else None
    point = (taken.form.point.data or "").strip() or None
    return consultations.contact(taken.session, taken.thing.id, taken.actor, taken.at, party=party, point=point)


class InviteForm(StepForm):
    """Whom to invite."""

    observer = LineField(
        _("E-mail address of the observer"), description=_("A person who has the role of observer here.")
    )


class CloseForm(StepForm):
    """What a case came to."""

    outcome = RadioField(
        _("Outcome"),
        default="",
        validate_choice=False,
        choices=choices(
            [
                ("", _("As the deadline left it")),
                (AGREED, _("Both parties say that they agreed")),
                (NOT_AGREED, _("Both parties say that they did not agree")),
            ]
        ),
    )
    summary = LongField(_("Summary"), description=_("Optional: a public sentence on what it came to."))


def _close(taken: Taken) -> object:
    outcome = taken.form.outcome.data or None
    return consultations.close(
        taken.session, taken.thing.id, taken.actor, taken.at, outcome=outcome, summary=taken.form.summary.data
    )


class NoteForm(StepForm):
    """A confidential note, with the date from which it may be public."""

    text = LongField(
        _("Note"),
        description=_(
            "Only the two parties, the registrar and an invited observer can read it. Its hash is public at once."
        ),
    )
    disclose_at = InstantField(
        _("May be disclosed from"),
        description=_("In UTC, for example 2032-01-01. Left empty: never. The other party has to agree."),
    )

    def prepare(self, thing: Thing) -> None:
        """The parties agree on the date: the registrar is not asked."""
        if actor("notes.add").role != "delegate":
            del self.disclose_at


def _note(taken: Taken) -> object:
    date: datetime | None = taken.form.disclose_at.data if "disclose_at" in taken.form else None
    salt = ambient.random_bytes(SALT_BYTES)
    return notes.add(taken.session, taken.thing.id, taken.form.text.data, salt, taken.actor, taken.at, disclose_at=date)


class DateForm(StepForm):
    """From when the own party lets a note be disclosed."""

    disclose_at = InstantField(
        _("May be disclosed from"), description=_("In UTC, for example 2032-01-01. Left empty: never.")
    )


OPEN = ("open",)
STEPS = (
    Step(
        "consultations.contact",
        "consultation",
        "contact",
        (_("Note a contact"), _("The parties were in touch about the case."), _("Note it"), _("The contact is noted.")),
        _contact,
        form=ContactForm,
        states=OPEN,
    ),
    Step(
        "notes.add",
        "consultation",
        "write-note",
        (
            _("Write a confidential note"),
            _("Its salted hash is recorded at once, its text is not."),
            _("Write it"),
            _("The note is kept."),
        ),
        _note,
        form=NoteForm,
        states=OPEN,
    ),
    Step(
        "consultations.invite",
        "consultation",
        "invite",
        (
            _("Invite an observer"),
            _("The person can follow this one case, and read its notes, until it ends. Both parties are told."),
            _("Invite"),
            _("The observer is invited."),
        ),
        lambda t: consultations.invite(t.session, t.thing.id, t.form.observer.data, t.actor, t.at),
        form=InviteForm,
        states=OPEN,
    ),
    Step(
        "consultations.close",
        "consultation",
        "close",
        (
            _("End the consultation"),
            _("Neither claim moves by it. Both parties and the UN Secretary-General are told."),
            _("End it"),
            _("The consultation has ended."),
        ),
        _close,
        form=CloseForm,
        states=OPEN,
    ),
    Step(
        "notes.agree",
        "note",
        "agree",
        (
            _("State the date of disclosure"),
            _("It counts once both parties have stated the same."),
            _("State it"),
            _("The date is noted."),
        ),
        lambda t: notes.agree(t.session, t.thing.id, t.form.disclose_at.data, t.actor, t.at),
        form=DateForm,
        states=("confidential",),
    ),
    Step(
        "notes.disclose",
        "note",
        "disclose",
        (
            _("Disclose the note"),
            _(
                "Text and salt become public, from the date on which both parties have agreed. Anyone can "
                "repeat the hash."
            ),
            _("Disclose"),
            _("The note is public."),
        ),
        lambda t: notes.disclose(t.session, t.thing.id, t.actor, t.at),
        states=("confidential",),
    ),
)
