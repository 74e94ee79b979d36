"""The OpenAPI document against the application itself: generated requests to every operation, with and without a token."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from registry import ambient
from tests import factories as make
from tests.registry.web.api.calling import IND, TOKENS, bearer, fill_with_tokens

# What is schema-valid is not yet a filing that can be received: services say so with 422, which is no fault of either.
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
CALLERS = {"anonymous": {}, "delegate": bearer(TOKENS[IND])}


@pytest.fixture(scope="module")
def described(make_app: Callable[..., Flask]) -> Iterator[Any]:
    """The document of an application with an open round, as schemathesis reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: make.FILED)
        app = make_app(fill_with_tokens, api_writes_per_minute=10**6)
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def operations(described: Any) -> list[Any]:
    return [row.ok() for row in described.get_all_operations()]


def call_all(described: Any, examples: int) -> int:
    """So many generated requests to each operation, by each caller; how many were sent. Raises at the first that is answered
    otherwise than described.
    """
    count = 0
    for operation in operations(described):

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: Any) -> None:
            nonlocal count
            for headers in CALLERS.values():
                count += 1
                case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
    return count


def test_the_document_has_every_operation_with_words_and_models(described: Any) -> None:
    document = described.raw_schema
    assert document["openapi"] == "3.1.0"
    found = operations(described)
    assert len(found) > 50
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"] and operation["tags"], (method, path)
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description") or parameter["schema"].get("description"), (path, parameter["name"])
    for name, schema in document["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert told.get("description"), f"{name}.{field} has no words"


def test_generated_requests_are_answered_as_described(described: Any) -> None:
    assert call_all(described, 1) >= 110


@pytest.mark.slow
def test_many_generated_requests_are_answered_as_described(described: Any) -> None:
    assert call_all(described, 40) >= 1500


def test_an_answer_that_is_not_as_described_is_told(described: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.web.api import parties

    monkeypatch.setattr(parties.reading, "list_instruments", lambda _: [{"id": 5}])
    with pytest.raises(Exception, match=r"Reproduce with"):
        call_all(described, 1)
