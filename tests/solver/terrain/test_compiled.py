"""Machine code without a cache, and work shared out without a gap."""

from typing import Any

import numba
import pytest

from solver.terrain.compiled import in_parts, kernel


def test_where_no_cache_may_be_written_kernels_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    real = numba.njit

    def without_cache(function: Any, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(function, **options)

    monkeypatch.setattr(numba, "njit", without_cache)

    def twice(number: int) -> int:
        return 2 * number

    assert kernel(twice)(21) == 42


@pytest.mark.parametrize(("first", "last"), [(0, 1000), (-7, 6), (3, 4), (5, 5), (9, 2)])
def test_every_index_is_given_out_once(first: int, last: int) -> None:
    given: list[int] = []
    in_parts(lambda start, end: given.extend(range(start, end)), first, last)
    assert sorted(given) == list(range(first, last))


def test_a_fault_in_a_part_is_told() -> None:
    def fails(start: int, end: int) -> None:
        raise ValueError(f"{start} to {end}")

    with pytest.raises(ValueError, match="to 100"):
        in_parts(lambda start, end: fails(start, end) if end == 100 else None, 0, 100)
