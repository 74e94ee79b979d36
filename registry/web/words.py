"""Words of the pages for the codes of the register. A code without words is shown as it is, spelled out."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import has_request_context
from flask_babel import gettext

from registry.web import vocabularies
from solver import zones
from solver.traffic import clashes

STATES = {
    "DRAFT": ("Draft", ""),
    "SUBMITTED": ("Submitted", "waiting"),
    "RETURNED": ("Returned", "bad"),
    "PUBLISHED": ("Published", "open"),
    "COORDINATION": ("In coordination", "open"),
    "READY": ("Ready", "open"),
    "OFFERED": ("Offered", "waiting"),
    "RECORDED": ("Recorded", "good"),
    "IN_USE": ("In use", "good"),
    "SUSPENDED": ("Suspended", "waiting"),
    "ENDED": ("Ended", ""),
    "WITHDRAWN": ("Withdrawn", ""),
    "REFUSED": ("Refused", "bad"),
    "LAPSED": ("Lapsed", "bad"),
    "ANNOUNCED": ("Announced", "waiting"),
    "OPEN": ("Open for filing", "open"),
    "CLOSED": ("Closed", "waiting"),
    "FROZEN": ("Frozen", "open"),
    "DRAWN": ("Drawn", "open"),
    "PROPOSED": ("Proposed", "open"),
    "ADOPTED": ("Adopted", "good"),
    "CONCLUDED": ("Concluded", "good"),
    "REJECTED": ("Rejected", "bad"),
    "BANKED": ("Banked", "good"),
    "RELEASED": ("Released", ""),
    "TAKEN": ("Taken", ""),
    "OVER": ("Over", ""),
}
FINDINGS = {
    "favourable": ("Favourable", "good"),
    "unfavourable": ("Unfavourable", "bad"),
    "not-applicable": ("Not applicable", ""),
}
CHOICES = {
    "adopt": ("Adopt", "good"),
    "reject": ("Reject", "bad"),
    "recuse": ("Recused", "waiting"),
    "dissent": ("Dissent", "waiting"),
}
OFFERS = {
    "OPEN": ("Open", "waiting"),
    "ACCEPTED": ("Accepted", "good"),
    "DECLINED": ("Declined", ""),
    "LAPSED": ("Lapsed", "bad"),
}
STANDINGS = {"entry": "Entry", "allotted": "In the proposal", "open": "First choice", "unserved": "Not allotted"}
STANDINGS |= {"other": "Other choice"}
STAGES = {
    "shortfall": "Reserves: as little missing as possible",
    "points": "The largest sum of points",
    "tie-break": "Ties broken by the draw",
}
LEVEL = "As many parties as possible with %(points)s points or more"
PER_GROUP = "for all parties of %(group)s"
FOOTPRINTS = {
    "Point": "a point",
    "LineString": "a line",
    "Polygon": "an area",
    "MultiPoint": "several points",
    "MultiLineString": "several lines",
    "MultiPolygon": "several areas",
}
GROUPS = {
    "artemis-accords": "Artemis Accords",
    "ilrs": "ILRS",
    "moon-agreement": "Moon Agreement",
    "un-ldc": "Least developed countries",
    "outer-space-treaty": "Outer Space Treaty",
    "artemis": "the Artemis programme",
}
RULES = {
    "equal-footing": "Equal footing: the worst-served party is made as well off as possible, then the next, then the "
    "largest sum of points",
    "max-points": "The largest sum of points",
    "nash": "The largest product of the parties' points",
    "first-come": "First come, first served",
    "serial": "Parties choose in the order of their tickets, one claim a pass",
}
CHECKS = {
    "heading": "It answers this instance and this seed by this rule",
    "C1 placements, windows, horizon, entries in force": "Placements, windows, horizon and entries in force (C1)",
    "C2 separation": "No two operations are too near on the same day (C2)",
    "C3 caps": "Every cap is kept (C3)",
    "C4 reserves": "Reserves and what is missing in them (C4)",
    "C5 free access day by day, and its paths": "Every access point keeps its way to a gate on every day (C5)",
    "moves of entries in force": "Which entries in force were moved, and how far",
    "points": "The points of every party, computed anew",
    "leximin": "The ordered points of all parties, computed anew",
    "stages": "The value of every stage, computed anew",
    "zones": "Every safety zone, computed anew",
    "measures": "The measures of fairness, computed anew",
    "no single change improves it": "No change of a single claim makes it better",
}
FALLBACKS = {"levels": "the same rule with coarser levels", "serial": "parties in the order of their tickets"}
SEVERITIES = {
    "hard": "a claim that fails it is returned",
    "soft": "a claim that fails it is noted",
    "data": "asks for a document or a statement; a claim without it is returned",
    "procedural": "a claim that fails it gets a duty with a deadline",
    "proposed": "examined and noted, with no effect",
}
EFFECTS = {"returns": "returns the claim", "noted": "noted", "duty": "a duty until"}
ACTS = {
    "round-announced": "Round announced",
    "policy-published": "Policy published",
    "round-opened": "Round opened",
    "round-closed": "Round closed",
    "claim-filed": "Claim received",
    "attachments-filed": "Files received with a claim",
    "seed-drawn": "Draw made",
    "vote-cast": "Decider's choice recorded",
}
ADDRESSEES = {
    "un-secretary-general": "the Secretary-General of the United Nations",
    "all-parties": "all parties",
}
STATUSES = {"signed-not-ratified": "Signed, not ratified"}
RANKS = tuple(
    f"{number} choice"
    for number in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
)
PER = {"all": "in all", "party": "per party", "controller": "per controller"}
CALENDAR_ROWS = {
    "begins": "entry begins", "days": "days of a landing or ascent", "asked": "window asked for", "slot": "slot",
}  # fmt: skip
SLOT_STATES = {
    "PROPOSED": "proposed", "CONFIRMED": "confirmed", "ANOTHER": "given back for another", "WITHDRAWN": "windows withdrawn",
    "SUPERSEDED": "superseded by a later proposal",
}  # fmt: skip
CLASHES = dict(clashes.RULES)
ANSWERS = {"yes": "Yes", "no": "No", "na": "Not applicable"}
MEASURES = {"placements": "placements", "km2_days": "km² days of safety zone"}


def state(code: str) -> tuple[str, str]:
    """(words, tone) of a state of a claim, an entry or a round."""
    return STATES.get(code, (spelled_out(code), ""))


def finding(code: str) -> tuple[str, str]:
    """(words, tone) of the outcome of a finding."""
    return FINDINGS.get(code, (spelled_out(code), ""))


def vote(code: str) -> tuple[str, str]:
    """(words, tone) of a decider's choice."""
    return CHOICES.get(code, (spelled_out(code), ""))


