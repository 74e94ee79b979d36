"""What a step is about: its address, its state, and the parties that it concerns; unknown and hidden things are a 404."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from registry.domain.site_bank import BankedSite
from registry.queries import agreements, claims, comments, consultations, docking, lives, offers, shared_services
from registry.web.formats import listed
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer

IN_FORCE = "in force"  # of a service that has not ended


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing; `parties` are those for which a delegate may act on it."""

    kind: str
    id: str
    name: str
    state: str
    address: str
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: the rule of its address, and how one is found."""

    rule: str
    find: Callable[[str], Thing]


def _register(_: str) -> Thing:
    return Thing("register", "", "", "", url_for("rounds.all_rounds"))


def _runs(_: str) -> Thing:
    return Thing("runs", "", gettext("Solver runs"), "", url_for("runs.all_runs"))


def _round(round_id: str) -> Thing:
    found = named_round(round_id)
    return Thing("round", found.id, found.name, found.phase, url_for("rounds.one_round", round_id=found.id))


def _claim(claim_id: str) -> Thing:
    found = claims.claim_page(session(), claim_id, viewer()) or no_such("claim", claim_id)
    row = found.row
    address = url_for("claims.one_claim", claim_id=row.id)
    return Thing("claim", row.id, row.name, row.state, address, (row.filed_by,))


def _consultation(consultation_id: str) -> Thing:
    page = consultations.case_page(session(), consultation_id, viewer()) or no_such("consultation", consultation_id)
    return case_thing(page.row)


def case_thing(row: consultations.CaseRow) -> Thing:
    """A consultation as a thing; its states are `open` and `ended`."""
    address = url_for("cases.one_case", consultation_id=row.id)
    name = listed(side.claim for side in row.sides)
    state = "ended" if row.closed_at else "open"
    return Thing("consultation", row.id, name, state, address, tuple(side.party for side in row.sides))


def _note(note_id: str) -> Thing:
    face = consultations.find_note(session(), note_id) or no_such("note", note_id)
    case = _consultation(face.consultation)
    state = "disclosed" if face.disclosed_at else "confidential"
    return Thing("note", note_id, "", state, f"{case.address}#{note_id}", case.parties)


def _agreement(agreement_id: str) -> Thing:
    found = agreements.find_agreement(session(), agreement_id) or no_such("agreement", agreement_id)
    return agreement_thing(found)


def agreement_thing(found: agreements.AgreementView) -> Thing:
    """An agreement as a thing; its states are `proposed`, `in force` and `ended`."""
    state = "ended" if found.ended_at else "in force" if found.in_force else "proposed"
    address = url_for("terms.one_agreement", agreement_id=found.id)
    parties = tuple(row.party for row in found.members if row.ended_at is None)
    return Thing("agreement", found.id, "", state, address, parties)


def _comment(comment_id: str) -> Thing:
    found = comments.find_comment(session(), comment_id, viewer()) or no_such("comment", comment_id)
    claim = _claim(found.claim)
    address = url_for("cases.comments_on", claim_id=claim.id)
    return Thing("comment", found.id, claim.name, claim.state, f"{address}#{found.id}", claim.parties)


def _notice(notice_id: str) -> Thing:
    number = int(notice_id) if notice_id.isascii() and notice_id.isdigit() and len(notice_id) < 10 else 0
    found = offers.find_notice(session(), number, viewer()) or no_such("notice", notice_id)
    return Thing(
        "notice", str(found.id), found.heading, found.state, f"{url_for('outbox.all_of_them')}#notice-{found.id}"
    )


def _arrangements(_: str) -> Thing:
    return Thing("arrangements", "", gettext("Docking records"), "", url_for("norms.arrangements"))


def _docking(docking_id: str) -> Thing:
    found = docking.find_record(session(), docking_id) or no_such("docking record", docking_id)
    return Thing("docking", found.id, found.title, "", url_for("norms.arrangement", docking_id=found.id))


def _service(service_id: str) -> Thing:
    return service_thing(shared_services.find_service(session(), service_id) or no_such("service", service_id))


def service_thing(found: shared_services.ServiceView) -> Thing:
    """A shared service as a thing; its states are IN_FORCE and `over`."""
    address = url_for("services.one_service", service_id=found.id)
    return Thing("service", found.id, "", "over" if found.is_over else IN_FORCE, address, (found.party,))


def _request(request_id: str) -> Thing:
    number = int(request_id) if request_id.isascii() and request_id.isdigit() and len(request_id) < 10 else 0
    found = lives.find_request(session(), number) or no_such("request", request_id)
    claim = _claim(found.claim_id)
    address = f"{url_for('entries.one_entry', entry_id=found.entry_id)}#request-{found.id}"
    state = "open" if found.answered_at is None else "answered"
    return Thing("request", str(found.id), claim.name, state, address, claim.parties)


def _pair(site_id: str) -> Thing:
    found = session().get(BankedSite, site_id) or no_such("pair", site_id)
    return Thing("pair", found.id, "", found.state, url_for("bank.one_pair", site_id=found.id), (found.party_id,))


KINDS = {
    "register": Kind("/rounds", _register),
    "runs": Kind("/runs", _runs),
    "round": Kind("/rounds/<round_id>", _round),
    "claim": Kind("/claims/<claim_id>", _claim),
    "consultation": Kind("/consultations/<consultation_id>", _consultation),
    "note": Kind("/notes/<note_id>", _note),
    "agreement": Kind("/agreements/<agreement_id>", _agreement),
    "comment": Kind("/comments/<comment_id>", _comment),
    "arrangements": Kind("/docking", _arrangements),
    "docking": Kind("/docking/<docking_id>", _docking),
    "service": Kind("/services/<service_id>", _service),
    "request": Kind("/requests/<request_id>", _request),
    "pair": Kind("/bank/<site_id>", _pair),
    "notice": Kind("/outbox/<notice_id>", _notice),
}
