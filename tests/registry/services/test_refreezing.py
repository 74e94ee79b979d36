"""Freezing is repeated from the records of the log alone, and a record that was changed is noticed."""

import copy
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.services import refreezing
from registry.services.errors import NotFoundError
from tests.registry.played import ROUND


@dataclass(frozen=True)
class Leaf:
    """A record as an auditor reads it from a log."""

    subject: str
    content: dict[str, Any]


@pytest.fixture
def log(played_session: Session) -> list[Leaf]:
    return [Leaf(row.subject, row.content) for row in refreezing.all_records(played_session)]


def test_the_records_alone_give_the_hash_that_was_frozen(log: list[Leaf]) -> None:
    [found] = refreezing.refreeze_records(log, ROUND)
    assert (found.number, found.kind, found.sha256 == found.frozen_sha256, bool(found)) == (1, "frozen", True, True)


def test_one_changed_cell_of_a_record_gives_another_hash(log: list[Leaf]) -> None:
    changed = copy.deepcopy(log)
    published = next(leaf for leaf in reversed(changed) if "placements" in leaf.content.get("rows", {}))
    published.content["rows"]["placements"][0]["last_day"] += 1
    [found] = refreezing.refreeze_records(changed, ROUND)
    assert not found


def test_what_was_recorded_after_the_freezing_does_not_matter(log: list[Leaf]) -> None:
    frozen = next(i for i, leaf in enumerate(log) if "frozen_instances" in leaf.content.get("rows", {}))
    [found] = refreezing.refreeze_records(log[: frozen + 1], ROUND)
    assert found


def test_a_round_that_was_never_frozen_is_named(log: list[Leaf]) -> None:
    with pytest.raises(NotFoundError, match="no record says that round 2031-9 was frozen"):
        refreezing.refreeze_records(log, "2031-9")