def offer(code: str) -> tuple[str, str]:
    """(words, tone) of the state of an offer."""
    return OFFERS.get(code, (spelled_out(code), ""))


def standing(code: str) -> str:
    """How a site stands, as in the map's legend."""
    return STANDINGS.get(code, spelled_out(code))


def status(code: str) -> str:
    """A party's status in an instrument."""
    return STATUSES.get(code, spelled_out(code))


def act(code: str) -> str:
    """What a record says was done."""
    return ACTS.get(code, spelled_out(code))


def rank(number: int) -> str:
    """The rank of a placement in words: first choice, second choice."""
    if 0 < number <= len(RANKS):
        return _in_words(RANKS[number - 1])
    return _in_words("%(number)s choice", number=number)


def stage(name: str) -> str:
    """What a stage of the solution strives for."""
    if name.startswith("level "):
        return _in_words(LEVEL, points=name.removeprefix("level "))
    return _in_words(STAGES.get(name, spelled_out(name)))


def per(code: str) -> str:
    """Over whom a cap counts."""
    if code in PER:
        return _in_words(PER[code])
    group = code.removeprefix("group:")
    return _in_words(PER_GROUP, group=_in_words(GROUPS.get(group, group)))


def spelled_out(code: str) -> str:
    """A code as words: landing-plume, IN_USE and the like."""
    text = code.replace("-", " ").replace("_", " ").strip()
    text = text.lower() if text.isupper() and " " in text else text
    return text[:1].upper() + text[1:]


