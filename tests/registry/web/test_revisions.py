"""Two revisions of a claim beside each other: fields, placements, and both footprints drawn to scale."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.services import coordination, examination, filing
from registry.web.revisions import drawing
from tests import factories as make


def fill(session: Session) -> None:
    """A published claim that was amended once: another purpose, and its first placement 300 m farther east."""
    make.open_round(session)
    first = make.claim_document(placements=[make.placement(1), make.placement(2, x=10500)])
    [claim] = make.filed(session, first)
    second = make.claim_document(purpose="To look again.", placements=[make.placement(1, x=10300)])
    filing.amend(session, claim.id, second, make.REGISTRAR, make.FILED)
    examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    coordination.publish(session, claim.id, make.REGISTRAR, make.PUBLISHED)
    make.filed(session, make.claim_document("beta", "JPN"))


@pytest.fixture(scope="module")
def register(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill)


def test_fields_and_placements_are_compared(register: Flask) -> None:
    page = register.test_client().get("/claims/C-0001/compare").text
    fields = page.partition("Placements</h2>")[0]
    assert "To look again." in fields
    assert ">purpose</th>" in fields
    assert "Its centre moved by 300 m" in page
    assert "Removed" in page
    assert page.count("<svg") == 2


def test_the_claim_leads_to_its_revisions(register: Flask) -> None:
    assert 'href="/claims/C-0001/compare"' in register.test_client().get("/claims/C-0001").text


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/claims/C-0001/compare?before=2&after=1", 200),
        ("/claims/C-0001/compare?before=1&after=1", 400),
        ("/claims/C-0001/compare?before=7", 400),
        ("/claims/C-0001/compare?before=x", 400),
        ("/claims/C-0002/compare", 404),
        ("/claims/C-9999/compare", 404),
    ],
)
def test_only_revisions_that_are_there_are_compared(register: Flask, address: str, code: int) -> None:
    assert register.test_client().get(address).status_code == code


def test_both_footprints_lie_in_the_box_and_north_is_up() -> None:
    drawn = drawing(make.square(0, 0, 1000), make.square(500, 500, 1000))
    assert drawn.box == "-225.0 -1725.0 1950.0 1950.0"
    assert drawn.before == "M0.0 0.0L1000.0 0.0L1000.0 -1000.0L0.0 -1000.0L0.0 0.0Z"
    assert drawn.bar_m == 200


def test_a_point_is_a_cross_with_ground_around_it() -> None:
    drawn = drawing(None, {"type": "Point", "coordinates": [100, 200]})
    assert drawn.box == "-30.0 -330.0 260.0 260.0"
    assert (drawn.before, drawn.after) == ("", "M97.4 -200.0h5.2M100.0 -202.6v5.2")
    assert drawn.bar_m == 50
