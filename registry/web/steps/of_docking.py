"""The steps of docking records: an arrangement is recorded, and parties say where they stand on it."""

from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, ValidationError

from registry.domain.docking import DockingRecord, Position
from registry.queries.names import party_names
from registry.services import docking
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import LineField, LongField, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing

POSITIONS = {
    Position.ADOPTS: _("It adopts the arrangement"),
    Position.DISSENTS: _("It dissents, and says why"),
    Position.WITHDRAWN: _("It takes its earlier word back"),
}


class SpeakerForm(StepForm):
    """Whose paper it is; a delegate speaks for the own party and is not asked."""

    party = SelectField(_("Party"), description=_("The party that sent it on paper."), validate_choice=False)
    nobody: Any = _("Choose a party")

    def prepare(self, thing: Thing) -> None:
        """The parties, for the registrar."""
        if actor("docking.record").role == "delegate":
            del self.party
        else:
            names = sorted(party_names(session()).items(), key=lambda row: row[1])
            self.party.choices = choices(names, self.nobody)

    @property
    def speaker(self) -> str | None:
        """The party that was chosen; None for the own one, or for the agency."""
        return self.party.data or None if "party" in self else None


class ArrangementForm(SpeakerForm):
    """The arrangement; the party that brings it adopts it with that."""

    nobody = _("The agency’s own paper")
    title = LineField(_("Title"))
    text = LongField(_("What was agreed"), description=_("The text itself, whole. It cannot be changed afterwards."))
    origin_forum = LineField(_("Where it was agreed"), description=_("The forum, coalition or meeting."))
    agreed_on = LineField(_("Day on which it was agreed"), description=_("Optional. For example 2027-05-04."))
    evidence = LongField(
        _("Evidence"), description=_("References that anybody can follow, one on each line; empty if there is none.")
    )
    target_body = LineField(_("Body that is to take it up"), description=_("For example COPUOS."))
    agenda_item = LineField(_("Item of its agenda"))
    agreement = LineField(
        _("Agreement of the register that it grew from"), description=_("Optional. For example A-0001.")
    )
    illustrative = BooleanField(_("It is invented, for an exercise"))

    @property
    def said(self) -> dict[str, Any]:
        """The document that the service reads."""
        lines = [line.strip() for line in (self.evidence.data or "").splitlines()]
        names = ("title", "text", "origin_forum", "agreed_on", "target_body", "agenda_item", "agreement")
        return {
            **{name: self[name].data for name in names if (self[name].data or "").strip()},
            "evidence": [line for line in lines if line],
            "illustrative": self.illustrative.data,
        }


class PositionForm(SpeakerForm):
    """What a party says."""

    position = RadioField(_("Where the party stands"), choices=choices(POSITIONS.items()), validate_choice=False)
    statement = LongField(
        _("In its own words"), description=_("Needed for a dissent. Everybody can read it, with the name of the party.")
    )

    def validate_position(self, field: RadioField) -> None:
        """One is chosen."""
        if not field.data:
            raise ValidationError(gettext("Choose where the party stands."))


def _record(taken: Taken) -> object:
    return docking.record(taken.session, taken.form.said, taken.actor, taken.at, party=taken.form.speaker)


def _to_record(taken: Taken) -> str:
    made: DockingRecord = taken.made
    return url_for("norms.arrangement", docking_id=made.id)


def _state(taken: Taken) -> object:
    form, thing = taken.form, taken.thing
    return docking.state(
        taken.session,
        thing.id,
        form.position.data,
        form.statement.data or "",
        taken.actor,
        taken.at,
        party=form.speaker,
    )


STEPS = (
    Step(
        "docking.record",
        "arrangements",
        "record",
        (
            _("Record an arrangement"),
            _(
                "What parties agreed somewhere, with its evidence, on its way to a body of all States. The party that "
                "brings it adopts it with that; it binds nobody, and everybody can read it."
            ),
            _("Record it"),
            _("The arrangement is recorded."),
        ),
        _record,
        form=ArrangementForm,
        fault_field="title",
        after=_to_record,
    ),
    Step(
        "docking.state",
        "docking",
        "position",
        (
            _("Say where a party stands"),
            _(
                "A party adopts the arrangement, dissents, or takes its word back. Its last word counts; earlier ones stay."
            ),
            _("Say it"),
            _("The word of the party is recorded."),
        ),
        _state,
        form=PositionForm,
        concerned=False,
    ),
)
