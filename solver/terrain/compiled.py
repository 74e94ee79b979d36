"""Machine code for loops over cells: compiled at first use, kept on disk where that may be written, run on all cores.

Kernels hold no lock while they run, so plain threads share the work; each gets a stretch of lines or cells.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar, cast

import numba

CORES = os.cpu_count() or 1
PARTS = 4 * CORES
"""More parts than cores, since lines differ in length."""

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def kernel(function: _Kernel) -> _Kernel:
    """The function as machine code that releases Python's lock; division by zero gives inf or NaN, as in numpy."""
    try:
        return cast(_Kernel, numba.njit(function, cache=True, nogil=True, error_model="numpy"))
    except RuntimeError:  # no folder for the cache may be written: compiled anew in every process
        return cast(_Kernel, numba.njit(function, nogil=True, error_model="numpy"))


def in_parts(work: Callable[[int, int], object], first: int, last: int) -> None:
    """Call work(start, end) for stretches that cover first..last-1, on all cores; work must release the lock."""
    cuts = [first + (last - first) * part // PARTS for part in range(PARTS + 1)]
    stretches = [(start, end) for start, end in pairwise(cuts) if end > start]
    if len(stretches) < 2:
        for start, end in stretches:
            work(start, end)
        return
    with ThreadPoolExecutor(CORES) as pool:
        for done in [pool.submit(work, start, end) for start, end in stretches]:
            done.result()
