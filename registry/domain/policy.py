"""Reading a policy before it is published: every fault at once, so that no round opens on rules it cannot apply."""

import itertools
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.domain import passage, released, site_bank_policy
from registry.domain.provisions import CHECKS
from registry.domain.refreeze import LEVELS
from registry.domain.texts import text_faults
from registry.domain.timers import UNITS
from solver import geometry, zones
from solver.fields import Fault, InputError, Record

FIELDS = {
    "rule": True, "tie_break": True, "levels": True, "points_by_rank": True, "epoch": True, "horizon_days": True,
    "groups_as_of": True, "groups": True, "caps": True, "reserves": True, "holds": True, "norm_profile": True,
    "zone_methods": True, "timers": True, "draw_source": True, "fallback": True, "illustrative": True, "source": True,
    "strict": False, "fallback_levels": False, "run_limit_s": False, "recusal": False,
    "access": False, "site_bank": False,
}  # fmt: skip
RULES = ("equal-footing", "max-points", "nash", "first-come", "serial")
EX_ANTE = "ex-ante"
TIE_BREAKS = ("ticket", EX_ANTE)
MUST_RECUSE = "credited-must-recuse"
RECUSALS = ("voluntary", MUST_RECUSE)
# What filings were made under; a policy published after a rejection keeps it.
KEPT_AFTER_FILING = (
    "epoch", "horizon_days", "points_by_rank", "norm_profile", "strict", "zone_methods", "illustrative",
)  # fmt: skip
NEEDED_TIMERS = ("coordination", "offer", "term_cap")
LONGEST_TIMER = 36_525  # days in a century; as many months still end within the calendar
MEASURES = ("placements", "km2_days")
_CAP = {"id": True, "places": True, "measure": True, "max": True, "per": True}
_RESERVE = {"id": True, "group": True, "places": True, "min": True}
# `bank` names the banked site that a hold keeps, `released_to` the group whose claims may have the place.
_HOLD = {
    "id": True, "name": True, "footprint": True, "start": True, "phases": True, "bank": False, "released_to": False,
}  # fmt: skip
_PHASE = {"name": True, "offset": True, "days": True, "method": True, "inputs": True}


@dataclass(frozen=True, slots=True)
class Known:
    """What a policy may refer to."""

    places: AbstractSet[str]
    instruments: AbstractSet[str]
    provisions: AbstractSet[str]


def check_policy(document: Any, known: Known) -> None:
    """Raise InputError with one fault for each thing in a policy that is wrong or unknown."""
    faults: list[Fault] = []
    faults += text_faults(document)
    record = Record(document, "", faults, FIELDS)
    record.choice("rule", RULES, RULES[0])
    if record.choice("tie_break", TIE_BREAKS, TIE_BREAKS[0]) == EX_ANTE:
        what = f"'{EX_ANTE}' is proposed before it is drawn, and rounds are drawn before they are proposed"
        record.fault("tie_break", what, "use ticket; solver solves and draws lotteries on files")
    _check_numbers(record)
    _check_dates(record)
    _check_horizon(record)
    _check_names(record, "groups", known.instruments | {released.LATE_COMERS}, "instrument")
    _check_names(record, "norm_profile", known.provisions & set(CHECKS), "provision with a check")
    _check_names(record, "strict", _listed(record, "norm_profile"), "provision of the norm profile")
    _check_names(record, "zone_methods", set(zones.METHODS), "sizing method")
    _check_timers(record, faults)
    for name in ("caps", "reserves", "holds"):
        _check_rows(record, name, known, faults)
    released.check(record)
    if record.has("access"):
        passage.check(record.raw("access"), known.places, _ids(record), faults)
    if record.has("site_bank"):
        site_bank_policy.check(record.raw("site_bank"), faults)
    record.text("draw_source")
    _check_fallback(record)
    record.choice("recusal", RECUSALS, RECUSALS[0])
    record.whole("run_limit_s", least=1)
    record.text("source")
    if not isinstance(record.raw("illustrative"), bool):
        record.fault("illustrative", "it is neither true nor false", "give true or false")
    if faults:
        raise InputError(faults)


def _check_numbers(record: Record) -> None:
    record.whole("horizon_days", least=1)
    points = record.wholes("points_by_rank", least=1)
    if not points or any(value > 100 for value in points) or sorted(points, reverse=True) != points:
        record.fault("points_by_rank", "they are not 100 or less and falling", "give for example [100, 70, 40]")
    for name in ("levels", "fallback_levels"):
        if any(later <= earlier for earlier, later in itertools.pairwise(record.wholes(name, least=1))):
            record.fault(name, "they do not ascend", "give each level once, in ascending order")


