"""The steps of a round, taken and to come, in words for people."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString, lazy_gettext

from registry.queries.rounds import RoundOverview

STEPS = (
    ("announced", lazy_gettext("Announced"), lazy_gettext("The filing window is made known.")),
    (
        "policy published",
        lazy_gettext("Policy published"),
        lazy_gettext("Rule, points, caps, reserves, holds and draw source, fixed before filing opens."),
    ),
    (
        "opened",
        lazy_gettext("Open for filing"),
        lazy_gettext("Parties file claims; each gets an id in the order of receipt."),
    ),
    (
        "closed",
        lazy_gettext("Closed, examined and published"),
        lazy_gettext("Every claim is checked against every provision, then shown as received."),
    ),
    (
        "frozen",
        lazy_gettext("Frozen"),
        lazy_gettext("After coordination the claims become one allocation problem, with a hash."),
    ),
    ("drawn", lazy_gettext("Drawn"), lazy_gettext("A public random value breaks ties; nobody could know it before.")),
    (
        "proposed",
        lazy_gettext("Proposed"),
        lazy_gettext("The proven allocation is verified independently and proposed."),
    ),
    ("decided", lazy_gettext("Decided"), lazy_gettext("Two persons of different parties decide.")),
    (
        "recorded",
        lazy_gettext("Recorded"),
        lazy_gettext("Accepted offers become entries: time-limited priorities of use."),
    ),
)


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: `mark` is "done", "now" or "to come"."""

    name: LazyString
    words: LazyString
    at: datetime | None
    mark: str


def steps_of(round_: RoundOverview) -> list[StepView]:
    """All steps in order; the first not taken is the one that is now due."""
    taken = dict(round_.steps)
    done = [name in taken or (name == "recorded" and round_.entries > 0) for name, _, _ in STEPS]
    current = done.index(False) if False in done else len(done)
    return [
        StepView(label, words, taken.get(name), _mark(index, current, done[index]))
        for index, (name, label, words) in enumerate(STEPS)
    ]


def _mark(index: int, current: int, done: bool) -> str:
    return "done" if done else "now" if index == current else "to come"
