"""Forms of steps: fields that keep what was typed, and the refusals of a service at the fields that they are about."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from registry.domain.instants import parse_utc, utc_text
from registry.services.errors import ConflictError, ServiceError
from registry.services.errors import ValidationError as Refused
from registry.web.receiving import NOT_SCANNED
from registry.web.sentences import told
from registry.web.steps.things import Thing
from solver.fields import InputError, load_json

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MINUTE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})")


class InstantField(StringField):
    """An instant in UTC; a day alone is its first instant. Empty is None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed, and keep it as it is."""
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = self._read(self.typed) if self.typed else None

    def _read(self, typed: str) -> datetime:
        if _DAY.fullmatch(typed):
            typed = f"{typed}T00:00:00Z"
        elif found := _MINUTE.fullmatch(typed):
            typed = f"{found[1]}T{found[2]}:00Z"
        try:
            return parse_utc(typed)
        except ValueError as error:
            raise ValueError(
                gettext("This is no instant. Write for example 2027-02-01 or 2027-02-01 10:00, in UTC.")
            ) from error

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return str(self.typed)
        return utc_text(self.data) if self.data else ""


class LineField(StringField):
    """A text of one line, without the blanks around it; empty where nothing was sent."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.data = valuelist[0].strip() if valuelist else ""


class DayField(LineField):
    """A day, such as 2029-03-01; `day` is what was read."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the day."""
        try:
            self.day = date.fromisoformat(self.data or "")
        except ValueError as error:
            raise ValidationError(gettext("This is no day. Write for example 2029-03-01.")) from error


class LongField(TextAreaField):
    """A text of several lines; browsers end them with two characters, the register with one."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.data = valuelist[0].replace("\r\n", "\n") if valuelist else ""


class DocumentField(LongField):
    """A JSON document, typed or from the file field beside it; `document` is what was read."""

    document: Any = None


class StepForm(FlaskForm):
    """A form of a step. `prepare` fills in choices that depend on the thing; `document` has what services take."""

    def prepare(self, thing: Thing) -> None:
        """Fill in what depends on the thing."""

    def refuse(self, error: ServiceError, default: str = "") -> None:
        """Put each fault of a refusal at its field; what is about no field here stands above the form."""
        self.is_too_late = isinstance(error, ConflictError)
        faults = error.faults if isinstance(error, Refused) else (str(error),)
        for fault in faults:
            name, _, text = fault.partition(": ")
            base = re.split(r"[.\[]", name)[0]
            if text and name in self:
                self._add(self[name], sentence(told(text)))
            elif text and base in self and base != name:
                self._add(self[base], told(fault))
            elif isinstance(error, Refused) and default:
                self._add(self[default], told(fault))
            else:
                self.form_errors.append(told(fault))

    def _add(self, field: Field, text: str) -> None:
        field.errors = [*field.errors, text]

    @property
    def shown(self) -> list[Field]:
        """The fields that a person fills in."""
        return [field for field in self if field.type not in ("CSRFTokenField", "HiddenField")]

    @property
    def takes_files(self) -> bool:
        """Whether the form has to be sent in parts."""
        return any(isinstance(field, FileField) for field in self)

    is_too_late = False  # refused for what others did meanwhile, and not for what was typed
    is_unscanned = False  # the scanner gave no answer about a file

    @property
    def code(self) -> int:
        """The HTTP code of the page with this form."""
        if self.is_too_late:
            return 409
        if self.is_unscanned:
            return NOT_SCANNED
        return 422 if self.is_refused else 200

    @property
    def is_refused(self) -> bool:
        """Whether anything is wrong with what was sent."""
        return any(self.errors.values()) or bool(self.form_errors)


def choices(rows: Iterable[tuple[str, Any]], empty: Any = None) -> list[SelectChoice]:
    """The options of a field from (value, words); the first one, with the words `empty`, chooses none."""
    first = [] if empty is None else [("", empty)]
    return [SelectChoice(value, label) for value, label in (*first, *rows)]


class ReasonForm(StepForm):
    """A step that says why."""

    reason = LongField(
        lazy_gettext("Reason"), description=lazy_gettext("In words fit to publish: it stands in the log.")
    )

    def validate_reason(self, field: LongField) -> None:
        """It is not blank."""
        if not (field.data or "").strip():
            raise ValidationError(gettext("Say why."))


class DocumentForm(StepForm):
    """A JSON document from a file or typed; after a refusal its text is in the form, so that nothing is lost."""

    file = FileField(lazy_gettext("File"), description=lazy_gettext("A JSON file of at most 500 kB."))
    document = DocumentField(
        lazy_gettext("Or the document itself"),
        description=lazy_gettext("JSON. A file, if one is chosen, counts instead."),
    )

    def validate_document(self, field: DocumentField) -> None:
        """Read the document; the file's text takes the place of what was typed."""
        if self.file.data:
            try:
                field.data = self.file.data.read().decode()
            except UnicodeDecodeError as error:
                raise ValidationError(gettext("The file is not UTF-8. Save it as UTF-8.")) from error
        if not (field.data or "").strip():
            raise ValidationError(gettext("Choose a file, or type the document."))
        try:
            field.document = read_json(field.data)
        except ValueError as error:
            raise ValidationError(gettext("This is no JSON: %(fault)s", fault=told(error))) from error


def sentence(text: str) -> str:
    """A fault with the capital letter that it has where nothing stands before it."""
    return text[:1].upper() + text[1:]


def read_json(text: str) -> Any:
    try:
        return load_json(text.encode())
    except InputError as error:
        raise ValueError("; ".join(str(fault) for fault in error.faults)) from error
