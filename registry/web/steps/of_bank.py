"""The steps of the site bank: a pair is offered, one of its sites is chosen, a pair is refused, a banked site released."""

import re
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, ValidationError

from registry.domain.site_bank import PairState, Which
from registry.domain.site_scores import POINTS
from registry.queries.names import places_by_id
from registry.queries.site_bank import entries_of, owed, section_for
from registry.services import banking
from registry.services.errors import ServiceError
from registry.services.errors import ValidationError as Refused
from registry.web.sessions import session
from registry.web.steps.forms import DocumentField, LineField, LongField, ReasonForm, StepForm, choices, read_json
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing

# Where the faults of the document stand on the form.
_FIELDS = {
    "second.placement": "placement", "second.place": "place", "second.name": "site_name", "second.footprint": "footprint",
    "measures.first": "first", "measures.second": "second_measures", "second": "footprint",
}  # fmt: skip
WHICH = {
    Which.SECOND: _("The second site: the entry stays where it is"),
    Which.FIRST: _("The site of the entry: the entry moves to the second one"),
}


class MeasuresField(LongField):
    """Measures of one site, one a line: its name and its value."""

    measures: dict[str, float]

    def pre_validate(self, form: Any) -> None:
        """Read the lines."""
        self.measures = {}
        for line in filter(None, (text.strip() for text in (self.data or "").splitlines())):
            name, value = [*re.split(r"[\s:=]+", line, maxsplit=1), ""][:2]
            try:
                self.measures[name] = float(value)
            except ValueError as error:
                raise ValidationError(
                    gettext("“%(line)s” is no measure. Write for example: light_percent 84.7", line=line)
                ) from error


class PairForm(StepForm):
    """The second site; what the policy scores by decides which fields there are."""

    entry = SelectField(_("Offered for the entry of claim"), validate_choice=False)
    placement = LineField(
        _("Placement that your party filed"), description=_("For example C-0009/2. It is the second site then.")
    )
    place = SelectField(_("Place of the second site"), validate_choice=False)
    site_name = LineField(_("Name of the second site"))
    footprint = DocumentField(_("Footprint of the second site"), description=_("GeoJSON in metres of the map."))
    first = MeasuresField(_("Measures of the site of the entry"))
    second_measures = MeasuresField(_("Measures of the second site"))
    source = LineField(
        _("Source"),
        description=_("The model or table that the measures come from, or the filings. Everybody can read it."),
    )

    def prepare(self, thing: Thing) -> None:
        """The entries, places and measures that there are."""
        own = entries_of(session(), thing.parties[0])
        self.entry.choices = choices((row, row) for row in dict.fromkeys([thing.id, *own]))
        section = section_for(session(), thing.id)
        score = section["score"] if section else {"by": POINTS}
        if score["by"] == POINTS:
            for name in ("place", "site_name", "footprint", "first", "second_measures"):
                del self[name]
            return
        self.place.choices = choices(
            sorted(places_by_id(session()).items(), key=lambda row: row[1]), _("Choose a place")
        )
        names = ", ".join(score["measures"])
        for field in (self.first, self.second_measures):
            field.description = gettext("On a line each, with a value after the name: %(names)s", names=names)

    def validate_footprint(self, field: DocumentField) -> None:
        """It is JSON, where the site is no filed placement."""
        if not (field.data or "").strip() and self.placement.data:
            return
        try:
            field.document = read_json(field.data or "")
        except ValueError as error:
            raise ValidationError(gettext("This is no JSON. Give a GeoJSON geometry.")) from error

    def refuse(self, error: ServiceError, default: str = "") -> None:
        """Put the faults of the document at the fields that made it."""
        if isinstance(error, Refused):
            error = Refused([self._placed(str(fault)) for fault in error.faults])
        super().refuse(error, default)

    def _placed(self, fault: str) -> str:
        name, _mark, text = fault.partition(": ")
        for path, field in _FIELDS.items():
            if (name == path or name.startswith(f"{path}.")) and field in self:
                return (
                    f"{field}: {name.rpartition('.')[2]}: {text}" if path.startswith("measures") else f"{field}: {text}"
                )
        return fault

    def document(self) -> dict[str, Any]:
        """The pair as the service takes it."""
        said: dict[str, Any] = {"entry": self.entry.data, "source": self.source.data}
        if self.placement.data or "footprint" not in self:
            said["second"] = {"placement": self.placement.data}
        else:
            site = (self.place.data, self.site_name.data, self.footprint.document)
            said["second"] = dict(zip(("place", "name", "footprint"), site, strict=True))
        if "first" in self:
            said["measures"] = {"first": self.first.measures, "second": self.second_measures.measures}
        return said


class ChoiceForm(ReasonForm):
    """Which one."""

    which = RadioField(_("Site to keep for others"), choices=choices(WHICH.items()), validate_choice=False)
    reason = ReasonForm.reason


def _address(taken: Taken) -> str:
    return url_for("bank.one_pair", site_id=taken.made.id)


STEPS = (
    Step(
        "banking.offer",
        "claim",
        "second-site",
        (
            _("Offer a second site"),
            _(
                "For one of your entries, a second site of equal score. The agency keeps one of the two for others: "
                "the second one, or that of the entry, which moves to the second one then."
            ),
            _("Offer it"),
            _("The pair is offered."),
        ),
        lambda t: banking.offer(t.session, t.thing.id, t.form.document(), t.actor, t.at),
        form=PairForm,
        waits=lambda thing: bool(owed(session(), thing.id)),
        after=_address,
    ),
    Step(
        "banking.choose",
        "pair",
        "choice",
        (
            _("Choose the site to keep"),
            _("One of the two is kept free for others. It cannot be changed afterwards."),
            _("Keep it"),
            _("The site is banked."),
        ),
        lambda t: banking.choose(t.session, t.thing.id, t.form.which.data or "", t.form.reason.data, t.actor, t.at),
        form=ChoiceForm,
        states=(PairState.OFFERED,),
        fault_field="which",
    ),
    Step(
        "banking.refuse",
        "pair",
        "refusal",
        (
            _("Refuse the pair"),
            _("Because what it states does not hold. Another one is owed then."),
            _("Refuse it"),
            _("The pair is refused."),
        ),
        lambda t: banking.refuse(t.session, t.thing.id, t.form.reason.data, t.actor, t.at),
        form=ReasonForm,
        states=(PairState.OFFERED,),
    ),
    Step(
        "banking.release",
        "pair",
        "release",
        (
            _("Release the banked site"),
            _("From the next policy on nothing keeps it free."),
            _("Release it"),
            _("The site is released."),
        ),
        lambda t: banking.release(t.session, t.thing.id, t.form.reason.data, t.actor, t.at),
        form=ReasonForm,
        states=(PairState.BANKED,),
    ),
)
