"""The steps of landings and ascents: windows asked for and withdrawn, slots confirmed or given back for another."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError

from registry.domain.landing_slots import LandingSlot, LandingWindows, SlotState
from registry.queries.slot_instances import live_slots, movable, windows_in_force
from registry.services import landing_slots, landing_windows
from registry.services.landing_windows import Asked
from registry.web.sessions import session
from registry.web.steps.forms import InstantField, LineField, LongField, ReasonForm, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing

STATES = ("OFFERED", "RECORDED", "IN_USE", "SUSPENDED")


class NumberField(LineField):
    """A number, or nothing; `number` is what was read."""

    number: float | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the number."""
        try:
            self.number = float(self.data.replace(",", ".")) if self.data else None
        except ValueError as error:
            raise ValidationError(gettext("This is no number. Write for example 350 or 12.5.")) from error


class WindowsForm(StepForm):
    """Which landing or ascent, when, from where, how heavy."""

    phase = SelectField(_("Landing or ascent"), validate_choice=False)
    windows = LongField(
        _("Windows"),
        description=_(
            "One a line, in UTC: 2028-02-28 22:00 to 2028-02-29 03:00, or 2028-02-28 to 2028-03-02, 22:00 to 03:00 for the "
            "same hours of several days, or days alone."
        ),
    )
    preferred = InstantField(
        _("Preferred time"), description=_("Within the windows, in UTC. Empty: the first minute of the first one.")
    )
    azimuth_from = NumberField(
        _("First azimuth of the corridor"),
        description=_(
            "Degrees on the map, clockwise: 0 is up, 90 to the right. Local azimuth plus longitude gives it."
        ),
    )
    azimuth_to = NumberField(
        _("Last azimuth of the corridor"), description=_("Clockwise from the first. Both empty: all around counts.")
    )
    landed_mass_kg = NumberField(
        _("Mass on landing in kilograms"), description=_("Empty: as filed with the phase, which is the most.")
    )

    def prepare(self, thing: Thing) -> None:
        """The landings and ascents of the claim."""
        found = movable(session(), thing.id)
        self.phase.choices = choices((row.name_of_phase, row.name_of_phase) for row in found)
        if not self.is_submitted() and len(found) == 1:
            self._show(windows_in_force(session(), thing.id).get(found[0].id))

    def _show(self, asked: LandingWindows | None) -> None:
        """What is asked for now, to be amended."""
        if asked is None:
            return
        self.windows.data = "\n".join(f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}" for first, last in asked.spans)
        self.preferred.data = asked.preferred_at
        self.landed_mass_kg.data = f"{asked.landed_mass_kg:g}"
        if asked.azimuth_from_deg is not None:
            self.azimuth_from.data, self.azimuth_to.data = f"{asked.azimuth_from_deg:g}", f"{asked.azimuth_to_deg:g}"

    def validate_azimuth_to(self, field: NumberField) -> None:
        """Both azimuths, or none."""
        if (field.number is None) != (self.azimuth_from.number is None) and not self.azimuth_from.errors:
            raise ValidationError(gettext("Give both azimuths, or none."))

    def refuse(self, error: Any, default: str = "") -> None:
        """What is said of azimuths stands at the first of them."""
        super().refuse(error, default)
        for text in [text for text in self.form_errors if str(text).startswith("azimuths: ")]:
            self.form_errors.remove(text)
            self._add(self.azimuth_from, str(text).removeprefix("azimuths: "))

    def asked(self) -> Asked:
        """What the service takes."""
        first, last = self.azimuth_from.number, self.azimuth_to.number
        return Asked(
            windows=(self.windows.data or "").splitlines(),
            azimuths=None if first is None or last is None else (first, last),
            preferred=self.preferred.data,
            landed_mass_kg=self.landed_mass_kg.number,
        )


class WithdrawForm(ReasonForm):
    """Which windows."""

    phase = SelectField(_("Landing or ascent"), validate_choice=False)

    def prepare(self, thing: Thing) -> None:
        """Those for which windows are asked."""
        found = windows_in_force(session(), thing.id).values()
        self.phase.choices = choices((row.phase, row.phase) for row in found)


class SlotForm(StepForm):
    """Which slot."""

    slot = SelectField(_("Slot"), validate_choice=False)

    def prepare(self, thing: Thing) -> None:
        """The live slots of the claim."""
        self.slot.choices = choices((str(row.id), _in_words(row)) for row in _live(thing))


class AnotherForm(SlotForm, ReasonForm):
    """Which slot, and why not."""


class ConfirmForm(SlotForm):
    """Which slot, of those that are not confirmed."""

    def prepare(self, thing: Thing) -> None:
        """The slots that wait for an answer."""
        self.slot.choices = choices((str(row.id), _in_words(row)) for row in _waiting(thing))


def _live(thing: Thing) -> list[LandingSlot]:
    return list(live_slots(session(), thing.id).values())


def _waiting(thing: Thing) -> list[LandingSlot]:
    return [row for row in _live(thing) if row.state == SlotState.PROPOSED]


def _in_words(row: LandingSlot) -> str:
    at: datetime = row.slot_at
    said = f"{at:%Y-%m-%d %H:%M} UTC" if row.precision == "minute" else f"{at:%Y-%m-%d}"
    return gettext("Slot %(number)s: %(phase)s, %(at)s", number=row.id, phase=row.phase, at=said)


def _number(text: str | None) -> int:
    """The number that a choice has; 0, of which there is no slot, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _ask(taken: Taken) -> object:
    form = taken.form
    return landing_windows.ask(
        taken.session, taken.thing.id, form.phase.data or "", form.asked(), taken.actor, taken.at
    )


STEPS = (
    Step(
        "landing_windows.ask",
        "claim",
        "windows",
        (
            _("Ask for landing windows"),
            _(
                "Days and hours in which you want to land or leave. They are public at once; what you asked for before is "
                "amended. The next proposal looks for a slot in them. A slot is coordination and no permission."
            ),
            _("Ask for them"),
            _("The windows are asked for."),
        ),
        _ask,
        form=WindowsForm,
        states=STATES,
        waits=lambda thing: bool(movable(session(), thing.id)),
    ),
    Step(
        "landing_windows.withdraw",
        "claim",
        "withdraw-windows",
        (
            _("Withdraw landing windows"),
            _("Nothing is asked for any more, and a slot in them is free for others."),
            _("Withdraw them"),
            _("The windows are withdrawn."),
        ),
        lambda t: landing_windows.withdraw(
            t.session, t.thing.id, t.form.phase.data or "", t.form.reason.data, t.actor, t.at
        ),
        form=WithdrawForm,
        waits=lambda thing: bool(windows_in_force(session(), thing.id)),
    ),
    Step(
        "landing_slots.confirm",
        "claim",
        "confirm-slot",
        (
            _("Confirm a slot"),
            _("Later proposals keep it. Everybody is told."),
            _("Confirm it"),
            _("The slot is confirmed."),
        ),
        lambda t: landing_slots.confirm(t.session, _number(t.form.slot.data), t.actor, t.at),
        form=ConfirmForm,
        waits=lambda thing: bool(_waiting(thing)),
    ),
    Step(
        "landing_slots.another",
        "claim",
        "another-slot",
        (
            _("Ask for another slot"),
            _("This one is free for others; the next proposal looks for another in your windows. Everybody is told."),
            _("Give it back"),
            _("Another slot is asked for."),
        ),
        lambda t: landing_slots.another(t.session, _number(t.form.slot.data), t.form.reason.data, t.actor, t.at),
        form=AnotherForm,
        waits=lambda thing: bool(_live(thing)),
    ),
)
