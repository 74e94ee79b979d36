"""The form that asks for a run."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from registry.domain.runs import RunKind
from registry.queries.rounds import RoundOverview
from registry.services.errors import ServiceError, ValidationError
from registry.services.runs import LONGEST_S, MOST_WORKERS

TRIAL = lazy_gettext("A trial: its solution is kept, and nobody can decide on it")
PROPOSAL = lazy_gettext("The official proposal: proven, verified and confirmed, it goes to the council")
NUMBER = lazy_gettext("Write a whole number")


class WholeField(IntegerField):
    """A whole number, with our own words for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(NUMBER)) from error


class RunForm(FlaskForm):
    """Round, kind, limits and seed."""

    round = SelectField(validators=[InputRequired(lazy_gettext("Choose a round"))])
    kind = RadioField(
        choices=[SelectChoice(RunKind.TRIAL, TRIAL), SelectChoice(RunKind.PROPOSAL, PROPOSAL)], default=RunKind.TRIAL
    )
    time_limit_s = WholeField(
        default=600,
        validators=[
            InputRequired(NUMBER),
            NumberRange(1, LONGEST_S, lazy_gettext("Give 1 to %(most)d seconds", most=LONGEST_S)),
        ],
    )
    workers = WholeField(
        default=8,
        validators=[
            InputRequired(NUMBER),
            NumberRange(1, MOST_WORKERS, lazy_gettext("Give 1 to %(most)d", most=MOST_WORKERS)),
        ],
    )
    seed_hex = StringField(
        validators=[
            Optional(),
            Regexp(
                r"^([0-9a-f]{2}){1,64}$",
                message=lazy_gettext("Write 1 to 64 whole bytes in lower-case hex, or nothing"),
            ),
        ]
    )

    def __init__(self, rounds: Sequence[RoundOverview]):
        super().__init__()
        self.round.choices = [SelectChoice(row.id, row.name) for row in rounds]
        wanted = request.args.get("round")
        if not self.is_submitted() and wanted in {row.id for row in rounds}:
            self.round.data = wanted

    def wanted(self) -> dict[str, Any]:
        """What is asked for, as the service takes it."""
        return {
            "round_id": self.round.data,
            "kind": self.kind.data,
            "time_limit_s": self.time_limit_s.data,
            "workers": self.workers.data,
            "seed_hex": self.seed_hex.data or None,
        }

    def refuse(self, error: ServiceError) -> None:
        """Show a refusal of the service at its field, or at the kind of the run."""
        for fault in error.faults if isinstance(error, ValidationError) else (str(error),):
            name, colon, words = fault.partition(": ")
            field = self[name] if colon and name in self else self.kind
            field.errors = [*field.errors, words if colon and name in self else fault]
