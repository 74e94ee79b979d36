"""Minimal parts of a list: what is left of it when each in turn is left out wherever the rest still suffices."""

from collections.abc import Callable, Sequence

Suffices = Callable[[Sequence[str]], bool]


def minimal(names: Sequence[str], suffices: Suffices, may_go_on: Callable[[], bool] = lambda: True) -> list[str]:
    """What is left of names that suffice when, from the first on, each is left out without which the others suffice.

    `suffices` must hold for whatever has a part that suffices. Then names that can be left out together can be left out one
    by one, and whole halves are tried first: of n names of which k are needed about k log n questions are asked instead of
    n, and the answer is the same. Once `may_go_on` is false whatever has not been tried is kept: it suffices, but
    it may not be minimal.
    """
    return _tried(list(names), [], suffices, may_go_on)


def _tried(names: list[str], beside: list[str], suffices: Suffices, may_go_on: Callable[[], bool]) -> list[str]:
    """What is left of some names that suffice with those beside them, which stay."""
    if not names or not may_go_on():
        return names
    if suffices(beside):
        return []
    if len(names) == 1:
        return names
    half = len(names) // 2
    first = _tried(names[:half], beside + names[half:], suffices, may_go_on)
    return first + _tried(names[half:], beside + first, suffices, may_go_on)
