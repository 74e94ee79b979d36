"""Notices: what the agency tells the UN Secretary-General and the parties, from templates, kept in an outbox.

A kind of notice has fixed fields that its template may name in braces. Templates are data with a source
(fixtures/notice_templates.json).
"""

import string
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty, one_of

_ROUND = frozenset({"round", "round_name"})
_CLAIM = frozenset({"claim", "claim_name", "round"})
_SITE = frozenset({"placement", "place", "starts_on", "ends_on"})
# Of a consultation: for each of the two sides its claim, party and point of contact.
_CASE = frozenset(
    {
        "consultation",
        "round",
        "deadline",
        *(f"{word}_{side}" for word in ("claim", "name", "party", "contact") for side in "ab"),
    }
)
_ENTRY = _CLAIM | {"entry"}
_ZONE = _ENTRY | {"phase", "keep_out_m", "on_day", "until", "method", "reason"}
_PAIR = _CLAIM | {"site", "party", "first", "second"}
_ASKED = _ENTRY | {"request", "party"}
_MOVEMENT = _CLAIM | {"movement", "kind"}  # one landing or ascent
# What the text of each kind of notice can say.
FIELDS: Mapping[str, frozenset[str]] = {
    "round-announced": _ROUND | {"opens_at", "closes_at"},
    "policy-published": _ROUND | {"version", "sha256"},
    "proposal-adopted": _ROUND | {"number", "served", "unserved", "solution_sha256", "deciders"},
    "proposal-rejected": _ROUND | {"number", "ground", "reasons", "solution_sha256", "deciders"},
    "fallback-used": _ROUND | {"number", "fallback", "reason", "sha256"},
    "round-resolved": _ROUND | {"number", "reason", "sha256"},
    "round-concluded": _ROUND | {"entries", "unserved"},
    "offer-made": _CLAIM | _SITE | {"accept_by"},
    "offer-declined": _CLAIM | _SITE | {"reason"},
    "offer-lapsed": _CLAIM | _SITE | {"accept_by"},
    "entry-recorded": _CLAIM | _SITE | {"entry", "parties", "operator", "activity", "purpose", "zones"},
    "claim-unserved": _CLAIM,
    "consultation-opened": _CASE | {"distance_m", "keep_out_m"},
    "consultation-reminder": _CASE | {"days"},
    "consultation-closed": _CASE | {"outcome", "summary"},
    "observer-invited": _CASE | {"observer"},
    "duty-reminder": _ENTRY | {"duty", "due_at", "final_at"},
    "milestone-shown": _ENTRY | {"duty", "happened_on", "text"},
    "deadline-extended": _ENTRY | {"duty", "ground", "months", "reason", "due_at"},
    "entry-in-use": _ENTRY | {"landed_on", "position", "text"},
    "entry-confirmed": _ENTRY | {"happened_on", "text"},
    "entry-suspended": _ENTRY | {"reason", "until"},
    "entry-resumed": _ENTRY | {"happened_on", "text"},
    "entry-shrunk": _ENTRY | {"reason", "ground", "ends_on"},
    "entry-ended": _ENTRY | {"reason", "ended_on", "remains"},
    "entry-lapsed": _ENTRY | {"reason", "ended_on", "remains"},
    "second-site-due": _CLAIM | {"party", "entries", "due_at"},
    "second-site-missed": _CLAIM | {"party", "due_at", "consequence"},
    "second-site-offered": _PAIR | {"scores", "choose_by"},
    "second-site-refused": _PAIR | {"reason", "due_at"},
    "site-banked": _PAIR | {"banked", "left", "chosen_by", "reason", "until"},
    "banked-site-closed": _PAIR | {"banked", "state", "reason"},
    "zone-established": _ZONE,
    "zone-altered": _ZONE,
    "zone-ended": _ZONE,
    "zone-entry-announced": _ASKED | {"purpose", "first_day", "last_day", "answer_by"},
    "zone-request-answered": _ASKED | {"terms"},
    "zone-basis-given": _ASKED | {"purpose", "phase", "basis"},
    "landing-windows-filed": _MOVEMENT | {"windows", "azimuths", "preferred_at"},
    "landing-windows-withdrawn": _MOVEMENT | {"reason"},
    "slot-proposed": _MOVEMENT | {"proposal", "slot", "slot_at", "precision"},
    "slot-not-found": _MOVEMENT | {"proposal", "reasons"},
    "slot-confirmed": _MOVEMENT | {"proposal", "slot", "slot_at", "precision"},
    "another-slot-asked": _MOVEMENT | {"proposal", "slot", "slot_at", "reason"},
    "service-ended": frozenset(
        {"service", "kind", "what", "offered_by", "claim", "party", "need", "matters", "reason"}
    ),
}
# The roles of addressees in templates: each is one notice, `credited-parties` one for each party credited in the claim.
SECRETARY_GENERAL, ALL_PARTIES, CREDITED = "un-secretary-general", "all-parties", "credited-parties"
ADDRESSEES = (SECRETARY_GENERAL, ALL_PARTIES, CREDITED)


class NoticeState(StrEnum):
    """States of delivery."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class NoticeTemplate(Base):
    """The words of one kind of notice; `addressees` are separated by spaces."""

    __tablename__ = "notice_templates"
    __table_args__ = (not_empty("heading"), not_empty("text"), not_empty("source"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    addressees: Mapped[str] = mapped_column(String(200))
    heading: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)


class Notice(Base):
    """One notice to one addressee: `un-secretary-general`, `all-parties` (a circular), or `party/IND`."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("state", NoticeState),
        not_empty("addressee"),
        not_empty("text"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("attempts >= 0 AND (state = 'queued') = (attempts = 0)", name="attempts_counted"),
        CheckConstraint("state <> 'failed' OR length(trim(failure)) > 0", name="failure_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(ForeignKey("notice_templates.id"))
    addressee: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    heading: Mapped[str] = mapped_column(String)
    text: Mapped[str] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempts: Mapped[int]
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str] = mapped_column(String)

    def sent_when_sent(self) -> bool:
        """Whether a sent notice says when."""
        return (self.state == NoticeState.SENT) == (self.sent_at is not None)


def template_faults(kind: str, addressees: str, texts: Iterable[str]) -> Iterator[str]:
    """What is wrong with a template, one sentence each with field, fault and mend."""
    if kind not in FIELDS:
        yield f"id: {kind!r} is no kind of notice; use one of {', '.join(FIELDS)}"
        return
    unknown = [word for word in addressees.split() if word not in ADDRESSEES]
    if unknown or not addressees.split():
        yield f"addressees: {' '.join(unknown) or 'none'}; use one or more of {', '.join(ADDRESSEES)}"
    for text in texts:
        try:
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield f"text: its braces do not close ({error}); write {{claim}} for a field"
            continue
        for name in sorted(named - FIELDS[kind]):
            yield f"text: {{{name}}} is unknown; notices of this kind have {', '.join(sorted(FIELDS[kind]))}"


def filled(text: str, fields: Mapping[str, object]) -> str:
    """The text with its fields filled in."""
    return text.format(**fields)
