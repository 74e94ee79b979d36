"""The same request at once to two servers, each a process of its own, on one database."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry import db
from registry.domain.claims import Claim
from registry.domain.requests import IN_FLIGHT, RequestInFlight
from tests import factories as make
from tests.drills.accounting import opened
from tests.drills.preloaded import Preloaded
from tests.drills.programs import Told, build_with_tokens, clock, send
from tests.drills.writers import GONE
from tests.registry.conftest import fresh_url

pytestmark = pytest.mark.slow
SLOW_S = 3.0  # that the server with the fault takes over a filing


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_url(request, tmp_path)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Preloaded]:
    with Preloaded(tmp_path) as started:
        yield started


def reserved(url: str) -> bool:
    with opened(url) as engine, db.reading(engine) as session:
        return session.scalar(sa.select(RequestInFlight.request)) is not None


def test_what_one_server_is_at_work_on_is_refused_by_another_until_it_is_answered_or_killed(
    url: str, servers: Preloaded, tmp_path: Path
) -> None:
    world = build_with_tokens(tmp_path / "data", url, 2, ("IND",))
    first, second = world.filings["IND"]
    slow = servers.start(world.data, url, make.FILED, "slow-filing")
    started = time.monotonic()  # after the program was loaded: both clocks go alike
    other = servers.start(world.data, url, make.FILED + clock(started))
    answers: list[Told] = []

    def ask() -> None:
        with suppress(*GONE):
            answers.append(send(slow.port, world.filings["IND"][len(answers)]))

    def at_work() -> threading.Thread:
        hand = threading.Thread(target=ask)
        hand.start()
        while not reserved(url):
            time.sleep(0.02)
        return hand

    hand = at_work()
    began = time.monotonic()
    told = send(other.port, first)
    assert (told.kind, told.wait_s, time.monotonic() - began < SLOW_S) == ("in-flight", 1, True)
    hand.join()
    assert [row.status for row in answers] == [201]
    again = send(other.port, first)
    assert (again.status, again.body) == (201, answers[0].body)

    hand = at_work()
    slow.kill()
    hand.join()
    killed, refused = time.monotonic(), 0.0
    while (told := send(other.port, second)).kind == "in-flight":
        refused = time.monotonic()
        time.sleep(told.wait_s)
    assert told.status == 201
    assert 0 < refused - killed < 2 * IN_FLIGHT.total_seconds()
    with opened(url) as engine, db.reading(engine) as session:
        assert sorted(session.scalars(sa.select(Claim.key))) == ["ind-0", "ind-1"]
    assert not reserved(url)
