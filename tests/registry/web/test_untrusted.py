"""What is written in an address or a body to break the reader is refused like any other mistake."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

DEEP = "[" * 100_000


@pytest.mark.parametrize("number", ["2147483648", "9" * 20, "9" * 5000, "0" * 5000 + "1"])
def test_a_number_that_no_database_keeps_is_a_page_that_is_not_there(client: FlaskClient, number: str) -> None:
    assert client.get(f"/claims/C-0001/revisions/{number}").status_code == 404


def test_the_largest_number_that_a_database_keeps_is_looked_for(filled: Flask) -> None:
    _, values = filled.url_map.bind("localhost").match("/claims/C-0001/revisions/2147483647")
    assert values == {"claim_id": "C-0001", "number": 2147483647}


@pytest.mark.parametrize("address", ["/sign-in/recovery", "/users/1/close", "/no-such-page"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_nested_too_deeply_is_no_fault_of_the_server(client: FlaskClient, address: str, method: str) -> None:
    answer = client.open(address, method=method, data=DEEP, content_type="application/json")
    assert 400 <= answer.status_code < 500
