"""The list of claims with its filters, and one claim with its outcome."""

import re

import pytest
from flask.testing import FlaskClient


def listed(client: FlaskClient, query: str) -> list[str]:
    text = client.get(f"/claims{query}").text
    return re.findall(r'<td class="registry-nowrap"><a class="govuk-link" href="/claims/(C-\d+)"', text)


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        ("", ["C-0001", "C-0002"]),
        ("?state=READY", ["C-0002"]),
        ("?state=RECORDED", ["C-0001"]),
        ("?party=JPN", ["C-0002"]),
        ("?outcome=allotted", ["C-0001"]),
        ("?outcome=not-allotted", ["C-0002"]),
        ("?q=BETA", ["C-0002"]),  # search does not mind capitals
        ("?q=party+ind", ["C-0001"]),  # it looks at names of parties
        ("?q=ridge&state=READY", ["C-0002"]),
        ("?q=nothing+like+this", []),
        ("?sort=party", ["C-0001", "C-0002"]),
        ("?sort=state", ["C-0002", "C-0001"]),
        ("?state=&party=&q=&sort=", ["C-0001", "C-0002"]),
        ("?unknown=1", ["C-0001", "C-0002"]),
    ],
)
def test_the_list_is_filtered_searched_and_ordered_by_its_address(
    client: FlaskClient, query: str, claims: list[str]
) -> None:
    assert listed(client, query) == claims


def test_the_list_says_how_many_of_how_many(client: FlaskClient) -> None:
    text = client.get("/claims?state=READY").text
    assert "<strong>1</strong> of 2 claims" in text


def test_a_list_that_nothing_fits_says_so_and_offers_all(client: FlaskClient) -> None:
    text = client.get("/claims?q=zzz").text
    assert "No claim fits all of these filters" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?state=LOST", "state: &#39;LOST&#39; is unknown. Use one of: DRAFT,"),
        ("?party=XXX", "party: &#39;XXX&#39; is unknown. Use one of: IND, JPN."),
        ("?outcome=won", "outcome: &#39;won&#39; is unknown"),
        ("?sort=colour", "sort: &#39;colour&#39; is unknown"),
        ("?page=0", "page: there is no page 0. Use a number from 1 to 1."),
        ("?page=-1", "page: &#39;-1&#39; is no whole number"),
        ("?page=1e3", "page: &#39;1e3&#39; is no whole number"),
        ("?page=%D9%A1", "is no whole number"),
        ("?q=" + "x" * 101, "q: it has 101 characters. Use at most 100."),
    ],
)
def test_a_filter_that_cannot_be_used_is_named_with_the_mend(client: FlaskClient, query: str, said: str) -> None:
    response = client.get(f"/claims{query}")
    assert response.status_code == 400
    assert said in response.text


def test_the_pages_of_a_list_keep_what_was_asked_whatever_its_name(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.web.pages.SIZE", 1)
    response = client.get("/claims?q=C-000&endpoint=x&_scheme=y&page=1")
    assert response.status_code == 200
    assert 'href="/claims?q=C-000&amp;endpoint=x&amp;_scheme=y&amp;page=2"' in response.text


def test_an_allotted_claim_shows_placement_rank_and_dates(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", client.get("/claims/C-0001").text))
    assert "Allotted: first choice, A ridge (placement C-0001/1, 100 points), from 11 October 2027 (day 10)" in text
    assert "to 18 January 2028" in text
    assert "Recorded as entry E-0001" in text


def test_a_claim_that_got_nothing_says_why_and_links_to_who_is_in_the_way(client: FlaskClient) -> None:
    text = client.get("/claims/C-0002").text
    assert "Not allotted." in text
    assert "At every start in its window it would be too near, on the same days, to:" in text
    assert (
        '<a class="govuk-link" href="/claims/C-0001">C-0001 Claim alpha (first choice, 11 October 2027 to 18 January 2028)</a>'
        in text
    )


def test_findings_are_shown_with_their_reasons(client: FlaskClient) -> None:
    text = client.get("/claims/C-0001").text
    assert "OST-II-1" in text
    assert "The claim asks for a finite term of 200 days." in text


def test_keep_outs_dates_and_positions_have_units(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", client.get("/claims/C-0001").text))
    assert "1 October 2027 (day 0) to 18 April 2028 (day 200)" in text
    assert "200 m" in text
    assert "89.53° S, 45° E" in text
