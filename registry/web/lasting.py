"""Addresses that last: one version of a policy, one revision of a claim as received, one proposal with its decision, one
zone, one provision. What stands there never changes; what is newer gets an address of its own.

Files beside the pages hold the very bytes whose SHA-256 is recorded.
"""

import json
from typing import Any

import rfc8785
from flask import Blueprint, Response, render_template, request

from registry.domain.instants import utc_text
from registry.queries import claims, entries, proposals, provisions, rounds
from registry.queries.claims import ClaimPage, RevisionView
from registry.queries.entries import EntryPage
from registry.queries.names import party_names, person_names, places_by_id
from registry.queries.proposals import ProposalSummary
from registry.queries.rounds import PolicyView
from registry.web.rounds import policy_page, proposal_page
from registry.web.sessions import chosen_round, named_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("lasting", __name__)
_MOST = 2**31 - 1  # what a whole number of the database holds


@pages.get("/rounds/<round_id>/policy/<int:version>")
def policy(round_id: str, version: int) -> str:
    """One version of a round's policy, whole and in words."""
    return policy_page(named_round(round_id), _policy(round_id, version))


@pages.get("/rounds/<round_id>/policy/<int:version>.json")
def policy_file(round_id: str, version: int) -> Response:
    """One version of a round's policy as it was published."""
    found = _policy(round_id, version)
    return _file(found.content, found.sha256)


@pages.get("/rounds/<round_id>/proposals/<int:number>")
def proposal(round_id: str, number: int) -> str:
    """The official proposal for one instance of a round, with its proof."""
    return proposal_page(named_round(round_id), _proposal(round_id, number), number)


@pages.get("/rounds/<round_id>/proposals/<int:number>/decision")
def decision(round_id: str, number: int) -> str:
    """What was decided about one proposal, by whom and why."""
    round_, found = named_round(round_id), _proposal(round_id, number)
    people = person_names(session(), viewer())
    return render_template(
        "decision_told.html", round=round_, proposal=found, number=number, names=party_names(session()), people=people
    )


@pages.get("/claims/<claim_id>/revisions/<int:number>")
def revision(claim_id: str, number: int) -> str:
    """One revision of a claim as it was received, field by field."""
    claim, found = _revision(claim_id, number)
    fields = list(_flattened(found.content))
    return render_template(
        "revision.html", round=chosen_round(claim.row.round), claim=claim, revision=found, fields=fields
    )


@pages.get("/claims/<claim_id>/revisions/<int:number>.json")
def revision_file(claim_id: str, number: int) -> Response:
    """One revision of a claim as it was received, as a file."""
    found = _revision(claim_id, number)[1]
    return _file(found.content, found.sha256)


@pages.get("/zones/<entry_id>/<int:number>")
def zone(entry_id: str, number: int) -> str:
    """The safety zone of one phase of an entry."""
    entry = _entry(entry_id, number)
    return render_template(
        "zone.html",
        round=chosen_round(entry.row.round),
        entry=entry,
        zone=entry.zones[number - 1],
        number=number,
        places=places_by_id(session()),
    )


@pages.get("/zones/<entry_id>/<int:number>.geojson")
def zone_file(entry_id: str, number: int) -> Response:
    """The safety zone of one phase as GeoJSON in map metres."""
    entry = _entry(entry_id, number)
    found = entry.zones[number - 1]
    said = {
        "entry": entry_id,
        "phase": found.phase,
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat(),
        "keep_out_m": found.keep_out_m,
        "method": found.method,
        "method_version": found.method_version,
        "recorded_at": utc_text(entry.row.recorded_at),
        "illustrative": entry.row.illustrative,
        "crs": "IAU_2015:30135, metres",
    }
    feature = {"type": "Feature", "id": f"{entry_id}/{number}", "geometry": found.outline, "properties": said}
    return Response(json.dumps(feature, ensure_ascii=False), mimetype="application/geo+json")


@pages.get("/provisions/<provision_id>")
def provision(provision_id: str) -> str:
    """One provision with its source and standing."""
    found = provisions.provision(session(), provision_id) or no_such("provision", provision_id)
    return render_template("provision.html", round=chosen_round(), row=found)


def _policy(round_id: str, version: int) -> PolicyView:
    named_round(round_id)
    found = rounds.policy(session(), round_id, version) if version <= _MOST else None
    return found or no_such("policy", f"{version} of round {round_id}")


def _proposal(round_id: str, number: int) -> ProposalSummary:
    found = proposals.proposal_summary(session(), round_id, viewer(), number) if number <= _MOST else None
    return found or no_such("proposal", f"{number} of round {round_id}")


def _revision(claim_id: str, number: int) -> tuple[ClaimPage, RevisionView]:
    """The claim and its revision; a claim that is not there for the viewer has none."""
    claim = claims.claim_page(session(), claim_id, viewer())
    found = next((row for row in claim.revisions if row.number == number), None) if claim else None
    if claim is None or found is None:
        no_such("revision", f"{number} of claim {claim_id}")
    return claim, found


def _entry(entry_id: str, number: int) -> EntryPage:
    found = entries.entry_page(session(), entry_id, viewer())
    if found is None or not 0 < number <= len(found.zones):
        no_such("zone", f"{number} of entry {entry_id}")
    return found


def _flattened(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value in a document with its path, in the order in which it was filed."""
    if isinstance(value, dict) and value:
        parts = [(f"{path}.{name}" if path else name, part) for name, part in value.items()]
    elif isinstance(value, list) and value and any(isinstance(part, dict | list) for part in value):
        parts = [(f"{path}.{number}", part) for number, part in enumerate(value, 1)]
    else:
        return [(path, value)]
    return [row for name, part in parts for row in _flattened(part, name)]


def _file(content: Any, sha256: str) -> Response:
    """Canonical JSON: the bytes that have this hash."""
    response = Response(rfc8785.dumps(content), mimetype="application/json")
    response.set_etag(sha256)
    response.headers["Cache-Control"] = "private, no-cache"  # some of it may be there for this reader only
    response.vary.add("Cookie")
    response.make_conditional(request)
    return response
