"""An application on a register with an open round, people and tokens; it is always the day of the first filing."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import ambient
from tests import factories as make
from tests.registry.web.api.calling import fill_with_tokens


@pytest.fixture(scope="module")
def site(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: make.FILED)
        yield make_app(fill_with_tokens, api_writes_per_minute=100_000)


@pytest.fixture
def api(site: Flask) -> FlaskClient:
    return site.test_client()
