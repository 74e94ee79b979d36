"""The site bank through the pages: what is owed and by whom, a pair offered, refused at its fields, chosen from, released."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories as make
from tests.registry.services.bank_cases import BY_POINTS, CHOSEN, FIRST, OFFERED, SECOND, owing
from tests.registry.web.steps.test_between_entries import plain
from tests.registry.web.steps.test_path import JPN, PEOPLE, Office, waits
from tests.registry.web.steps.test_refusals import errors

IND, REGISTRAR, COUNCIL = make.DELEGATE, make.REGISTRAR, make.CHE_DECIDER
HERE = "/claims/C-0003/second-site"
TYPED = {
    "entry": "C-0003",
    "placement": "",
    "place": "ridge",
    "site_name": "North <of> the ridge",
    "footprint": json.dumps({"type": "Point", "coordinates": [9000, 14000]}),
    "first": "\r\n".join(f"{name} {value}" for name, value in FIRST.items()),
    "second_measures": "\r\n".join(f"{name}: {value}" for name, value in SECOND.items()),
    "source": "an invented model of 200 m",
}


def with_people(session: Session) -> None:
    for actor in PEOPLE:
        own = users.Credentials(None, f"token-of-{actor.name}")
        users.add_user(
            session, actor.name, actor.name, [actor.role], SYSTEM, make.ANNOUNCED, party=actor.party, credentials=own
        )


def fill(session: Session) -> None:
    owing(session)
    with_people(session)


@pytest.fixture(scope="module")
def owed(make_app: Callable[..., Flask]) -> Flask:
    """The second site is owed; the last test offers it."""
    return make_app(fill, second_factor="optional")


@pytest.fixture
def office(owed: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(owed, monkeypatch)
    made.at = OFFERED
    return made


def test_concentration_shows_the_bank_beside_it(office: Office) -> None:
    page = office.see(JPN, "/equity")
    assert "0 sites are kept free for others in the site bank now, and 1 more are owed" in plain(page)
    row = re.search(r"Party IND</a></th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row[1])[-2:] == ["0", "1"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"place": "nowhere"}, ("place", "There is no place")),
        ({"site_name": ""}, ("site_name", "not a text")),
        ({"footprint": "{"}, ("footprint", "This is no JSON")),
        ({"footprint": '{"type": "Point", "coordinates": [900000, 0]}'}, ("footprint", "")),
        ({"footprint": '{"type": "Point", "coordinates": [15000, 9000]}'}, ("footprint", "is the site of the entry")),
        ({"first": "light"}, ("first", "is no measure")),
        ({"second_measures": "light_percent 80"}, ("second_measures", "Slope_deg: missing")),
        ({"second_measures": TYPED["second_measures"].replace("80", "60")}, ("footprint", "not equal within 5 %")),
        ({"placement": "C-0002/1"}, ("placement", "has a placement")),
        ({"source": ""}, ("source", "not a text")),
        ({"entry": "C-0002"}, ("entry", "was filed by JPN")),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(
    office: Office, changes: dict[str, str], told: tuple[str, str]
) -> None:
    code, page = office.take(IND, HERE, **{**TYPED, **changes})
    assert code == 422
    assert any(field == told[0] and told[1] in text for field, text in errors(page)), errors(page)
    assert "an invented model of 200 m" in page or "source" in changes


def test_others_are_refused(office: Office) -> None:
    assert office.take(JPN, HERE, **TYPED)[0] == 403
    assert office.take(COUNCIL, HERE, **TYPED)[0] == 403
    code, page = office.take(IND, "/claims/C-0001/second-site", **TYPED)
    assert (code >= 400, "claim C-0001 owes no second site" in page) == (True, True)
    assert office.take(IND, "/claims/C-0009/second-site", **TYPED)[0] == 404
    assert office.take(REGISTRAR, "/bank/B-0009/choice", which="second", reason="x")[0] == 404


def test_a_pair_goes_from_what_is_owed_to_the_bank_and_out_of_it(office: Office) -> None:
    page = plain(office.see(JPN, "/bank"))
    assert "C-0003 Party IND 27 September 2027 26 December 2027, 09:00 UTC After the deadline no further offer" in page
    assert ("Offer a second site", ": C-0003") in waits(office, IND, OFFERED)
    assert office.take(IND, HERE, **TYPED) == (303, "/bank/B-0001")
    page = plain(office.see(IND, "/bank/B-0001"))
    assert "site of entry E-0002 A ridge 64.5" in page
    assert "North &lt;of&gt; the ridge A ridge 63.65 " in page
    assert ("Choose the site to keep", ": B-0001") in waits(office, COUNCIL, OFFERED)
    assert "Offer a second site" not in [words for words, _ in waits(office, IND, OFFERED)]

    office.at = CHOSEN
    assert office.take(IND, "/bank/B-0001/choice", which="second", reason="x")[0] == 403
    code, refused = office.take(REGISTRAR, "/bank/B-0001/choice", reason="x")
    assert (code, errors(refused)[0][0]) == (422, "which")
    assert office.links(COUNCIL, "/bank/B-0001") == ["/bank/B-0001/choice", "/bank/B-0001/refusal"]
    assert office.links(IND, "/bank/B-0001") == []
    assert office.take(COUNCIL, "/bank/B-0001/choice", which="second", reason="Ice.") == (303, "/bank/B-0001")
    assert "the second site, until 1 December 2037" in plain(office.see(JPN, "/bank/B-0001"))
    assert "North &lt;of&gt; the ridge until 1 December 2037" in plain(office.see(JPN, "/bank"))
    assert office.links(REGISTRAR, "/bank/B-0001") == ["/bank/B-0001/release"]
    assert office.take(REGISTRAR, "/bank/B-0001/release", reason="Nobody asks.") == (303, "/bank/B-0001")
    assert "Released" in plain(office.see(JPN, "/bank"))


def test_by_points_only_a_filed_placement_is_asked_for(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_points(session: Session) -> None:
        owing(session, {**BY_POINTS, "tolerance_percent": 30})
        with_people(session)

    office = Office(make_app(by_points, second_factor="optional"), monkeypatch)
    office.at = OFFERED
    assert 'name="footprint"' not in office.see(IND, HERE)
    typed = {"entry": "C-0003", "placement": "C-0003/2", "source": "the filings"}
    assert office.take(IND, HERE, **typed) == (303, "/bank/B-0001")
    assert "they say how much the party wanted them, and nothing of the ground" in office.see(IND, "/bank/B-0001")
