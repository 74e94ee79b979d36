"""The names by which a register may be asked for."""

from collections.abc import Callable

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("names", "asked", "code"),
    [
        (None, "anything.example", 200),
        ("register.example, .agency.example", "register.example", 200),
        ("register.example, .agency.example", "register.example:8443", 200),
        ("register.example, .agency.example", "moon.agency.example", 200),
        ("register.example, .agency.example", "elsewhere.example", 400),
        ("register.example, .agency.example", "register.example.elsewhere.example", 400),
    ],
)
def test_a_register_answers_to_its_own_names_alone(
    make_app: Callable[..., Flask], names: str | None, asked: str, code: int
) -> None:
    client = make_app(trusted_hosts=names).test_client()
    answers = [client.get(address, headers={"Host": asked}) for address in ("/", "/api/v1/claims")]
    assert [answer.status_code for answer in answers] == [code, code]
    assert client.get("/health", headers={"Host": asked}).status_code == 200
    if code == 400:
        assert "is not asked for by this name" in answers[0].text
        assert answers[1].mimetype == "application/problem+json"
        assert not any(asked in answer.text for answer in answers)
