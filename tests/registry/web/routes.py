"""Who may ask for what: one row for every route of the pages. A route that is not here fails the test.

To add a page, add a row to ROUTES under its endpoint: who may GET it, who may POST to it. Whoever is not named gets a code
from 400 on (403, or the 404 of an unknown id), or is sent to the sign-in. A new kind of argument also needs a value of
something that is there, in VALUES.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.domain.actors import ROLES
from tests.registry import canaries

Who = frozenset[str]
NOBODY: Who = frozenset()
SIGNED_IN: Who = frozenset(ROLES)
EVERYBODY: Who = SIGNED_IN | {"anonymous"}
ANONYMOUS: Who = frozenset({"anonymous"})
REGISTRAR: Who = frozenset({"registrar"})
PLANNERS: Who = frozenset({"registrar", "planner"})
COUNCIL: Who = frozenset({"council"})
CHOOSERS: Who = REGISTRAR | COUNCIL
DELEGATE: Who = frozenset({"delegate"})
PARTY: Who = frozenset({"delegate", "registrar"})
ADMINISTRATOR: Who = frozenset({"administrator"})
SENDERS: Who = frozenset({"registrar", "administrator"})
READERS_OF_NOTES: Who = frozenset({"delegate", "registrar", "observer"})
RUNS_OF_INDIA: Who = SIGNED_IN - {"observer"}
OVERSEERS: Who = frozenset({"administrator", "auditor"})


@dataclass(frozen=True)
class Route:
    """Who may GET and who may POST; `led_on` are those who are sent to another page than the sign-in."""

    get: Who = NOBODY
    post: Who = NOBODY
    led_on: Who = NOBODY
    closed: bool = False  # not there for anybody


def page(who: Who = EVERYBODY) -> Route:
    """A page to look at."""
    return Route(get=who)


def form(who: Who) -> Route:
    """A page with a form that is sent to the same address."""
    return Route(get=who, post=who)


def step(who: Who) -> Route:
    """An address that only takes forms."""
    return Route(post=who)


# The delegate speaks for India, the members of the council for Switzerland; VALUES name what all of them may see.
VALUES: Mapping[str, Any] = {
    "agreement_id": "A-0001",
    "answer": "confirm",
    "change_id": 1,
    "claim_id": "C-0001",
    "comment_id": "M-0001",
    "consultation_id": canaries.CASE,
    "docking_id": "D-0001",
    "draft_id": 2,
    "entry_id": "E-0001",
    "erasure_id": 1,
    "file_id": 1,
    "filename": "mark.svg",
    "index": 1,
    "layer": "zones",
    "name": "README.txt",
    "note_id": "N-0001",
    "notice_id": 1,
    "number": 1,
    "party_id": "IND",
    "picture": "relief.png",
    "rank": 1,
    "provision_id": "OST-I-2",
    "request_id": 1,
    "round_id": canaries.OLD,
    "section_id": "who",
    "service_id": "S-0001",
    "run_id": 1,
    "token": "x",
    "user_id": 1,
    "version": 1,
}

ROUTES: Mapping[str, Route] = {
    "account.end_sessions": step(SIGNED_IN),
    "site_id": "B-0001",
    "account.home": page(SIGNED_IN),
    "account.own_data": step(SIGNED_IN),
    "calendar.all_days": page(),
    "calendar.feed": page(),
    "calendar.table": page(),
    "cases.all_cases": page(),
    "cases.comments_on": page(),
    "cases.one_case": page(),
    "cases.read_note": step(READERS_OF_NOTES),
    "claims.all_claims": page(),
    "claims.one_claim": page(),
    "comparisons.comparison": page(),
    "entries.all_entries": page(),
    "entries.one_entry": page(),
    "equity.concentration": page(),
    "exported.archive": page(),
    "exported.one_file": page(),
    "exported.package": page(),
    "health.alive": page(),
    "health.ready": page(),
    "filing.ask_discard": page(DELEGATE),
    "filing.ask_upload": page(DELEGATE),
    "filing.attach": step(DELEGATE),
    "filing.begin": step(DELEGATE),
    "filing.begin_from": step(DELEGATE),
    "filing.check": page(DELEGATE),
    "filing.detach": step(DELEGATE),
    "filing.discard": step(DELEGATE),
    "filing.file_of_claim": page(),
    "filing.file_of_draft": page(DELEGATE),
    "filing.filed": page(DELEGATE),
    "filing.files": page(DELEGATE),
    "filing.home": page(DELEGATE),
    "filing.keep_upload": step(DELEGATE),
    "filing.order": step(DELEGATE),
    "filing.placement": page(DELEGATE),
    "filing.placements": page(DELEGATE),
    "filing.save_placement": step(DELEGATE),
    "filing.save_section": step(DELEGATE),
    "filing.section": page(DELEGATE),
    "filing.submit": step(DELEGATE),
    "filing.task_list": page(DELEGATE),
    "filing.upload": step(DELEGATE),
    "filing.zones": step(DELEGATE),
    "home.home": page(),
    "home.how_it_works": page(),
    "keys.all_keys": page(),
    "lasting.decision": page(),
    "lasting.policy": page(),
    "lasting.policy_file": page(),
    "lasting.proposal": page(),
    "lasting.provision": page(),
    "lasting.revision": page(),
    "lasting.revision_file": page(),
    "lasting.zone": page(),
    "lasting.zone_file": page(),
    "ground.image": page(),
    "log.happenings": page(),
    "map.picture": page(),
    "map.polar_map": page(),
    "map_data.one_layer": page(),
    "map_data.zones_asked_for": page(),
    "norms.arrangement": page(),
    "norms.arrangements": page(),
    "norms.as_of": page(),
    "norms.compared": page(),
    "norms.paper": page(),
    "norms.compared_file": page(),
    "norms.statement": page(),
    "bank.all_pairs": page(),
    "bank.one_pair": page(),
    "norms.statement_file": page(),
    "norms.topics": page(),
    "notices.all_notices": page(),
    "notices.feed": page(),
    "notices.one_notice": page(),
    "outbox.all_of_them": page(SENDERS | OVERSEERS),
    "parties.all_parties": page(),
    "parties.one_party": page(),
    "proof_check.check": step(EVERYBODY),
    "proof_check.form": page(),
    "receipts.checkpoint": page(),
    "receipts.keys": page(),
    "receipts.one_receipt": page(),
    "receipts.receipt_file": page(),
    "reference.all_provisions": page(),
    "reference.protected_places": page(),
    "revisions.compared": page(),
    "rounds.all_rounds": page(),
    "rounds.one_round": page(),
    "rounds.policy": page(),
    "rounds.proposal": page(),
    "runs.all_runs": page(SIGNED_IN),
    "runs.cancel": step(PARTY | PLANNERS),
    "runs.events": page(RUNS_OF_INDIA),
    "runs.one_run": page(RUNS_OF_INDIA),
    "security.change_password": form(SIGNED_IN),
    "security.login": Route(get=ANONYMOUS, post=EVERYBODY, led_on=SIGNED_IN),
    "security.logout": step(EVERYBODY),
    "security.mf_recovery": Route(post=ANONYMOUS, led_on=EVERYBODY),
    "security.mf_recovery_codes": form(SIGNED_IN),
    "security.tf_select": Route(closed=True),
    "security.two_factor_rescue": Route(closed=True),
    "security.two_factor_setup": Route(get=SIGNED_IN, post=SIGNED_IN, led_on=ANONYMOUS),
    "security.two_factor_setup_validate": Route(closed=True),
    "security.two_factor_token_validation": Route(post=EVERYBODY, led_on=EVERYBODY),
    "security.verify": form(SIGNED_IN),
    "staff.staff_home": page(SIGNED_IN),
    "static": page(),
    "steps.agreement_accept": form(PARTY),
    "steps.agreement_end": form(PARTY),
    "steps.agreement_join": form(PARTY),
    "steps.claim_accept_offer": form(PARTY),
    "steps.claim_comment": form(PARTY),
    "steps.claim_coordinate": form(REGISTRAR),
    "steps.claim_decline_offer": form(PARTY),
    "steps.claim_examine": form(REGISTRAR),
    "steps.claim_propose_agreement": form(PARTY),
    "steps.claim_publish": form(REGISTRAR),
    "steps.claim_ready": form(REGISTRAR),
    "steps.claim_refuse": form(REGISTRAR),
    "steps.claim_return": form(REGISTRAR),
    "steps.claim_basis": form(PARTY),
    "steps.claim_confirm": form(PARTY),
    "steps.claim_end": form(PARTY),
    "steps.claim_extend": form(REGISTRAR),
    "steps.arrangements_record": form(PARTY),
    "steps.claim_milestone": form(PARTY),
    "steps.claim_offer_service": form(PARTY),
    "steps.docking_position": form(PARTY),
    "steps.request_answer": form(PARTY),
    "steps.service_end": form(PARTY),
    "steps.service_leave": form(PARTY),
    "steps.service_rely": form(PARTY),
    "steps.claim_shrink": form(PARTY),
    "steps.claim_suspend": form(PARTY),
    "steps.claim_use": form(PARTY),
    "steps.claim_visit": form(PARTY),
    "steps.claim_withdraw": form(PARTY),
    "steps.comment_reply": form(PARTY),
    "steps.consultation_close": form(REGISTRAR),
    "steps.consultation_contact": form(PARTY),
    "steps.consultation_invite": form(REGISTRAR),
    "steps.consultation_write_note": form(PARTY),
    "steps.note_agree": form(DELEGATE),
    "steps.note_disclose": form(PARTY),
    "steps.notice_failed": form(SENDERS),
    "steps.notice_sent": form(SENDERS),
    "steps.register_announce": form(REGISTRAR),
    "steps.register_timers": form(REGISTRAR),
    "steps.round_accept_offers": form(PARTY),
    "steps.round_close": form(REGISTRAR),
    "steps.round_conclude": form(PLANNERS),
    "steps.round_coordinate": form(REGISTRAR),
    "steps.round_decision": form(COUNCIL),
    "steps.round_draw": form(PLANNERS),
    "steps.round_examine": form(REGISTRAR),
    "steps.round_expire_offers": form(REGISTRAR),
    "steps.round_fall_back": form(PLANNERS),
    "steps.round_freeze": form(PLANNERS),
    "steps.round_open": form(REGISTRAR),
    "steps.round_publish": form(REGISTRAR),
    "steps.runs_new": form(PLANNERS),
    "steps.round_publish_policy": form(REGISTRAR),
    "steps.round_ready": form(REGISTRAR),
    "steps.round_remind": form(REGISTRAR),
    "steps.round_resolve": form(PLANNERS),
    "services.all_services": page(),
    "services.one_service": page(),
    "terms.all_agreements": page(),
    "terms.one_agreement": page(),
    "users.add_user": step(ADMINISTRATOR),
    "users.all_users": page(OVERSEERS),
    "users.answer_change": step(ADMINISTRATOR),
    "users.answer_erasure": step(ADMINISTRATOR),
    "users.ask_erasure": step(ADMINISTRATOR),
    "users.change_roles": step(ADMINISTRATOR),
    "users.close_account": step(ADMINISTRATOR),
    "users.new_password": step(ADMINISTRATOR),
    "users.new_user": page(ADMINISTRATOR),
    "users.one_user": page(OVERSEERS),
    "users.remove_second_factor": step(ADMINISTRATOR),
    "users.reopen_account": step(ADMINISTRATOR),
    "why_not.ask": step(PARTY | PLANNERS),
    "why_not.why_not": page(),
}
    "steps.claim_second_site": form(PARTY),
    "steps.pair_choice": form(CHOOSERS),
    "steps.pair_refusal": form(CHOOSERS),
    "steps.pair_release": form(REGISTRAR),
