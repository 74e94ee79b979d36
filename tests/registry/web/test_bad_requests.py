"""Requests that no form makes: hosts, methods, templates and searches (the catalogue is in tests/registry/test_bad_inputs.py)."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories as make


@pytest.fixture(scope="module")
def pages(make_app: Callable[..., Flask]) -> Flask:
    return make_app(make.recorded_round)


@pytest.fixture
def visitor(pages: Flask) -> FlaskClient:
    return pages.test_client()


def test_a_form_of_more_than_a_megabyte_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/sign-in", data={"email": "x" * 1_100_000, "password": "x"})
    assert answer.status_code in (400, 413)


def test_pages_do_not_repeat_the_host_that_was_asked(pages: Flask, visitor: FlaskClient) -> None:
    for address in ("/", "/claims", "/sign-in", "/notices", "/log", "/nothing-here", "/calendar.ics"):
        answer = visitor.get(address, headers={"Host": "evil.example", "X-Forwarded-Host": "worse.example"})
        said = answer.text + str(answer.headers)
        assert [host for host in ("evil.example", "worse.example") if host in said] == [], address


def test_a_template_in_a_text_is_a_text(visitor: FlaskClient) -> None:
    for text in ("{{7*7}}", "${7*7}", "{% print 7*7 %}", "%(gettext)s", "{0.__class__}"):
        page = visitor.get("/claims", query_string={"q": text, "party": text, "state": text}).text
        assert "49" not in re.sub(r'(src|href|id|content)="[^"]*"', "", page)
        assert "&lt;class" not in page


def test_a_method_in_a_header_or_field_changes_nothing(visitor: FlaskClient) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert visitor.get("/claims", headers={name: "DELETE"}).status_code == 200
        assert visitor.post("/claims?_method=GET", headers={name: "GET"}).status_code in (400, 405)


def test_private_pages_are_for_no_cache(pages: Flask, visitor: FlaskClient) -> None:
    answer = visitor.get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/account")
    assert visitor.get("/account/anything.css").status_code == 404


def test_a_search_of_any_text_is_quick(visitor: FlaskClient) -> None:
    for text in ("a" * 5000 + "!", "(a+)+" * 500, "%_" * 2000, "\\" * 3000):
        begun = time.perf_counter()
        assert visitor.get("/claims", query_string={"q": text}).status_code in (200, 400, 404)
        assert time.perf_counter() - begun < 5
