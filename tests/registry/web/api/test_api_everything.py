"""Everything public has its address: each table of a package, each public page. What has none says why."""

from collections.abc import Mapping

from registry.exports.schemas import SCHEMAS
from registry.web.api.document import described
from tests.registry.web.routes import EVERYBODY, ROUTES

# Each table of an export package: the path that has its rows, whole or as parts of a thing.
TABLES: Mapping[str, str] = {
    "rounds": "/rounds",
    "policies": "/rounds/{round_id}/policies",
    "claims": "/claims",
    "revisions": "/claims/{claim_id}/revisions/{number}",
    "particulars": "/claims/{claim_id}",
    "credits": "/claims/{claim_id}",
    "contributions": "/claims/{claim_id}",
    "placements": "/claims/{claim_id}",
    "phases": "/claims/{claim_id}",
    "attachments": "/claims/{claim_id}/files",
    "examinations": "/claims/{claim_id}/examinations",
    "findings": "/claims/{claim_id}/examinations",
    "entries": "/entries",
    "zones": "/entries/{entry_id}",
    "unserved": "/claims",
    "party_points": "/rounds/{round_id}/instances/{number}/proposal",
    "stages": "/rounds/{round_id}/instances/{number}/proposal",
    "instances": "/rounds/{round_id}/instances",
    "proposals": "/rounds/{round_id}/solutions",
    "votes": "/rounds/{round_id}/instances/{number}/proposal",
    "offers": "/offers",
    "notices": "/notices",
    "concentration": "/concentration",
    "banked_sites": "/bank/pairs",
    "shared_services": "/shared-services",
    "service_reliances": "/shared-services",
    "consultations": "/consultations",
    "overlaps": "/consultations/{consultation_id}",
    "comments": "/comments",
    "agreements": "/agreements",
    "agreement_claims": "/agreements/{agreement_id}",
    "notes": "/consultations/{consultation_id}",
    "duties": "/entries/{entry_id}",
    "evidence": "/entries/{entry_id}",
    "extension_grounds": "/extension-grounds",
    "extensions": "/entries/{entry_id}",
    "zone_events": "/entries/{entry_id}",
    "zone_requests": "/entries/{entry_id}",
    "landing_windows": "/landing-windows",
    "slot_proposals": "/slot-proposals",
    "landing_slots": "/slots",
    "parties": "/parties",
    "controllers": "/controllers",
    "operators": "/parties/{party_id}",
    "instruments": "/instruments",
    "memberships": "/parties/{party_id}",
    "provisions": "/provisions",
    "norm_profiles": "/norm-profiles",
    "notice_templates": "/notice-templates",
    "protected_places": "/protected-places",
    "regions": "/regions",
    "features": "/features",
    "missions": "/missions",
    "norm_changes": "/norm-changes",
    "crosswalk": "/crosswalk",
    "docking_records": "/docking-records",
    "docking_positions": "/docking-records/{docking_id}",
    "signing_keys": "/log/keys",
    "witnesses": "/log/witnesses",
}
# Public pages that show a thing, and the path that has it.
PAGES: Mapping[str, str] = {
    "bank.all_pairs": "/bank/pairs",
    "bank.one_pair": "/bank/pairs/{site_id}",
    "calendar.all_days": "/calendar/rows",
    "calendar.instance": "/slot-proposals/{number}/instance",
    "calendar.one_proposal": "/slot-proposals/{number}",
    "calendar.solution": "/slot-proposals/{number}/solution",
    "cases.all_cases": "/consultations",
    "cases.comments_on": "/comments",
    "cases.one_case": "/consultations/{consultation_id}",
    "claims.all_claims": "/claims",
    "claims.one_claim": "/claims/{claim_id}",
    "comparisons.comparison": "/rounds/{round_id}/solutions",
    "entries.all_entries": "/entries",
    "entries.one_entry": "/entries/{entry_id}",
    "equity.concentration": "/concentration",
    "filing.file_of_claim": "/claims/{claim_id}/files/{file_id}",
    "keys.all_keys": "/log/keys",
    "lasting.decision": "/rounds/{round_id}/instances/{number}/proposal",
    "lasting.policy": "/rounds/{round_id}/policies/{version}",
    "lasting.policy_file": "/rounds/{round_id}/policies/{version}",
    "lasting.proposal": "/rounds/{round_id}/instances/{number}/proposal",
    "lasting.provision": "/provisions/{provision_id}",
    "lasting.revision": "/claims/{claim_id}/revisions/{number}",
    "lasting.revision_file": "/claims/{claim_id}/revisions/{number}",
    "lasting.zone": "/collections/{collection_id}/items/{feature_id}",
    "lasting.zone_file": "/collections/{collection_id}/items/{feature_id}",
    "log.happenings": "/log/records",
    "map.polar_map": "/collections",
    "map_data.one_layer": "/collections/{collection_id}/items",
    "norms.arrangement": "/docking-records/{docking_id}",
    "norms.arrangements": "/docking-records",
    "norms.topics": "/crosswalk",
    "notices.all_notices": "/notices",
    "notices.one_notice": "/notices/{notice_id}",
    "parties.all_parties": "/parties",
    "parties.one_party": "/parties/{party_id}",
    "receipts.checkpoint": "/log/checkpoint",
    "receipts.keys": "/log/keys",
    "receipts.one_receipt": "/log/records/{record}/receipt",
    "receipts.receipt_file": "/log/records/{record}/receipt",
    "reference.all_provisions": "/provisions",
    "reference.protected_places": "/protected-places",
    "rounds.all_rounds": "/rounds",
    "rounds.one_round": "/rounds/{round_id}",
    "rounds.policy": "/rounds/{round_id}/policies/{version}",
    "rounds.proposal": "/rounds/{round_id}/instances/{number}/proposal",
    "services.all_services": "/shared-services",
    "services.one_service": "/shared-services/{service_id}",
    "terms.all_agreements": "/agreements",
    "terms.one_agreement": "/agreements/{agreement_id}",
}
# Public addresses that need none.
WITHOUT: Mapping[str, str] = {
    "api_page.for_programs": "about the API itself",
    "calendar.feed": "a file for calendar programs already",
    "calendar.table": "a file for programs already; /calendar/rows has the same",
    "exported.archive": "a file for programs already",
    "exported.one_file": "a file for programs already",
    "exported.package": "leads to the files",
    "ground.image": "a picture",
    "health.alive": "for those who watch the process",
    "health.ready": "for those who watch the process",
    "home.home": "leads to the pages",
    "home.how_it_works": "words for people",
    "map.picture": "a picture",
    "map_data.zones_asked_for": "the zones of placements on offer, drawn; /claims/{claim_id} has their keep-outs",
    "norms.as_of": "made from the records of /log/records",
    "norms.compared": "made by the program from an instance that is there; norms.json beside it is a file for programs",
    "norms.compared_file": "a file for programs already",
    "norms.paper": "a paper for a meeting",
    "norms.statement": "made from examinations and norm profiles; compliance.json beside it is a file for programs",
    "norms.statement_file": "a file for programs already",
    "notices.feed": "a feed for programs already",
    "proof_check.form": "takes a proof; /log has what is checked",
    "revisions.compared": "made from two revisions, which are there",
    "static": "style and script of the pages",
    "why_not.why_not": "made from the proposal, which is there; /claims has the reasons",
}
# Steps of delegates that programs may take, by the path that takes them. All others are for pages and commands.
STEPS: Mapping[str, str] = {
    "filing.file_claim": "POST /rounds/{round_id}/claims",
    "filing.amend": "PUT /claims/{claim_id}/filing",
    "filing.withdraw": "POST /claims/{claim_id}/withdrawal",
    "landing_windows.ask": "POST /claims/{claim_id}/landing-windows",
    "landing_windows.withdraw": "POST /landing-windows/{windows_id}/withdrawal",
    "landing_slots.confirm": "POST /slots/{slot_id}/confirmation",
    "landing_slots.another": "POST /slots/{slot_id}/another",
    "banking.offer": "POST /claims/{claim_id}/second-site",
}


def paths() -> set[str]:
    return {path.removeprefix("/api/v1") for path in described()["paths"]}


def test_every_table_of_a_public_package_has_its_path() -> None:
    of_everybody = {name for name, schema in SCHEMAS.items() if not schema.of_persons}
    assert sorted(of_everybody ^ TABLES.keys()) == []
    assert sorted(set(TABLES.values()) - paths()) == []


def test_every_public_page_has_its_path_or_a_reason_why_not() -> None:
    public = {name for name, row in ROUTES.items() if row.get == EVERYBODY and not name.startswith("api.")}
    assert sorted(public - PAGES.keys() - WITHOUT.keys()) == []
    assert sorted((PAGES.keys() | WITHOUT.keys()) - public) == []
    assert sorted(set(PAGES.values()) - paths()) == []


def test_programs_take_the_steps_of_filing_and_amending_and_no_others() -> None:
    prefix = "/api/v1"
    changing = {
        f"{method.upper()} {path.removeprefix(prefix)}"
        for path, item in described()["paths"].items()
        for method in item
        if method != "get"
    }
    assert changing - {"POST /rounds/{round_id}/precheck"} == set(STEPS.values())
