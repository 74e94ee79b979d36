"""The risk-limiting sample: its size is exact, its choice is the seed's alone, and it finds what was altered."""

import hashlib
import random
from fractions import Fraction
from math import comb

import pytest

from registry.audit.sampling import altered_count, chance_of_none, compare, sample, sample_size, ticket

ONE_PERCENT = Fraction(1, 100)
SEED = bytes(range(32))


@pytest.mark.parametrize(
    ("records", "size"),
    [(0, 0), (1, 1), (2, 2), (10, 10), (99, 99), (100, 99), (500, 300), (1000, 368), (10_000, 448), (100_000, 458)],
)
def test_the_size_of_the_sample_is_as_small_as_the_limit_allows(records: int, size: int) -> None:
    assert sample_size(records) == size
    if records > 1:
        count = altered_count(records, ONE_PERCENT)
        assert chance_of_none(records, count, size) <= ONE_PERCENT < chance_of_none(records, count, size - 1)


def test_the_chance_is_that_of_drawing_without_replacement() -> None:
    assert chance_of_none(50, 3, 7) == Fraction(comb(47, 7), comb(50, 7))
    assert chance_of_none(50, 3, 48) == 0
    assert chance_of_none(50, 3, 0) == 1


def test_the_share_is_rounded_up_against_whoever_altered() -> None:
    assert [altered_count(records, ONE_PERCENT) for records in (1, 99, 100, 101, 250)] == [1, 1, 1, 2, 3]


def test_limits_are_compared_without_rounding() -> None:
    assert sample_size(100, limit=Fraction(1, 100), altered=Fraction(1, 100)) == 99
    assert sample_size(100, limit=Fraction(99, 10_000), altered=Fraction(1, 100)) == 100


def test_who_is_drawn_is_a_matter_of_seed_and_index_alone() -> None:
    assert ticket(SEED, 7) == hashlib.sha256(SEED + b"\x00" + b"7").digest()
    assert sample(SEED, 20, 5) == sorted(sorted(range(20), key=lambda index: ticket(SEED, index))[:5])
    assert sample(SEED, 20, 5) == [5, 7, 10, 12, 13]
    assert sample(SEED, 3, 10) == [0, 1, 2]


def test_more_records_take_no_place_but_for_themselves() -> None:
    before, after = set(sample(SEED, 1000, 50)), set(sample(SEED, 1100, 50))
    assert all(index >= 1000 for index in after - before)


def test_every_record_is_drawn_equally_often() -> None:
    drawn = [index for run in range(400) for index in sample(run.to_bytes(16, "big"), 40, 10)]
    assert all(65 <= drawn.count(index) <= 140 for index in range(40))


def found_in(runs: int, records: int) -> int:
    """In how many runs the sample meets one of the altered records, 1 % of them chosen at random."""
    size, count = sample_size(records), altered_count(records, ONE_PERCENT)
    found = 0
    for run in range(runs):
        altered = set(random.Random(run).sample(range(records), count))
        found += not altered.isdisjoint(sample(hashlib.sha256(str(run).encode()).digest(), records, size))
    return found


def test_one_percent_altered_is_found() -> None:
    assert found_in(50, 1000) >= 49


@pytest.mark.slow
def test_one_percent_altered_is_found_in_99_of_100_of_a_thousand_runs() -> None:
    assert found_in(1000, 10_000) >= 990


def test_the_comparison_names_what_agrees_differs_and_is_missing() -> None:
    receipts = {1: {"leaf": "a"}, 2: {"leaf": "b"}, 9: {"leaf": "z"}}
    found = compare([1, 2, 3], {1: b"a", 2: b"B"}, receipts, contradicted={9})
    assert (found.agree, found.missing) == ((1,), (3,))
    assert found.differ == {
        2: "the register has another record than the receipt",
        9: "the log is not the one of the checkpoint in the receipt",
    }
