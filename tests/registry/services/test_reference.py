"""Reference data is loaded whole or not at all, and a second time without a change."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.instruments import Membership
from registry.domain.parties import Party
from registry.domain.places import ProtectedPlace
from registry.log import records
from registry.services import reference
from registry.services.errors import NotAllowedError, ValidationError
from tests import factories as make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference files, for tests that spoil one."""
    for name in reference.FILES:
        shutil.copy(make.FIXTURES / name, tmp_path)
    return tmp_path


def load(session: Session, folder: Path) -> dict[str, int]:
    return reference.load(session, folder, make.REGISTRAR, make.ANNOUNCED)


def test_loading_again_changes_nothing_and_writes_no_record(session: Session) -> None:
    first = load(session, make.FIXTURES)
    size = records.size(session)
    assert (first["provisions.json"], first["norm_profiles.json"]) == (50, 10)
    assert set(load(session, make.FIXTURES).values()) == {0}
    assert (size, records.size(session)) == (15, 15)


def test_a_changed_row_is_brought_up_to_date(session: Session, folder: Path) -> None:
    load(session, folder)
    file = folder / "parties.csv"
    file.write_text(file.read_text().replace("IND,India,", "IND,Republic of India,"))
    assert load(session, folder)["parties.csv"] == 1
    assert session.get_one(Party, "IND").name == "Republic of India"


def test_partial_dates_stay_as_they_are(session: Session) -> None:
    load(session, make.FIXTURES)
    of_thailand = select(Membership).where(Membership.party_id == "THA", Membership.instrument_id == "ilrs")
    row = session.scalars(of_thailand).one()
    assert (row.since, str(row.certain_from), row.until) == ("2024-04", "2024-04-30", "")


def test_places_with_uncertain_coordinates_are_not_enforced(session: Session) -> None:
    load(session, make.FIXTURES)
    rows = session.scalars(select(ProtectedPlace)).all()
    assert {row.enforced for row in rows if row.coordinate_sigma_m > 1000} == {False}
    assert all(row.enforced_only_when_certain() for row in rows)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("operators.csv", ",BRA,", ",XXX,", "party_id: 'XXX' is not in parties.csv"),
        ("parties.csv", "AGO,", "AFG,", "id: 'AFG' stands twice"),
        ("memberships.csv", "2020-10-13", "2020-13-45", "line 2"),
        ("features.csv", "-84.44", "nan", "lat_deg: 'nan' is not a number"),
        ("memberships.csv", ",yes,", ",maybe,", "date_confirmed: 'maybe' is unknown; give yes or no"),
        ("provisions.json", '"id": "OST-II-1"', '"id": 7', "provisions.json, row 3"),
        ("provisions.json", '"30 days"', '"a month"', "'a month' is no time; give a whole number and one of days"),
        (
            "norm_profiles.json",
            "OST-II-1",
            "OST-II-9",
            "provisions: 'OST-II-9' has no check; use the id of a provision",
        ),
        ("regions.geojson", "{", "[", "regions.geojson"),
        ("norm_changes.json", '"MA-4"', '"MA-44"', "provision_id: 'MA-44' is not in provisions.json"),
        ("norm_changes.json", "one-station", "one-place", "kind: 'one-place' is unknown; use one of places-enforced"),
        ("extension_grounds.json", '"24"', '"0"', "most_months: it is not from 1 to 120; give a whole number"),
        ("extension_grounds.json", '"landing"', '"term"', "duties: 'term' is no duty whose deadline moves"),
        ("norm_changes.json", '20}"', '120}"', "parameters.percent: 120 is none; give 0 to 100"),
        ("crosswalk.json", '"area-ma"', '"area-mars"', "against: 'area-mars' is no row of crosswalk.json"),
        ("crosswalk.json", "outer-space-treaty", "outer-space", "forum_id: 'outer-space' is not in instruments.csv"),
    ],
)
def test_a_fault_is_named_with_its_file_and_nothing_is_stored(
    session: Session, folder: Path, name: str, old: str, new: str, fault: str
) -> None:
    file = folder / name
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(ValidationError) as caught:
        load(session, folder)
    assert fault in "\n".join(caught.value.faults)
    assert session.scalars(select(Party)).all() == []


def test_a_missing_file_is_named(session: Session, folder: Path) -> None:
    (folder / "missions.csv").unlink()
    with pytest.raises(ValidationError, match=r"missions.csv: the file is missing"):
        load(session, folder)


def test_a_delegate_loads_nothing(session: Session) -> None:
    with pytest.raises(NotAllowedError, match="not for delegate"):
        reference.load(session, make.FIXTURES, make.DELEGATE, make.ANNOUNCED)
