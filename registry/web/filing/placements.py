"""Placements of a draft: their order, and for each where, when and in which phases."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, roles_accepted

from registry.web.filing import phases, shapes
from registry.web.filing.fields import at_fields
from registry.web.filing.work import Work, at_hand, options, pages, refused_page, save
from registry.web.filing.zones import drawing, zones_of
from registry.web.sentences import told
from registry.web.sessions import no_such
from solver.fields import Fault

MOST_PHASES = 30
_ACT = re.compile(r"(up|down|remove)-([0-9]{1,3})")


@pages.get("/filing/<int:draft_id>/placements")
@auth_required("session")
@roles_accepted("delegate")
def placements(draft_id: int) -> str:
    """The placements in the order of preference, with the buttons that change it."""
    work = at_hand(draft_id)
    return render_template("filing_placements.html", work=work, rows=_rows(work), places=dict(options()["places"]))


@pages.post("/filing/<int:draft_id>/placements")
@auth_required("session")
@roles_accepted("delegate")
def order(draft_id: int) -> ResponseReturnValue:
    """Add a placement, take one out, or give it another rank."""
    work = at_hand(draft_id)
    rows = list(work.placements)
    act = request.form.get("act", "")
    found = _ACT.fullmatch(act)
    if act == "add":
        rows.append({"place": "", "name": "", "phases": [phases.NEW_PHASE]})
    elif found and int(found[2]) < len(rows):
        _move(rows, found[1], int(found[2]))
    refused = _keep(work, rows)
    if refused:
        return refused_page(draft_id, refused)
    if act == "add":
        return redirect(url_for("filing.placement", draft_id=draft_id, number=len(rows)), 303)
    return redirect(url_for("filing.placements", draft_id=draft_id, moved=act), 303)


@pages.get("/filing/<int:draft_id>/placements/<int:number>")
@auth_required("session")
@roles_accepted("delegate")
def placement(draft_id: int, number: int) -> str:
    """The form of one placement, with the zones as they are now."""
    work = at_hand(draft_id)
    row = _row(work, number)
    faults = _faults_of(work, number) if "checked" in request.args else []
    return _page(work, number, row, phases.form_of(row, work.epoch), faults)


@pages.post("/filing/<int:draft_id>/placements/<int:number>")
@auth_required("session")
@roles_accepted("delegate")
def save_placement(draft_id: int, number: int) -> ResponseReturnValue:
    """Keep what was typed or drawn; what cannot be read as positions stays in the form, with the fault beside it."""
    work = at_hand(draft_id)
    before, typed, act = _row(work, number), phases.typed(request.form), request.form.get("act", "next")
    try:
        row = phases.document(typed, work.epoch, before)
    except shapes.ShapeError as error:
        return _page(work, number, before, typed, [(error.box, told(error))]), 422
    _change_phases(row["phases"], act)
    rows = [*work.placements[: number - 1], row, *work.placements[number:]]
    refused = _keep(work, rows)
    if refused:
        return refused_page(draft_id, refused)
    if act == "later":
        return redirect(url_for("filing.placements", draft_id=draft_id), 303)
    wrong = _faults_of(at_hand(draft_id), number)
    if act != "next" or wrong:
        checked = "1" if act == "next" else None
        here = url_for("filing.placement", draft_id=draft_id, number=number, checked=checked)
        return redirect(here + {"zones": "#zones", "add-phase": "#phases"}.get(act, ""), 303)
    return redirect(url_for("filing.placements", draft_id=draft_id), 303)


@pages.post("/filing/<int:draft_id>/placements/<int:number>/zones")
@auth_required("session")
@roles_accepted("delegate")
def zones(draft_id: int, number: int) -> ResponseReturnValue:
    """What the form as it stands would give, for the map: nothing is kept."""
    work = at_hand(draft_id)
    _row(work, number)
    try:
        row = phases.document(phases.typed(request.form), work.epoch, {})
    except shapes.ShapeError as error:
        return jsonify(footprint=None, zones=[], fault=told(error))
    found = [{"phase": zone.phase, "keep_out_m": zone.keep_out_m, "outline": zone.outline} for zone in zones_of(row)]
    return jsonify(footprint=row.get("footprint"), zones=found, fault=None)


def _page(
    work: Work, number: int, row: Mapping[str, Any], form: phases.PlacementForm, faults: Sequence[tuple[str, str]]
) -> str:
    return render_template(
        "filing_placement.html",
        work=work,
        number=number,
        form=form,
        places=options()["places"],
        methods=phases.methods(work.policy),
        flags=phases.FLAG_INPUTS,
        inputs_of={method.id: list(method.inputs) for method in phases.methods(work.policy)},
        drawing=drawing(row),
        zones=zones_of(row),
        faults=faults,
    )


def _rows(work: Work) -> list[tuple[dict[str, Any], list[tuple[str, str]]]]:
    return [(row, _faults_of(work, number)) for number, row in enumerate(work.placements, start=1)]


def _row(work: Work, number: int) -> dict[str, Any]:
    if not 1 <= number <= len(work.placements):
        no_such("placement", str(number))
    return work.placements[number - 1]


def _move(rows: list[dict[str, Any]], act: str, at: int) -> None:
    """Take a row out, or change its place with its neighbour's; at the ends nothing happens."""
    other = at - 1 if act == "up" else at + 1
    if act == "remove":
        del rows[at]
    elif 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]


def _keep(work: Work, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    ranked = [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]
    return save(work, {**work.document, "placements": ranked})


def _change_phases(rows: list[dict[str, Any]], act: str) -> None:
    found = re.fullmatch(r"remove-phase-([0-9]{1,3})", act)
    if act == "add-phase" and len(rows) < MOST_PHASES:
        ends = [row["offset"] + row["days"] for row in rows if _are_whole(row["offset"], row["days"])]
        rows.append({**phases.NEW_PHASE, "offset": max(ends, default=0)})
    elif found and int(found[1]) < len(rows):
        del rows[int(found[1])]


def _are_whole(*values: object) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _faults_of(work: Work, number: int) -> list[tuple[str, str]]:
    """What is wrong with one placement, each at its box."""
    path = f"placements[{number - 1}]"
    own = [fault for fault in work.faults if fault.path.startswith(path)]
    short = [Fault(fault.path.removeprefix(path).lstrip("."), fault.what, fault.mend) for fault in own]
    names = {"place": "place", "name": "name", "footprint": "positions", "start": "first", "start[0]": "first"}
    names |= {"start[1]": "last", "phases": "phase-0-name"}
    for n in range(len(work.placements[number - 1].get("phases") or [])):
        at = f"phases[{n}]"
        names |= {
            at: f"phase-{n}-name",
            f"{at}.inputs": f"phase-{n}-method",
            f"{at}.anomaly": f"phase-{n}-anomaly-method",
        }
        names |= {f"{at}.{name}": f"phase-{n}-{name}" for name in ("name", "offset", "days", "method")}
    return at_fields(short, names)
