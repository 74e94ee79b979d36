"""Norms side by side: a round under several sets of them, what each forum asks, a claim under each profile, and arrangements
on their way to a universal body; and the register as it stood at an instant.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from registry import comparing
from registry.domain.instants import parse_utc
from registry.domain.norms import report
from registry.exports import docking_paper
from registry.exports.errors import ExportError
from registry.log import reading
from registry.queries import crosswalk, docking, instances, standing
from registry.queries.names import party_names
from registry.services import norms
from registry.web import keeping, past
from registry.web.access.context import access
from registry.web.errors import QueryError
from registry.web.sessions import chosen_round, named_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("norms", __name__)


@pages.get("/rounds/<round_id>/norms")
def compared(round_id: str) -> str:
    """The round under several norm profiles, if it was compared; each difference with the provision behind it."""
    round_ = named_round(round_id)
    found = _kept(round_id)
    rows = report.changed_claims(found) if found else []
    return render_template("norms_compared.html", round=round_, found=found, rows=rows)


@pages.get("/rounds/<round_id>/norms.json")
def compared_file(round_id: str) -> Response:
    """The same as a file."""
    named_round(round_id)
    found = _kept(round_id) or no_such("comparison of norms of round", round_id)
    return _file(found, f"norms-{round_id}.json")


@pages.get("/norms")
def topics() -> str:
    """What each forum asks on each topic, with what is asked twice and what cannot be met in full together."""
    return render_template("crosswalk.html", round=chosen_round(), topics=crosswalk.topics(session()))


@pages.get("/claims/<claim_id>/compliance")
def statement(claim_id: str) -> str:
    """What a claim meets and fails under each norm profile."""
    return render_template("compliance.html", round=chosen_round(), found=_statement(claim_id))


@pages.get("/claims/<claim_id>/compliance.json")
def statement_file(claim_id: str) -> Response:
    """The same as a file, for bodies that license or insure."""
    return _file(_statement(claim_id), f"compliance-{claim_id}.json")


@pages.get("/docking")
def arrangements() -> str:
    """Arrangements agreed somewhere, with who adopts them and who dissents."""
    rows = docking.list_records(session())
    return render_template("docking.html", round=chosen_round(), rows=rows, names=party_names(session()))


@pages.get("/docking/<docking_id>")
def arrangement(docking_id: str) -> str:
    """One arrangement with every word that was said of it."""
    found = docking.find_record(session(), docking_id) or no_such("docking record", docking_id)
    return render_template(
        "docking_record.html",
        round=chosen_round(),
        row=found,
        names=party_names(session()),
        records=reading.records_about(session(), f"docking/{docking_id}", viewer()),
    )


@pages.get("/docking/<docking_id>/paper.html")
def paper(docking_id: str) -> Response:
    """The arrangement as a paper for the room in which its target body meets."""
    found = docking_paper.paper(session(), docking_id)
    response = Response(no_such("docking record", docking_id) if found is None else found, mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{docking_id}.html"'
    return response


@pages.get("/as-of")
def as_of() -> str:
    """What stood in the register at an instant, rebuilt from the log's records up to then."""
    at = _instant()
    found = None if at is None else _standing_at(at)
    return render_template("as_of.html", round=chosen_round(), at=at, found=found, most=past.MOST_RECORDS)


def _kept(round_id: str) -> Mapping[str, Any] | None:
    """The comparison that is kept for the round's newest freezing."""
    frozen = instances.newest_frozen(session(), round_id)
    if frozen is None:
        return None
    found = comparing.kept(access().settings.data / "runs" / frozen.content["id"] / "norms")
    return found if found and found["frozen_sha256"] == frozen.sha256 else None


def _statement(claim_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = norms.statement(session(), claim_id, viewer()) or no_such("claim", claim_id)
    return found


def _standing_at(at: datetime) -> standing.Standing | None:
    key = keeping.state_of(session(), viewer(), "as of", at.isoformat())
    try:
        found: standing.Standing | None = keeping.kept(key, lambda: (past.standing_at(session(), at, viewer()),))[0]
    except ExportError as error:
        raise QueryError("at", gettext("there is no record yet at that time"), gettext("Give a later one.")) from error
    return found


def _instant() -> datetime | None:
    text = request.args.get("at", "").strip()
    if not text:
        return None
    try:
        return parse_utc(f"{text}T23:59:59Z" if len(text) == len("2027-10-18") else text)
    except ValueError as error:
        raise QueryError(
            "at",
            gettext("'%(value)s' is no day and no instant", value=text[:40]),
            gettext("Write for example 2027-10-18, or 2027-10-18T12:00:00Z."),
        ) from error


def _file(content: Mapping[str, Any], name: str) -> Response:
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
