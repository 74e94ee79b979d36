"""Pages on norms: a round compared, a claim's statement, arrangements, and the register as of a day."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.registry.web.everybody import peopled
from tests.registry.web.signing_in import visit


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = peopled(tmp_path_factory.mktemp("norms"))
    yield app
    app.extensions["test.engine"].dispose()


def test_a_cell_that_differs_links_to_its_provision_and_one_that_does_not_says_so(register: Flask) -> None:
    text = visit(register).get("/rounds/2027-1/norms").text
    assert '<a class="govuk-link registry-nowrap" href="/provisions/OST-I-2">OST-I-2</a> through other claims' in text
    assert "(together with others; the first in order)" in text
    assert "C-0002" not in text.split("In numbers")[0].split("What changes")[-1]
    assert visit(register).get("/rounds/2027-1/norms.json").json["reference"] == "IND"


def test_a_round_without_a_comparison_says_so(register: Flask) -> None:
    assert "This round has not been compared yet" in visit(register).get("/rounds/2028-1/norms").text
    assert visit(register).get("/rounds/2028-1/norms.json").status_code == 404


def test_a_statement_is_of_one_revision_and_hidden_claims_have_none(register: Flask) -> None:
    found = visit(register).get("/claims/C-0003/compliance.json").json
    assert (found["format"], found["claim"]["id"], found["claim"]["revision"]) == (
        "lunar-compliance-statement/1", "C-0003", 1,
    )  # fmt: skip
    assert "C-0003" in visit(register).get("/claims/C-0003/compliance").text
    assert visit(register).get("/claims/C-0005/compliance").status_code == 404


def test_an_arrangement_shows_who_adopts_it_and_who_dissents(register: Flask) -> None:
    text = visit(register).get("/docking/D-0001").text
    assert "</a> adopts it" in text
    assert "</a> dissents: We measure at noon." in text
    assert "D-0001 Quiet hours" in visit(register).get("/docking").text
    assert visit(register).get("/docking/D-0002").status_code == 404


def test_the_register_as_of_a_day_has_what_stood_then_and_nothing_later(register: Flask) -> None:
    client = visit(register)
    before, after = client.get("/as-of?at=2027-02-15").text, client.get("/as-of?at=2028-12-31").text
    assert "Round two" not in before
    assert "Round two" in after
    assert "Docking records</dt><dd>0</dd>" in before
    assert "Docking records</dt><dd>1</dd>" in after
    assert client.get("/as-of?at=noon").status_code == 400
    assert client.get("/as-of?at=1999-01-01").status_code == 400