def _ids(record: Record) -> set[str]:
    """The ids of caps, reserves and holds, which an instance has beside those of access points."""
    rows = [row for name in ("caps", "reserves", "holds") for row in record.rows(name) if isinstance(row, dict)]
    return {str(row.get("id")) for row in rows}


def _check_fallback(record: Record) -> None:
    """Each word is `levels` or a rule, once; `levels` needs the coarser levels of equal footing fixed beforehand."""
    words = record.texts("fallback")
    for word in words:
        if word != LEVELS and word not in RULES:
            record.fault("fallback", f"{word!r} is no fallback", f"use {LEVELS} or one of {', '.join(RULES)}")
    if LEVELS in words and not record.has("fallback_levels"):
        record.fault("fallback_levels", "missing, though the fallback names levels", "give ascending levels of points")
    if LEVELS in words and record.raw("rule") != "equal-footing":
        record.fault("fallback", "levels are for the rule equal-footing only", "leave the word out")


def changed_after_filing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that filings were made under and that differ between two versions of a policy."""
    return [name for name in KEPT_AFTER_FILING if before.get(name) != after.get(name)]


def _check_dates(record: Record) -> None:
    for name in ("epoch", "groups_as_of"):
        text = record.text(name)
        try:
            date.fromisoformat(text)
        except ValueError:
            record.fault(name, f"{text!r} is not a date", "give YYYY-MM-DD")


def _check_horizon(record: Record) -> None:
    """The calendar has to reach as far as the round does, one day beyond its end."""
    if record.is_sound_at("epoch") and record.is_sound_at("horizon_days"):
        try:
            date.fromisoformat(record.text("epoch")) + timedelta(days=record.whole("horizon_days", least=1) + 1)
        except OverflowError:
            record.fault("horizon_days", "it ends after the year 9999", "give fewer days")


def _check_names(record: Record, name: str, known: AbstractSet[str], kind: str) -> None:
    for value in record.texts(name):
        if value not in known:
            record.fault(name, f"{value!r} is no {kind}", f"use the id of a registered {kind}")


def _listed(record: Record, name: str) -> set[str]:
    """The texts of a list that is checked elsewhere."""
    value = record.raw(name)
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()


def _check_timers(record: Record, faults: list[Fault]) -> None:
    timers = record.raw("timers")
    if not isinstance(timers, dict):
        record.fault("timers", "they are not an object", 'give {"coordination": {"value", "unit"}, ...}')
        return
    for name in NEEDED_TIMERS:
        if name not in timers:
            record.fault(f"timers.{name}", "missing", 'add it as {"value", "unit"}')
    for name, row in timers.items():
        timer = Record(row, f"timers.{name}", faults, {"value": True, "unit": True, "source": False})
        timer.whole("value", least=0, most=LONGEST_TIMER)
        timer.choice("unit", UNITS, UNITS[0])


def _check_rows(record: Record, name: str, known: Known, faults: list[Fault]) -> None:
    seen: set[str] = set()
    fields = {"caps": _CAP, "reserves": _RESERVE, "holds": _HOLD}[name]
    for i, document in enumerate(record.rows(name)):
        row = Record(document, f"{name}[{i}]", faults, fields)
        row_id = row.text("id")
        if row_id in seen:
            row.fault("id", f"{row_id!r} stands twice", "give each row its own id")
        seen.add(row_id)
        if name == "holds":
            _check_hold(row, faults)
        else:
            _check_names(row, "places", known.places, "place")
            _check_amount(row, name)


def _check_amount(row: Record, name: str) -> None:
    if name == "reserves":
        row.text("group")
        row.whole("min", least=1)
        return
    row.choice("measure", MEASURES, MEASURES[0])
    row.whole("max", least=0)
    per = row.text("per")
    if per not in ("all", "party", "controller") and not per.startswith("group:"):
        row.fault("per", f"{per!r} is unknown", "give all, party, controller or group:NAME")


def _check_hold(row: Record, faults: list[Fault]) -> None:
    row.text("name")
    row.whole("start", least=0)
    for name in ("bank", "released_to"):
        row.optional_text(name)
    footprint = row.raw("footprint")
    try:
        geometry.footprint(footprint if isinstance(footprint, dict) else {})
    except geometry.GeometryFault as error:
        row.fault("footprint", str(error), "draw the hold's footprint anew")
    for i, document in enumerate(row.rows("phases")):
        phase = Record(document, row.at(f"phases[{i}]"), faults, _PHASE)
        phase.text("name")
        phase.whole("offset", least=0)
        phase.whole("days", least=1)
        inputs = phase.raw("inputs")
        try:
            zones.size(phase.text("method"), inputs if isinstance(inputs, dict) else {})
        except zones.ZoneInputError as error:
            phase.fault("inputs", str(error), "give the inputs that the method names")
