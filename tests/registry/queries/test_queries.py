"""What pages read, before, during and after a round."""

from datetime import date

from sqlalchemy.orm import Session

from registry.queries import claims, entries, parties, places, proposals, rounds
from tests import factories as make


def test_an_empty_register_answers_with_nothing(session: Session) -> None:
    assert rounds.newest_round(session) is None
    assert rounds.list_rounds(session) == ()
    assert rounds.round_overview(session, "x") is None
    assert rounds.policy(session, "x") is None
    assert claims.list_claims(session, "x") == ()
    assert claims.claim_page(session, "C-0001") is None
    assert entries.list_entries(session) == ()
    assert entries.entry_page(session, "E-0001") is None
    assert parties.party_page(session, "IND", date(2027, 1, 1)) is None
    assert proposals.proposal_summary(session, "x") is None
    assert proposals.draw_of(session, "x") is None
    assert places.map_features(session, None) == places.MapFeatures((), (), (), (), (), ())


def test_a_round_is_counted_by_state_with_the_steps_taken(session: Session) -> None:
    make.recorded_round(session)
    found = rounds.newest_round(session)
    assert found is not None
    assert (found.state, found.claims_by_state, found.claims) == ("ADOPTED", {"READY": 1, "RECORDED": 1}, 2)
    assert (found.parties, found.entries, found.policy_version, found.illustrative) == (2, 1, 1, True)
    assert [name for name, _ in found.steps] == [
        "announced", "policy published", "opened", "closed", "frozen", "drawn", "proposed", "decided",
    ]  # fmt: skip


def test_a_policy_is_found_by_version(session: Session) -> None:
    make.open_round(session)
    found = rounds.policy(session, make.ROUND, 1)
    assert found is not None
    assert (found.version, found.content) == (1, make.policy())
    assert rounds.policy(session, make.ROUND, 2) is None


def test_the_list_tells_what_each_claim_got_and_why_not(session: Session) -> None:
    make.recorded_round(session)
    served, unserved = claims.list_claims(session, make.ROUND)
    assert (served.id, served.outcome, served.entry) == ("C-0001", "allotted", "E-0001")
    assert served.allotment is not None
    assert (served.allotment.placement, served.allotment.points) == ("C-0001/1", 100)
    assert (served.allotment.starts_on, served.allotment.ends_on) == (date(2027, 10, 11), date(2028, 1, 19))
    assert (unserved.outcome, unserved.allotment, unserved.entry) == ("not allotted", None, None)
    assert [(row.placement, row.by) for row in unserved.reasons] == [("C-0002/1", ("C-0001/1",))]
    assert unserved.reasons[0].words == "too near C-0001/1 in every start that is left"


def test_nothing_is_told_of_an_outcome_before_the_proposal(session: Session) -> None:
    make.drawn_round(session)
    assert {(row.outcome, row.allotment) for row in claims.list_claims(session, make.ROUND)} == {("", None)}


def test_claims_are_found_by_state_and_by_credited_party(session: Session) -> None:
    make.recorded_round(session)
    assert [row.id for row in claims.list_claims(session, make.ROUND, state="READY")] == ["C-0002"]
    assert [row.id for row in claims.list_claims(session, make.ROUND, party="IND")] == ["C-0001"]


def test_one_claim_is_shown_whole(session: Session) -> None:
    make.frozen_round(session)
    page = claims.claim_page(session, "C-0001")
    assert page is not None
    assert page.credits == (claims.CreditView("IND", "Party IND", 100, ({"amount": "", **make.contribution()},)),)
    assert page.particulars["contacts"]["visits"]["notice_days"] == 30
    assert page.placements[0].phases[0].anomaly == {
        "method_id": "static-science", "inputs": {"anomaly": True}, "keep_out_m": 500,
    }  # fmt: skip
    assert [(row.id, row.place, row.phases[0].keep_out_m) for row in page.placements] == [("C-0001/1", "ridge", 200)]
    assert page.revisions[0].content["key"] == "alpha"
    assert (page.examinations[0].favourable, len(page.examinations[0].findings)) == (True, 10)


def test_entries_are_listed_and_shown_with_zones_and_votes(session: Session) -> None:
    make.recorded_round(session)
    [row] = entries.list_entries(session, round_id=make.ROUND)
    page = entries.entry_page(session, "E-0001")
    assert page is not None
    assert (row.claim, row.name, row.credit, row.place) == ("C-0001", "Claim alpha", {"IND": 100}, "ridge")
    assert (page.row, [zone.keep_out_m for zone in page.zones]) == (row, [200])
    assert [(vote.party, vote.choice) for vote in page.votes] == [("CHE", "adopt"), ("GHA", "adopt")]
    assert entries.list_entries(session, party="JPN") == ()


def test_parties_show_groups_on_a_day_and_bridges(session: Session) -> None:
    make.world(session)
    found = {row.id: (row.groups, row.bridge) for row in parties.list_parties(session, date(2027, 1, 1))}
    assert found["THA"] == (("artemis-accords", "ilrs"), True)
    assert found["IND"] == (("artemis-accords",), False)
    assert not any(row.bridge for row in parties.list_parties(session, date(2024, 5, 31)))


def test_a_party_is_shown_with_dated_memberships_and_operators(session: Session) -> None:
    make.world(session)
    page = parties.party_page(session, "IND", date(2027, 1, 1))
    assert page is not None
    assert [(row.instrument, row.since, row.counts) for row in page.memberships] == [
        ("artemis-accords", "2024-06-01", True)
    ]
    assert page.operators == (("ISRO", "Operator one", "AGENCY"),)


def test_the_proposal_is_summed_up(session: Session) -> None:
    make.adopted_round(session)
    found = proposals.proposal_summary(session, make.ROUND)
    drawn = proposals.draw_of(session, make.ROUND)
    frozen = proposals.frozen_instance(session, make.ROUND)
    assert found is not None
    assert drawn is not None
    assert frozen is not None
    assert (found.served, found.unserved, found.points) == (1, 1, {"IND": 100, "JPN": 0})
    assert (found.status, found.verified, found.outcome) == ("OPTIMAL", True, "adopted")
    assert (found.seed_hex, found.instance_sha256) == (drawn.seed_hex, frozen.sha256)
    assert [(vote.party, vote.choice) for vote in found.votes] == [("CHE", "adopt"), ("GHA", "adopt")]


def test_the_map_has_every_layer(session: Session) -> None:
    make.recorded_round(session)
    found = places.map_features(session, make.ROUND)
    assert [(row.id, row.allotted) for row in found.placements] == [("C-0001/1", True), ("C-0002/1", False)]
    assert [(row.id, len(row.zones)) for row in found.entries] == [("E-0001", 1)]
    assert [(row.id, row.enforced, row.buffer_m) for row in found.protected_places] == [
        ("lost-lander", False, 17000),
        ("old-lander", True, 2300),
    ]
    assert [(row.id, round(row.x_m), round(row.y_m)) for row in found.features] == [("crater", 0, 30324)]
    assert [row.id for row in found.regions] == ["ridge"]
