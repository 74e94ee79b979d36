"""What waits because of claims: kept by whoever asks often, and right at every hour all the same."""

from datetime import timedelta

from sqlalchemy.orm import Session

from registry.domain.visibility import Viewer
from registry.queries.waiting import of_claims, waiting_for
from registry.services import coordination, examination
from tests import factories as make

REGISTRAR = Viewer.of(make.REGISTRAR)
PLANNER = Viewer.of(make.PLANNER)


def in_coordination(session: Session) -> None:
    """One claim in coordination, one still to be examined."""
    make.open_round(session)
    claims = make.filed(session, *make.two_rivals())
    examination.examine(session, claims[0].id, make.REGISTRAR, make.EXAMINED)
    coordination.publish(session, claims[0].id, make.REGISTRAR, make.PUBLISHED)
    coordination.start_coordination(session, claims[0].id, make.REGISTRAR, make.PUBLISHED)


def test_a_claim_in_coordination_waits_from_the_end_of_it_on(session: Session) -> None:
    in_coordination(session)
    before, after = make.READY - timedelta(seconds=1), make.READY
    assert [item.id for item in waiting_for(session, REGISTRAR, before) if item.what == "ready"] == []
    [ready] = [item for item in waiting_for(session, REGISTRAR, after) if item.what == "ready"]
    assert (ready.id, ready.due_at) == ("C-0001", make.READY)


def test_what_was_kept_gives_the_same_as_what_is_read(session: Session) -> None:
    in_coordination(session)
    kept = of_claims(session)
    assert sorted((item.what, item.id) for item in kept) == [("examine", "C-0002"), ("ready", "C-0001")]
    for at in (make.PUBLISHED, make.READY):
        assert waiting_for(session, REGISTRAR, at, lambda: kept) == waiting_for(session, REGISTRAR, at)


def test_claims_are_read_for_the_registrar_alone(session: Session) -> None:
    in_coordination(session)

    def nobody() -> tuple[()]:
        raise AssertionError("claims were read")

    assert waiting_for(session, PLANNER, make.READY, nobody) == ()
