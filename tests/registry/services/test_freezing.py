"""A frozen round is one instance file, known by its hash, with everything that the policy says by place expanded."""

import hashlib

import pytest
from sqlalchemy.orm import Session

from registry.services import freezing, rounds
from registry.services.errors import ConflictError
from solver.io import parse_instance
from tests import factories as make


def test_the_instance_file_hashes_to_the_frozen_hash(session: Session) -> None:
    frozen = make.frozen_round(session)
    data = freezing.instance_bytes(frozen)
    assert hashlib.sha256(data).hexdigest() == frozen.sha256
    assert parse_instance(data).sha256 == frozen.sha256


def test_the_instance_holds_claims_groups_caps_reserves_and_holds(session: Session) -> None:
    content = make.frozen_round(session).content
    assert content["id"] == "2027-1"
    assert content["parties"] == [
        {"id": "IND", "groups": ["artemis-accords"]},
        {"id": "JPN", "groups": ["artemis-accords"]},
    ]
    assert [claim["id"] for claim in content["claims"]] == ["C-0001", "C-0002"]
    assert content["claims"][0]["received_at"] == "2027-02-01T10:00:00Z"
    assert content["caps"][0]["placements"] == ["C-0001/1", "C-0002/1"]
    assert content["reserves"][0]["placements"] == ["C-0001/1", "C-0002/1"]
    assert content["holds"][0]["phases"] == [{"name": "hold", "offset": 0, "days": 900, "keep_out_m": 1000}]


def test_a_returned_claim_is_left_out(session: Session) -> None:
    bad = make.claim_document("beta", "JPN", cospar_inventory=None)
    content = make.frozen_round(session, make.claim_document(), bad).content
    assert [claim["id"] for claim in content["claims"]] == ["C-0001"]


def test_a_round_with_unsettled_claims_is_not_frozen(session: Session) -> None:
    make.open_round(session)
    make.filed(session)
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    with pytest.raises(ConflictError, match="some claims are neither ready nor out of the round"):
        freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)


def test_a_round_is_frozen_once(session: Session) -> None:
    make.frozen_round(session)
    with pytest.raises(ConflictError, match="'freeze' is not possible in state FROZEN; possible are draw"):
        freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)


def test_a_later_round_takes_entries_in_force_as_they_are(session: Session) -> None:
    make.recorded_round(session)
    window = (make.utc("2028-01-15"), make.utc("2028-03-31"))
    later = "2028-1"
    rounds.announce(session, later, "Round two", window, make.REGISTRAR, make.utc("2027-12-01"), illustrative=True)
    content = make.policy(epoch="2027-12-01", points_by_rank=[100])
    rounds.publish_policy(session, later, content, make.REGISTRAR, make.utc("2027-12-15"))
    rounds.open_round(session, later, make.REGISTRAR, window[0])
    rounds.close_round(session, later, make.REGISTRAR, window[1])
    frozen = freezing.freeze_round(session, later, make.REGISTRAR, make.utc("2028-09-01"))
    [claim] = frozen.content["claims"]
    assert (claim["id"], claim["in_force"]) == ("C-0001", {"placement": "C-0001/1", "start": -51})
    assert frozen.content["caps"][0]["placements"] == ["C-0001/1"]
    assert parse_instance(freezing.instance_bytes(frozen)).claim_by_id["C-0001"].in_force is not None


def test_a_freezing_before_the_closing_is_refused(session: Session) -> None:
    make.open_round(session)
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    with pytest.raises(ConflictError, match="at: 2027-01-15T00:00:00Z lies before the last step on rounds/2027-1"):
        freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.OPENS)
