"""Rounds open on a published policy at the announced time, and only then; the policy never changes afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.decisions import Draw, FrozenInstance
from registry.domain.rounds import Policy
from registry.domain.visibility import REGISTER
from registry.log import reading
from registry.services import rounds
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from tests import factories as make


def test_announcing_writes_one_record_with_the_whole_round(session: Session) -> None:
    make.announced_round(session)
    [record] = reading.records_about(session, "rounds/2027-1", REGISTER)
    assert record.act == "round-announced"
    assert record.actor == {"name": "registrar@example.org", "role": "registrar", "party": None}
    assert record.content["rows"]["rounds"][0]["opens_at"] == "2027-01-15T00:00:00Z"
    assert record.content["rows"]["rounds"][0]["state"] == "ANNOUNCED"


def test_a_second_round_of_the_same_id_is_refused(session: Session) -> None:
    make.announced_round(session)
    with pytest.raises(ConflictError, match="2027-1 is announced already"):
        rounds.announce(session, "2027-1", "Again", (make.OPENS, make.CLOSES), make.REGISTRAR, make.ANNOUNCED)


def test_a_reversed_window_is_refused(session: Session) -> None:
    with pytest.raises(ValidationError, match="closes_at"):
        rounds.announce(session, "R", "R", (make.CLOSES, make.OPENS), make.REGISTRAR, make.ANNOUNCED)


def test_a_round_without_policy_does_not_open(session: Session) -> None:
    make.announced_round(session)
    with pytest.raises(ConflictError, match="the policy of the round is not published"):
        rounds.open_round(session, make.ROUND, make.REGISTRAR, make.OPENS)


def test_a_round_does_not_open_before_its_announced_time(session: Session) -> None:
    make.announced_round(session)
    rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)
    with pytest.raises(ConflictError, match="the announced opening is still to come"):
        rounds.open_round(session, make.ROUND, make.REGISTRAR, make.OPENS - timedelta(seconds=1))


def test_a_policy_is_replaced_before_the_opening_and_both_versions_are_kept(session: Session) -> None:
    round_ = make.announced_round(session)
    rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)
    rounds.publish_policy(session, make.ROUND, make.policy(horizon_days=2000), make.REGISTRAR, make.POLICY_AT)
    session.refresh(round_)
    assert [(row.version, row.content["horizon_days"]) for row in round_.policies] == [(1, 1000), (2, 2000)]


def test_a_policy_cannot_change_after_the_opening(session: Session) -> None:
    make.open_round(session)
    with pytest.raises(ConflictError, match="its policy cannot change after the opening"):
        rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.FILED)


def test_the_database_itself_takes_no_policy_for_a_round_under_way(session: Session) -> None:
    make.open_round(session)
    late = Policy(round_id=make.ROUND, version=2, content=make.policy(), sha256="ab" * 32, published_at=make.FILED)
    session.add(late)
    with pytest.raises(DBAPIError, match="the policy of a round cannot change after its opening"):
        session.flush()


@pytest.mark.parametrize("entity", [Policy, FrozenInstance, Draw])
def test_the_database_itself_changes_nothing_that_is_published_or_drawn(session: Session, entity: type[Base]) -> None:
    make.drawn_round(session)
    with pytest.raises(DBAPIError, match=f"{entity.__tablename__} are fixed once they are written"):
        session.execute(update(entity).values(id=99))


def test_naive_instants_are_refused_with_their_field(session: Session) -> None:
    window = (make.OPENS.replace(tzinfo=None), make.CLOSES)
    with pytest.raises(ValidationError, match="opens_at: 2027-01-15T00:00:00 has no offset from UTC; give an aware"):
        rounds.announce(session, "R", "R", window, make.REGISTRAR, make.ANNOUNCED)
    make.announced_round(session)
    with pytest.raises(ValidationError, match="at: 2026-12-15T09:00:00 has no offset from UTC"):
        rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT.replace(tzinfo=None))


def test_a_policy_published_before_its_round_was_announced_is_refused(session: Session) -> None:
    make.announced_round(session)
    with pytest.raises(ConflictError, match="at: 2026-11-30T09:00:00Z lies before the last step on rounds/2027-1"):
        rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.ANNOUNCED - timedelta(days=1))


def test_a_policy_that_names_an_unknown_place_is_refused_with_its_field(session: Session) -> None:
    make.announced_round(session)
    caps = [{"id": "c", "places": ["atlantis"], "measure": "placements", "max": 1, "per": "all"}]
    with pytest.raises(ValidationError, match=r"caps\[0\].places: 'atlantis' is no place"):
        rounds.publish_policy(session, make.ROUND, make.policy(caps=caps), make.REGISTRAR, make.POLICY_AT)


def test_a_round_does_not_close_before_its_announced_time(session: Session) -> None:
    make.open_round(session)
    with pytest.raises(ConflictError, match="the announced closing is still to come"):
        rounds.close_round(session, make.ROUND, make.REGISTRAR, make.FILED)


def test_only_the_registrar_opens_a_round(session: Session) -> None:
    make.announced_round(session)
    rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)
    with pytest.raises(NotAllowedError, match="'open' is for the role registrar, not for council"):
        rounds.open_round(session, make.ROUND, make.CHE_DECIDER, make.OPENS)


def test_an_unknown_round_is_named(session: Session) -> None:
    with pytest.raises(NotFoundError, match="there is no round 1999-9"):
        rounds.open_round(session, "1999-9", make.REGISTRAR, make.OPENS)