def method(code: str) -> str:
    """The name of a sizing method."""
    return zones.METHODS[code].name if code in zones.METHODS else spelled_out(code)


_TABLES: tuple[Mapping[str, Any], ...] = (
    STATES, FINDINGS, CHOICES, OFFERS, STANDINGS, STAGES, FOOTPRINTS, GROUPS, RULES, CHECKS, FALLBACKS, SEVERITIES, EFFECTS,
    ACTS, ADDRESSEES, STATUSES, MEASURES, PER, ANSWERS, CALENDAR_ROWS, SLOT_STATES, CLASHES,
)  # fmt: skip
# Nouns of `sessions.no_such`.
KINDS = (
    "agreement", "claim", "comment", "comparison of norms of round", "consultation", "docking record",
    "draft", "entry", "file", "file of the package", "layer of the map",
    "note", "notice", "page", "party", "placement", "policy", "policy of round", "proposal", "proposal of round",
    "provision", "record", "request", "revision", "round", "run", "section", "service", "token", "user", "zone",
    "checkpoint", "collection", "draw", "feature", "instance", "state of the log",
)  # fmt: skip


def texts() -> list[str]:
    """Every text of the tables here and of the lists of codes, for translators."""
    found = (value[0] if isinstance(value, tuple) else value for table in _TABLES for value in table.values())
    composed = (*RANKS, "%(number)s choice", "this claim/%(rank)s", LEVEL, PER_GROUP, *KINDS)
    of_methods = (text for method in zones.METHODS.values() for text in _of_method(method))
    return list(dict.fromkeys((*found, *composed, *of_methods, *map(spelled_out, sorted(vocabularies.CODES)))))


def _of_method(method: zones.Method) -> tuple[str, ...]:
    inputs = (name.replace("_", " ") for name in method.inputs)
    return (method.name, method.validity, spelled_out(method.status), *method.inputs.values(), *inputs)


def _in_words(text: str, **values: object) -> str:
    """A text in the language of the page; as it is where no page is made."""
    if has_request_context():
        return str(gettext(text, **values))
    return text % values if values else text


def _in_language(words: Callable[..., Any]) -> Callable[..., Any]:
    """The same words in the language of the page that is made."""

    @wraps(words)
    def said(*of: Any) -> Any:
        found = words(*of)
        return (_in_words(found[0]), found[1]) if isinstance(found, tuple) else _in_words(found)

    return said


def _addressee(code: str) -> str:
    """Whom a notice goes to; one party by its code."""
    return ADDRESSEES.get(code, code.removeprefix("party/"))


_SAID: Mapping[str, Callable[..., Any]] = {
    "method": method,
    "check": lambda text: CHECKS.get(text, spelled_out(text)),
    "state": state,
    "finding": finding,
    "vote": vote,
    "offer": offer,
    "standing": standing,
    "status": status,
    "act": act,
    "footprint": lambda code: FOOTPRINTS.get(code, spelled_out(code)),
    "group": lambda code: GROUPS.get(code, spelled_out(code)),
    "rule": lambda code: RULES.get(code, spelled_out(code)),
    "fallback": lambda code: FALLBACKS.get(code, spelled_out(code)),
    "severity": lambda code: SEVERITIES.get(code, spelled_out(code)),
    "effect": lambda code: EFFECTS.get(code, spelled_out(code)),
    "measure": lambda code: MEASURES.get(code, spelled_out(code)),
    "addressee": _addressee,
    "answer": lambda code: ANSWERS[code],
    "calendar_row": lambda code: CALENDAR_ROWS[code],
    "slot_state": lambda code: SLOT_STATES[code],
    "clash": lambda code: CLASHES[code],
    "of_method": lambda text: text,
    "spelled_out": spelled_out,
}
# What templates use.
WORDS: Mapping[str, Callable[..., Any]] = {
    **{name: _in_language(said) for name, said in _SAID.items()},
    "rank": rank,
    "stage": stage,
    "per": per,
}
