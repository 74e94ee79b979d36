"""The steps in the life of an entry: evidence, use, confirmation, suspension, giving back, more time."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, ValidationError

from registry.domain.duties import MILESTONES, DutyKind
from registry.domain.evidence import SHA256
from registry.queries.due import due_at
from registry.queries.lives import list_grounds
from registry.services import (
    confirming,
    extending,
    milestones,
    relinquishing,
    suspending,
    timers,
    using,
)
from registry.services.evidence import Report
from registry.services.scanned import HarmError, ScannedFile, UnscannedError
from registry.web import words
from registry.web.receiving import received
from registry.web.sentences import told
from registry.web.sessions import session
from registry.web.steps.forms import (
    DayField,
    DocumentField,
    LineField,
    LongField,
    ReasonForm,
    StepForm,
    choices,
    read_json,
    sentence,
)
from registry.web.steps.of_claims import sources
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing

LIVING = ("RECORDED", "IN_USE", "SUSPENDED")
USED = ("IN_USE", "SUSPENDED")
AT_ONCE = 100


class EvidenceForm(StepForm):
    """A report: when, what, and the document that shows it."""

    received: ScannedFile | None = None
    happened_on = DayField(_("Day on which it happened"), description=_("For example 2029-03-01."))
    text = LongField(_("What happened"), description=_("In words fit to publish."))
    file = FileField(_("Document"), description=_("PDF, PNG, JPEG, CSV or plain text."))
    sha256 = LineField(_("Or the SHA-256 of a document that you keep"), description=_("64 digits in lower case."))

    def report(self) -> Report:
        """The report as the services take it."""
        assert self.happened_on.day is not None  # the form was validated
        return Report(self.happened_on.day, self.text.data or "", self.sha256.data or None, self.received)

    def validate_file(self, field: FileField) -> None:
        """The scanner let it pass, where there is one."""
        try:
            self.received = received(field.data) if field.data else None
        except UnscannedError as error:
            self.is_unscanned = True
            raise ValidationError(sentence(told(error))) from error
        except HarmError as error:
            raise ValidationError(sentence(told(error.faults[0].partition(": ")[2]))) from error

    def validate_sha256(self, field: LineField) -> None:
        """It is a hash, where there is one."""
        if field.data and not SHA256.fullmatch(field.data):
            raise ValidationError(gettext("This is no SHA-256 in lower-case hex."))


class MilestoneForm(EvidenceForm):
    """Which milestone."""

    kind = SelectField(_("Milestone"), validate_choice=False)

    def prepare(self, thing: Thing) -> None:
        """The kinds there are."""
        self.kind.choices = choices(
            ((str(kind), gettext(words.spelled_out(kind))) for kind in MILESTONES), _("Choose a milestone")
        )


class LandingForm(EvidenceForm):
    """Where it landed."""

    position = LineField(_("Position"), description=_("Metres of the map, x and y: for example -11000, -12000."))

    def validate_position(self, field: LineField) -> None:
        """Two numbers."""
        try:
            x, y = (float(part) for part in (field.data or "").replace(",", " ").split())
        except ValueError as error:
            raise ValidationError(gettext("These are not two numbers. Write for example -11000, -12000.")) from error
        field.numbers = (x, y)


class FootprintForm(EvidenceForm):
    """What is left."""

    footprint = DocumentField(_("Footprint that is used"), description=_("GeoJSON in metres of the map."))

    def validate_footprint(self, field: DocumentField) -> None:
        """It is JSON."""
        try:
            field.document = read_json(field.data or "")
        except ValueError as error:
            raise ValidationError(gettext("This is no JSON. Give a GeoJSON geometry.")) from error


class EndForm(EvidenceForm):
    """What stays."""

    remains = LongField(
        _("What stays on the ground"), description=_("Empty if nothing does. It is listed as a candidate.")
    )


class ExtensionForm(EvidenceForm):
    """Which deadline, on which ground, for how long."""

    duty = SelectField(_("Deadline"), validate_choice=False)
    ground = SelectField(_("Ground"), description=_("The list is closed."), validate_choice=False)
    months = IntegerField(_("Months"))

    def prepare(self, thing: Thing) -> None:
        """The grounds, and the duties that any of them extends."""
        grounds = list_grounds(session())
        duties = [kind for kind in DutyKind if any(kind in row.duties for row in grounds)]
        said = ((row.id, f"{row.id}: {row.says}") for row in grounds)
        self.duty.choices = choices(
            ((kind, gettext(words.spelled_out(kind))) for kind in duties), _("Choose a deadline")
        )
        self.ground.choices = choices(said, _("Choose a ground"))


def _run_timers(taken: Taken) -> object:
    """All of the first hundred, or none."""
    at: datetime = taken.at
    return [timers.do(taken.session, row, taken.actor, at) for row in due_at(taken.session, at)[:AT_ONCE]]


def _extend(taken: Taken) -> object:
    form = taken.form
    return extending.extend(
        taken.session,
        taken.thing.id,
        form.duty.data,
        form.ground.data,
        form.months.data or 0,
        form.report(),
        taken.actor,
        taken.at,
    )


STEPS = (
    Step(
        "timers.do",
        "register",
        "timers",
        (
            _("Do what is due"),
            _(
                "Reminders are sent, zones begin and end, and what was not shown in time has its consequence. The "
                "first hundred things that are due are done at once: all of them, or none."
            ),
            _("Do what is due"),
            _("What was due is done."),
        ),
        _run_timers,
    ),
    Step(
        "milestones.show",
        "claim",
        "milestone",
        (
            _("Show a milestone"),
            _("A contract, a launch contract or a licence, with the document that shows it. Everybody is told."),
            _("Show it"),
            _("The milestone is shown."),
        ),
        lambda t: milestones.show(t.session, t.thing.id, t.form.kind.data, t.form.report(), t.actor, t.at),
        form=MilestoneForm,
        states=("RECORDED",),
    ),
    Step(
        "using.bring_into_use",
        "claim",
        "use",
        (
            _("Bring the entry into use"),
            _("A landing within the zones of the entry, on a day of its term, with evidence."),
            _("Bring it into use"),
            _("The entry is in use."),
        ),
        lambda t: using.bring_into_use(t.session, t.thing.id, t.form.position.numbers, t.form.report(), t.actor, t.at),
        form=LandingForm,
        states=sources("bring-into-use"),
    ),
    Step(
        "confirming.confirm",
        "claim",
        "confirm",
        (
            _("Confirm the use"),
            _("Said every year. A suspended entry is in use again with it, and needs a document for that."),
            _("Confirm it"),
            _("The use is confirmed."),
        ),
        lambda t: confirming.confirm(t.session, t.thing.id, t.form.report(), t.actor, t.at),
        form=EvidenceForm,
        states=USED,
    ),
    Step(
        "suspending.suspend",
        "claim",
        "suspend",
        (
            _("Suspend the entry"),
            _("Once in its life, for a limited time. If the use is not resumed by then, the entry lapses."),
            _("Suspend it"),
            _("The entry is suspended."),
        ),
        lambda t: suspending.suspend(t.session, t.thing.id, t.form.reason.data, t.actor, t.at),
        form=ReasonForm,
        states=("IN_USE",),
    ),
    Step(
        "relinquishing.demonstrate",
        "claim",
        "shrink",
        (
            _("Show the footprint that is used"),
            _("The entry is smaller from then on: the rest is given back, and free for others."),
            _("Give the rest back"),
            _("The entry has the smaller footprint."),
        ),
        lambda t: relinquishing.demonstrate(
            t.session, t.thing.id, t.form.footprint.document, t.form.report(), t.actor, t.at
        ),
        form=FootprintForm,
        states=USED,
    ),
    Step(
        "relinquishing.end",
        "claim",
        "end",
        (
            _("End the entry"),
            _(
                "Its zones end today. What stays on the ground is listed as a heritage candidate. It cannot be taken back."
            ),
            _("End it"),
            _("The entry has ended."),
        ),
        lambda t: relinquishing.end(t.session, t.thing.id, t.form.remains.data or "", t.form.report(), t.actor, t.at),
        form=EndForm,
        states=LIVING,
    ),
    Step(
        "extending.extend",
        "claim",
        "extend",
        (
            _("Extend a deadline"),
            _("Only on a ground of the closed list, within its limits, with evidence. Everybody is told."),
            _("Extend it"),
            _("The deadline is extended."),
        ),
        _extend,
        form=ExtensionForm,
        states=LIVING,
    ),
)
