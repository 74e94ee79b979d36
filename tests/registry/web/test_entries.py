"""The list of entries with its filters, which live in the address."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event


def listed(client: FlaskClient, query: str) -> list[str]:
    return re.findall(
        r'<td class="registry-nowrap"><a class="govuk-link" href="/entries/(E-\d+)"',
        client.get(f"/entries{query}").text,
    )


@pytest.mark.parametrize(
    ("query", "entries"),
    [
        ("", ["E-0001"]),
        ("?state=RECORDED", ["E-0001"]),
        ("?state=LAPSED", []),
        ("?party=IND", ["E-0001"]),
        ("?round=2027-1", ["E-0001"]),
        ("?q=ALPHA", ["E-0001"]),
        ("?q=c-0001", ["E-0001"]),
        ("?q=ridge", ["E-0001"]),
        ("?q=nothing+like+this", []),
        ("?sort=until&state=&party=&q=", ["E-0001"]),
    ],
)
def test_the_list_is_filtered_searched_and_ordered_by_its_address(
    client: FlaskClient, query: str, entries: list[str]
) -> None:
    assert listed(client, query) == entries


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?state=LOST", "state: &#39;LOST&#39; is unknown. Use one of: RECORDED,"),
        ("?party=JPN", "party: &#39;JPN&#39; is unknown. Use one of: IND."),
        ("?round=1999-1", "round: &#39;1999-1&#39; is unknown"),
        ("?sort=colour", "sort: &#39;colour&#39; is unknown"),
        ("?page=2", "page: there is no page 2. Use a number from 1 to 1."),
    ],
)
def test_what_an_address_cannot_ask_for_is_named_with_what_would_do(client: FlaskClient, query: str, said: str) -> None:
    answer = client.get(f"/entries{query}")
    assert (answer.status_code, said in answer.text) == (400, True)


def test_a_list_that_nothing_fits_says_so_and_offers_all(client: FlaskClient) -> None:
    text = client.get("/entries?q=zzz").text
    assert "<strong>0</strong> of 1 entries" in text
    assert "No entry fits all of these filters" in text


def test_the_list_is_read_once_for_each_state_of_the_log(filled: Flask) -> None:
    client, said = filled.test_client(), []
    client.get("/entries")
    engine = filled.extensions["test.engine"]
    event.listen(engine, "before_cursor_execute", lambda *of: said.append(of[2]))
    client.get("/entries?sort=name")
    assert [text for text in said if "FROM entries" in text] == []
