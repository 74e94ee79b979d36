"""Names by id, and the list of provisions."""

from sqlalchemy.orm import Session

from registry.domain.users import User
from registry.queries.names import party_names, person_names, places_by_id, region_ids
from registry.queries.provisions import list_provisions
from tests import factories


def test_parties_places_and_regions_are_named_by_id(session: Session) -> None:
    factories.world(session)
    assert party_names(session)["IND"] == "Party IND"
    assert places_by_id(session) == {"ridge": "A ridge", "crater": "A crater"}
    assert region_ids(session) == {"ridge"}


def test_people_are_named_by_the_address_in_records(session: Session) -> None:
    session.add(User(email="a@example.org", name="Ada", active=True, fs_uniquifier="u"))
    session.flush()
    assert person_names(session) == {"a@example.org": "Ada"}


def test_provisions_come_by_id_with_their_check_in_words(session: Session) -> None:
    factories.world(session)
    rows = list_provisions(session)
    assert [row.id for row in rows][:3] == ["AA-9", "COSPAR-1", "OST-II-1"]
    assert rows[2].check.startswith("term_days ")
    assert (rows[2].severity, rows[2].standing) == ("hard", "binding")
