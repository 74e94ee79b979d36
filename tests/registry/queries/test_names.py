"""Names by id, and the list of provisions."""

from sqlalchemy.orm import Session

from registry.domain.examinations import NormProfile
from registry.domain.users import User
from registry.domain.visibility import Viewer
from registry.queries.names import party_names, person_names, places_by_id, region_ids
from registry.queries.provisions import ProfileView, list_profiles, list_provisions
from tests import factories


def test_parties_places_and_regions_are_named_by_id(session: Session) -> None:
    factories.world(session)
    assert party_names(session)["IND"] == "Party IND"
    assert places_by_id(session) == {"ridge": "A ridge", "crater": "A crater"}
    assert region_ids(session) == {"ridge"}


def test_people_are_named_by_the_address_in_records(session: Session) -> None:
    session.add(User(email="a@example.org", name="Ada", active=True, fs_uniquifier="u"))
    session.flush()
    assert person_names(session, Viewer(frozenset({"auditor"}))) == {"a@example.org": "Ada"}
    assert person_names(session, Viewer(frozenset({"council"}), "CHE", "a@example.org")) == {"a@example.org": "Ada"}
    assert person_names(session) == {}


def test_provisions_come_by_id_with_their_check_in_words(session: Session) -> None:
    factories.world(session)
    rows = list_provisions(session)
    assert len(rows) == 50
    [found] = [row for row in rows if row.id == "OST-II-1"]
    assert found.check.startswith("term_days ")
    assert (found.severity, found.standing, found.binds) == ("hard", "binding", "all")


def test_norm_profiles_come_by_id(session: Session) -> None:
    session.add(
        NormProfile(
            id="short",
            name="Short",
            standing="agency",
            provisions=["PART-1"],
            strict=True,
            statement="One.",
            source="test",
        )
    )
    session.flush()
    assert list_profiles(session) == (ProfileView("short", "Short", "agency", ("PART-1",), True, "One.", "test"),)
