"""Filing over the pages: nothing typed is lost, the check before filing, the receipt, and files beside the claim."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import ambient
from tests import factories
from tests.registry.web.filing_site import (
    IND,
    begun,
    fill_in,
    fill_with_delegates,
    hidden,
    post,
)
from tests.registry.web.signing_in import signed_in


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ambient, "now", lambda: factories.FILED)


@pytest.fixture(scope="module")
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fill_with_delegates)


@pytest.fixture
def india(app: Flask) -> FlaskClient:
    return signed_in(app, IND)


def test_a_claim_is_filed_from_nothing_and_its_receipt_is_there(india: FlaskClient) -> None:
    draft = begun(india)
    assert india.get(draft).text.count("Not started") == 7
    fill_in(india, draft)
    assert india.get(draft).text.count("Complete") == 8
    page = india.get(f"{draft}/check").text
    assert "Nothing was found for which it would be returned." in page
    form = {"sha256": hidden(page, "sha256"), "request": hidden(page, "request")}
    answer = post(india, f"{draft}/submit", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/claims/C-0001/filed")
    again = post(india, f"{draft}/submit", **form)
    assert (again.status_code, again.headers["Location"]) == (303, "/claims/C-0001/filed")
    receipt = india.get("/claims/C-0001/filed").text
    assert "Claim C-0001" in receipt
    assert "/log/receipts/" in receipt
    assert india.get(draft).status_code == 404
