"""Asking for a solver run: a trial, or the official proposal of a round."""

from collections.abc import Sequence

from flask import request, url_for
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from registry.domain.runs import Run, RunKind
from registry.queries import proposals, rounds
from registry.services import runs
from registry.services.runs import LONGEST_S, MOST_WORKERS
from registry.web.sessions import session
from registry.web.steps.forms import StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing
from registry.web.viewing import viewer

KINDS = {
    RunKind.TRIAL: _("A trial: its solution is kept, and nobody can decide on it"),
    RunKind.PROPOSAL: _("The official proposal: proven, verified and confirmed, it goes to the council"),
    RunKind.INCENTIVES: _(
        "Incentives: what parties could have gained by filing otherwise, published with the proposal"
    ),
}
NUMBER = _("Write a whole number")


class WholeField(IntegerField):
    """A whole number, with our own words for what is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(list(valuelist))
        except ValueError as error:
            raise ValueError(str(NUMBER)) from error


class RunForm(StepForm):
    """Round, kind, limits and seed."""

    round = SelectField(
        _("Round"),
        description=_("Its newest frozen instance is solved."),
        validators=[InputRequired(_("Choose a round"))],
    )
    kind = RadioField(_("What for"), choices=choices(KINDS.items()), default=RunKind.TRIAL)
    time_limit_s = WholeField(
        _("Time limit in seconds"),
        description=_(
            "Then the best allocation so far is written, with its gap. Only a completed run can be proposed."
        ),
        default=600,
        validators=[
            InputRequired(NUMBER),
            NumberRange(1, LONGEST_S, _("Give 1 to %(most)s seconds", most=LONGEST_S)),
        ],
    )
    workers = WholeField(
        _("Workers of the engine"),
        description=_("Threads. A completed run gives the same answer with any number."),
        default=8,
        validators=[InputRequired(NUMBER), NumberRange(1, MOST_WORKERS, _("Give 1 to %(most)s", most=MOST_WORKERS))],
    )
    seed_hex = StringField(
        _("Seed (optional, trials only)"),
        description=_(
            "Whole bytes in hex, such as 00. Left empty, the seed of the draw is used, as for every proposal."
        ),
        validators=[
            Optional(),
            Regexp(
                r"^([0-9a-f]{2}){1,64}$",
                message=_("Write 1 to 64 whole bytes in lower-case hex, or nothing"),
            ),
        ],
    )

    def prepare(self, thing: Thing) -> None:
        """The rounds with a draw; the one that the address names is chosen."""
        listed = rounds.list_rounds(session(), viewer())
        self.round.choices = choices((row.id, row.name) for row in listed if proposals.draw_of(session(), row.id))
        wanted = request.args.get("round")
        if not self.is_submitted() and wanted in {choice.value for choice in self.round.choices}:
            self.round.data = wanted


def _ask(taken: Taken) -> Run:
    form = taken.form
    return runs.ask(
        taken.session,
        form.round.data,
        form.kind.data,
        taken.actor,
        taken.at,
        time_limit_s=form.time_limit_s.data,
        workers=form.workers.data,
        seed_hex=form.seed_hex.data or None,
    )


def _to_run(taken: Taken) -> str:
    asked: Run = taken.made
    return url_for("runs.one_run", run_id=asked.id)


STEPS = (
    Step(
        "runs.ask",
        "runs",
        "new",
        (
            _("Ask for a run"),
            _(
                "A worker solves the round's newest instance. A trial stays a trial: to propose what it found, ask for the "
                "official proposal, which is the same allocation, proved, verified and confirmed anew."
            ),
            _("Ask for the run"),
            _("The run is asked for."),
        ),
        _ask,
        form=RunForm,
        fault_field="kind",
        after=_to_run,
        template="step_run.html",
    ),
)
