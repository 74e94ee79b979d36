"""The open offers of a round on one page: the own ones are accepted at once, and only those that were shown."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import ambient
from registry.domain.actors import SYSTEM
from registry.services import users
from tests import factories as make
from tests.registry.web.signing_in import enter, form_token

IND, JPN = "dev@example.org", "jun@example.org"
ADDRESS = f"/rounds/{make.ROUND}/accept-offers"


def fill(session: Session) -> None:
    make.adopted_round(session)
    for email, party in ((IND, "IND"), (JPN, "JPN")):
        own = users.Credentials(None, f"token-{party}")
        users.add_user(session, email, party, ["delegate"], SYSTEM, make.ANNOUNCED, party=party, credentials=own)


@pytest.fixture
def adopted(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill, second_factor="optional")


def test_a_delegate_accepts_all_offers_of_the_own_party_and_no_other(
    adopted: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient, "now", lambda: make.RECORDED)
    ours, theirs, token = enter(adopted, IND), enter(adopted, JPN), form_token(adopted)
    assert "C-0001" in ours.get(ADDRESS).text
    assert "No offer waits for an answer that you may give." in theirs.get(ADDRESS).text
    refused = theirs.post(ADDRESS, data={"csrf_token": token, "claims": "C-0001"})
    assert (refused.status_code, "not those that were shown" in refused.text) == (409, True)
    stale = ours.post(ADDRESS, data={"csrf_token": token, "claims": "C-0001 C-0002"})
    assert (stale.status_code, 'name="claims" type="hidden" value="C-0001"' in stale.text) == (409, True)
    done = ours.post(ADDRESS, data={"csrf_token": token, "claims": "C-0001"})
    assert (done.status_code, "E-0001" in ours.get("/entries").text) == (303, True)
