"""The page of equity over time."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.registry.services.sharing_cases import relied_on


def rows_of(client: FlaskClient, query: str) -> list[str]:
    text = client.get(f"/equity{query}").text
    table = text[text.index("Up to and with") :]
    found = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table[: table.index("</table>")])
    return [" ".join(re.sub(r"<[^>]*>", " ", row).replace("\xa0", " ").replace("&nbsp;", " ").split()) for row in found]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", ["Party IND 1 1 100 % 13 100 % 1 0 0", "Party JPN 1 0 0 % 0 0 % 0 0 0"]),
        ("?by=coalition", ["Artemis-Accords 2 1 100 % 13 100 % 1"]),
        ("?by=controller&round=2027-1", ["An agency 2 1 100 % 13 100 % 1"]),
    ],
)
def test_shares_are_shown_by_party_coalition_or_controller(client: FlaskClient, query: str, rows: list[str]) -> None:
    assert rows_of(client, query) == rows


def test_an_unknown_round_or_kind_is_named(client: FlaskClient) -> None:
    assert (client.get("/equity?round=1999-1").status_code, client.get("/equity?by=hair").status_code) == (400, 400)
    assert (
        "by: &#39;hair&#39; is unknown. Use one of: party, coalition, controller." in client.get("/equity?by=hair").text
    )


def test_a_register_without_rounds_says_so(empty: Flask) -> None:
    assert "No round has been announced yet." in empty.test_client().get("/equity").text


def test_services_between_entries_are_listed_with_what_breaks(make_app: Callable[..., Flask]) -> None:
    text = make_app(relied_on).test_client().get("/services").text
    plain = " ".join(re.sub(r"<[^>]*>", " ", text[text.index("<tbody>") : text.index("</tbody>")]).split())
    assert plain == (
        "S-0001 Power C-0002 Party JPN 50 W from the mast for 1 entry at a time C-0001 Party IND Vital heat at night"
        " C-0001 Stops Power S-0001"
    )


def test_a_register_without_services_says_so(client: FlaskClient) -> None:
    assert "No service has been offered yet." in client.get("/services").text
