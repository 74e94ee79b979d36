"""The comparison of database and log on both databases; every kind of change is tried in tests/drills."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.stored import instant_text, is_text_of
from registry.audit.verifying import verify
from registry.db import Base
from tests.drills import tampering


@pytest.fixture
def filled(session: Session) -> Session:
    """A register with a row in every table."""
    tampering.fill(session)
    session.flush()
    return session


def test_a_register_is_as_its_log_has_it_until_somebody_goes_behind_it(filled: Session) -> None:
    report = verify(filled)
    assert report.differences == [] and report.cells > 2000 and report.checkpoints == report.cosignatures == 1
    claims = Base.metadata.tables["claims"]
    filled.execute(sa.update(claims).where(claims.c.id == "C-0003").values(illustrative=sa.not_(claims.c.illustrative)))
    [found] = verify(filled).differences
    assert (found.table, found.row, found.column) == ("claims", "C-0003", "illustrative")


def test_nothing_is_compared_in_an_empty_register(session: Session) -> None:
    report = verify(session)
    assert (report.records, report.rows, report.differences) == (0, 0, [])
    assert report.root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (10000.0, "10000"),
        ({"b": 1, "a": "é"}, '{"a":"é","b":1}'),
        (None, None),
    ],
)
def test_a_text_is_the_canonical_one_of_its_value(value: Any, text: str | None) -> None:
    assert is_text_of(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1.0"),
        (1.0, "1.0"),
        (float("nan"), "NaN"),
        ({"a": 1}, '{"a": 1}'),
        (None, "null"),
        ("a", "a"),
        (1, None),
        ([1, 2], "[2,1]"),
        (True, "1"),
    ],
)
def test_another_spelling_is_another_text(value: Any, text: str | None) -> None:
    assert not is_text_of(value, text)


@pytest.mark.parametrize("found", ["", "never", 5, None, b"2027"])
def test_what_is_no_instant_is_refused(found: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says stands in the report
        instant_text(found)
