"""A banked site through the rounds: kept free as a hold of the next policy, and given to late-comers by a later one.

Rounds 2 and 3 are solved for real, so that what keeps others off the place is what any solver reads in the instance.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import rfc8785
from sqlalchemy.orm import Session

import solver
from registry.queries.site_bank import bank, with_holds
from registry.services import deciding, drawing, entering, filing, freezing, proposing, resolving, rounds
from registry.services.errors import ValidationError
from solver import verify
from tests import factories as make
from tests.registry.services.bank_cases import CHOSEN, banked

PLACE = (9000, 14000)  # of the banked site
ELSEWHERE = (20000, 22000)


def policy(session: Session, year: int, released: Mapping[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """The policy of a round of this year, as `registry bank holds` completes it."""
    plain = make.policy(epoch=f"{year}-10-01", groups_as_of=f"{year}-01-01", caps=[], reserves=[], holds=[], **changes)
    faults, content = with_holds(session, plain, released or {})
    assert faults == []
    return content


def wish(key: str, party: str, *sites: tuple[float, float]) -> dict[str, Any]:
    placements = [make.placement(rank, *site) for rank, site in enumerate(sites, start=1)]
    return make.claim_document(key, party, placements=placements)


def play(session: Session, round_id: str, content: Mapping[str, Any], *documents: dict[str, Any]) -> dict[str, str]:
    """A round from its announcement to its entries; the placement that each claim got, by the key of its filing."""
    begins = make.utc(f"{round_id[:4]}-01-15")
    day = timedelta(days=1)
    window = (begins + 10 * day, begins + 30 * day)
    rounds.announce(session, round_id, round_id, window, make.REGISTRAR, begins, illustrative=True)
    rounds.publish_policy(session, round_id, content, make.REGISTRAR, begins + day)
    rounds.open_round(session, round_id, make.REGISTRAR, begins + 10 * day)
    claims = [filing.file_claim(session, round_id, row, make.REGISTRAR, begins + 20 * day) for row in documents]
    rounds.close_round(session, round_id, make.REGISTRAR, begins + 30 * day)
    ready(session, claims, begins + 40 * day)
    frozen = freezing.freeze_round(session, round_id, make.PLANNER, begins + 180 * day)
    value = make.public_value(published_at=begins + 181 * day, reference=round_id)
    drawn = drawing.draw(session, round_id, value, make.PLANNER, begins + 182 * day)
    solved = solve(frozen.content, drawn.seed_hex)
    proposing.propose(session, round_id, solved, make.PASSED, make.PLANNER, begins + 183 * day)
    for who in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(session, round_id, "adopt", who, begins + 184 * day)
    entries = entering.accept_all(session, round_id, make.REGISTRAR, begins + 190 * day)
    resolving.conclude(session, round_id, make.PLANNER, begins + 250 * day)
    return {entry.claim.key: entry.placement.public_id for entry in entries}


def ready(session: Session, claims: Any, at: datetime) -> None:
    from registry.services import coordination, examination

    for claim in claims:
        assert examination.examine(session, claim.id, make.REGISTRAR, at).favourable
        coordination.publish(session, claim.id, make.REGISTRAR, at)
        coordination.start_coordination(session, claim.id, make.REGISTRAR, at)
        coordination.make_ready(session, claim.id, make.REGISTRAR, at + timedelta(days=125))


def solve(content: Mapping[str, Any], seed_hex: str) -> bytes:
    """The proven answer, checked by the independent verifier."""
    instance = solver.parse_instance(rfc8785.dumps(dict(content)))
    document = solver.to_document(
        solver.solve(instance, seed=bytes.fromhex(seed_hex), limits=solver.SolveLimits(workers=1))
    )
    data = rfc8785.dumps(document)
    assert document["status"] == "OPTIMAL"
    assert verify.verify(instance, solver.parse_solution(data)).problems == ()
    return data


@pytest.fixture
def kept(register: Session) -> Session:
    """The register after round 1: site B-0001 is banked, and the round is concluded."""
    banked(register)
    resolving.conclude(register, make.ROUND, make.PLANNER, CHOSEN)
    return register


def test_a_policy_that_leaves_a_banked_site_out_is_refused(kept: Session) -> None:
    begins = make.utc("2028-01-15")
    window = (begins + timedelta(days=10), begins + timedelta(days=30))
    rounds.announce(kept, "2028-1", "Round two", window, make.REGISTRAR, begins, illustrative=True)
    content = policy(kept, 2028)
    moved = [{**content["holds"][0], "footprint": {"type": "Point", "coordinates": [0, 0]}}]
    for holds, said in (
        ([], "holds: the banked site B-0001 is not among them; add what `registry bank holds` prints"),
        (moved, "holds: B-0001 is not kept as it was banked"),
        (
            [*content["holds"], {**content["holds"][0], "id": "H-9", "bank": "B-0009"}],
            "holds: B-0009 is no banked site",
        ),
    ):
        with pytest.raises(ValidationError, match=said):
            rounds.publish_policy(kept, "2028-1", {**content, "holds": holds}, make.REGISTRAR, begins)
    rounds.publish_policy(kept, "2028-1", content, make.REGISTRAR, begins)


def test_the_hold_has_the_days_from_the_choice_to_the_end_of_the_bank(kept: Session) -> None:
    [hold] = policy(kept, 2027)["holds"]
    # The epoch of 2027 lies 61 days before the choice; that of 2028 after it, and its horizon ends before 2037.
    assert (hold["start"], hold["phases"][0]["days"]) == (61, 939)
    [hold] = policy(kept, 2028)["holds"]
    assert (hold["start"], hold["phases"][0]["days"]) == (0, 1000)
    assert (hold["id"], hold["bank"], hold["footprint"]["coordinates"]) == ("B-0001", "B-0001", [9000, 14000])
    [hold] = policy(kept, 2036, horizon_days=3650)["holds"]
    assert (hold["start"], hold["phases"][0]["days"]) == (0, 426)
    assert policy(kept, 2038)["holds"] == []


def test_a_site_banked_after_the_publication_is_named_before_the_opening(register: Session) -> None:
    from registry.services import banking
    from tests.registry.services.bank_cases import offered

    offered(register)
    begins, opens = make.utc("2027-11-10"), make.utc("2028-01-10")
    rounds.announce(register, "2028-1", "Two", (opens, make.utc("2028-03-01")), make.REGISTRAR, begins)
    rounds.publish_policy(register, "2028-1", policy(register, 2028), make.REGISTRAR, begins)
    banking.choose(register, "B-0001", "second", "Room beside the ice.", make.REGISTRAR, CHOSEN)
    with pytest.raises(ValidationError, match="holds: the banked site B-0001 is not among them"):
        rounds.open_round(register, "2028-1", make.REGISTRAR, opens)
    rounds.publish_policy(register, "2028-1", policy(register, 2028), make.REGISTRAR, opens)
    assert rounds.open_round(register, "2028-1", make.REGISTRAR, opens).state == "OPEN"


def test_nobody_is_allotted_the_place_while_it_is_held_and_a_late_comer_gets_it_when_it_is_released(
    kept: Session,
) -> None:
    second = play(
        kept, "2028-1", policy(kept, 2028),
        wish("jp-two", "JPN", PLACE, ELSEWHERE), wish("in-two", "IND", PLACE),
    )  # fmt: skip
    assert second == {"jp-two": "C-0004/2"}
    assert [row.state for row in bank(kept).pairs] == ["BANKED"]

    released = policy(kept, 2029, {"B-0001": "late-comers"})
    assert (released["groups"], released["holds"][0]["released_to"]) == (
        ["artemis-accords", "ilrs", "late-comers"],
        "late-comers",
    )
    third = play(
        kept, "2029-1", released,
        wish("jp-three", "JPN", PLACE), wish("in-three", "IND", PLACE), wish("th-three", "THA", PLACE, (25000, 25000)),
    )  # fmt: skip
    assert third == {"th-three": "C-0008/1"}
    [pair] = bank(kept).pairs
    assert (pair.state, pair.taken_by_id) == ("TAKEN", "C-0008")


def test_a_released_place_stays_free_while_none_of_the_group_asks_for_it(kept: Session) -> None:
    play(kept, "2028-1", policy(kept, 2028), wish("jp-two", "JPN", ELSEWHERE))
    third = play(kept, "2029-1", policy(kept, 2029, {"B-0001": "late-comers"}), wish("jp-three", "JPN", PLACE))
    assert third == {}
    assert [row.state for row in bank(kept).pairs] == ["BANKED"]


def test_a_release_of_what_is_not_banked_is_named(kept: Session) -> None:
    plain = make.policy(epoch="2028-10-01")
    assert with_holds(kept, plain, {"B-0007": "late-comers"})[0] == [
        "release: B-0007 is not kept on a day of this policy; use one of B-0001"
    ]
    assert with_holds(kept, {"epoch": 3}, {})[0] == [
        "policy: its epoch or horizon_days cannot be read; give YYYY-MM-DD and a whole number of days"
    ]
    assert with_holds(kept, [], {})[0] != []


def test_other_holds_of_a_policy_stay_and_old_ones_of_the_bank_are_replaced(kept: Session) -> None:
    plain = make.policy(epoch="2028-10-01")
    _, once = with_holds(kept, plain, {"B-0001": "ilrs"})
    _, twice = with_holds(kept, once, {})
    assert [row["id"] for row in twice["holds"]] == ["H-1", "B-0001"]
    assert "released_to" not in twice["holds"][1]
    assert twice["groups"] == ["artemis-accords", "ilrs"]
