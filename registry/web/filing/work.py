"""What the pages of filing share: the draft at hand, what is wrong with it, and steps taken in one unit of work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from registry import ambient, db
from registry.domain.claims import ACTIVITIES
from registry.domain.drafts import Draft
from registry.domain.filing.particulars import ANSWERS, CONTRIBUTION_KINDS, DISPOSAL_METHODS
from registry.domain.parties import Operator
from registry.domain.rounds import Round
from registry.queries import drafts, names
from registry.services import drafting, prechecking
from registry.services.errors import NotFoundError, ServiceError, ValidationError
from registry.services.scanned import UnscannedError
from registry.web.acting import actor
from registry.web.sentences import told
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer
from registry.web.words import WORDS
from solver.fields import Fault

pages = Blueprint("filing", __name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A draft with its round, and everything for which it would be refused now."""

    draft: Draft
    round: Round
    faults: tuple[Fault, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The filing as far as it is."""
        return self.draft.document

    @property
    def name(self) -> str:
        """What the draft is called on pages."""
        found = self.document.get("name")
        return found if isinstance(found, str) and found.strip() else self.draft.key

    @property
    def policy(self) -> Mapping[str, Any] | None:
        """The policy of the round, if it is published."""
        return self.round.policy.content if self.round.policy else None

    @property
    def epoch(self) -> str | None:
        """The day from which days count."""
        return self.policy["epoch"] if self.policy else None

    @property
    def placements(self) -> list[dict[str, Any]]:
        """The placements in the order of their ranks."""
        rows = self.document.get("placements")
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def at_hand(draft_id: int) -> Work:
    """The draft of the own party; 404 for any other, as for one that never was."""
    draft = drafts.own_draft(session(), draft_id, viewer()) if draft_id < 2**31 else None
    if draft is None:
        no_such("draft", str(draft_id))
    round_ = session().get_one(Round, draft.round_id)
    return Work(draft, round_, prechecking.faults_of(session(), round_, draft.document))


def attempt(step: Callable[[datetime], T]) -> tuple[T | None, tuple[str, ...]]:
    """Take a step as one unit of work: what came of it, or why it was refused, with nothing changed."""
    try:
        done = step(ambient.now())
        db.commit(session())
    except (NotFoundError, UnscannedError):
        raise
    except ServiceError as error:
        session().rollback()
        faults = error.faults if isinstance(error, ValidationError) else (str(error),)
        return None, tuple(told(fault) for fault in faults)
    return done, ()


def save(work: Work, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Keep a document as the draft; why not, if it is refused."""
    who, round_id = actor("drafting.save"), work.round.id
    return attempt(lambda at: drafting.save(session(), round_id, document, who, at))[1]


def refused_page(draft_id: int, refused: tuple[str, ...]) -> ResponseReturnValue:
    """The round was closed meanwhile, or the draft is gone: nothing can be kept, and the page says why."""
    page = render_template("filing_refused.html", draft_id=draft_id, refused=refused, typed=request.form)
    return page, 409


def options() -> dict[str, list[tuple[str, str]]]:
    """The lists that fields choose from: (value, words)."""
    parties = sorted(names.party_names(session()).items(), key=lambda row: row[1])
    operators = ((row.id, f"{row.name} ({row.party_id})") for row in session().query(Operator))
    return {
        "parties": parties,
        "operators": sorted(operators, key=lambda row: (row[1], row[0])),
        "places": sorted(names.places_by_id(session()).items(), key=lambda row: row[1]),
        "activities": [(code, WORDS["spelled_out"](code)) for code in ACTIVITIES],
        "contributions": [(code, WORDS["spelled_out"](code)) for code in CONTRIBUTION_KINDS],
        "disposals": [(code, WORDS["spelled_out"](code)) for code in DISPOSAL_METHODS],
        "answers": [(code, WORDS["answer"](code)) for code in ANSWERS],
    }
